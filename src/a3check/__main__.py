"""Which of the three is this process: the window, the command line, or a probe?"""

import os
import sys
from contextlib import suppress

DEFECT = 70
"""Exit status of a defect of our own (sysexits.h, EX_SOFTWARE)."""
CANCELLED = 130
"""Exit status of Ctrl-C before a run has begun; later the run itself answers it."""
_STANDARD = 3
"""Descriptors of the standard streams: 0, 1 and 2."""


def main() -> int:
    """Decide before anything else is imported; return the exit status."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["--probe"] and len(arguments) > 1:
        from a3check.probes.process import main as serve  # noqa: PLC0415

        serve(arguments[1])
        return 0
    _open_streams()
    try:
        if not arguments:
            return _window()
        from a3check.cli import main as command  # noqa: PLC0415

        return command(arguments, _window)
    except KeyboardInterrupt:
        return CANCELLED
    except Exception as error:  # noqa: BLE001 - the program's edge: one line, the rest is logged
        return _defect(error)
    finally:
        _flush_streams()


def _window(file: str = "") -> int:
    """Show the window, with a report in it that somebody sent."""
    from a3check.desktop import main as show  # noqa: PLC0415

    return show(file)


def _defect(error: Exception) -> int:
    """Log the traceback and say one calm line; the user never reads Python."""
    import logging  # noqa: PLC0415

    message = "a3check: defect"
    with suppress(Exception):  # whatever is broken may be needed here, too
        from a3check import app  # noqa: PLC0415

        if not logging.getLogger().handlers:
            app.log_to_file()
        logging.getLogger("a3check").critical("a defect of a3check's own", exc_info=error)

        from a3check.core.catalogue import catalogue  # noqa: PLC0415
        from a3check.system import folders  # noqa: PLC0415

        message = f"a3check: {catalogue().words('cli', 'defect', folder=str(folders.logs()))}"
    with suppress(OSError):
        sys.stderr.write(f"{message}\n")
    return DEFECT


def _open_streams() -> None:
    """Give the standard streams that are closed a harmless end.

    Else the next file that is opened takes the descriptor's place, and what is printed ends
    in it; a windowed program on Windows has none of the three.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) < _STANDARD:
        os.set_inheritable(descriptor, True)  # noqa: FBT003 - its only parameter
    os.close(descriptor)
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115


def _flush_streams() -> None:
    """Let a reader that went away (``| head``) or a full disk be no error of the interpreter."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, stream.fileno())
            os.close(null)


if __name__ == "__main__":
    sys.exit(main())

"""Which of the three is this process: the window, the command line, or a probe?"""

import sys

DEFECT = 70
"""Exit status of a defect of our own (sysexits.h, EX_SOFTWARE)."""
CANCELLED = 130
"""Exit status of Ctrl-C before a run has begun; later the run itself answers it."""


def main() -> int:
    """Decide before anything else is imported; return the exit status."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["--probe"]:
        from a3check.probes.process import main as serve  # noqa: PLC0415

        serve(arguments[1])
        return 0
    try:
        if not arguments:
            from a3check.desktop import main as show  # noqa: PLC0415

            return show()
        from a3check.cli import main as command  # noqa: PLC0415

        return command(arguments)
    except KeyboardInterrupt:
        return CANCELLED
    except Exception as error:  # noqa: BLE001 - the program's edge: one line, the rest is logged
        return _defect(error)


def _defect(error: Exception) -> int:
    """Log the traceback and say one calm line; the user never reads Python."""
    import logging  # noqa: PLC0415

    logging.getLogger("a3check").critical("a defect of a3check's own", exc_info=error)
    message = "a3check: defect"
    try:
        from a3check.core.catalogue import catalogue  # noqa: PLC0415
        from a3check.system import folders  # noqa: PLC0415

        message = f"a3check: {catalogue().words('cli', 'defect', folder=str(folders.logs()))}"
    finally:
        if sys.stderr is not None:
            sys.stderr.write(f"{message}\n")
    return DEFECT


if __name__ == "__main__":
    sys.exit(main())

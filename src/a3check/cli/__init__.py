"""The command line: which command was asked, and how wrong use is answered."""

import argparse
import io
import sys
from collections.abc import Callable, Sequence

from a3check.cli.output import USAGE, complain
from a3check.core.catalogue import catalogue
from a3check.core.profile import ProfileError
from a3check.options import OPEN, UsageError, parse

Command = Callable[[argparse.Namespace], int]
Window = Callable[[str], int]


def no_window(_file: str) -> int:
    """Say that there is no window, and how else."""
    complain(catalogue().words("cli", "no_screen"))
    return USAGE


def main(arguments: Sequence[str], window: Window = no_window) -> int:
    """Run a command and return the exit status; errors of usage are one line.

    ``window`` shows the window with a file in it, or with none (empty).
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console without our letters is no defect
    try:
        wanted = parse(arguments)
        if wanted.command == OPEN:
            return window(wanted.arquivo or "")
        return command(wanted.command)(wanted)
    except UsageError as error:
        complain(catalogue().words("cli", error.key, **error.facts))
        return USAGE
    except ProfileError as error:
        reason = catalogue().words("profile", error.fault)
        facts = {"file": error.file, "key": error.key, "reason": reason}
        said = "bad_profile" if error.key else "no_profile"
        complain(catalogue().words("cli", said, **facts))
        return USAGE


def command(name: str) -> Command:
    """Return what does a command; only that one is imported: the others need a quarter of a start.

    Each stands here as an import, so that whoever packs the program finds it.
    """
    match name:
        case "relatorio":
            from a3check.cli import report  # noqa: PLC0415 - see above

            return report.command
        case "rede":
            from a3check.cli import firewall  # noqa: PLC0415

            return firewall.command
        case "atualizar":
            from a3check.cli import update  # noqa: PLC0415

            return update.command
        case "certificado":
            from a3check.cli import certificate  # noqa: PLC0415

            return certificate.command
        case "codigos":
            from a3check.cli import codes  # noqa: PLC0415

            return codes.command
        case _:
            from a3check.cli import diagnosis  # noqa: PLC0415

            return diagnosis.command

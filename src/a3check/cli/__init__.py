"""The command line: which command was asked, and how wrong use is answered."""

import io
import sys
from collections.abc import Sequence

from a3check.cli import certificate, codes, diagnosis, firewall, report, update
from a3check.cli.output import USAGE, complain
from a3check.core.catalogue import catalogue
from a3check.core.profile import ProfileError
from a3check.options import UsageError, parse

_COMMANDS = {
    "diagnosticar": diagnosis.command,
    "rede": firewall.command,
    "atualizar": update.command,
    "certificado": certificate.command,
    "relatorio": report.command,
    "codigos": codes.command,
}


def main(arguments: Sequence[str]) -> int:
    """Run a command and return the exit status; errors of usage are one line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console without our letters is no defect
    try:
        wanted = parse(arguments)
        return _COMMANDS[wanted.command](wanted)
    except UsageError as error:
        complain(catalogue().words("cli", error.key, **error.facts))
        return USAGE
    except ProfileError as error:
        reason = catalogue().words("profile", error.fault)
        facts = {"file": error.file, "key": error.key, "reason": reason}
        said = "bad_profile" if error.key else "no_profile"
        complain(catalogue().words("cli", said, **facts))
        return USAGE

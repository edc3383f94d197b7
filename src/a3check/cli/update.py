"""``a3check atualizar``: ITI's list of CAs, into the user's cache."""

import argparse
import sys
from contextlib import suppress
from pathlib import Path

from a3check import app
from a3check.cli.output import CANCELLED, EXITS, USAGE, as_json, complain, kept, say
from a3check.core.catalogue import catalogue
from a3check.core.register import Status
from a3check.live import Live
from a3check.options import UsageError, profile, readable, writable
from a3check.pki.brought import is_address
from a3check.report.renewal import Renewal, document, text


def command(wanted: argparse.Namespace) -> int:
    """Bring the list, say in a line what came of it, and return the exit status."""
    known = profile(wanted.perfil)
    if wanted.de is not None and not is_address(wanted.de):
        readable(wanted.de, "--de")
    elif wanted.de is not None and wanted.sem_rede:
        raise UsageError("only_from_file", option="--de")
    writable(wanted.json, "--json", folder=False)
    writable(wanted.pasta, "--pasta", folder=True)
    folder = None if wanted.pasta is None else Path(wanted.pasta)
    app.log_to_file()
    try:
        with Live(sys.stderr, catalogue()) as live:
            renewal = app.update(
                known,
                wanted.de,
                folder,
                lambda key: live.doing(catalogue().words("update", key)),
                offline=wanted.sem_rede,
            )
    except KeyboardInterrupt:
        complain(catalogue().words("update", "cut"))
        return CANCELLED
    _tell(renewal, quiet=wanted.json == "-")
    told = as_json(document(renewal))
    return EXITS[renewal.status] if wanted.json is None or kept(wanted.json, told) else USAGE


def _tell(renewal: Renewal, *, quiet: bool) -> None:
    lines = text(renewal, catalogue())
    if renewal.status is not Status.PASSED:
        complain(" ".join(lines))
        return
    with suppress(OSError):  # a reader that went away loses nothing
        for line in lines:
            say(line, sys.stderr if quiet else sys.stdout)

"""``a3check rede``: the hosts that the firewall must let through, each tested."""

import argparse
import sys
from contextlib import suppress

from a3check import app
from a3check.cli.output import EXITS, USAGE, as_json, kept, say
from a3check.core.catalogue import catalogue
from a3check.core.wishes import Wishes
from a3check.live import Live
from a3check.options import UsageError, profile, writable
from a3check.report.firewall import document, survey, text
from a3check.report.recording import visit
from a3check.terminal import Terminal
from a3check.world import assemble


def command(wanted: argparse.Namespace) -> int:
    """Test the list, record a visit where that was asked for, and return the exit status."""
    known = profile(wanted.perfil)
    if wanted.gravar is not None and wanted.sem_rede:
        raise UsageError("exclusive", option="--gravar", other="--sem-rede")
    writable(wanted.json, "--json", folder=False)
    writable(wanted.gravar, "--gravar", folder=False)
    if wanted.json is not None and wanted.json == wanted.gravar:
        raise UsageError("not_writable", option="--gravar", file=wanted.gravar)
    app.log_to_file()
    nobody = Terminal(Live(sys.stderr, catalogue()), catalogue(), None, asks=False, declined=True)
    world = assemble(known, Wishes(network=not wanted.sem_rede), nobody)
    try:
        tested = survey(world.ports, known, offline=wanted.sem_rede)
        files = {wanted.json: as_json(document(tested, known))}
        said = sys.stderr if "-" in {wanted.json, wanted.gravar} else sys.stdout
        with suppress(OSError):  # a reader that went away loses nothing
            for line in text(tested, known, catalogue()):
                say(line, said)
        if wanted.gravar is not None:
            files[wanted.gravar] = visit(world.ports, known, app.masker()).dumps()
    finally:
        world.close()
    wished = {target: content for target, content in files.items() if target is not None}
    written = [kept(target, content) for target, content in wished.items()]
    if wanted.gravar not in {None, "-"} and all(written):
        with suppress(OSError):
            say(catalogue().words("firewall", "recorded", file=wanted.gravar), said)
    return EXITS[tested.status] if all(written) else USAGE

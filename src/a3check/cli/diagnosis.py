"""``a3check diagnosticar``: the whole diagnosis in a terminal."""

import argparse
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from a3check import app
from a3check.cli.output import (
    CANCELLED,
    CAUSE,
    DEFECT,
    OK,
    UNKNOWN,
    not_written,
    say,
    write,
)
from a3check.core.catalogue import catalogue
from a3check.core.model import Diagnosis
from a3check.core.profile import Profile
from a3check.core.register import Status
from a3check.core.secret import Secret
from a3check.core.verdict import judge
from a3check.core.wishes import Wishes
from a3check.live import Live
from a3check.options import UsageError, profile, wishes, writable
from a3check.probes.isolation import leave_no_image
from a3check.terminal import PinRefused, Terminal, read_pin
from a3check.world import assemble


def command(wanted: argparse.Namespace) -> int:
    """Diagnose, write what was asked for, and return the exit status."""
    leave_no_image()
    known = profile(wanted.perfil)
    wished = wishes(wanted)
    writable(wanted.json, "--json", folder=False)
    writable(wanted.relatorio, "--relatorio", folder=True)
    if wanted.json is not None and wanted.json == wanted.relatorio:
        raise UsageError("not_writable", option="--json", file=wanted.json)
    try:
        pin = read_pin(0) if wanted.pin_stdin else None
    except PinRefused as refused:
        raise UsageError(f"pin_{refused.why}") from None
    return _run(wanted, known, wished, pin)


def _run(wanted: argparse.Namespace, known: Profile, wished: Wishes, pin: Secret | None) -> int:
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    app.log_to_file()
    live = Live(sys.stderr, catalogue())
    asks = (
        not wanted.sem_pin
        and not wanted.pin_stdin
        and sys.stdin is not None
        and sys.stdin.isatty()
    )
    user = Terminal(live, catalogue(), pin, asks=asks, declined=wanted.sem_pin)
    world = assemble(known, wished, user)

    def cancel(*_: object) -> None:
        stop.set()
        threading.Thread(target=world.cancel, daemon=True).start()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, cancel)
    try:
        with live:
            diagnosis = app.diagnose(world, known, wished, live, stop)
    finally:
        world.close()
        user.leave()
        if pin is not None:
            pin.empty()
    return _conclude(wanted, known, wished, diagnosis)


def _conclude(
    wanted: argparse.Namespace,
    known: Profile,
    wished: Wishes,
    diagnosis: Diagnosis,
) -> int:
    """Write the report first, then say the verdict; a closed pipe loses nothing."""
    place = app.settings().load().place
    masked = app.report(known, wished, diagnosis, masked=True, place=place)
    report = masked
    if wanted.sem_mascara:
        id_ = str(masked.document["id"])
        report = app.report(known, wished, diagnosis, masked=False, place=place, id=id_)
    said = sys.stderr if wanted.json == "-" else sys.stdout
    status = exit_status(diagnosis)
    written = False
    try:
        if wanted.relatorio is not None:
            app.write_report(report, known, Path(wanted.relatorio), place.contact)
            written = True
    except OSError:
        status = not_written(wanted.relatorio)
    app.record(masked)
    try:
        if wanted.json is not None:
            write(report.text, wanted.json)
    except OSError:
        status = not_written(wanted.json)
    with suppress(OSError):  # a reader that went away, or a full disk: the report is written
        Live(said, catalogue()).conclude(diagnosis)
        if old := app.old_list(diagnosis.started.date()):
            say(catalogue().words("cli", "old_list", day=f"{old:%d/%m/%Y}"), said)
    return _bundle(report, wanted.relatorio, said, status) if written else status


def _bundle(report: app.Report, folder: str, said: TextIO, status: int) -> int:
    """Write the bundle and say where; last, for whatever befalls Qt the verdict has been told."""
    try:
        path = app.write_bundle(report, Path(folder))
    except OSError:
        return not_written(folder)
    with suppress(OSError):
        say(str(path), said)
        say(folder, said)
    return status


def exit_status(diagnosis: Diagnosis) -> int:
    """Return the status of the contract for a finished, broken or cancelled run."""
    if not diagnosis.complete:
        return CANCELLED
    match judge(diagnosis.outcomes).status:
        case Status.PASSED:
            return OK
        case Status.FAILED:
            return CAUSE
        case _:
            return DEFECT if diagnosis.crashed else UNKNOWN

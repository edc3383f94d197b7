"""The command line: what was asked, what is printed, and the exit status."""

import argparse
import io
import json
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from a3check import app
from a3check.core.catalogue import catalogue
from a3check.core.check import Wishes
from a3check.core.model import Diagnosis
from a3check.core.profile import Profile, ProfileError, builtin, load
from a3check.core.register import Status, register
from a3check.core.secret import Secret
from a3check.core.verdict import judge
from a3check.live import Live
from a3check.options import UsageError, parse, wishes, writable
from a3check.probes.isolation import leave_no_image
from a3check.report.firewall import document, survey, text
from a3check.report.recording import visit
from a3check.system import folders
from a3check.terminal import PinRefused, Terminal, read_pin

OK, CAUSE, UNKNOWN, USAGE, DEFECT, CANCELLED = 0, 1, 2, 64, 70, 130
"""Exit statuses (``design: interfaces.md``, section 1)."""
_EXITS = {Status.PASSED: OK, Status.FAILED: CAUSE, Status.UNKNOWN: UNKNOWN}


def main(arguments: Sequence[str]) -> int:
    """Run a command and return the exit status; errors of usage are one line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console without our letters is no defect
    try:
        wanted = parse(arguments)
        match wanted.command:
            case "diagnosticar":
                return _diagnose(wanted)
            case "rede":
                return _network(wanted)
            case "codigos":
                return _codes(as_json=wanted.json)
            case _:
                raise AssertionError(wanted.command)
    except UsageError as error:
        _complain(catalogue().words("cli", error.key, **error.facts))
        return USAGE
    except ProfileError as error:
        reason = catalogue().words("profile", error.fault)
        facts = {"file": error.file, "key": error.key, "reason": reason}
        said = "bad_profile" if error.key else "no_profile"
        _complain(catalogue().words("cli", said, **facts))
        return USAGE


def _profile(wanted: argparse.Namespace) -> Profile:
    if wanted.perfil == "":
        raise ProfileError("", "", "missing")
    return builtin() if wanted.perfil is None else load(Path(wanted.perfil))


def _network(wanted: argparse.Namespace) -> int:
    profile = _profile(wanted)
    if wanted.gravar is not None and wanted.sem_rede:
        raise UsageError("exclusive", option="--gravar", other="--sem-rede")
    writable(wanted.json, "--json", folder=False)
    writable(wanted.gravar, "--gravar", folder=False)
    if wanted.json is not None and wanted.json == wanted.gravar:
        raise UsageError("not_writable", option="--gravar", file=wanted.gravar)
    app.log_to_file()
    nobody = Terminal(Live(sys.stderr, catalogue()), catalogue(), None, asks=False, declined=True)
    world = app.assemble(profile, Wishes(network=not wanted.sem_rede), nobody)
    try:
        tested = survey(world.ports, profile, offline=wanted.sem_rede)
        files = {wanted.json: _json(document(tested, profile))}
        said = sys.stderr if "-" in {wanted.json, wanted.gravar} else sys.stdout
        with suppress(OSError):  # a reader that went away loses nothing
            for line in text(tested, profile, catalogue()):
                print(line, file=said, flush=True)
        if wanted.gravar is not None:
            files[wanted.gravar] = visit(world.ports, profile, app.masker()).dumps()
    finally:
        world.close()
    wished = {target: content for target, content in files.items() if target is not None}
    kept = [_kept(target, content) for target, content in wished.items()]
    if wanted.gravar not in {None, "-"} and all(kept):
        with suppress(OSError):
            print(catalogue().words("firewall", "recorded", file=wanted.gravar), file=said)
    return _EXITS[tested.status] if all(kept) else USAGE


def _kept(target: str, content: str) -> bool:
    """Write what was asked for, or say that it could not be written."""
    try:
        _write(content, target)
    except OSError:
        _not_written(target)
        return False
    return True


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _diagnose(wanted: argparse.Namespace) -> int:
    leave_no_image()
    profile = _profile(wanted)
    wished = wishes(wanted)
    writable(wanted.json, "--json", folder=False)
    writable(wanted.relatorio, "--relatorio", folder=True)
    if wanted.json is not None and wanted.json == wanted.relatorio:
        raise UsageError("not_writable", option="--json", file=wanted.json)
    try:
        pin = read_pin(0) if wanted.pin_stdin else None
    except PinRefused as refused:
        raise UsageError(f"pin_{refused.why}") from None
    return _run(wanted, profile, wished, pin)


def _run(wanted: argparse.Namespace, profile: Profile, wished: Wishes, pin: Secret | None) -> int:
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
    world = app.assemble(profile, wished, user)

    def cancel(*_: object) -> None:
        stop.set()
        threading.Thread(target=world.cancel, daemon=True).start()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, cancel)
    try:
        with live:
            diagnosis = app.diagnose(world, profile, wished, live, stop)
    finally:
        world.close()
        user.leave()
        if pin is not None:
            pin.empty()
    return _conclude(wanted, profile, wished, diagnosis)


def _conclude(
    wanted: argparse.Namespace,
    profile: Profile,
    wished: Wishes,
    diagnosis: Diagnosis,
) -> int:
    """Write the report first, then say the verdict; a closed pipe loses nothing."""
    place = app.settings().load().place
    masked = app.report(profile, wished, diagnosis, masked=True, place=place)
    report = masked
    if wanted.sem_mascara:
        id_ = str(masked.document["id"])
        report = app.report(profile, wished, diagnosis, masked=False, place=place, id=id_)
    said = sys.stderr if wanted.json == "-" else sys.stdout
    status = exit_status(diagnosis)
    written = False
    try:
        if wanted.relatorio is not None:
            app.write_report(report, profile, Path(wanted.relatorio), place.contact)
            written = True
    except OSError:
        status = _not_written(wanted.relatorio)
    app.record(masked)
    try:
        if wanted.json is not None:
            _write(report.text, wanted.json)
    except OSError:
        status = _not_written(wanted.json)
    with suppress(OSError):  # a reader that went away, or a full disk: the report is written
        Live(said, catalogue()).conclude(diagnosis)
        if written:
            print(wanted.relatorio, file=said, flush=True)
    return status


def _not_written(file: str) -> int:
    _complain(catalogue().words("cli", "not_written", file=file))
    return USAGE


def _write(text: str, target: str) -> None:
    """Write a report's JSON; raises ``OSError``, but not for a reader that went away."""
    if target == "-":
        _put(text)
        return
    folders.write(Path(target), _bytes(text))


def _put(text: str) -> None:
    """Write JSON to standard output: UTF-8, whatever the console speaks."""
    with suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stdout.buffer.write(_bytes(text))
        sys.stdout.buffer.flush()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")  # half a surrogate pair is JSON's escape then


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


def _codes(*, as_json: bool) -> int:
    rows = []
    for code in register().codes.values():
        advice = catalogue().template(code.name)
        rows.append(
            {
                "code": code.name,
                "status": str(code.status),
                "blame": str(code.blame),
                "acts": str(code.acts),
                "title": advice.title,
                "explanation": advice.explanation,
                "steps": list(advice.steps),
            }
        )
    try:
        if as_json:
            _put(_json(rows))
        else:
            for row in rows:
                print(f"{row['code']:<32} {row['title']}")
            sys.stdout.flush()
    except BrokenPipeError:
        return OK
    except OSError:
        return _not_written("-")
    return OK


def _complain(text: str) -> None:
    with suppress(OSError):
        print(f"a3check: {' '.join(text.split())}", file=sys.stderr, flush=True)

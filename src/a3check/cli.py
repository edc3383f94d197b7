"""The command line: what was asked, what is printed, and the exit status."""

import argparse
import io
import json
import os
import re
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from a3check import __version__, app
from a3check.core.catalogue import catalogue
from a3check.core.check import Form, Wishes
from a3check.core.model import Diagnosis
from a3check.core.profile import Profile, ProfileError, builtin, load
from a3check.core.register import Status, register
from a3check.core.secret import Secret
from a3check.core.verdict import judge
from a3check.live import Live
from a3check.probes.isolation import leave_no_image
from a3check.system import folders
from a3check.terminal import PinRefused, Terminal, read_pin

OK, CAUSE, UNKNOWN, USAGE, DEFECT, CANCELLED = 0, 1, 2, 64, 70, 130
"""Exit statuses (``design: interfaces.md``, section 1)."""
LATER = ("atualizar", "certificado", "rede", "relatorio")
"""Commands of the contract that this version does not have yet."""
_FORMS = {"token": Form.TOKEN, "cartao": Form.CARD, "nuvem": Form.CLOUD, "nao-sei": Form.UNKNOWN}
_SHA256_HEX = 64


class UsageError(Exception):
    """A wrong command line; ``key`` and ``facts`` name the words in ``[cli]``."""

    def __init__(self, key: str, **facts: str) -> None:
        super().__init__(key)
        self.key, self.facts = key, facts


def main(arguments: Sequence[str]) -> int:
    """Run a command and return the exit status; errors of usage are one line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console without our letters is no defect
    try:
        wanted = _parse(arguments)
        match wanted.command:
            case "diagnosticar":
                return _diagnose(wanted)
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
        _complain(catalogue().words("cli", "bad_profile", **facts))
        return USAGE


class _Parser(argparse.ArgumentParser):
    """argparse that speaks our words; a value is never repeated: it might be a PIN."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - argparse's own
        super().__init__(*arguments, **{**options, "add_help": False, "allow_abbrev": False})
        self._optionals.title = catalogue().words("help", "options")
        help_ = catalogue().words("help", "help")
        self.add_argument("-h", "--help", action="help", help=help_)

    def format_help(self) -> str:
        """Write the help with a Portuguese heading."""
        return super().format_help().replace("usage: ", catalogue().words("help", "usage"), 1)

    def error(self, message: str) -> NoReturn:
        words = message.replace("=", " ").split()
        # Its letters only: the digits behind them might be a PIN.
        named = next((w for w in words if w.startswith("-")), "")
        option = "".join(re.findall("^-+[a-z-]*", named))
        raise UsageError("bad_option", option=option) if named else UsageError("bad_use")


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    words = catalogue()

    def say(key: str) -> str:
        return words.words("help", key)

    parser = _Parser("a3check", description=say("program"))
    parser.add_argument(
        "--version", action="version", version=f"a3check {__version__}", help=say("version")
    )
    commands = parser.add_subparsers(
        dest="command", required=True, title=say("commands"), metavar="COMANDO"
    )
    diagnose = commands.add_parser("diagnosticar", help=say("diagnose"))
    diagnose.add_argument("--forma", choices=tuple(_FORMS), default="nao-sei", help=say("form"))
    diagnose.add_argument("--perfil", metavar="ARQ", help=say("profile"))
    diagnose.add_argument("--pin-stdin", action="store_true", help=say("pin_stdin"))
    diagnose.add_argument("--sem-pin", action="store_true", help=say("no_pin"))
    diagnose.add_argument("--certificado", metavar="SHA256", help=say("certificate"))
    diagnose.add_argument("--json", metavar="ARQ|-", help=say("json"))
    diagnose.add_argument("--relatorio", metavar="PASTA", help=say("report"))
    diagnose.add_argument("--sem-mascara", action="store_true", help=say("no_mask"))
    diagnose.add_argument("--so", metavar="CHECK,...", help=say("only"))
    diagnose.add_argument("--pular", metavar="CHECK,...", help=say("skip"))
    diagnose.add_argument("--sem-rede", action="store_true", help=say("no_network"))
    codes = commands.add_parser("codigos", help=say("codes"))
    codes.add_argument("--json", action="store_true", help=say("codes_json"))
    if arguments and arguments[0] in LATER:
        raise UsageError("not_yet", command=arguments[0])
    return parser.parse_args(arguments)


def _wishes(wanted: argparse.Namespace) -> Wishes:
    if wanted.pin_stdin and wanted.sem_pin:
        raise UsageError("exclusive", option="--pin-stdin", other="--sem-pin")
    digest = (wanted.certificado or "").replace(":", "").replace(" ", "").lower() or None
    if digest is not None and (
        len(digest) != _SHA256_HEX or any(c not in "0123456789abcdef" for c in digest)
    ):
        raise UsageError("bad_fingerprint")
    return Wishes(
        form=_FORMS[wanted.forma],
        certificate=digest,
        network=not wanted.sem_rede,
        only=_checks(wanted.so, "--so"),
        skip=_checks(wanted.pular, "--pular"),
    )


def _checks(text: str | None, option: str) -> frozenset[str]:
    names = [name.strip() for name in (text or "").split(",") if name.strip()]
    if text is not None and not names:
        raise UsageError("no_checks", option=option)
    unknown = next((n for n in names if n not in register().checks), None)
    if unknown is not None:
        raise UsageError(
            "bad_check", option=option, name=unknown, known=", ".join(register().checks)
        )
    return frozenset(names)


def _diagnose(wanted: argparse.Namespace) -> int:
    leave_no_image()
    profile = load(Path(wanted.perfil)) if wanted.perfil else builtin()
    wishes = _wishes(wanted)
    for target, option in ((wanted.json, "--json"), (wanted.relatorio, "--relatorio")):
        _writable(target, option, folder=option == "--relatorio")
    try:
        pin = read_pin(0) if wanted.pin_stdin else None
    except PinRefused as refused:
        raise UsageError(f"pin_{refused.why}") from None
    return _run(wanted, profile, wishes, pin)


def _run(wanted: argparse.Namespace, profile: Profile, wishes: Wishes, pin: Secret | None) -> int:
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
    world = app.assemble(profile, wishes, user)

    def cancel(*_: object) -> None:
        stop.set()
        threading.Thread(target=world.cancel, daemon=True).start()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, cancel)
    try:
        with live:
            diagnosis = app.diagnose(world, profile, wishes, live, stop)
    finally:
        world.close()
        user.leave()
        if pin is not None:
            pin.empty()
    return _conclude(wanted, profile, wishes, diagnosis)


def _conclude(
    wanted: argparse.Namespace,
    profile: Profile,
    wishes: Wishes,
    diagnosis: Diagnosis,
) -> int:
    """Write the report first, then say the verdict; a closed pipe loses nothing."""
    report = app.report(profile, wishes, diagnosis, masked=not wanted.sem_mascara)
    said = sys.stderr if wanted.json == "-" else sys.stdout
    status = exit_status(diagnosis)
    for target in filter(None, (wanted.relatorio, wanted.json)):
        try:
            if target == wanted.json:
                _write(report.text, target)
            else:
                app.write_report(report, profile, Path(target))
        except OSError:
            _complain(catalogue().words("cli", "not_written", file=target))
            status = USAGE
    with suppress(OSError):  # a reader that went away, or a full disk: the report is written
        Live(said, catalogue()).conclude(diagnosis)
        if wanted.relatorio:
            print(wanted.relatorio, file=said, flush=True)
    return status


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
    with suppress(BrokenPipeError):
        if as_json:
            _put(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
        else:
            for row in rows:
                print(f"{row['code']:<32} {row['title']}")
            sys.stdout.flush()
    return OK


def _writable(target: str | None, option: str, *, folder: bool) -> None:
    """Find out before the run whether its report can be written afterwards."""
    if target is None or target == "-":
        return
    path = Path(target)
    try:
        if folder:
            path.mkdir(parents=True, exist_ok=True)
        place = path if folder else path.parent
        fits = path.is_dir() == folder and place.is_dir() and os.access(place, os.W_OK)
    except OSError:
        fits = False
    if not fits:
        raise UsageError("not_writable", option=option, file=target)


def _complain(text: str) -> None:
    with suppress(OSError):
        print(f"a3check: {text}", file=sys.stderr, flush=True)

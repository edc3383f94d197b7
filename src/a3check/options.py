"""What was asked on the command line?"""

import argparse
import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from a3check import __version__
from a3check.core.catalogue import catalogue
from a3check.core.profile import Profile, ProfileError, builtin, load
from a3check.core.register import register
from a3check.core.wishes import Form, Wishes

OPEN = "abrir"
"""The command of the window; a file that is given alone is opened by it, too."""
_FORMS = {"token": Form.TOKEN, "cartao": Form.CARD, "nuvem": Form.CLOUD, "nao-sei": Form.UNKNOWN}
_SHA256_HEX = 64
_REPEATED = {
    "--raiz": "files_root",
    "--ac": "files_ca",
    "--lcr": "files_crl",
    "--ocsp": "files_ocsp",
}
"""Options of ``certificado`` that may be given more than once, and the words for each."""
_RFC3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}):([0-9]{2})(?:\.[0-9]+)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_FIRST = datetime.min.replace(tzinfo=UTC) + timedelta(days=2)
_LAST = datetime.max.replace(tzinfo=UTC) - timedelta(days=2)
"""Moments beyond cannot be reckoned with: another zone's, or some minutes later, is no date."""


class UsageError(Exception):
    """A wrong command line; ``key`` and ``facts`` name the words in ``[cli]``."""

    def __init__(self, key: str, **facts: str) -> None:
        super().__init__(key)
        self.key, self.facts = key, facts


class _Parser(argparse.ArgumentParser):
    """argparse that speaks our words; a value is never repeated: it might be a PIN."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - argparse's own
        super().__init__(*arguments, **{**options, "add_help": False, "allow_abbrev": False})
        self._optionals.title = catalogue().words("help", "options")
        self._positionals.title = catalogue().words("help", "arguments")
        self.helps = self.prog
        """Whose ``--help`` an error names: argparse tells most of a command's to its parent."""
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
        if named:
            raise UsageError("bad_option", option=option, program=self.helps)
        raise UsageError("bad_use")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line; raises :class:`UsageError`."""
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
    network = commands.add_parser("rede", help=say("network"))
    network.add_argument("--perfil", metavar="ARQ", help=say("profile"))
    network.add_argument("--sem-rede", action="store_true", help=say("network_list"))
    network.add_argument("--json", metavar="ARQ|-", help=say("network_json"))
    network.add_argument("--gravar", metavar="ARQ|-", help=say("record"))
    _add_files(commands.add_parser("certificado", help=say("files")))
    _add_update(commands.add_parser("atualizar", help=say("update")))
    _add_report(commands.add_parser("relatorio", help=say("show")))
    codes = commands.add_parser("codigos", help=say("codes"))
    codes.add_argument("--json", action="store_true", help=say("codes_json"))
    opened = commands.add_parser(OPEN, help=say("open"))
    opened.add_argument("arquivo", nargs="?", metavar="ARQ", help=say("open_file"))
    if len(arguments) == 1 and arguments[0] not in commands.choices and _is_file(arguments[0]):
        arguments = (OPEN, *arguments)  # as a file is dropped on the program's icon
    if arguments and arguments[0] in commands.choices:
        parser.helps = commands.choices[arguments[0]].prog
    return _parsed(parser, arguments)


def _is_file(word: str) -> bool:
    try:
        return not word.startswith("-") and Path(word).is_file()
    except (OSError, ValueError):
        return False


def _parsed(parser: _Parser, arguments: Sequence[str]) -> argparse.Namespace:
    wanted, more = parser.parse_known_args(arguments)
    # argparse takes the files up to an option only: those behind it are files, too.
    options = [word for word in more if word.startswith("-") and word != "-"]
    if more and (options or wanted.command != "certificado"):
        parser.error(" ".join(more))
    if more:
        wanted.arquivo += more
    return wanted


def _add_files(files: argparse.ArgumentParser) -> None:
    say = partial(catalogue().words, "help")
    files.add_argument("arquivo", nargs="+", metavar="ARQ", help=say("files_list"))
    files.add_argument("--json", metavar="ARQ|-", help=say("files_json"))
    files.add_argument("--perfil", metavar="ARQ", help=say("profile"))
    files.add_argument("--sem-rede", action="store_true", help=say("no_network"))
    files.add_argument("--sem-mascara", action="store_true", help=say("no_mask"))
    for option, key in _REPEATED.items():
        files.add_argument(option, metavar="ARQ", action="append", default=[], help=say(key))
    files.add_argument("--em", metavar="INSTANTE", help=say("files_moment"))


def _add_update(update: argparse.ArgumentParser) -> None:
    say = partial(catalogue().words, "help")
    update.add_argument("--de", metavar="ARQ|URL", help=say("update_from"))
    update.add_argument("--pasta", metavar="PASTA", help=say("update_into"))
    update.add_argument("--perfil", metavar="ARQ", help=say("profile"))
    update.add_argument("--sem-rede", action="store_true", help=say("update_network"))
    update.add_argument("--json", metavar="ARQ|-", help=say("update_json"))


def _add_report(report: argparse.ArgumentParser) -> None:
    say = partial(catalogue().words, "help")
    report.add_argument("arquivo", nargs="?", metavar="ARQ", help=say("show_file"))
    report.add_argument("--esquema", action="store_true", help=say("show_schema"))
    report.add_argument("--html", metavar="ARQ|-", help=say("show_html"))
    report.add_argument("--pdf", metavar="ARQ|-", help=say("show_pdf"))


def profile(file: str | None) -> Profile:
    """Return the named profile, or the built-in one; raises :class:`ProfileError`."""
    if file == "":
        raise ProfileError("", "", "missing")
    return builtin() if file is None else load(Path(file))


def instant(text: str) -> datetime:
    """Read a moment with its zone (RFC 3339 §5.6), to the second; raises :class:`UsageError`."""
    parts = _RFC3339.fullmatch(text)
    if parts is None:
        raise UsageError("bad_moment")
    date, minute, second, zone = parts.groups()
    second = "59" if second == "60" else second  # a leap second, which Python does not know
    try:
        moment = datetime.fromisoformat(f"{date}T{minute}:{second}{zone.upper()}")
    except ValueError:
        raise UsageError("bad_moment") from None
    return min(max(moment, _FIRST), _LAST)


def wishes(wanted: argparse.Namespace) -> Wishes:
    """Return what the options wish of the run; raises :class:`UsageError`."""
    if wanted.pin_stdin and wanted.sem_pin:
        raise UsageError("exclusive", option="--pin-stdin", other="--sem-pin")
    digest = wanted.certificado
    if digest is not None:
        digest = digest.replace(":", "").replace(" ", "").lower()
        if len(digest) != _SHA256_HEX or any(c not in "0123456789abcdef" for c in digest):
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


def readable(file: str, option: str) -> None:
    """Find out before the run whether a file that was named can be read."""
    try:
        Path(file).open("rb").close()
    except (OSError, ValueError):
        raise UsageError("no_list", option=option, file=file) from None


def writable(target: str | None, option: str, *, folder: bool) -> None:
    """Find out before the run whether its report can be written afterwards."""
    if target is None or (target == "-" and not folder):
        return
    if not target:
        raise UsageError("not_writable", option=option, file="")
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

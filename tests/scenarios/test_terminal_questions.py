"""What is a person at a terminal asked about the portal, and what comes of the answer?

The whole run is real up to the login, which is replaced by one that asks at once.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import pytest
from tests.lab.softhsm import MODULE, PIN, Token
from tests.scenarios.parts import profile
from tests.scenarios.safe_parts import valid
from tests.scenarios.seat import CTRL_C, Seat

from a3check.core.catalogue import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.lab.laboratory import Laboratory

CANCELLED: Final = 130
WORDS: Final = catalogue()
PAGE: Final = "https://portal.test/tarefas?service=x&y=1"
LIST_END: Final = f"{WORDS.words('assist', 'step_other')}\r\n>"
WORDS_ASKED: Final = f"{WORDS.words('cli', 'assist_words')}\r\n>"
SAID: Final = "Erro 403: sem acesso"
ASKING: Final = """
import sys
from a3check.checks import login
from a3check.core.check import Check, found, secretly
from a3check.core.question import AssistQuestion, ShowQuestion

def run(context):
    user = context.ports.user
    shown = user.may_show(ShowQuestion("outro.test", "AC Inventada"))
    saw = user.assist(AssistQuestion({page!r}, "login.not_requested"))
    hosts = (f"shown={{shown}}",)
    if saw is None:
        yield found("login.not_requested", hosts=hosts)
    elif saw.entered:
        yield found("login.user_entered")
    else:
        yield found("login.user_stopped", secretly("words", saw.words), step=str(saw.step))

login.CHECK = Check(run, requires=("signature", "server"))
from a3check.__main__ import main
sys.argv = ["a3check", *sys.argv[1:]]
sys.exit(main())
"""


class Asked(Seat):
    """The command line with a login that asks both questions, and a browser that takes notes."""

    def __init__(self, home: Path, extra: Mapping[str, str], *arguments: str) -> None:
        programs = home.with_name("programs")
        programs.mkdir()
        self.notes = programs / "notes"
        opener = programs / "xdg-open"
        opener.write_text(f'#!/bin/sh\necho "$1" >> {self.notes}\necho noise >&2\n', "utf-8")
        opener.chmod(0o755)
        path = f"{programs}{os.pathsep}{os.environ['PATH']}"
        super().__init__(home, {**extra, "PATH": path, "DISPLAY": ":99"}, *arguments)
        script = ASKING.format(page=PAGE)
        self._command = ["setsid", "--ctty", sys.executable, "-c", script, *arguments]

    def give_pin(self) -> None:
        self.until(WORDS.words("cli", "pin_prompt"))
        self.until_silent()
        self.type(PIN.encode() + b"\n")

    @property
    def opened(self) -> list[str]:
        return self.notes.read_text("utf-8").splitlines() if self.notes.exists() else []


def arguments(lab: Laboratory, report: Path, *more: str) -> tuple[str, ...]:
    known = str(profile(lab, MODULE))
    return ("diagnosticar", "--perfil", known, "--json", str(report), *more)


@contextmanager
def at_the_portals_question(
    lab: Laboratory, home: Path, token: Token, report: Path
) -> Iterator[Asked]:
    with Asked(home, token.home.environment, *arguments(lab, report)) as seat:
        seat.give_pin()
        seat.until("[s/N]")
        yield seat


def login(report: Path) -> dict[str, Any]:
    written = valid(report.read_text("utf-8"))
    entry: dict[str, Any] = next(c for c in written["checks"] if c["name"] == "login")
    finding: dict[str, Any] = entry["findings"][0]
    return finding


def test_the_portal_is_tried_together(
    lab: Laboratory, home: Path, tmp_path: Path, token: Token
) -> None:
    report = tmp_path / "report.json"
    with at_the_portals_question(lab, home, token, report) as seat:
        seat.type(b"\n")
        seat.until(LIST_END)
        seat.type(b"6\n")
        seat.until(WORDS_ASKED)
        seat.type(f"{SAID}\n".encode())
        assert seat.end() == 1, seat.shown
        assert seat.opened == [PAGE]
        assert "noise" not in seat.shown
        assert seat.shown.count("outro.test") == 2
    finding = login(report)
    assert finding["code"] == "login.user_stopped"
    assert finding["evidence"]["step"] == "refused"
    assert SAID not in report.read_text("utf-8")
    logs = list(home.rglob("*.log"))
    assert logs
    assert not [log for log in logs if SAID in log.read_text("utf-8")]


def test_two_noes_and_the_run_goes_on(
    lab: Laboratory, home: Path, tmp_path: Path, token: Token
) -> None:
    report = tmp_path / "report.json"
    with at_the_portals_question(lab, home, token, report) as seat:
        seat.type(b"s\n")
        seat.until(LIST_END)
        seat.type(b"\n")
        assert seat.end() == 2, seat.shown
    assert login(report)["evidence"]["hosts"] == ["shown=True"]


def test_ctrl_c_at_the_portals_question(
    lab: Laboratory, home: Path, tmp_path: Path, token: Token
) -> None:
    report = tmp_path / "report.json"
    with at_the_portals_question(lab, home, token, report) as seat:
        seat.type(b"n\n")
        seat.until(LIST_END)
        seat.type(CTRL_C)
        assert seat.end() == CANCELLED, seat.shown
        assert seat.echoes
        assert "Traceback" not in seat.shown
        assert "Fatal Python error" not in seat.shown
    assert valid(report.read_text("utf-8"))["complete"] is False


@pytest.mark.parametrize("way", ["--pin-stdin", "--sem-pin"])
def test_who_gives_the_pin_elsewhere_is_not_asked(
    way: str, lab: Laboratory, home: Path, tmp_path: Path, token: Token
) -> None:
    report = tmp_path / "report.json"
    with Asked(home, token.home.environment, *arguments(lab, report, way)) as seat:
        if way == "--pin-stdin":
            seat.type(PIN.encode() + b"\n")
        assert seat.end() == 2, seat.shown
        assert seat.opened == []
        assert "[s/N]" not in seat.shown

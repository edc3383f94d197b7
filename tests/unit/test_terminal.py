"""The terminal's two questions about the portal: nobody is asked without a person there."""

from __future__ import annotations

import io
import os
import pty
import sys

import pytest

from a3check import terminal
from a3check.core.catalogue import catalogue
from a3check.core.plain import LONGEST
from a3check.core.question import (
    Assisted,
    AssistQuestion,
    FetchQuestion,
    ShowQuestion,
    Step,
)
from a3check.core.verdict import LEFT_TO_BROWSER as LEFT
from a3check.live import Live
from a3check.terminal import Terminal

WORDS = catalogue()
SHOW = ShowQuestion("outro.test", "AC Inventada de Servidores")
FETCH = FetchQuestion("AC INVENTADA\x1b[2J", "ac.test")
ASSIST = AssistQuestion("https://portal.test/tarefas", "login.not_requested")


def person(*, asks: bool = True) -> Terminal:
    return Terminal(Live(io.StringIO(), WORDS), WORDS, None, asks=asks, declined=False)


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the browser was given; it takes everything."""
    given: list[str] = []

    def take(url: str) -> bool:
        given.append(url)
        return True

    monkeypatch.setattr(terminal, "open_page", take)
    return given


def types(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("s\n", True),
        ("SIM\n", True),
        (" s \n", True),
        ("n\n", False),
        ("\n", False),
        ("", False),
        ("sei\n", False),
        ("s sim\n", False),
    ],
)
def test_only_a_yes_shows_the_certificate(
    typed: str,
    shown: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    types(monkeypatch, typed)
    assert person().may_show(SHOW) is shown
    said = capsys.readouterr()
    assert SHOW.host in said.err
    assert SHOW.issuer in said.err
    assert "CPF" in said.err
    assert said.out == ""


@pytest.mark.parametrize(("typed", "agreed"), [("s\n", True), ("\n", False), ("n\n", False)])
def test_only_a_yes_asks_for_a_missing_ca(
    typed: str,
    agreed: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    types(monkeypatch, typed)
    assert person().may_fetch(FETCH) is agreed
    said = capsys.readouterr().err
    assert "AC INVENTADA [2J" in said
    assert said.count(FETCH.host) == 2
    assert "\x1b" not in said


def test_a_servers_name_for_itself_moves_no_cursor(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    types(monkeypatch, "n\n")
    assert not person().may_show(ShowQuestion("h.test", "AC\x1b[2J\r\u202egro.lautriv\nAC"))
    said = capsys.readouterr().err
    assert "AC [2J gro.lautriv AC" in said
    assert all(c.isprintable() or c == "\n" for c in said)


def test_nobody_is_asked_where_nobody_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], pages: list[str]
) -> None:
    types(monkeypatch, "s\n1\n")
    assert person(asks=False).may_show(SHOW) is False
    assert person(asks=False).cloud(["SafeID"]) is None
    assert person(asks=False).may_fetch(FETCH) is False
    assert person(asks=False).assist(ASSIST) is None
    assert pages == []
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("typed", "brand"),
    [("1\n", "SafeID"), ("2\n", "BirdID"), ("3\n", None), ("\n", None), ("SafeID\n", None)],
)
def test_a_cloud_s_provider_has_its_number(
    typed: str,
    brand: str | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    types(monkeypatch, typed)
    assert person().cloud(["SafeID", "BirdID"]) == brand
    said = capsys.readouterr()
    assert WORDS.words("cli", "cloud") in said.err
    assert "  2. BirdID\n" in said.err
    assert said.out == ""


NUMBERED = [(str(number), step) for number, step in enumerate(Step, 2)]


@pytest.mark.parametrize(("typed", "step"), NUMBERED)
def test_every_step_has_its_number(
    typed: str, step: Step, monkeypatch: pytest.MonkeyPatch, pages: list[str]
) -> None:
    types(monkeypatch, f"{typed}\nErro 403\n")
    assert person().assist(ASSIST) == Assisted(step, "Erro 403")
    assert pages == [ASSIST.url]


def test_whoever_got_in_is_asked_nothing_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], pages: list[str]
) -> None:
    types(monkeypatch, "1\nnothing more\n")
    saw = person().assist(ASSIST)
    assert saw == Assisted(None)
    assert saw is not None
    assert saw.entered
    assert sys.stdin.readline() == "nothing more\n"
    said = capsys.readouterr().err
    assert WORDS.words("assist", "why_not_requested") in said
    assert ASSIST.url in said
    assert f"1. {WORDS.words('assist', 'step_entered')}" in said


@pytest.mark.parametrize("typed", ["\n", "", "0\n", "9\n", "não\n"])
def test_no_number_is_no_answer(
    typed: str, monkeypatch: pytest.MonkeyPatch, pages: list[str]
) -> None:
    types(monkeypatch, typed)
    assert person().assist(ASSIST) is None


def test_the_address_is_shown_where_no_browser_opens(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(terminal, "open_page", lambda _: False)
    types(monkeypatch, "\n")
    assert person().assist(ASSIST) is None
    said = WORDS.words("cli", "assist_not_opened", url=ASSIST.url)
    assert said in capsys.readouterr().err


def test_what_the_page_said_is_one_plain_line(
    monkeypatch: pytest.MonkeyPatch, pages: list[str]
) -> None:
    types(monkeypatch, f"8\n \x1b[31mErro\t  403\x07 {'x' * 500}\n")
    saw = person().assist(ASSIST)
    assert saw is not None
    assert saw.words.startswith("[31mErro 403 x")
    assert len(saw.words) == LONGEST
    assert not saw.entered


def test_bytes_that_are_no_text_are_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"s\xff\n"), "utf-8"))
    assert person().may_show(SHOW) is False


def test_every_reason_has_its_words() -> None:
    for reason in (*LEFT.values(), "other"):
        assert WORDS.words("assist", f"why_{reason}")
    assert AssistQuestion("https://h.test", "login.other_host").reason == "other"
    assert [AssistQuestion("https://h.test", c).reason for c in LEFT] == [*LEFT.values()]


def test_what_was_typed_before_the_question_answers_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keyboard, screen = pty.openpty()
    os.write(keyboard, b"s\n")

    class Shown(io.StringIO):
        """Types the answer once the question stands there."""

        def write(self, text: str) -> int:
            if "[s/N]" in text:
                os.write(keyboard, b"\n")
            return super().write(text)

    try:
        with os.fdopen(screen, "r", closefd=False) as stdin:
            monkeypatch.setattr(sys, "stdin", stdin)
            monkeypatch.setattr(sys, "stderr", Shown())
            assert person().may_show(SHOW) is False
    finally:
        os.close(keyboard)
        os.close(screen)

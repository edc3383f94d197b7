"""What does a person at a terminal see, and is the PIN asked for without echo?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest
from tests.lab import faulty
from tests.lab.softhsm import MODULE, PIN, PinFlag, SoftHsm, Token
from tests.scenarios.parts import WRONG_PIN, profile
from tests.scenarios.safe_parts import LONG_SECONDS, broken, counted, valid
from tests.scenarios.seat import CTRL_C, Seat

from a3check.core.catalogue import catalogue

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.laboratory import Laboratory

CANCELLED: Final = 130
PROMPT: Final = catalogue().words("cli", "pin_prompt")
COLOUR: Final = re.compile(r"\x1b\[[\d;]*m")
SPINNER: Final = re.compile(r"\r\x1b\[K[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] \w")


def asked(known: Path, *more: str) -> tuple[str, ...]:
    return ("diagnosticar", "--perfil", str(known), *more)


def test_a_healthy_run_at_a_terminal(lab: Laboratory, home: Path, token: Token) -> None:
    with Seat(home, token.home.environment, *asked(profile(lab, MODULE))) as seat:
        seat.until(PROMPT)
        seat.until_silent()
        seat.type(PIN.encode() + b"\n")
        assert seat.end() == 0, seat.shown
        assert seat.echoes
        shown = seat.shown
    assert PIN not in shown
    assert token.label in shown
    assert COLOUR.search(shown)
    assert SPINNER.search(shown)
    last = COLOUR.sub("", shown).strip().splitlines()[-1]
    assert last.endswith(catalogue().words("cli", "passed"))


def test_a_wrong_pin_is_asked_for_once(lab: Laboratory, home: Path, token: Token) -> None:
    with Seat(home, token.home.environment, *asked(profile(lab, MODULE))) as seat:
        seat.until(PROMPT)
        seat.until_silent()
        seat.type(WRONG_PIN.encode() + b"\n" + PIN.encode() + b"\n")
        assert seat.end() == 1, seat.shown
        shown = seat.shown
    assert shown.count(PROMPT) == 1
    assert WRONG_PIN not in shown
    assert PIN not in shown
    assert counted(home) == [1]


@pytest.mark.parametrize("keys", [b"\n", b"\x04", b" 1357\n", b"13\t57\n"])
def test_what_can_be_no_pin_is_not_sent(
    keys: bytes, lab: Laboratory, home: Path, token: Token
) -> None:
    with Seat(home, token.home.environment, *asked(profile(lab, MODULE))) as seat:
        seat.until(PROMPT)
        seat.until_silent()
        seat.type(keys)
        assert seat.end() == 2, seat.shown
        assert seat.echoes
        assert "1357" not in seat.shown
    assert token.shown == PinFlag(0)
    assert counted(home) == []


def test_ctrl_c_at_the_question(lab: Laboratory, home: Path, tmp_path: Path, token: Token) -> None:
    report = tmp_path / "report.json"
    more = ("--json", str(report))
    with Seat(home, token.home.environment, *asked(profile(lab, MODULE), *more)) as seat:
        seat.until(PROMPT)
        seat.until_silent()
        seat.type(CTRL_C)
        assert seat.end() == CANCELLED, seat.shown
        assert seat.echoes, "the terminal was left without echo"
        assert "Traceback" not in seat.shown
    assert valid(report.read_text("utf-8"))["complete"] is False
    assert counted(home) == []


def test_ctrl_c_while_the_token_is_silent(
    lab: Laboratory, home: Path, tmp_path: Path, token: Token
) -> None:
    module, known = broken(lab, tmp_path / "m", "hang-C_Login", driver_call=LONG_SECONDS)
    report = tmp_path / "report.json"
    with Seat(home, token.home.environment, *asked(known, "--json", str(report))) as seat:
        seat.until(PROMPT)
        seat.until_silent()
        seat.type(PIN.encode() + b"\n")
        seat.until(catalogue().running("pin"))
        while "hang" not in faulty.calls(module):
            assert seat.process.poll() is None
        seat.type(CTRL_C)
        assert seat.end() == CANCELLED, seat.shown
        assert PIN not in seat.shown
    assert valid(report.read_text("utf-8"))["complete"] is False
    assert counted(home) == [1]


def test_a_slow_token_is_told_of(
    lab: Laboratory, home: Path, tmp_path: Path, token: Token
) -> None:
    _, known = broken(lab, tmp_path / "m", "hang-C_Initialize", driver_start=LONG_SECONDS)
    with Seat(home, token.home.environment, *asked(known, "--sem-pin")) as seat:
        seat.until(catalogue().words("cli", "taking_long", what=catalogue().running("driver")))
        seat.type(CTRL_C)
        assert seat.end() == CANCELLED


def test_without_colour_where_nobody_wants_it(lab: Laboratory, home: Path, token: Token) -> None:
    extra = {**token.home.environment, "NO_COLOR": "1"}
    with Seat(home, extra, *asked(profile(lab, MODULE), "--sem-pin")) as seat:
        assert seat.end() == 2
        assert not COLOUR.search(seat.shown)
        assert "✓" in seat.shown


def test_no_question_without_a_pin(lab: Laboratory, home: Path, token: Token) -> None:
    with Seat(home, token.home.environment, *asked(profile(lab, MODULE), "--sem-pin")) as seat:
        assert seat.end() == 2
        assert PROMPT not in seat.shown


def test_two_certificates_are_a_question(lab: Laboratory, home: Path, hsm: SoftHsm) -> None:
    token = hsm.add_token("DOIS TITULARES")
    for position, name in enumerate(("ecpf", "ecpf_other_holder"), 1):
        token.put(lab.pki.leaf(name), bytes([position]), f"Certificado {position}")
    with Seat(home, token.home.environment, *asked(profile(lab, MODULE))) as seat:
        seat.until(catalogue().words("cli", "choose"))
        seat.until("> ")
        seat.type(b"1\n")
        seat.until(PROMPT)
        seat.until_silent()
        seat.type(PIN.encode() + b"\n")
        assert seat.end() == 0, seat.shown

"""Who keeps a second wrong PIN away from a token, and a PIN out of the command line?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest
from tests.lab import faulty, wizard
from tests.lab.softhsm import MODULE, PIN, PinFlag
from tests.scenarios.parts import CARD_PIN, WRONG_PIN, new_card, profile
from tests.scenarios.safe_parts import (
    LONG_SECONDS,
    Started,
    broken,
    counted,
    once,
    one_line,
    valid,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.lab.card import Card
    from tests.lab.laboratory import Laboratory
    from tests.lab.pcscd import Pcscd
    from tests.lab.softhsm import Token
    from tests.scenarios.table import Table

TRIES: Final = 3
HANG_SECONDS: Final = 2.0
VERIFY: Final = "00 20 00 80 +9 "
"""A VERIFY with a PIN in it, as the card's trace shows it before the status word."""
USAGE: Final = 64


# ---- the program's own count


def test_a_card_that_shows_no_flag_is_protected_by_our_own_count(
    lab: Laboratory, home: Path, table: Table, token: Token
) -> None:
    """The flags are taken away after each run: such tokens exist."""
    known, extra = profile(lab, MODULE), token.home.environment
    for sent in (1, 2):
        run = wizard.run(known, home, extra, pin=WRONG_PIN)
        assert run.cause == "pin.incorrect"
        assert token.shown == PinFlag.COUNT_LOW
        assert counted(home) == [sent]
        token.show(PinFlag(0))
    run = wizard.run(known, home, extra, pin=PIN)
    finding = table.cause(run, "pin.refused_last_try", "token without flags, two wrong PINs sent")
    assert finding["evidence"]["reason"] == "count"
    assert token.shown == PinFlag(0)


def test_a_right_pin_makes_the_count_begin_anew(lab: Laboratory, home: Path, token: Token) -> None:
    known, extra = profile(lab, MODULE), token.home.environment
    for pin in (WRONG_PIN, PIN, WRONG_PIN, PIN):
        run = wizard.run(known, home, extra, pin=pin)
        assert run.codes("pin") == ["pin.accepted" if pin == PIN else "pin.incorrect"]
        assert counted(home) == ([] if pin == PIN else [1])
        token.show(PinFlag(0))


def test_a_token_with_many_tries_is_not_sent_a_third_wrong_pin_unwarned(
    lab: Laboratory, home: Path, table: Table, pcscd: Pcscd
) -> None:
    card = new_card(lab, tries=10)
    with card.inserted(pcscd):
        for _ in range(3):
            run = wizard.run(profile(lab), home, pcscd.environment, pin=WRONG_PIN)
    assert card.verifies == 2
    assert card.tries_left == 8
    table.cause(run, "pin.refused_last_try", "card with ten tries, two wrong PINs sent")


# ---- no answer


@pytest.mark.parametrize("end", ["hang", "segv", "abort", "exit"])
def test_a_login_without_an_answer_counts_once(
    end: str, lab: Laboratory, home: Path, tmp_path: Path, table: Table, token: Token
) -> None:
    limits = {"driver_call": HANG_SECONDS}
    module, known = broken(lab, tmp_path / "m", f"{end}-C_Login", **limits)
    for sent in (1, 2, 2):
        run = wizard.run(known, home, token.home.environment, pin=PIN)
        logins = [call for call in faulty.calls(module) if call == "user"]
        assert len(logins) == sent
        assert counted(home) == [sent]
        if run.codes("pin") != ["pin.refused_last_try"]:
            table.cause(run, "pin.unanswered", f"module: {end} in C_Login")
    table.cause(run, "pin.refused_last_try", f"two logins that ended in {end}")
    assert token.shown == PinFlag(0)


# ---- two at a time


def test_two_command_lines_and_one_token(
    lab: Laboratory, home: Path, tmp_path: Path, token: Token
) -> None:
    """While one waits for C_Login the other must not send; not through another module either."""
    module, known = broken(lab, tmp_path / "m", "hang-C_Login", driver_call=LONG_SECONDS)
    arguments = ("diagnosticar", "--pin-stdin", "--perfil", str(known))
    with Started(home, token.home.environment, *arguments, said=f"{PIN}\n".encode()) as first:
        first.until(lambda: "hang" in faulty.calls(module), "C_Login")
        for other in (known, profile(lab, MODULE)):
            run = wizard.run(other, home, token.home.environment, pin=WRONG_PIN)
            assert run.codes("pin") == ["pin.not_tried"]
            assert run.finding("pin.not_tried")["evidence"]["reason"] == "busy"
    assert faulty.calls(module).count("user") == 1
    assert token.shown == PinFlag(0)
    assert counted(home) == [1]


@pytest.mark.parametrize("pins", [(WRONG_PIN, WRONG_PIN), (CARD_PIN, WRONG_PIN)])
def test_two_command_lines_at_the_same_moment(
    pins: tuple[str, str], lab: Laboratory, home: Path, pcscd: Pcscd, inserted: Card
) -> None:
    known = str(profile(lab))
    files = [home / f"report-{number}.json" for number in range(2)]
    home.mkdir()
    runs = [
        Started(
            home / f"run-{number}",
            {**pcscd.environment, **{f"XDG_{n}_HOME": str(home) for n in ("DATA", "STATE")}},
            *("diagnosticar", "--pin-stdin", "--perfil", known, "--json", str(files[number])),
            said=f"{pins[number]}\n".encode(),
        )
        for number in range(2)
    ]
    with runs[0] as first, runs[1] as second:
        first.end()
        second.end()
    found = [codes(valid(file.read_text("utf-8")), "pin") for file in files]
    sent = [code for each in found for code in each if code != "pin.not_tried"]
    refused = [t for t in inserted.trace if t.startswith(VERIFY) and not t.endswith("9000")]
    assert len(refused) == sent.count("pin.incorrect") <= pins.count(WRONG_PIN)
    # OpenSC sends the PIN that was accepted again where the other one's refusal closed the card.
    assert inserted.verifies - len(refused) <= 2 * sent.count("pin.accepted")


def codes(report: Mapping[str, object], check: str) -> list[str]:
    checks = json.loads(json.dumps(report["checks"]))
    return [f["code"] for c in checks if c["name"] == check for f in c["findings"]]


# ---- no way in but these


@pytest.mark.parametrize(
    "arguments",
    [
        ("diagnosticar", "--pin", "8642"),
        ("diagnosticar", "--pin=8642"),
        ("diagnosticar", "--pin-stdin=8642"),
        ("diagnosticar", "--pin-stdin", "8642"),
        ("diagnosticar", "--senha", "8642"),
        ("diagnosticar", "--pin8642"),
        ("diagnosticar", "-p8642"),
        ("diagnosticar", "-8642"),
        ("diagnosticar", "8642"),
        ("diagnosticar", "--forma", "8642"),
        ("diagnosticar", "--certificado", "8642"),
        ("--pin", "8642"),
        ("8642",),
    ],
)
def test_a_pin_as_an_argument_is_refused_and_not_repeated(
    arguments: tuple[str, ...], home: Path
) -> None:
    run = once(home, *arguments)
    assert run.status == USAGE
    assert run.output == ""
    assert "8642" not in one_line(run.errors)
    assert not any("8642" in f.read_text() for f in home.rglob("*") if f.is_file())


def test_no_variable_carries_a_pin(
    lab: Laboratory, home: Path, pcscd: Pcscd, inserted: Card
) -> None:
    names = ("PIN", "A3CHECK_PIN", "A3CHECK_SENHA", "USER_PIN", "SENHA")
    extra = {**pcscd.environment, **dict.fromkeys(names, CARD_PIN)}
    run = once(
        home, *("diagnosticar", "--perfil", str(profile(lab)), "--json", "-"), said=b"", **extra
    )
    assert run.finding("pin.not_tried")["evidence"]["reason"] == "nobody"
    assert inserted.verifies == 0

"""The PIN, broken: what a token says to the one login, and when it is never asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from tests.lab import faulty, filtering, wizard
from tests.lab.apdu import Sw
from tests.lab.filtering import answer
from tests.lab.pcscd import Pcscd
from tests.lab.piv import VERIFY
from tests.lab.softhsm import PinFlag
from tests.scenarios.parts import CARD_PIN, WRONG_PIN, new_token, profile, untouched
from tests.scenarios.portals import enter

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.card import Card
    from tests.lab.laboratory import Laboratory
    from tests.lab.softhsm import SoftHsm
    from tests.scenarios.table import Table

HANG_SECONDS: Final = 2.0
NO_FLAGS: Final = filtering.flags(clear=filtering.PIN_FLAGS)


def test_a_pin_that_is_accepted(lab: Laboratory, home: Path, table: Table) -> None:
    run = enter(lab, home, lab.profile())
    table.beside(run, "pin.accepted", "SoftHSM and its PIN")


@pytest.mark.parametrize("left", [3, 2])
def test_a_pin_that_is_not_accepted(
    left: int, lab: Laboratory, home: Path, table: Table, pcscd: Pcscd, card: Card
) -> None:
    card.tries_left = left
    with card.inserted(pcscd):
        run = wizard.run(profile(lab), home, pcscd.environment, pin=WRONG_PIN)
    finding = table.cause(run, "pin.incorrect", f"another PIN, {left} tries left on the card")
    # OpenSC tells of a card's counter only when one try is left.
    assert finding["evidence"].get("tries_left") == (1 if left == 2 else None)
    assert (card.verifies, card.tries_left) == (1, left - 1)


def test_a_pin_that_softhsm_does_not_accept(
    lab: Laboratory, home: Path, hsm: SoftHsm, table: Table
) -> None:
    token = new_token(hsm, lab.pki.leaf())
    run = wizard.run(lab.profile(), home, hsm.environment, pin=WRONG_PIN)
    table.cause(run, "pin.incorrect", "another PIN, a token that does not count")
    assert token.shown == PinFlag.COUNT_LOW, "exactly one try was sent"


def test_the_last_try_by_our_own_count(
    lab: Laboratory, home: Path, hsm: SoftHsm, tmp_path: Path, table: Table
) -> None:
    token = new_token(hsm, lab.pki.leaf())
    module = filtering.build(tmp_path / "module", NO_FLAGS)
    known = lab.profile(drivers={"modules": [str(module)]})
    for pin in (WRONG_PIN, WRONG_PIN[::-1]):
        first = wizard.run(known, home, hsm.environment, pin=pin)
        assert first.cause == "pin.incorrect"
    run = wizard.run(known, home, hsm.environment, pin=token.pin)
    part = "two wrong PINs sent before, and a token that shows no flags"
    finding = table.cause(run, "pin.refused_last_try", part)
    assert finding["evidence"]["reason"] == "count"


def test_a_card_that_blocks_with_this_try(
    lab: Laboratory, home: Path, table: Table, pcscd: Pcscd, card: Card
) -> None:
    card.status_for(VERIFY, Sw.BLOCKED)
    with card.inserted(pcscd):
        run = wizard.run(profile(lab), home, pcscd.environment, pin=WRONG_PIN)
    table.cause(run, "pin.locked", "card that answers 6983 to the PIN")
    assert card.verifies == 1


@pytest.mark.parametrize(
    ("ckr", "code"),
    [(filtering.PIN_LOCKED, "pin.locked"), (filtering.PIN_EXPIRED, "pin.expired")],
)
def test_a_login_that_answers(
    ckr: int, code: str, lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    module = filtering.build(tmp_path / "module", answer("C_Login", ckr))
    run = enter(lab, home, lab.profile(drivers={"modules": [str(module)]}))
    table.cause(run, code, f"C_Login answers 0x{ckr:x}")


def test_a_pin_that_must_be_changed(
    lab: Laboratory, home: Path, hsm: SoftHsm, table: Table
) -> None:
    token = new_token(hsm, lab.pki.leaf())
    token.show(PinFlag.TO_BE_CHANGED)
    run = wizard.run(lab.profile(), home, hsm.environment, pin=WRONG_PIN)
    table.cause(run, "pin.expired", "token that shows CKF_USER_PIN_TO_BE_CHANGED")
    assert untouched(token, PinFlag.TO_BE_CHANGED)


@pytest.mark.parametrize("pin", ["123", "9" * 200])
def test_a_pin_of_another_length(
    pin: str, lab: Laboratory, home: Path, hsm: SoftHsm, tmp_path: Path, table: Table
) -> None:
    token = new_token(hsm, lab.pki.leaf())
    module = filtering.build(tmp_path / "module", filtering.limits(4, 100))
    known = lab.profile(drivers={"modules": [str(module)]})
    run = wizard.run(known, home, hsm.environment, pin=pin)
    part = f"PIN of {len(pin)} characters, token of 4 to 100"
    evidence = table.cause(run, "pin.invalid_length", part)["evidence"]
    assert (evidence["minimum"], evidence["maximum"]) == (4, 100)
    assert untouched(token), "nothing was sent"


def test_no_pin(lab: Laboratory, home: Path, hsm: SoftHsm, table: Table) -> None:
    token = new_token(hsm, lab.pki.leaf())
    run = wizard.run(lab.profile(), home, hsm.environment)
    table.cause(run, "pin.not_tried", "--sem-pin on a healthy token")
    assert untouched(token)


def test_a_driver_that_hangs_in_the_login(
    lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    module = faulty.build("hang-C_Login", tmp_path, behind=lab.hsm.module)
    known = lab.profile(drivers={"modules": [str(module)]}, limits={"driver_call": HANG_SECONDS})
    run = enter(lab, home, known)
    finding = table.cause(run, "pin.unanswered", "module that never returns from C_Login")
    assert finding["evidence"]["module"] == str(module)
    assert faulty.calls(module).count("user") == 1


def test_a_card_that_falls_silent_at_the_pin(
    lab: Laboratory, home: Path, table: Table, folder: Path, card: Card
) -> None:
    card.silent_from(VERIFY)
    with Pcscd(folder) as own, card.inserted(own):
        known = profile(lab, driver_call=HANG_SECONDS, pcsc=HANG_SECONDS)
        run = wizard.run(known, home, own.environment, pin=CARD_PIN)
    table.cause(run, "pin.unanswered", "card that falls silent at VERIFY")
    assert card.verifies == 1

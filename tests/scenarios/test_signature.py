"""The key, broken: what a token that has accepted the PIN says to a signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from tests.lab import faulty, filtering, wizard
from tests.lab.apdu import Sw
from tests.lab.filtering import answer, hide
from tests.lab.piv import SIGN
from tests.scenarios.parts import CARD_PIN, new_card, new_token, profile
from tests.scenarios.portals import enter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.lab.card import Card
    from tests.lab.laboratory import Laboratory
    from tests.lab.pcscd import Pcscd
    from tests.lab.softhsm import SoftHsm
    from tests.scenarios.table import Table

HANG_SECONDS: Final = 2.0


def test_a_key_that_signs(
    lab: Laboratory, home: Path, table: Table, pcscd: Pcscd, card: Card
) -> None:
    with card.inserted(pcscd):
        run = wizard.run(profile(lab), home, pcscd.environment, pin=CARD_PIN)
    table.beside(run, "signature.valid", "card in order, OpenSC")
    assert card.signatures == 2, "one for the challenge, one for the portal"


def _without_key(lab: Laboratory, hsm: SoftHsm) -> None:
    hsm.add_token("SEM CHAVE").put(lab.pki.leaf(), key=False)


def _with_another_key(lab: Laboratory, hsm: SoftHsm) -> None:
    new_token(hsm, lab.pki.variant("key_mismatch"))


@pytest.mark.parametrize(
    ("spoil", "code", "part"),
    [
        (_without_key, "signature.key_missing", "token with a certificate and no key"),
        (_with_another_key, "signature.key_mismatch", "key of another pair under the same id"),
    ],
)
def test_a_key_that_is_not_the_certificates(
    spoil: Callable[[Laboratory, SoftHsm], None],
    code: str,
    part: str,
    lab: Laboratory,
    home: Path,
    hsm: SoftHsm,
    table: Table,
) -> None:
    spoil(lab, hsm)
    run = wizard.run(lab.profile(), home, hsm.environment, pin=lab.pin)
    table.cause(run, code, part)
    assert not run.codes("login")


@pytest.mark.parametrize(
    ("rules", "code", "part"),
    [
        (hide(filtering.ALL_RSA), "signature.failed", "token that knows no RSA mechanism"),
        (
            (answer("C_Sign", filtering.DEVICE_ERROR),),
            "signature.failed",
            "C_Sign answers CKR_DEVICE_ERROR",
        ),
        (
            (answer("C_Sign", filtering.DEVICE_REMOVED),),
            "signature.token_removed",
            "C_Sign answers CKR_DEVICE_REMOVED",
        ),
    ],
)
def test_a_token_that_does_not_sign(
    rules: tuple[str, ...],
    code: str,
    part: str,
    lab: Laboratory,
    home: Path,
    tmp_path: Path,
    table: Table,
) -> None:
    module = filtering.build(tmp_path / "module", *rules)
    run = enter(lab, home, lab.profile(drivers={"modules": [str(module)]}))
    table.cause(run, code, part)
    assert not run.codes("login")


@pytest.mark.parametrize("sw", [Sw.BAD_DATA, Sw.NOT_VERIFIED])
def test_a_card_that_refuses_to_sign(
    sw: int, lab: Laboratory, home: Path, table: Table, pcscd: Pcscd, card: Card
) -> None:
    card.status_for(SIGN, sw)
    with card.inserted(pcscd):
        run = wizard.run(profile(lab), home, pcscd.environment, pin=CARD_PIN)
    table.cause(run, "signature.failed", f"card that answers {sw:x} to every signature")
    # After 6982 OpenSC itself sends the accepted PIN once more: no try is lost by it.
    assert card.verifies == 1 or sw == Sw.NOT_VERIFIED
    assert card.tries_left == 3


def test_a_card_pulled_out_at_the_signature(
    lab: Laboratory, home: Path, table: Table, pcscd: Pcscd, card: Card
) -> None:
    with card.inserted(pcscd):
        assert wizard.run(profile(lab), home, pcscd.environment, pin=CARD_PIN).status == 0
    signing = next(at for at, line in enumerate(card.trace) if line.split()[1] == f"{SIGN:x}")
    again = new_card(lab)
    again.remove_after(signing)
    with again.inserted(pcscd):
        run = wizard.run(profile(lab), home, pcscd.environment, pin=CARD_PIN)
    # OpenSC answers CKR_GENERAL_ERROR to the signature: only the reader knows why.
    table.cause(run, "token.removed", "card pulled out at the signature")
    assert again.verifies == 1, "the login is not repeated"


def test_a_loose_contact_at_the_signature(
    lab: Laboratory, home: Path, table: Table, pcscd: Pcscd, card: Card
) -> None:
    card.drop_at(SIGN)
    with card.inserted(pcscd):
        run = wizard.run(profile(lab), home, pcscd.environment, pin=CARD_PIN)
    part = "loose contact at the signature, too short for the reader to notice"
    table.cause(run, "signature.failed", part)
    assert card.verifies == 1, "the login is not repeated"


@pytest.mark.parametrize(("end", "code"), [("hang", "any.timeout"), ("segv", "any.driver_died")])
def test_a_driver_that_breaks_in_the_signature(
    end: str, code: str, lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    module = faulty.build(f"{end}-C_Sign", tmp_path, behind=lab.hsm.module)
    known = lab.profile(
        drivers={"modules": [str(module)]},
        limits={"driver_call": HANG_SECONDS, "sign": HANG_SECONDS},
    )
    run = enter(lab, home, known)
    finding = table.cause(run, code, f"module: {end} in C_Sign")
    assert finding["evidence"]["call"] == "C_Sign"

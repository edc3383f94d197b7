"""The token and its PIN's state: SoftHSM tokens and a PIV card that is pulled out meanwhile."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING, Final

import pytest
from tests.lab import filtering, wizard
from tests.lab.card import Card
from tests.lab.pcscd import Pcscd
from tests.lab.softhsm import MODULE, PIN, PinFlag
from tests.scenarios.parts import (
    CARD_PIN,
    OPENSC,
    WRONG_PIN,
    merged,
    new_token,
    on_token,
    profile,
    untouched,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.lab.laboratory import Laboratory
    from tests.lab.softhsm import SoftHsm
    from tests.scenarios.parts import Limits
    from tests.scenarios.table import Table

HANG_SECONDS: Final = 3.0
PATIENCE: Final[Limits] = {
    "driver_start": HANG_SECONDS,
    "driver_call": HANG_SECONDS,
    "sign": HANG_SECONDS,
}


def test_a_token_in_order(lab: Laboratory, home: Path, table: Table, hsm: SoftHsm) -> None:
    run = on_token(lab, home, new_token(hsm, lab.pki.leaf()), pin=PIN)
    evidence = table.beside(run, "token.ready", "healthy SoftHSM token")["evidence"]
    assert (evidence["module"], evidence["pin_state"]) == (str(MODULE), "ok")


def test_no_token(lab: Laboratory, home: Path, table: Table, pcscd: Pcscd) -> None:
    """An empty reader; asked for the token alone, nothing before it can be the cause."""
    skip = ("--pular", "reader,card")
    run = wizard.run(profile(lab), home, pcscd.environment, *skip, pin=WRONG_PIN)
    finding = table.cause(run, "token.absent", "OpenSC with an empty reader")
    assert finding["evidence"]["modules"] == [str(OPENSC)]


@pytest.mark.parametrize("part", ["never initialised", "user PIN never set"])
def test_an_empty_token(
    part: str,
    lab: Laboratory,
    home: Path,
    table: Table,
    hsm: SoftHsm,
    pcscd: Pcscd,
    card: Card,
) -> None:
    if part == "user PIN never set":
        hsm.add_token("TOKEN SEM SENHA", pin=None)
    with card.inserted(pcscd):  # its reader is not the token's, but the service has to run
        parts = merged(pcscd.environment, hsm.environment)
        run = wizard.run(profile(lab, MODULE), home, parts, pin=WRONG_PIN)
    finding = table.cause(run, "token.uninitialized", f"SoftHSM token: {part}")
    assert finding["evidence"]["module"] == str(MODULE)


# ---- the PIN's state


def test_a_locked_token(lab: Laboratory, home: Path, table: Table, hsm: SoftHsm) -> None:
    token = new_token(hsm, lab.pki.leaf())
    token.show(PinFlag.LOCKED)
    run = on_token(lab, home, token)
    table.cause(run, "token.pin_locked", "SoftHSM token that shows CKF_USER_PIN_LOCKED")
    assert untouched(token, PinFlag.LOCKED)


def test_a_blocked_card(
    lab: Laboratory, home: Path, table: Table, pcscd: Pcscd, card: Card
) -> None:
    card.tries_left = 0
    with card.inserted(pcscd):
        run = wizard.run(profile(lab), home, pcscd.environment, pin=WRONG_PIN)
    table.cause(run, "token.pin_locked", "PIV card without tries")
    assert card.verifies == 0


def test_the_last_try_of_a_token(lab: Laboratory, home: Path, table: Table, hsm: SoftHsm) -> None:
    token = new_token(hsm, lab.pki.leaf())
    token.show(PinFlag.FINAL_TRY)
    run = on_token(lab, home, token, pin=PIN)
    part = "SoftHSM token that shows CKF_USER_PIN_FINAL_TRY"
    table.beside(run, "token.pin_last_try", part, cause="pin.refused_last_try")
    assert untouched(token, PinFlag.FINAL_TRY)


def test_the_last_try_of_a_card(
    lab: Laboratory, home: Path, table: Table, pcscd: Pcscd, card: Card
) -> None:
    card.tries_left = 1
    with card.inserted(pcscd):
        run = wizard.run(profile(lab), home, pcscd.environment, pin=CARD_PIN)
    part = "PIV card with one try left"
    table.cause(run, "pin.refused_last_try", part)
    table.beside(run, "token.pin_last_try", part, cause="pin.refused_last_try")
    assert (card.verifies, card.tries_left) == (0, 1)


def test_a_count_that_is_low(lab: Laboratory, home: Path, table: Table, hsm: SoftHsm) -> None:
    token = new_token(hsm, lab.pki.leaf())
    token.show(PinFlag.COUNT_LOW)
    run = on_token(lab, home, token, pin=PIN)
    table.beside(run, "token.pin_count_low", "SoftHSM token that shows CKF_USER_PIN_COUNT_LOW")


# ---- several


def test_two_tokens(lab: Laboratory, home: Path, table: Table, hsm: SoftHsm) -> None:
    tokens = [
        new_token(hsm, lab.pki.leaf(kind), label=f"TOKEN {kind}")
        for kind in ("ecpf", "ecpf_other_holder")
    ]
    run = on_token(lab, home, tokens[0])
    finding = table.beside(run, "token.several", "two tokens", cause="pin.not_tried")
    assert len(finding["evidence"]["tokens"]) == len(tokens)
    assert run.status == 2
    assert all(untouched(token) for token in tokens)


def test_two_tokens_that_look_the_same(
    lab: Laboratory, home: Path, hsm: SoftHsm, tmp_path: Path
) -> None:
    """Same label, no serial number of their own: no PIN goes to whichever comes first."""
    kinds = ("ecpf", "ecpf_other_holder")
    tokens = [new_token(hsm, lab.pki.leaf(kind), label=f"TOKEN {kind}") for kind in kinds]
    module = filtering.build(tmp_path / "module", filtering.names("TOKEN"))
    run = wizard.run(profile(lab, module), home, hsm.environment, pin=WRONG_PIN)
    assert (run.status, run.cause) == (2, "pin.not_tried")
    assert "certificate.several" in run.codes()
    assert all(untouched(token) for token in tokens)


# ---- pulled out


ALSO: Final = {3: "card.absent", 14: "card.absent", 38: "signature.token_removed"}
"""By APDUs: our own look at the reader may come too late on a loaded computer, and OpenSC, which
mostly says that the signature failed, may have noticed the removal by itself."""


@pytest.mark.parametrize(
    ("apdus", "when"),
    [
        (3, "before the driver knows the card"),
        (14, "while the driver starts"),
        (20, "while the token is read"),
        (26, "in the middle of its certificate"),
        (31, "before the login"),
        (35, "at the login"),
        (36, "before the signature"),
        (38, "at the signature"),
        (42, "at the portal's login"),
    ],
)
def test_a_card_that_is_pulled_out(
    apdus: int, when: str, lab: Laboratory, home: Path, table: Table, folder: Path, card: Card
) -> None:
    """After so many APDUs of OpenSC's; whatever it makes of that, the cause is the removal."""
    with Pcscd(folder) as pcscd, card.inserted(pcscd):
        card.remove_after(apdus)
        run = wizard.run(profile(lab, **PATIENCE), home, pcscd.environment, pin=CARD_PIN)
    also = ALSO.get(apdus)
    code = also if also is not None and run.cause == also else "token.removed"
    finding = table.cause(run, code, f"card pulled out {when}")
    assert code == also or finding["evidence"]["module"] == str(OPENSC)
    assert card.verifies <= 1


class EventfulCard(Card):
    """A card to which something happens at one command, which it never answers."""

    at: int | None = None
    event: Callable[[], None]
    happening: Thread | None = None

    def _apdu(self, raw: bytes) -> bytes | None:
        if self.apdus != self.at:
            return super()._apdu(raw)
        self.at = None
        self.happening = Thread(target=self.event)
        self.happening.start()
        return None


@pytest.mark.parametrize(
    ("apdus", "when"),
    [(20, "while the token is read"), (35, "at the login"), (38, "at the signature")],
)
@pytest.mark.parametrize(
    ("what", "code"), [("loose contact", "token.removed"), ("crash", "service.stopped")]
)
def test_what_happens_meanwhile(
    what: str,
    code: str,
    apdus: int,
    when: str,
    lab: Laboratory,
    home: Path,
    table: Table,
    folder: Path,
) -> None:
    entity = lab.pki.leaf()
    card = EventfulCard({"9A": (entity.key, entity.der)}, CARD_PIN.encode(), b"31415926")
    with Pcscd(folder) as pcscd, card.inserted(pcscd):

        def lose_contact() -> None:
            card.remove()
            card.insert()

        card.event = pcscd.crash if what == "crash" else lose_contact
        card.at = apdus
        run = wizard.run(profile(lab, **PATIENCE), home, pcscd.environment, pin=CARD_PIN)
        assert card.happening is not None
        card.happening.join(HANG_SECONDS)
    part = "pcscd crashes" if what == "crash" else "card loses its contact for a moment"
    table.cause(run, code, f"{part} {when}")
    assert card.verifies <= 1

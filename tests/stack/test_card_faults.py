"""The faulty virtual card: what real drivers see, and what really reached the card."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING

import pytest
from tests.lab.card import STARSIGN_ATR, UNKNOWN_ATR, Card
from tests.lab.clients import (
    CHILD_SECONDS,
    NO_CARD,
    UNPOWERED,
    child,
    hanging,
    pkcs11,
    pkcs11_question,
    pyscard,
)
from tests.lab.piv import SIGN, VERIFY
from tests.lab.sample import PIN, PUK
from tests.stack.card_signature import Keys, rsa_sign

if TYPE_CHECKING:
    from tests.lab.pcscd import Pcscd

pytestmark = pytest.mark.lab


def test_removal_and_insertion_are_seen(pcscd: Pcscd, card: Card) -> None:
    assert pyscard(pcscd) == [("Lab Reader 0 00 00", card.atr.hex())]
    card.remove()
    assert pyscard(pcscd) == [("Lab Reader 0 00 00", NO_CARD)]
    assert pkcs11(pcscd)["tokens"] == 0
    card.insert()
    assert pkcs11(pcscd)["tokens"] == 1


def test_a_mute_card_is_felt_and_does_not_power_up(pcscd: Pcscd, keys: Keys) -> None:
    card = Card(keys, PIN, PUK)
    card.mute = True
    with card.inserted(pcscd):
        assert pyscard(pcscd) == [("Lab Reader 0 00 00", UNPOWERED)]
        told = pkcs11(pcscd)
        assert told == {"error": "CKR_DEVICE_ERROR"}


@pytest.mark.parametrize("atr", [STARSIGN_ATR, UNKNOWN_ATR], ids=["starsign", "unknown"])
def test_another_atr_is_told_as_it_is(pcscd: Pcscd, keys: Keys, atr: bytes) -> None:
    with Card(keys, PIN, PUK, atr=atr).inserted(pcscd):
        assert pyscard(pcscd) == [("Lab Reader 0 00 00", atr.hex())]
        assert rsa_sign(pcscd, PIN).keys() >= {"signature"}


def test_a_status_word_in_place_of_the_verify_burns_no_try(pcscd: Pcscd, card: Card) -> None:
    card.status_for(VERIFY, 0x6F00)
    assert rsa_sign(pcscd, PIN)["error"] == "CKR_GENERAL_ERROR"
    assert (card.verifies, card.tries_left) == (1, 3)
    card.heal()
    assert "signature" in rsa_sign(pcscd, PIN)


def test_a_connection_cut_at_the_signature_fails_that_signature_only(
    pcscd: Pcscd, card: Card
) -> None:
    card.drop_at(SIGN)
    assert "error" in rsa_sign(pcscd, PIN)
    assert card.signatures == 0
    pcscd.await_card(0, present=True)
    assert "signature" in rsa_sign(pcscd, PIN)


def test_a_silent_card_hangs_the_driver_until_it_speaks(pcscd: Pcscd, card: Card) -> None:
    card.silent_from(VERIFY)
    command, text = pkcs11_question(PIN)
    with hanging(pcscd, *command, text=text) as process:
        assert card.verifies == 1
        card.speak()
        told, _ = process.communicate(timeout=CHILD_SECONDS)
    assert json.loads(told)["logged_in"]
    assert card.tries_left == 3


def test_a_silent_card_can_be_pulled_out(pcscd: Pcscd, card: Card) -> None:
    card.silent_from(None)
    with hanging(pcscd, "pkcs11-tool", "-O"):
        card.remove()
    card.heal()
    card.insert()
    assert pkcs11(pcscd)["certificates"] == 3


def test_pulled_out_after_so_many_commands(pcscd: Pcscd, card: Card) -> None:
    before = card.apdus
    card.remove_after(5)
    assert child(pcscd, "pkcs11-tool", "-O").returncode
    pcscd.await_card(0, present=False)
    assert card.apdus == before + 6
    card.insert()
    assert pkcs11(pcscd)["certificates"] == 3


def test_a_slow_card_is_slow(pcscd: Pcscd, card: Card) -> None:
    card.delay = 0.02
    before, apdus = time.monotonic(), card.apdus
    assert pkcs11(pcscd)["certificates"] == 3
    assert time.monotonic() - before > (card.apdus - apdus) * card.delay


@pytest.mark.parametrize("der", [None, b"\x30\x03\x02\x01", b"", os.urandom(900)])
def test_absent_or_damaged_certificate(pcscd: Pcscd, card: Card, der: bytes | None) -> None:
    card.certificates["9A"] = der
    assert pkcs11(pcscd)["certificates"] == 2

"""The healthy virtual card under the real OpenSC: objects, logins, signatures, counters."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from tests.lab.apdu import tlv
from tests.lab.card import Card
from tests.lab.clients import (
    COUNT_LOW,
    ECDSA,
    FINAL_TRY,
    LOCKED,
    child,
    pkcs11,
)
from tests.lab.piv import PIV_AID, RESET_RETRY, SELECT, SIGN, VERIFY, PivApplication
from tests.lab.sample import HOLDER, PIN, PUK, SIGN_PIN, WRONG, certified
from tests.stack.card_signature import MESSAGE, Keys, rsa_sign

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.pcscd import Pcscd
    from tests.lab.piv import PrivateKey

pytestmark = pytest.mark.lab


def verified(keys: dict[str, tuple[PrivateKey, bytes]], slot: str, signature: str) -> bool:
    public = keys[slot][0].public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    try:
        public.verify(bytes.fromhex(signature), MESSAGE, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


# ---- the healthy card


def test_opensc_lists_slots_and_objects_quickly(pcscd: Pcscd, card: Card) -> None:
    slots = child(pcscd, "pkcs11-tool", "--list-slots").stdout
    assert "Lab Reader 0 00 00" in slots
    assert HOLDER in slots
    assert "PIN initialized" in slots
    before = time.monotonic()
    objects = child(pcscd, "pkcs11-tool", "--list-objects").stdout
    seconds = time.monotonic() - before
    assert objects.count("Certificate Object") == 3
    assert seconds < 1.0
    assert card.apdus > 0
    assert (card.verifies, card.signatures, card.tries_left) == (0, 0, 3)


def test_the_tool_logs_in_and_signs(pcscd: Pcscd, card: Card, keys: Keys, tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(MESSAGE)
    files = ["-i", str(tmp_path / "data"), "-o", str(tmp_path / "signature")]
    sign = ["--sign", "--id", "01", "-m", "SHA256-RSA-PKCS"]
    done = child(
        pcscd,
        "pkcs11-tool",
        "--login",
        "--pin",
        "env:LAB_PIN",
        *sign,
        *files,
        LAB_PIN=PIN.decode(),
    )
    assert done.returncode == 0, done.stderr
    assert verified(keys, "9A", (tmp_path / "signature").read_bytes().hex())
    assert (card.verifies, card.signatures, card.tries_left) == (1, 1, 3)


def test_login_and_rsa_signature(pcscd: Pcscd, card: Card, keys: Keys) -> None:
    told = rsa_sign(pcscd, PIN)
    assert told["slots"] == ["Lab Reader 0 00 00"]
    assert verified(keys, "9A", told["signature"])
    assert not told["always"]
    assert (card.verifies, card.signatures, card.tries_left) == (1, 1, 3)


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1()], ids=["P-256", "P-384"])
def test_login_and_ec_signature(pcscd: Pcscd, curve: ec.EllipticCurve) -> None:
    key = ec.generate_private_key(curve)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(MESSAGE)
    with Card({"9A": certified(key, "CURVA DE TESTE")}, PIN, PUK).inserted(pcscd) as card:
        ask = {"mechanism": ECDSA, "data": digest.finalize().hex(), "signs": [None]}
        told = pkcs11(pcscd, PIN, **ask)
        raw = bytes.fromhex(told["signature"])
        numbers = (int.from_bytes(half) for half in (raw[: len(raw) // 2], raw[len(raw) // 2 :]))
        signature = encode_dss_signature(*numbers)
        key.public_key().verify(signature, MESSAGE, ec.ECDSA(hashes.SHA256()))
        assert (card.verifies, card.signatures) == (1, 1)


# ---- the PIN's counter


def test_a_wrong_pin_burns_exactly_one_try_and_a_right_one_gives_it_back(
    pcscd: Pcscd, card: Card
) -> None:
    assert rsa_sign(pcscd, WRONG)["error"] == "CKR_PIN_INCORRECT"
    assert (card.verifies, card.tries_left, card.signatures) == (1, 2, 0)
    told = rsa_sign(pcscd, PIN)
    assert told["flags"] & (COUNT_LOW | FINAL_TRY | LOCKED) == 0
    assert (card.verifies, card.tries_left, card.signatures) == (2, 3, 1)


def test_the_last_try_and_the_blocked_card_are_flagged(pcscd: Pcscd, card: Card) -> None:
    card.tries_left = 1
    told = rsa_sign(pcscd)
    assert told["flags"] & (COUNT_LOW | FINAL_TRY | LOCKED) == FINAL_TRY
    assert rsa_sign(pcscd, WRONG)["error"] == "CKR_PIN_LOCKED"
    assert card.tries_left == 0
    told = rsa_sign(pcscd, PIN)
    assert told["flags"] & (COUNT_LOW | FINAL_TRY | LOCKED) == LOCKED
    assert told["error"] == "CKR_PIN_LOCKED"
    assert (card.verifies, card.tries_left) == (2, 0)


def test_a_pin_of_another_length_does_not_reach_the_card(pcscd: Pcscd, card: Card) -> None:
    assert rsa_sign(pcscd, b"123")["error"] == "CKR_PIN_LEN_RANGE"
    assert (card.verifies, card.tries_left) == (0, 3)


# ---- the key that wants the PIN each time


@pytest.mark.parametrize("strict", [False, True])
def test_the_context_login_opens_9c(pcscd: Pcscd, keys: Keys, strict: bool) -> None:
    with Card(keys, PIN, PUK, strict_always=strict).inserted(pcscd) as card:
        told = rsa_sign(pcscd, PIN, id=2, signs=[PIN.decode(), PIN.decode()])
        assert told["always"], told
        assert "error" not in told, told["error"]
        assert verified(keys, "9C", told["signature"])
        assert (card.verifies, card.signatures, card.tries_left) == (3, 2, 3)


def test_9c_is_refused_without_the_context_login(pcscd: Pcscd, keys: Keys) -> None:
    with Card(keys, PIN, PUK, strict_always=True).inserted(pcscd) as card:
        assert rsa_sign(pcscd, PIN, id=2)["error"] == "CKR_USER_NOT_LOGGED_IN"
        assert (card.verifies, card.signatures) == (1, 0)


def test_a_signature_pin_has_a_counter_of_its_own(pcscd: Pcscd, keys: Keys) -> None:
    with Card(keys, PIN, PUK, sign_pin=SIGN_PIN).inserted(pcscd) as card:
        assert rsa_sign(pcscd, PIN, id=2, signs=[PIN.decode()])["error"] == "CKR_PIN_INCORRECT"
        assert (card.tries_left, card.sign_tries_left) == (3, 2)
        told = rsa_sign(pcscd, PIN, id=2, signs=[SIGN_PIN.decode()])
        assert verified(keys, "9C", told["signature"])
        assert (card.tries_left, card.sign_tries_left) == (3, 3)
        assert (card.verifies, card.signatures) == (4, 1)


# ---- the card's program by itself


def test_the_puk_opens_a_blocked_pin(keys: Keys) -> None:
    piv = PivApplication(keys, pin=PIN, puk=PUK, serial=bytes(16))
    assert piv.answer(bytes([0, SELECT, 4, 0, len(PIV_AID)]) + PIV_AID)[-2:] == b"\x90\x00"
    piv.user.left = 0
    right = PIN.ljust(8, b"\xff")
    assert piv.answer(bytes([0, VERIFY, 0, 0x80, 8]) + right) == b"\x69\x83"
    assert piv.answer(bytes([0, RESET_RETRY, 0, 0x80, 16]) + right + right) == b"\x63\xc2"
    assert piv.answer(bytes([0, RESET_RETRY, 0, 0x80, 16]) + PUK + right) == b"\x90\x00"
    assert piv.answer(bytes([0, VERIFY, 0, 0x80, 8]) + right) == b"\x90\x00"
    assert (piv.user.left, piv.unblock.left) == (3, 3)


def test_an_extended_command_gets_the_whole_signature_at_once(keys: Keys) -> None:
    piv = PivApplication(keys, pin=PIN, puk=PUK, serial=bytes(16))
    piv.answer(bytes([0, SELECT, 4, 0, len(PIV_AID)]) + PIV_AID)
    piv.answer(bytes([0, VERIFY, 0, 0x80, 8]) + PIN.ljust(8, b"\xff"))
    body = tlv(0x7C, tlv(0x82, b"") + tlv(0x81, b"\x01".rjust(256, b"\0")))
    command = bytes([0, SIGN, 7, 0x9A, 0]) + len(body).to_bytes(2) + body + b"\0\0"
    answer = piv.answer(command)
    assert answer == tlv(0x7C, tlv(0x82, b"\x01".rjust(256, b"\0"))) + b"\x90\x00"

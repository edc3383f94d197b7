"""The PKCS#11 probe with OpenSC and a virtual card that counts the truth."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils
from tests.lab.card import Card
from tests.lab.pcscd import Pcscd
from tests.unit.tls.softkey import Holder, issue

from a3check.core.cryptoki import Candidate, SignAttempt, Token, TokenObjects
from a3check.core.fault import Fault, FaultKind
from a3check.core.profile import Limits
from a3check.core.secret import Secret
from a3check.probes.drivers import ProbedDrivers

pytestmark = pytest.mark.lab

OPENSC = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"
PIN, PUK, SIGN_PIN = b"482915", b"31415926", b"770077"
VERIFY_INS = 0x20
SIGN_INS = 0x87
DATA = bytes(range(32))
# DigestInfo of SHA-256 (RFC 8017, 9.2): CKM_RSA_PKCS signs it as it is.
INFO = bytes.fromhex("3031300d060960864801650304020105000420")


@pytest.fixture(scope="module")
def holder() -> Holder:
    return issue("FULANA DE TAL:00000000191")


@pytest.fixture
def drivers() -> Iterator[ProbedDrivers]:
    made = ProbedDrivers(Limits(driver_call=6.0, sign=6.0))
    yield made
    made.cancel()


@pytest.fixture
def pcscd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pcscd]:
    with Pcscd(tmp_path) as made:
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        yield made


def shown(drivers: ProbedDrivers) -> Token:
    (driver,) = drivers.survey([Candidate(OPENSC)])
    assert driver.works, driver
    return driver.tokens[0]


def objects(drivers: ProbedDrivers, token: Token) -> TokenObjects:
    found = drivers.objects(token)
    assert isinstance(found, TokenObjects), found
    return found


def secret(pin: bytes = PIN) -> Secret:
    return Secret(bytearray(pin))


def verified(holder: Holder, signature: object) -> None:
    assert isinstance(signature, bytes), signature
    public = holder.key.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    public.verify(signature, DATA, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))


def test_login_and_signature(pcscd: Pcscd, holder: Holder, drivers: ProbedDrivers) -> None:
    card = Card({"9A": (holder.key, holder.der)}, PIN, PUK)
    with card.inserted(pcscd):
        token = shown(drivers)
        assert token.reader.startswith("Lab Reader 0")
        assert [c.value for c in objects(drivers, token).certificates] == [holder.der]
        answer = drivers.login(token, secret())
        assert not isinstance(answer, Fault)
        assert answer.ckr == "CKR_OK"
        (key,) = objects(drivers, token).keys
        assert not key.always_authenticate
        verified(holder, drivers.sign(token, key, SignAttempt("CKM_RSA_PKCS", INFO + DATA)))
        assert drivers.release() == ()
    assert (card.verifies, card.tries_left, card.signatures) == (1, 3, 1)


def test_a_wrong_pin_burns_one_try_and_the_last_is_left_alone(
    pcscd: Pcscd, holder: Holder
) -> None:
    card = Card({"9A": (holder.key, holder.der)}, PIN, PUK)
    card.tries_left = 2
    with card.inserted(pcscd):
        for tries in (1, 1):
            drivers = ProbedDrivers(Limits())
            token = shown(drivers)
            answer = drivers.login(token, secret(b"000000"))
            drivers.release()
            assert card.tries_left == tries
        assert isinstance(answer, Fault)
        assert answer.detail == "PIN_FINAL_TRY"
    assert card.verifies == 1


def test_the_signature_keys_own_pin(pcscd: Pcscd, holder: Holder, drivers: ProbedDrivers) -> None:
    card = Card({"9C": (holder.key, holder.der)}, PIN, PUK, sign_pin=SIGN_PIN)
    with card.inserted(pcscd):
        token = shown(drivers)
        answer = drivers.login(token, secret())
        assert not isinstance(answer, Fault)
        assert answer.ckr == "CKR_OK"
        (key,) = objects(drivers, token).keys
        assert key.always_authenticate
        for _ in range(2):
            made = drivers.sign(token, key, SignAttempt("CKM_RSA_PKCS", INFO + DATA))
            assert isinstance(made, Fault)
            assert made.call == "C_Login"
    assert card.sign_tries_left == 2
    assert card.tries_left == 3


def test_a_key_that_is_always_authenticated(
    pcscd: Pcscd, holder: Holder, drivers: ProbedDrivers
) -> None:
    card = Card({"9C": (holder.key, holder.der)}, PIN, PUK, strict_always=True)
    with card.inserted(pcscd):
        token = shown(drivers)
        assert not isinstance(drivers.login(token, secret()), Fault)
        (key,) = objects(drivers, token).keys
        for _ in range(2):
            verified(holder, drivers.sign(token, key, SignAttempt("CKM_RSA_PKCS", INFO + DATA)))
    assert card.verifies == 3
    assert card.tries_left == 3


def test_a_card_that_falls_silent_at_the_login_hangs_once(
    pcscd: Pcscd, holder: Holder, drivers: ProbedDrivers
) -> None:
    card = Card({"9A": (holder.key, holder.der)}, PIN, PUK)
    with card.inserted(pcscd):
        token = shown(drivers)
        card.silent_from(VERIFY_INS)
        fault = drivers.login(token, secret())
        assert isinstance(fault, Fault)
        assert (fault.kind, fault.call) == (FaultKind.HUNG, "C_Login")
        assert isinstance(drivers.login(token, secret()), Fault)
        drivers.cancel()
        card.speak()
    assert card.verifies <= 1


def test_a_card_removed_at_the_signature(
    pcscd: Pcscd, holder: Holder, drivers: ProbedDrivers
) -> None:
    card = Card({"9A": (holder.key, holder.der)}, PIN, PUK)
    with card.inserted(pcscd):
        token = shown(drivers)
        assert not isinstance(drivers.login(token, secret()), Fault)
        (key,) = objects(drivers, token).keys
        card.drop_at(SIGN_INS)
        made = drivers.sign(token, key, SignAttempt("CKM_RSA_PKCS", INFO + DATA))
        assert isinstance(made, Fault)
        assert made.call in {"C_SignInit", "C_Sign"}
    assert card.signatures <= 1

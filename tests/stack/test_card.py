"""The virtual card and the private pcscd against the real OpenSC, pyscard and PyKCS11."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from tests.lab.card import STARSIGN_ATR, UNKNOWN_ATR, Card
from tests.lab.pcscd import Pcscd
from tests.lab.piv import SIGN, VERIFY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.lab.piv import PrivateKey

pytestmark = pytest.mark.lab

OPENSC = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"
PIN, PUK, WRONG, SIGN_PIN = b"482915", b"31415926", b"000000", b"770077"
CHILD_SECONDS = 30
HANG_SECONDS = 1.0
SEEN_SECONDS = 5.0
MESSAGE = b"what the server would have signed"
COUNT_LOW, FINAL_TRY, LOCKED = 0x10000, 0x20000, 0x40000  # CKF_USER_PIN_*, PKCS#11 2.40, 3.2

# Asked with JSON on standard input (the PINs too), answers with JSON. It stops at the first error.
PKCS11 = """
import json, sys
import PyKCS11 as p
ask, told = json.load(sys.stdin), {}
try:
    lib = p.PyKCS11Lib(); lib.load(ask["module"])
    told["slots"] = [lib.getSlotInfo(s).slotDescription.strip() for s in lib.getSlotList()]
    slots = lib.getSlotList(tokenPresent=True)
    told["tokens"] = len(slots)
    info = lib.getTokenInfo(slots[0])
    told["flags"] = info.flags
    session = lib.openSession(slots[0])
    told["certificates"] = len(session.findObjects([(p.CKA_CLASS, p.CKO_CERTIFICATE)]))
    for attempt in ask.get("logins", []):
        session.login(attempt)
        told["logged_in"] = True
    wanted = [(p.CKA_CLASS, p.CKO_PRIVATE_KEY), (p.CKA_ID, [ask.get("id", 1)])]
    key = session.findObjects(wanted)[0]
    told["always"] = session.getAttributeValue(key, [p.CKA_ALWAYS_AUTHENTICATE])[0]
    mechanism = p.Mechanism(ask["mechanism"], None)
    for again in ask.get("signs", []):
        if again is None:
            made = session.sign(key, bytes.fromhex(ask["data"]), mechanism)
            told["signature"] = bytes(made).hex()
            continue
        # C_SignInit, C_Login(CKU_CONTEXT_SPECIFIC), C_Sign: the high level has no way between.
        low = session.lib
        p_check = lambda rv: None if rv == 0 else (_ for _ in ()).throw(p.PyKCS11Error(rv))
        p_check(low.C_SignInit(session.session, mechanism.to_native(), key))
        p_check(low.C_Login(session.session, p.CKU_CONTEXT_SPECIFIC, p.ckbytelist(again.encode())))
        made = p.ckbytelist(1024)
        p_check(low.C_Sign(session.session, p.ckbytelist(bytes.fromhex(ask["data"])), made))
        told["signature"] = bytes(made).hex()
    told["end"] = lib.getTokenInfo(slots[0]).flags
except p.PyKCS11Error as error:
    told["error"] = p.CKR.get(error.value, str(error.value))
except IndexError:
    told["error"] = "nothing found"
print(json.dumps(told))
"""

PYSCARD = """
import json
from smartcard.System import readers
from smartcard.Exceptions import CardConnectionException, NoCardException
from smartcard.pcsc.PCSCExceptions import BaseSCardException
told = []
try:
    for reader in readers():
        connection = reader.createConnection()
        try:
            connection.connect()
            told.append([str(reader), bytes(connection.getATR()).hex()])
        except (CardConnectionException, NoCardException) as error:
            told.append([str(reader), error.hresult & 0xFFFFFFFF])
    print(json.dumps(told))
except BaseSCardException as error:
    print(json.dumps(error.hresult & 0xFFFFFFFF))
"""


def child(pcscd: Pcscd, *command: str, text: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **pcscd.environment, "LAB_PIN": PIN.decode()}
    return subprocess.run(
        command,
        env=environment,
        input=text,
        capture_output=True,
        text=True,
        timeout=CHILD_SECONDS,
        check=False,
    )


def pkcs11(pcscd: Pcscd, *logins: bytes, **ask: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    ask = {"module": OPENSC, "logins": [pin.decode() for pin in logins], **ask}
    done = child(pcscd, sys.executable, "-c", PKCS11, text=json.dumps(ask))
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def pyscard(pcscd: Pcscd) -> Any:  # noqa: ANN401 - JSON
    done = child(pcscd, sys.executable, "-c", PYSCARD)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def certified(key: PrivateKey, name: str) -> tuple[PrivateKey, bytes]:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    certificate = builder.sign(key, hashes.SHA256())
    return key, certificate.public_bytes(serialization.Encoding.DER)


@pytest.fixture(scope="module")
def keys() -> dict[str, tuple[PrivateKey, bytes]]:
    first, second = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    return {
        "9A": certified(first, "ANA DE TESTE:12345678909"),
        "9C": certified(second, "ANA DE TESTE, ASSINATURA"),
        "9E": certified(ec.generate_private_key(ec.SECP256R1()), "CARTAO DE TESTE"),
    }


@pytest.fixture(scope="module")
def pcscd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pcscd]:
    with Pcscd(tmp_path_factory.mktemp("pcscd")) as service:
        yield service


@pytest.fixture
def card(pcscd: Pcscd, keys: dict[str, tuple[PrivateKey, bytes]]) -> Iterator[Card]:
    with Card(keys, PIN, PUK).inserted(pcscd) as inside:
        yield inside


def verified(keys: dict[str, tuple[PrivateKey, bytes]], slot: str, signature: str) -> bool:
    public = keys[slot][0].public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    try:
        public.verify(bytes.fromhex(signature), MESSAGE, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def rsa_sign(pcscd: Pcscd, *logins: bytes, **ask: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return pkcs11(
        pcscd, *logins, **{"mechanism": 0x40, "data": MESSAGE.hex(), "signs": [None]} | ask
    )


# ---- the service


def test_no_reader_one_and_two_side_by_side(
    tmp_path: Path, keys: dict[str, tuple[PrivateKey, bytes]]
) -> None:
    with Pcscd(tmp_path, 0) as none, Pcscd(tmp_path, 2) as two:
        assert pyscard(none) == []
        with Card(keys, PIN, PUK).inserted(two, reader=1) as card:
            assert pyscard(two) == [
                ["Lab Reader 0 00 00", 0x8010000C],
                ["Lab Reader 1 00 00", card.atr.hex()],
            ]
        assert len(two.ports) == 2


def test_stopped_crashed_and_started_again(
    tmp_path: Path, keys: dict[str, tuple[PrivateKey, bytes]]
) -> None:
    with Pcscd(tmp_path) as pcscd, Card(keys, PIN, PUK).inserted(pcscd) as card:
        pcscd.stop()
        assert not pcscd.socket.exists()
        assert pyscard(pcscd) == 0x8010001D
        pcscd.start()
        pcscd.await_card(0, present=True)
        pcscd.crash()
        assert pcscd.socket.exists()
        assert pyscard(pcscd) == 0x8010001D
        pcscd.start()
        pcscd.await_card(0, present=True)
        assert pyscard(pcscd) == [["Lab Reader 0 00 00", card.atr.hex()]]


def test_a_frozen_service_answers_nobody_until_it_thaws(tmp_path: Path) -> None:
    with Pcscd(tmp_path) as pcscd:
        pcscd.freeze()
        command = [sys.executable, "-c", PYSCARD]
        environment = {**os.environ, **pcscd.environment}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(HANG_SECONDS)
            pcscd.thaw()
            told, _ = process.communicate(timeout=CHILD_SECONDS)
        assert json.loads(told) == [["Lab Reader 0 00 00", 0x8010000C]]


def test_the_service_dies_with_the_program_that_started_it(tmp_path: Path) -> None:
    code = (
        "import sys, threading; from pathlib import Path; from tests.lab.pcscd import Pcscd\n"
        "with Pcscd(Path(sys.argv[1])) as pcscd:\n"
        "    print(pcscd.pid, flush=True); threading.Event().wait()"
    )
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + SEEN_SECONDS
    while Path(f"/proc/{pid}/exe").exists():
        assert time.monotonic() < deadline
        threading.Event().wait(0.02)


# ---- the healthy card


def test_opensc_lists_slots_and_objects_quickly(pcscd: Pcscd, card: Card) -> None:
    slots = child(pcscd, "pkcs11-tool", "--list-slots").stdout
    assert "Lab Reader 0 00 00" in slots
    assert "ANA DE TESTE:12345678909" in slots
    assert "PIN initialized" in slots
    before = time.monotonic()
    objects = child(pcscd, "pkcs11-tool", "--list-objects").stdout
    seconds = time.monotonic() - before
    assert objects.count("Certificate Object") == 3
    assert seconds < 1.0
    assert card.apdus > 0
    assert (card.verifies, card.signatures, card.tries_left) == (0, 0, 3)


def test_the_tool_logs_in_and_signs(
    pcscd: Pcscd, card: Card, keys: dict[str, tuple[PrivateKey, bytes]], tmp_path: Path
) -> None:
    (tmp_path / "data").write_bytes(MESSAGE)
    files = ["-i", str(tmp_path / "data"), "-o", str(tmp_path / "signature")]
    sign = ["--sign", "--id", "01", "-m", "SHA256-RSA-PKCS"]
    done = child(pcscd, "pkcs11-tool", "--login", "--pin", "env:LAB_PIN", *sign, *files)
    assert done.returncode == 0, done.stderr
    assert verified(keys, "9A", (tmp_path / "signature").read_bytes().hex())
    assert (card.verifies, card.signatures, card.tries_left) == (1, 1, 3)


def test_login_and_rsa_signature(
    pcscd: Pcscd, card: Card, keys: dict[str, tuple[PrivateKey, bytes]]
) -> None:
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
        ask = {"mechanism": 0x1041, "data": digest.finalize().hex(), "signs": [None]}
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
def test_the_context_login_opens_9c(
    pcscd: Pcscd, keys: dict[str, tuple[PrivateKey, bytes]], strict: bool
) -> None:
    with Card(keys, PIN, PUK, strict_always=strict).inserted(pcscd) as card:
        told = rsa_sign(pcscd, PIN, id=2, signs=[PIN.decode(), PIN.decode()])
        assert told["always"]
        assert verified(keys, "9C", told["signature"])
        assert (card.verifies, card.signatures, card.tries_left) == (3, 2, 3)


def test_9c_is_refused_without_the_context_login(
    pcscd: Pcscd, keys: dict[str, tuple[PrivateKey, bytes]]
) -> None:
    with Card(keys, PIN, PUK, strict_always=True).inserted(pcscd) as card:
        assert rsa_sign(pcscd, PIN, id=2)["error"] == "CKR_USER_NOT_LOGGED_IN"
        assert (card.verifies, card.signatures) == (1, 0)


def test_a_signature_pin_has_a_counter_of_its_own(
    pcscd: Pcscd, keys: dict[str, tuple[PrivateKey, bytes]]
) -> None:
    with Card(keys, PIN, PUK, sign_pin=SIGN_PIN).inserted(pcscd) as card:
        assert rsa_sign(pcscd, PIN, id=2, signs=[PIN.decode()])["error"] == "CKR_PIN_INCORRECT"
        assert (card.tries_left, card.sign_tries_left) == (3, 2)
        told = rsa_sign(pcscd, PIN, id=2, signs=[SIGN_PIN.decode()])
        assert verified(keys, "9C", told["signature"])
        assert (card.tries_left, card.sign_tries_left) == (3, 3)
        assert (card.verifies, card.signatures) == (4, 1)


# ---- what goes wrong


def test_removal_and_insertion_are_seen(pcscd: Pcscd, card: Card) -> None:
    assert pyscard(pcscd) == [["Lab Reader 0 00 00", card.atr.hex()]]
    card.remove()
    assert pyscard(pcscd) == [["Lab Reader 0 00 00", 0x8010000C]]
    assert pkcs11(pcscd)["tokens"] == 0
    card.insert()
    assert pkcs11(pcscd)["tokens"] == 1


def test_a_mute_card_is_felt_and_does_not_power_up(
    pcscd: Pcscd, keys: dict[str, tuple[PrivateKey, bytes]]
) -> None:
    card = Card(keys, PIN, PUK)
    card.mute = True
    with card.inserted(pcscd):
        assert pyscard(pcscd) == [["Lab Reader 0 00 00", 0x80100067]]
        told = pkcs11(pcscd)
        assert (len(told["slots"]), told.get("certificates")) == (1, None)


@pytest.mark.parametrize("atr", [STARSIGN_ATR, UNKNOWN_ATR], ids=["starsign", "unknown"])
def test_another_atr_is_told_as_it_is(
    pcscd: Pcscd, keys: dict[str, tuple[PrivateKey, bytes]], atr: bytes
) -> None:
    with Card(keys, PIN, PUK, atr=atr).inserted(pcscd):
        assert pyscard(pcscd) == [["Lab Reader 0 00 00", atr.hex()]]
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
    ask = {"module": OPENSC, "logins": [PIN.decode()], "mechanism": 0x40, "data": "00"}
    command = [sys.executable, "-c", PKCS11]
    environment = {**os.environ, **pcscd.environment}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        process.stdin.write(json.dumps(ask).encode())
        process.stdin.close()
        process.stdin = None
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(HANG_SECONDS)
        assert card.verifies == 1
        card.speak()
        told, _ = process.communicate(timeout=CHILD_SECONDS)
    assert json.loads(told)["logged_in"]
    assert card.tries_left == 3


def test_a_silent_card_can_be_pulled_out(pcscd: Pcscd, card: Card) -> None:
    card.silent_from(None)
    with subprocess.Popen(
        ["pkcs11-tool", "-O"], env={**os.environ, **pcscd.environment}, stderr=subprocess.DEVNULL
    ) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(HANG_SECONDS)
        card.remove()
        process.kill()
    card.heal()
    card.insert()
    assert pkcs11(pcscd)["certificates"] == 3


def test_pulled_out_after_so_many_commands(pcscd: Pcscd, card: Card) -> None:
    before = card.apdus
    card.remove_after(5)
    with subprocess.Popen(
        ["pkcs11-tool", "-O"], env={**os.environ, **pcscd.environment}, stderr=subprocess.DEVNULL
    ) as process:
        pcscd.await_card(0, present=False)
        process.kill()  # OpenSC hangs when the card goes while it reads
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

"""PKCS#11 probes with a real SoftHSM token, which signs; and how a probe lives and ends."""

import os
import threading
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from tests.lab import faulty
from tests.lab.entity import Entity
from tests.lab.root import needs_root
from tests.lab.softhsm import MODULE, Token
from tests.stack.probed import (
    DATA,
    PATIENT,
    SLACK,
    TOKENS_OWN,
    behind,
    logged_in,
    only_fault,
    secret,
    shown,
)

from a3check.core import cryptoki
from a3check.core.cryptoki import Candidate, Driver, SignAttempt, TokenKey
from a3check.core.fault import Fault, FaultKind
from a3check.probes.drivers import ProbedDrivers

pytestmark = pytest.mark.lab


def test_a_token_is_shown_read_logged_into_and_signs(
    token: Token, drivers: ProbedDrivers, holder: Entity, elliptic: Entity
) -> None:
    token.put(elliptic, b"\2", "EC")
    (driver,) = drivers.survey([Candidate(str(MODULE))])
    assert driver.works
    assert (driver.company, driver.version[:2]) == ("SoftHSM", "2.")
    assert len(driver.slots) == 2
    found = driver.tokens[0]
    assert (found.label, found.initialized) == ("A3 DO LABORATORIO", True)
    assert {"CKM_RSA_PKCS", "CKM_RSA_PKCS_PSS", "CKM_ECDSA"} <= found.mechanisms

    objects = drivers.objects(found)
    assert not isinstance(objects, Fault)
    assert {c.value for c in objects.certificates} == {holder.der, elliptic.der}
    assert objects.keys == ()

    answer = drivers.login(found, secret())
    assert not isinstance(answer, Fault)
    assert answer.ckr == "CKR_OK"
    assert answer.token == found

    objects = drivers.objects(found)
    assert not isinstance(objects, Fault)
    keys = {key.id: key for key in objects.keys}
    assert {key.kind for key in keys.values()} == {"rsa", "ec"}
    check_signatures(drivers, found, keys, holder, elliptic)
    assert drivers.release() == ()


def check_signatures(
    drivers: ProbedDrivers,
    token: cryptoki.Token,
    keys: dict[bytes, TokenKey],
    holder: Entity,
    elliptic: Entity,
) -> None:
    public = holder.key.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    made = drivers.sign(token, keys[b"\1"], SignAttempt("CKM_SHA256_RSA_PKCS", DATA))
    assert isinstance(made, bytes)
    public.verify(made, DATA, padding.PKCS1v15(), hashes.SHA256())

    pss = SignAttempt("CKM_RSA_PKCS_PSS", DATA, ("CKM_SHA256", "CKG_MGF1_SHA256", 32))
    made = drivers.sign(token, keys[b"\1"], pss)
    assert isinstance(made, bytes)
    digest = utils.Prehashed(hashes.SHA256())
    public.verify(made, DATA, padding.PSS(padding.MGF1(hashes.SHA256()), 32), digest)

    curve = elliptic.key.public_key()
    assert isinstance(curve, ec.EllipticCurvePublicKey)
    made = drivers.sign(token, keys[b"\2"], SignAttempt("CKM_ECDSA", DATA))
    assert isinstance(made, bytes)
    numbers = int.from_bytes(made[:32], "big"), int.from_bytes(made[32:], "big")
    curve.verify(utils.encode_dss_signature(*numbers), DATA, ec.ECDSA(digest))


@pytest.mark.parametrize(
    ("key", "attempt", "call", "detail"),
    [
        (TokenKey(b"\7", ""), SignAttempt("CKM_RSA_PKCS", DATA), "C_FindObjects", "NO_SUCH_KEY"),
        (
            TOKENS_OWN,
            SignAttempt("CKM_OF_NOBODY", DATA),
            "C_SignInit",
            "CKR_MECHANISM_INVALID",
        ),
        (
            TOKENS_OWN,
            SignAttempt("CKM_RSA_PKCS_PSS", DATA, ("CKM_X", "CKG_X", 1)),
            "C_SignInit",
            "CKR_MECHANISM_PARAM_INVALID",
        ),
        (TOKENS_OWN, SignAttempt("CKM_RSA_PKCS", DATA * 99), "C_Sign", "CKR_GENERAL_ERROR"),
    ],
)
def test_what_cannot_be_signed_is_refused(
    token: Token,
    drivers: ProbedDrivers,
    key: TokenKey,
    attempt: SignAttempt,
    call: str,
    detail: str,
) -> None:
    found = logged_in(drivers, MODULE)
    fault = drivers.sign(found, key, attempt)
    assert isinstance(fault, Fault)
    assert (fault.kind, fault.call, fault.detail) == (FaultKind.REFUSED, call, detail)
    good = drivers.sign(found, TOKENS_OWN, SignAttempt("CKM_RSA_PKCS", DATA))
    assert isinstance(good, bytes)


def test_cancel_ends_everything_at_once(tmp_path: Path) -> None:
    drivers = ProbedDrivers(PATIENT)
    module = faulty.build("hang-C_Initialize", tmp_path)
    found: list[Driver] = []
    survey = threading.Thread(
        target=lambda: found.extend(drivers.survey([Candidate(str(module))]))
    )
    survey.start()
    await_call(module, "hang")
    begun = time.monotonic()
    drivers.cancel()
    survey.join(SLACK)
    assert time.monotonic() - begun < SLACK
    assert only_fault(found[0])[0] is FaultKind.CANCELLED
    (after,) = drivers.survey([Candidate(str(module))])
    assert only_fault(after)[0] is FaultKind.CANCELLED


def test_no_core_file_and_a_session_of_its_own(
    token: Token, drivers: ProbedDrivers, tmp_path: Path
) -> None:
    found = shown(drivers, behind("segv-C_Login", tmp_path))
    process = drivers._modules[found.module]._process
    assert process is not None
    assert os.getsid(process.pid) == process.pid
    limits = Path(f"/proc/{process.pid}/limits").read_text()
    assert "Max core file size        0                    0" in limits
    assert isinstance(drivers.login(found, secret()), Fault)
    assert not list(Path("/").glob("core*"))
    assert not list(tmp_path.rglob("core*"))


@needs_root  # a probe lets nobody else look
def test_a_probe_keeps_no_folder_busy(
    token: Token, drivers: ProbedDrivers, tmp_path: Path
) -> None:
    found = shown(drivers, behind("good", tmp_path))
    process = drivers._modules[found.module]._process
    assert process is not None
    assert Path(f"/proc/{process.pid}/cwd").readlink() == Path("/")


def await_call(module: Path, word: str) -> None:
    """Poll until the module has noted a call; SLACK at most."""
    pause, end = threading.Event(), time.monotonic() + SLACK
    while word not in faulty.calls(module):
        assert time.monotonic() < end, faulty.calls(module)
        pause.wait(0.02)

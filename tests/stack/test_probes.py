"""PKCS#11 probes against real SoftHSM tokens and modules that break in every call."""

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from tests.lab import faulty
from tests.lab.entity import Entity
from tests.lab.root import needs_root
from tests.lab.softhsm import MODULE, PIN, SoftHsm, Token
from tests.unit.tls.softkey import issue

from a3check.core import cryptoki
from a3check.core.cryptoki import Candidate, Driver, SignAttempt, TokenKey
from a3check.core.fault import Fault, FaultKind
from a3check.core.profile import Limits
from a3check.core.secret import Secret
from a3check.probes.drivers import ProbedDrivers

pytestmark = pytest.mark.lab

DEADLINE = 2.0
"""Seconds; what a hanging module is given here."""
SLACK = 12.0
"""Seconds for everything else on a busy machine."""
LIMITS = Limits(driver_start=2 * DEADLINE, driver_call=DEADLINE, sign=DEADLINE)
PATIENT = Limits()
TWELVE = (
    *("segv-load", "abort-C_Initialize", "exit-C_GetInfo", "segv-C_GetSlotList"),
    *("error-C_Initialize", "noisy", "closes", "slots-200"),
    *("garbage-labels", "no-function-list", "truncated", "missing-library"),
)
TWELVE_SECONDS = 6.0
"""Without any hang 2 s on a machine that does nothing else."""
DIED = {"segv": "signal 11", "abort": "signal 6", "exit": "exit 3"}
SURVEYED = faulty.CALLS[:6]
TOKENS_OWN = TokenKey(b"\1", "Certificado A3")
DATA = bytes(range(32))


@pytest.fixture(scope="module")
def holder() -> Entity:
    made = issue("FULANA DE TAL:00000000191")
    return Entity(made.certificate, made.key)


@pytest.fixture(scope="module")
def elliptic() -> Entity:
    made = issue("BELTRANO DE TAL:00000000272", curve=ec.SECP256R1())
    return Entity(made.certificate, made.key)


@pytest.fixture
def hsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftHsm:
    made = SoftHsm(tmp_path / "hsm")
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    return made


@pytest.fixture
def token(hsm: SoftHsm, holder: Entity) -> Token:
    made = hsm.add_token("A3 DO LABORATORIO")
    made.put(holder)
    return made


@pytest.fixture
def drivers() -> Iterator[ProbedDrivers]:
    made = ProbedDrivers(LIMITS)
    yield made
    made.cancel()


def candidates(folder: Path, *names: str) -> list[Candidate]:
    return [Candidate(str(faulty.build(name, folder))) for name in names]


def behind(name: str, folder: Path) -> Path:
    return faulty.build(name, folder, behind=MODULE)


def shown(drivers: ProbedDrivers, module: Path) -> cryptoki.Token:
    (driver,) = drivers.survey([Candidate(str(module))])
    assert driver.tokens, driver
    return driver.tokens[0]


def only_fault(driver: Driver) -> tuple[FaultKind, str, str]:
    (fault,) = driver.faults
    return fault.kind, fault.call, fault.detail


def secret(pin: str = PIN) -> Secret:
    return Secret(bytearray(pin.encode()))


def logged_in(drivers: ProbedDrivers, module: Path) -> cryptoki.Token:
    token = shown(drivers, module)
    answer = drivers.login(token, secret())
    assert not isinstance(answer, Fault), answer
    assert answer.ckr == "CKR_OK"
    return token


# ---- a sound one


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


# ---- the PIN


def test_a_wrong_pin_is_spent_once_and_its_flag_is_read(
    token: Token, drivers: ProbedDrivers, tmp_path: Path
) -> None:
    module = behind("good", tmp_path)
    found = shown(drivers, module)
    answer = drivers.login(found, secret("00000000"))
    assert not isinstance(answer, Fault)
    assert answer.ckr == "CKR_PIN_INCORRECT"
    assert answer.token is not None
    assert answer.token.pin_count_low
    pin = secret()
    again = drivers.login(found, pin)
    assert isinstance(again, Fault)
    assert again.detail == "ALREADY_TRIED"
    assert len(pin) == 0
    assert faulty.calls(module) == ["user"]


def test_two_modules_that_show_one_token_get_one_login(
    token: Token, drivers: ProbedDrivers, tmp_path: Path
) -> None:
    modules = [behind("good", tmp_path), behind("noisy", tmp_path)]
    first, second = (d.tokens[0] for d in drivers.survey([Candidate(str(m)) for m in modules]))
    assert first.identity == second.identity
    drivers.login(first, secret("00000000"))
    again = drivers.login(second, secret())
    assert isinstance(again, Fault)
    assert [faulty.calls(module) for module in modules] == [["user"], []]


def test_nothing_is_sent_to_a_token_that_is_not_the_one_asked_about(
    drivers: ProbedDrivers, tmp_path: Path
) -> None:
    for name, detail in (("changes", "TOKEN_CHANGED"), ("final-later", "PIN_FINAL_TRY")):
        module = faulty.build(name, tmp_path)
        found = replace(shown(drivers, module), maker="")
        fault = drivers.login(replace(found, maker="Laboratorio", model=name), secret())
        assert isinstance(fault, Fault)
        assert fault.detail in {detail, "ALREADY_TRIED"}
        assert faulty.calls(module) == []


def test_an_empty_pin_and_an_unknown_token_are_refused(
    token: Token, drivers: ProbedDrivers
) -> None:
    found = shown(drivers, MODULE)
    empty = drivers.login(found, secret(""))
    assert isinstance(empty, Fault)
    assert empty.detail == "EMPTY_PIN"
    elsewhere = drivers.login(replace(found, module="/nowhere.so"), secret())
    assert isinstance(elsewhere, Fault)
    assert elsewhere.detail == "NOT_LOADED"
    assert token.shown == 0


def test_a_hung_login_counts_once(token: Token, drivers: ProbedDrivers, tmp_path: Path) -> None:
    module = behind("hang-C_Login", tmp_path)
    found = shown(drivers, module)
    begun = time.monotonic()
    fault = drivers.login(found, secret())
    assert isinstance(fault, Fault)
    assert (fault.kind, fault.call) == (FaultKind.HUNG, "C_Login")
    assert time.monotonic() - begun < DEADLINE + SLACK
    for _ in range(2):
        assert isinstance(drivers.login(found, secret()), Fault)
        assert isinstance(
            drivers.sign(found, TOKENS_OWN, SignAttempt("CKM_RSA_PKCS", DATA)), Fault
        )
    assert faulty.calls(module) == ["user", "hang"]


@pytest.mark.parametrize(
    ("name", "ckr"),
    [
        ("error-C_Login", "CKR_GENERAL_ERROR"),
        ("vendor-C_Login", "CKR_VENDOR_0x80000001"),
        ("uninitialized-C_Login", "CKR_CRYPTOKI_NOT_INITIALIZED"),
    ],
)
def test_a_login_is_never_repeated_whatever_it_answers(
    token: Token, drivers: ProbedDrivers, tmp_path: Path, name: str, ckr: str
) -> None:
    module = behind(name, tmp_path)
    answer = drivers.login(shown(drivers, module), secret())
    assert not isinstance(answer, Fault)
    assert (answer.ckr, answer.token) == (ckr, None)
    assert faulty.calls(module) == ["user"]


def test_a_key_that_is_always_authenticated_gets_its_own_login(
    hsm: SoftHsm, holder: Entity, drivers: ProbedDrivers, tmp_path: Path
) -> None:
    made = hsm.add_token("A3 DO LABORATORIO")
    made.put(holder, always_authenticate=True)
    module = behind("good", tmp_path)
    found = logged_in(drivers, module)
    objects = drivers.objects(found)
    assert not isinstance(objects, Fault)
    assert objects.keys[0].always_authenticate
    for _ in range(2):
        made_ = drivers.sign(found, objects.keys[0], SignAttempt("CKM_RSA_PKCS", DATA))
        assert isinstance(made_, bytes)
    assert faulty.calls(module) == ["user", "context", "context"]


def test_the_first_refusal_of_such_a_login_is_the_last(
    hsm: SoftHsm, holder: Entity, drivers: ProbedDrivers, tmp_path: Path
) -> None:
    made = hsm.add_token("A3 DO LABORATORIO")
    made.put(holder, always_authenticate=True)
    module = behind("context", tmp_path)
    found = logged_in(drivers, module)
    for _ in range(3):
        fault = drivers.sign(found, TOKENS_OWN, SignAttempt("CKM_RSA_PKCS", DATA))
        assert isinstance(fault, Fault)
        assert (fault.call, fault.detail) == ("C_Login", "CKR_PIN_INCORRECT")
    assert faulty.calls(module) == ["user", "context"]


@pytest.mark.usefixtures("token")
def test_a_reader_with_keys_of_its_own_is_sent_no_pin(
    drivers: ProbedDrivers, tmp_path: Path
) -> None:
    module = behind("keypad", tmp_path)
    found = shown(drivers, module)
    assert found.pinpad
    typed = secret()
    answer = drivers.login(found, typed)
    assert isinstance(answer, cryptoki.LoginAnswer)
    assert answer.ckr == "CKR_OK"
    assert len(typed) == 0
    assert faulty.calls(module) == ["user", "null"]


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize(("name", "pinpad"), [("keypad", False), ("good", True)])
def test_a_way_to_the_pin_that_changed_is_not_taken(
    name: str, pinpad: bool, drivers: ProbedDrivers, tmp_path: Path
) -> None:
    module = behind(name, tmp_path)
    fault = drivers.login(replace(shown(drivers, module), pinpad=pinpad), secret())
    assert isinstance(fault, Fault)
    assert fault.detail == "TOKEN_CHANGED"
    assert faulty.calls(module) == []


# ---- broken ones


@pytest.mark.parametrize("call", SURVEYED)
def test_each_end_in_each_call_is_told_and_the_good_one_is_served(
    drivers: ProbedDrivers, tmp_path: Path, call: str
) -> None:
    names = [f"{end}-{call}" for end in faulty.ENDS]
    begun = time.monotonic()
    *broken, good = drivers.survey(candidates(tmp_path, *names, "good"))
    assert time.monotonic() - begun < 3 * DEADLINE + SLACK
    assert good.works
    assert len(good.tokens) == 1
    for name, driver in zip(names, broken, strict=True):
        end = name.partition("-")[0]
        kind = FaultKind.HUNG if end == "hang" else FaultKind.DIED
        assert only_fault(driver) == (kind, call, DIED.get(end, "")), name


@pytest.mark.parametrize("end", faulty.ENDS)
def test_each_end_after_the_survey_is_told(
    token: Token, tmp_path: Path, drivers: ProbedDrivers, end: str
) -> None:
    expected = (FaultKind.HUNG if end == "hang" else FaultKind.DIED, DIED.get(end, ""))

    def fault_of(call: str) -> Fault | object:
        found = shown(drivers, behind(f"{end}-{call}", tmp_path))
        if call in {"C_OpenSession", "C_FindObjects"}:
            return drivers.objects(found)
        # Each module's login is the first for the token: another object, as another run has.
        alone = ProbedDrivers(LIMITS)
        try:
            found = shown(alone, Path(found.module))
            answer = alone.login(found, secret())
            if call == "C_Login":
                return answer
            return alone.sign(found, TOKENS_OWN, SignAttempt("CKM_RSA_PKCS", DATA))
        finally:
            alone.cancel()

    for call in ("C_OpenSession", "C_FindObjects", "C_Login", "C_Sign"):
        fault = fault_of(call)
        assert isinstance(fault, Fault), call
        assert (fault.kind, fault.detail) == expected
        assert fault.call == call


def test_each_end_in_finalize_is_told(drivers: ProbedDrivers, tmp_path: Path) -> None:
    names = [f"{end}-C_Finalize" for end in faulty.ENDS]
    surveyed = drivers.survey(candidates(tmp_path, "good", *names))
    assert all(driver.works for driver in surveyed)
    broken = drivers.release()
    assert [Path(driver.candidate.path).stem for driver in broken] == names
    assert [only_fault(driver)[1] for driver in broken] == ["C_Finalize"] * len(names)
    assert drivers.release() == ()


@pytest.mark.parametrize("call", ["C_Initialize", "C_GetSlotInfo", "C_GetTokenInfo"])
def test_an_error_is_told_by_its_name(drivers: ProbedDrivers, tmp_path: Path, call: str) -> None:
    names = {
        "error": "CKR_GENERAL_ERROR",
        "vendor": "CKR_VENDOR_0x80000001",
        "uninitialized": "CKR_CRYPTOKI_NOT_INITIALIZED",
    }
    found = drivers.survey(candidates(tmp_path, *(f"{name}-{call}" for name in names)))
    assert [only_fault(driver) for driver in found] == [
        (FaultKind.REFUSED, call, ckr) for ckr in names.values()
    ]


@pytest.mark.parametrize("name", ["noisy", "chdir", "signals", "closes", "mechanisms-absurd"])
def test_rudeness_does_no_harm(drivers: ProbedDrivers, tmp_path: Path, name: str) -> None:
    (driver,) = drivers.survey(candidates(tmp_path, name))
    assert driver.works, driver
    found = drivers.objects(driver.tokens[0])
    assert not isinstance(found, Fault)
    assert len(found.certificates) == 1
    assert drivers.release() == ()
    assert ("vendor debug" in driver.stderr) == (name == "noisy")


@pytest.mark.parametrize(
    ("name", "kind", "call", "detail"),
    [
        ("closes-all", FaultKind.DIED, "C_Initialize", "exit 71"),
        ("garbage", FaultKind.DIED, "C_Initialize", "garbage"),
        ("forks", FaultKind.DIED, "C_Initialize", "signal 6"),
        ("refuses", FaultKind.REFUSED, "C_GetFunctionList", "CKR_GENERAL_ERROR"),
        ("slots-absurd", FaultKind.REFUSED, "C_GetSlotList", "ABSURD_COUNT"),
        ("null-list", FaultKind.REFUSED, "C_GetFunctionList", "NULL"),
        ("no-function-list", FaultKind.NOT_PKCS11, "load", "C_GetFunctionList"),
    ],
)
def test_what_goes_too_far_is_told(
    drivers: ProbedDrivers, tmp_path: Path, name: str, kind: FaultKind, call: str, detail: str
) -> None:
    (driver,) = drivers.survey(candidates(tmp_path, name))
    assert only_fault(driver) == (kind, call, detail)


@pytest.mark.parametrize(
    ("name", "kind", "call"),
    [
        ("objects-endless", FaultKind.REFUSED, "C_FindObjects"),
        ("objects-absurd", FaultKind.DIED, "C_FindObjects"),
        ("value-absurd", FaultKind.DIED, "C_GetAttributeValue"),
    ],
)
def test_absurd_objects_are_told(
    drivers: ProbedDrivers, tmp_path: Path, name: str, kind: FaultKind, call: str
) -> None:
    fault = drivers.objects(shown(drivers, faulty.build(name, tmp_path)))
    assert isinstance(fault, Fault)
    assert (fault.kind, fault.call) == (kind, call)


def test_garbage_labels_are_made_legible(drivers: ProbedDrivers, tmp_path: Path) -> None:
    found = shown(drivers, faulty.build("garbage-labels", tmp_path))
    assert found.label.startswith("Jos")
    for text in (found.label, found.maker, found.model, found.serial):
        assert text.isprintable()
        assert text == text.encode().decode()
    assert (found.pin_min, found.pin_max) == (0, 0)


def test_two_hundred_slots_are_cut(drivers: ProbedDrivers, tmp_path: Path) -> None:
    (driver,) = drivers.survey(candidates(tmp_path, "slots-200"))
    assert len(driver.tokens) == 64


def test_a_slot_that_hangs_leaves_the_other_ones_token(
    drivers: ProbedDrivers, tmp_path: Path
) -> None:
    (driver,) = drivers.survey(candidates(tmp_path, "second-slot"))
    assert only_fault(driver) == (FaultKind.HUNG, "C_GetTokenInfo", "")
    assert [token.slot for token in driver.tokens] == [0]
    found = drivers.objects(driver.tokens[0])
    assert not isinstance(found, Fault)
    assert len(found.certificates) == 1


def test_a_slow_one_is_not_broken(tmp_path: Path) -> None:
    drivers = ProbedDrivers(PATIENT)
    (driver,) = drivers.survey(candidates(tmp_path, "slow"))
    assert driver.works
    assert driver.seconds > 1.0
    drivers.cancel()


def test_files_that_are_no_module_for_this_computer(
    drivers: ProbedDrivers, tmp_path: Path
) -> None:
    names = ("elf32", "aarch64", "truncated", "empty", "text")
    heads = [driver.header for driver in drivers.survey(candidates(tmp_path, *names))]
    assert [head.found if head else "" for head in heads] == ["x86 32", "ARM 64", "", "", ""]
    assert [head.library if head else None for head in heads] == [True, True, False, False, False]

    absent = candidates(tmp_path, "missing-symbol", "missing-library", "dangling")
    faults = [driver.faults[0] for driver in drivers.survey(absent)]
    assert {fault.kind for fault in faults} == {FaultKind.NOT_LOADED}
    assert "a_function_of_a_library_that_is_not_installed" in faults[0].detail
    assert "liba3lab-absent.so.1" in faults[1].detail


def test_a_folder_is_no_library(drivers: ProbedDrivers, tmp_path: Path) -> None:
    (driver,) = drivers.survey([Candidate(str(tmp_path))])
    assert driver.header is not None
    assert not driver.header.library


def test_twelve_faulty_ones_beside_a_good_one(
    token: Token, drivers: ProbedDrivers, tmp_path: Path
) -> None:
    every = [*candidates(tmp_path, *TWELVE), Candidate(str(MODULE))]
    begun = time.monotonic()
    *_, good = drivers.survey(every)
    assert time.monotonic() - begun < TWELVE_SECONDS
    assert good.works
    assert good.tokens[0].label == "A3 DO LABORATORIO"


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

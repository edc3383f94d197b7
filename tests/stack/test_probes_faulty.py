"""PKCS#11 probes against modules that break in every call, and files that are none."""

import time
from pathlib import Path

import pytest
from tests.lab import faulty
from tests.lab.softhsm import MODULE, Token
from tests.stack.probed import (
    DATA,
    DEADLINE,
    LIMITS,
    PATIENT,
    SLACK,
    TOKENS_OWN,
    behind,
    candidates,
    only_fault,
    secret,
    shown,
)

from a3check.core.cryptoki import Candidate, SignAttempt
from a3check.core.fault import Fault, FaultKind
from a3check.probes.drivers import ProbedDrivers

pytestmark = pytest.mark.lab

TWELVE = (
    *("segv-load", "abort-C_Initialize", "exit-C_GetInfo", "segv-C_GetSlotList"),
    *("error-C_Initialize", "noisy", "closes", "slots-200"),
    *("garbage-labels", "no-function-list", "truncated", "missing-library"),
)
TWELVE_SECONDS = 6.0
"""Without any hang 2 s on a machine that does nothing else."""
DIED = {"segv": "signal 11", "abort": "signal 6", "exit": "exit 3"}
SURVEYED = faulty.CALLS[:6]


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

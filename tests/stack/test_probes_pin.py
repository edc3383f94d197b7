"""PKCS#11 probes and the PIN: each login is sent once, and only to the token asked about."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from tests.lab import faulty
from tests.lab.entity import Entity
from tests.lab.softhsm import MODULE, SoftHsm, Token
from tests.stack.probed import DATA, DEADLINE, SLACK, TOKENS_OWN, behind, logged_in, secret, shown

from a3check.core import cryptoki
from a3check.core.cryptoki import Candidate, SignAttempt
from a3check.core.fault import Fault, FaultKind
from a3check.probes.drivers import ProbedDrivers

pytestmark = pytest.mark.lab


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

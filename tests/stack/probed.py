"""What the tests ask of PKCS#11 modules in probes, and how long they wait for it."""

from pathlib import Path

from tests.lab import faulty
from tests.lab.softhsm import MODULE, PIN

from a3check.core import cryptoki
from a3check.core.cryptoki import Candidate, Driver, TokenKey
from a3check.core.fault import Fault, FaultKind
from a3check.core.profile import Limits
from a3check.core.secret import Secret
from a3check.probes.drivers import ProbedDrivers

DEADLINE = 2.0
"""Seconds; what a hanging module is given here."""
SLACK = 12.0
"""Seconds for everything else on a busy machine."""
LIMITS = Limits(driver_start=2 * DEADLINE, driver_call=DEADLINE, sign=DEADLINE)
PATIENT = Limits()
TOKENS_OWN = TokenKey(b"\1", "Certificado A3")
DATA = bytes(range(32))


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

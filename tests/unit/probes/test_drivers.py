"""What the collection of modules does with defects of our own and with cancelled runs."""

import threading

import pytest

from a3check.core.cryptoki import Candidate
from a3check.core.fault import FaultKind
from a3check.core.profile import Limits
from a3check.probes.drivers import ProbedDrivers, _together


def test_all_are_done_and_a_defect_is_raised_in_the_callers_thread() -> None:
    done = threading.Semaphore(0)

    def defect() -> None:
        raise KeyError("ours")

    with pytest.raises(KeyError):
        _together([done.release, defect, done.release])
    assert done.acquire(timeout=0)
    assert done.acquire(timeout=0)
    _together([])


def test_nothing_starts_once_cancelled() -> None:
    drivers = ProbedDrivers(Limits())
    drivers.cancel()
    (driver,) = drivers.survey([Candidate("/usr/lib/softhsm/libsofthsm2.so")])
    assert [fault.kind for fault in driver.faults] == [FaultKind.CANCELLED]
    assert drivers.survey([]) == ()
    assert drivers.release() == ()

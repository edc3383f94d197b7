"""What a3check puts right on Windows, for real: its Python under Wine, its crypt32 and shell32.

That a CA is there, or gone, is seen by another process each time. Wine asks nobody for rights, and
has neither of the two services: another one is started in the very same way.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.gui.repaired import LACKING_RUN
from tests.lab.wine import HERE, Wine, serving
from tests.stack.test_windows_key import SLOW
from tests.unit.pki.maker import AC1, AC2, ROOT, TRUST
from tests.unit.test_mending import Runs
from tests.unit.tls.softkey import issue

from a3check.checks.store import InStore
from a3check.core.fault import Fault
from a3check.core.profile import builtin
from a3check.core.repair import Mended, Result
from a3check.core.store_key import StoreLook
from a3check.desktop.mending import Mending
from a3check.probes import spawner
from a3check.probes.store_keys import ProbedStoreKeys
from a3check.probes.user_cas import ProbedCas

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.stack.tls_servers import Pki

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(bool(Wine.why_not()), reason=Wine.why_not() or "ready"),
]


@pytest.fixture(scope="module")
def served() -> Iterator[Wine]:
    with serving() as made:
        yield made


@pytest.fixture
def wine(served: Wine, monkeypatch: pytest.MonkeyPatch) -> Wine:
    for name, value in served.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr(spawner, "command", served.probe)
    return served


def test_an_intermediate_is_put_there_once_and_exactly_that_one_is_taken_away(
    wine: Wine, pki: Pki
) -> None:
    foreign = issue("AC Alheia", pki.root, ca=True)
    wine.keep([], [foreign.der])
    with ProbedCas(SLOW) as cas:
        assert cas.add(pki.sub.der) is True
        assert cas.add(pki.sub.der) is False
        refused = cas.add(pki.root.der)
        assert isinstance(refused, Fault)
        assert refused.detail == "NO_INTERMEDIATE"
    keys = ProbedStoreKeys(SLOW)
    there = keys.look(b"none", [pki.sub.der, pki.root.der, foreign.der])
    assert not isinstance(there, Fault)
    assert there.installed == (True, False, True)
    with ProbedCas(SLOW) as cas:
        own = hashlib.sha256(pki.sub.der).hexdigest()
        assert cas.remove(own) is True
        assert cas.remove("00" * 32) is False
        assert cas.remove(own) is False
    there = keys.look(b"none", [pki.sub.der, pki.root.der, foreign.der])
    assert not isinstance(there, Fault)
    assert there.installed == (False, False, True)


def test_what_a_run_found_missing_is_put_right_and_taken_back(wine: Wine, tmp_path: Path) -> None:
    wine.keep([])
    above = (AC2.facts, AC1.facts, ROOT.facts)

    def seen() -> StoreLook:
        look = ProbedStoreKeys(SLOW).look(b"none", [ca.der for ca in above])
        assert isinstance(look, StoreLook)
        return look

    runs = Runs((InStore(seen(), above),), replace(builtin(), limits=SLOW))
    mending = Mending(runs, lambda: TRUST, data=lambda: tmp_path)  # type: ignore[arg-type]
    (offer,) = mending.offers(LACKING_RUN)
    names = (AC2.facts.common_name, AC1.facts.common_name)
    assert mending.do(offer, 0) == Mended(Result.DONE, names)
    assert seen().installed == (True, True, False), "no root goes there"
    assert mending.undo() == Mended(Result.UNDONE, names)
    assert seen().installed == (False, False, False)


@pytest.mark.parametrize(
    ("service", "status"),
    [("Spooler", "0"), ("SCardSvr", "1")],  # Wine's sc.exe tells no more than that it failed
)
def test_a_service_is_started_by_windows_own_program(
    wine: Wine, service: str, status: str
) -> None:
    said = wine.run(HERE / "elevate.py", service, "stopped").splitlines()
    assert said == ["C:\\windows\\system32\\cmd.exe", status]

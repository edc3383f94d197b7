"""The user's store of intermediates for real: Windows' Python under Wine, its crypt32.

That one is there, or gone, is seen by another process each time.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from tests.lab.wine import Wine
from tests.stack.test_windows_key import SLOW
from tests.unit.tls.softkey import issue

from a3check.core.fault import Fault
from a3check.probes import spawner
from a3check.probes.store_keys import ProbedStoreKeys
from a3check.probes.user_cas import ProbedCas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stack.tls_servers import Pki

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(bool(Wine.why_not()), reason=Wine.why_not() or "ready"),
]


@pytest.fixture
def wine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wine]:
    made = Wine()
    made.serve()
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr(spawner, "command", made.probe)
    try:
        made.keep([])
        yield made
    finally:
        made.keep([])
        made.stop()


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

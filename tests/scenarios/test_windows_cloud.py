"""A certificate in the cloud that only Windows' store shows: from the store to the portal.

Windows' Python, its crypt32 and its CSPs run under Wine, which stand in for a provider's own: the
list of clouds is changed to know them. Wine 8 drops CAPI's silent flag, so that a window is
allowed shows in the unit tests alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.lab.wine import CSP, PIN_CSP, Kept, Wine, windows_path
from tests.scenarios.parts import key_under_wine
from tests.scenarios.person import Person, sit_down

from a3check.core import knowledge
from a3check.core.knowledge import Confidence, KnownCloud
from a3check.core.secret import Secret
from a3check.core.wishes import Form, Wishes
from a3check.probes.store_keys import ProbedStoreKeys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.lab.laboratory import Laboratory
    from tests.lab.wizard import Run
    from tests.scenarios.table import Table

    from a3check.core.question import PinQuestion

pytestmark = pytest.mark.skipif(bool(Wine.why_not()), reason=Wine.why_not() or "ready")
BOX: Final = "a3check-nuvem"
WORDS: Final = ("microsoftenhanced", "cartaoinventado")
CLOUD: Final = KnownCloud(
    "inventada", "Nuvem Inventada", "Casa Inventada", (), "", Confidence.HIGH, WORDS
)


class Holder(Person):
    """Presses where the provider is about to ask, and types no PIN."""

    def pin(self, question: PinQuestion) -> Secret:
        assert question.token.in_store
        assert self.secret, "asked twice"
        self.secret = ""
        return Secret(bytearray())


@pytest.fixture
def go(
    wine: Wine, old_lab: Laboratory, home: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Run]:
    """Keep the certificate behind a provider, and diagnose for somebody of the cloud."""
    own = old_lab.entities[0]
    assert isinstance(own.key, rsa.RSAPrivateKey)
    private = own.key

    def diagnose(provider: str) -> Run:
        cas = [ca.der for ca in (old_lab.pki.ac1, old_lab.pki.ac2)]
        wine.keep([Kept(own.der, BOX, private, provider)], cas)
        monkeypatch.setattr(knowledge, "clouds", lambda: (CLOUD,))
        key_under_wine(wine, wine.probe, monkeypatch)
        profile = old_lab.profile(drivers={"modules": [], "only_these": True})
        wishes, person = Wishes(form=Form.CLOUD), Holder("one press")
        return sit_down(old_lab, home, profile, person, monkeypatch, ProbedStoreKeys, wishes)

    return diagnose


def test_from_the_store_to_the_portal(go: Callable[[str], Run], table: Table) -> None:
    run = go(CSP)
    assert run.cause is None, run.codes()
    part = "the certificate in Windows' store alone, its provider signs"
    for code in ("cloud.agent_ready", "pin.by_provider", "signature.valid", "login.accepted"):
        table.beside(run, code, part)
    assert "store.legacy_provider" in run.codes("store")
    assert not [c for c in run.codes("login") if "browser_way" in c], "it was this very way"


def test_a_provider_whose_question_gets_no_yes(
    go: Callable[[str], Run],
    old_lab: Laboratory,
    table: Table,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("A3CSP_LOG", windows_path(tmp_path / "notes"))
    monkeypatch.setenv("A3CSP_MODE", "own")
    run = go(PIN_CSP)
    finding = table.cause(run, "signature.not_authorised", "the provider's window gets no yes")
    assert finding["evidence"]["product"] == "Nuvem Inventada"
    notes = (tmp_path / "notes").read_text().splitlines()
    assert notes == ["sign"], "one signature was asked for, and no PIN came"
    assert old_lab.pin not in run.output

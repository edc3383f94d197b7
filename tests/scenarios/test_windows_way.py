"""The browser's way on Windows in a whole run: the token in SoftHSM, its key in Wine's store too.

Windows' Python, its crypt32, rsaenh and ncrypt run under Wine; all the rest is the laboratory's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.lab.laboratory import KEY_CACHE, Laboratory
from tests.lab.pki import Pki
from tests.lab.wine import CSP, PIN_CSP, Kept, Wine, cng_blob, windows_path
from tests.scenarios.parts import key_under_wine
from tests.scenarios.person import Person, sit_down

from a3check.probes.store_keys import ProbedStoreKeys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.lab.wizard import Run
    from tests.scenarios.table import Table

pytestmark = pytest.mark.skipif(bool(Wine.why_not()), reason=Wine.why_not() or "ready")
BOX = "a3check-cenario"


@pytest.fixture(scope="module")
def root_lab(folder: Path) -> Iterator[Laboratory]:
    """A laboratory whose portal names the root alone as whose certificates it takes."""
    root = Pki(KEY_CACHE, "http://127.0.0.1:9").root  # the same key and name as its own
    with Laboratory(folder / "rootonly", client_cas=(root,)) as made:
        yield made


@pytest.fixture
def key(lab: Laboratory) -> rsa.RSAPrivateKey:
    own = lab.entities[0].key
    assert isinstance(own, rsa.RSAPrivateKey)
    return own


@pytest.fixture
def go(
    wine: Wine, lab: Laboratory, home: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Run]:
    """Keep the token's certificate in the store as told, and diagnose with somebody there."""

    def diagnose(kept: Kept, *cas: bytes, cng: bool = False, at: Laboratory = lab) -> Run:
        wine.keep([kept], cas)
        key_under_wine(wine, wine.cng_probe if cng else wine.probe, monkeypatch)
        person = Person(at.pin)
        return sit_down(at, home, at.profile(), person, monkeypatch, ProbedStoreKeys)

    return diagnose


def test_a_csp_does_not_do_for_tls_1_3_what_the_token_did(
    go: Callable[..., Run], lab: Laboratory, key: rsa.RSAPrivateKey, table: Table
) -> None:
    run = go(Kept(lab.entities[0].der, BOX, key))
    part = "the key in Windows behind a CSP, a portal with TLS 1.3"
    finding = table.cause(run, "login.browser_way_fails", part)
    shown = finding["evidence"]
    assert (shown["provider"], shown["provider_kind"]) == (CSP, "CSP")
    assert (shown["error"], shown["reason"]) == ("NO_SCHEME", "old")
    assert "CSP" in run.verdict["explanation"]
    assert "login.accepted" in run.codes("login")
    both = {"store.legacy_provider": part, "chain.not_installed": "no CA of it in Windows"}
    for code, what in both.items():
        table.beside(run, code, what, cause="login.browser_way_fails")


def test_a_ksp_does(
    go: Callable[..., Run],
    lab: Laboratory,
    key: rsa.RSAPrivateKey,
    table: Table,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "key").write_bytes(cng_blob(key))
    monkeypatch.setenv("A3_KEY", windows_path(tmp_path / "key"))
    cas = [ca.der for ca in (lab.pki.ac1, lab.pki.ac2)]
    run = go(Kept(lab.entities[0].der, BOX, key), *cas, cng=True)
    works = table.beside(run, "login.browser_way_works", "the key in Windows behind a KSP")
    assert works["evidence"]["provider_kind"] == "KSP"
    assert works["evidence"]["signature_scheme"] == "rsa_pss_rsae_sha256"
    assert "chain.not_installed" not in run.codes("store")


@pytest.mark.parametrize("missing", [True, False])
def test_a_certificate_that_the_browser_would_hide(
    go: Callable[..., Run],
    root_lab: Laboratory,
    table: Table,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    missing: bool,
) -> None:
    own = root_lab.entities[0]
    assert isinstance(own.key, rsa.RSAPrivateKey)
    (tmp_path / "key").write_bytes(cng_blob(own.key))
    monkeypatch.setenv("A3_KEY", windows_path(tmp_path / "key"))
    cas = [ca.der for ca in (root_lab.pki.ac1, root_lab.pki.ac2)]
    run = go(Kept(own.der, BOX, own.key), *cas[missing:], cng=True, at=root_lab)
    if missing:
        part = "the portal names the root, and Windows lacks a CA on the way to it"
        table.cause(run, "store.not_offered", part)
    else:
        assert run.cause is None, run.codes()
    assert {"login.accepted", "login.browser_way_works"} <= set(run.codes("login"))


def test_a_certificate_without_its_link(
    go: Callable[..., Run], lab: Laboratory, table: Table
) -> None:
    run = go(Kept(lab.entities[0].der))
    table.cause(run, "store.no_key", "the certificate in Windows without a link to its key")
    assert "login.accepted" in run.codes("login"), "it was not tried that way, and the rest was"


def test_the_token_s_pin_reaches_windows_once(
    go: Callable[..., Run],
    old_lab: Laboratory,
    table: Table,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Windows' way is guarded by another PIN than the token's: refused once, then left alone."""
    monkeypatch.setenv("A3CSP_LOG", windows_path(tmp_path / "notes"))
    monkeypatch.setenv("A3CSP_MODE", "")
    own = old_lab.entities[0]
    assert isinstance(own.key, rsa.RSAPrivateKey)
    kept = Kept(own.der, BOX, own.key, PIN_CSP)
    refused, again = go(kept, at=old_lab), go(kept, at=old_lab)
    finding = table.cause(refused, "login.browser_way_fails", "another PIN guards Windows' way")
    assert finding["evidence"]["error"] == "SCARD_W_WRONG_CHV"
    rests = table.beside(again, "login.browser_way_untold", "a key of Windows' that rests")
    assert rests["evidence"]["reason"] == "rests"
    notes = (tmp_path / "notes").read_text().splitlines()
    assert notes == [f"exchange PIN {old_lab.pin}", "sign"]
    assert old_lab.pin not in refused.output + again.output

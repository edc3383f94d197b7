"""The browser's key for real: Windows' Python under Wine, its crypt32, rsaenh and ncrypt.

What Wine 8 cannot show: a CNG key found through the certificate (it keeps none), the silent flag
at the opening (it drops it), cards. The PIN goes to a CSP of the laboratory's own (pin_csp.c).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.lab.wine import CSP, PIN_CSP, Kept, Wine, cng_blob, serving, windows_path
from tests.stack.tls_asking import ask, body
from tests.stack.tls_servers import nginx
from tests.unit.tls.softkey import issue

from a3check.core.fault import Fault, FaultKind
from a3check.core.profile import Limits
from a3check.core.question import TryEnd
from a3check.core.secret import Secret
from a3check.core.store_key import HashToSign, KeyApi, Padding, StoreKey, StoreLook
from a3check.pki.certificate import Certificate, read
from a3check.portal.browser_way import StoreSigner, cost, judge, tried
from a3check.probes import spawner
from a3check.probes.handshakes import ProbedHandshakes
from a3check.probes.store_keys import ProbedStoreKeys
from a3check.probes.wincrypt import ACQUIRE
from a3check.tls import signing, store_key
from a3check.tls.request import Identity
from a3check.tls.transcript import CertificateRequest, Transcript, When

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.stack.tls_servers import Pki
    from tests.unit.tls.softkey import Holder

    Holders = dict[str, Holder]
    Keys = Callable[..., ProbedStoreKeys]

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(bool(Wine.why_not()), reason=Wine.why_not() or "ready"),
]
PIN: Final = b"246810"
SLOW: Final = Limits(driver_start=100.0, driver_call=100.0, sign=100.0)
"""Wine starts slowly on a machine that is busy: what is shown here is no speed."""
HANGS: Final = replace(SLOW, sign=5.0)
BOX, OTHER = "a3check-laboratorio", "a3check-outra"
"""Containers of keys."""


@pytest.fixture(scope="module")
def wine() -> Iterator[Wine]:
    with serving() as made:
        yield made


@pytest.fixture(scope="module")
def holders(wine: Wine, pki: Pki) -> Holders:
    """Keep some certificates in the user's store, each with another fault; nothing else is."""
    names = ("good", "unlinked", "lost", "foreign", "pin", "absent")
    made = {name: issue(f"FULANA {name}:00000000191", pki.sub) for name in names}
    good, pin = made["good"], made["pin"]
    kept = [
        Kept(good.der, BOX, _rsa(good)),
        Kept(made["unlinked"].der),
        Kept(made["lost"].der, "a3check-sem-chave"),
        Kept(made["foreign"].der, BOX),
        Kept(pin.der, OTHER, _rsa(pin), PIN_CSP),
    ]
    wine.keep(kept, [pki.sub.der])
    return made


@pytest.fixture
def keys(wine: Wine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Keys]:
    """Make the product's own parent side, whose probes run under Wine."""
    made: list[ProbedStoreKeys] = []

    def make(limits: Limits = SLOW) -> ProbedStoreKeys:
        made.append(ProbedStoreKeys(limits))
        return made[-1]

    for name, value in wine.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr(spawner, "command", wine.probe)
    yield make
    for each in made:
        each.release()
        each.cancel()


def _rsa(holder: Holder) -> rsa.RSAPrivateKey:
    assert isinstance(holder.key, rsa.RSAPrivateKey)
    return holder.key


def facts(holder: Holder) -> Certificate:
    made = read(holder.der)
    assert isinstance(made, Certificate)
    return made


def wanting(*schemes: str, version: str = "TLSv1.2") -> Transcript:
    request = CertificateRequest(When.HANDSHAKE, schemes=schemes)
    return Transcript("portal.test", 443, version=version, requests=(request,))


# ---- what the store shows


def test_the_store_shows_certificates_and_links(keys: Keys, holders: Holders, pki: Pki) -> None:
    looks = {
        name: keys().look(holder.der, [pki.sub.der, pki.root.der])
        for name, holder in holders.items()
        if name in {"good", "pin", "unlinked", "absent"}
    }
    there = StoreLook(True, True, CSP, True, (True, False))
    assert looks == {
        "good": there,
        "pin": replace(there, provider=PIN_CSP),
        "unlinked": replace(there, linked=False, provider="", legacy=False),
        "absent": StoreLook(present=False, installed=(True, False)),
    }


def test_the_store_lists_what_names_a_key(keys: Keys, holders: Holders) -> None:
    listed = keys().listed()
    assert not isinstance(listed, Fault)
    linked = {holders[name].der for name in ("good", "lost", "foreign", "pin")}
    assert {item.der for item in listed} == linked
    assert {item.provider for item in listed} == {CSP, PIN_CSP}
    assert all(item.legacy for item in listed)


# ---- CAPI


def test_a_csp_signs_and_its_signatures_verify(keys: Keys, holders: Holders) -> None:
    own, stores = holders["good"], keys()
    stores.hold(Secret(bytearray(PIN)))  # rsaenh takes none: it goes on without
    key = stores.open(own.der)
    assert key == StoreKey(KeyApi.CAPI, CSP)
    public = _rsa(own).public_key()
    signer = StoreSigner(stores, StoreKey(KeyApi.CAPI, CSP), public)
    schemes = store_key.schemes(public, KeyApi.CAPI)
    assert len(schemes) == 4
    for scheme in schemes:
        asked = store_key.request(scheme, b"what TLS wants signed")
        assert signing.verifies(asked, public, signer.sign(asked)), scheme


@pytest.mark.parametrize(
    ("name", "error", "call"),
    [
        ("lost", "CRYPT_E_NO_KEY_PROPERTY", ACQUIRE),  # Windows says NTE_BAD_KEYSET
        ("unlinked", "CRYPT_E_NO_KEY_PROPERTY", ACQUIRE),
        ("absent", "CRYPT_E_NOT_FOUND", ACQUIRE),
        ("foreign", "BAD_SIGNATURE", "sign"),
    ],
)
def test_a_broken_link_is_the_finding(
    keys: Keys, holders: Holders, name: str, error: str, call: str
) -> None:
    way = tried(keys(), facts(holders[name]), wanting("rsa_pkcs1_sha256"), b"c" * 32)
    finding = judge(way)
    assert finding.code == "login.browser_way_fails"
    assert (finding.get("error"), finding.get("call")) == (error, call)


# ---- the PIN


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which the laboratory's CSP notes what came."""
    monkeypatch.setenv("A3CSP_LOG", windows_path(tmp_path / "notes"))
    monkeypatch.setenv("A3CSP_MODE", "")
    return tmp_path / "notes"


def lines(notes: Path) -> list[str]:
    return notes.read_text().splitlines()


@pytest.mark.parametrize(
    ("given", "code", "error", "end"),
    [
        (PIN, "login.browser_way_works", None, TryEnd.ACCEPTED),
        (b"135791", "login.browser_way_fails", "SCARD_W_WRONG_CHV", TryEnd.SPENT),
    ],
)
def test_the_pin_reaches_the_provider_once(
    keys: Keys,
    holders: Holders,
    notes: Path,
    given: bytes,
    code: str,
    error: str | None,
    end: TryEnd,
) -> None:
    stores, pin = keys(), Secret(bytearray(given))
    stores.hold(pin)
    assert len(pin) == 0
    way = tried(stores, facts(holders["pin"]), wanting("rsa_pkcs1_sha256"), b"c" * 32)
    finding = judge(way)
    assert (finding.code, finding.get("error")) == (code, error)
    assert finding.get("provider_kind") == "CSP"
    assert cost(way) is end
    again = stores.sign(HashToSign(Padding.PKCS1, "sha256", b"h" * 32))
    assert isinstance(again, Fault) is (error is not None)
    signs = ["sign"] * (1 if error else 2)
    assert lines(notes) == [f"exchange PIN {given.decode()}", *signs]


def test_a_provider_with_a_window_of_its_own_is_left_alone(
    keys: Keys, holders: Holders, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A3CSP_MODE", "own")
    stores = keys()
    stores.hold(Secret(bytearray(PIN)))
    way = tried(stores, facts(holders["pin"]), wanting("rsa_pkcs1_sha256"), b"c" * 32)
    finding = judge(way)
    assert (finding.code, finding.get("reason")) == ("login.browser_way_untold", "dialog")
    assert cost(way) is TryEnd.UNTOUCHED
    assert lines(notes)[1:] == ["sign"]


@pytest.mark.parametrize(
    ("mode", "kind", "code"),
    [("hang", FaultKind.HUNG, "any.timeout"), ("crash", FaultKind.DIED, "any.driver_died")],
)
def test_a_provider_that_hangs_or_crashes_does_so_alone(
    keys: Keys,
    holders: Holders,
    notes: Path,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
    kind: FaultKind,
    code: str,
) -> None:
    monkeypatch.setenv("A3CSP_MODE", mode)
    stores = keys(HANGS if mode == "hang" else SLOW)
    stores.hold(Secret(bytearray(PIN)))
    way = tried(stores, facts(holders["pin"]), wanting("rsa_pkcs1_sha256"), b"c" * 32)
    assert way.fault is not None
    assert (way.fault.kind, way.fault.call) == (kind, "CryptSignHash")
    assert judge(way).code == code
    assert cost(way) is TryEnd.SPENT
    assert isinstance(stores.sign(HashToSign(Padding.PKCS1, "sha256", b"h" * 32)), Fault)
    assert lines(notes).count("sign") == 1


# ---- TLS, by Windows' own libssl


@pytest.mark.parametrize(
    ("version", "api"),
    [("TLSv1.2", KeyApi.CAPI), ("TLSv1.3", KeyApi.CAPI), ("TLSv1.3", KeyApi.CNG)],
)
def test_the_portal_takes_the_key_that_a_browser_would_use(
    keys: Keys,
    holders: Holders,
    wine: Wine,
    pki: Pki,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    version: str,
    api: KeyApi,
) -> None:
    own, talks = holders["good"], ProbedHandshakes(SLOW)
    stores = keys()
    if api is KeyApi.CNG:
        (tmp_path / "key").write_bytes(cng_blob(_rsa(own)))
        monkeypatch.setenv("A3_KEY", windows_path(tmp_path / "key"))
        monkeypatch.setattr(spawner, "command", wine.cng_probe)
        stores.hold(Secret(bytearray(PIN)))
    key = stores.open(own.der)
    assert isinstance(key, StoreKey), key
    assert key.api is api
    monkeypatch.setattr(spawner, "command", wine.probe)
    public = _rsa(own).public_key()
    signer = StoreSigner(stores, key, public)
    identity = Identity(own.der, (pki.sub.der,), store_key.schemes(public, api))
    with nginx(tmp_path, pki, protocols=version) as port:
        patient = {"handshake_seconds": 60.0, "total_seconds": 90.0}
        request = ask(pki, port, identity=identity, require_trust=True, **patient)
        said = talks.converse(request.to_json(), signer.answer)
    talks.cancel()
    assert not isinstance(said, Fault), said
    transcript = Transcript.from_json(said)
    assert (transcript.version, transcript.trusted) == (version, True), transcript
    if version == "TLSv1.3" and api is KeyApi.CAPI:  # no PSS: nothing to show (RFC 8446, 4.4.3)
        assert transcript.nothing_sent
        return
    assert transcript.proved, transcript
    assert b"verify=SUCCESS" in body(transcript)
    wanted = "rsa_pkcs1_sha256" if version == "TLSv1.2" else "rsa_pss_rsae_sha256"
    assert transcript.client_schemes == (wanted,)

"""Whether Windows' key does what the token did, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from tests.unit.checks.world import fact, said
from tests.unit.pki.maker import AC1, AC2, LEAF, ROOT, ca, key, leaf
from tests.unit.portal import said as talk
from tests.unit.tls.storekey import FakeStoreKeys, refused

from a3check.core.fault import Fault, FaultKind
from a3check.core.question import TryEnd
from a3check.core.store_key import KeyApi, StoreKey, StoreLook
from a3check.portal import browser_way
from a3check.portal.browser_way import StoreSigner, Way
from a3check.tls.signing import Algorithm, SignatureRequest, SignerFailed

if TYPE_CHECKING:
    from a3check.tls.transcript import Transcript

KSP, CSP = StoreKey(KeyApi.CNG, "Chaveiro KSP"), StoreKey(KeyApi.CAPI, "Chaveiro CSP")
RSA = leaf(AC2, own="rsa browser")
MODERN = ("rsa_pss_rsae_sha256", "rsa_pkcs1_sha256")
CHALLENGE = b"c" * 32
FAILS, UNTOLD = "login.browser_way_fails", "login.browser_way_untold"


def keys(private: object = None, **more: object) -> FakeStoreKeys:
    own = private or key("leaf")
    assert isinstance(own, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    made = FakeStoreKeys(own)
    for name, value in more.items():
        setattr(made, name, value)
    return made


def wanting(*schemes: str, version: str = "TLSv1.3") -> Transcript:
    asking = replace(talk.asking(), schemes=schemes)
    return replace(talk.proved(talk.to("portal.test")), requests=(asking,), version=version)


RSA_KEYS = {"private": key("rsa browser")}


@pytest.mark.parametrize(
    ("version", "opened", "scheme"),
    [
        ("TLSv1.3", KSP, "rsa_pss_rsae_sha256"),
        ("TLSv1.2", KSP, "rsa_pkcs1_sha256"),
        ("TLSv1.2", CSP, "rsa_pkcs1_sha256"),
    ],
)
def test_it_signs_by_the_scheme_that_chromium_would_choose(
    version: str, opened: StoreKey, scheme: str
) -> None:
    stores = keys(**RSA_KEYS, opened=opened)
    way = browser_way.tried(stores, RSA.facts, wanting(*MODERN, version=version), CHALLENGE)
    assert way == Way(opened, scheme)
    assert stores.events == ["open", "sign"], "one signature"
    finding = browser_way.judge(way)
    assert said(finding) == ("login.browser_way_works",)
    shown = fact(finding, "provider", "provider_kind", "signature_scheme")
    assert shown == (opened.provider, str(opened.api), scheme)
    assert browser_way.cost(way) is TryEnd.ACCEPTED


def test_it_signs_for_who_named_no_scheme() -> None:
    unasked = replace(talk.to("portal.test"), version="TLSv1.2")
    way = browser_way.tried(keys(**RSA_KEYS), RSA.facts, unasked, CHALLENGE)
    assert way == Way(KSP, "rsa_pkcs1_sha256")
    way = browser_way.tried(keys(), LEAF.facts, wanting(), CHALLENGE)
    assert way == Way(KSP, "ecdsa_secp256r1_sha256")


def test_a_csp_cannot_what_tls_1_3_wants() -> None:
    stores = keys(**RSA_KEYS, opened=CSP)
    way = browser_way.tried(stores, RSA.facts, wanting(*MODERN), CHALLENGE)
    assert stores.events == ["open"], "nothing to sign, so no PIN"
    finding = browser_way.judge(way)
    assert said(finding) == (FAILS,)
    assert fact(finding, "reason", "error") == ("old", "NO_SCHEME")
    assert browser_way.cost(way) is TryEnd.UNTOUCHED


def test_a_key_that_tls_does_not_know_is_not_asked() -> None:
    odd = leaf(AC2, own="ed25519 browser")
    stores = keys()
    way = browser_way.tried(stores, odd.facts, wanting(), CHALLENGE)
    assert way.fault is not None
    assert (way.fault.detail, stores.events) == ("NO_SCHEME", ["open"])


def test_another_key_s_signature_is_seen() -> None:
    stores = keys(ec.generate_private_key(ec.SECP256R1()))
    way = browser_way.tried(stores, LEAF.facts, wanting(), CHALLENGE)
    finding = browser_way.judge(way)
    assert said(finding) == (FAILS,)
    assert fact(finding, "reason", "error", "call") == ("mismatch", "BAD_SIGNATURE", "sign")
    assert browser_way.cost(way) is TryEnd.UNTOUCHED


OPEN, SIGN = "CryptAcquireCertificatePrivateKey", "NCryptSignHash"


@pytest.mark.parametrize(
    ("fault", "code", "reason", "end"),
    [
        (refused(OPEN, "NTE_BAD_KEYSET"), FAILS, None, TryEnd.UNTOUCHED),
        (refused(OPEN, "0x8009FFFF"), FAILS, None, TryEnd.UNTOUCHED),
        (refused(SIGN, "NTE_BAD_ALGID"), FAILS, None, TryEnd.UNTOUCHED),
        (refused(SIGN, "NTE_FAIL"), FAILS, None, TryEnd.SPENT),
        (refused(SIGN, "0x8009FFFF"), FAILS, None, TryEnd.SPENT),
        (refused(SIGN, "SCARD_W_WRONG_CHV"), FAILS, None, TryEnd.SPENT),
        (
            refused("CryptSetProvParam", "SCARD_W_CHV_BLOCKED"),
            FAILS,
            None,
            TryEnd.SPENT,
        ),
        (refused("sign", "EMPTY_SIGNATURE"), FAILS, None, TryEnd.SPENT),
        (refused(SIGN, "NTE_SILENT_CONTEXT"), UNTOLD, "dialog", TryEnd.UNTOUCHED),
        (refused(OPEN, "NTE_UI_REQUIRED"), UNTOLD, "dialog", TryEnd.UNTOUCHED),
        (refused(SIGN, "SCARD_W_REMOVED_CARD"), UNTOLD, "removed", TryEnd.UNTOUCHED),
        (refused("import", "UNAVAILABLE"), UNTOLD, "engine", TryEnd.UNTOUCHED),
        (refused(SIGN, "a3check: KeyError"), UNTOLD, "engine", TryEnd.SPENT),
        (
            refused("NCryptSetProperty", "PIN_NOT_ASCII"),
            UNTOLD,
            "pin",
            TryEnd.UNTOUCHED,
        ),
        (Fault(FaultKind.DIED, SIGN, detail="exit 5"), "any.driver_died", None, TryEnd.SPENT),
        (Fault(FaultKind.HUNG, SIGN, 30.04), "any.timeout", None, TryEnd.SPENT),
        (Fault(FaultKind.HUNG, OPEN, 25.0), "any.timeout", None, TryEnd.UNTOUCHED),
        (Fault(FaultKind.CANCELLED, SIGN, 1.0), "any.timeout", None, TryEnd.SPENT),
    ],
)
def test_what_is_said_of_a_refusal_and_what_it_cost(
    fault: Fault, code: str, reason: str | None, end: TryEnd
) -> None:
    opens = fault.call in {OPEN, "import"}
    stores = keys(opened=fault) if opens else keys(refusal=fault)
    way = browser_way.tried(stores, LEAF.facts, wanting(), CHALLENGE)
    assert way.fault == fault
    assert browser_way.cost(way) is end
    finding = browser_way.judge(way, "Do repositório")
    assert said(finding) == (code,)
    assert finding.get("reason") == reason
    named = "module" if code.startswith("any.") else "provider"
    assert finding.get(named) == ("Do repositório" if opens else KSP.provider)
    if code == FAILS:
        assert fact(finding, "call", "error") == (fault.call, fault.detail)


def test_who_serves_it_may_be_unknown() -> None:
    died = Way(None, fault=Fault(FaultKind.DIED, OPEN, detail="exit 5"))
    assert fact(browser_way.judge(died), "module", "exit") == (None, "exit 5")
    bare = browser_way.untold("rests")
    assert [(e.name, e.value) for e in bare.evidence] == [("reason", "rests")]


def test_the_first_failure_is_final() -> None:
    asked = SignatureRequest(Algorithm.ECDSA, "sha256", b"x")
    stores = keys(refusal=refused(SIGN, "SCARD_W_WRONG_CHV"))
    signer = StoreSigner(stores, KSP, key("leaf").public_key())  # type: ignore[arg-type] # P-256
    assert signer.answer(asked.to_json()) == {"error": "SCARD_W_WRONG_CHV"}
    stores.refusal = None
    with pytest.raises(SignerFailed, match="SCARD_W_WRONG_CHV"):
        signer.sign(asked)
    assert stores.events == ["sign"], "never asked again"


def test_it_answers_the_tls_client() -> None:
    asked = SignatureRequest(Algorithm.ECDSA, "sha256", b"x")
    signer = StoreSigner(keys(), KSP, key("leaf").public_key())  # type: ignore[arg-type] # P-256
    assert set(signer.answer(asked.to_json())) == {"signature"}
    unfit = replace(asked, algorithm=Algorithm.RSA_PKCS1)
    assert signer.answer(unfit.to_json()) == {"error": "NO_SCHEME"}


def test_a_hung_provider_has_no_code_of_its_own() -> None:
    signer = StoreSigner(
        keys(refusal=Fault(FaultKind.HUNG, SIGN, 30.0)),
        *(KSP, key("leaf").public_key()),  # type: ignore[arg-type] # P-256
    )
    asked = SignatureRequest(Algorithm.ECDSA, "sha256", b"x")
    assert signer.answer(asked.to_json()) == {"error": "hung"}


# ---- is it offered?

ABOVE = (AC2.facts, AC1.facts, ROOT.facts)
STRANGER = ca("AC de Outra Gente", own="stranger")


@pytest.mark.parametrize(
    ("named", "installed", "hidden"),
    [
        ((), (False, False, False), False),
        ((AC2,), (False, False, False), False),
        ((ROOT,), (True, True, True), False),
        ((ROOT,), (True, True, False), False),
        ((ROOT,), (True, False, True), True),
        ((ROOT,), (False, True, True), True),
        ((AC1,), (True, False, False), False),
        ((AC1,), (False, False, False), True),
        ((STRANGER,), (False, False, False), False),
        ((STRANGER, ROOT), (False, False, False), True),
    ],
)
def test_a_certificate_is_hidden_where_windows_lacks_the_way_to_a_name(
    named: tuple[object, ...], installed: tuple[bool, ...], hidden: bool
) -> None:
    request = talk.asked(talk.to("portal.test"), *(talk.name_of(ca) for ca in named))
    look = StoreLook(present=True, linked=True, installed=installed)
    assert browser_way.hidden(request, LEAF.facts, ABOVE, look) is hidden

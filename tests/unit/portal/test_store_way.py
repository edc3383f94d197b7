"""A cloud's key that signs after its provider has asked its user, or does not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.unit.checks.world import fact, said
from tests.unit.pki.maker import AC2, LEAF, Made, key, leaf
from tests.unit.tls.storekey import FakeStoreKeys, refused

from a3check.core.fault import Fault, FaultKind
from a3check.core.store_key import KeyApi, StoreCertificate, StoreKey
from a3check.core.store_token import drivers
from a3check.portal.browser_way import StoreSigner
from a3check.portal.store_way import authorised, judge

if TYPE_CHECKING:
    from tests.unit.tls.storekey import PrivateKey

(DRIVER,) = drivers([StoreCertificate(b"der", "SafeID Key Storage Provider")])
(TOKEN,) = DRIVER.tokens
RSA = leaf(AC2, own="rsa leaf")
STRANGE = leaf(AC2, own="ed448 leaf")


def keys(owner: str = "leaf", api: KeyApi = KeyApi.CNG) -> FakeStoreKeys:
    private: PrivateKey = key(owner)  # type: ignore[assignment] # RSA or EC
    return FakeStoreKeys(private, opened=StoreKey(api, TOKEN.module))


@pytest.mark.parametrize(("made", "owner"), [(LEAF, "leaf"), (RSA, "rsa leaf")])
def test_it_signs_a_challenge_once(made: Made, owner: str) -> None:
    stores = keys(owner)
    signer = authorised(stores, made.facts, b"c" * 32)
    assert isinstance(signer, StoreSigner)
    assert stores.events == ["open with a window", "sign"]
    assert stores.pins == []
    assert signer.guarded
    assert signer.schemes


def test_a_csp_signs_as_it_can() -> None:
    stores = keys("rsa leaf", KeyApi.CAPI)
    signer = authorised(stores, RSA.facts, b"c" * 32)
    assert isinstance(signer, StoreSigner)
    assert all("pkcs1" in scheme for scheme in signer.schemes)


@pytest.mark.parametrize(
    ("made", "api"), [(LEAF, KeyApi.CAPI), (STRANGE, KeyApi.CNG)], ids=["EC by a CSP", "Ed448"]
)
def test_a_key_that_tls_has_no_use_for(made: Made, api: KeyApi) -> None:
    stores = keys(api=api)
    fault = authorised(stores, made.facts, b"c" * 32)
    assert isinstance(fault, Fault)
    assert fault.detail == "NO_SCHEME"
    assert "sign" not in stores.events


@pytest.mark.parametrize(
    ("fault", "code", "facts"),
    [
        (
            refused("NCryptSignHash", "NTE_USER_CANCELLED"),
            "signature.not_authorised",
            ("SafeID", "NTE_USER_CANCELLED", None, None),
        ),
        (
            Fault(FaultKind.HUNG, "NCryptSignHash", 180.0),
            "signature.not_authorised",
            ("SafeID", "timeout", None, None),
        ),
        (
            refused("NCryptSignHash", "NTE_FAIL"),
            "signature.provider_refused",
            (None, "NTE_FAIL", "NCryptSignHash", TOKEN.module),
        ),
        (
            Fault(FaultKind.DIED, "NCryptSignHash", detail="exit 5"),
            "any.driver_died",
            (None, None, "NCryptSignHash", None),
        ),
    ],
)
def test_what_is_said_where_it_does_not_sign(
    fault: Fault, code: str, facts: tuple[str | None, ...]
) -> None:
    stores = keys()
    stores.refusal = fault
    came = authorised(stores, LEAF.facts, b"c" * 32)
    assert came == fault
    assert stores.events.count("sign") == 1, "nothing is tried again"
    finding = judge(fault, TOKEN)
    assert said(finding) == (code,)
    assert fact(finding, "product", "error", "call", "provider") == facts


def test_a_key_that_does_not_open() -> None:
    stores = keys()
    stores.opened = refused("CryptAcquireCertificatePrivateKey", "NTE_BAD_KEYSET")
    came = authorised(stores, LEAF.facts, b"c" * 32)
    assert isinstance(came, Fault)
    assert said(judge(came, TOKEN)) == ("signature.provider_refused",)


def test_another_one_s_key() -> None:
    came = authorised(keys("ac2"), LEAF.facts, b"c" * 32)
    assert isinstance(came, Fault)
    assert said(judge(came, TOKEN)) == ("signature.key_mismatch",)
    assert said(judge(replace(came, kind=FaultKind.CANCELLED), TOKEN)) == (
        "signature.not_authorised",
    )

"""Clouds' certificates in Windows' store, shown as tokens."""

import pytest

from a3check.core import knowledge, store_token
from a3check.core.store_key import StoreCertificate

SAFEID = StoreCertificate(b"first", "SafeID Key Storage Provider")
SECOND = StoreCertificate(b"second", "SafeID Key Storage Provider")
CARD = StoreCertificate(b"card", "Microsoft Smart Card Key Storage Provider")
VIDAAS = StoreCertificate(b"third", "VIDaaS KSP", legacy=True)


@pytest.mark.parametrize(
    ("name", "brand"),
    [
        ("SafeID Key Storage Provider", "SafeID"),
        ("Provedor VIDaaS Connect", "VIDaaS"),
        ("Bird ID CSP", "BirdID"),
        ("Bird-ID_CSP", "BirdID"),
        ("NeoID Desktop", "SerproID / NeoID"),
        ("Certisign DesktopID Provider", "RemoteID"),
        ("Microsoft Smart Card Key Storage Provider", None),
        ("SafeSign Standard Cryptographic Service Provider", None),
        ("SafeNet Key Storage Provider", None),
        ("eToken Base Cryptographic Provider", None),
        ("", None),
    ],
)
def test_a_cloud_is_told_by_its_key_provider_s_name(name: str, brand: str | None) -> None:
    cloud = knowledge.cloud_of(name)
    assert (cloud.brand if cloud else None) == brand


def test_each_provider_is_a_token_that_asks_by_itself() -> None:
    first, second = store_token.drivers((SAFEID, CARD, SECOND, VIDAAS))
    assert (first.candidate.product, first.candidate.cloud) == ("SafeID", True)
    assert first.works
    (token,) = first.tokens
    assert (token.module, token.model, token.maker) == (SAFEID.provider, "SafeID", "Safeweb")
    assert token.in_store
    assert token.pinpad, "no PIN of its is typed here"
    assert second.tokens[0].identity != token.identity
    assert store_token.drivers((CARD,)) == ()


def test_a_token_holds_what_its_provider_serves_each_beside_its_key() -> None:
    token = store_token.drivers((SAFEID,))[0].tokens[0]
    held = store_token.objects(token, (SAFEID, CARD, VIDAAS, SECOND))
    assert [c.value for c in held.certificates] == [b"first", b"second"]
    assert [k.id for k in held.keys] == [c.id for c in held.certificates]
    assert len({k.id for k in held.keys}) == 2

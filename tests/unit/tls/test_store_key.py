"""What CNG and CAPI are asked for, and how their answers become TLS's."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from tests.unit.tls.storekey import signed

from a3check.core.store_key import KeyApi, Padding
from a3check.tls import signing, store_key
from a3check.tls.signing import Algorithm, SignatureRequest

RSA = rsa.generate_private_key(65537, 2048)
P256 = ec.generate_private_key(ec.SECP256R1())
P384 = ec.generate_private_key(ec.SECP384R1())
P521 = ec.generate_private_key(ec.SECP521R1())
DATA = b"what TLS wants signed"


def test_the_schemes_are_chromium_s_in_its_order() -> None:
    cng = store_key.schemes(RSA.public_key(), KeyApi.CNG)
    assert cng == (
        *("rsa_pkcs1_sha256", "rsa_pkcs1_sha384", "rsa_pkcs1_sha512", "rsa_pkcs1_sha1"),
        *("rsa_pss_rsae_sha256", "rsa_pss_rsae_sha384", "rsa_pss_rsae_sha512"),
    )
    assert store_key.schemes(RSA.public_key(), KeyApi.CAPI) == cng[:4]
    assert store_key.schemes(P256.public_key(), KeyApi.CNG) == ("ecdsa_secp256r1_sha256",)
    assert store_key.schemes(P256.public_key(), KeyApi.CAPI) == ()


@pytest.mark.parametrize("key", [RSA, P256, P384, P521], ids=["rsa", "p256", "p384", "p521"])
@pytest.mark.parametrize("api", list(KeyApi))
def test_every_scheme_that_is_promised_is_kept(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, api: KeyApi
) -> None:
    public = key.public_key()
    for scheme in store_key.schemes(public, api):
        asked = store_key.request(scheme, DATA)
        wish = store_key.wish(asked, public, api)
        assert wish is not None
        raw = signed(key, wish, api)
        signature = store_key.finish(raw, public, api)
        assert signing.verifies(asked, public, signature), scheme
        assert not signing.verifies(asked, public, signature[:-1] + bytes([signature[-1] ^ 1])), (
            scheme
        )


def test_the_last_byte_comes_first_from_capi_alone() -> None:
    raw = bytes(range(1, 255))
    public = RSA.public_key()
    assert store_key.finish(raw, public, KeyApi.CAPI) == b"\0\0" + raw[::-1]
    assert store_key.finish(raw, public, KeyApi.CNG) == b"\0\0" + raw


def test_two_halves_become_der() -> None:
    raw = (1).to_bytes(32, "big") + (128).to_bytes(32, "big")
    made = store_key.finish(raw, P256.public_key(), KeyApi.CNG)
    assert made == bytes.fromhex("3007 020101 02020080")


@pytest.mark.parametrize(
    ("asked", "key", "api", "padding"),
    [
        (SignatureRequest(Algorithm.RSA_PKCS1, "sha256", DATA), RSA, KeyApi.CAPI, Padding.PKCS1),
        (SignatureRequest(Algorithm.RSA_PKCS1, "md5-sha1", DATA), RSA, KeyApi.CAPI, Padding.PKCS1),
        (SignatureRequest(Algorithm.RSA_PKCS1, "sha224", DATA), RSA, KeyApi.CNG, None),
        (SignatureRequest(Algorithm.RSA_PSS, "sha256", DATA, salt=32), RSA, KeyApi.CAPI, None),
        (
            SignatureRequest(Algorithm.RSA_PSS, "sha256", DATA, salt=5),
            RSA,
            KeyApi.CNG,
            Padding.PSS,
        ),
        (
            SignatureRequest(Algorithm.RSA_PSS, "sha256", DATA, salt=32, mgf="sha1"),
            *(RSA, KeyApi.CNG, None),
        ),
        (SignatureRequest(Algorithm.ECDSA, "sha256", DATA), P256, KeyApi.CNG, Padding.NONE),
        (SignatureRequest(Algorithm.ECDSA, "sha256", DATA), P256, KeyApi.CAPI, None),
        (SignatureRequest(Algorithm.ECDSA, "sha256", DATA), RSA, KeyApi.CNG, None),
        (SignatureRequest(Algorithm.RSA_PKCS1, "sha256", DATA), P256, KeyApi.CNG, None),
    ],
)
def test_what_each_interface_is_asked_for(
    asked: SignatureRequest,
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    api: KeyApi,
    padding: Padding | None,
) -> None:
    wish = store_key.wish(asked, key.public_key(), api)
    assert (wish and wish.padding) == padding
    if wish is not None:
        assert (wish.digest, wish.hashed, wish.salt) == (asked.digest, asked.hashed, asked.salt)
        assert DATA not in wish.hashed


def test_a_digest_in_hand_is_signed_as_it_is() -> None:
    asked = SignatureRequest(Algorithm.ECDSA, "sha256", b"d" * 32, prehashed=True)
    wish = store_key.wish(asked, P256.public_key(), KeyApi.CNG)
    assert wish is not None
    assert wish.hashed == b"d" * 32


@pytest.mark.parametrize(
    ("wanted", "version", "left"),
    [
        ((), "TLSv1.2", ("rsa_pkcs1_sha256", "rsa_pss_rsae_sha256")),
        ((), "TLSv1.3", ("rsa_pss_rsae_sha256",)),
        (("rsa_pkcs1_sha256", "rsa_pss_rsae_sha256"), "TLSv1.3", ("rsa_pss_rsae_sha256",)),
        (("rsa_pkcs1_sha256",), "TLSv1.3", ()),
        (("rsa_pss_rsae_sha256",), None, ("rsa_pss_rsae_sha256",)),
        (("ecdsa_secp256r1_sha256",), "TLSv1.2", ()),
    ],
)
def test_what_a_server_takes(
    wanted: tuple[str, ...], version: str | None, left: tuple[str, ...]
) -> None:
    able = ("rsa_pkcs1_sha256", "rsa_pss_rsae_sha256")
    assert store_key.usable(able, wanted, version) == left

"""What are Windows' CNG and CAPI asked for to make a TLS signature, and what comes back?

As Chromium does it (``net/ssl/ssl_platform_key_win.cc``, ``ssl_private_key.cc``), since its way is
what is tried. Pure: nothing is signed here.
"""

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from a3check.core.store_key import HashToSign, KeyApi, Padding
from a3check.tls import signing
from a3check.tls.signing import Algorithm, Attempt, PublicKey, SignatureRequest

_PKCS1 = ("rsa_pkcs1_sha256", "rsa_pkcs1_sha384", "rsa_pkcs1_sha512", "rsa_pkcs1_sha1")
_PSS = ("rsa_pss_rsae_sha256", "rsa_pss_rsae_sha384", "rsa_pss_rsae_sha512")
_CAPI_DIGESTS = frozenset({"md5-sha1", "sha1", "sha256", "sha384", "sha512"})
"""What CAPI has an ALG_ID for (wincrypt.h)."""
_PADDINGS = {
    Algorithm.RSA_PKCS1: Padding.PKCS1,
    Algorithm.RSA_PSS: Padding.PSS,
    Algorithm.ECDSA: Padding.NONE,
}
_SALTS = {"sha256": 32, "sha384": 48, "sha512": 64}


def schemes(public: PublicKey, api: KeyApi) -> tuple[str, ...]:
    """Return the TLS schemes that Chromium offers for such a key, in its order."""
    if isinstance(public, ec.EllipticCurvePublicKey):
        mechanisms = frozenset({"CKM_ECDSA"}) if api is KeyApi.CNG else frozenset()
        return signing.schemes(public, mechanisms)
    return (*_PKCS1, *_PSS) if api is KeyApi.CNG else _PKCS1


def request(scheme: str, data: bytes) -> SignatureRequest:
    """Return what TLS would ask for under a scheme's name (RFC 8446, 4.2.3)."""
    digest = scheme.rpartition("_")[2]
    if scheme.startswith("ecdsa"):
        return SignatureRequest(Algorithm.ECDSA, digest, data)
    if scheme.startswith("rsa_pss"):
        return SignatureRequest(Algorithm.RSA_PSS, digest, data, salt=_SALTS[digest])
    return SignatureRequest(Algorithm.RSA_PKCS1, digest, data)


def wish(asked: SignatureRequest, public: PublicKey, api: KeyApi) -> HashToSign | None:
    """Return the one call that makes it; nothing where this interface knows no such signature.

    CNG's PSS has one digest for the message and the mask (BCRYPT_PSS_PADDING_INFO).
    """
    fits = isinstance(public, ec.EllipticCurvePublicKey) is (asked.algorithm is Algorithm.ECDSA)
    known = asked.digest in _CAPI_DIGESTS and asked.mask_digest == asked.digest
    capi = api is KeyApi.CNG or asked.algorithm is Algorithm.RSA_PKCS1
    if not (fits and known and capi):
        return None
    return HashToSign(_PADDINGS[asked.algorithm], asked.digest, asked.hashed, asked.salt)


def finish(raw: bytes, public: PublicKey, api: KeyApi) -> bytes:
    """Turn what Windows gave into a TLS signature; total, ``signing.verifies`` is the judge.

    CAPI writes numbers with their last byte first (CryptSignHash); CNG's ECDSA is r||s.
    """
    size = (public.key_size + 7) // 8
    if isinstance(public, rsa.RSAPublicKey):
        return (raw[::-1] if api is KeyApi.CAPI else raw).rjust(size, b"\0")
    return signing.finish(Attempt("CKM_ECDSA", b"", size=size, halves=True), raw)


def usable(able: Sequence[str], wanted: Sequence[str], version: str | None) -> tuple[str, ...]:
    """Return those schemes of ours that a server takes, in our order; any where it named none.

    TLS 1.3 wants neither PKCS#1 v1.5 nor SHA-1 in CertificateVerify (RFC 8446, 4.2.3).
    """
    modern = version == "TLSv1.3"
    allowed = [s for s in able if not (modern and s in _PKCS1)]
    return tuple(s for s in allowed if not wanted or s in wanted)

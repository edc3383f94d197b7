"""Which PKCS#11 calls make a TLS signature, and what can a token sign at all?

PKCS#11 v3.1, 6.1 (RSA) and 6.3 (EC); RFC 8017; mechanisms by their CKM_ names. Pure: nothing is
signed here.
"""

import base64
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric import utils as asymmetric

from a3check.core.ports import JSON
from a3check.tls import emsa
from a3check.tls.plain import Plain

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

SOFT = frozenset(
    {
        "CKR_ARGUMENTS_BAD",
        "CKR_DATA_INVALID",
        "CKR_DATA_LEN_RANGE",
        "CKR_FUNCTION_FAILED",
        "CKR_FUNCTION_NOT_SUPPORTED",
        "CKR_KEY_FUNCTION_NOT_PERMITTED",
        "CKR_KEY_SIZE_RANGE",
        "CKR_KEY_TYPE_INCONSISTENT",
        "CKR_MECHANISM_INVALID",
        "CKR_MECHANISM_PARAM_INVALID",
        "BAD_SIGNATURE",
    }
)
"""What one mechanism may answer while the next may still work. All else is final: PIN, session and
removal errors above all. BAD_SIGNATURE is ours: some drivers list a PSS that they pad wrongly."""

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - what an old server asks for, not our choice
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_DIGEST_INFO = {  # RFC 8017, 9.2, note 1; TLS 1.0 and 1.1 sign MD5 and SHA-1 bare
    "sha1": bytes.fromhex("3021300906052b0e03021a05000414"),
    "sha224": bytes.fromhex("302d300d06096086480165030402040500041c"),
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
    "md5-sha1": b"",
}
_RSA_DIGESTS = ("sha256", "sha384", "sha512", "sha1")
_PSS_DIGESTS = ("sha256", "sha384", "sha512")
_CURVE_SCHEMES = {  # RFC 8446, 4.2.3
    "secp256r1": ("ecdsa_secp256r1_sha256",),
    "secp384r1": ("ecdsa_secp384r1_sha384",),
    "secp521r1": ("ecdsa_secp521r1_sha512",),
    # RFC 8734 for TLS 1.3, which OpenSSL has since 3.2. TLS 1.2 says "ECDSA with SHA-256" by the
    # number that TLS 1.3 gave to P-256, whatever the curve.
    "brainpoolP256r1": ("ecdsa_brainpoolP256r1tls13_sha256", "ecdsa_secp256r1_sha256"),
    "brainpoolP384r1": ("ecdsa_brainpoolP384r1tls13_sha384", "ecdsa_secp384r1_sha384"),
    "brainpoolP512r1": ("ecdsa_brainpoolP512r1tls13_sha512", "ecdsa_secp521r1_sha512"),
}
_SHORTEST_PADDING = 11  # RFC 8017, 9.2: 00 01, eight FF at least, 00
_DER_SEQUENCE = 0x30


class Algorithm(StrEnum):
    """How TLS signs."""

    RSA_PKCS1 = "rsa_pkcs1"
    RSA_PSS = "rsa_pss"
    ECDSA = "ecdsa"


class SignerFailed(Exception):  # noqa: N818 - the name says what happened
    """The signer gave no signature. Final: nobody asks again in the same conversation."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        """A CKR_ name, or a word of our own such as BAD_SIGNATURE."""


@dataclass(frozen=True, slots=True)
class SignatureRequest(Plain):
    """What TLS wants signed."""

    algorithm: Algorithm
    digest: str
    """sha1, sha224, sha256, sha384, sha512; md5-sha1 before TLS 1.2."""
    data: bytes
    """The bytes to be signed, or their digest."""
    prehashed: bool = False
    salt: int = 0
    """PSS: the salt's length in bytes."""
    mgf: str = ""
    """PSS: the mask's digest; empty = the same digest."""

    @property
    def hashed(self) -> bytes:
        """The digest of what is signed."""
        return self.data if self.prehashed else emsa.digest(self.digest, self.data)

    @property
    def mask_digest(self) -> str:
        """PSS: the digest that makes the mask."""
        return self.mgf or self.digest


@dataclass(frozen=True, slots=True)
class Pss(Plain):
    """CK_RSA_PKCS_PSS_PARAMS by names."""

    digest: str
    """CKM_SHA256…"""
    mgf: str
    """CKG_MGF1_SHA256…"""
    salt: int


@dataclass(frozen=True, slots=True)
class Attempt(Plain):
    """One way to have it signed: C_SignInit(mechanism, pss), then C_Sign(data)."""

    mechanism: str
    data: bytes = field(repr=False)
    pss: Pss | None = None
    size: int = 0
    """RSA: bytes of the modulus. EC: bytes of one half of the token's r||s."""
    halves: bool = False
    """The token answers r||s and TLS wants DER."""


def plan(
    request: SignatureRequest,
    key: PublicKey,
    mechanisms: frozenset[str],
    salt: Callable[[int], bytes] = secrets.token_bytes,
) -> tuple[Attempt, ...]:
    """Return the ways that this token offers, best first; none where it cannot sign this.

    First the mechanism that takes a ready digest, then the one that digests in the token, then
    raw RSA with the padding made here (`salt` gives its random bytes).
    """
    match request.algorithm, key:
        case Algorithm.RSA_PKCS1, rsa.RSAPublicKey():
            ways = _pkcs1(request, key)
        case Algorithm.RSA_PSS, rsa.RSAPublicKey():
            ways = _pss(request, key, salt)
        case Algorithm.ECDSA, ec.EllipticCurvePublicKey():
            ways = _ecdsa(request, key)
        case _:
            ways = iter(())
    return tuple(attempt for attempt in ways if attempt.mechanism in mechanisms)


def finish(attempt: Attempt, raw: bytes) -> bytes:
    """Turn C_Sign's answer into a TLS signature; total, `verifies` is the judge.

    Known quirks: an RSA number without its leading zeros, an ECDSA answer that is DER already.
    """
    if not attempt.halves:
        return raw.rjust(attempt.size, b"\0")
    if len(raw) != 2 * attempt.size and raw[:1] == bytes([_DER_SEQUENCE]):
        return raw
    half = len(raw) // 2
    return asymmetric.encode_dss_signature(
        int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
    )


def verifies(request: SignatureRequest, key: PublicKey, signature: bytes) -> bool:
    """Is this the signature that was asked for, by this key?"""
    try:
        match request.algorithm, key:
            case Algorithm.ECDSA, ec.EllipticCurvePublicKey():
                digest = asymmetric.Prehashed(_HASHES[request.digest])
                key.verify(signature, request.hashed, ec.ECDSA(digest))
            case ((Algorithm.RSA_PKCS1 | Algorithm.RSA_PSS), rsa.RSAPublicKey()):
                _verify_rsa(request, key, signature)
            case _:
                return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def answer(
    sign: Callable[[SignatureRequest], bytes], request: Mapping[str, JSON]
) -> Mapping[str, JSON]:
    """Answer the TLS probe: ``{"signature": base64}`` or ``{"error": code}`` of the failure."""
    try:
        signature = sign(SignatureRequest.from_json(request))
    except SignerFailed as failure:
        return {"error": failure.code}
    return {"signature": base64.b64encode(signature).decode("ascii")}


def schemes(key: PublicKey, mechanisms: frozenset[str]) -> tuple[str, ...]:
    """Forecast: the TLS schemes that a token with these mechanisms can sign with, best first.

    For an EC key only its own curve's schemes are named, as TLS 1.3 has them.
    """
    if isinstance(key, ec.EllipticCurvePublicKey):
        return tuple(
            name
            for name in _CURVE_SCHEMES.get(key.curve.name, ())
            if _can_sign(Algorithm.ECDSA, name.rpartition("_")[2], key, mechanisms)
        )
    pss = (
        f"rsa_pss_rsae_{digest}"
        for digest in _PSS_DIGESTS
        if _can_sign(Algorithm.RSA_PSS, digest, key, mechanisms)
    )
    pkcs1 = (
        f"rsa_pkcs1_{digest}"
        for digest in _RSA_DIGESTS
        if _can_sign(Algorithm.RSA_PKCS1, digest, key, mechanisms)
    )
    return (*pss, *pkcs1)


def can_pss(mechanisms: frozenset[str]) -> bool:
    """Can a token with these mechanisms make the PSS signatures that TLS 1.3 needs of RSA?"""
    own = {f"CKM_{digest.upper()}_RSA_PKCS_PSS" for digest in _PSS_DIGESTS}
    return not mechanisms.isdisjoint({"CKM_RSA_PKCS_PSS", "CKM_RSA_X_509"} | own)


def _can_sign(
    algorithm: Algorithm, digest: str, key: PublicKey, mechanisms: frozenset[str]
) -> bool:
    salt = _HASHES[digest].digest_size
    return bool(plan(SignatureRequest(algorithm, digest, b"", salt=salt), key, mechanisms, bytes))


def _pkcs1(request: SignatureRequest, key: rsa.RSAPublicKey) -> Iterator[Attempt]:
    size = (key.key_size + 7) // 8
    info = _DIGEST_INFO[request.digest] + request.hashed
    if len(info) + _SHORTEST_PADDING > size:
        return
    yield Attempt("CKM_RSA_PKCS", info, size=size)
    if not request.prehashed and request.digest in _HASHES:
        yield Attempt(f"CKM_{request.digest.upper()}_RSA_PKCS", request.data, size=size)
    padded = b"\0\x01" + b"\xff" * (size - 3 - len(info)) + b"\0" + info
    yield Attempt("CKM_RSA_X_509", padded, size=size)


def _pss(
    request: SignatureRequest, key: rsa.RSAPublicKey, salt: Callable[[int], bytes]
) -> Iterator[Attempt]:
    size, hashed = (key.key_size + 7) // 8, request.hashed
    if (key.key_size + 6) // 8 < len(hashed) + request.salt + 2:
        return
    hash_name = "CKM_SHA_1" if request.digest == "sha1" else f"CKM_{request.digest.upper()}"
    parameters = Pss(hash_name, f"CKG_MGF1_{request.mask_digest.upper()}", request.salt)
    yield Attempt("CKM_RSA_PKCS_PSS", hashed, parameters, size)
    if not request.prehashed:
        mechanism = f"CKM_{request.digest.upper()}_RSA_PKCS_PSS"
        yield Attempt(mechanism, request.data, parameters, size)
    random, names = salt(request.salt), (request.digest, request.mask_digest)
    block = emsa.pss(hashed, key.key_size - 1, random, *names)
    yield Attempt("CKM_RSA_X_509", block.rjust(size, b"\0"), size=size)


def _ecdsa(request: SignatureRequest, key: ec.EllipticCurvePublicKey) -> Iterator[Attempt]:
    size = (key.key_size + 7) // 8
    # Tokens refuse a digest longer than the group's order; ECDSA uses its leftmost bits only.
    yield Attempt("CKM_ECDSA", request.hashed[:size], size=size, halves=True)
    if not request.prehashed:
        mechanism = f"CKM_ECDSA_{request.digest.upper()}"
        yield Attempt(mechanism, request.data, size=size, halves=True)


def _verify_rsa(request: SignatureRequest, key: rsa.RSAPublicKey, signature: bytes) -> None:
    if request.digest not in _HASHES:
        if key.recover_data_from_signature(signature, padding.PKCS1v15(), None) != request.hashed:
            raise InvalidSignature
        return
    scheme: padding.AsymmetricPadding = padding.PKCS1v15()
    if request.algorithm is Algorithm.RSA_PSS:
        scheme = padding.PSS(padding.MGF1(_HASHES[request.mask_digest]), request.salt)
    digest = asymmetric.Prehashed(_HASHES[request.digest])
    key.verify(signature, request.hashed, scheme, digest)

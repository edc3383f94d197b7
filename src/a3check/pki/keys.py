"""Public keys and signatures: what they are, and whether a signature holds."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import load_der_public_key

from a3check.pki import der

LARGEST_RSA = 8192  # bits; no CA has more than 4096, and beyond this a check grows slow
LARGEST_EXPONENT = 64  # bits; 65537 is the usual one, and one as long as its key is slow

_RSA, _RSA_PSS, _EC = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.10045.2.1"
_PLAIN_KEYS = {"1.3.101.112": ("Ed25519", 256), "1.3.101.113": ("Ed448", 456)}
_CURVES = {
    "1.2.840.10045.3.1.1": ("P-192", 192),
    "1.3.132.0.33": ("P-224", 224),
    "1.2.840.10045.3.1.7": ("P-256", 256),
    "1.3.132.0.34": ("P-384", 384),
    "1.3.132.0.35": ("P-521", 521),
    "1.3.132.0.10": ("secp256k1", 256),
    "1.3.36.3.3.2.8.1.1.7": ("brainpoolP256r1", 256),
    "1.3.36.3.3.2.8.1.1.11": ("brainpoolP384r1", 384),
    "1.3.36.3.3.2.8.1.1.13": ("brainpoolP512r1", 512),
}
_RSA_SIGNATURES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "1.2.840.113549.1.1.4": hashes.MD5,
    "1.2.840.113549.1.1.5": hashes.SHA1,
    "1.2.840.113549.1.1.14": hashes.SHA224,
    "1.2.840.113549.1.1.11": hashes.SHA256,
    "1.2.840.113549.1.1.12": hashes.SHA384,
    "1.2.840.113549.1.1.13": hashes.SHA512,
}
_EC_SIGNATURES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "1.2.840.10045.4.1": hashes.SHA1,
    "1.2.840.10045.4.3.1": hashes.SHA224,
    "1.2.840.10045.4.3.2": hashes.SHA256,
    "1.2.840.10045.4.3.3": hashes.SHA384,
    "1.2.840.10045.4.3.4": hashes.SHA512,
}
_HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "1.2.840.113549.2.5": hashes.MD5,
    "1.3.14.3.2.26": hashes.SHA1,
    "2.16.840.1.101.3.4.2.4": hashes.SHA224,
    "2.16.840.1.101.3.4.2.1": hashes.SHA256,
    "2.16.840.1.101.3.4.2.2": hashes.SHA384,
    "2.16.840.1.101.3.4.2.3": hashes.SHA512,
}
_PSS_SALT = 20  # RFC 4055 §3.1: the default
_SIGNATURES = frozenset({_RSA_PSS, *_RSA_SIGNATURES, *_EC_SIGNATURES, *_PLAIN_KEYS})


class Checked(StrEnum):
    """What came of checking a signature; ``OTHER_KIND``: no key of this kind can have made it."""

    GOOD = "good"
    BAD = "bad"
    OTHER_KIND = "other_kind"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Key:
    """A public key's kind; ``bits`` is 0 and ``curve`` the OID where they are not known."""

    algorithm: str
    bits: int = 0
    curve: str | None = None

    @property
    def text(self) -> str:
        """The kind in a word: ``RSA 2048``, ``EC P-256``, ``Ed448``."""
        return f"{self.algorithm} {self.curve or self.bits or ''}".strip()


@dataclass(frozen=True, slots=True)
class Algorithm:
    """An AlgorithmIdentifier: its OID and the DER of its parameters."""

    oid: str
    parameters: bytes = b""

    @property
    def hash_name(self) -> str | None:
        """The hash it signs, as in ``sha256``; nothing where it is built in or not known."""
        if self.oid == _RSA_PSS:
            scheme = _pss(self.parameters)
            return scheme[0].name if scheme else None
        make = _RSA_SIGNATURES.get(self.oid) or _EC_SIGNATURES.get(self.oid)
        return make().name if make else None


def algorithm(item: der.Element) -> Algorithm:
    """Read an AlgorithmIdentifier."""
    parts = der.sequence(item)
    if not parts:
        raise der.DerError("empty algorithm")
    return Algorithm(der.oid(der.expect(parts[0], der.OID)), b"".join(p.raw for p in parts[1:]))


def describe(spki: bytes) -> Key:
    """Say what a SubjectPublicKeyInfo holds, without trusting that it can be used."""
    head, body = der.sequence(der.element(spki))[:2]
    kind = algorithm(head)
    if kind.oid in _PLAIN_KEYS:
        return Key(*_PLAIN_KEYS[kind.oid])
    if kind.oid in {_RSA, _RSA_PSS}:
        modulus = der.sequence(der.element(der.bits(body.content)))[0]
        return Key("RSA", der.integer(modulus.content).bit_length())
    if kind.oid == _EC:
        return _curve(der.element(kind.parameters))
    return Key(kind.oid)


def public_bits(spki: bytes) -> bytes:
    """Return the key's own bits, of which key identifiers and OCSP make their hashes."""
    return der.bits(der.sequence(der.element(spki))[1].content)


def load(spki: bytes) -> PublicKeyTypes | None:
    """Return the key for use; nothing where ``cryptography`` does not know it."""
    try:
        return load_der_public_key(spki)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def verify(
    spki: bytes, scheme: Algorithm, signed: bytes | memoryview, signature: bytes
) -> Checked:
    """Check a signature (RFC 5280 §4.1.1.3 and RFC 4055, 5480, 8410 for its algorithms)."""
    key = load(spki)
    try:
        match key:
            case rsa.RSAPublicKey() if scheme.oid in {_RSA_PSS, *_RSA_SIGNATURES}:
                return _verify_rsa(key, scheme, signed, signature)
            case ec.EllipticCurvePublicKey() if scheme.oid in _EC_SIGNATURES:
                key.verify(signature, signed, ec.ECDSA(_EC_SIGNATURES[scheme.oid]()))
            case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey() if scheme.oid in _PLAIN_KEYS:
                key.verify(signature, signed)
            case _:
                known = key is not None and scheme.oid in _SIGNATURES
                return Checked.OTHER_KIND if known else Checked.UNSUPPORTED
    except InvalidSignature:
        return Checked.BAD
    except (ValueError, TypeError, OverflowError, UnsupportedAlgorithm):
        return Checked.UNSUPPORTED
    return Checked.GOOD


def _verify_rsa(
    key: rsa.RSAPublicKey, scheme: Algorithm, view: bytes | memoryview, signature: bytes
) -> Checked:
    signed = cast("bytes", view)  # it takes any buffer, and its stub does not say so
    exponent = key.public_numbers().e
    if key.key_size > LARGEST_RSA or exponent.bit_length() > LARGEST_EXPONENT:
        return Checked.UNSUPPORTED
    if scheme.oid in _RSA_SIGNATURES:
        key.verify(signature, signed, padding.PKCS1v15(), _RSA_SIGNATURES[scheme.oid]())
        return Checked.GOOD
    pss = _pss(scheme.parameters)
    if pss is None:
        return Checked.UNSUPPORTED
    used, mask, salt = pss
    key.verify(signature, signed, padding.PSS(padding.MGF1(mask), salt), used)
    return Checked.GOOD


def _pss(parameters: bytes) -> tuple[hashes.HashAlgorithm, hashes.HashAlgorithm, int] | None:
    """Return hash, mask's hash and salt of RSASSA-PSS-params (RFC 4055 §3.1)."""
    used, mask, salt = "1.3.14.3.2.26", "1.3.14.3.2.26", _PSS_SALT
    try:
        for part in der.sequence(der.element(parameters)):
            inner = der.element(part.content)
            if part.tag == 0xA0:  # noqa: PLR2004 - [0]
                used = algorithm(inner).oid
            elif part.tag == 0xA1:  # noqa: PLR2004 - [1]
                mask = algorithm(der.element(algorithm(inner).parameters)).oid
            elif part.tag == 0xA2:  # noqa: PLR2004 - [2]
                salt = der.integer(inner.content)
        return _HASHES[used](), _HASHES[mask](), salt
    except (der.DerError, KeyError):
        return None


def _curve(parameters: der.Element) -> Key:
    if parameters.tag == der.OID:
        dotted = der.oid(parameters.content)
        name, size = _CURVES.get(dotted, (dotted, 0))
        return Key("EC", size, name)
    field = der.sequence(der.sequence(parameters)[1])  # SpecifiedECDomain: version, fieldID, …
    return Key("EC", der.integer(field[1].content).bit_length(), "explicit")

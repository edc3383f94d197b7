"""Certificates that no builder makes, signed all the same: fields replaced, old algorithms."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from tests.lab.keys import Algorithm, Keys
from tests.unit.pki.maker import Made, wrap
from tests.unit.pki.maker import der as encode
from tests.unit.pki.taken import EXTENSIONS, SCHEME, VALIDITY, fields, spki

from a3check.pki import der

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.lab.keys import PrivateKey

CACHE = Path(__file__).resolve().parents[3] / "lab" / ".cache"

_EC = "2a8648ce3d0403"
_RSA = "2a864886f70d0101"
SCHEMES: dict[str, tuple[bytes, hashes.HashAlgorithm]] = {
    "EC SHA-1": (encode(0x30, encode(0x06, bytes.fromhex("2a8648ce3d0401"))), hashes.SHA1()),  # noqa: S303 - the fault shown
    "EC SHA-256": (encode(0x30, encode(0x06, bytes.fromhex(_EC + "02"))), hashes.SHA256()),
    "RSA MD5": (encode(0x30, encode(0x06, bytes.fromhex(_RSA + "04")), b"\5\0"), hashes.MD5()),  # noqa: S303 - the fault shown
    "RSA SHA-1": (encode(0x30, encode(0x06, bytes.fromhex(_RSA + "05")), b"\5\0"), hashes.SHA1()),  # noqa: S303 - the fault shown
    "RSA SHA-256": (
        encode(0x30, encode(0x06, bytes.fromhex(_RSA + "0b")), b"\5\0"),
        hashes.SHA256(),
    ),
}


@cache
def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """An RSA key of the laboratory's, made once and kept; 1024, 2048 and 4096 bits are had."""
    made = Keys(CACHE).get(name, Algorithm(f"rsa{bits}"))
    assert isinstance(made, rsa.RSAPrivateKey)
    return made


def resigned(
    made: Made | bytes,
    signer: PrivateKey | Any,  # noqa: ANN401 - the maker's kinds of keys, too
    changes: Mapping[int, bytes] | None = None,
    scheme: str = "",
) -> bytes:
    """The certificate with some fields replaced (`taken`'s places) and a signature that holds."""
    own = "RSA SHA-256" if isinstance(signer, rsa.RSAPrivateKey) else "EC SHA-256"
    identifier, digest = SCHEMES[scheme or own]
    parts = fields(made.der if isinstance(made, Made) else made)
    for place, value in {SCHEME: identifier, **(changes or {})}.items():
        parts[place] = value
    signed = encode(0x30, *parts)
    if isinstance(signer, rsa.RSAPrivateKey):
        signature = signer.sign(signed, padding.PKCS1v15(), digest)
    else:
        assert isinstance(signer, ec.EllipticCurvePrivateKey)
        signature = signer.sign(signed, ec.ECDSA(digest))
    return encode(0x30, signed, identifier, encode(0x03, b"\0", signature))


def remade(made: Made, signer: Any, changes: Mapping[int, bytes], scheme: str = "") -> Made:  # noqa: ANN401 - as above
    """The same of a CA, which issues on under its key."""
    return wrap(x509.load_der_x509_certificate(resigned(made, signer, changes, scheme)), made.key)


def rsa_of(bits: int) -> bytes:
    """A SubjectPublicKeyInfo with a modulus of so many bits, whose private key nobody has."""
    modulus = (1 << (bits - 1)) + 0xA3C1
    number = encode(0x02, modulus.to_bytes(bits // 8 + 1))
    body = encode(0x30, number, b"\x02\x03\x01\x00\x01")
    return spki("2a864886f70d010101", b"\5\0", body)


def dates(begins: tuple[int, str], ends: tuple[int, str]) -> dict[int, bytes]:
    """A Validity of two times, each a tag and its text."""
    return {VALIDITY: encode(0x30, *(encode(tag, text.encode()) for tag, text in (begins, ends)))}


def extended(made: Made, *more: bytes) -> dict[int, bytes]:
    """The same extensions and these behind them."""
    own = der.element(der.element(fields(made.der)[EXTENSIONS]).content)
    return {EXTENSIONS: encode(0xA3, encode(0x30, own.content, *more))}


def without(made: Made, oid: str) -> dict[int, bytes]:
    """The same extensions but one."""
    own = der.sequence(der.element(der.element(fields(made.der)[EXTENSIONS]).content))
    kept = [e.raw for e in own if der.oid(der.sequence(e)[0].content) != oid]
    return {EXTENSIONS: encode(0xA3, encode(0x30, *kept))}


def written(tag: int, **values: str) -> bytes:
    """A name with O and CN in a kind of string."""
    kinds = {
        "C": (0x13, b"\x55\x04\x06"),
        "O": (tag, b"\x55\x04\x0a"),
        "CN": (tag, b"\x55\x04\x03"),
    }
    wide = {0x1E: "utf-16-be", 0x0C: "utf-8"}
    parts = []
    for part, (kind, oid) in kinds.items():
        text = values[part].encode(wide.get(kind, "latin-1"))
        parts.append(encode(0x31, encode(0x30, encode(0x06, oid), encode(kind, text))))
    return encode(0x30, *parts)

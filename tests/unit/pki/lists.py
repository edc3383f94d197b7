"""Makes CRLs out of raw DER: what no library would write, and very many entries soon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from tests.unit.pki.maker import AC2, DAY, NOW, Made
from tests.unit.pki.maker import der as encode

from a3check.pki.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

ECDSA = encode(0x30, bytes.fromhex("06082a8648ce3d040302"))
RSA_SHA512 = encode(0x30, bytes.fromhex("06092a864886f70d01010d"), b"\5\0")
REASON, INVALIDITY, STRANGE = b"\x55\x1d\x15", b"\x55\x1d\x18", b"\x2a\x03\x04"


def utc(moment: datetime) -> bytes:
    return encode(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())


def extension(oid: bytes, value: bytes, *, critical: bool = False) -> bytes:
    flag = (b"\x01\x01\xff",) if critical else ()
    return encode(0x30, encode(0x06, oid), *flag, encode(0x04, value))


def entry(serial: bytes, *extensions: bytes, date: bytes = utc(NOW - 5 * DAY)) -> bytes:
    """A revoked certificate; `serial` is its INTEGER's content."""
    held = (encode(0x30, *extensions),) if extensions else ()
    return encode(0x30, encode(0x02, serial), date, *held)


def crl_of(
    entries: Iterable[bytes] = (),
    *extensions: bytes,
    issuer: Made = AC2,
    begin: tuple[bytes, ...] = (b"\x02\x01\x01",),
    end: tuple[bytes, ...] = (),
    scheme: bytes = b"",
    outer: bytes = b"",
    until: bytes = utc(NOW + DAY),
) -> Answer:
    """A CRL with these very entries, signed by its issuer; `scheme` and `outer` as they stand."""
    own = RSA_SHA512 if isinstance(issuer.key, rsa.RSAPrivateKey) else ECDSA
    listed = b"".join(entries)
    signed = encode(
        0x30,
        *begin,
        scheme or own,
        issuer.facts.subject_name.raw,
        utc(NOW - DAY),
        until,
        encode(0x30, listed) if listed else b"",
        encode(0xA0, encode(0x30, *extensions)) if extensions else b"",
        *end,
    )
    signature = _signature(issuer, signed)
    body = encode(0x30, signed, outer or scheme or own, encode(0x03, b"\x00", signature))
    return Answer(body, "lista")


def _signature(issuer: Made, signed: bytes) -> bytes:
    if isinstance(issuer.key, rsa.RSAPrivateKey):
        return issuer.key.sign(signed, padding.PKCS1v15(), hashes.SHA512())
    assert isinstance(issuer.key, ec.EllipticCurvePrivateKey)
    return issuer.key.sign(signed, ec.ECDSA(hashes.SHA256()))

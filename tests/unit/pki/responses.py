"""Makes OCSP responses out of raw DER: several answers, a responder by name, RSA-PSS."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from tests.unit.pki.lists import ECDSA
from tests.unit.pki.maker import AC2, DAY, LEAF, NOW, Made
from tests.unit.pki.maker import der as encode

from a3check.pki import keys
from a3check.pki.answers import Answer

if TYPE_CHECKING:
    from datetime import datetime

BASIC = encode(0x06, bytes.fromhex("2b0601050507300101"))
SHA1 = encode(0x30, encode(0x06, bytes.fromhex("2b0e03021a")), b"\5\0")
SHA256 = encode(0x30, encode(0x06, bytes.fromhex("608648016503040201")), b"\5\0")
MGF1 = encode(0x30, encode(0x06, bytes.fromhex("2a864886f70d010108")), SHA256)
PSS = encode(
    0x30,
    encode(0x06, bytes.fromhex("2a864886f70d01010a")),
    encode(0x30, encode(0xA0, SHA256), encode(0xA1, MGF1), encode(0xA2, b"\x02\x01\x20")),
)
GOOD, UNKNOWN = b"\x80\x00", b"\x82\x00"
PSS_OID = bytes.fromhex("2a864886f70d01010a")
SUCCESSFUL = b"\x0a\x01\x00"


def at(moment: datetime) -> bytes:
    return encode(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode())


REVOKED = encode(0xA1, at(NOW - 5 * DAY), encode(0xA0, b"\x0a\x01\x01"))


def single(
    status: bytes = GOOD,
    *,
    made: Made = LEAF,
    issuer: Made = AC2,
    issued: datetime = NOW - DAY,
    algorithm: bytes = SHA1,
) -> bytes:
    """What is said of one certificate."""
    digest = hashlib.sha1 if algorithm == SHA1 else hashlib.sha256
    name = digest(issuer.facts.subject_name.raw).digest()
    key = digest(keys.public_bits(issuer.facts.spki)).digest()
    serial = made.facts.serial.to_bytes(made.facts.serial.bit_length() // 8 + 1)
    named = (encode(0x04, name), encode(0x04, key), encode(0x02, serial))
    until = encode(0xA0, at(NOW + DAY))
    return encode(0x30, encode(0x30, algorithm, *named), status, at(issued), until)


def answered(
    *singles: bytes,
    signer: Made = AC2,
    by_name: bool = False,
    brought: tuple[Made, ...] = (),
    scheme: bytes = ECDSA,
    more: bytes = b"",
    version: bytes = b"",
    kind: bytes = BASIC,
    status: bytes = SUCCESSFUL,
) -> Answer:
    """A signed response; the responder is named by its name or by its key (RFC 6960 §4.2.1)."""
    key = hashlib.sha1(keys.public_bits(signer.facts.spki), usedforsecurity=False).digest()
    name = encode(0xA1, signer.facts.subject_name.raw)
    who = name if by_name else encode(0xA2, encode(0x04, key))
    signed = encode(0x30, version, who, at(NOW - DAY), encode(0x30, *singles), more)
    held = encode(0xA0, encode(0x30, *(m.der for m in brought))) if brought else b""
    signature = encode(0x03, b"\x00", _signature(signer, signed, pss=PSS_OID in scheme))
    basic = encode(0x30, signed, scheme, signature, held)
    body = encode(0x30, status, encode(0xA0, encode(0x30, kind, encode(0x04, basic))))
    return Answer(body, "servidor")


def _signature(signer: Made, signed: bytes, *, pss: bool) -> bytes:
    if isinstance(signer.key, rsa.RSAPrivateKey):
        used = padding.PSS(padding.MGF1(hashes.SHA256()), 32) if pss else padding.PKCS1v15()
        return signer.key.sign(signed, used, hashes.SHA256())
    assert isinstance(signer.key, ec.EllipticCurvePrivateKey)
    return signer.key.sign(signed, ec.ECDSA(hashes.SHA256()))

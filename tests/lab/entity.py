"""A certificate of the laboratory, its private key, and who issued it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from tests.lab.keys import PrivateKey, key_pem

_SHA1_WITH_RSA: Final = bytes.fromhex("300d06092a864886f70d0101050500")
_SHA256_WITH_RSA: Final = bytes.fromhex("300d06092a864886f70d01010b0500")
_SEQUENCE: Final = 0x30
_BIT_STRING: Final = 0x03


@dataclass(frozen=True, slots=True)
class Entity:
    """A certificate with the key that is kept beside it (not always its own: a fault)."""

    certificate: x509.Certificate
    key: PrivateKey
    parent: Entity | None = None
    """Who issued it; None for a root."""
    damaged: bytes | None = None
    """What a token holds in the certificate's place, where that is no certificate."""

    @property
    def der(self) -> bytes:
        """The certificate's bytes as a token holds them."""
        return (
            self.certificate.public_bytes(Encoding.DER) if self.damaged is None else self.damaged
        )

    @property
    def pem(self) -> bytes:
        """The certificate as PEM."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The private key as unencrypted PKCS#8 PEM."""
        return key_pem(self.key)

    @property
    def sha256(self) -> str:
        """The fingerprint of `der`, lower-case hexadecimal."""
        return hashlib.sha256(self.der).hexdigest()

    @property
    def common_name(self) -> str:
        """The subject's last common name."""
        return str(self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[-1].value)

    @property
    def path(self) -> tuple[Entity, ...]:
        """This certificate, its issuer and so on to the root."""
        return (self, *(self.parent.path if self.parent else ()))


def serial_number(*parts: object) -> int:
    """Return a positive serial number of 64 bits that depends on `parts` alone."""
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1 | 1 << 62


def resign_with_sha1(certificate: x509.Certificate, signer: rsa.RSAPrivateKey) -> x509.Certificate:
    """Make the sha1WithRSA twin of a sha256WithRSA `certificate`, which no builder makes today."""
    body = certificate.tbs_certificate_bytes.replace(_SHA256_WITH_RSA, _SHA1_WITH_RSA, 1)
    signature = signer.sign(body, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - the fault shown
    bits = _der(_BIT_STRING, b"\0" + signature)
    return x509.load_der_x509_certificate(_der(_SEQUENCE, body + _SHA1_WITH_RSA + bits))


def _der(tag: int, content: bytes) -> bytes:
    # Long form of two length bytes: all that is wrapped here is 128 to 65535 bytes long.
    if not 0x80 <= len(content) <= 0xFFFF:
        raise ValueError(f"{len(content)} bytes do not fit")
    width = 1 if len(content) <= 0xFF else 2
    return bytes([tag, 0x80 | width]) + len(content).to_bytes(width, "big") + content

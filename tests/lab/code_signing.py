"""A publisher of the laboratory: a root, a certificate for signing programs, and a key for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from tests.lab.entity import Entity

if TYPE_CHECKING:
    from pathlib import Path

_DAYS: Final = 30
_KEY_BITS: Final = 2048


def publisher(name: str) -> Entity:
    """Return a certificate that may sign programs, below a root of its own."""
    root_key, key = _key(), _key()
    root_name = _name(f"Raiz de {name}")
    root = Entity(_sign(root_name, root_key, root_name, root_key), root_key)
    made = _sign(_name(name), key, root_name, root_key, ExtendedKeyUsageOID.CODE_SIGNING)
    return Entity(made, key, root)


def clock(publisher: Entity) -> Entity:
    """Return a certificate that may sign the time, below the publisher's own root."""
    root, key = publisher.path[-1], _key()
    assert isinstance(root.key, rsa.RSAPrivateKey)
    name, issuer = _name("Carimbo do Laboratorio"), root.certificate.subject
    usage = ExtendedKeyUsageOID.TIME_STAMPING
    return Entity(_sign(name, key, issuer, root.key, usage), key, root)


def written(entity: Entity, folder: Path) -> tuple[Path, Path, Path]:
    """Write what the signing step asks for: certificate with chain, key, and the root alone."""
    folder.mkdir(parents=True, exist_ok=True)
    chain, key, root = folder / "chain.pem", folder / "key.pem", folder / "root.pem"
    chain.write_bytes(b"".join(each.pem for each in entity.path))
    key.write_bytes(entity.key_pem)
    root.write_bytes(entity.path[-1].pem)
    return chain, key, root


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, _KEY_BITS)


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _sign(
    name: x509.Name,
    key: rsa.RSAPrivateKey,
    issuer: x509.Name,
    issuer_key: rsa.RSAPrivateKey,
    usage: x509.ObjectIdentifier | None = None,
) -> x509.Certificate:
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.BasicConstraints(ca=usage is None, path_length=None), critical=True)
    )
    if usage is not None:  # RFC 3161 §2.3: of a clock it is the only one, and critical
        only = usage == ExtendedKeyUsageOID.TIME_STAMPING
        made = made.add_extension(x509.ExtendedKeyUsage([usage]), critical=only)
    return made.sign(issuer_key, hashes.SHA256())

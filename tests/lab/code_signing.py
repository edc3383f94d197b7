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
    root = _sign(root_name, root_key, root_name, root_key, signs_code=False)
    return Entity(
        _sign(_name(name), key, root_name, root_key, signs_code=True), key, Entity(root, root_key)
    )


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
    *,
    signs_code: bool,
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
        .add_extension(x509.BasicConstraints(ca=not signs_code, path_length=None), critical=True)
    )
    if signs_code:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING])
        made = made.add_extension(usage, critical=False)
    return made.sign(issuer_key, hashes.SHA256())

"""Keys, certificates and PINs of an invented holder, for tests that only need some."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

if TYPE_CHECKING:
    from tests.lab.piv import PrivateKey

PIN, PUK, WRONG, SIGN_PIN = b"482915", b"31415926", b"000000", b"770077"
HOLDER = "ANA DE TESTE:12345678909"


def certified(key: PrivateKey, name: str) -> tuple[PrivateKey, bytes]:
    """Give the key with a certificate (DER) that it signed itself, for this name."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    certificate = builder.sign(key, hashes.SHA256())
    return key, certificate.public_bytes(serialization.Encoding.DER)


def sample_keys() -> dict[str, tuple[PrivateKey, bytes]]:
    """Make RSA keys for 9A and 9C and a P-256 one for 9E: what `Card` takes."""
    first, second = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    return {
        "9A": certified(first, HOLDER),
        "9C": certified(second, "ANA DE TESTE, ASSINATURA"),
        "9E": certified(ec.generate_private_key(ec.SECP256R1()), "CARTAO DE TESTE"),
    }

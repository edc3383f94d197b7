"""A CRL of the laboratory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tests.lab.entity import Entity
    from tests.lab.keys import PrivateKey


@dataclass(frozen=True, slots=True)
class Revocation:
    """One line of a CRL."""

    serial: int
    date: datetime
    reason: x509.ReasonFlags


def revocation_list(
    issuer: Entity,
    lines: Iterable[Revocation],
    dates: tuple[datetime, datetime],
    signer: PrivateKey,
) -> bytes:
    """Make the DER of `issuer`'s CRL with `lines`; `dates` are thisUpdate and nextUpdate."""
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(dates[0])
        .next_update(dates[1])
        .add_extension(issuer_key, critical=False)
        .add_extension(x509.CRLNumber(7), critical=False)
    )
    for line in lines:
        entry = x509.RevokedCertificateBuilder(line.serial, line.date)
        reason = x509.CRLReason(line.reason)
        builder = builder.add_revoked_certificate(
            entry.add_extension(reason, critical=False).build()
        )
    return builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.DER)

"""A certificate (RFC 5280), read from its bytes whatever they are."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime

from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from a3check.pki import der, extensions, keys, names, policy
from a3check.pki.holder import Holder, Kind, identify

_PADDING = b"\x00\xff"  # tokens with files of a fixed size return what follows the certificate
_ORGANIZATION = "icp-brasil"

LARGEST = 64 * 1024
"""Bytes; real ones have under 5000, with signatures that resist quantum computers under 50000."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Bytes that are no certificate; ``reason`` says why, in English."""

    der: bytes = field(repr=False)
    reason: str = ""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Certificate:
    """The facts of one certificate; two with the same bytes are equal.

    ``names`` and ``extensions`` hold what the properties below show; ``key``
    describes the public key; ``scheme`` is the algorithm of ``signature`` over
    ``signed`` (the TBSCertificate's bytes).
    """

    der: bytes
    sha256: str
    subject_name: names.Name
    issuer_name: names.Name
    subject_key: names.Canonical
    """Equal for equal subjects (RFC 5280 §7.1)."""
    issuer_key: names.Canonical
    serial: int
    not_before: datetime
    not_after: datetime
    holder: Holder
    type: policy.Type | None
    extensions: extensions.Extensions
    spki: bytes
    key: keys.Key
    key_id: bytes
    """SubjectKeyIdentifier, or what it would be (RFC 5280 §4.2.1.2, method 1)."""
    signed: bytes
    scheme: keys.Algorithm
    signature: bytes

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Certificate) and self.der == other.der

    def __hash__(self) -> int:
        return hash(self.sha256)

    def __repr__(self) -> str:
        return f"Certificate({self.sha256[:16]}, {self.kind}, {self.policy})"

    @property
    def subject(self) -> str:
        """The subject as RFC 4514 writes it; private in a holder's certificate."""
        return self.subject_name.text

    @property
    def issuer(self) -> str:
        """The issuer as RFC 4514 writes it."""
        return self.issuer_name.text

    @property
    def common_name(self) -> str:
        """The subject's common name, else the whole subject; private in a holder's certificate."""
        return self.subject_name.short

    @property
    def issuer_common_name(self) -> str:
        """The issuer's common name, else the whole issuer."""
        return self.issuer_name.short

    @property
    def holder_name(self) -> str:
        """The holder's name without CPF or CNPJ; private."""
        return self.holder.name or ""

    @property
    def cpf(self) -> str | None:
        """The person's CPF, 11 digits, or of who answers for a company; private."""
        return self.holder.cpf

    @property
    def cnpj(self) -> str | None:
        """The company's CNPJ, 14 characters; private."""
        return self.holder.cnpj

    @property
    def birth(self) -> date | None:
        """The date of birth; private."""
        return self.holder.birth

    @property
    def kind(self) -> Kind:
        """Person, company or equipment."""
        return self.holder.kind

    @property
    def policies(self) -> tuple[str, ...]:
        """The OIDs of its policies."""
        return self.extensions.policies

    @property
    def policy(self) -> str:
        """The type: ``A3``, ``SE-H``; else the first OID under 2.16.76.1.2, else empty."""
        if self.type:
            return self.type.code
        return next((oid for oid in self.policies if oid.startswith(policy.TYPES)), "")

    @property
    def in_hardware(self) -> bool:
        """Whether its type is for a login with a key in hardware: A3, A4, SE-H, AE-H."""
        return self.type is not None and self.type.logs_in

    @property
    def icp_brasil(self) -> bool:
        """Whether issuer or policies name ICP-Brasil; a signature decides elsewhere."""
        organization = self.issuer_name.get(names.ORGANIZATION) or ""
        return organization.strip().casefold() == _ORGANIZATION or any(
            oid.startswith(policy.ICP_BRASIL) for oid in self.policies
        )

    @property
    def signature_hash(self) -> str | None:
        """The hash of its own signature, as in ``sha256``; nothing where none is known."""
        return self.scheme.hash_name

    @property
    def digital_signature(self) -> bool:
        """Whether its key may sign: key usage is absent or says so."""
        usage = self.extensions.key_usage
        return usage is None or extensions.DIGITAL_SIGNATURE in usage

    @property
    def eku(self) -> tuple[str, ...] | None:
        """The OIDs of its extended key usage; nothing where it is absent."""
        return self.extensions.usages

    @property
    def client_auth(self) -> bool:
        """Whether it may authenticate a TLS client (RFC 5280 §4.2.1.12)."""
        return self.eku is None or bool(
            {extensions.CLIENT_AUTH, extensions.ANY_USAGE} & set(self.eku)
        )

    @property
    def crl_urls(self) -> tuple[str, ...]:
        """Where its issuer's CRL is, http and https only."""
        return self.extensions.crl_urls

    @property
    def ocsp_urls(self) -> tuple[str, ...]:
        """Where an OCSP responder is, http and https only."""
        return self.extensions.ocsp_urls

    @property
    def aia_urls(self) -> tuple[str, ...]:
        """Where its issuer's certificate is, http and https only."""
        return self.extensions.aia_urls

    @property
    def ski(self) -> bytes | None:
        """The SubjectKeyIdentifier as it stands; nothing where it is absent."""
        return self.extensions.subject_key

    @property
    def aki(self) -> bytes | None:
        """The AuthorityKeyIdentifier's key; nothing where it is absent."""
        return self.extensions.authority_key

    @property
    def is_ca(self) -> bool:
        """Whether basicConstraints call it a CA."""
        return self.extensions.is_ca

    @property
    def self_issued(self) -> bool:
        """Whether subject and issuer are the same name."""
        return self.subject_key == self.issuer_key

    @property
    def public_key(self) -> PublicKeyTypes | None:
        """The key for ``cryptography``; nothing where it does not know the algorithm."""
        return keys.load(self.spki)

    def signed_by(self, issuer: "Certificate") -> keys.Checked:
        """Check its signature with an issuer's key; names and dates do not count."""
        return keys.verify(issuer.spki, self.scheme, self.signed, self.signature)


def read(der_bytes: bytes) -> Certificate | Unreadable:
    """Read a certificate in DER; padding after it is cut off. Never raises."""
    try:
        whole = der.element(der_bytes)
        if der_bytes[len(whole.raw) :].strip(_PADDING):
            return Unreadable(der_bytes, "something follows the certificate")
        if len(whole.raw) > LARGEST:
            return Unreadable(der_bytes, f"larger than {LARGEST} bytes")
        return _certificate(whole)
    except der.DerError as error:
        return Unreadable(der_bytes, str(error))
    except (ValueError, IndexError):  # too few or too many in a SEQUENCE
        return Unreadable(der_bytes, "a part is missing or too much")


def _certificate(whole: der.Element) -> Certificate:
    signed, scheme, signature = der.sequence(whole)
    fields = list(der.sequence(signed))
    if fields[0].tag == 0xA0:  # noqa: PLR2004 - [0] version
        del fields[0]
    serial, inner, issuer, validity, subject, spki = fields[:6]
    if inner.raw != scheme.raw:
        raise der.DerError("two signature algorithms that differ (RFC 5280 §4.1.1.2)")
    not_before, not_after = (der.moment(part) for part in der.sequence(validity))
    tail = next((f for f in fields[6:] if f.tag == 0xA3), None)  # noqa: PLR2004 - [3] extensions
    known = extensions.parse(der.element(tail.content)) if tail else extensions.Extensions()
    subject_name = names.parse(subject)
    issuer_name = names.parse(issuer)
    type_ = policy.kind(known.policies)
    public = keys.public_bits(spki.raw)
    return Certificate(
        der=whole.raw,
        sha256=hashlib.sha256(whole.raw).hexdigest(),
        subject_name=subject_name,
        issuer_name=issuer_name,
        subject_key=subject_name.canonical,
        issuer_key=issuer_name.canonical,
        serial=der.integer(der.expect(serial, der.INTEGER)),
        not_before=not_before,
        not_after=not_after,
        holder=identify(subject_name, known.other_names, type_, has_dns_name=known.has_dns_name),
        type=type_,
        extensions=known,
        spki=spki.raw,
        key=_key(spki.raw),
        key_id=known.subject_key or hashlib.sha1(public, usedforsecurity=False).digest(),
        signed=signed.raw,
        scheme=keys.algorithm(scheme),
        signature=der.signature(signature),
    )


def _key(spki: bytes) -> keys.Key:
    try:
        return keys.describe(spki)
    except (der.DerError, ValueError, IndexError):
        return keys.Key("unknown")

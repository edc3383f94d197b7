"""Makes certificates, CRLs and OCSP responses for the tests of `pki`; everything is invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier

from a3check.pki.certificate import Certificate, read
from a3check.pki.trust import Trust, for_user

if TYPE_CHECKING:
    from collections.abc import Iterable

Key = (
    ec.EllipticCurvePrivateKey
    | rsa.RSAPrivateKey
    | ed448.Ed448PrivateKey
    | ed25519.Ed25519PrivateKey
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
A3 = "2.16.76.1.2.3.36"
CPF = "52998224725"
CLIENT_AUTH, EMAIL, SERVER_AUTH = (
    ObjectIdentifier(f"1.3.6.1.5.5.7.3.{number}") for number in (2, 4, 1)
)


@cache
def key(name: str) -> Key:
    """Return the key of that name; the name's first word may choose its kind."""
    match name.split(maxsplit=1)[0]:
        case "rsa":
            return rsa.generate_private_key(65537, 2048)
        case "rsa1024":
            return rsa.generate_private_key(65537, 1024)  # noqa: S505 - the fault shown
        case "p192":
            return ec.generate_private_key(ec.SECP192R1())
        case "ed448":
            return ed448.Ed448PrivateKey.generate()
        case "ed25519":
            return ed25519.Ed25519PrivateKey.generate()
        case _:
            return ec.generate_private_key(ec.SECP256R1())


@dataclass(frozen=True)
class Made:
    """A certificate, its key, and the name it issues under."""

    facts: Certificate
    x509: x509.Certificate
    key: Key

    @property
    def der(self) -> bytes:
        return self.facts.der


def name(common: str, organization: str = "ICP-Brasil", **more: str) -> x509.Name:
    parts = [(NameOID.COUNTRY_NAME, "BR"), (NameOID.ORGANIZATION_NAME, organization)]
    if common:
        parts.append((NameOID.COMMON_NAME, common))
    if more:
        parts.append((NameOID.SERIAL_NUMBER, more["serial"]))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def usage(*, sign: bool = False, ca: bool = False, crl: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(sign, False, False, False, False, ca, crl, False, False)


def policies(*oids: str) -> x509.CertificatePolicies:
    return x509.CertificatePolicies(
        [x509.PolicyInformation(ObjectIdentifier(oid), None) for oid in oids]
    )


def der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    width = (size.bit_length() + 7) // 8
    return bytes([tag, 0x80 | width]) + size.to_bytes(width, "big") + content


def other(oid: str, text: str, tag: int = 0x04) -> x509.OtherName:
    return x509.OtherName(ObjectIdentifier(oid), der(tag, text.encode("latin-1")))


def person(cpf: str = CPF, tag: int = 0x04) -> x509.SubjectAlternativeName:
    data = "01021980" + cpf + "0" * 11 + "0" * 15 + "SSPSP"
    return x509.SubjectAlternativeName([other("2.16.76.1.3.1", data, tag)])


def issue(
    subject: x509.Name,
    parent: Made | None,
    own: Key,
    *extensions: tuple[x509.ExtensionType, bool],
    begins: datetime = NOW - 1000 * DAY,
    ends: datetime = NOW + 800 * DAY,
    signer: Key | None = None,
    issuer: x509.Name | None = None,
    aki: bool = True,
    serial: int | None = None,
    padding: object = None,
) -> Made:
    above = parent.key if parent else own
    builder = x509.CertificateBuilder(
        issuer or (parent.x509.subject if parent else subject),
        subject,
        own.public_key(),
        serial or x509.random_serial_number(),
        begins,
        ends,
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    if aki:
        own_aki = x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key())
        builder = builder.add_extension(own_aki, critical=False)
    used = signer or above
    plain = isinstance(used, ed448.Ed448PrivateKey | ed25519.Ed25519PrivateKey)
    made = builder.sign(used, None if plain else hashes.SHA256(), rsa_padding=padding)  # type: ignore[arg-type]  # PSS or nothing
    return wrap(made, own)


def wrap(certificate: x509.Certificate, own: Key) -> Made:
    facts = read(certificate.public_bytes(Encoding.DER))
    assert isinstance(facts, Certificate), facts
    return Made(facts, certificate, own)


def ca(
    common: str,
    parent: Made | None = None,
    *more: tuple[x509.ExtensionType, bool],
    own: str = "",
    is_ca: bool = True,
    length: int | None = None,
    usages: x509.KeyUsage | None = None,
    listed: tuple[str, ...] = (A3, "2.16.76.1.1.1"),
    organization: str = "ICP-Brasil",
    ski: bool = True,
    begins: datetime = NOW - 1000 * DAY,
    ends: datetime = NOW + 800 * DAY,
    signer: Key | None = None,
    aki: bool = True,
) -> Made:
    secret = key(own or f"ca {common}")
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(is_ca, length), True),
        (usages or usage(ca=True, crl=True), True),
        *more,
    ]
    if listed:
        extensions.append((policies(*listed), False))
    if ski:
        extensions.append((x509.SubjectKeyIdentifier.from_public_key(secret.public_key()), False))
    return issue(
        name(common, organization),
        parent,
        secret,
        *extensions,
        begins=begins,
        ends=ends,
        signer=signer,
        aki=aki,
    )


def leaf(
    parent: Made,
    *more: tuple[x509.ExtensionType, bool],
    common: str = f"FULANO DE TAL:{CPF}",
    listed: tuple[str, ...] = (A3,),
    san: x509.SubjectAlternativeName | None = None,
    eku: Iterable[ObjectIdentifier] | None = (CLIENT_AUTH, EMAIL),
    own: str = "leaf",
    organization: str = "ICP-Brasil",
    begins: datetime = NOW - 100 * DAY,
    ends: datetime = NOW + 400 * DAY,
    signs: bool = True,
    signer: Key | None = None,
    serial: str = "",
    number: int | None = None,
    aki: bool = True,
) -> Made:
    extensions: list[tuple[x509.ExtensionType, bool]] = [(usage(sign=signs), True), *more]
    if listed:
        extensions.append((policies(*listed), False))
    if eku is not None:
        extensions.append((x509.ExtendedKeyUsage(list(eku)), False))
    if not any(isinstance(e, x509.SubjectAlternativeName) for e, _ in more):
        extensions.append((san or person(), False))
    subject = name(common, organization, **({"serial": serial} if serial else {}))
    return issue(
        subject,
        parent,
        key(own),
        *extensions,
        begins=begins,
        ends=ends,
        signer=signer,
        aki=aki,
        serial=number,
    )


def trusting(*roots: Made) -> Trust:
    return for_user(root.facts.sha256 for root in roots)


ROOT = ca("Autoridade Certificadora Raiz Inventada v5")
AC1 = ca("AC INVENTADA v5", ROOT, listed=("2.16.76.1.1.1",))
AC2 = ca("AC INVENTADA MULTIPLA v5", AC1, length=0)
LEAF = leaf(AC2)
POOL = (ROOT.facts, AC1.facts, AC2.facts)
TRUST = trusting(ROOT)

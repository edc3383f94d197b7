"""The certificate of an invented holder: what ICP-Brasil's profile writes into it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypedDict

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from cryptography.x509.oid import NameOID
from tests.lab.keys import Algorithm
from tests.lab.numbers import cnpj, cpf

if TYPE_CHECKING:
    from tests.lab.entity import Entity
    from tests.lab.keys import PrivateKey

OCTET_STRING: Final = 0x04
PRINTABLE_STRING: Final = 0x13


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What is written into a holder's certificate; the defaults make a healthy e-CPF A3."""

    holder: str = "FULANO DE TAL TESTE"
    cpf: str = cpf("123456789")
    """The person's; of a company: of the one who answers for it."""
    birth: str = "01011980"
    """ddmmyyyy"""
    cnpj: str | None = None
    """Makes it a company's certificate."""
    modern: bool = False
    """Profile of Resolution 211/2024: the number in the subject's serialNumber, no otherNames."""
    other_name_tag: int = OCTET_STRING
    organization: str = "ICP-Brasil"
    policies: tuple[str, ...] = ("2.16.76.1.2.3.10",)
    digital_signature: bool = True
    purposes: tuple[x509.ObjectIdentifier, ...] = (Purpose.CLIENT_AUTH, Purpose.EMAIL_PROTECTION)
    """Extended key usages; empty: no such extension."""
    begins: timedelta = timedelta(days=-100)
    """notBefore, counted from the PKI's moment."""
    ends: timedelta = timedelta(days=900)
    """notAfter, counted from the PKI's moment."""
    key: str = "holder"
    """The key's name in the cache: two forms with one name share the key."""
    algorithm: Algorithm = Algorithm.RSA_2048
    parent: Entity | None = None
    """The issuing CA; None: the PKI's second-level AC."""
    signer: PrivateKey | None = None
    """Signs in the parent's place (a forgery)."""
    sha1: bool = False
    unknown_critical: bool = False
    """Carries a critical extension that nobody knows."""
    serial: int | None = None
    """None: one that depends on the rest of the form."""

    @property
    def content(self) -> tuple[object, ...]:
        """Every field that is written into the certificate; not who issues it."""
        names = (field.name for field in fields(self) if field.name not in {"parent", "signer"})
        return tuple(getattr(self, name) for name in names)


class Overrides(TypedDict, total=False):
    """The fields of `Form` that a caller may replace."""

    holder: str
    cpf: str
    birth: str
    cnpj: str | None
    modern: bool
    other_name_tag: int
    organization: str
    policies: tuple[str, ...]
    digital_signature: bool
    purposes: tuple[x509.ObjectIdentifier, ...]
    begins: timedelta
    ends: timedelta
    key: str
    algorithm: Algorithm
    parent: Entity | None
    signer: PrivateKey | None
    sha1: bool
    unknown_critical: bool
    serial: int | None


def subject(form: Form, authority: str) -> x509.Name:
    """Return the subject that `authority` writes for `form`."""
    number = form.cnpj or form.cpf
    names = [(NameOID.COUNTRY_NAME, "BR"), (NameOID.ORGANIZATION_NAME, form.organization)]
    units = (authority, cnpj("112223330001"), "presencial", "Certificado Digital do Laboratorio")
    names += [(NameOID.ORGANIZATIONAL_UNIT_NAME, unit) for unit in units]
    if form.modern:
        names += [(NameOID.SERIAL_NUMBER, number), (NameOID.COMMON_NAME, form.holder)]
    else:
        names += [(NameOID.COMMON_NAME, f"{form.holder}:{number}")]
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in names])


def alternative_names(form: Form) -> x509.SubjectAlternativeName:
    """Return the names of ICP-Brasil (DOC-ICP-04, 7.1.2.3): birth, CPF, NIS and RG by position."""
    names: list[x509.GeneralName] = [x509.RFC822Name("pessoa@laboratorio.invalid")]
    person = f"{form.birth}{form.cpf}{'0' * 11}{'1234567'.zfill(15)}SSPAM"
    if form.modern:
        values: dict[str, str] = {}
    elif form.cnpj:
        values = {"4": person, "2": "SICRANO DE TAL TESTE", "3": form.cnpj, "7": "0" * 12}
    else:
        values = {"1": person, "5": "0" * 19, "6": "0" * 12}
    names += [_other_name(last, form.other_name_tag, value) for last, value in values.items()]
    return x509.SubjectAlternativeName(names)


def key_usage(form: Form) -> x509.KeyUsage:
    """Return digitalSignature (unless the form says no), nonRepudiation and keyEncipherment."""
    return x509.KeyUsage(
        digital_signature=form.digital_signature,
        content_commitment=True,
        key_encipherment=True,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _other_name(last: str, tag: int, value: str) -> x509.OtherName:
    content = value.encode("ascii")
    oid = x509.ObjectIdentifier(f"2.16.76.1.3.{last}")
    return x509.OtherName(oid, bytes([tag, len(content)]) + content)

"""The certificate of an invented CA: what a root's or an intermediate's profile writes into it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypedDict

from cryptography import x509
from cryptography.x509.oid import NameOID
from tests.lab.keys import Algorithm

if TYPE_CHECKING:
    from tests.lab.keys import PrivateKey

ROOT_NAME: Final = "Autoridade Certificadora Raiz Brasileira v5 TESTE"
ITI: Final = "Instituto Nacional de Tecnologia da Informacao - ITI"
ISSUED_POLICIES: Final = tuple(
    f"2.16.76.1.2.{kind}.10" for kind in (1, 2, 3, 4, 101, 102, 103, 104, 201, 202, 303, 401, 402)
)
"""What the second-level AC may issue: every type, so that only the wanted fault shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityForm:
    """What is written into a CA's certificate; the defaults make a healthy one."""

    key: str
    """The key's name in the cache."""
    algorithm: Algorithm = Algorithm.RSA_4096
    organization: str = "ICP-Brasil"
    policies: tuple[str, ...] = ("2.16.76.1.1.999",)
    path_length: int | None = None
    is_ca: bool = True
    signs_certificates: bool = True
    begins: timedelta = timedelta(days=-2000)
    ends: timedelta = timedelta(days=1500)
    signer: PrivateKey | None = None
    """Signs in the parent's place (a forgery)."""
    sha1: bool = False


class AuthorityOverrides(TypedDict, total=False):
    """The fields of `AuthorityForm` that a caller may give."""

    algorithm: Algorithm
    organization: str
    policies: tuple[str, ...]
    path_length: int | None
    is_ca: bool
    signs_certificates: bool
    begins: timedelta
    ends: timedelta
    signer: PrivateKey | None
    sha1: bool


def authority_name(organization: str, unit: str, common_name: str) -> x509.Name:
    values = (
        (NameOID.COUNTRY_NAME, "BR"),
        (NameOID.ORGANIZATION_NAME, organization),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
        (NameOID.COMMON_NAME, common_name),
    )
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in values])


def authority_usage(form: AuthorityForm) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=form.signs_certificates,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )

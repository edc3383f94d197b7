"""The certificates of the laboratory's web servers: healthy, and with one fault each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from tests.lab.entity import Entity, serial_number
from tests.lab.keys import Algorithm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.lab.keys import Keys, PrivateKey

HOST_NAMES: Final = (
    "localhost",
    "portal.laboratorio.invalid",
    "cas.laboratorio.invalid",
    "hora.laboratorio.invalid",
)
ADDRESSES: Final = ("127.0.0.1", "::1")
_AC_PATH: Final = "/servidores/ac.cer"
_CA_LIFE: Final = timedelta(days=3000)


class ServerFault(StrEnum):
    """What is wrong with a server's certificate; NONE: nothing."""

    NONE = "none"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    WRONG_NAME = "wrong_name"
    UNTRUSTED = "untrusted"
    INCOMPLETE = "incomplete"
    SELF_SIGNED = "self_signed"
    INTERCEPTED = "intercepted"


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """What a server presents: its own certificate and key, and the intermediates that it sends."""

    entity: Entity
    sent: tuple[Entity, ...]

    @property
    def chain_pem(self) -> bytes:
        """The server's certificate and all that it sends with it."""
        return b"".join(each.pem for each in (self.entity, *self.sent))


class ServerPki:
    """A root for servers, an intermediate, and certificates for this machine's names."""

    def __init__(self, keys: Keys, base: str, now: datetime) -> None:
        self._keys = keys
        self._base = base
        self._now = now

    @cached_property
    def root(self) -> Entity:
        """The root that a profile's `server_roots` names."""
        return self._authority("Raiz de Servidores TESTE", None, "server_root")

    @cached_property
    def intermediate(self) -> Entity:
        """The AC that issues the servers' certificates."""
        return self._authority("AC de Servidores TESTE", self.root, "server_ac")

    @property
    def roots_pem(self) -> bytes:
        """The trusted root as PEM."""
        return self.root.pem

    @property
    def published(self) -> Mapping[str, bytes]:
        """Path and content of the intermediate, where the servers' AIA points to."""
        return {_AC_PATH: self.intermediate.der}

    def certificate(self, fault: ServerFault = ServerFault.NONE) -> ServerCertificate:
        """Issue a server's certificate with `fault`."""
        entity = self._faulty(fault)
        complete = fault is not ServerFault.INCOMPLETE
        return ServerCertificate(entity, entity.path[1:-1] if complete else ())

    def issue(self, *names: str, signer: Entity | None = None) -> ServerCertificate:
        """Issue a certificate for these names; `signer`: another CA (default: the healthy one)."""
        entity = self._leaf(signer, names=names)
        return ServerCertificate(entity, entity.path[1:] if signer else entity.path[1:-1])

    def stranger(self, name: str) -> Entity:
        """Return a root of its own that belongs to nobody known: an interceptor's."""
        return self._authority(name, None, "interceptor")

    def _faulty(self, fault: ServerFault) -> Entity:
        match fault:
            case ServerFault.NONE | ServerFault.INCOMPLETE:
                entity = self._leaf()
            case ServerFault.EXPIRED:
                entity = self._leaf(begins=-90, ends=-1)
            case ServerFault.NOT_YET_VALID:
                entity = self._leaf(begins=2)
            case ServerFault.WRONG_NAME:
                entity = self._leaf(names=("outro.laboratorio.invalid",))
            case ServerFault.UNTRUSTED:
                entity = self._leaf(self._authority("Outra Raiz TESTE", None, "odd"))
            case ServerFault.INTERCEPTED:
                name = "Avast Web/Mail Shield Root TESTE"  # the product's own words
                entity = self._leaf(self._authority(name, None, "interceptor"))
            case ServerFault.SELF_SIGNED:
                entity = self._leaf(self_signed=True)
        return entity

    def _authority(self, name: str, parent: Entity | None, key_name: str) -> Entity:
        key = self._keys.get(key_name, Algorithm.RSA_2048)
        issuer = parent.certificate.subject if parent else _name(name)
        usage = _usage(signs_certificates=True)
        builder = (
            self._builder(_name(name), issuer, key, -_CA_LIFE, _CA_LIFE)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(_issuer_key(parent.key if parent else key), critical=False)
        )
        signer = parent.key if parent else key
        return Entity(builder.sign(signer, hashes.SHA256()), key, parent)

    def _leaf(
        self,
        parent: Entity | None = None,
        *,
        names: tuple[str, ...] = (*HOST_NAMES, *ADDRESSES),
        begins: float = -30,
        ends: float = 60,
        self_signed: bool = False,
    ) -> Entity:
        issuer = parent or self.intermediate
        key = self._keys.get("server", Algorithm.RSA_2048)
        signer = key if self_signed else issuer.key
        own_name = _name(names[0])
        issuer_name = own_name if self_signed else issuer.certificate.subject
        purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        dates = (timedelta(days=begins), timedelta(days=ends))
        builder = (
            self._builder(own_name, issuer_name, key, *dates)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(_issuer_key(signer), critical=False)
            .add_extension(purposes, critical=False)
            .add_extension(x509.SubjectAlternativeName(_names(names)), critical=False)
            .add_extension(self._issuer_address(), critical=False)
        )
        certificate = builder.sign(signer, hashes.SHA256())
        return Entity(certificate, key, None if self_signed else issuer)

    def _builder(
        self,
        named: x509.Name,
        issuer: x509.Name,
        key: PrivateKey,
        begins: timedelta,
        ends: timedelta,
    ) -> x509.CertificateBuilder:
        public = key.public_key()
        return x509.CertificateBuilder(
            issuer_name=issuer,
            subject_name=named,
            public_key=public,
            serial_number=serial_number("server", issuer, named, begins, ends),
            not_valid_before=self._now + begins,
            not_valid_after=self._now + ends,
        ).add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)

    def _issuer_address(self) -> x509.AuthorityInformationAccess:
        address = x509.UniformResourceIdentifier(f"{self._base}{_AC_PATH}")
        method = AuthorityInformationAccessOID.CA_ISSUERS
        return x509.AuthorityInformationAccess([x509.AccessDescription(method, address)])


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _names(names: tuple[str, ...]) -> list[x509.GeneralName]:
    return [
        x509.IPAddress(ip_address(name)) if name in ADDRESSES else x509.DNSName(name)
        for name in names
    ]


def _issuer_key(key: PrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=not signs_certificates,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )

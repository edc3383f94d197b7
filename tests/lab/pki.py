"""An invented PKI shaped like ICP-Brasil's: root, two levels of ACs, holders, and CRLs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final, Unpack

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import AuthorityInformationAccessOID
from tests.lab import variants
from tests.lab.authority import (
    ISSUED_POLICIES,
    ITI,
    ROOT_NAME,
    AuthorityForm,
    AuthorityOverrides,
    authority_name,
    authority_usage,
)
from tests.lab.entity import Entity, resign_with_sha1, serial_number
from tests.lab.holder import Form, Overrides, alternative_names, key_usage, subject
from tests.lab.keys import Keys, PrivateKey
from tests.lab.revocation_list import Revocation, revocation_list
from tests.lab.server_pki import ServerPki

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


class Pki:
    """The invented ICP-Brasil: `root`, `ac1`, `ac2`, leaves, faulty variants and CRLs.

    `cache` keeps the keys; `crl_base` is the `http://host:port` of every CRL's address; all dates
    are counted from `now` (default: the real moment, because the program uses the real clock).
    Serial numbers depend on names alone.
    """

    def __init__(self, cache: Path, crl_base: str, now: datetime | None = None) -> None:
        self.now: Final = (now or datetime.now(UTC)).replace(microsecond=0)
        self.crl_base: Final = crl_base
        self.keys: Final = Keys(cache)
        self.servers: Final = ServerPki(self.keys, crl_base, self.now)
        self._variants: dict[str, Entity] = {}

    # ---- certificates

    @cached_property
    def root(self) -> Entity:
        """The trusted root."""
        ends = timedelta(days=3000)
        return self.authority(ROOT_NAME, None, key="root", ends=ends, begins=-ends)

    @cached_property
    def ac1(self) -> Entity:
        """The AC of the first level, below the root."""
        return self.authority("AC LABORATORIO TESTE v5", self.root, key="ac1")

    @cached_property
    def ac2(self) -> Entity:
        """The AC of the second level, which issues the holders' certificates (pathLen 0)."""
        return self.authority(
            "AC LABORATORIO MULTIPLA TESTE",
            self.ac1,
            key="ac2",
            policies=ISSUED_POLICIES,
            path_length=0,
        )

    @property
    def authorities(self) -> tuple[Entity, ...]:
        """The healthy CAs: root, ac1, ac2."""
        return (self.root, self.ac1, self.ac2)

    @property
    def root_sha256(self) -> str:
        """The trusted root's fingerprint, for the profile's `roots_sha256`."""
        return self.root.sha256

    @property
    def roots_pem(self) -> bytes:
        """The trusted root as PEM."""
        return self.root.pem

    def chain(self, entity: Entity) -> tuple[Entity, ...]:
        """Return `entity`, its issuer and so on to its root (a fake one included)."""
        return entity.path

    def leaf(self, kind: str = "ecpf", **overrides: Unpack[Overrides]) -> Entity:
        """Issue a holder's certificate of a healthy `kind` (a key of `variants.FORMS`)."""
        return self._issue(kind, replace(variants.FORMS[kind], **overrides))

    def variant(self, name: str) -> Entity:
        """Return the certificate `name` of `variants.VARIANTS`, made once."""
        if name not in self._variants:
            self._variants[name] = variants.VARIANTS[name].make(self)
        return self._variants[name]

    def authority(
        self,
        name: str,
        parent: Entity | None,
        *,
        key: str,
        **overrides: Unpack[AuthorityOverrides],
    ) -> Entity:
        """Issue a CA's certificate; without a parent a self-signed one."""
        form = AuthorityForm(key=key, **overrides)
        own = self.keys.get(form.key, form.algorithm)
        unit = ITI if parent is None else parent.common_name
        named = authority_name(form.organization, unit, name)
        issuer = parent.certificate.subject if parent else named
        builder = self._builder(named, issuer, own, serial_number("ca", name, key), form)
        subject_key = x509.SubjectKeyIdentifier.from_public_key(own.public_key())
        builder = (
            builder.add_extension(authority_usage(form), critical=True)
            .add_extension(subject_key, critical=False)
            .add_extension(_issuer_key(parent.key if parent else own), critical=False)
            .add_extension(_policies(form.policies), critical=False)
        )
        length = form.path_length if form.is_ca else None
        builder = builder.add_extension(x509.BasicConstraints(form.is_ca, length), critical=True)
        if parent:
            builder = builder.add_extension(self._crl_points(parent), critical=False)
        signer = form.signer or (parent.key if parent else own)
        return Entity(_sign(builder, signer, hashes.SHA512(), sha1=form.sha1), own, parent)

    # ---- what the ACs publish

    def crl(
        self,
        issuer: Entity,
        *,
        revoked: Iterable[Revocation] | None = None,
        this_update: datetime | None = None,
        next_update: datetime | None = None,
        signer: PrivateKey | None = None,
    ) -> bytes:
        """Make `issuer`'s CRL as DER.

        By default: fresh (yesterday to the day after tomorrow), signed by the issuer, listing the
        variants revoked, suspended and ca_revoked. Another `signer` makes it forged.
        """
        lines = self.revocations(issuer) if revoked is None else tuple(revoked)
        day = timedelta(days=1)
        dates = (this_update or self.now - day, next_update or self.now + 2 * day)
        return revocation_list(issuer, lines, dates, signer or issuer.key)

    def revoke(
        self,
        entity: Entity,
        reason: x509.ReasonFlags = x509.ReasonFlags.key_compromise,
        days_ago: float = 5,
    ) -> Revocation:
        """Return the CRL line that revokes `entity`."""
        date = self.now - timedelta(days=days_ago)
        return Revocation(entity.certificate.serial_number, date, reason)

    def revocations(self, issuer: Entity) -> tuple[Revocation, ...]:
        """Return the lines of `issuer`'s default CRL."""
        listed = (
            self.revoke(self.variant("revoked")),
            self.revoke(self.variant("suspended"), x509.ReasonFlags.certificate_hold),
        )
        if issuer.certificate == self.ac2.certificate:
            return listed
        if issuer.certificate == self.ac1.certificate:
            revoked_authority = self.variant("ca_revoked").parent
            reason = x509.ReasonFlags.cessation_of_operation
            return (self.revoke(revoked_authority, reason),) if revoked_authority else ()
        return ()

    def crl_paths(self, issuer: Entity) -> tuple[str, str]:
        """Return the two paths below `crl_base` where `issuer`'s CRL is published."""
        return (f"/lcr/{_tag(issuer)}.crl", f"/espelho/lcr/{_tag(issuer)}.crl")

    def chain_path(self, issuer: Entity) -> str:
        """Return the path below `crl_base` of the PKCS#7 with `issuer`'s chain (caIssuers)."""
        return f"/cadeia/{_tag(issuer)}.p7b"

    def published(self, *entities: Entity) -> Mapping[str, bytes]:
        """Return path and content of all that the ACs publish: CRLs, chains, the servers' AC.

        The healthy ACs always, and the ACs above `entities`.
        """
        above = [ca for entity in entities for ca in entity.path[1:]]
        files = dict(self.servers.published)
        for authority in {ca.sha256: ca for ca in (*self.authorities, *above)}.values():
            content = self.crl(authority)
            files.update(dict.fromkeys(self.crl_paths(authority), content))
            chain = [ca.certificate for ca in authority.path]
            files[self.chain_path(authority)] = pkcs7.serialize_certificates(chain, Encoding.DER)
        return files

    # ---- how they are made

    def _issue(self, kind: str, form: Form) -> Entity:
        parent = form.parent or self.ac2
        key = self.keys.get(form.key, form.algorithm)
        named = subject(form, parent.common_name)
        serial = form.serial or serial_number(kind, *form.content)
        builder = self._builder(named, parent.certificate.subject, key, serial, form)
        # Like the real ones: no subjectKeyIdentifier, no basicConstraints, SAN not critical.
        builder = (
            builder.add_extension(_issuer_key(parent.key), critical=False)
            .add_extension(key_usage(form), critical=True)
            .add_extension(alternative_names(form), critical=False)
            .add_extension(self._crl_points(parent), critical=False)
            .add_extension(self._issuer_address(parent), critical=False)
        )
        if form.purposes:
            builder = builder.add_extension(x509.ExtendedKeyUsage(form.purposes), critical=False)
        if form.policies:
            builder = builder.add_extension(_policies(form.policies), critical=False)
        if form.unknown_critical:
            oid = x509.ObjectIdentifier("1.3.6.1.4.1.99999.1")
            builder = builder.add_extension(
                x509.UnrecognizedExtension(oid, b"\5\0"), critical=True
            )
        signer = form.signer or parent.key
        return Entity(_sign(builder, signer, hashes.SHA256(), sha1=form.sha1), key, parent)

    def _builder(
        self,
        named: x509.Name,
        issuer: x509.Name,
        key: PrivateKey,
        serial: int,
        form: Form | AuthorityForm,
    ) -> x509.CertificateBuilder:
        return x509.CertificateBuilder(
            issuer_name=issuer,
            subject_name=named,
            public_key=key.public_key(),
            serial_number=serial,
            not_valid_before=self.now + form.begins,
            not_valid_after=self.now + form.ends,
        )

    def _crl_points(self, issuer: Entity) -> x509.CRLDistributionPoints:
        addresses = [f"{self.crl_base}{path}" for path in self.crl_paths(issuer)]
        points = [[x509.UniformResourceIdentifier(address)] for address in addresses]
        return x509.CRLDistributionPoints(
            [x509.DistributionPoint(point, None, None, None) for point in points]
        )

    def _issuer_address(self, issuer: Entity) -> x509.AuthorityInformationAccess:
        address = x509.UniformResourceIdentifier(f"{self.crl_base}{self.chain_path(issuer)}")
        method = AuthorityInformationAccessOID.CA_ISSUERS
        return x509.AuthorityInformationAccess([x509.AccessDescription(method, address)])


def _sign(
    builder: x509.CertificateBuilder,
    signer: PrivateKey,
    digest: hashes.SHA256 | hashes.SHA512,
    *,
    sha1: bool,
) -> x509.Certificate:
    if sha1 and isinstance(signer, rsa.RSAPrivateKey):
        return resign_with_sha1(builder.sign(signer, hashes.SHA256()), signer)
    return builder.sign(signer, digest)


def _policies(oids: Iterable[str]) -> x509.CertificatePolicies:
    statement = "http://repositorio.laboratorio.invalid/dpc.pdf"
    return x509.CertificatePolicies(
        [x509.PolicyInformation(x509.ObjectIdentifier(oid), [statement]) for oid in oids]
    )


def _issuer_key(key: PrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _tag(issuer: Entity) -> str:
    # By key, not by name: a fake AC bears the real one's name.
    return x509.SubjectKeyIdentifier.from_public_key(issuer.key.public_key()).digest.hex()[:12]

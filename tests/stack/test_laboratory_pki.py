"""The invented PKI has the real profile, and each faulty certificate is what its name says."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID, SignatureAlgorithmOID
from tests.lab.laboratory import KEY_CACHE
from tests.lab.numbers import cnpj, cpf
from tests.lab.pki import Pki
from tests.lab.variants import FORMS, VARIANTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.lab.entity import Entity

pytestmark = pytest.mark.lab

RUN_SECONDS: Final = 30.0


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki(KEY_CACHE, "http://127.0.0.1:9")


def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, timeout=RUN_SECONDS, check=False
    )


def signed_by(entity: Entity, issuer: Entity) -> bool:
    try:
        entity.certificate.verify_directly_issued_by(issuer.certificate)
    except InvalidSignature:
        return False
    return True


def days_left(entity: Entity) -> float:
    return (entity.certificate.not_valid_after_utc - datetime.now(UTC)) / timedelta(days=1)


def policies(entity: Entity) -> tuple[str, ...]:
    try:
        extension = entity.certificate.extensions.get_extension_for_class(x509.CertificatePolicies)
    except x509.ExtensionNotFound:
        return ()
    return tuple(each.policy_identifier.dotted_string for each in extension.value)


def other_names(entity: Entity) -> dict[str, bytes]:
    names = entity.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    others = names.value.get_values_for_type(x509.OtherName)
    return {name.type_id.dotted_string: name.value for name in others}


def verify(pki: Pki, entity: Entity, folder: Path, *more: str) -> str:
    """Return what `openssl verify` says of `entity`, with its own CAs as the pool."""
    (folder / "root.pem").write_bytes(pki.roots_pem)
    (folder / "leaf.pem").write_bytes(entity.pem)
    (folder / "pool.pem").write_bytes(b"".join(ca.pem for ca in entity.path[1:]))
    command = ["openssl", "verify", "-CAfile", str(folder / "root.pem")]
    command += ["-untrusted", str(folder / "pool.pem"), "-purpose", "sslclient", *more]
    result = run([*command, str(folder / "leaf.pem")])
    return result.stdout + result.stderr


def test_numbers_have_right_check_digits() -> None:
    # Known pairs of digits of well-known example numbers.
    assert cpf("111444777") == "11144477735"
    assert cnpj("112223330001") == "11222333000181"


def test_the_healthy_certificate_has_the_real_profile(pki: Pki) -> None:
    entity = pki.leaf("ecpf")
    extensions = entity.certificate.extensions
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.content_commitment
    assert usage.value.key_encipherment
    assert policies(entity) == ("2.16.76.1.2.3.10",)
    assert set(policies(entity)) < set(policies(pki.ac2))
    assert entity.common_name == "FULANO DE TAL TESTE:12345678909"
    names = other_names(entity)
    assert set(names) == {"2.16.76.1.3.1", "2.16.76.1.3.5", "2.16.76.1.3.6"}
    assert names["2.16.76.1.3.1"][0] == 0x04
    assert names["2.16.76.1.3.1"][2:].startswith(b"0101198012345678909")
    points = extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    addresses = [name.value for point in points for name in point.full_name or ()]
    assert len(addresses) == 2
    assert all(address.startswith(pki.crl_base) for address in addresses)
    with pytest.raises(x509.ExtensionNotFound):
        extensions.get_extension_for_oid(ExtensionOID.SUBJECT_KEY_IDENTIFIER)


def test_keys_and_serials_are_the_same_in_every_run(pki: Pki, tmp_path: Path) -> None:
    again = Pki(KEY_CACHE, pki.crl_base, pki.now)
    assert again.root_sha256 == pki.root_sha256
    assert again.leaf().sha256 == pki.leaf().sha256


def test_no_two_certificates_of_the_ac_share_a_serial(pki: Pki) -> None:
    forgeries = {"bad_signature", "unreadable", "key_mismatch"}  # of the healthy one
    entities = [pki.variant(name) for name in VARIANTS if name not in forgeries]
    below = {each.der: each for each in entities if each.parent == pki.ac2}
    serials = {each.certificate.serial_number for each in below.values()}
    assert len(serials) == len(below) > 20


@pytest.mark.parametrize("name", [*FORMS, "revoked", "suspended", "expires_soon"])
def test_a_good_chain_verifies_with_openssl(pki: Pki, tmp_path: Path, name: str) -> None:
    assert verify(pki, pki.variant(name), tmp_path).strip().endswith("leaf.pem: OK")


OPENSSL_SAYS: Final = {
    "expired": "certificate has expired",
    "not_yet_valid": "certificate is not yet valid",
    "no_client_auth": "unsuitable certificate purpose",
    "ca_expired": "certificate has expired",
    "fake_root": "unable to get local issuer certificate|self-signed certificate in",
    "unknown_root": "self-signed certificate in certificate chain",
    "homologation": "self-signed certificate in certificate chain",
    "not_icp_brasil": "self-signed certificate in certificate chain",
    "root_expired": "self-signed certificate in certificate chain",
    "bad_signature": "certificate signature failure",
    "ca_bad_signature": "certificate signature failure",
    "issuer_not_ca": "invalid CA certificate",
    "ca_without_key_cert_sign": "invalid CA certificate",
    "path_too_long": "path length constraint exceeded",
    "unknown_critical": "unhandled critical extension",
    "weak_key": "EE certificate key too weak",
    "weak_ca_key": "CA certificate key too weak",
    "weak_ca_hash": "CA signature digest algorithm too weak",
    "weak_hash": "CA signature digest algorithm too weak",
}


@pytest.mark.parametrize(("name", "words"), OPENSSL_SAYS.items())
def test_openssl_names_the_fault(pki: Pki, tmp_path: Path, name: str, words: str) -> None:
    said = verify(pki, pki.variant(name), tmp_path, "-auth_level", "2")
    assert any(each in said for each in words.split("|")), said


def test_profile_faults_are_in_the_certificate(pki: Pki) -> None:
    wanted = {
        "a1": "2.16.76.1.2.1.",
        "a2": "2.16.76.1.2.2.",
        "s3": "2.16.76.1.2.103.",
        "t3": "2.16.76.1.2.303.",
        "se_s": "2.16.76.1.2.201.",
        "se_h": "2.16.76.1.2.202.",
        "ecpf_a4": "2.16.76.1.2.4.",
    }
    for name, arc in wanted.items():
        (policy,) = policies(pki.variant(name))
        assert policy.startswith(arc)
        assert policy in policies(pki.ac2)
    assert policies(pki.variant("without_policy")) == ()
    assert not set(policies(pki.variant("policy_not_issued"))) & set(policies(pki.ac2))
    assert 19 < days_left(pki.variant("expires_soon")) <= 20
    company = other_names(pki.variant("ecnpj"))
    assert company["2.16.76.1.3.3"][2:] == b"11222333000181"
    assert other_names(pki.variant("ecpf_modern")) == {}
    modern = pki.variant("ecpf_modern").certificate.subject
    (number,) = modern.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    assert number.value == "12345678909"
    assert other_names(pki.variant("ecpf_printable"))["2.16.76.1.3.1"][0] == 0x13
    usage = pki.variant("no_digital_signature").certificate.extensions
    assert not usage.get_extension_for_class(x509.KeyUsage).value.digital_signature
    purposes = pki.variant("no_client_auth").certificate.extensions
    client = ExtendedKeyUsageOID.CLIENT_AUTH
    assert client not in purposes.get_extension_for_class(x509.ExtendedKeyUsage).value


def test_faults_of_keys_and_names_are_real(pki: Pki) -> None:
    mismatch = pki.variant("key_mismatch")
    assert mismatch.certificate.public_key() != mismatch.key.public_key()
    with pytest.raises(ValueError, match="error parsing asn1"):
        x509.load_der_x509_certificate(pki.variant("unreadable").der)
    weak = pki.variant("weak_hash").certificate
    assert weak.signature_algorithm_oid == SignatureAlgorithmOID.RSA_WITH_SHA1
    public = pki.ac2.key.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    body = weak.tbs_certificate_bytes
    public.verify(weak.signature, body, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - the fault
    assert signed_by(pki.leaf(), pki.ac2)
    assert not signed_by(pki.variant("bad_signature"), pki.ac2)
    fake = pki.variant("fake_root").path[-1]
    assert fake.certificate.subject == pki.root.certificate.subject
    assert fake.sha256 != pki.root_sha256
    missing = pki.variant("issuer_missing")
    assert missing.parent not in pki.authorities
    elliptic = pki.variant("ecpf_ec").key
    assert isinstance(elliptic, ec.EllipticCurvePrivateKey)
    assert elliptic.curve.name == "secp256r1"


def test_crls_list_what_is_revoked(pki: Pki) -> None:
    crl = x509.load_der_x509_crl(pki.crl(pki.ac2))
    public = pki.ac2.key.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    assert crl.is_signature_valid(public)
    revoked = crl.get_revoked_certificate_by_serial_number(
        pki.variant("revoked").certificate.serial_number
    )
    held = crl.get_revoked_certificate_by_serial_number(
        pki.variant("suspended").certificate.serial_number
    )
    assert revoked
    assert held
    reason = held.extensions.get_extension_for_class(x509.CRLReason).value.reason
    assert reason is x509.ReasonFlags.certificate_hold
    healthy = pki.leaf().certificate.serial_number
    assert crl.get_revoked_certificate_by_serial_number(healthy) is None
    parent = pki.variant("ca_revoked").parent
    assert parent
    upper = x509.load_der_x509_crl(pki.crl(pki.ac1))
    assert upper.get_revoked_certificate_by_serial_number(parent.certificate.serial_number)
    stranger = pki.crl(pki.ac2, signer=pki.ac1.key)
    assert not x509.load_der_x509_crl(stranger).is_signature_valid(public)

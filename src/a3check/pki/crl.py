"""What does a certificate revocation list (RFC 5280 §5) say of one certificate?"""

import base64
from collections.abc import Iterable
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import CRLEntryExtensionOID, ExtensionOID

from a3check.pki import der, extensions, keys, names
from a3check.pki.answers import DAMAGED, SKEW, Answer, State, Statement, dated
from a3check.pki.certificate import Certificate

_JUDGED = frozenset(
    {
        ExtensionOID.CRL_NUMBER,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.ISSUING_DISTRIBUTION_POINT,
    }
)
_JUDGED_OF_ENTRY = frozenset(
    {CRLEntryExtensionOID.CRL_REASON, CRLEntryExtensionOID.INVALIDITY_DATE}
)


def state(
    answer: Answer, certificate: Certificate, signers: Iterable[Certificate], moment: datetime
) -> Statement:
    """Judge one CRL; ``signers`` are the issuer's certificates, its other keys included."""
    try:
        crl = x509.load_der_x509_crl(_binary(answer.body))
        return _verified(crl, answer.source, tuple(signers)) or _said(
            crl, answer.source, certificate, moment
        )
    except UnsupportedAlgorithm:
        return Statement(State.USELESS, answer.source, reason="algorithm")
    except DAMAGED:
        return Statement(State.USELESS, answer.source, reason="unreadable")


def _binary(body: bytes) -> bytes:
    if not body.startswith(b"-----"):
        return body
    return base64.b64decode(b"".join(body.split(b"-----")[2].split()))


def _verified(
    crl: x509.CertificateRevocationList, source: str, signers: tuple[Certificate, ...]
) -> Statement | None:
    """Return what speaks against the CRL's origin, or nothing."""
    signed = crl.tbs_certlist_bytes
    scheme, name = _head(signed)
    named = [signer for signer in signers if signer.subject_key == name.canonical]
    if not named:
        return Statement(State.USELESS, source, reason="other_issuer")
    checks = {keys.verify(s.spki, scheme, signed, crl.signature): s for s in named}
    signer = checks.get(keys.Checked.GOOD)
    if signer is None:
        if keys.Checked.BAD not in checks:
            raise UnsupportedAlgorithm(scheme.oid)
        return Statement(State.FORGED, source, reason="signature")
    usage = signer.extensions.key_usage
    if usage is not None and extensions.CRL_SIGN not in usage:
        return Statement(State.FORGED, source, reason="no_crl_sign")
    return None


def _head(signed: bytes) -> tuple[keys.Algorithm, names.Name]:
    """Read algorithm and issuer out of the TBSCertList, whose entries are not copied."""
    at = der.header(signed)[1]
    first = der.element(signed, at)
    if first.tag == der.INTEGER:  # the version, which a CRL of version 1 lacks
        at += len(first.raw)
        first = der.element(signed, at)
    return keys.algorithm(first), names.parse(der.element(signed, at + len(first.raw)))


def _said(
    crl: x509.CertificateRevocationList, source: str, certificate: Certificate, moment: datetime
) -> Statement:
    refused = _refused(crl)
    if refused:
        return Statement(State.USELESS, source, reason=refused)
    if certificate.serial < 0:  # the library's look-up knows none
        return Statement(State.USELESS, source, reason="serial")
    entry = crl.get_revoked_certificate_by_serial_number(certificate.serial)
    if entry is not None:
        listed = _listed(crl, entry, source, moment)
        if listed:
            return listed
    if not _covers(crl, certificate):
        return Statement(State.USELESS, source, reason="partition")
    return dated(source, crl.last_update_utc, crl.next_update_utc, moment)


def _refused(crl: x509.CertificateRevocationList) -> str:
    """Say why nothing may be read from it (RFC 5280 §5.2: critical and not understood)."""
    oids = {e.oid for e in crl.extensions if e.critical} - _JUDGED
    if ExtensionOID.DELTA_CRL_INDICATOR in {e.oid for e in crl.extensions}:
        return "delta"
    point = _distribution(crl)
    if point and point.indirect_crl:
        return "indirect"
    return "critical_extension" if oids else ""


def _listed(
    crl: x509.CertificateRevocationList,
    entry: x509.RevokedCertificate,
    source: str,
    moment: datetime,
) -> Statement | None:
    issued, date = crl.last_update_utc, entry.revocation_date_utc
    if min(issued, date) > moment + SKEW:  # not yet so at that moment
        return Statement(State.NOT_YET_VALID, source, issued, issued=issued)
    reason = "unspecified"
    for extension in _of_entry(entry):
        if extension.critical and extension.oid not in _JUDGED_OF_ENTRY:
            return Statement(State.USELESS, source, reason="critical_extension")
        if isinstance(extension.value, x509.CRLReason):
            reason = extension.value.reason.name
    if reason == x509.ReasonFlags.remove_from_crl.name:
        return None
    held = reason == x509.ReasonFlags.certificate_hold.name
    return Statement(State.SUSPENDED if held else State.REVOKED, source, date, reason, issued)


def _of_entry(entry: x509.RevokedCertificate) -> Iterable[x509.Extension[x509.ExtensionType]]:
    """Return an entry's extensions; none where one is damaged: it is listed all the same."""
    try:
        return tuple(entry.extensions)
    except DAMAGED:
        return ()


def _covers(crl: x509.CertificateRevocationList, certificate: Certificate) -> bool:
    """Tell whether a certificate that is not listed is thereby good (RFC 5280 §6.3.3 b)."""
    point = _distribution(crl)
    if point is None:
        return True
    if point.only_contains_attribute_certs or point.only_some_reasons:
        return False
    if certificate.is_ca and point.only_contains_user_certs:
        return False
    if not certificate.is_ca and point.only_contains_ca_certs:
        return False
    own = {str(name.value) for name in point.full_name or ()}
    return not own or bool(own & set(certificate.crl_urls))


def _distribution(crl: x509.CertificateRevocationList) -> x509.IssuingDistributionPoint | None:
    try:
        return crl.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    except x509.ExtensionNotFound:
        return None

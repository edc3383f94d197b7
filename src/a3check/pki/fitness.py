"""May this certificate log its holder in, as far as its own bytes tell?"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from a3check.core.model import Evidence, Finding, Value
from a3check.pki import holder, policy
from a3check.pki.certificate import Certificate
from a3check.pki.ranking import worst_first

SOON = timedelta(days=30)
WEAK_HASHES = {"md5": "MD5", "sha1": "SHA-1"}
SMALLEST_RSA, SMALLEST_EC = 2048, 256  # bits


def faults(certificate: Certificate, moment: datetime) -> tuple[Finding, ...]:
    """Return what speaks against it at that moment, the worst first; nothing means usable."""
    return worst_first((*_dates(certificate, moment), *_type(certificate), *_use(certificate)))


def beside_others(
    judged: Iterable[Finding], others: Iterable[Certificate], moment: datetime
) -> tuple[Finding, ...]:
    """Say of a company's certificate that the person's beside it has expired.

    A login wants the person's: that one is what has to be renewed.
    """
    ends = max((c.not_after for c in others if c.kind is holder.Kind.PERSON), default=moment)
    if ends >= moment:
        return tuple(judged)
    more = (Evidence("reason", "expired_person"), Evidence("person_until", ends))
    return tuple(
        replace(f, evidence=(*f.evidence, *more)) if f.code == "certificate.company" else f
        for f in judged
    )


def weakness(certificate: Certificate) -> str:
    """Name what is too weak in its signature and its key, as in ``SHA-1``; else empty."""
    return ", ".join(filter(None, (weak_hash(certificate), weak_key(certificate))))


def weak_hash(certificate: Certificate) -> str:
    """Name the hash of its signature where it is broken, else empty."""
    return WEAK_HASHES.get(certificate.signature_hash or "", "")


def weak_key(certificate: Certificate) -> str:
    """Name its key where it is too short, else empty; a length that is not known is none."""
    least = {"RSA": SMALLEST_RSA, "EC": SMALLEST_EC}.get(certificate.key.algorithm, 0)
    return certificate.key.text if 0 < certificate.key.bits < least else ""


def _dates(certificate: Certificate, moment: datetime) -> list[Finding]:
    left = certificate.not_after - moment
    end = Evidence("not_after", certificate.not_after)
    if moment < certificate.not_before:
        start = Evidence("not_before", certificate.not_before)
        return [_finding(certificate, "not_yet_valid", start)]
    if left < timedelta():
        return [_finding(certificate, "expired", end, Evidence("days", (-left).days))]
    if left <= SOON:
        return [_finding(certificate, "expires_soon", end, Evidence("days", left.days))]
    return []


def _type(certificate: Certificate) -> list[Finding]:
    type_ = certificate.type
    found = []
    if not certificate.icp_brasil:
        return [_plain("not_icp_brasil", "issuer", certificate.issuer_common_name)]
    if type_ is None or type_.use is not policy.Use.AUTHENTICATION:
        found.append(_plain("wrong_type", "policy", certificate.policy))
    elif type_.media is policy.Media.SOFTWARE:
        found.append(_plain("software_type", "policy", type_.code))
    if certificate.kind in {holder.Kind.COMPANY, holder.Kind.EQUIPMENT}:
        kind = Evidence("policy", certificate.policy)
        found.append(_finding(certificate, "company", kind, with_issuer=False))
    return found


def _use(certificate: Certificate) -> list[Finding]:
    found = []
    if not certificate.client_auth:
        found.append(_plain("no_client_auth", "usages", certificate.eku or ()))
    if not certificate.digital_signature:
        found.append(_plain("no_digital_signature", "issuer", certificate.issuer_common_name))
    if weak := weakness(certificate):
        found.append(_plain("weak", "algorithm", weak))
    return found


def _plain(what: str, name: str, value: Value) -> Finding:
    return Finding(f"certificate.{what}", (Evidence(name, value),))


def _finding(
    certificate: Certificate, what: str, *evidence: Evidence, with_issuer: bool = True
) -> Finding:
    issuer = (Evidence("issuer", certificate.issuer_common_name),) if with_issuer else ()
    holder_ = Evidence("holder", certificate.holder_name, private=True)
    return Finding(f"certificate.{what}", (*evidence, *issuer, holder_))

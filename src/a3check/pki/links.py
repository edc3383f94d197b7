"""What is wrong with the certificates of one path, link by link?"""

from collections.abc import Iterator
from datetime import datetime

from a3check.core.model import Evidence, Finding
from a3check.pki import extensions, policy
from a3check.pki.certificate import Certificate
from a3check.pki.fitness import weak_hash, weak_key
from a3check.pki.trust import Trust

_MOST_NAMED = 4  # OIDs in one finding

Path = tuple[Certificate, ...]
"""The leaf first, then each issuer of the one before."""


def findings(path: Path, trust: Trust, moment: datetime) -> tuple[Finding, ...]:
    """Return every finding of a path's certificates; where it ends is not judged here."""
    found: list[Finding] = []
    for certificate in path:
        found += _unjudged(certificate, path)
        found += _withdrawn(certificate, trust)
    for place, certificate in enumerate(path[1:], 1):
        found += _dates(certificate, moment)
        found += _weak(certificate, trust)
        found += _authority(certificate, _below(path, place))
    found += _policy(path)
    return tuple(found)


def subject(certificate: Certificate) -> Evidence:
    """Name a certificate: private where it is a holder's."""
    return Evidence("subject", certificate.common_name, private=not certificate.is_ca)


def _unjudged(certificate: Certificate, path: Path) -> Iterator[Finding]:
    if len(path) > 1 and certificate is path[-1] and certificate.self_issued:
        return  # a root is trusted by its fingerprint, whatever stands in it
    known = certificate.extensions
    if known.refused:
        reason = f"critical extension {', '.join(known.refused[:_MOST_NAMED])}"
    elif known.repeated:  # refused by OpenSSL, thus by most servers (RFC 5280 §4.2)
        reason = f"extension twice: {', '.join(known.repeated[:_MOST_NAMED])}"
    elif certificate is path[0] and not certificate.key.bits:  # a CA's shows by what it signed
        reason = f"key {certificate.key.text}"
    else:
        return
    yield Finding("chain.unsupported", (subject(certificate), Evidence("reason", reason)))


def _withdrawn(certificate: Certificate, trust: Trust) -> Iterator[Finding]:
    if certificate.sha256 in trust.withdrawn:
        yield Finding("chain.ca_withdrawn", (subject(certificate),))


def _dates(ca: Certificate, moment: datetime) -> Iterator[Finding]:
    end = Evidence("not_after", ca.not_after)
    if moment < ca.not_before:
        start = Evidence("not_before", ca.not_before)
        early = Evidence("reason", "not_yet_valid")
        yield Finding("chain.ca_expired", (subject(ca), end, start, early))
    elif moment > ca.not_after:
        yield Finding("chain.ca_expired", (subject(ca), end))


def _weak(ca: Certificate, trust: Trust) -> Iterator[Finding]:
    own = "" if trust.trusts(ca) or ca.self_issued else weak_hash(ca)
    weak = ", ".join(filter(None, (own, weak_key(ca))))
    if weak:
        yield Finding("chain.weak_ca", (subject(ca), Evidence("algorithm", weak)))


def _authority(ca: Certificate, below: int) -> Iterator[Finding]:
    known = ca.extensions
    usage, limit = known.key_usage, known.path_length
    if not known.is_ca:
        reason = "not_a_ca"
    elif usage is not None and extensions.KEY_CERT_SIGN not in usage:
        reason = "no_key_cert_sign"
    elif limit is not None and below > limit:
        reason = "path_length"
    elif not ca.client_auth:
        reason = "extended_key_usage"
    else:
        return
    # Here the subject may be a person's certificate that was used as a CA.
    yield Finding("chain.invalid_ca", (subject(ca), Evidence("reason", reason)))


def _below(path: Path, place: int) -> int:
    """Count the CAs between leaf and this one that are not self-issued (RFC 5280 §4.2.1.9)."""
    return sum(not ca.self_issued for ca in path[1:place])


def _policy(path: Path) -> Iterator[Finding]:
    if len(path) == 1 or path[0].is_ca:
        return
    leaf, issuer = path[:2]
    wanted = [oid for oid in leaf.policies if oid.startswith(policy.TYPES)]
    if wanted and not {*wanted, policy.ANY_POLICY} & set(issuer.policies):
        yield Finding(
            "chain.policy_not_issued",
            (Evidence("issuer", issuer.common_name), Evidence("policy", ", ".join(wanted))),
        )

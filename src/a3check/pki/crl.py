"""What does a certificate revocation list (RFC 5280 §5) say of one certificate?"""

from collections.abc import Iterable
from datetime import datetime

from cryptography.exceptions import UnsupportedAlgorithm

from a3check.pki import crl_bytes, extensions, keys, reading
from a3check.pki.answers import DAMAGED, LATE, SKEW, Answer, State, Statement, dated
from a3check.pki.certificate import Certificate
from a3check.pki.crl_bytes import CrlBytes, Entry
from a3check.pki.reading import Reading


def state(
    answer: Answer, certificate: Certificate, signers: Iterable[Certificate], moment: datetime
) -> Statement:
    """Judge one CRL; ``signers`` are the issuer's certificates, its other keys included."""
    try:
        held = reading.read(answer.body)
        return _verified(held, answer.source, tuple(signers)) or _said(
            held, answer.source, certificate, moment
        )
    except UnsupportedAlgorithm:
        return Statement(State.USELESS, answer.source, reason="algorithm")
    except DAMAGED:
        return Statement(State.USELESS, answer.source, reason="unreadable")


def _verified(held: Reading, source: str, signers: tuple[Certificate, ...]) -> Statement | None:
    """Return what speaks against the CRL's origin, or nothing."""
    crl = held.crl
    named = [signer for signer in signers if signer.subject_key == crl.issuer.canonical]
    if not named:
        return Statement(State.USELESS, source, reason="other_issuer")
    checks = {s.spki: held.signed_by(s.spki) for s in named}
    good = [s for s in named if checks[s.spki] is keys.Checked.GOOD]
    if good:
        lent = not any(map(_may_sign, good))
        return Statement(State.FORGED, source, reason="no_crl_sign") if lent else None
    meant = [checks[s.spki] for s in named if s.key_id == crl.authority_key]
    if meant and keys.Checked.BAD in meant:
        return Statement(State.FORGED, source, reason="signature")
    if meant or (crl.authority_key is None and keys.Checked.BAD not in checks.values()):
        raise UnsupportedAlgorithm(crl.scheme.oid)
    # A CA that renewed its key signs with the new one (RFC 5280 §6.3.3 f): nobody can tell.
    return Statement(State.USELESS, source, reason="other_key")


def _may_sign(signer: Certificate) -> bool:
    usage = signer.extensions.key_usage
    return usage is None or extensions.CRL_SIGN in usage


def _said(held: Reading, source: str, certificate: Certificate, moment: datetime) -> Statement:
    """Say what stands in it: a certificate that is listed is revoked, whatever else it lacks."""
    crl = held.crl
    if crl.scope.indirect:  # a serial of perhaps another CA
        return Statement(State.USELESS, source, reason="indirect")
    if crl.refused:  # RFC 5280 §5.2: critical and not understood
        return Statement(State.USELESS, source, reason="critical_extension")
    entry = held.find(certificate.serial)
    if entry is not None and entry.reason != crl_bytes.REMOVED:
        return _listed(crl, entry, source, moment)
    if crl.delta:  # only what changed since another list
        return Statement(State.USELESS, source, reason="delta")
    if not _covers(crl.scope, certificate):
        return Statement(State.USELESS, source, reason="partition")
    return dated(source, crl.issued, crl.until, moment, LATE)


def _listed(crl: CrlBytes, entry: Entry, source: str, moment: datetime) -> Statement:
    if min(crl.issued, entry.date) > moment + SKEW:  # not yet so at that moment
        return Statement(State.NOT_YET_VALID, source, crl.issued, issued=crl.issued)
    if entry.odd:
        return Statement(State.USELESS, source, reason="critical_extension")
    said = State.SUSPENDED if entry.reason == crl_bytes.HOLD else State.REVOKED
    return Statement(said, source, entry.date, entry.reason, crl.issued)


def _covers(scope: crl_bytes.Scope, certificate: Certificate) -> bool:
    """Tell whether a certificate that is not listed is thereby good (RFC 5280 §6.3.3 b)."""
    if scope.attributes_only or scope.some_reasons:
        return False
    if scope.users_only if certificate.is_ca else scope.cas_only:
        return False
    return not scope.names or bool(scope.names & certificate.extensions.crl_names)

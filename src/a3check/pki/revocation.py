"""Is a certificate revoked, by the answers at hand?"""

from collections.abc import Iterable
from datetime import UTC, datetime

from a3check.core.model import Evidence, Finding
from a3check.pki import crl, links, ocsp
from a3check.pki.answers import Answer, Answers, State, Statement
from a3check.pki.certificate import Certificate
from a3check.pki.ranking import worst_first

__all__ = ["Answer", "Answers", "judge", "ocsp_request", "summary"]

ocsp_request = ocsp.request

_UNSERVING = {
    **dict.fromkeys(("partition", "delta", "indirect"), "partial"),
    **dict.fromkeys(("unknown_to_responder", "unauthorized", "try_later"), "responder"),
    **dict.fromkeys(("internal_error", "malformed_request", "sig_required"), "responder"),
}
"""Why an answer that came does not serve; of several kinds the last in the alphabet is told."""
_OTHER_KEY = "other_key"
"""In the CA's name, by a key of no certificate at hand: renewed, or not the CA's at all."""

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def judge(
    certificate: Certificate,
    issuer: Certificate,
    answers: Answers,
    moment: datetime,
    *,
    leaf: bool = True,
    other_keys: Iterable[Certificate] = (),
) -> tuple[Finding, ...]:
    """Judge one certificate of a path at that moment; exactly one finding.

    ``other_keys`` are further certificates of the same CA that hold up to a
    trusted root: a CA that renewed its key signs its CRL with the new one.
    """
    signers = tuple(dict.fromkeys((issuer, *other_keys)))
    said = [
        *(ocsp.state(answer, certificate, signers, moment) for answer in answers.ocsp),
        *(crl.state(answer, certificate, signers, moment) for answer in answers.crls),
    ]
    statement = _decisive(said)
    if statement is None:
        return (_untold(certificate, said, answers.failures),)
    return (_finding(certificate, statement, leaf=leaf),)


def summary(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Put a path's findings together, the leaf's first: good only where all are."""
    found = tuple(findings)
    others = [f for f in found if f.code != "revocation.good"]
    return worst_first(others) or found[:1]


def _decisive(said: list[Statement]) -> Statement | None:
    """Return the statement that counts; the newest where several say the same."""
    newest = sorted(said, key=lambda s: s.issued or _LONG_AGO, reverse=True)
    by_state: dict[State, Statement] = {}
    for statement in newest:
        by_state.setdefault(statement.state, statement)
    if State.REVOKED in by_state:  # for ever, even by an old answer
        return by_state[State.REVOKED]
    held = [s for s in newest if s.state in {State.SUSPENDED, State.GOOD}]
    if held:  # a hold may be released: the newest counts
        return next((s for s in held if s.state is held[0].state and not s.overdue), held[0])
    order = (State.FORGED, State.NOT_YET_VALID, State.STALE)
    return next((by_state[s] for s in order if s in by_state), None)


def _finding(certificate: Certificate, said: Statement, *, leaf: bool) -> Finding:
    subject, source = links.subject(certificate), Evidence("source", said.source)
    date = Evidence("date", said.date) if said.date else None
    reason = Evidence("reason", said.reason)
    evidence: tuple[Evidence | None, ...] = (subject, date, source)
    code = f"revocation.{said.state}"
    match said.state:
        case State.REVOKED | State.SUSPENDED if not leaf:
            code, evidence = "revocation.ca_revoked", (subject, date, reason, source)
        case State.REVOKED:
            evidence = (date, reason, source)
        case State.SUSPENDED | State.GOOD:
            overdue = Evidence("next_update", said.overdue) if said.overdue else None
            evidence = (date, source, overdue)
        case State.FORGED:
            evidence = (subject, source, reason)
    return Finding(code, tuple(e for e in evidence if e))


def _untold(
    certificate: Certificate, said: list[Statement], failures: tuple[tuple[str, str], ...]
) -> Finding:
    """Say what every address answered; where all did, why that does not serve."""
    tried = dict.fromkeys((*failures, *((s.source, s.reason) for s in said)))
    lines = tuple(f"{source}: {reason}" for source, reason in tried)
    why = tuple(Evidence("reason", kind) for kind in _kinds(certificate, said, failures)[-1:])
    evidence = (links.subject(certificate), Evidence("urls", lines), *why)
    return Finding("revocation.unreachable", evidence)


def _kinds(
    certificate: Certificate, said: list[Statement], failures: tuple[tuple[str, str], ...]
) -> list[str]:
    """Say why what came does not serve; where not all answered, only what nobody else explains."""
    if any(s.reason == _OTHER_KEY for s in said):
        return [_OTHER_KEY]
    asked = certificate.crl_urls or certificate.ocsp_urls or {why for _, why in failures}
    if not said and set(asked) <= {"scheme"}:
        return ["no_address"]
    return [] if failures else sorted(_UNSERVING.get(s.reason, "other_answer") for s in said)

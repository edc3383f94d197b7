"""Has the certificate, or a CA above it, been revoked?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from a3check.checks.chain import Path
from a3check.checks.clock import TrustedClock
from a3check.core.check import Check, Context
from a3check.core.internet import Fetched
from a3check.core.model import Evidence, Finding, Skip
from a3check.pki import revocation
from a3check.pki.answers import Answer, Answers
from a3check.pki.certificate import Certificate

_LISTED = frozenset({"revocation.revoked", "revocation.suspended", "revocation.ca_revoked"})


@dataclass(frozen=True, slots=True)
class Question:
    """One certificate of the path, its issuer, and what the addresses answered."""

    certificate: Certificate
    issuer: Certificate
    crls: tuple[Fetched, ...] = ()
    ocsp: tuple[Fetched, ...] = ()


def run(context: Context) -> Iterator[Finding | Skip]:
    """Ask every address of every certificate of the path, side by side."""
    path = context.find(Path)
    if path is None or not path.certificates:
        yield Skip("chain")
        return
    clock = context.find(TrustedClock) or TrustedClock(None)
    moment = clock.moment(context.ports.clock.now())
    pairs = tuple(zip(path.certificates, path.certificates[1:], strict=False))
    if not pairs:
        yield unasked(path.certificates[0], context.wishes.network)
        return
    questions = _ask(context, pairs)
    yield from judge(questions, path, moment, clock.judged_by)


def judge(
    questions: Sequence[Question], path: Path, moment: datetime, judged_by: str
) -> tuple[Finding, ...]:
    """Judge each certificate by the answers; good only where all are.

    Below a root that is not trusted, or where the path lacks its end, an issuer may
    only bear the real one's name. Who signed the certificate may revoke it
    all the same; everything else such a CA says, or seems to, tells nothing.
    """
    findings: list[Finding] = []
    for depth, question in enumerate(questions):
        certificate, issuer = question.certificate, question.issuer
        findings += revocation.judge(
            certificate,
            issuer,
            _answers(question),
            moment,
            leaf=depth == 0,
            other_keys=[c for c in path.namesakes if c.subject_key == issuer.subject_key],
        )
    if not path.anchored:
        listed = [f for f in findings if f.code in _LISTED]
        findings = listed or [_untold(questions[0])]
    return tuple(_with_judge(f, judged_by) for f in revocation.summary(findings))


def unasked(leaf: Certificate, network: bool) -> Finding:  # noqa: FBT001 - a fact, no mode
    """Say that nobody could be asked: the issuer that signs the answers is not at hand."""
    why = "issuer missing" if network else "option"
    urls = tuple(f"{url}: {why}" for url in leaf.crl_urls) or (why,)
    evidence = (_subject(leaf), Evidence("urls", urls))
    asked = () if network else (Evidence("reason", "option"),)
    return Finding("revocation.unreachable", (*evidence, *asked))


def _untold(question: Question) -> Finding:
    """Say that nothing could be told, with what every address answered."""
    why = {f.url: f.fault or "issuer not trusted" for f in (*question.crls, *question.ocsp)}
    urls = tuple(f"{url}: {reason}" for url, reason in why.items()) or ("issuer not trusted",)
    return Finding(
        "revocation.unreachable", (_subject(question.certificate), Evidence("urls", urls))
    )


def _subject(leaf: Certificate) -> Evidence:
    return Evidence("subject", leaf.common_name, private=True)


def _ask(
    context: Context, pairs: Sequence[tuple[Certificate, Certificate]]
) -> tuple[Question, ...]:
    """Fetch the CRLs of the whole path in one go; OCSP where a certificate names it."""
    if not context.wishes.network:
        return tuple(Question(c, i, _denied(c.crl_urls), ()) for c, i in pairs)
    network = context.ports.network
    urls = tuple(dict.fromkeys(url for c, _ in pairs for url in c.crl_urls))
    got = {answer.url: answer for answer in network.fetch(urls)} if urls else {}
    questions = []
    for certificate, issuer in pairs:
        crls = tuple(got[url] for url in certificate.crl_urls if url in got)
        asked: tuple[Fetched, ...] = ()
        if certificate.ocsp_urls and not any(answer.body for answer in crls):
            data = revocation.ocsp_request(certificate, issuer)
            asked = network.fetch(certificate.ocsp_urls, data) if data else ()
        questions.append(Question(certificate, issuer, crls, asked))
    return tuple(questions)


def _denied(urls: Sequence[str]) -> tuple[Fetched, ...]:
    return tuple(Fetched(url, fault="option") for url in urls)


def _answers(question: Question) -> Answers:
    everything = (*question.crls, *question.ocsp)
    return Answers(
        crls=tuple(Answer(f.body, f.url) for f in question.crls if f.body),
        ocsp=tuple(Answer(f.body, f.url) for f in question.ocsp if f.body),
        failures=tuple((f.url, f.fault or "empty") for f in everything if not f.body),
    )


def _with_judge(finding: Finding, judged_by: str) -> Finding:
    if finding.code != "revocation.revoked":
        return finding
    evidence = (*finding.evidence, Evidence("judged_by", judged_by))
    return Finding(finding.code, evidence, finding.lowered)


CHECK = Check(run, requires=("chain",))

"""Has the certificate, or a CA above it, been revoked?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
_SETTLED = _LISTED | {"revocation.good"}
_NOTHING = Answers()


@dataclass(frozen=True, slots=True)
class AtHand:
    """Answers that somebody gave beforehand, of any certificate of the path.

    They are judged like all others, and no address is asked for what they settle.
    """

    answers: Answers


@dataclass(frozen=True, slots=True)
class Question:
    """One certificate of the path, its issuer, what is at hand, and what the addresses say."""

    certificate: Certificate
    issuer: Certificate
    crls: tuple[Fetched, ...] = ()
    ocsp: tuple[Fetched, ...] = ()
    at_hand: Answers = _NOTHING


def run(context: Context) -> Iterator[Finding | Skip]:
    """Ask the addresses of every certificate that the answers at hand leave open."""
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
    given = context.find(AtHand) or AtHand(_NOTHING)
    questions = tuple(Question(c, i, at_hand=given.answers) for c, i in pairs)
    left = tuple(q for q in questions if not settled(q, path, moment))
    asked = dict(zip(left, _ask(context, left), strict=True))
    questions = tuple(asked.get(q, q) for q in questions)
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
        findings += _judged(question, path, moment, leaf=depth == 0)
    if not path.anchored:
        listed = [f for f in findings if f.code in _LISTED]
        findings = listed or [_untold(questions[0])]
    return tuple(_with_judge(f, judged_by) for f in revocation.summary(findings))


def settled(question: Question, path: Path, moment: datetime) -> bool:
    """Tell whether what is known of a certificate leaves nothing to ask for."""
    return _judged(question, path, moment)[0].code in _SETTLED


def _judged(
    question: Question, path: Path, moment: datetime, *, leaf: bool = True
) -> tuple[Finding, ...]:
    issuer = question.issuer
    namesakes = [c for c in path.namesakes if c.subject_key == issuer.subject_key]
    return revocation.judge(
        question.certificate,
        issuer,
        _answers(question),
        moment,
        leaf=leaf,
        other_keys=namesakes,
    )


def unasked(leaf: Certificate, network: bool) -> Finding:  # noqa: FBT001 - a fact, no mode
    """Say that nobody could be asked: the issuer that signs the answers is not at hand."""
    why = "issuer missing" if network else "option"
    urls = tuple(f"{url}: {why}" for url in leaf.crl_urls) or (why,)
    evidence = (_subject(leaf), Evidence("urls", urls))
    asked = () if network else (Evidence("reason", "option"),)
    return Finding("revocation.unreachable", (*evidence, *asked))


def _untold(question: Question) -> Finding:
    """Say that nothing could be told, with what every address answered."""
    given = (*question.at_hand.crls, *question.at_hand.ocsp)
    why = dict.fromkeys((answer.source for answer in given), "issuer not trusted")
    why |= {f.url: f.fault or "issuer not trusted" for f in (*question.crls, *question.ocsp)}
    urls = tuple(f"{url}: {reason}" for url, reason in why.items()) or ("issuer not trusted",)
    return Finding(
        "revocation.unreachable", (_subject(question.certificate), Evidence("urls", urls))
    )


def _subject(leaf: Certificate) -> Evidence:
    return Evidence("subject", leaf.common_name, private=True)


def _ask(context: Context, questions: Sequence[Question]) -> tuple[Question, ...]:
    """Fetch the CRLs of the whole path in one go; OCSP where a certificate names it."""
    if not context.wishes.network:
        return tuple(replace(q, crls=_denied(q.certificate.crl_urls)) for q in questions)
    network = context.ports.network
    urls = tuple(dict.fromkeys(url for q in questions for url in q.certificate.crl_urls))
    got = {answer.url: answer for answer in network.fetch(urls)} if urls else {}
    asked = []
    for question in questions:
        certificate = question.certificate
        crls = tuple(got[url] for url in certificate.crl_urls if url in got)
        ocsp: tuple[Fetched, ...] = ()
        if certificate.ocsp_urls and not any(answer.body for answer in crls):
            data = revocation.ocsp_request(certificate, question.issuer)
            ocsp = network.fetch(certificate.ocsp_urls, data) if data else ()
        asked.append(replace(question, crls=crls, ocsp=ocsp))
    return tuple(asked)


def _denied(urls: Sequence[str]) -> tuple[Fetched, ...]:
    return tuple(Fetched(url, fault="option") for url in urls)


def _answers(question: Question) -> Answers:
    everything, given = (*question.crls, *question.ocsp), question.at_hand
    failed = tuple((f.url, f.fault or "empty") for f in everything if not f.body)
    return Answers(
        crls=(*given.crls, *(Answer(f.body, f.url) for f in question.crls if f.body)),
        ocsp=(*given.ocsp, *(Answer(f.body, f.url) for f in question.ocsp if f.body)),
        failures=(*given.failures, *failed),
    )


def _with_judge(finding: Finding, judged_by: str) -> Finding:
    if finding.code != "revocation.revoked":
        return finding
    evidence = (*finding.evidence, Evidence("judged_by", judged_by))
    return Finding(finding.code, evidence, finding.lowered)


CHECK = Check(run, requires=("chain",))

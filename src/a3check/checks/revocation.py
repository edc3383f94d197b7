"""Has the certificate, or a CA above it, been revoked?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from a3check.checks.clock import TrustedClock
from a3check.core.check import Check, Context
from a3check.core.internet import Ask, Fetched, Inquiry
from a3check.core.model import Evidence, Finding, Skip
from a3check.pki import reading, revocation
from a3check.pki.answers import Answer, Answers
from a3check.pki.asked import (
    LISTED,
    AtHand,
    Question,
    alone,
    is_news,
    judged,
    kept_says,
    settled,
    without_revoked,
)
from a3check.pki.certificate import Certificate
from a3check.pki.ways import Detour, Path, Ways

MOST_REVOKED = 4
"""Revoked CAs that are gone around; more of one certificate's nobody has seen."""


def run(context: Context) -> Iterator[Finding | Skip]:
    """Ask the addresses of every certificate that the answers at hand leave open."""
    path = context.find(Path)
    if path is None or not path.certificates:
        yield Skip("chain")
        return
    clock = context.find(TrustedClock) or TrustedClock(None)
    moment = clock.moment(context.ports.clock.now())
    if len(path.certificates) == 1:
        yield unasked(path.certificates[0], context.wishes.network)
        return
    with reading.remembering():  # a list is judged when it comes, and once more at the end
        path, asked = _standing(context, path, moment)
        found = judge(asked, path, moment, clock.judged_by)
    yield from found


def _standing(
    context: Context, first: Path, moment: datetime
) -> tuple[Path, tuple[Question, ...]]:
    """Ask about the path, and go around each CA of it that was revoked, where a way leads there.

    Where all ways are barred, the first one is told.
    """
    ways, path, revoked = context.find(Ways), first, set[Certificate]()
    asked = _asked_of(context, first, moment)
    told = first, asked
    while ways is not None and len(revoked) < MOST_REVOKED:
        found = _revoked(asked, path, moment)
        if not found:
            if path is not first:
                context.learn(Detour(path))
            return path, asked
        revoked |= found
        around = ways.around(revoked)
        if around is None:
            break
        path, asked = around, _asked_of(context, around, moment)
    return told


def _revoked(asked: Sequence[Question], path: Path, moment: datetime) -> set[Certificate]:
    """Return the CAs of a path that the answers revoke."""
    return {
        question.certificate
        for question in (asked[1:] if path.anchored else ())
        if judged(question, path, moment, leaf=False)[0].code == "revocation.ca_revoked"
    }


def _asked_of(context: Context, path: Path, moment: datetime) -> tuple[Question, ...]:
    given = context.find(AtHand) or AtHand(Answers())
    pairs = zip(path.certificates, path.certificates[1:], strict=False)
    questions = tuple(Question(c, i, at_hand=given.answers) for c, i in pairs)
    return _asked(context, questions, path, moment)


def judge(
    questions: Sequence[Question], path: Path, moment: datetime, judged_by: str
) -> tuple[Finding, ...]:
    """Judge each certificate by the answers; good only where all are.

    Below a root that is not trusted, or where the path lacks its end, an issuer may
    only bear the real one's name. Who signed the certificate may revoke it
    all the same; everything else such a CA says, or seems to, tells nothing.
    """
    path = without_revoked(questions, path, moment)
    findings: list[Finding] = []
    for depth, question in enumerate(questions):
        said = judged(question, path, moment, leaf=depth == 0)
        findings += [_noted(finding, question) for finding in said]
    if not path.anchored:
        listed = [f for f in findings if f.code in LISTED]
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
    given = (*question.at_hand.crls, *question.at_hand.ocsp, *question.kept)
    why = dict.fromkeys((answer.source for answer in given), "issuer not trusted")
    why |= {f.url: f.fault or "issuer not trusted" for f in (*question.crls, *question.ocsp)}
    urls = tuple(f"{url}: {reason}" for url, reason in why.items()) or ("issuer not trusted",)
    return Finding(
        "revocation.unreachable", (_subject(question.certificate), Evidence("urls", urls))
    )


def _subject(leaf: Certificate) -> Evidence:
    return Evidence("subject", leaf.common_name, private=True)


def _asked(
    context: Context, questions: Sequence[Question], path: Path, moment: datetime
) -> tuple[Question, ...]:
    """Return the questions with what is kept and fetched of those that are open."""
    known = tuple(_recalled(context, q, path, moment) for q in questions)
    left = [number for number, (_, done) in enumerate(known) if not done]
    answered = [question for question, _ in known]
    found = _ask(context, [answered[number] for number in left], path, moment)
    for number, question in zip(left, found, strict=True):
        answered[number] = question
    return tuple(answered)


def _recalled(
    context: Context, question: Question, path: Path, moment: datetime
) -> tuple[Question, bool]:
    """Look for a question's answer at hand and in what is kept; tell whether it is there.

    All that is kept is looked at: a newer list at another address may say otherwise.
    """
    if settled(question, path, moment):
        return question, True
    kept = context.ports.kept
    worths: set[str] = set()
    for url in question.certificate.crl_urls:
        body = kept.take(url)
        if body is None:
            continue
        worth = kept_says(question, body, url, path, moment)
        if worth == "worthless":
            kept.drop(url)
        if worth in {"settled", "open", "overdue"}:
            question = replace(question, kept=(*question.kept, Answer(body, url)))
        worths.add(worth)
    return question, "settled" in worths and "open" not in worths


def _ask(
    context: Context, questions: Sequence[Question], path: Path, moment: datetime
) -> tuple[Question, ...]:
    """Ask each question's addresses in turn, side by side with the others'; keep what serves."""
    if not context.wishes.network:
        return tuple(replace(q, crls=_denied(q.certificate)) for q in questions)
    served: list[Fetched] = []
    inquiries = [_inquiry(q, path, moment, served) for q in questions]
    got = context.ports.network.inquire(inquiries) if inquiries else ()
    for crl in served if path.anchored else ():
        context.ports.kept.keep(crl.url, crl.body)
    return tuple(map(_heard, questions, got))


def _inquiry(question: Question, path: Path, moment: datetime, served: list[Fetched]) -> Inquiry:
    """Put the addresses of a certificate in order: CRLs first, which the next run has at hand.

    ``served`` gets the CRLs that serve and are worth keeping: to judge a long one takes long, and
    once is enough.
    """
    certificate = question.certificate
    data = revocation.ocsp_request(certificate, question.issuer)
    ocsp = certificate.ocsp_urls if data else ()
    asks = (*map(Ask, certificate.crl_urls), *(Ask(url, data) for url in ocsp))

    def serves(ask: Ask, answer: Fetched) -> bool:
        new = alone(question, answer, ocsp=ask.data is not None)
        good = settled(new, path, moment)
        if good and ask.data is None and is_news(new, question.kept, path, moment):
            served.append(answer)
        return good

    return Inquiry(asks, serves)


def _heard(question: Question, got: Mapping[Ask, Fetched]) -> Question:
    """Return a question with what its addresses answered, and those that are not asked."""
    crls = tuple(answer for ask, answer in got.items() if ask.data is None)
    ocsp = tuple(answer for ask, answer in got.items() if ask.data is not None)
    unasked = question.certificate.extensions.unasked_urls
    left_out = tuple(Fetched(url, fault="scheme") for url in unasked)
    return replace(question, crls=(*crls, *left_out), ocsp=ocsp)


def _denied(certificate: Certificate) -> tuple[Fetched, ...]:
    urls = certificate.crl_urls or certificate.ocsp_urls
    return tuple(Fetched(url, fault="option") for url in urls)


def _noted(finding: Finding, question: Question) -> Finding:
    """Add how it came that nobody was asked: an earlier run's answer, or the user's wish."""
    more: tuple[Evidence, ...] = ()
    fetched = any(f.body for f in (*question.crls, *question.ocsp))
    if not fetched and finding.get("source") in {answer.source for answer in question.kept}:
        more = (Evidence("cached", True),)  # noqa: FBT003 - a fact, no mode
    elif finding.code == "revocation.unreachable" and _unwished(question, finding):
        more = (Evidence("reason", "option"),)
    return replace(finding, evidence=(*finding.evidence, *more))


def _unwished(question: Question, finding: Finding) -> bool:
    told = finding.get("reason") is not None
    return not told and bool(question.crls) and all(f.fault == "option" for f in question.crls)


def _with_judge(finding: Finding, judged_by: str) -> Finding:
    match finding.code:
        case "revocation.revoked":
            by = Evidence("judged_by", judged_by)
        case "revocation.not_yet_valid" if judged_by == "trusted":
            by = Evidence("reason", "trusted")  # the clock was checked: it is the answer's date
        case _:
            return finding
    return Finding(finding.code, (*finding.evidence, by), finding.lowered)


CHECK = Check(run, requires=("chain",))

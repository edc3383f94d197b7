"""Has the certificate, or a CA above it, been revoked?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from a3check.checks.chain import Path
from a3check.checks.clock import TrustedClock
from a3check.core.check import Check, Context
from a3check.core.internet import Ask, Fetched, Inquiry
from a3check.core.model import Evidence, Finding, Skip
from a3check.pki import revocation
from a3check.pki.answers import Answer, Answers
from a3check.pki.certificate import Certificate

_LISTED = frozenset({"revocation.revoked", "revocation.suspended", "revocation.ca_revoked"})
_SETTLED = _LISTED | {"revocation.good"}
_FOR_EVER = frozenset({"revocation.good", "revocation.revoked"})
_NOTHING = Answers()


@dataclass(frozen=True, slots=True)
class AtHand:
    """Answers that somebody gave beforehand, of any certificate of the path.

    They are judged like all others, and no address is asked for what they settle.
    """

    answers: Answers


@dataclass(frozen=True, slots=True)
class Question:
    """One certificate of the path, its issuer, what is at hand, and what the addresses say.

    ``kept`` are CRLs of an earlier run.
    """

    certificate: Certificate
    issuer: Certificate
    crls: tuple[Fetched, ...] = ()
    ocsp: tuple[Fetched, ...] = ()
    at_hand: Answers = _NOTHING
    kept: tuple[Answer, ...] = ()


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
    asked = _asked(context, questions, path, moment)
    yield from judge(asked, path, moment, clock.judged_by)


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
        said = _judged(question, path, moment, leaf=depth == 0)
        findings += [_noted(finding, question) for finding in said]
    if not path.anchored:
        listed = [f for f in findings if f.code in _LISTED]
        findings = listed or [_untold(questions[0])]
    return tuple(_with_judge(f, judged_by) for f in revocation.summary(findings))


def settled(question: Question, path: Path, moment: datetime) -> bool:
    """Tell whether what is known of a certificate leaves nothing to ask for."""
    finding = _judged(question, path, moment)[0]
    return finding.code in _SETTLED and not _overdue(finding)


def _overdue(finding: Finding) -> bool:
    """Tell whether an answer counts only as long as nobody has a newer one."""
    return finding.get("next_update") is not None


def kept_says(question: Question, body: bytes, url: str, path: Path, moment: datetime) -> str:
    """Say what a CRL of an earlier run is worth, judged as if it had just come.

    ``settled``: nothing is left to ask. ``open``: it counts, and a newer one may say
    otherwise (a suspension may be lifted). ``overdue``: it counts where nobody has a newer one.
    ``stale``: it counts for nothing. ``worthless``: it never was the CA's, or is damaged.
    """
    alone = Question(question.certificate, question.issuer, kept=(Answer(body, url),))
    finding = _judged(alone, path, moment)[0]
    code = finding.code
    if _overdue(finding):
        return "overdue"
    if code in _FOR_EVER:
        return "settled"
    if code in _SETTLED:
        return "open"
    return "stale" if code in {"revocation.stale", "revocation.not_yet_valid"} else "worthless"


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
        return tuple(replace(q, crls=_denied(q.certificate.crl_urls)) for q in questions)
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
        alone = _alone(question, answer, ocsp=ask.data is not None)
        good = settled(alone, path, moment)
        if good and ask.data is None and _is_news(alone, question.kept, path, moment):
            served.append(answer)
        return good

    return Inquiry(asks, serves)


def _is_news(alone: Question, kept: tuple[Answer, ...], path: Path, moment: datetime) -> bool:
    """Tell whether nothing kept overrules an answer: an old copy takes no newer one's place."""
    if not kept:
        return True
    return _judged(replace(alone, kept=kept), path, moment) == _judged(alone, path, moment)


def _alone(question: Question, answer: Fetched, *, ocsp: bool = False) -> Question:
    """Return the question as if this were its only answer."""
    bare = Question(question.certificate, question.issuer)
    return replace(bare, ocsp=(answer,)) if ocsp else replace(bare, crls=(answer,))


def _heard(question: Question, got: Mapping[Ask, Fetched]) -> Question:
    """Return a question with what its addresses answered, and those that are not asked."""
    crls = tuple(answer for ask, answer in got.items() if ask.data is None)
    ocsp = tuple(answer for ask, answer in got.items() if ask.data is not None)
    unasked = question.certificate.extensions.unasked_urls
    left_out = tuple(Fetched(url, fault="scheme") for url in unasked)
    return replace(question, crls=(*crls, *left_out), ocsp=ocsp)


def _denied(urls: Sequence[str]) -> tuple[Fetched, ...]:
    return tuple(Fetched(url, fault="option") for url in urls)


def _answers(question: Question) -> Answers:
    everything, given = (*question.crls, *question.ocsp), question.at_hand
    failed = tuple((f.url, f.fault or "empty") for f in everything if not f.body)
    return Answers(
        crls=(
            *given.crls,
            *question.kept,
            *(Answer(f.body, f.url) for f in question.crls if f.body),
        ),
        ocsp=(*given.ocsp, *(Answer(f.body, f.url) for f in question.ocsp if f.body)),
        failures=(*given.failures, *failed),
    )


def _noted(finding: Finding, question: Question) -> Finding:
    """Add how it came that nobody was asked: an earlier run's answer, or the user's wish."""
    more: tuple[Evidence, ...] = ()
    fetched = any(f.body for f in (*question.crls, *question.ocsp))
    if not fetched and finding.get("source") in {answer.source for answer in question.kept}:
        more = (Evidence("cached", True),)  # noqa: FBT003 - a fact, no mode
    elif finding.code == "revocation.unreachable" and _unwished(question):
        more = (Evidence("reason", "option"),)
    return replace(finding, evidence=(*finding.evidence, *more))


def _unwished(question: Question) -> bool:
    return bool(question.crls) and all(f.fault == "option" for f in question.crls)


def _with_judge(finding: Finding, judged_by: str) -> Finding:
    if finding.code != "revocation.revoked":
        return finding
    evidence = (*finding.evidence, Evidence("judged_by", judged_by))
    return Finding(finding.code, evidence, finding.lowered)


CHECK = Check(run, requires=("chain",))

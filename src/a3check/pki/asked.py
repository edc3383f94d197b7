"""What is asked about one certificate of a path, and what is each answer to it worth?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from a3check.core.internet import Fetched
from a3check.core.model import Finding
from a3check.pki import revocation
from a3check.pki.answers import Answer, Answers
from a3check.pki.certificate import Certificate
from a3check.pki.ways import Path

LISTED = frozenset({"revocation.revoked", "revocation.suspended", "revocation.ca_revoked"})
"""What a certificate is found on a list for."""
_SETTLED = LISTED | {"revocation.good"}
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


def settled(question: Question, path: Path, moment: datetime) -> bool:
    """Tell whether what is known of a certificate leaves nothing to ask for."""
    finding = judged(question, path, moment)[0]
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
    old = Question(question.certificate, question.issuer, kept=(Answer(body, url),))
    finding = judged(old, path, moment)[0]
    code = finding.code
    if _overdue(finding):
        return "overdue"
    if code in _FOR_EVER:
        return "settled"
    if code in _SETTLED:
        return "open"
    return "stale" if code in {"revocation.stale", "revocation.not_yet_valid"} else "worthless"


def judged(
    question: Question, path: Path, moment: datetime, *, leaf: bool = True
) -> tuple[Finding, ...]:
    """Judge one certificate by all that is known of it; exactly one finding."""
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


def without_revoked(questions: Sequence[Question], path: Path, moment: datetime) -> Path:
    """Return the path without the namesakes that the answers about its CAs revoke.

    Who stole a CA's old key could sign its lists; the CA above has said that it counts no more.
    """
    kept = [c for c in path.namesakes if not any(_revokes(q, c, path, moment) for q in questions)]
    return replace(path, namesakes=tuple(kept))


def _revokes(question: Question, namesake: Certificate, path: Path, moment: datetime) -> bool:
    """Tell whether the answers about one of an issuer's certificates revoke another one, too."""
    issuer = question.issuer
    if namesake.issuer_key != issuer.subject_key or namesake.subject_key == issuer.subject_key:
        return False
    about = replace(question, certificate=namesake)
    return judged(about, path, moment)[0].code in LISTED


def is_news(new: Question, kept: tuple[Answer, ...], path: Path, moment: datetime) -> bool:
    """Tell whether nothing kept overrules an answer: an old copy takes no newer one's place."""
    if not kept:
        return True
    return judged(replace(new, kept=kept), path, moment) == judged(new, path, moment)


def alone(question: Question, answer: Fetched, *, ocsp: bool = False) -> Question:
    """Return the question as if this were its only answer."""
    bare = Question(question.certificate, question.issuer)
    return replace(bare, ocsp=(answer,)) if ocsp else replace(bare, crls=(answer,))


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

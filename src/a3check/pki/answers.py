"""Answers about revocation, and what each of them says."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography import x509

DAMAGED = (
    ValueError,
    TypeError,
    IndexError,
    OverflowError,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What ``cryptography`` raises, at first or while an answer is read, where it is damaged."""

SKEW = timedelta(minutes=5)
"""What dates may differ: a clock that nobody verified counts as right by that much (``clock``)."""
LATE = timedelta(hours=1)
"""How long a CRL counts after its nextUpdate where no newer one is to be had: ACs publish late."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A body as it was fetched or found; ``source`` is its address or file name."""

    body: bytes = field(repr=False)
    source: str


@dataclass(frozen=True, slots=True)
class Answers:
    """What is at hand: CRLs, OCSP responses, and (address, why) of those that were not had."""

    crls: tuple[Answer, ...] = ()
    ocsp: tuple[Answer, ...] = ()
    failures: tuple[tuple[str, str], ...] = ()


class State(StrEnum):
    """What one answer says; ``USELESS`` is no answer about this certificate."""

    REVOKED = "revoked"
    SUSPENDED = "suspended"
    GOOD = "good"
    FORGED = "forged"
    NOT_YET_VALID = "not_yet_valid"
    STALE = "stale"
    USELESS = "useless"


@dataclass(frozen=True, slots=True)
class Statement:
    """What one answer says of one certificate.

    ``date`` is when it was revoked or suspended; else of a good or too early
    answer its thisUpdate, of a stale one its nextUpdate. ``issued`` is its thisUpdate.
    ``reason`` is the revocation's (RFC 5280 §5.3.1) or why the answer does not serve.
    ``overdue`` is the nextUpdate of a good one that is a little past it.
    """

    state: State
    source: str
    date: datetime | None = None
    reason: str = ""
    issued: datetime | None = None
    overdue: datetime | None = None


def dated(
    source: str, issued: datetime, until: datetime | None, moment: datetime, late: timedelta = SKEW
) -> Statement:
    """Judge the dates of an answer that does not list the certificate; it may be that ``late``."""
    if issued > moment + SKEW:
        return Statement(State.NOT_YET_VALID, source, issued, issued=issued)
    if until is None or until + late < moment:
        return Statement(State.STALE, source, until or issued, issued=issued)
    overdue = until if until < moment else None
    return Statement(State.GOOD, source, issued, issued=issued, overdue=overdue)

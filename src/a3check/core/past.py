"""What is known of a run that is over, from its masked report?"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from a3check.core.ports import JSON

_ID = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{4}")

Document = Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class Past:
    """A run by its report, and when it was by the best time that it knew.

    A clock that is years off is what many come with: where the run learned the trusted time,
    that counts, and the moment is ``sure``.
    """

    document: Document
    moment: datetime
    sure: bool

    @property
    def id(self) -> str:
        """The report's own number."""
        return str(self.document["id"])

    @property
    def status(self) -> str:
        """The verdict's status; empty where the report has none."""
        verdict = self.document["verdict"]
        status = verdict.get("status") if isinstance(verdict, Mapping) else None
        return status if isinstance(status, str) else ""

    @property
    def complete(self) -> bool:
        """Whether it went to its end."""
        return self.document.get("complete") is True

    @property
    def healthy(self) -> bool:
        """Whether the whole way was gone and the certificate accepted."""
        return self.complete and self.status == "passed"


def past_of(document: JSON) -> Past | None:
    """Take a masked report of ours; nothing for anything else."""
    if not isinstance(document, Mapping):
        return None
    match document:
        case {
            "format": "a3check-report",
            "masked": True,
            "id": str(name),
            "started": str(started),
            "verdict": Mapping(),
            "checks": Sequence() as checks,
        } if _ID.fullmatch(name):
            trusted = next(filter(None, _trusted(checks)), None)
            moment = trusted or _moment(started)
            return None if moment is None else Past(document, moment, trusted is not None)
        case _:
            return None


def _trusted(checks: Sequence[JSON]) -> Iterator[datetime | None]:
    """Yield the trusted times that the check ``clock`` wrote down."""
    for check in checks:
        match check:
            case {"name": "clock", "findings": [*findings]}:
                yield from map(_told, findings)


def _told(finding: JSON) -> datetime | None:
    match finding:
        case {"evidence": {"trusted_time": str(written)}}:
            return _moment(written)
        case _:
            return None


def _moment(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if moment.utcoffset() is not None else moment.replace(tzinfo=UTC)

"""What came of ``a3check atualizar``?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from a3check.core.catalogue import Catalogue
from a3check.core.ports import JSON
from a3check.core.register import Status

FORMAT, VERSION = "a3check-update", 1
NAMED = 8
"""So many new CAs are named; a first list has hundreds."""

UPDATED, CURRENT, SHOWN, CUT = "updated", "current", "shown", "cut"
_HTTP = "http_"
_CAUSES = frozenset(
    {
        *("proxy", "tls", "redirect", "bad_url", "private_address", "too_large", "bad_hash"),
        *("not_zip", "damaged", "too_many", "unsupported", "nothing"),
        *("not_writable", "no_space"),
    }
)
"""What somebody can mend. Of the rest (no network, no answer in time, an answer cut short, a
server's own trouble) it cannot be told more than that there was no list this time."""
_REFUSALS = range(400, 500)
_MISSING = frozenset({404, 410})
"""Refusals that no firewall makes: nothing is there."""
_PORTS = {"https": 443}


@dataclass(frozen=True, slots=True)
class Renewal:
    """How an update ended: ``result`` is a key of ``[update]`` in the words.

    ``day`` and ``count`` are of the list in use now; ``previous`` is the day of the one before.
    ``verified`` tells whether the published hash agreed; ``refused`` counts certificates that
    hang on no root of ICP-Brasil, ``unreadable`` those that are none.
    """

    result: str
    source: str = ""
    day: date | None = None
    count: int = 0
    previous: date | None = None
    added: tuple[str, ...] = ()
    refused: int = 0
    unreadable: int = 0
    verified: bool | None = None
    place: str = ""

    @property
    def status(self) -> Status:
        """Passed; failed where a cause was found; unknown where it could not be told."""
        if self.result in {UPDATED, CURRENT}:
            return Status.PASSED
        if self.result == SHOWN:
            return Status.UNKNOWN if self.day is None else Status.PASSED
        refusal = self.http_status in _REFUSALS
        return Status.FAILED if refusal or self.result in _CAUSES else Status.UNKNOWN

    @property
    def http_status(self) -> int:
        """The status that the server, or a proxy before it, answered; 0 where it was none."""
        return int(self.result.removeprefix(_HTTP)) if self.result.startswith(_HTTP) else 0


def document(renewal: Renewal) -> Mapping[str, JSON]:
    """Return it as data, for other programs."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "status": str(renewal.status),
        "result": renewal.result,
        "source": renewal.source,
        "hash_verified": renewal.verified,
        "ca_bundle": _iso(renewal.day),
        "previous": _iso(renewal.previous),
        "certificates": renewal.count,
        "added": list(renewal.added),
        "refused": renewal.refused,
        "unreadable": renewal.unreadable,
    }


def text(renewal: Renewal, words: Catalogue) -> Iterator[str]:
    """Write it as a technician reads it: one line, and which CAs are new."""
    key = renewal.result
    if renewal.http_status:
        key = _refusal(renewal.http_status)
    said = words.words(
        "update",
        key,
        host=_host(renewal.source),
        port=_port(renewal.source),
        source=renewal.source,
        status=renewal.http_status,
        count=renewal.count,
        day=_shown(renewal.day),
        place=renewal.place,
    )
    kept = words.words("update", "kept" if renewal.day else "none", day=_shown(renewal.day))
    if renewal.status is Status.PASSED:
        yield said
    else:
        yield kept if renewal.result == SHOWN else f"{said} {kept}"
    if renewal.result == UPDATED and renewal.added:
        few = renewal.added if len(renewal.added) <= NAMED else ()
        key = "added" if few else "added_many"
        yield words.words("update", key, names=few, count=len(renewal.added))


def _refusal(status: int) -> str:
    if status in _MISSING:
        return "http_missing"
    return "http_refused" if status in _REFUSALS else "http_trouble"


def _port(source: str) -> int:
    """Return an address's port; what is none gets HTTP's, and no words name it."""
    try:
        parts = urlsplit(source)
        return parts.port or _PORTS.get(parts.scheme.lower(), 80)
    except ValueError:
        return 80


def _host(source: str) -> str:
    """Return an address's host; a file's path as it stands."""
    try:
        return urlsplit(source).hostname or source
    except ValueError:
        return source


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _shown(day: date | None) -> str:
    return "" if day is None else f"{day:%d/%m/%Y}"

"""How is a report read back: its fields, its cause and its moments, whatever is missing?"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo

from a3check.core.catalogue import shown_value
from a3check.core.ports import JSON

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


def field(document: JSON, *path: str) -> JSON:
    """Return the value at a path of names, or nothing where it is missing."""
    for name in path:
        if not isinstance(document, Mapping):
            return None
        document = document.get(name)
    return document


def text(document: JSON, *path: str) -> str:
    """Return the text at a path, empty where there is none."""
    value = field(document, *path)
    return value if isinstance(value, str) else ""


def texts(document: JSON, *path: str) -> tuple[str, ...]:
    """Return the texts of the list at a path."""
    return tuple(item for item in items(field(document, *path)) if isinstance(item, str))


def items(value: JSON) -> Sequence[JSON]:
    """Return the members of a list, none where it is no list."""
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def findings(document: JSON) -> Iterator[JSON]:
    """Yield all findings in the order of the checks."""
    for check in items(field(document, "checks")):
        yield from items(field(check, "findings"))


def cause(document: JSON) -> JSON:
    """Return the finding that is the verdict's cause, or nothing."""
    code = text(document, "verdict", "cause")
    return next((f for f in findings(document) if code and text(f, "code") == code), None)


def host(document: JSON) -> str:
    """Return ``host`` or ``host:port`` of the cause, else of the last finding that names one."""
    named = [cause(document), *reversed(list(findings(document)))]
    facts = next((field(f, "evidence") for f in named if text(f, "evidence", "host")), None)
    port = field(facts, "port")
    return f"{text(facts, 'host')}:{port}" if isinstance(port, int) else text(facts, "host")


def started(document: JSON) -> tuple[str, str, str]:
    """Return date, time and zone (``22/11/2026``, ``14:31:07``, ``UTC-04:00``) of the start."""
    return parts(text(document, "started"))


def parts(written: str) -> tuple[str, str, str]:
    """Return date, time and zone of a moment as a report writes it; empty where it is none."""
    moment = _moment(written)
    if moment is None:
        return "", "", ""
    zone = "+00:00" if written.endswith("Z") else written[-6:]
    return f"{moment:%d/%m/%Y}", f"{moment:%H:%M:%S}", f"UTC{zone}"


def zone(document: JSON) -> tzinfo | None:
    """Return the zone of the computer that was tested, as far as the report tells it."""
    moment = _moment(text(document, "started"))
    return None if moment is None else moment.tzinfo


def shown(value: JSON, zone: tzinfo | None = None) -> str:
    """Write a fact of a report as a Brazilian reads it; no list of ours holds lists.

    Moments are told in a zone, or in this computer's own.
    """
    match value:
        case None:
            return ""
        case str():
            moment = _moment(value)
            if moment is None:
                return value
            return shown_value(moment) if zone is None else _there(moment, zone)
        case bool() | int() | float():
            return shown_value(value)
        case _:
            flat = (i for i in items(value) if isinstance(i, str) or not isinstance(i, Sequence))
            return ", ".join(shown(each, zone) for each in flat)


def _there(moment: datetime, zone: tzinfo) -> str:
    try:
        return f"{moment.astimezone(zone):%d/%m/%Y %H:%M}"
    except OverflowError:  # the ends of time
        return f"{moment:%d/%m/%Y %H:%M}"


def _moment(written: str) -> datetime | None:
    if not _MOMENT.fullmatch(written):
        return None
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None

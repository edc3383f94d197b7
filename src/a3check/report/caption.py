"""Which lines are stamped under a picture?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime

from a3check.core.catalogue import Catalogue
from a3check.core.ports import JSON
from a3check.report import reading
from a3check.report.clock import source
from a3check.report.entries import moment
from a3check.report.numbers import MASK

SOFTWARE = "a3check"
SAID = ("words", "alert", "ckr", "http_status", "loader", "exit")
"""Evidence that quotes an error message of others, the most telling first."""


def caption(
    document: Mapping[str, JSON], words: Catalogue, reached: datetime | None = None
) -> tuple[str, ...]:
    """Return error message, moment with zone, host, code and report id: a line each.

    It shows what the report holds: a masked report gives masked lines. ``reached`` is when the
    verdict was; without it the start of the run stands there.
    """
    parts = reading.parts(moment(reached)) if reached else reading.started(document)
    when = _when(document, words, parts)
    return _lines(document, words, when, _host(document, words))


def print_caption(
    document: Mapping[str, JSON],
    words: Catalogue,
    taken: datetime,
    address: str,
    *,
    pasted: bool = False,
) -> tuple[str, ...]:
    """Return the same lines for a print of the browser: its own moment, the address opened.

    ``pasted``: the moment is that of pasting, and the line says so.
    """
    when = _when(document, words, reading.parts(moment(taken)))
    if pasted:
        when = words.words("report", "stamp_pasted", when=when)
    if not address:
        return _lines(document, words, when, _host(document, words))
    where = words.words("report", "stamp_address", url=address)
    return _lines(document, words, when, where)


def fields(
    document: Mapping[str, JSON], lines: Sequence[str], taken: datetime
) -> Mapping[str, str]:
    """Return the PNG's text fields for a picture with these lines: registered keywords only.

    PNG (3rd ed., 11.3.3.1) registers them, and suggests RFC 1123's form for the time.
    """
    return {
        "Title": f"{SOFTWARE} {reading.text(document, 'id')}".strip(),
        "Description": "\n".join(lines),
        "Creation Time": format_datetime(taken),
        "Software": SOFTWARE,
    }


def _lines(
    document: Mapping[str, JSON], words: Catalogue, when: str, where: str
) -> tuple[str, ...]:
    code, identity = reading.text(document, "verdict", "cause"), reading.text(document, "id")
    return (
        words.words("report", "stamp_message", message=message(document)),
        when,
        where,
        words.words("report", "stamp_code", code=code, id=identity)
        if code
        else words.words("report", "stamp_no_code", id=identity),
    )


def _host(document: Mapping[str, JSON], words: Catalogue) -> str:
    host = reading.host(document)
    if not host:
        return words.words("report", "stamp_no_host")
    return words.words("report", "stamp_host", host=host)


def _when(document: Mapping[str, JSON], words: Catalogue, parts: tuple[str, str, str]) -> str:
    date, time, zone = parts
    told = source(document, words)
    return words.words("report", "stamp_when", date=date, time=time, zone=zone, source=told)


def message(document: Mapping[str, JSON]) -> str:
    """Return the verdict's sentence and, in brackets, what the other side said.

    What is hidden word for word (a page as the user typed it) tells nobody anything.
    """
    title = reading.text(document, "verdict", "title")
    evidence = reading.field(reading.cause(document), "evidence")
    said = (reading.shown(reading.field(evidence, name)) for name in SAID)
    telling = (words for words in said if not all(MASK in word for word in words.split()))
    quoted = next((words for words in telling if words not in title), "")
    return " ".join((f"{title} [{quoted}]" if quoted else title).split())

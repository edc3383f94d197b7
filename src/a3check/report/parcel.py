"""What does the file hold that takes a run to another computer, and is it ours?"""

import json
from dataclasses import dataclass

from a3check.core.past import Document, Past, past_of
from a3check.report import reading
from a3check.report.swap import cause

FORMAT = "a3check-swap"
VERSION = 1
LARGEST = 1024 * 1024
"""Bytes; a usual one has some 20 KiB."""


class ParcelError(Exception):
    """A file that cannot be used; ``fault`` is a key of ``[swap]`` after ``file_``.

    ``unreadable``, ``foreign``, ``later``, ``healthy`` or ``same_computer``.
    """

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Parcel:
    """The masked first run, and ``origin``, which stands for the installation that made it.

    It is random and leads to no computer: it only tells whether two are the same.
    """

    run: Past
    origin: str


def packed(document: Document, origin: str) -> bytes:
    """Return the file's content; a report that is not masked is a defect (``ValueError``)."""
    if document.get("masked") is not True:
        raise ValueError("only masked reports leave")
    table = {"format": FORMAT, "version": VERSION, "origin": origin, "report": document}
    text = json.dumps(table, ensure_ascii=False, indent=2, default=str)
    return text.encode("utf-8", "backslashreplace")


def unpacked(content: bytes, origin: str) -> Parcel:
    """Read a file; raises :class:`ParcelError`, never anything else.

    ``origin`` is this installation's: what it made itself is not from another computer.
    """
    try:
        table = json.loads(content) if len(content) <= LARGEST else None
    except (ValueError, RecursionError):
        raise ParcelError("unreadable") from None
    if reading.text(table, "format") != FORMAT:
        raise ParcelError("foreign")
    if reading.field(table, "version") != VERSION:
        raise ParcelError("later")
    run = past_of(reading.field(table, "report"))
    if run is None:
        raise ParcelError("unreadable")
    if not cause(run.document):
        raise ParcelError("healthy")
    if reading.text(table, "origin") == origin:
        raise ParcelError("same_computer")
    return Parcel(run, reading.text(table, "origin"))

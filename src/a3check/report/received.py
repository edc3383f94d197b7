"""Is a file that somebody sent a report of ours, whole and of a version that we can read?"""

import json
import math
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NoReturn, cast

from a3check.core.ports import JSON
from a3check.core.resources import resource
from a3check.report import bundle, reading
from a3check.report.document import FORMAT, VERSION
from a3check.report.schema import Schema, fault

LARGEST = bundle.LARGEST
LARGEST_REPORT = 512 * 1024
"""Bytes; a usual one has some 20 KiB, one with a finding of every code some 80."""
MOST_VALUES = 6_000
"""Values in one report; one with a finding of every code has some 2,000."""
LONGEST_TEXT = 128 * 1024
"""Characters of one text: laying out a longer word takes longer than anybody waits."""
LARGEST_PICTURE = 8 * 1024 * 1024
MOST_PIXELS = 4096 * 4096
"""A larger picture is not shown: of a few bytes it would make hundreds of megabytes."""
_ZIP = b"PK"
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_END = b"IEND"
_BOM = b"\xef\xbb\xbf"


class ReceivedError(Exception):
    """A file that cannot be used; ``fault`` is a key of ``[received]``, ``where`` names what."""

    def __init__(self, fault: str, where: str = "") -> None:
        super().__init__(fault)
        self.fault, self.where = fault, where


@dataclass(frozen=True, slots=True)
class Received:
    """A report that is as it should be; ``picture`` is its PNG, empty where none can be shown.

    ``checked`` are the files of a bundle whose sums are right; a lone JSON has none.
    """

    document: Mapping[str, JSON]
    picture: bytes = b""
    checked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a file cannot be shown: ``fault`` is a key of ``[given]`` or ``[received]``.

    ``where`` names what of it is meant.
    """

    table: str
    fault: str
    where: str = ""


def received(content: bytes) -> Received:
    """Read a report or a bundle; raises :class:`ReceivedError`, never anything else."""
    if not content:
        raise ReceivedError("empty")
    if not content.startswith(_ZIP):
        return Received(_document(content))
    try:
        files = bundle.unpacked(content)
    except bundle.BundleError as error:
        raise ReceivedError(error.fault, error.file) from None
    picture = files.get(bundle.PICTURE, b"")
    return Received(
        _document(files[bundle.REPORT]),
        picture if _can_be_shown(picture) else b"",
        tuple(file for file in bundle.INSIDE if file in files),
    )


@cache
def schema() -> Schema:
    """Return the JSON Schema that ships with the program."""
    return cast("Schema", json.loads(schema_text()))


def schema_text() -> str:
    """Return it as it is written."""
    return resource("report.schema.json").read_text("utf-8")


def _document(content: bytes) -> Mapping[str, JSON]:
    if len(content) > LARGEST_REPORT:
        raise ReceivedError("too_large")
    try:
        document = json.loads(
            content.removeprefix(_BOM),
            parse_constant=_refuse,
            parse_float=_finite,
            object_pairs_hook=_once_each,
        )
        crowded = _crowded(document)
    except (ValueError, RecursionError):
        raise ReceivedError("unreadable") from None
    if crowded:
        raise ReceivedError("too_large")
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ReceivedError("foreign")
    if (version := reading.field(document, "version")) != VERSION:
        later = isinstance(version, int) and version > VERSION
        raise ReceivedError("later" if later else "no_version")
    try:
        wrong = fault(document, schema())
    except RecursionError:  # not too deep for the reader, but for who compares what it read
        raise ReceivedError("unreadable") from None
    if wrong is not None:
        raise ReceivedError("invalid", wrong.where)
    return document


def _crowded(document: JSON) -> bool:
    """Tell whether there is more in it than a page can be made of in a reasonable time."""
    left, count = [document], 0
    while left:
        count += 1
        match left.pop():
            case str() as text if len(text) > LONGEST_TEXT:
                return True
            case dict() as table:
                left += table.values()
            case list() as items:
                left += items
        if count + len(left) > MOST_VALUES:
            return True
    return False


def _can_be_shown(picture: bytes) -> bool:
    """Tell whether it is a whole PNG of a bearable size, by its header (PNG, 11.2.1)."""
    width, height = (int.from_bytes(picture[at : at + 4]) for at in (16, 20))
    fits = len(picture) <= LARGEST_PICTURE and width * height <= MOST_PIXELS
    return fits and picture.startswith(_PNG) and _whole(picture)


def _whole(png: bytes) -> bool:
    """Tell whether all chunks are there and as their sums say (PNG, 5.3): who draws it is in C."""
    at = len(_PNG)
    while at + 12 <= len(png):
        end = at + 8 + int.from_bytes(png[at : at + 4])
        if zlib.crc32(png[at + 4 : end]) != int.from_bytes(png[end : end + 4]):
            return False
        if png[at + 4 : at + 8] == _PNG_END:
            return True
        at = end + 4
    return False


def _once_each(pairs: Iterable[tuple[str, JSON]]) -> Mapping[str, JSON]:
    """Make an object; a name that comes twice says one thing to us and another to others."""
    listed = [*pairs]
    table = dict(listed)
    if len(table) != len(listed):
        raise ValueError("a name twice")
    return table


def _finite(number: str) -> float:
    """Read a number; one beyond all bounds (``1e999``) is none."""
    if not math.isfinite(value := float(number)):
        raise ValueError(number)
    return value


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)  # NaN and infinities are no JSON

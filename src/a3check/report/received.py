"""Is a file that somebody sent a report of ours, whole and of a version that we can read?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import NoReturn, cast

from a3check.core.ports import JSON
from a3check.core.resources import resource
from a3check.report import bundle, reading
from a3check.report.document import FORMAT, VERSION
from a3check.report.schema import Schema, fault

LARGEST = bundle.LARGEST
LARGEST_REPORT = 4 * 1024 * 1024
"""Bytes; a usual one has some 20 KiB."""
_ZIP = b"PK"
_PNG = b"\x89PNG\r\n\x1a\n"
_BOM = b"\xef\xbb\xbf"


class ReceivedError(Exception):
    """A file that cannot be used; ``fault`` is a key of ``[received]``, ``where`` names what."""

    def __init__(self, fault: str, where: str = "") -> None:
        super().__init__(fault)
        self.fault, self.where = fault, where


@dataclass(frozen=True, slots=True)
class Received:
    """A report that is as it should be; ``picture`` is its PNG, empty where there is none.

    ``checked`` are the files of a bundle whose sums are right; a lone JSON has none.
    """

    document: Mapping[str, JSON]
    picture: bytes = b""
    checked: tuple[str, ...] = ()


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
        picture if picture.startswith(_PNG) else b"",
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
        document = json.loads(content.removeprefix(_BOM), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise ReceivedError("unreadable") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ReceivedError("foreign")
    if (version := reading.field(document, "version")) != VERSION:
        later = isinstance(version, int) and version > VERSION
        raise ReceivedError("later" if later else "no_version")
    if (wrong := fault(document, schema())) is not None:
        raise ReceivedError("invalid", wrong.where)
    return document


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)  # NaN and infinities are no JSON

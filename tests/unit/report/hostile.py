"""Files that somebody may send in a report's place, and why each is refused; nothing if it is not.

Some are made of a few bytes and would fill a memory or a day; each is small enough to be made
within a test, and is made there.
"""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, Final

from tests.unit.pki.zips import claiming, flagged, linked, packed, zip64_lies
from tests.unit.report.samples import ABOUT, IDENTITY, diagnosis, finding

from a3check.report import bundle, received
from a3check.report.document import document, dumps
from a3check.report.mask import Masker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Made = Callable[[], bytes]

REPORT: Final = document(diagnosis(finding("card.absent")), ABOUT, masker=Masker(IDENTITY, b"x"))
TEXT: Final = dumps(REPORT)
INSIDE: Final = {bundle.REPORT: TEXT.encode(), bundle.README: b"LEIA"}
BUNDLE: Final = bundle.packed(INSIDE)
SHOWN: Final = ""
"""Instead of a fault: the file is read."""
_MANY: Final = 65_535
_MILLION: Final = 700_000
"""Entries of a table as large as a bundle may be."""


def summed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files with sums that are right."""
    return {**files, bundle.SUMS: bundle.sums(files).encode()}


def reporting(**other: Any) -> bytes:  # noqa: ANN401 - JSON
    """Return a report in which some fields are others."""
    return json.dumps({**REPORT, **other}, separators=(",", ":")).encode()


def proving(**facts: Any) -> bytes:  # noqa: ANN401 - JSON
    """Return a report whose findings have these facts."""
    table = json.loads(TEXT)
    for one in (one for check in table["checks"] for one in check["findings"]):
        one["evidence"] = facts
    return json.dumps(table, separators=(",", ":")).encode()


def picture(width: int, height: int, more: bytes = b"") -> bytes:
    """Return a PNG of one colour and one bit a pixel: as small as it can be."""
    row, squeeze = b"\0" + bytes((width + 7) // 8), zlib.compressobj(9)
    data = b"".join(squeeze.compress(row) for _ in range(height)) + squeeze.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, *zip(*chunks, strict=True))) + more


def pictured(png: bytes) -> bytes:
    """Return a bundle that is as it should be, with this picture."""
    return bundle.packed({**INSIDE, bundle.PICTURE: png})


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


def _as_it_is(name: str, content: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a bundle with one more file, of which no sum is told."""
    return packed({**summed(INSIDE), name: content}, method=method)


def _table_of(count: int) -> bytes:
    """Return a ZIP of nothing but a table: so many entries that no file stands behind."""
    fields = struct.pack("<4B4HL2L5H2L", 20, 3, 20, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0)
    table = (b"PK\x01\x02" + fields + b"a") * count
    shown = count & 0xFFFF
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, shown, shown, len(table), 4, 0)
    return b"PK\x03\x04" + table + end


def _overlapping() -> bytes:
    """Return a bundle whose second name leads to the first one's bytes."""
    content = bytearray(packed(summed(INSIDE)))
    entry = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
    struct.pack_into("<I", content, entry + 42, 0)
    return bytes(content)


def _memory_wanting() -> bytes:
    """Return a bundle packed with LZMA that asks for 2 GiB in order to be unpacked."""
    content = bytearray(packed(summed(INSIDE), method=zipfile.ZIP_LZMA))
    struct.pack_into("<I", content, content.index(b"relatorio.json") + 19, 0x7FFFFFFF)
    return bytes(content)


def _nested(depth: int) -> bytes:
    content = BUNDLE
    for _ in range(depth):
        content = packed({bundle.REPORT: content})
    return content


def _crc_wrong() -> bytes:
    content = bytearray(packed(summed(INSIDE)))
    content[content.index(b"PK\x01\x02") + 16] ^= 1
    return bytes(content)


def nested_list(depth: int) -> bytes:
    """Return a report with a list of lists where only words belong."""
    nest = "[" * depth + "]" * depth
    return TEXT.replace('"also": []', f'"also": ["a.b", {nest}]').encode()


def _beside(text: str) -> bytes:
    """Return the report with another field's text in it."""
    return TEXT.replace('"masked": true', f'{text}"masked": true').encode()


ZIPS: Final[dict[str, tuple[Made, str]]] = {
    "ten gigabytes claimed": (lambda: claiming(BUNDLE, size=10 << 30 & 0xFFFFFFFF), SHOWN),
    "zip64 that lies": (lambda: zip64_lies(BUNDLE), "damaged"),
    "a bomb": (lambda: packed({bundle.REPORT: bytes(bundle.LARGEST_INSIDE + 1)}), "too_large"),
    "a bomb with another name": (
        lambda: _as_it_is("bomba.bin", bytes(bundle.LARGEST_INSIDE)),
        SHOWN,
    ),
    "ZIPs in ZIPs": (lambda: _nested(5), "no_sums"),
    "entries that overlap": (_overlapping, "damaged"),
    "64k entries": (lambda: _table_of(_MANY), "too_large"),
    "700k entries": (lambda: _table_of(_MILLION), "too_large"),
    "LZMA that wants 2 GiB": (_memory_wanting, "damaged"),
    "bzip2": (lambda: packed(summed(INSIDE), method=zipfile.ZIP_BZIP2), "damaged"),
    "with a password": (lambda: flagged(BUNDLE, 0x1), "damaged"),
    "a wrong CRC": (_crc_wrong, "damaged"),
    "a name twice": (lambda: packed([*summed(INSIDE).items(), (bundle.REPORT, b"{}")]), "damaged"),
    "a way out of the folder": (lambda: _as_it_is("../../../etc/cron.d/a", b"x"), SHOWN),
    "a name in quotes": (lambda: _as_it_is('";rm -rf ~;"\n\x1b[2J', b"x"), SHOWN),
    "the report in a folder": (lambda: packed({f"a/{bundle.REPORT}": TEXT.encode()}), "no_report"),
    "the report a link": (lambda: linked(bundle.REPORT, "/etc/passwd"), "no_sums"),
    "the sums of others": (
        lambda: packed({**INSIDE, bundle.SUMS: b"0" * 64 + b"  x\n"}),
        "file_changed",
    ),
    "a ZIP of nothing": (lambda: packed({}), "no_report"),
    "half of it": (lambda: BUNDLE[: len(BUNDLE) // 2], "damaged"),
}
TEXTS: Final[dict[str, tuple[Made, str]]] = {
    "nothing": (lambda: b"", "empty"),
    "50 MB": (lambda: bytes(50_000_000), "too_large"),
    "not a number": (lambda: _beside('"x": NaN, '), "unreadable"),
    "infinite": (lambda: _beside('"x": -Infinity, '), "unreadable"),
    "beyond all numbers": (lambda: _beside('"x": 1e999, '), "unreadable"),
    "a million digits": (lambda: _beside(f'"x": {"9" * 400_000}, '), "unreadable"),
    "a name twice": (lambda: _beside('"masked": false, '), "unreadable"),
    "as deep as the sea": (lambda: b"[" * 1_000_000, "too_large"),
    "deep": (lambda: b"[" * 200_000, "unreadable"),
    "deep enough to be read": (lambda: nested_list(500), "invalid"),
    "a million names": (lambda: proving(**{f"a{at}": 1 for at in range(300_000)}), "too_large"),
    "many names": (
        lambda: proving(**{f"a{at}": 1 for at in range(received.MOST_VALUES)}),
        "too_large",
    ),
    "many steps": (lambda: reporting(also=["a"] * 100_000), "too_large"),
    "an endless word": (lambda: proving(reason="M" * (received.LONGEST_TEXT + 1)), "too_large"),
    "half a letter": (lambda: TEXT.replace('"title": "', '"title": "\\ud800', 1).encode(), SHOWN),
    "a mark before it": (lambda: b"\xef\xbb\xbf" + TEXT.encode(), SHOWN),
    "UTF-16": (lambda: TEXT.encode("utf-16"), SHOWN),
    "Latin-1": (lambda: TEXT.encode("latin-1", "replace"), "unreadable"),
    "the ends of time": (lambda: proving(first="0001-01-01T00:00:00+14:00"), SHOWN),
    "later": (lambda: reporting(version=2), "later"),
    "of no version": (lambda: reporting(version=None), "no_version"),
    "version yes": (lambda: reporting(version=True), "invalid"),
    "of another program": (lambda: reporting(format="relatorio"), "foreign"),
    "a text": (lambda: json.dumps("a3check-report").encode(), "foreign"),
    "a page": (lambda: b"<!DOCTYPE html>", "unreadable"),
}
FILES: Final = {
    **{f"ZIP: {name}": case for name, case in ZIPS.items()},
    **{f"text: {name}": case for name, case in TEXTS.items()},
}

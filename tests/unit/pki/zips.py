"""Zips for the tests of the list of CAs: healthy ones, and each kind that is not."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DATE = (2026, 6, 25, 9, 0, 0)


def packed(
    files: Mapping[str, bytes] | Iterable[tuple[str, bytes]],
    *,
    date: tuple[int, int, int, int, int, int] = DATE,
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """Return a zip with these files; a name may come twice."""
    rows = files.items() if hasattr(files, "items") else files
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that comes twice
        for name, content in rows:
            info = zipfile.ZipInfo(name, date)
            info.compress_type = method
            archive.writestr(info, content)
    return written.getvalue()


def flagged(blob: bytes, flag: int) -> bytes:
    """Return a zip whose first file's flags say something else, in both places."""
    changed = bytearray(blob)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.index(signature) + offset
        struct.pack_into("<H", changed, at, flag)
    return bytes(changed)


def claiming(blob: bytes, *, size: int) -> bytes:
    """Return a zip whose directory lies about how large its first file is when unpacked."""
    changed = bytearray(blob)
    struct.pack_into("<I", changed, changed.index(b"PK\x01\x02") + 24, size)
    return bytes(changed)


def linked(name: str, target: str) -> bytes:
    """Return a zip with a symbolic link, as Info-ZIP writes it."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        info = zipfile.ZipInfo(name, DATE)
        info.create_system = 3
        info.external_attr = 0o120777 << 16
        archive.writestr(info, target)
    return written.getvalue()


def zip64_lies(blob: bytes) -> bytes:
    """Return a zip whose end says that the true numbers stand in a ZIP64 record, a huge one."""
    end = blob.rindex(b"PK\x05\x06")
    record = struct.pack(
        "<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1 << 62, 1 << 62, 1 << 62, 1 << 62
    )
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    tail = bytearray(blob[end:])
    struct.pack_into("<HHII", tail, 8, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    return blob[:end] + record + locator + bytes(tail)

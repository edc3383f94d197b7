"""Libraries for Windows made by hand: a header, one section, and the tables that are wanted."""

from __future__ import annotations

import struct
from typing import Final

ADDRESS: Final = 0x1000
"""Where the section lies in memory, and in the file behind the header."""
PLACE: Final = 0x400
AMD64, I386, ARM64 = 0x8664, 0x14C, 0xAA64


def library(
    *needed: str,
    texts: dict[str, str] | None = None,
    number: tuple[int, int, int, int] | None = None,
    hybrid: int = 0,
    machine: int = AMD64,
) -> bytes:
    """Return one that needs these libraries and has these texts in its version resource."""
    wide = machine != I386
    body, tables = b"", {}
    if needed:
        tables[1], body = _imports(body, needed)
    if texts is not None or number is not None:
        tables[2], body = _resources(body, texts or {}, number)
    if hybrid:
        tables[10] = ADDRESS + len(body)
        body += struct.pack("<I", 320).ljust(200, b"\0") + struct.pack("<Q", hybrid)
    directory = b"".join(struct.pack("<II", tables.get(i, 0), 1) for i in range(16))
    fixed = struct.pack("<H", 0x20B if wide else 0x10B).ljust(108 if wide else 92, b"\0")
    optional = fixed + struct.pack("<I", 16) + directory
    section = struct.pack(
        "<8sIIIIIIHHI", b".rdata", len(body), ADDRESS, len(body), PLACE, *[0] * 5
    )
    file = struct.pack("<4sHHIIIHH", b"PE\0\0", machine, 1, 0, 0, 0, len(optional), 0x2022)
    head = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x40) + file + optional + section
    return head.ljust(PLACE, b"\0") + body


def _imports(body: bytes, names: tuple[str, ...]) -> tuple[int, bytes]:
    start = ADDRESS + len(body)
    text_at = start + 20 * (len(names) + 1)
    entries = texts = b""
    for name in names:
        entries += struct.pack("<IIIII", 0, 0, 0, text_at + len(texts), 0)
        texts += name.encode() + b"\0"
    return start, body + entries + bytes(20) + texts


def _resources(
    body: bytes, texts: dict[str, str], number: tuple[int, int, int, int] | None
) -> tuple[int, bytes]:
    start = ADDRESS + len(body)
    block = version_block(texts, number)
    folder = "<IIHHHHII"
    root = struct.pack(folder, 0, 0, 0, 0, 0, 2, 3, 0x8000_0000 + 99)  # an icon comes first
    root += struct.pack("<II", 16, 0x8000_0000 + 32)
    kind = struct.pack(folder, 0, 0, 0, 0, 0, 1, 1, 0x8000_0000 + 56)
    name = struct.pack(folder, 0, 0, 0, 0, 0, 1, 0x416, 80)
    data = struct.pack("<IIII", start + 96, len(block), 0, 0)
    return start, body + root + kind + name + data + block


def version_block(texts: dict[str, str], number: tuple[int, int, int, int] | None) -> bytes:
    """Return VS_VERSIONINFO."""
    fixed = b""
    if number is not None:
        a, b, c, d = number
        head = struct.pack("<IIII", 0xFEEF04BD, 0x10000, a << 16 | b, c << 16 | d)
        fixed = head.ljust(52, b"\0")
    strings = b"".join(
        _padded(_block(key, text.encode("utf-16-le") + b"\0\0", len(text) + 1, kind=1))
        for key, text in texts.items()
    )
    table = _block("041604b0", b"", 0, kind=1, children=strings)
    info = _block("StringFileInfo", b"", 0, kind=1, children=table)
    return _block("VS_VERSION_INFO", fixed, len(fixed), kind=0, children=info)


def _block(key: str, value: bytes, units: int, *, kind: int, children: bytes = b"") -> bytes:
    name = key.encode("utf-16-le") + b"\0\0"
    head = _padded(bytes(6) + name)
    body = (_padded(head + value) if children else head + value) + children
    return struct.pack("<HHH", len(body), units, kind) + body[6:]


def _padded(data: bytes) -> bytes:
    return data.ljust((len(data) + 3) & ~3, b"\0")

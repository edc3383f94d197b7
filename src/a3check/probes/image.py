"""What do a Windows library's own tables say: what it needs, and who made it?

Sources: Microsoft Learn, "PE Format" (section table, import directory, ``.rsrc``) and
``VS_VERSIONINFO``. Pure: bytes in, facts out; what is damaged says nothing.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from a3check.core.cryptoki import FileVersion

_IMPORTS, _RESOURCES, _LOAD_CONFIG = 1, 2, 10
_HYBRID = 200  # IMAGE_LOAD_CONFIG_DIRECTORY64.CHPEMetadataPointer
_VERSION = 16  # RT_VERSION
_FIXED = 0xFEEF04BD
_FIXED_SIZE = 52
_SUBFOLDER = 0x8000_0000
_MOST = 1024
_LONGEST = 128
"""Characters of a name or a text that are kept."""


def needed(image: bytes) -> tuple[str, ...]:
    """Name the libraries that must be there before this one starts, in its own order."""
    try:
        return tuple(dict.fromkeys(_needed(_Map(image))))
    except (struct.error, ValueError):
        return ()


def version(image: bytes) -> FileVersion:
    """Read the file's version resource; empty where it has none."""
    try:
        return _version(_Map(image))
    except (struct.error, ValueError):
        return FileVersion()


def hybrid(image: bytes) -> bool:
    """Tell whether it holds code for two processors (ARM64X, "Arm64X PE files")."""
    try:
        where = _Map(image)
        config = where.table(_LOAD_CONFIG)
        (size,) = struct.unpack_from("<I", image, config)
        (other,) = struct.unpack_from("<Q", image, config + _HYBRID)
    except (struct.error, ValueError):
        return False
    return size > _HYBRID and bool(other)


@dataclass(frozen=True, slots=True)
class _Section:
    address: int
    size: int
    place: int


class _Map:
    """Where in the file a relative virtual address lies."""

    def __init__(self, image: bytes) -> None:
        self.image = image
        (at,) = struct.unpack_from("<I", image, 0x3C)
        signature, _, count = struct.unpack_from("<4sHH", image, at)
        if signature != b"PE\0\0":
            raise ValueError
        optional = at + 24
        (length,) = struct.unpack_from("<H", image, at + 20)
        (magic,) = struct.unpack_from("<H", image, optional)
        self._tables = optional + (112 if magic == 0x20B else 96)  # noqa: PLR2004 - PE32+
        (self._number,) = struct.unpack_from("<I", image, self._tables - 4)
        self._sections = [
            _Section(address, max(size, raw), place)
            for size, address, raw, place in (
                struct.unpack_from("<IIII", image, optional + length + index * 40 + 8)
                for index in range(count)
            )
        ]

    def table(self, index: int) -> int:
        """Return where a data directory lies in the file; ``ValueError`` where there is none."""
        if index >= self._number:
            raise ValueError
        (address,) = struct.unpack_from("<I", self.image, self._tables + index * 8)
        return self.place(address)

    def place(self, address: int) -> int:
        """Turn an address into a place in the file; ``ValueError`` where nothing lies there."""
        for section in self._sections:
            if 0 < section.address <= address < section.address + section.size:
                return address - section.address + section.place
        raise ValueError

    def text(self, address: int) -> str:
        """Return the ASCII text at an address."""
        start = self.place(address)
        return self.image[start : start + _LONGEST].split(b"\0")[0].decode("ascii", "replace")


def _needed(where: _Map) -> Iterator[str]:
    table = where.table(_IMPORTS)
    for index in range(_MOST):
        entry = struct.unpack_from("<IIIII", where.image, table + index * 20)
        if not entry[3]:
            return
        yield where.text(entry[3])


def _version(where: _Map) -> FileVersion:
    root = where.table(_RESOURCES)
    folder = _entry(where.image, root, root, _VERSION)
    name = _entry(where.image, root, folder, None)
    address, size = struct.unpack_from("<II", where.image, _entry(where.image, root, name, None))
    start = where.place(address)
    block = _Block(where.image[start : start + size], 0)
    texts = {
        text.key: text.text for kind in block.children() for tab in kind.children()
        for text in tab.children()
    }  # fmt: skip
    number = texts.get("FileVersion") or _number(block.value)
    return FileVersion(number, texts.get("CompanyName", ""), texts.get("ProductName", ""))


def _entry(image: bytes, root: int, folder: int, wanted: int | None) -> int:
    """Return where a resource folder's entry leads: the one of a number, or the first."""
    named, numbered = struct.unpack_from("<HH", image, folder + 12)
    for index in range(min(named + numbered, _MOST)):
        key, target = struct.unpack_from("<II", image, folder + 16 + index * 8)
        if wanted is None or key == wanted:
            return int(root + (target & ~_SUBFOLDER))
    raise ValueError


def _number(fixed: bytes) -> str:
    if len(fixed) < _FIXED_SIZE:
        return ""
    signature, _, high, low = struct.unpack_from("<IIII", fixed)
    parts = (high >> 16, high & 0xFFFF, low >> 16, low & 0xFFFF)
    return ".".join(map(str, parts)) if signature == _FIXED else ""


class _Block:
    """One of the nested blocks of ``VS_VERSIONINFO``: length, value's length, kind, key, value."""

    def __init__(self, data: bytes, start: int) -> None:
        self._data = data
        self.length, units, kind = struct.unpack_from("<HHH", data, start)
        self.key, at = _utf16(data, start + 6)
        at = _even(at)
        # The value of a text is counted in letters of two bytes (some compilers count bytes).
        self.value = data[at : at + units] if kind == 0 else b""
        self.text = _utf16(data, at)[0].strip() if kind and units else ""
        self._children = _even(at + units * (2 if kind else 1))
        self._end = min(start + self.length, len(data))

    def children(self) -> Iterator["_Block"]:
        at = self._children
        for _ in range(_MOST):
            if at + 6 > self._end:
                return
            child = _Block(self._data, at)
            if not child.length:
                return
            yield child
            at = _even(at + child.length)


def _utf16(data: bytes, start: int) -> tuple[str, int]:
    """Return a text that ends with a NUL, and what comes after it."""
    end = start
    while data[end : end + 2] not in {b"\0\0", b"", b"\0"}:
        end += 2
    text = data[start:end].decode("utf-16-le", "replace")
    return "".join(c for c in text if c.isprintable())[:_LONGEST], end + 2


def _even(at: int) -> int:
    return (at + 3) & ~3

"""All that stands in a file, unpacked: a ZIP's files, a PNG's chunks, a PDF's streams."""

from __future__ import annotations

import io
import re
import struct
import subprocess
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PNG: Final = b"\x89PNG\r\n\x1a\n"
_SECONDS: Final = 60.0
_TEXTS: Final = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_STREAM: Final = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


def below(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Yield whatever is in the files below these folders, and their names, by where it is."""
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            yield f"{file}: its name", bytes(file)[len(bytes(folder)) :]
            if file.is_file() and not file.is_symlink():
                yield from unpacked(str(file), file.read_bytes())


def unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the content itself, then all that is in it."""
    yield name, content
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield f"{name}: comment", archive.comment
            for entry in archive.infolist():
                yield f"{name}: entry", entry.filename.encode() + entry.extra + entry.comment
                yield from unpacked(f"{name}/{entry.filename}", archive.read(entry))
    elif content.startswith(PNG):
        yield from _chunks(name, content)
    elif content.startswith(b"%PDF-"):
        yield from _paper(name, content)


def _chunks(name: str, png: bytes) -> Iterator[tuple[str, bytes]]:
    pixels = b""
    for kind, body in _parts(png):
        pixels += body if kind == b"IDAT" else b""
        if kind in _TEXTS:
            yield f"{name}: {kind.decode()}", b"\0".join(_field(kind, body))
    yield f"{name}: pixels", zlib.decompress(pixels)


def _parts(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(PNG)
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length


def _field(kind: bytes, body: bytes) -> list[bytes]:
    """Return keyword and text of a chunk, unpacked."""
    keyword, _, rest = body.partition(b"\0")
    if kind == b"tEXt":
        return [keyword, rest]
    if kind == b"zTXt":
        return [keyword, zlib.decompress(rest[1:])]
    packed, text = rest[0], rest[2:]
    language, _, text = text.partition(b"\0")
    translated, _, text = text.partition(b"\0")
    return [keyword, language, translated, zlib.decompress(text) if packed else text]


def _paper(name: str, pdf: bytes) -> Iterator[tuple[str, bytes]]:
    for number, stream in enumerate(_STREAM.findall(pdf)):
        try:
            yield f"{name}: stream {number}", zlib.decompressobj().decompress(stream)
        except zlib.error:  # not packed: it was looked through already
            continue
    yield f"{name}: words", _said("pdftotext", pdf)
    yield f"{name}: metadata", _said("pdfinfo", pdf)
    yield f"{name}: XMP", _said("pdfinfo", pdf, "-meta")


def _said(program: str, pdf: bytes, *options: str) -> bytes:
    command = [program, *options, "-", *(["-"] if program == "pdftotext" else [])]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True, timeout=_SECONDS)
    return done.stdout

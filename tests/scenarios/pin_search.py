"""Does a PIN stand anywhere, in any spelling?"""

from __future__ import annotations

import base64
import json
import mmap
import os
import threading
import zipfile
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

SAMPLE_SECONDS: Final = 0.002
"""Between two looks at every process's arguments and variables."""
_PART = 1 << 17
_GROUP = 3
"""Bytes that base64 spells with four letters."""


@dataclass(frozen=True)
class Search:
    """Looks for one PIN in bytes, files and running processes."""

    pin: str = field(repr=False)

    @property
    def forms(self) -> dict[str, bytes]:
        """Every spelling that is looked for, by its name."""
        raw = self.pin.encode()
        escaped = "".join(f"\\u{ord(letter):04x}" for letter in self.pin)
        forms = {
            "raw": raw,
            "UTF-16LE": self.pin.encode("utf-16-le"),
            "UTF-16BE": self.pin.encode("utf-16-be"),
            "UTF-32LE": self.pin.encode("utf-32-le"),
            "hex": raw.hex().encode(),
            "HEX": raw.hex().upper().encode(),
            "hex with blanks": raw.hex(" ").encode(),
            "hex with colons": raw.hex(":").encode(),
            "JSON": json.dumps(self.pin)[1:-1].encode(),
            "JSON, all escaped": escaped.encode(),
            "repr": repr(raw)[2:-1].encode(),
            "list of numbers": json.dumps(list(raw)).encode(),
            "in an address": quote(self.pin, safe="").encode(),
            "backwards": raw[::-1],
        }
        for wide in ("raw", "UTF-16LE"):
            for shift in range(_GROUP):
                forms[f"base64 of {wide}, shifted by {shift}"] = _base64(forms[wide], shift)
        urlsafe = {
            f"{name}, urlsafe": form.translate(bytes.maketrans(b"+/", b"-_"))
            for name, form in forms.items()
            if name.startswith("base64")
        }
        return forms | urlsafe

    def within(self, content: bytes | mmap.mmap) -> list[str]:
        """Name the spellings that these bytes hold."""
        return [name for name, form in self.forms.items() if content.find(form) >= 0]

    def files(self, *folders: Path) -> list[str]:
        """Name the files below these folders that hold it, or whose name does."""
        found = []
        for file in (f for folder in folders for f in folder.rglob("*")):
            found += [f"{file}: its name, {form}" for form in self.within(os.fsencode(file))]
            if file.is_file() and not file.is_symlink() and file.stat().st_size:
                with file.open("rb") as opened, _mapped(opened.fileno()) as content:
                    found += [f"{file}: {form}" for form in self.within(content)]
                if file.suffix == ".zip":
                    found += [f"{file}: {form}" for form in self._unpacked(file)]
        return found

    def _unpacked(self, file: Path) -> list[str]:
        """Name what the files of a ZIP hold: packed, nothing would be found in them."""
        with zipfile.ZipFile(file) as archive:
            return [
                form for name in archive.namelist() for form in self.within(archive.read(name))
            ]


class Watch:
    """Samples /proc/*/{cmdline,environ} on a thread while its block lasts; then see `found`."""

    def __init__(self, search: Search) -> None:
        self._forms = search.forms
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.found: set[str] = set()
        self.samples = 0
        self.seen: set[str] = set()
        """The processes whose arguments and variables were both read."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        searched: dict[str, bytes] = {}
        while not self._end.wait(SAMPLE_SECONDS):
            self.samples += 1
            with os.scandir("/proc") as entries:
                processes = [entry.name for entry in entries if entry.name.isdecimal()]
            for process in processes:
                with suppress(OSError):
                    content = b"\0".join(
                        _read(f"/proc/{process}/{name}") for name in ("cmdline", "environ")
                    )
                    self.seen.add(process)
                    if searched.get(process) != content:
                        searched[process] = content
                        self._search(process, content)

    def _search(self, process: str, content: bytes) -> None:
        hits = [name for name, form in self._forms.items() if form in content]
        self.found |= {f"{process}: {name}" for name in hits}


def _read(path: str) -> bytes:
    """Return what a file of the kernel's holds; `Path` takes three times as long."""
    opened = os.open(path, os.O_RDONLY)
    try:
        parts = []
        while part := os.read(opened, _PART):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(opened)


class _mapped:  # noqa: N801 - used as a context manager only
    """A file's content without reading it into the memory: a core file may be large."""

    def __init__(self, descriptor: int) -> None:
        self._content = mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)

    def __enter__(self) -> mmap.mmap:
        return self._content

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._content.close()


def planted(pin: str) -> Iterator[tuple[str, bytes]]:
    """Give contents that hold a PIN, each in one spelling, among other words."""
    yield "log", f"2026 INFO login with {pin} failed".encode()
    yield "wide", f"senha={pin};".encode("utf-16-le")
    yield "report", json.dumps({"pin": pin}).encode()
    yield "dump", b"C_Login " + pin.encode().hex().encode()
    for before in range(_GROUP):
        text = b"x" * before + pin.encode() + b" and more"
        yield f"base64-{before}", base64.b64encode(text)


def _base64(content: bytes, shift: int) -> bytes:
    """Return what of its base64 does not depend on what stands before and behind.

    `shift`: how many bytes of a group of three come before it.
    """
    padded = b"\0" * shift + content
    letters = base64.b64encode(padded)
    first = 0 if shift == 0 else 2 if shift == 1 else 3
    whole = len(padded) * 8 // 6
    return letters[first:whole]

"""What does a module's file say of itself, read and not loaded? Nothing but on Windows."""

import os
import struct
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from a3check.core.cryptoki import FileVersion, HeaderFault
from a3check.probes import dependencies, header, image

LARGEST = 64 * 1024 * 1024
"""Bytes of a library that are read."""


def version(path: Path) -> FileVersion:
    """Read a file's version resource."""
    return image.version(_read(path) or b"") if sys.platform == "win32" else FileVersion()


def hybrid(path: Path, fault: HeaderFault) -> bool:
    """Tell whether a file for ARM may be tried all the same: it holds code for x64, too."""
    other_half = (fault.found, fault.wanted) == ("ARM 64", "x86 64")
    return other_half and image.hybrid(_read(path) or b"")


def missing(path: Path) -> tuple[str, ...]:
    """Name the libraries that a file needs and that Windows' loader does not find."""
    machine, bits = header.own_machine("win32"), struct.calcsize("P") * 8
    wanted = header.target("win32", machine, bits)
    windows = sys.platform == "win32"
    return absent(path, folders(path, os.environ), wanted) if windows else ()


def absent(path: Path, places: tuple[Path, ...], wanted: header.Target) -> tuple[str, ...]:
    """Do the same with these folders and for this processor."""
    return dependencies.missing(_read(path) or b"", partial(_look, places, wanted))


def folders(path: Path, environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Return where what a library needs is looked for (``opening.SEARCH``)."""
    folded = {name.upper(): value for name, value in environment.items()}
    return path.parent, Path(folded.get("SYSTEMROOT", r"C:\Windows")) / "System32"


def _look(places: tuple[Path, ...], wanted: header.Target, name: str) -> bytes | None:
    for place in places:
        data = _read(place / name)
        if data is not None:
            sound = header.examine(data[: header.HEAD], len(data), wanted) is None
            return data if sound else None
    return None


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST)
    except OSError:
        return None

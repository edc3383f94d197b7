"""How does a bundle get into a folder: whole or not at all, and never over an older one?"""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

MOST = 999
"""Bundles of one run in one folder."""


def keep(folder: Path, name: str, content: bytes) -> Path:
    """Write a file and return its path; a name that is taken gets a number (``-2``).

    Raises ``OSError``; what was there before stays as it was, and nothing half written stays.
    """
    beside = folder / f".{name}.{secrets.token_hex(4)}"
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # a stick that is pulled out holds all of it, or nothing
        path = _placed(beside, folder, name)
        _synchronise(folder)
        return path
    finally:
        beside.unlink(missing_ok=True)


def together(folder: Path, name: str, fill: Callable[[Path], None]) -> Path:
    """Make a folder of files and return its path; a name that is taken gets a number (``-2``).

    ``fill`` writes them into a folder that nobody knows of yet. Raises ``OSError``, or what
    ``fill`` raises; then nothing stays.
    """
    beside = folder / f".{name}.{secrets.token_hex(4)}"
    beside.mkdir(mode=0o700)
    try:
        fill(beside)
        return _renamed(beside, folder / name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _renamed(beside: Path, first: Path) -> Path:
    for path in _numbered(first):
        if os.path.lexists(path):
            continue
        try:
            beside.rename(path)
        except OSError:
            if not os.path.lexists(path):  # not somebody else who was quicker
                raise
            continue
        _synchronise(path.parent)
        return path
    raise FileExistsError(str(first))


def _placed(beside: Path, folder: Path, name: str) -> Path:
    for path in _numbered(folder / name):
        try:
            os.link(beside, path)
        except FileExistsError:
            continue
        except OSError:  # FAT, of which USB sticks are, has no links: the name is claimed first
            try:
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            except FileExistsError:
                continue
            try:
                beside.replace(path)
            except OSError:
                path.unlink(missing_ok=True)  # an empty file would pass for a bundle
                raise
        return path
    raise FileExistsError(str(folder / name))


def _synchronise(folder: Path) -> None:
    """Have the name written down, too, where a system can: who is told pulls the stick out."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _numbered(first: Path) -> Iterator[Path]:
    yield first
    for number in range(2, MOST + 1):
        yield first.with_stem(f"{first.stem}-{number}")

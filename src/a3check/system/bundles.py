"""How does a bundle get into a folder: whole or not at all, and never over an older one?"""

import os
import secrets
from collections.abc import Iterator
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


def _placed(beside: Path, folder: Path, name: str) -> Path:
    for path in _names(folder, name):
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


def _names(folder: Path, name: str) -> Iterator[Path]:
    first = folder / name
    yield first
    for number in range(2, MOST + 1):
        yield first.with_stem(f"{first.stem}-{number}")

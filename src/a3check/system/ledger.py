"""Which CAs has a3check put into Windows' store, and can take away again?

A file of the user's that holds public certificates' names and fingerprints, and nothing of the
user's: it stays when their data is erased, since without it nobody could take them away again.
"""

import hashlib
import json
import logging
import os
import re
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from a3check.system import folders, lockfile, registry

logger = logging.getLogger(__name__)

NAME = "installed.json"
FORMAT = 1
LARGEST = 64 * 1024
"""Bytes; a CA takes about a hundred and fifty, and a chain has three."""
_FINGERPRINT = re.compile("[0-9a-f]{64}")
_LONGEST_NAME = 200
_MACHINE, _MARK = r"SOFTWARE\Microsoft\Cryptography", 16


@dataclass(frozen=True, slots=True)
class Installed:
    """A CA that was put there: its SHA-256 (hex), its name, and a mark of which Windows it is."""

    sha256: str
    name: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class InstalledFile:
    """The list in a folder of the user's; reading never raises, writing raises ``OSError``.

    A folder on a stick goes from computer to computer: ``mark`` stands for one of its users.
    """

    folder: Path
    mark: str = ""

    def load(self) -> tuple[Installed, ...]:
        """Return what is noted of this user here."""
        return tuple(row for row in self.every() if row.mark == self.mark)

    def every(self) -> tuple[Installed, ...]:
        """Return all that is noted; nothing where the file is not there, or damaged."""
        try:
            with self._path.open("rb") as file:
                content = file.read(LARGEST + 1)
            table = json.loads(content) if len(content) <= LARGEST else None
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, RecursionError) as error:
            logger.warning("the list of installed CAs cannot be read: %s", type(error).__name__)
            return ()
        rows = table.get("cas") if isinstance(table, dict) else None
        read = map(_read, rows) if isinstance(rows, list) else ()
        return tuple(dict.fromkeys(row for row in read if row is not None))

    def note(self, more: Installed) -> None:
        """Note one more."""
        with self._held():
            self._write(dict.fromkeys((*self.every(), replace(more, mark=self.mark))))

    def forget(self, gone: Installed) -> None:
        """Note that one was taken away; the file goes with the last."""
        with self._held():
            self._write(row for row in self.every() if row != gone)

    @property
    def _path(self) -> Path:
        return self.folder / NAME

    def _held(self) -> AbstractContextManager[None]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return lockfile.held(self._path.with_suffix(".lock"))

    def _write(self, rows: Iterable[Installed]) -> None:
        cas = [asdict(row) for row in rows]
        if cas:
            content = json.dumps({"format": FORMAT, "cas": cas}, ensure_ascii=False)
            folders.write(self._path, content.encode())
        else:
            self._path.unlink(missing_ok=True)


def mark() -> str:
    """Return what stands for this user of this Windows, and leads to neither; empty elsewhere."""
    machine = registry.values(registry.Hive.MACHINE, _MACHINE).get("MachineGuid")
    if not isinstance(machine, str):
        return ""
    user = os.environ.get("USERNAME", "")
    return hashlib.sha256(f"{machine}|{user}".encode()).hexdigest()[:_MARK]


def _read(row: object) -> Installed | None:
    known = row if isinstance(row, dict) else {}
    sha256, name, of = known.get("sha256"), known.get("name"), known.get("mark", "")
    if not isinstance(sha256, str) or not isinstance(name, str) or not isinstance(of, str):
        return None
    if not _FINGERPRINT.fullmatch(sha256) or not name.isprintable():
        return None
    return Installed(sha256, name[:_LONGEST_NAME], of[:_MARK])

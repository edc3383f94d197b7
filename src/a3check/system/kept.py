"""CRLs of earlier runs, in files of the user's cache: whole or not at all, and never too many."""

import hashlib
import logging
import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from a3check.system import folders

_log = logging.getLogger(__name__)

LARGEST = 64 * 1024 * 1024
"""Bytes of one CRL; as much as is fetched of one address."""
MOST_BYTES = 192 * 1024 * 1024
"""Bytes of all together; an AC's whole path has some megabytes, in one or two files."""
MOST_FILES = 64
"""Files; a path has three to four, and few use more than two or three certificates."""
LEFTOVER = 3600.0
"""Seconds after which a file that is no entry, or not yet, was left behind by somebody."""

_MAGIC = b"a3check-crl 1"
_LONGEST_HEAD = 8192
_SUFFIX = ".crl"
_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_BINARY = getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """Implements :class:`a3check.core.kept.Kept` in a folder of its own.

    An entry names its address and the SHA-256 of what follows: a torn, changed
    or exchanged file is found out and removed. That tells nothing of who made it: what it says is
    judged by its CA's signature and its dates, by who takes it. ``folder`` makes the
    folder and returns it; it may raise ``OSError``. Runs side by side do not disturb each other.
    """

    folder: Callable[[], Path]
    most_bytes: int = MOST_BYTES
    most_files: int = MOST_FILES
    largest: int = LARGEST

    def take(self, url: str) -> bytes | None:
        """Return what is kept of an address; what is damaged goes, and is nothing."""
        try:
            path = self._path(url)
            raw = _read(path, self.largest + _LONGEST_HEAD)
        except FileNotFoundError:
            return None
        except OSError as error:
            _log.info("kept CRLs cannot be read: %s", type(error).__name__)
            return None
        body = None if raw is None else _body(raw, url)
        if body is None:
            _log.warning("a kept CRL is damaged, and goes: %s", path.name)
            self.drop(url)
        return body

    def keep(self, url: str, body: bytes) -> None:
        """Keep what an address answered; the oldest go where there are too many."""
        begins = head(url, body)
        if len(body) > min(self.largest, self.most_bytes) or len(begins) > _LONGEST_HEAD:
            self.drop(url)
            return
        try:
            path = self._path(url)
            folders.write(path, begins + body)
            self._trim(path)
        except OSError as error:  # a full disk, a folder of somebody else's
            _log.info("a CRL cannot be kept: %s", type(error).__name__)

    def drop(self, url: str) -> None:
        """Forget an address."""
        try:
            self._path(url).unlink(missing_ok=True)
        except OSError as error:
            _log.info("a kept CRL cannot be removed: %s", type(error).__name__)

    def _path(self, url: str) -> Path:
        return self.folder() / f"{hashlib.sha256(_bytes(url)).hexdigest()}{_SUFFIX}"

    def _trim(self, newest: Path) -> None:
        """Remove the oldest entries until the bounds hold, and what others left behind."""
        entries = sorted(_entries(newest.parent), key=lambda e: (e[1] == newest, e[0].st_mtime))
        size, count = sum(found.st_size for found, _ in entries), len(entries)
        for found, path in entries:
            if size <= self.most_bytes and count <= self.most_files:
                return
            path.unlink(missing_ok=True)
            size, count = size - found.st_size, count - 1


def crls() -> KeptFiles:
    """Return the CRLs that are kept for this user."""
    return KeptFiles(_folder)


def _folder() -> Path:
    folder = folders.cache() / "crls"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _bytes(url: str) -> bytes:
    return url.encode("utf-8", "surrogatepass")  # it came out of a certificate


def head(url: str, body: bytes) -> bytes:
    """Return what stands before the body in an entry."""
    digest = hashlib.sha256(body).hexdigest().encode()
    return b"\n".join((_MAGIC, _bytes(url), digest, b""))


def _body(raw: bytes, url: str) -> bytes | None:
    """Return what follows an entry's head where both belong together."""
    body = raw.split(b"\n", 3)[3:]
    return body[0] if body and raw.startswith(head(url, body[0])) else None


def _read(path: Path, most: int) -> bytes | None:
    """Read a plain file of a bounded size; nothing where it is anything else."""
    try:
        descriptor = os.open(path, _OPEN | _BINARY)
    except FileNotFoundError:
        raise
    except OSError:  # a link, a socket, a folder on Windows
        return None
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_size > most:
        os.close(descriptor)
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read(most)


def _entries(folder: Path) -> Iterator[tuple[os.stat_result, Path]]:
    """Yield the entries; a file that is none, and has been there for long, goes."""
    for path in folder.iterdir():
        try:
            found = path.lstat()
        except FileNotFoundError:  # another run's
            continue
        if path.suffix == _SUFFIX and not path.name.startswith("."):
            yield found, path
        elif time.time() - found.st_mtime > LEFTOVER and not stat.S_ISDIR(found.st_mode):
            path.unlink(missing_ok=True)

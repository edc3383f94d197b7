"""The files that a user names on the command line: read whole, within a size and a time."""

import errno
import glob
import os
import select
import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

STDIN = "-"
LARGEST = 8 * 1024 * 1024
"""Bytes of a file with certificates; all of ICP-Brasil's CAs are below 1 MB."""
PATIENCE = 10.0
"""Seconds for which a pipe may say nothing."""

_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG})
_CHUNK = 64 * 1024
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
_BINARY = getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a file could not be read: a key of ``[given]`` in the catalogue."""

    reason: str


def expanded(words: Sequence[str], *, by_shell: bool = sys.platform != "win32") -> tuple[str, ...]:
    """Return the files that words name; the shell of Windows leaves ``*`` and ``?`` to us."""
    files: list[str] = []
    for word in words:
        wild = not by_shell and glob.has_magic(word) and not exists(word)
        files += (sorted(glob.glob(word)) or [word]) if wild else [word]  # noqa: PTH207 - any name
    return tuple(files)


def exists(name: str) -> bool:
    """Tell whether there is such a file; one that may not be looked at is there."""
    try:
        os.stat(name)  # noqa: PTH116 - a name may be anything; Path normalises it
    except OSError as error:
        return error.errno not in _GONE
    except ValueError:  # a NUL in it
        return False
    return True


def read(name: str, largest: int = LARGEST) -> bytes | Unread:
    """Read a file, a pipe or (``-``) standard input to its end; never raises, never hangs.

    Standard input is waited for: whoever types or pipes there knows.
    """
    try:
        if name == STDIN:
            return _all(sys.stdin.fileno(), largest, waits=False)
        descriptor = os.open(name, os.O_RDONLY | _NO_WAIT | _BINARY)
        try:
            mode = os.fstat(descriptor).st_mode
            if stat.S_ISDIR(mode):
                return Unread("folder")
            return _all(descriptor, largest, waits=not stat.S_ISREG(mode))
        finally:
            os.close(descriptor)
    except PermissionError:
        return Unread("denied")
    except IsADirectoryError:
        return Unread("folder")
    except (OSError, ValueError):
        return Unread("failed")


def _all(descriptor: int, largest: int, *, waits: bool) -> bytes | Unread:
    body = bytearray()
    while True:
        if waits and not _ready(descriptor):
            return Unread("silent")
        try:
            chunk = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            continue
        if not chunk:
            return bytes(body)
        body += chunk
        if len(body) > largest:
            return Unread("too_large")


if sys.platform == "win32":

    def _ready(_descriptor: int) -> bool:
        """Say yes: its files are no pipes, and select knows sockets only."""
        return True

else:

    def _ready(descriptor: int) -> bool:
        """Wait for something to read, or an end: a pipe without a writer has neither."""
        end = monotonic() + PATIENCE
        poll = select.poll()
        poll.register(descriptor, select.POLLIN | select.POLLHUP | select.POLLERR)
        while (left := end - monotonic()) > 0:
            if poll.poll(left * 1000):
                return True
        return False

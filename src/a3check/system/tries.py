"""How many wrong PINs has each token been sent since the last right one?"""

import contextlib
import hashlib
import hmac
import json
import logging
import os
import secrets
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from a3check.core.ports import Token, TryEnd
from a3check.core.secret import Secret
from a3check.system import folders

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class TryBook:
    """Counts in the user's folder, by a pseudonym of the token; refused PINs as digests in memory.

    A try is counted before it is sent and corrected by how it ended, so that a
    crash in between counts as one. While a login runs, a lock on the token
    keeps every other a3check of this user away from it.
    """

    folder: Path
    key: bytes
    _salt: bytes = field(default_factory=lambda: secrets.token_bytes(16), repr=False)
    _refused: dict[str, bytes] = field(default_factory=dict, repr=False)
    _sent: dict[str, bytes] = field(default_factory=dict, repr=False)
    _locks: dict[str, int] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def wrong(self, token: Token) -> int:
        """Return how many wrong PINs were sent since the last right one."""
        return self._counts().get(self._pseudonym(token), 0)

    def repeats(self, token: Token, pin: Secret) -> bool:
        """Tell whether this token just refused this very PIN."""
        refused = self._refused.get(self._pseudonym(token))
        return refused is not None and hmac.compare_digest(refused, pin.digest(self._salt))

    def begin(self, token: Token, pin: Secret) -> bool:
        """Lock the token, count one try and remember the PIN's digest; false where it is taken."""
        name = self._pseudonym(token)
        lock = _lock(self.folder / f"{name}.lock")
        if lock is None:
            return False
        with self._guard:
            self._locks[name] = lock
            self._sent[name] = pin.digest(self._salt)
        self._add(name, 1)
        return True

    def end(self, token: Token, end: TryEnd) -> None:
        """Correct the count by how the login ended, and unlock the token."""
        name = self._pseudonym(token)
        digest = self._sent.pop(name, None)
        match end:
            case TryEnd.ACCEPTED:
                self._refused.pop(name, None)
                self._add(name, None)
            case TryEnd.SPENT:
                if digest is not None:
                    self._refused[name] = digest
            case TryEnd.UNTOUCHED:
                self._add(name, -1)
        with self._guard:
            lock = self._locks.pop(name, None)
        if lock is not None:
            os.close(lock)

    def _pseudonym(self, token: Token) -> str:
        text = "\0".join(token.identity).encode()
        return hmac.new(self.key, text, hashlib.sha256).hexdigest()[:24]

    @property
    def _file(self) -> Path:
        return self.folder / "tries.json"

    def _counts(self) -> dict[str, int]:
        try:
            table = json.loads(self._file.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            logger.warning("the count of tries cannot be read; it begins anew")
            return {}
        if not isinstance(table, dict):
            return {}
        return {k: v for k, v in table.items() if isinstance(v, int) and v > 0}

    def _add(self, name: str, step: int | None) -> None:
        """Change one count under a lock of the whole file; nothing as ``step`` forgets it."""
        with self._guard, _held(self.folder / "tries.lock"):
            counts = self._counts()
            counts[name] = 0 if step is None else max(0, counts.get(name, 0) + step)
            kept = {k: v for k, v in counts.items() if v}
            try:
                folders.write(self._file, json.dumps(kept).encode())
            except OSError:
                logger.warning("the count of tries cannot be written")


def book() -> TryBook:
    """Return this user's book; in memory only where the folder cannot be written."""
    try:
        folder = folders.data() / "tries"
        folder.mkdir(mode=0o700, exist_ok=True)
        return TryBook(folder, folders.key())
    except OSError:
        logger.warning("no folder for the count of tries")
        return TryBook(Path(os.devnull), secrets.token_bytes(32))


@contextlib.contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold a short lock; it is never kept over a wait."""
    lock = _lock(path, wait=True)
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


def _lock(path: Path, *, wait: bool = False) -> int | None:
    """Lock a file of its own; the system frees it with the process, however that ends.

    Returns its descriptor, nothing where another process holds it. Where no
    lock file can be made, a descriptor of the null device stands for it.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return os.open(os.devnull, os.O_RDWR)
    try:
        _take(descriptor, wait=wait)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int, *, wait: bool) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(descriptor: int, *, wait: bool) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))

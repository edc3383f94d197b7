"""How many wrong PINs has each token been sent since the last right one?"""

import hashlib
import hmac
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from a3check.core.cryptoki import Token, TokenKey
from a3check.core.question import TryEnd
from a3check.core.secret import Secret
from a3check.system import folders, lockfile
from a3check.system.counts import Count, Counts

logger = logging.getLogger(__name__)

FADES = 24 * 3600.0
"""Seconds after which a count of wrong PINs is no longer held against a token without flags."""
KEY_RESTS = (30 * 24 * 3600.0, 365 * 24 * 3600.0)
"""Seconds for which a key that refused the user's PIN is left alone: the first time, and later."""


@dataclass(slots=True)
class TryBook:
    """Counts in the user's folder, by a pseudonym of the token; PINs in vain as digests in memory.

    A try is counted before it is sent and corrected by how it ended, so that a
    crash in between counts as one. While a login runs, a lock on the token
    keeps every other a3check of this user away from it. One book serves all
    runs of a process. ``now`` is POSIX time by this computer's clock.
    """

    folder: Path
    key: bytes = field(repr=False)
    now: Callable[[], float] = time.time
    _tokens: Counts = field(init=False)
    _keys: Counts = field(init=False)
    _salt: bytes = field(default_factory=lambda: secrets.token_bytes(16), repr=False)
    _vain: dict[str, tuple[bytes, TryEnd]] = field(default_factory=dict, repr=False)
    _sent: dict[str, bytes] = field(default_factory=dict, repr=False)
    _before: dict[str, float] = field(default_factory=dict)
    _locks: dict[str, int] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._tokens = Counts(self.folder / "tries.json")
        self._keys = Counts(self.folder / "keys.json")

    # ---- the user's PIN

    def look(self, token: Token, since: datetime | None) -> None:
        """Note whether the flags work, and forget a count that they prove wrong.

        A flag that was shown while something was counted, and by the same module
        is shown no more, means a right PIN elsewhere: unless the count changed
        after ``since``, when the flags were read.
        """
        name, module = self._pseudonym(token), self._hash(token.module)
        count = self._tokens.get(name)
        if count is None:
            return
        if flagged(token):
            if count.flags != module:
                self._tokens.change(name, lambda c: replace(c, flags=module) if c else None)
        elif count.flags == module and (since is None or count.at < since.timestamp()):
            logger.info("the token's own flags are gone; the count begins anew")
            self._tokens.change(name, lambda _: None)
            self._vain.pop(name, None)

    def wrong(self, token: Token) -> int:
        """Return how many wrong PINs were sent since the last right one."""
        return self._standing(self._tokens.get(self._pseudonym(token)), token)

    def repeats(self, token: Token, pin: Secret) -> TryEnd | None:
        """Tell how this token left this very PIN: refused or unanswered; nothing if another's."""
        digest, end = self._vain.get(self._pseudonym(token), (b"", None))
        return end if hmac.compare_digest(digest, pin.digest(self._salt)) else None

    def begin(self, token: Token, pin: Secret | None) -> bool:
        """Lock the token, count one try and remember the PIN's digest; false where it is taken."""
        name = self._pseudonym(token)
        with self._guard:
            lock = None if name in self._locks else lockfile.take(self.folder / f"{name}.lock")
            if lock is None:
                return False
            self._locks[name] = lock
            if pin is not None:
                self._sent[name] = pin.digest(self._salt)
            count = self._tokens.get(name)
            self._before[name] = count.at if count else 0.0
        self._tokens.change(name, lambda c: self._one_more(c, self._standing(c, token)))
        return True

    def end(self, token: Token, end: TryEnd) -> None:
        """Correct the count by how the login ended, and unlock the token."""
        name = self._pseudonym(token)
        digest, before = self._sent.pop(name, None), self._before.pop(name, 0.0)
        match end:
            case TryEnd.ACCEPTED:
                self._vain.pop(name, None)
                self._tokens.change(name, lambda _: None)
            case TryEnd.SPENT | TryEnd.UNANSWERED:
                if digest is not None:
                    self._vain[name] = (digest, end)
            case TryEnd.UNTOUCHED:
                self._tokens.change(name, lambda c: _one_less(c, before))
        with self._guard:
            lock = self._locks.pop(name, None)
        if lock is not None:
            os.close(lock)

    # ---- a key that wants a login of its own

    def key_rests(self, token: Token, key: TokenKey) -> bool:
        """Tell whether this key refused the user's PIN, or may have, and is left alone."""
        return self._rests(self._keys.get(self._key_pseudonym(token, key)))

    def begin_key(self, token: Token, key: TokenKey) -> bool:
        """Count a try of the key's own login before it is sent; false where it rests."""
        free = False

        def step(count: Count | None) -> Count | None:
            nonlocal free
            free = not self._rests(count)
            return self._one_more(count, count.wrong if count else 0) if free else count

        self._keys.change(self._key_pseudonym(token, key), step)
        return free

    def end_key(self, token: Token, key: TokenKey, end: TryEnd) -> None:
        """Correct the key's count; a signature forgets it."""
        name = self._key_pseudonym(token, key)
        match end:
            case TryEnd.ACCEPTED:
                self._keys.change(name, lambda _: None)
            case TryEnd.SPENT | TryEnd.UNANSWERED:
                pass
            case TryEnd.UNTOUCHED:  # it did not rest before, so what is left is long ago
                self._keys.change(name, lambda c: _one_less(c, 0.0))

    # ---- what a count is worth

    def guards(self) -> int:
        """Return how many counts still keep a token or a key from harm; a login counts, too."""
        tokens = [c for c in self._tokens.all() if c.flags or self._age(c) < FADES]
        keys = [c for c in self._keys.all() if self._rests(c)]
        return len(tokens) + len(keys) or int(self._busy())

    def _busy(self) -> bool:
        """Tell whether any program of this user holds the lock of a token."""
        for path in self.folder.glob("[0-9a-f]*.lock"):
            lock = lockfile.take(path)
            if lock is None:
                return True
            os.close(lock)
        return False

    def _standing(self, count: Count | None, token: Token) -> int:
        """Return what still counts: without flags it fades, and nobody is shut out for ever."""
        if count is None or (not flagged(token) and self._age(count) >= FADES):
            return 0
        return count.wrong

    def _rests(self, count: Count | None) -> bool:
        if count is None:
            return False
        return self._age(count) < KEY_RESTS[min(count.wrong, len(KEY_RESTS)) - 1]

    def _age(self, count: Count) -> float:
        """Return its age; a moment in the future tells of a clock that was wrong, and ages too."""
        return abs(self.now() - count.at)

    def _one_more(self, count: Count | None, standing: int) -> Count:
        return Count(standing + 1, self.now(), count.flags if count else "")

    def _pseudonym(self, token: Token) -> str:
        return self._hash(*token.identity)

    def _key_pseudonym(self, token: Token, key: TokenKey) -> str:
        return self._hash(*token.identity, "key", key.id.hex())

    def _hash(self, *parts: str) -> str:
        return hmac.new(self.key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()[:24]


def flagged(token: Token) -> bool:
    """Tell whether a token shows that wrong PINs were sent."""
    return token.pin_count_low or token.pin_final_try or token.pin_locked


def book() -> TryBook:
    """Return this user's book, the same one for all runs of this process."""
    try:
        folder = folders.data() / "tries"
        folder.mkdir(mode=0o700, exist_ok=True)
        return _book(folder, folders.key())
    except OSError:
        logger.warning("no folder for the count of tries; it is kept in memory")
        return _in_memory()


def hold() -> Callable[[], None]:
    """Keep the counts and their key from an erasure by another program, until it is called off.

    A run has read the key long before it counts a try: under another key, in a folder that is
    gone, its try would be seen by nobody else.
    """
    path = folders.data_path() / "tries" / f"{os.getpid():08x}.lock"
    lock = lockfile.take(path)

    def let_go() -> None:
        if lock is not None:
            os.close(lock)
            with suppress(OSError):
                path.unlink()

    return let_go


def guards(folder: Path) -> int:
    """Return how many counts still matter, those too that this process could not write down."""
    own = (book for book in _BOOKS if book.folder == folder)
    return max(book.guards() for book in (TryBook(folder, b""), *own))


_BOOKS: list[TryBook] = []
"""The books of this process: what could not be written counts in them."""


@cache
def _book(folder: Path, key: bytes) -> TryBook:
    book = TryBook(folder, key)
    _BOOKS.append(book)
    return book


@cache
def _in_memory() -> TryBook:
    return TryBook(Path(os.devnull), secrets.token_bytes(32))


def _one_less(count: Count | None, at: float) -> Count | None:
    return Count(count.wrong - 1, at, count.flags) if count else None

"""When did any a3check of this user walk a portal last?"""

import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from a3check.system import folders, lockfile

_log = logging.getLogger(__name__)

BUSY = 0.2
"""Seconds to wait while another program looks: it holds the lock for a file's length."""
MOST = 32
"""Portals that are remembered; nobody has more than two or three."""


@dataclass(frozen=True, slots=True)
class WalksFile:
    """Implements :class:`a3check.core.kept.Walks` in a small file beside a lock.

    The lock is held while the file is read and written, never over a wait, and ends with its
    process. ``folder`` makes the folder and returns it; ``now`` is POSIX time by this computer's
    clock: a moment to come tells of a clock that was set, and holds nobody up. Where nothing can
    be written nobody waits for another program.
    """

    folder: Callable[[], Path]
    now: Callable[[], float] = time.time

    def begin(self, start: str, interval: float) -> float:
        """Note a walk that begins, and return 0; or note none, and return the seconds to wait."""
        if interval <= 0:
            return 0.0
        with self._locked() as folder:
            if folder is None:
                return BUSY
            left = self._left(folder, start, interval)
            if not left:
                self._note(folder, start)
            return left

    def left(self, start: str, interval: float) -> float:
        """Return the seconds until a walk may begin; 0 where it may now."""
        try:
            return self._left(self.folder(), start, interval)
        except OSError:
            return 0.0

    def ended(self, start: str) -> None:
        """Note that the portal was walked until now; a file is whole without a lock, too."""
        try:
            self._note(self.folder(), start)
        except OSError as error:
            _log.info("walks cannot be noted: %s", type(error).__name__)

    @contextmanager
    def _locked(self) -> Iterator[Path | None]:
        """Hold the lock; nothing where another program does, the null device where none can be."""
        try:
            folder = self.folder()
        except OSError:
            folder = Path(os.devnull)
        lock = lockfile.take(folder / "walks.lock")
        try:
            yield None if lock is None else folder
        finally:
            if lock is not None:
                os.close(lock)

    def _left(self, folder: Path, start: str, interval: float) -> float:
        gone = self.now() - _read(folder).get(start, float("-inf"))
        return interval - gone if 0 <= gone < interval else 0.0

    def _note(self, folder: Path, start: str) -> None:
        known = _read(folder)
        known.pop(start, None)
        latest = dict(sorted(known.items(), key=lambda walk: walk[1])[-(MOST - 1) :])
        try:
            folders.write(
                folder / "walks.json", json.dumps({**latest, start: self.now()}).encode()
            )
        except OSError as error:
            _log.info("walks cannot be noted: %s", type(error).__name__)


def walks() -> WalksFile:
    """Return what all programs of this user know of their walks."""
    return WalksFile(folders.cache)


def _read(folder: Path) -> dict[str, float]:
    try:
        table = json.loads((folder / "walks.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(table, dict):
        return {}
    return {name: float(at) for name, at in table.items() if isinstance(at, int | float)}

"""When may the portal be walked again?"""

import threading
import time
from dataclasses import dataclass, field

from a3check.core.kept import Alone, Walks

MOST_TURNS = 4
"""Intervals that a walk waits for those of other programs, each of which may come first."""
_ALONE = Alone()


@dataclass(slots=True)
class Pace:
    """Keeps walks on one portal apart, those of this user's other programs included.

    The walk without a certificate and the one with the key are one walk of a run
    (``docs/decisions/0008-walks.md``): the pause is counted from the end of the later one.
    ``walks`` are what the other programs note; this one's own count even where nothing can be
    written.
    """

    _last: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def left(self, start: str, interval: float, walks: Walks = _ALONE) -> float:
        """Return the seconds until the portal may be walked again; 0 where it may be now."""
        with self._lock:
            last = self._last.get(start)
        own = 0.0 if last is None else max(0.0, last + interval - time.monotonic())
        return max(own, walks.left(start, interval))

    def wait(
        self, start: str, interval: float, stop: threading.Event, walks: Walks = _ALONE
    ) -> None:
        """Wait until ``interval`` seconds have passed since the last walk, or the user stops.

        The turn is taken under a lock: of two programs that wait one goes, and the other waits
        for it, ``MOST_TURNS`` intervals at the most.
        """
        latest = time.monotonic() + MOST_TURNS * interval
        left = self.left(start, interval) or walks.begin(start, interval)
        while left and not stop.wait(left) and time.monotonic() < latest:
            left = walks.begin(start, interval)
        self._note(start)

    def walked(self, start: str, walks: Walks = _ALONE) -> None:
        """Note that the portal was walked until now."""
        self._note(start)
        walks.ended(start)

    def _note(self, start: str) -> None:
        with self._lock:
            self._last[start] = time.monotonic()


PACE = Pace()
"""The program's own: a second run in the same window waits its turn."""

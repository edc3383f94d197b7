"""When may the portal be walked again?"""

import threading
import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Pace:
    """Keeps walks on one portal apart, for as long as the program lives.

    The walk without a certificate and the one with the key are one walk of a run
    (``docs/decisions/0008-walks.md``): the pause is counted from the end of the later one.
    """

    _last: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def left(self, start: str, interval: float) -> float:
        """Return the seconds until the portal may be walked again; 0 where it may be now."""
        with self._lock:
            last = self._last.get(start)
        return 0.0 if last is None else max(0.0, last + interval - time.monotonic())

    def wait(self, start: str, interval: float, stop: threading.Event) -> None:
        """Wait until ``interval`` seconds have passed since the last walk, or the user stops."""
        left = self.left(start, interval)
        if left:
            stop.wait(left)
        self.walked(start)

    def walked(self, start: str) -> None:
        """Note that the portal was walked until now."""
        with self._lock:
            self._last[start] = time.monotonic()


PACE = Pace()
"""The program's own: a second run in the same window waits its turn."""

"""The user's wish to end a run, or to leave out one check that is running."""

import threading
from collections.abc import Callable


class Stop(threading.Event):
    """Set, it ends the run; :meth:`leave_out` ends one check and lets the others go on."""

    def __init__(self) -> None:
        super().__init__()
        self._guard = threading.Lock()
        self._left: set[str] = set()
        self._hears: list[Callable[[str], None]] = []

    @property
    def left_out(self) -> frozenset[str]:
        """The checks that the user does not want to wait for."""
        with self._guard:
            return frozenset(self._left)

    def leave_out(self, check: str) -> None:
        """Wait for this check no longer; what it runs may be ended."""
        with self._guard:
            new = check not in self._left
            self._left.add(check)
            hears = tuple(self._hears) if new else ()
        for hear in hears:
            hear(check)

    def on_leaving(self, hear: Callable[[str], None]) -> None:
        """Have a callable told of each check that is left out, on the thread that says so."""
        with self._guard:
            self._hears.append(hear)


def left_out(stop: threading.Event) -> frozenset[str]:
    """Return the checks that the user left out; a plain event leaves out none."""
    return stop.left_out if isinstance(stop, Stop) else frozenset()

"""The user's wish to end what goes on, or to leave out one check that is running."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stop(threading.Event):
    """Set, it ends what goes on; :meth:`leave_out` ends one check and lets the others go on."""

    def __init__(self) -> None:
        super().__init__()
        self._guard = threading.Lock()
        self._left: set[str] = set()
        self._hears: list[Callable[[str], None]] = []
        self._ends: list[Callable[[], None]] = []

    def set(self) -> None:
        """Wish it; what waits within :meth:`ending` is ended before this returns."""
        super().set()
        with self._guard:
            for end in self._ends:
                end()

    @contextmanager
    def ending(self, end: Callable[[], None]) -> Iterator[None]:
        """Have ``end`` called once this is set, at once where it is; never after this block.

        It is called on the thread that sets it, and may neither wait nor set this again.
        """
        with self._guard:
            self._ends.append(end)
            if self.is_set():
                end()
        try:
            yield
        finally:
            with self._guard:
                self._ends.remove(end)

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

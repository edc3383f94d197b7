"""CRLs of earlier runs of which each file is read once, for a run over many certificates."""

import threading
from collections import OrderedDict

from a3check.core.kept import Kept

MOST_BYTES = 64 * 1024 * 1024
"""What stays in memory of all lists together, the latest used; an AC's have some megabytes."""


class ReadOnce:
    """Implements :class:`a3check.core.kept.Kept` over another, from many threads at once.

    A list is the same bytes for all its certificates: nobody reads and checks its file anew, and
    who has read the list knows it again.
    """

    def __init__(self, kept: Kept, most_bytes: int = MOST_BYTES) -> None:
        self._kept, self._most_bytes = kept, most_bytes
        self._lock = threading.Lock()
        self._bodies: OrderedDict[str, bytes] = OrderedDict()

    def take(self, url: str) -> bytes | None:
        """Return what is kept of an address; the first one reads it, and the others wait."""
        with self._lock:
            body = self._bodies.get(url)
            if body is None:
                body = self._kept.take(url)
            if body is not None:
                self._put(url, body)
            return body

    def keep(self, url: str, body: bytes) -> None:
        """Keep what an address answered, here and there."""
        with self._lock:
            self._kept.keep(url, body)
            self._put(url, body)

    def drop(self, url: str) -> None:
        """Forget an address, here and there."""
        with self._lock:
            self._bodies.pop(url, None)
            self._kept.drop(url)

    def _put(self, url: str, body: bytes) -> None:
        self._bodies.pop(url, None)
        self._bodies[url] = body
        while sum(map(len, self._bodies.values())) > self._most_bytes:
            self._bodies.popitem(last=False)

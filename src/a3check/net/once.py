"""A network whose answers are fetched once, for a run over many certificates."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future

from a3check.core.internet import (
    Endpoint,
    Fetched,
    ProxyServer,
    Reached,
    TimeSample,
    Unfollowed,
)
from a3check.core.ports import Network

MOST_BYTES = 128 * 1024 * 1024
"""What is kept of all answers together; the CRLs of one AC have some megabytes."""
_Asked = tuple[str, bytes | None]


class Once:
    """Implements :class:`a3check.core.ports.Network` over another, from many threads at once.

    Whoever asks for an address that is being fetched waits for that answer; a failure is an
    answer, too. The oldest answers are given up where they grow beyond ``most_bytes``.
    """

    def __init__(self, network: Network, most_bytes: int = MOST_BYTES) -> None:
        self._network, self._most_bytes = network, most_bytes
        self._lock = threading.Lock()
        self._answers: OrderedDict[_Asked, Future[Fetched]] = OrderedDict()
        self._bytes = 0

    def fetch(self, urls: Sequence[str], data: bytes | None = None) -> tuple[Fetched, ...]:
        """Get, or post to, those that nobody has asked yet, side by side."""
        new: dict[str, Future[Fetched]] = {}
        waited: list[Future[Fetched]] = []
        with self._lock:
            for url in urls:
                known = self._answers.get((url, data))
                if known is None:
                    known = self._answers[url, data] = new[url] = Future()
                waited.append(known)
        if new:
            self._bring(new, data)
        return tuple(future.result() for future in waited)

    def _bring(self, new: dict[str, Future[Fetched]], data: bytes | None) -> None:
        try:
            for answer, future in zip(
                self._network.fetch(tuple(new), data), new.values(), strict=True
            ):
                future.set_result(answer)
        except BaseException as error:
            for future in new.values():
                if not future.done():
                    future.set_exception(error)  # else whoever waits would wait for ever
            raise
        with self._lock:
            self._bytes += sum(len(future.result().body) for future in new.values())
            while self._bytes > self._most_bytes:
                self._forget()

    def _forget(self) -> None:
        """Give up the oldest answer that holds something."""
        key, size = next(
            (key, len(future.result().body))
            for key, future in self._answers.items()
            if future.done() and future.result().body
        )
        del self._answers[key]
        self._bytes -= size

    def reach(self, endpoints: Sequence[Endpoint]) -> tuple[Reached, ...]:
        """Hand on."""
        return self._network.reach(endpoints)

    def direct(self, endpoints: Sequence[Endpoint]) -> tuple[Reached, ...]:
        """Hand on."""
        return self._network.direct(endpoints)

    def unfollowed(self, endpoints: Sequence[Endpoint]) -> tuple[Unfollowed, ...]:
        """Hand on."""
        return self._network.unfollowed(endpoints)

    def times(self, urls: Sequence[str]) -> tuple[TimeSample, ...]:
        """Hand on."""
        return self._network.times(urls)

    def proxy(self, url: str) -> ProxyServer | None:
        """Hand on."""
        return self._network.proxy(url)

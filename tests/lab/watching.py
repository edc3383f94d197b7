"""A wire on the way to a server on which something happens at one moment of a TLS handshake."""

from __future__ import annotations

import itertools
import select
import socket
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from tests.lab.daemon import HOST
from tests.lab.endpoints import Endpoint

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS: Final = 30.0
"""How long both ends may be silent."""


class Moment(Enum):
    """When it happens: before the bytes that make the moment go on."""

    HELLO = auto()
    """The client has said ClientHello."""
    ASKED = auto()
    """The server has answered: ServerHello, and what comes with it."""
    SHOWN = auto()
    """The client has spoken again: its Certificate and CertificateVerify, where it has any."""


class Watching(Endpoint):
    """Relays to `target` (a loopback port); at `moment` of the `nth` handshake calls `event`.

    The bytes of that moment wait until `event` has returned. A connection on which nothing is
    said does not count.
    """

    def __init__(self, target: int, moment: Moment, nth: int, event: Callable[[], None]) -> None:
        super().__init__()
        self._target = target
        self._moment = moment
        self._nth = nth
        self._numbers = itertools.count(1)
        self._event = event
        self.happened = 0
        """How often `event` was called."""

    def serve(self, connection: socket.socket) -> None:
        """Relay until an end closes."""
        number, reached = 0, set[Moment]()
        with socket.create_connection((HOST, self._target), timeout=SECONDS) as server:
            ends = {connection: server, server: connection}
            while readable := select.select(list(ends), [], [], SECONDS)[0]:
                for source in readable:
                    piece = source.recv(65536)
                    if not piece:
                        return
                    number = number or next(self._numbers)
                    now = _moment(reached, from_server=source is server)
                    first = now is self._moment and now not in reached
                    if first and number == self._nth:
                        self._event()
                        self.happened += 1
                    reached.add(now)
                    ends[source].sendall(piece)


def _moment(reached: set[Moment], *, from_server: bool) -> Moment:
    if from_server:
        return Moment.ASKED
    return Moment.SHOWN if Moment.ASKED in reached else Moment.HELLO

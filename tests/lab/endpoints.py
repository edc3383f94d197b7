"""TCP endpoints that misbehave: silent, babbling, refusing, resetting, dropping."""

from __future__ import annotations

import select
import socket
import struct
from contextlib import ExitStack, suppress
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final, Self

from tests.lab.daemon import HOST

if TYPE_CHECKING:
    from types import TracebackType

FILL_SECONDS: Final = 0.2
"""A connection that loopback has not accepted by then is being dropped."""


class Endpoint:
    """A port with a fault while its context lasts, on loopback unless `at` says where.

    `accepted` counts connections.
    """

    def __init__(self, at: tuple[str, int] = (HOST, 0)) -> None:
        self.accepted = 0
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(at)
        self._thread: Thread | None = None

    @property
    def port(self) -> int:
        """The port."""
        return int(self._socket.getsockname()[1])

    @property
    def address(self) -> str:
        """`host:port`, for a profile's `needed`."""
        return f"{self._socket.getsockname()[0]}:{self.port}"

    def start(self) -> None:
        """Listen, and serve every connection in a thread."""
        self._socket.listen()
        self._thread = Thread(target=self._accept, daemon=True)
        self._thread.start()

    def serve(self, connection: socket.socket) -> None:
        """Deal with one connection; it is closed afterwards."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the port and whatever is still open."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes accept(), which close() does not
        if self._thread is not None:
            self._thread.join()
        self._socket.close()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.accepted += 1
            with self._lock:
                self._open.add(connection)
            Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            self.serve(connection)
        with self._lock:
            self._open.discard(connection)


class Silent(Endpoint):
    """Accepts, reads, and never answers."""

    def serve(self, connection: socket.socket) -> None:
        """Swallow everything until the client goes away."""
        while connection.recv(65536):
            pass


class Resetting(Endpoint):
    """Accepts and resets: at once, or with `after_first_bytes` when the client has spoken."""

    def __init__(
        self, at: tuple[str, int] = (HOST, 0), *, after_first_bytes: bool = False
    ) -> None:
        super().__init__(at)
        self._listen_first = after_first_bytes

    def serve(self, connection: socket.socket) -> None:
        """Close with a linger time of 0, which sends RST."""
        if self._listen_first:
            connection.recv(65536)
        linger = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


class Closing(Endpoint):
    """Accepts, hears the client's first bytes, and closes without a word."""

    def serve(self, connection: socket.socket) -> None:
        """Read once."""
        connection.recv(65536)


class Babbling(Endpoint):
    """Accepts, and answers the client's first bytes with what is neither TLS nor HTTP."""

    def serve(self, connection: socket.socket) -> None:
        """Speak as another service would."""
        connection.recv(65536)
        connection.sendall(b"220 correio.laboratorio.invalid ESMTP\r\n")
        connection.recv(65536)


class Flooding(Endpoint):
    """Accepts and writes without end, whatever the client says: TLS records of zeros."""

    RECORD: Final = b"\x16\x03\x03\x40\x00" + bytes(16384)

    def serve(self, connection: socket.socket) -> None:
        """Write until the client goes away."""
        while True:
            connection.sendall(self.RECORD)


class Relay(Endpoint):
    """Hands every connection on to a loopback port of the tester's own network.

    Made inside another network namespace (`tests.lab.town`), its socket stays there; what it
    connects to is this one's.
    """

    SECONDS: Final = 60.0

    def __init__(self, port: int, at: tuple[str, int]) -> None:
        super().__init__(at)
        self._behind = port

    def serve(self, connection: socket.socket) -> None:
        """Carry bytes both ways until an end closes."""
        with socket.create_connection((HOST, self._behind), timeout=self.SECONDS) as other:
            carry(connection, other, self.SECONDS)


class Refused(Endpoint):
    """A port that nobody listens on, and that nobody else can take meanwhile."""

    def start(self) -> None:
        """Do nothing: a bound socket that does not listen refuses."""


def carry(one: socket.socket, other: socket.socket, seconds: float) -> None:
    """Carry bytes between two connections until one ends, or is silent for so long."""
    towards = {one: other, other: one}
    while readable := select.select([one, other], [], [], seconds)[0]:
        for source in readable:
            piece = source.recv(65536)
            if not piece:
                return
            towards[source].sendall(piece)


class Dropping(Endpoint):
    """A port that does not even refuse, as behind a firewall that drops: connecting times out."""

    def __init__(self) -> None:
        super().__init__()
        self._fillers = ExitStack()

    def start(self) -> None:
        """Fill the queue of a listener that never accepts; Linux then ignores every SYN."""
        self._socket.listen(0)
        while self._add_filler():
            pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the port and the connections that fill its queue."""
        self._fillers.close()
        super().__exit__(kind, error, trace)

    def _add_filler(self) -> bool:
        filler = self._fillers.enter_context(socket.socket())
        filler.settimeout(FILL_SECONDS)
        try:
            filler.connect((HOST, self.port))
        except TimeoutError:
            return False
        return True

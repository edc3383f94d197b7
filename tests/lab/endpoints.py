"""TCP endpoints that misbehave: silent, babbling, refusing, resetting, dropping."""

from __future__ import annotations

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
    """A loopback port with a fault while its context lasts; `accepted` counts connections."""

    def __init__(self) -> None:
        self.accepted = 0
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        self._socket = socket.socket()
        self._socket.bind((HOST, 0))
        self._thread: Thread | None = None

    @property
    def port(self) -> int:
        """The port."""
        return int(self._socket.getsockname()[1])

    @property
    def address(self) -> str:
        """`host:port`, for a profile's `needed`."""
        return f"{HOST}:{self.port}"

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

    def __init__(self, *, after_first_bytes: bool = False) -> None:
        super().__init__()
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


class Refused(Endpoint):
    """A port that nobody listens on, and that nobody else can take meanwhile."""

    def start(self) -> None:
        """Do nothing: a bound socket that does not listen refuses."""


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

"""A wire on the way to a server that breaks when too much has been said."""

from __future__ import annotations

import select
import socket
import struct
from typing import Final

from tests.lab.daemon import HOST
from tests.lab.endpoints import Endpoint

SECONDS: Final = 30.0
"""How long both ends may be silent."""


class Cutting(Endpoint):
    """Relays to `target` (a loopback port), and resets once a client has sent `limit` bytes.

    A TLS client without a certificate sends far less than one that shows its chain.
    """

    def __init__(self, target: int, limit: int) -> None:
        super().__init__()
        self._target = target
        self._limit = limit

    def serve(self, connection: socket.socket) -> None:
        """Relay until an end closes or the limit is reached."""
        with socket.create_connection((HOST, self._target), timeout=SECONDS) as server:
            ends = {connection: server, server: connection}
            sent = 0
            while readable := select.select(list(ends), [], [], SECONDS)[0]:
                for source in readable:
                    piece = source.recv(65536)
                    sent += len(piece) if source is connection else 0
                    if sent > self._limit:
                        self._reset(connection)
                        return
                    if not piece:
                        return
                    ends[source].sendall(piece)

    def _reset(self, connection: socket.socket) -> None:
        # Closing with a linger time of 0 sends RST.
        linger = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

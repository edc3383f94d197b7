"""An HTTP proxy that tunnels (CONNECT), refuses, asks for credentials, or says nothing."""

from __future__ import annotations

import socket
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from tests.lab.daemon import HOST
from tests.lab.endpoints import Endpoint, carry

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

TUNNEL_SECONDS: Final = 60.0
"""How long a tunnel may be silent."""
CONNECT_SECONDS: Final = 5.0
"""How long reaching the other end may take."""

_HEAD_LIMIT: Final = 16384


class ProxyMood(StrEnum):
    """How a proxy answers CONNECT."""

    OK = "ok"
    FORBIDDEN = "forbidden"
    CREDENTIALS = "credentials"
    BAD_GATEWAY = "bad_gateway"
    DEAD = "dead"


_REFUSALS: Final = {
    ProxyMood.FORBIDDEN: b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
    ProxyMood.CREDENTIALS: (
        b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="lab"\r\n'
        b"Content-Length: 0\r\n\r\n"
    ),
    ProxyMood.BAD_GATEWAY: b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
}


class Proxy(Endpoint):
    """An HTTP proxy; `names` leads invented host names to loopback, as a DNS would.

    `only`: the ports that it tunnels to, as many do (empty: any); to others it says 403.
    `tunnels` lists every `host:port` (or, for plain HTTP, address) that was asked for.
    """

    def __init__(
        self,
        mood: ProxyMood | str = ProxyMood.OK,
        names: Mapping[str, str] | None = None,
        *,
        only: Collection[int] = (),
    ) -> None:
        super().__init__()
        self.mood = ProxyMood(mood)
        self.tunnels: Final[list[str]] = []
        self._names = dict(names or {})
        self._only = frozenset(only)

    @property
    def url(self) -> str:
        """The address, for a profile's `proxy`."""
        return f"http://{HOST}:{self.port}"

    def serve(self, connection: socket.socket) -> None:
        """Answer one request and, where it is allowed, relay until an end closes."""
        connection.settimeout(TUNNEL_SECONDS)
        head = _read_head(connection)
        method, target = _request_line(head)
        self.tunnels.append(target)
        if self.mood is ProxyMood.DEAD:
            connection.recv(1)  # until the client gives up
        elif self.mood in _REFUSALS:
            connection.sendall(_REFUSALS[self.mood])
        elif method == "CONNECT" and self._is_barred(target):
            connection.sendall(_REFUSALS[ProxyMood.FORBIDDEN])
        elif method == "CONNECT":
            self._tunnel(connection, target)
        else:
            self._forward(connection, head, method, target)

    def _is_barred(self, target: str) -> bool:
        return bool(self._only) and int(target.rpartition(":")[2]) not in self._only

    def _tunnel(self, connection: socket.socket, target: str) -> None:
        try:
            other = self._connect(target)
        except OSError:
            connection.sendall(_REFUSALS[ProxyMood.BAD_GATEWAY])
            return
        with other:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            carry(connection, other, TUNNEL_SECONDS)

    def _forward(self, connection: socket.socket, head: bytes, method: str, target: str) -> None:
        authority, _, path = target.removeprefix("http://").partition("/")
        first = f"{method} /{path} HTTP/1.0".encode("latin-1")
        with self._connect(authority if ":" in authority else f"{authority}:80") as other:
            other.sendall(first + b"\r\n" + head.split(b"\r\n", 1)[1])
            carry(connection, other, TUNNEL_SECONDS)

    def _connect(self, target: str) -> socket.socket:
        host, _, port = target.rpartition(":")
        address = (self._names.get(host, host), int(port))
        return socket.create_connection(address, timeout=CONNECT_SECONDS)


def _read_head(connection: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head and len(head) < _HEAD_LIMIT:
        piece = connection.recv(4096)
        if not piece:
            raise ConnectionError("closed before the request was whole")
        head += piece
    return head


def _request_line(head: bytes) -> tuple[str, str]:
    words = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
    if len(words) != 3:
        raise ConnectionError(f"no HTTP request: {words!r}")
    return words[0], words[1]

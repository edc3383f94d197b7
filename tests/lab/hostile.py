"""A publisher of CRLs that means harm: slow, endless, lying, misleading, each at its own path."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING, Final

from tests.lab.daemon import HOST
from tests.lab.endpoints import Endpoint

if TYPE_CHECKING:
    from types import TracebackType

OK: Final = b"HTTP/1.1 200 OK\r\n"
GIGABYTES: Final = 2 * 1024**3
CLIENT_SECONDS: Final = 30.0
"""How long a client may be silent, or take nothing."""
DRIP_SECONDS: Final = 0.02
_PIECE: Final = b"\0" * 65536
_GZIP_BOMB: Final = b"\x1f\x8b\x08" + b"\0" * 61

Deed = Callable[["Hostile", socket.socket], None]


class Hostile(Endpoint):
    """Answers `/NAME` by the deed of that name; `elsewhere` is where its redirects lead.

    Any other path is `body`, served as it should be.
    """

    def __init__(self, body: bytes = b"", at: str = HOST) -> None:
        super().__init__((at, 0))
        self.body = body
        self.elsewhere = ""
        self.requests: Final[list[str]] = []
        self.sent = 0
        """Bytes of the endless ones."""
        self._ending = Event()

    def url(self, name: str) -> str:
        """Return the address of a deed."""
        return f"http://{self.address}/{name}"

    def serve(self, connection: socket.socket) -> None:
        """Read a request, and answer it badly."""
        connection.settimeout(CLIENT_SECONDS)
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(65536)
            if not piece:
                return
            head += piece
        name = head.split(b" ", 2)[1].decode("latin-1").removeprefix("/")
        self.requests.append(name)
        with suppress(OSError):  # the client hung up, as it should
            DEEDS.get(name, _whole)(self, connection)

    def drip(self, connection: socket.socket, opening: bytes, drop: bytes) -> None:
        """Send the opening, then a drop at a time, until the client or the test ends."""
        connection.sendall(opening)
        while not self._ending.wait(DRIP_SECONDS):
            connection.sendall(drop)

    def flood(self, connection: socket.socket, opening: bytes, piece: bytes) -> None:
        """Send the opening, then the same piece for ever."""
        connection.sendall(opening)
        while not self._ending.is_set():
            connection.sendall(piece)
            self.sent += len(piece)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End what is under way."""
        self._ending.set()
        super().__exit__(kind, error, trace)


def _whole(server: Hostile, connection: socket.socket) -> None:
    connection.sendall(OK + b"Content-Length: %d\r\n\r\n" % len(server.body) + server.body)


def _says(answer: bytes) -> Deed:
    return lambda _, connection: connection.sendall(answer)


def _drips(opening: bytes, drop: bytes) -> Deed:
    return lambda server, connection: server.drip(connection, opening, drop)


def _floods(opening: bytes, piece: bytes) -> Deed:
    return lambda server, connection: server.flood(connection, opening, piece)


def _page(status: bytes, text: bytes = b"<html>Acesso bloqueado</html>") -> Deed:
    head = b"HTTP/1.1 " + status + b"\r\nContent-Type: text/html\r\n"
    return _says(head + b"Content-Length: %d\r\n\r\n" % len(text) + text)


def _leads(status: int, where: str) -> Deed:
    def redirect(server: Hostile, connection: socket.socket) -> None:
        target = where.format(elsewhere=server.elsewhere)
        head = f"HTTP/1.1 {status} Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n"
        connection.sendall(head.encode())

    return redirect


DEEDS: Final[dict[str, Deed]] = {
    "silence": _drips(b"", b""),
    "drip-status": _drips(b"", b"H"),
    "drip-headers": _drips(OK, b"X: y\r\n"),
    "drip-body": _drips(OK + b"Content-Length: 5000\r\n\r\n", b"x"),
    "drip-chunks": _drips(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "continue-for-ever": _floods(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 2000),
    "trailers-for-ever": _floods(
        OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", b"X: y\r\n" * 9000
    ),
    "drops-at-once": _says(b""),
    "drops-in-headers": _says(OK + b"Content-Le"),
    "drops-in-body": _says(OK + b"Content-Length: 5000\r\n\r\nlista"),
    "drops-in-chunk": _says(OK + b"Transfer-Encoding: chunked\r\n\r\n500\r\nlista"),
    "announces-more": _says(OK + b"Content-Length: 6\r\n\r\nlista"),
    "announces-less": _says(OK + b"Content-Length: 5\r\n\r\nlista e mais"),
    "announces-below-nothing": _says(OK + b"Content-Length: -7\r\n\r\nlista"),
    "announces-2-gb": _says(OK + b"Content-Length: %d\r\n\r\n" % GIGABYTES),
    "sends-2-gb": _floods(OK + b"\r\n", _PIECE),
    "chunks-for-ever": _floods(
        OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + _PIECE + b"\r\n"
    ),
    "chunk-of-2-gb": _floods(OK + b"Transfer-Encoding: chunked\r\n\r\n80000000\r\n", _PIECE),
    "chunk-below-nothing": _floods(OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n", _PIECE),
    "chunk-of-nonsense": _says(OK + b"Transfer-Encoding: chunked\r\n\r\nmuito\r\n"),
    "gzip-bomb": _says(
        OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(_GZIP_BOMB) + _GZIP_BOMB
    ),
    "garbage-status": _says(b"ola, tudo bem?\r\n\r\n"),
    "status-of-letters": _says(b"HTTP/1.1 abc OK\r\n\r\n"),
    "giant-status": _floods(b"HTTP/1.1 200 ", b"x" * 65536),
    "giant-header": _floods(OK + b"X: ", b"x" * 65536),
    "ten-thousand-headers": _floods(OK, b"X: y\r\n" * 10_000),
    "empty-200": _says(OK + b"Content-Length: 0\r\n\r\n"),
    "page-200": _page(b"200 OK"),
    "page-404": _page(b"404 Not Found"),
    "page-500": _page(b"500 Internal Server Error"),
    "page-511": _page(b"511 Network Authentication Required"),
    "to-a-file": _leads(302, "file:///etc/passwd"),
    "to-ldap": _leads(302, "ldap://lcr.invalid/cn=AC"),
    "to-ftp": _leads(307, "ftp://lcr.invalid/ac.crl"),
    "to-nonsense": _leads(302, "http://[::1/\u00ff"),
    "to-nowhere": _leads(301, "http://"),
    "to-elsewhere": _leads(302, "{elsewhere}"),
    "to-itself": _leads(302, "/to-itself"),
    "redirect-without-a-place": _says(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"),
}
"""What it does at each path."""

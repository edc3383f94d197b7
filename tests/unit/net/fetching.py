"""A server on loopback that answers as it is told, and how it is asked."""

from __future__ import annotations

import socket
import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from a3check.net.fetch import Fetched, FetchFailed, Reason, fetch

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

SOON = 10.0
LIMIT = 100_000
OK = b"HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 12:00:00 GMT\r\n"


class Server:
    """Answers each connection by a function of socket and request; remembers the requests."""

    def __init__(self, answer: Callable[[socket.socket, bytes], None]) -> None:
        self.requests: list[bytes] = []
        self.stopping = threading.Event()
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def close(self) -> None:
        self.stopping.set()
        socket.create_connection(("127.0.0.1", self.port)).close()
        for thread in self._threads:
            thread.join(SOON)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            client, _ = self._listener.accept()
            if self.stopping.is_set():
                client.close()
                return
            thread = threading.Thread(target=self._one, args=(client,))
            self._threads.append(thread)
            thread.start()

    def _one(self, client: socket.socket) -> None:
        client.settimeout(SOON)
        with closing(client):
            try:
                request = read_request(client)
                self.requests.append(request)
                self._answer(client, request)
            except OSError:
                return  # the client hung up: what several tests want


def read_request(client: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request:
        piece = client.recv(65536)
        if not piece:
            return request
        request += piece
    head, _, body = request.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            while len(body) < int(line.split(b":")[1]):
                body += client.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def serving(answer: Callable[[socket.socket, bytes], None] | bytes) -> Iterator[Server]:
    if isinstance(answer, bytes):
        fixed = answer
        server = Server(lambda client, _: client.sendall(fixed))
    else:
        server = Server(answer)
    try:
        yield server
    finally:
        server.close()


def get(
    url: str,
    *,
    seconds: float = SOON,
    data: bytes | None = None,
    private: bool = True,
    proxy: str | None = None,
    context: ssl.SSLContext | None = None,
) -> Fetched | FetchFailed:
    return fetch(
        url,
        data=data,
        deadline_seconds=seconds,
        limit_bytes=LIMIT,
        allow_private=private,
        proxy=proxy,
        context=context,
    )


def why(answer: Fetched | FetchFailed) -> Reason:
    assert isinstance(answer, FetchFailed), answer
    return answer.reason


def body(text: bytes, *headers: bytes) -> bytes:
    lines = b"".join(h + b"\r\n" for h in (b"Content-Length: %d" % len(text), *headers))
    return OK + lines + b"\r\n" + text


def redirect(to: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()

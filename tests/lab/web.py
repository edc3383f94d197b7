"""Small web servers of the laboratory, in threads: what the ACs publish, and the time."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final, Self

from tests.lab.daemon import HOST
from tests.lab.server_pki import ServerFault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from tests.lab.pki import Pki
    from tests.lab.server_pki import ServerCertificate, ServerPki

CLIENT_SECONDS: Final = 30.0
"""How long a client may be silent before its connection is closed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a web server answers."""

    status: int
    body: bytes = b""
    content_type: str = "application/octet-stream"


class WebServer:
    """An HTTP server on a free loopback port while its context lasts."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._server = _Server(self, tls)
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._stopping = Event()
        self.requests: Final[list[str]] = []
        """The path of every request, in the order in which they came."""
        self.offset: timedelta = timedelta(0)
        """How far the Date of the answers is off."""
        self.date: str | None = None
        """What the answers have as their Date instead."""
        self.delay: float = 0.0
        """Seconds before every answer."""

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def answer(self, path: str) -> Answer:
        """Say what is at `path`."""
        return Answer(404, path.encode(), "text/plain")

    def respond(self, path: str) -> Answer:
        """Note the request, wait `delay`, and answer."""
        self.requests.append(path)
        self._stopping.wait(self.delay)
        return self.answer(path)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening and break off what is under way."""
        self._stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()


class CrlServer(WebServer):
    """What ACs publish, over plain HTTP: files by path; all others are absent (404).

    Slow: `delay`. Garbage: `publish({path: b"..."})`. A page in a CRL's place: likewise.
    """

    def __init__(self) -> None:
        super().__init__()
        self._files: dict[str, bytes] = {}

    @property
    def base(self) -> str:
        """The start of every address, for `Pki(crl_base=...)`."""
        return f"http://{HOST}:{self.port}"

    def publish(self, files: Mapping[str, bytes]) -> None:
        """Add or replace files by path."""
        self._files.update(files)

    def withdraw(self, *paths: str) -> None:
        """Take files away; without paths: all."""
        for path in paths or tuple(self._files):
            self._files.pop(path, None)

    def answer(self, path: str) -> Answer:
        """Serve the file at `path`."""
        content = self._files.get(path.partition("?")[0])
        return Answer(404) if content is None else Answer(200, content)


class TimeServer(WebServer):
    """An HTTPS server whose Date is `offset` away from the real time."""

    def __init__(
        self,
        pki: Pki,
        offset: timedelta = timedelta(0),
        *,
        server_certificate: ServerCertificate | ServerFault = ServerFault.NONE,
        host: str = "localhost",
    ) -> None:
        super().__init__(server_context(pki.servers, server_certificate))
        self.offset = offset
        self._host = host

    @property
    def url(self) -> str:
        """The address, for a profile's `time_urls`."""
        return f"https://{self._host}:{self.port}/"

    def answer(self, path: str) -> Answer:
        """Answer any path with an empty page."""
        del path
        return Answer(200, b"<html></html>", "text/html")


def server_context(servers: ServerPki, wanted: ServerCertificate | ServerFault) -> ssl.SSLContext:
    """Return a TLS context that presents `wanted`."""
    presented = servers.certificate(wanted) if isinstance(wanted, ServerFault) else wanted
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # The ssl module reads certificates and keys from files alone.
    with TemporaryDirectory() as folder:
        file = Path(folder) / "server.pem"
        file.touch(0o600)
        file.write_bytes(presented.chain_pem + presented.entity.key_pem)
        context.load_cert_chain(file)
    return context


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, owner: WebServer, tls: ssl.SSLContext | None) -> None:
        self.owner: Final = owner
        self._tls = tls
        self._open: set[socket.socket] = set()
        super().__init__((HOST, 0), _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        if self._tls is not None:
            # The handshake belongs to the connection's thread: a silent client must not stop all.
            connection = self._tls.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as typeshed has it
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as above
        """Clients that break off are what the laboratory is for."""

    def hang_up(self) -> None:
        for connection in tuple(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    timeout = CLIENT_SECONDS
    server: _Server

    def do_GET(self) -> None:
        self._send(with_body=True)

    def do_HEAD(self) -> None:
        self._send(with_body=False)

    def date_time_string(self, timestamp: float | None = None) -> str:
        del timestamp
        if self.server.owner.date is not None:
            return self.server.owner.date
        return format_datetime(datetime.now(UTC) + self.server.owner.offset, usegmt=True)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - http.server's
        """`requests` is the log."""

    def _send(self, *, with_body: bool) -> None:
        answer = self.server.owner.respond(self.path)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if with_body:
            self.wfile.write(answer.body)

"""A time stamp service (RFC 3161) of the laboratory, on a port of its own."""

from __future__ import annotations

import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from tests.lab.entity import Entity

_DEADLINE: Final = 30.0
"""Seconds for a stamp; usual are 0.02."""
_CONFIGURATION: Final = """\
[tsa]
default_tsa = laboratory
[laboratory]
serial = {folder}/serial
signer_cert = {folder}/clock.pem
signer_key = {folder}/clock.key
certs = {folder}/root.pem
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256, sha384, sha512
"""


class TimeStamps:
    """The service; ``address`` is what a signing program is given."""

    def __init__(self, folder: Path, clock: Entity) -> None:
        folder.mkdir()
        self._folder = folder
        (folder / "serial").write_text("01\n")
        (folder / "clock.pem").write_bytes(clock.pem)
        (folder / "clock.key").write_bytes(clock.key_pem)
        (folder / "root.pem").write_bytes(clock.path[-1].pem)
        (folder / "tsa.cnf").write_text(_CONFIGURATION.format(folder=folder))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._stamp))
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.asked = 0

    def _stamp(self, query: bytes) -> bytes:
        self.asked += 1
        asked, answer = self._folder / "query", self._folder / "answer"
        asked.write_bytes(query)
        command = ["openssl", "ts", "-reply", "-config", str(self._folder / "tsa.cnf")]
        command += ["-queryfile", str(asked), "-out", str(answer)]
        subprocess.run(command, check=True, capture_output=True, timeout=_DEADLINE)
        return answer.read_bytes()

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(stamp: Callable[[bytes], bytes]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = stamp(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler

"""Real servers on loopback for the TLS client: nginx, openssl s_server, and scripted sockets."""

import contextlib
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from tests.unit.tls.softkey import Holder, issue

START_SECONDS = 10.0
_POLL_SECONDS = 0.02


class Pki:
    """An invented, throwaway PKI."""

    def __init__(self) -> None:
        self.root = issue("Raiz Inventada", ca=True)
        self.sub = issue("AC Inventada", self.root, ca=True)
        self.server = issue("localhost", self.sub, host="localhost")
        self.server_p256 = issue("localhost", self.sub, host="localhost", curve=ec.SECP256R1())
        self.expired_server = issue("localhost", self.sub, host="localhost", days=(-30, -5))
        self.rsa = issue("FULANA DE TAL:00000000191", self.sub)
        self.p256 = issue("BELTRANO DE TAL:00000000272", self.sub, curve=ec.SECP256R1())
        self.expired = issue("SICRANA VENCIDA", self.sub, days=(-30, -5))
        self.stranger = issue("FULANO", issue("AC Estranha", ca=True))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """Poll until the server listens; START_SECONDS at most."""
    pause = threading.Event()
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, process.returncode
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        pause.wait(_POLL_SECONDS)
    raise TimeoutError(port)


@contextlib.contextmanager
def _running(command: list[str], port: int, output: Path) -> Iterator[None]:
    with output.open("wb") as sink:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=sink, stderr=subprocess.STDOUT
        )
        try:
            wait_for_port(port, process)
            yield
        finally:
            process.terminate()
            process.communicate(timeout=START_SECONDS)


@contextlib.contextmanager
def nginx(
    folder: Path,
    pki: Pki,
    *,
    protocols: str = "TLSv1.2 TLSv1.3",
    verify: str = "on",
    server: Holder | None = None,
    send_sub: bool = True,
    extra: str = "",
) -> Iterator[int]:
    """Run nginx; yields its port. `folder`/access.log: status, verify, subject, version."""
    server, port = server or pki.server, free_port()
    chain = server.pem + (pki.sub.pem if send_sub else "")
    (folder / "server.pem").write_text(chain)
    (folder / "server.key").write_text(server.key_pem)
    (folder / "ca.pem").write_text(pki.root.pem + pki.sub.pem)
    (folder / "nginx.conf").write_text(f"""
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
  log_format seen '$status $ssl_client_verify "$ssl_client_s_dn" $ssl_protocol';
  access_log {folder}/access.log seen;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key;
    ssl_protocols {protocols}; ssl_verify_client {verify}; ssl_client_certificate {folder}/ca.pem;
    ssl_verify_depth 3; {extra}
    location / {{ return 200 "verify=$ssl_client_verify dn=$ssl_client_s_dn\\n"; }}
  }}
}}
""")
    command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with _running(command, port, folder / "nginx.out"):
        yield port


@contextlib.contextmanager
def s_server(folder: Path, pki: Pki, *options: str) -> Iterator[int]:
    """Run openssl s_server -www with its messages in `folder`/s_server.out; yields its port."""
    port = free_port()
    (folder / "server.pem").write_text(pki.server.pem + pki.sub.pem + pki.server.key_pem)
    (folder / "sub.pem").write_text(pki.sub.pem)
    (folder / "ca.pem").write_text(pki.root.pem + pki.sub.pem)
    files = [
        *("-cert", str(folder / "server.pem"), "-key", str(folder / "server.pem")),
        *("-cert_chain", str(folder / "sub.pem"), "-CAfile", str(folder / "ca.pem")),
    ]
    command = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-www", "-msg"]
    with _running([*command, *files, *options], port, folder / "s_server.out"):
        yield port


@contextlib.contextmanager
def scripted(play: Callable[[socket.socket, threading.Event], None]) -> Iterator[int]:
    """Accept connections and let `play` treat them until its event is set; yields the port."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(START_SECONDS)

    def serve() -> None:
        with contextlib.suppress(OSError):
            connection, _ = listener.accept()
            connection.settimeout(START_SECONDS)
            with connection:
                play(connection, over)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        port: int = listener.getsockname()[1]
        yield port
    finally:
        over.set()
        thread.join(START_SECONDS)
        listener.close()


@contextlib.contextmanager
def s_server_on_command(
    folder: Path, pki: Pki, command: bytes, *options: str, answer: bytes = b""
) -> Iterator[int]:
    """Run s_server bare; when the client's GET is seen, type a command, then a page, at it.

    R renegotiates (TLS 1.2), c asks for a certificate after the handshake (TLS 1.3).
    """
    port = free_port()
    (folder / "server.pem").write_text(pki.server.pem + pki.sub.pem + pki.server.key_pem)
    (folder / "sub.pem").write_text(pki.sub.pem)
    (folder / "ca.pem").write_text(pki.root.pem + pki.sub.pem)
    process = subprocess.Popen(
        [
            *("openssl", "s_server", "-accept", f"127.0.0.1:{port}"),
            *("-cert", str(folder / "server.pem"), "-key", str(folder / "server.pem")),
            *("-cert_chain", str(folder / "sub.pem"), "-CAfile", str(folder / "ca.pem")),
            "-msg",
            *options,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    page = answer or b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nentrou"
    thread = threading.Thread(target=_type, args=(process, command, page), daemon=True)
    try:
        _wait_for_line(process, b"ACCEPT", b"")
        thread.start()
        yield port
    finally:
        process.kill()
        thread.join(START_SECONDS)
        process.communicate(timeout=START_SECONDS)


def _type(process: subprocess.Popen[bytes], command: bytes, page: bytes) -> None:
    assert process.stdin is not None
    _wait_for_line(process, b"GET / ", b"")
    with contextlib.suppress(OSError):
        if command:
            process.stdin.write(command)
            process.stdin.flush()
            _wait_for_line(process, b"<<< TLS", b"CertificateVerify")
        process.stdin.write(page)
        process.stdin.flush()


def _wait_for_line(process: subprocess.Popen[bytes], start: bytes, end: bytes) -> None:
    assert process.stdout is not None
    for line in process.stdout:  # ends with the process, which the test kills
        if line.startswith(start) and line.rstrip().endswith(end):
            return

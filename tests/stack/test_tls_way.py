"""The way to the server: peers that break off or stall, names, addresses, proxies."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.stack.tls_asking import LATE_SECONDS, ask, body, log_in, shown
from tests.stack.tls_servers import Pki, free_port, nginx, s_server_on_command, scripted
from tests.unit.tls.softkey import signer

from a3check.tls.client import Request, Trouble, converse
from a3check.tls.signing import SignatureRequest
from a3check.tls.transcript import Phase

pytestmark = pytest.mark.lab


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_plain_http_on_the_port(pki: Pki, version: str) -> None:
    def answer(connection: socket.socket, _over: threading.Event) -> None:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with scripted(answer) as port:
        seen = converse(ask(pki, port, min_version=version))
    assert seen.trouble is Trouble.PROTOCOL
    assert seen.received.startswith(b"HTTP/1.1 400")
    assert seen.version is None


def test_closed_at_once(pki: Pki) -> None:
    def leave(connection: socket.socket, _over: threading.Event) -> None:
        connection.recv(1000)

    with scripted(leave) as port:
        seen = converse(ask(pki, port))
    assert (seen.trouble, seen.phase) == (Trouble.EOF, Phase.HANDSHAKE)


def test_reset(pki: Pki) -> None:
    def reset(connection: socket.socket, _over: threading.Event) -> None:
        connection.recv(10)  # closing with unread bytes makes the system send RST

    with scripted(reset) as port:
        seen = converse(ask(pki, port))
    assert (seen.trouble, seen.phase) == (Trouble.RESET, Phase.HANDSHAKE)


def stall(_connection: socket.socket, over: threading.Event) -> None:
    over.wait(10)


def trickle(connection: socket.socket, over: threading.Event) -> None:
    head = b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc"
    for byte in head + bytes(1000):
        connection.sendall(bytes([byte]))
        if over.wait(0.05):
            return


@pytest.mark.parametrize("play", [stall, trickle])
@pytest.mark.parametrize(("handshake", "total"), [(0.5, 30.0), (30.0, 0.5)])
def test_deadlines_hold(
    pki: Pki,
    play: Callable[[socket.socket, threading.Event], None],
    handshake: float,
    total: float,
) -> None:
    with scripted(play) as port:
        started = time.monotonic()
        seen = converse(ask(pki, port, handshake_seconds=handshake, total_seconds=total))
        seconds = time.monotonic() - started
    assert seen.trouble is Trouble.TIMEOUT
    assert 0.5 <= seconds < 0.5 + LATE_SECONDS


def test_a_page_that_trickles_ends_at_the_total(pki: Pki, tmp_path: Path) -> None:
    extra = f"limit_rate 1000; root {tmp_path}; location /big {{ }}"
    (tmp_path / "big").write_bytes(b"x" * 200_000)
    with nginx(tmp_path, pki, verify="off", extra=extra) as port:
        started = time.monotonic()
        seen = converse(ask(pki, port, path="/big", total_seconds=1.0))
        seconds = time.monotonic() - started
    assert (seen.trouble, seen.phase) == (Trouble.TIMEOUT, Phase.HTTP)
    assert seen.answer is not None
    assert not seen.answer.complete
    assert seconds < 1.0 + LATE_SECONDS


def test_the_signers_time_is_not_the_servers(pki: Pki, tmp_path: Path) -> None:
    pause = threading.Event()
    quick = signer(pki.rsa.key)

    def slow(request: SignatureRequest) -> bytes:
        pause.wait(0.8)
        return quick(request)

    with nginx(tmp_path, pki) as port:
        identity = shown(pki, pki.rsa)
        seen = converse(
            ask(pki, port, identity=identity, handshake_seconds=0.5, total_seconds=0.7), slow
        )
    assert seen.trouble is None
    assert seen.timings.sign >= 0.8


def test_a_big_page_is_cut(pki: Pki, tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * 400_000)
    extra = f"root {tmp_path}; location /big {{ }}"
    with nginx(tmp_path, pki, verify="off", extra=extra) as port:
        seen = converse(ask(pki, port, path="/big"))
    assert len(body(seen)) == 256 * 1024
    assert seen.answer is not None
    assert not seen.answer.complete
    assert seen.trouble is None


def test_refused(pki: Pki) -> None:
    seen = converse(ask(pki, free_port()))
    assert (seen.trouble, seen.phase) == (Trouble.REFUSED, Phase.CONNECT)


def test_a_name_that_does_not_exist(pki: Pki) -> None:
    seen = converse(Request("a3check.invalid", server_roots_pem=pki.root.pem))
    assert (seen.trouble, seen.phase) == (Trouble.DNS, Phase.CONNECT)


def test_a_silent_first_address_costs_little(pki: Pki, tmp_path: Path) -> None:
    with nginx(tmp_path, pki, verify="off") as port:
        seen = converse(ask(pki, port, addresses=("::1", "127.0.0.1")))
    assert seen.peer == ("127.0.0.1", port)
    assert seen.trusted


@pytest.mark.parametrize(
    ("answer", "trouble", "status"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", Trouble.PROXY_REFUSED, 407),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", Trouble.PROXY_REFUSED, 403),
        (b"HTTP/1.0 502 Bad Gateway\r\n\r\n", Trouble.PROXY_REFUSED, 502),
        (b"SSH-2.0-x\r\n\r\n", Trouble.PROXY_REFUSED, None),
        (b"", Trouble.PROXY_REFUSED, None),
    ],
)
def test_a_proxy_says_no(pki: Pki, answer: bytes, trouble: Trouble, status: int | None) -> None:
    def play(connection: socket.socket, _over: threading.Event) -> None:
        connection.recv(1000)
        connection.sendall(answer)

    with scripted(play) as port:
        seen = converse(ask(pki, 443, proxy=("127.0.0.1", port)))
    assert (seen.trouble, seen.proxy_status, seen.phase) == (trouble, status, Phase.PROXY)


def test_a_proxy_that_is_not_there(pki: Pki) -> None:
    seen = converse(ask(pki, 443, proxy=("127.0.0.1", free_port())))
    assert (seen.trouble, seen.phase) == (Trouble.PROXY_UNREACHABLE, Phase.CONNECT)


def test_through_a_proxy(pki: Pki, tmp_path: Path) -> None:
    with nginx(tmp_path, pki) as port:

        def relay(connection: socket.socket, over: threading.Event) -> None:
            asked = connection.recv(1000)
            assert asked.startswith(f"CONNECT localhost:{port} HTTP/1.1".encode())
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with socket.create_connection(("127.0.0.1", port), 5) as server:
                pump(connection, server, over)

        with scripted(relay) as proxy:
            seen = log_in(pki, port, pki.rsa, proxy=("127.0.0.1", proxy))
    assert body(seen).startswith(b"verify=SUCCESS")
    assert seen.proxy == f"127.0.0.1:{proxy}"


def pump(one: socket.socket, other: socket.socket, over: threading.Event) -> None:
    def copy(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while not over.is_set() and (data := source.recv(16384)):
                target.sendall(data)

    thread = threading.Thread(target=copy, args=(one, other), daemon=True)
    thread.start()
    copy(other, one)
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def test_what_is_no_http_inside(pki: Pki, tmp_path: Path) -> None:
    with s_server_on_command(tmp_path, pki, b"", "-tls1_3", answer=b"220 mail\r\n") as port:
        seen = converse(ask(pki, port))
    assert seen.trouble is Trouble.HTTP
    assert seen.received.startswith(b"220")


def test_what_is_no_host_name() -> None:
    assert converse(Request("a..b")).trouble is Trouble.DNS

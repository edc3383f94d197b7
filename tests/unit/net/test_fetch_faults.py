"""Servers that lie, drop and stall, and proxies that do not serve."""

from __future__ import annotations

import base64
import errno
import socket
import threading
from contextlib import closing
from time import monotonic

import pytest
from tests.unit.net.fetching import (
    OK,
    SOON,
    body,
    get,
    serving,
    why,
)

from a3check.net.fetch import Fetched, FetchFailed, Reason

# ---- servers that lie, drop and stall


def test_announced_and_sent_sizes_over_the_limit() -> None:
    with serving(OK + b"Content-Length: 2000000000\r\n\r\n") as server:
        assert why(get(server.url)) is Reason.TOO_LARGE

    def flood(client: socket.socket, request: bytes) -> None:
        client.sendall(OK + b"\r\n")
        while True:
            client.sendall(b"\0" * 65536)

    with serving(flood) as server:
        assert why(get(server.url)) is Reason.TOO_LARGE


def test_less_than_announced() -> None:
    with serving(OK + b"Content-Length: 50\r\n\r\nlista") as server:
        assert why(get(server.url)) is Reason.TRUNCATED


@pytest.mark.parametrize("answer", [b"", b"hello\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_what_is_no_http(answer: bytes) -> None:
    with serving(answer) as server:
        assert why(get(server.url)) in {Reason.PROTOCOL, Reason.TRUNCATED}


def test_a_connection_that_is_reset() -> None:
    def reset(client: socket.socket, request: bytes) -> None:
        linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    with serving(reset) as server:
        assert why(get(server.url)) is Reason.TRUNCATED


@pytest.mark.parametrize("opening", [b"", OK, OK + b"\r\n", OK + b"Content-Length: 90\r\n\r\n"])
def test_silence_and_trickling_end_by_the_deadline(opening: bytes) -> None:
    def trickle(client: socket.socket, request: bytes) -> None:
        client.sendall(opening)
        while not server.stopping.wait(0.05):
            client.sendall(b"X" if opening else b"")

    started = monotonic()
    with serving(trickle) as server:
        assert why(get(server.url, seconds=0.4)) is Reason.TIMEOUT
        assert 0.3 < monotonic() - started < 3


def test_nobody_there() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    assert why(get(f"http://127.0.0.1:{port}/")) is Reason.CONNECT
    assert why(get("http://nobody.invalid/")) is Reason.NAME


def test_a_resolver_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def hang(*_: object, **__: object) -> list[object]:
        released.wait(SOON)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    assert why(get("http://teste.invalid/", seconds=0.2)) is Reason.TIMEOUT
    released.set()


def test_a_host_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect_ex", lambda *_: errno.ETIMEDOUT)
    assert why(get("http://127.0.0.1/")) is Reason.TIMEOUT


# ---- through a proxy


def test_a_proxy_gets_the_whole_address_and_the_credentials() -> None:
    with serving(body(b"lista")) as proxy:
        asked = f"http://ana:s%40nha@127.0.0.1:{proxy.port}"
        answer = get("http://lcr.teste.invalid/x", private=False, proxy=asked)
    assert isinstance(answer, Fetched)
    head = proxy.requests[0]
    assert head.startswith(b"GET http://lcr.teste.invalid/x HTTP/1.1\r\n")
    assert base64.b64encode(b"ana:s@nha") in head


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f000001", "10.0.0.1", "[::1]"])
def test_a_proxy_is_not_asked_for_private_hosts(host: str) -> None:
    answer = get(f"http://{host}/", private=False, proxy="http://127.0.0.1:1")
    assert why(answer) is Reason.PRIVATE_ADDRESS


def test_proxies_that_do_not_serve() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    for proxy in (f"http://127.0.0.1:{port}", "http://127.0.0.1:99999", "http://none.invalid:1"):
        assert why(get("http://teste.invalid/", proxy=proxy)) is Reason.PROXY
    with serving(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n") as server:
        answer = get("https://teste.invalid/", proxy=server.url)
        assert why(answer) is Reason.PROXY
        assert isinstance(answer, FetchFailed)
        assert "407" in answer.detail
        assert why(get("http://teste.invalid/", proxy=server.url)) is Reason.PROXY
    with serving(b"") as server:
        assert why(get("https://teste.invalid/", proxy=server.url)) is Reason.PROXY

    def silent(client: socket.socket, request: bytes) -> None:
        server.stopping.wait(SOON)

    with serving(silent) as server:
        answer = get("https://teste.invalid/", proxy=server.url, seconds=0.3)
        assert why(answer) is Reason.TIMEOUT

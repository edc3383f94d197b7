"""A fetch that is stopped ends at once, wherever it waits: real sockets on loopback."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from queue import SimpleQueue
from typing import TYPE_CHECKING

import pytest
from tests.lab.endpoints import Dropping, Silent
from tests.unit.net.fetching import LIMIT, OK, SOON, serving
from tests.unit.net.test_listing import PROFILE

from a3check.core.stop import Stop
from a3check.net.fetch import Fetched, FetchFailed, Reason, fetch
from a3check.net.listing import bring, named, official
from a3check.pki.brought import NotBrought

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

LONG = 120.0
"""Seconds that nothing here is waited for."""


@contextmanager
def fetching(url: str, stop: Stop, proxy: str | None = None) -> Iterator[Callable[[], Reason]]:
    """Fetch on a thread; what is given waits for its end and says why."""
    answers: SimpleQueue[Fetched | FetchFailed] = SimpleQueue()

    def run() -> None:
        limits = {"deadline_seconds": LONG, "limit_bytes": LIMIT, "connect_seconds": LONG}
        answers.put(fetch(url, allow_private=True, proxy=proxy, stop=stop, **limits))  # type: ignore[arg-type]

    def why() -> Reason:
        thread.join(SOON)
        assert not thread.is_alive()
        answer = answers.get_nowait()
        assert isinstance(answer, FetchFailed)
        return answer.reason

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield why
    finally:
        stop.set()
        thread.join(SOON)


def accepted(server: Silent) -> None:
    """Wait until somebody is connected."""
    deadline = threading.Event()
    for _ in range(int(SOON / 0.01)):
        if server.accepted or deadline.wait(0.01):
            return
    raise AssertionError("nobody came")


@pytest.mark.parametrize("way", ["http", "https", "proxy"])
def test_while_a_server_or_a_proxy_is_silent(way: str) -> None:
    stop = Stop()
    with Silent() as silent:
        here = f"127.0.0.1:{silent.port}"
        proxy = f"http://{here}" if way == "proxy" else None
        url = f"{way}://{here}/" if proxy is None else "https://lugar.invalid/"
        with fetching(url, stop, proxy) as why:
            accepted(silent)
            stop.set()
            assert why() is Reason.CUT


def test_while_it_connects() -> None:
    stop = Stop()
    with Dropping() as dropping, fetching(f"http://127.0.0.1:{dropping.port}/", stop) as why:
        stop.set()
        assert why() is Reason.CUT


def test_before_it_begins() -> None:
    stop = Stop()
    stop.set()
    with serving(OK + b"\r\nall") as server, fetching(server.url, stop) as why:
        assert why() is Reason.CUT


def test_half_an_answer_that_looks_whole_is_none() -> None:
    """Without its length an answer ends with the connection: cutting that would end it, too."""
    stop, half, end = Stop(), threading.Event(), threading.Event()

    def answer(client: socket.socket, _request: bytes) -> None:
        client.sendall(OK + b"Connection: close\r\n\r\nhalf")
        half.set()
        end.wait(SOON)

    with serving(answer) as server, fetching(server.url, stop) as why:
        assert half.wait(SOON)
        stop.set()
        assert why() is Reason.CUT
        end.set()


def test_a_list_that_is_stopped_is_looked_for_nowhere_else() -> None:
    stop = Stop()

    def answer(_client: socket.socket, _request: bytes) -> None:
        stop.set()

    with serving(answer) as server:
        mirror = replace(official()[1], url=f"{server.url}other", digest=f"{server.url}digest")
        sources = (named(f"{server.url}lista.zip"), mirror)
        brought = bring(sources, PROFILE, private=True, stop=stop)
    assert isinstance(brought, NotBrought)
    assert brought.fault == Reason.CUT
    assert len(server.requests) == 1

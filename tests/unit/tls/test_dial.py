import errno
import socket
import threading

import pytest

from a3check.tls import dial, trouble
from a3check.tls.deadline import Deadline
from a3check.tls.dial import connect, resolve
from a3check.tls.request import Request
from a3check.tls.transcript import Trouble
from a3check.tls.trouble import Broken

FOUR, SIX = socket.AF_INET, socket.AF_INET6


def test_families_take_turns() -> None:
    found = [
        (family, 1, 6, "", (name, 443))
        for family, name in ((SIX, "a"), (SIX, "b"), (SIX, "c"), (FOUR, "d"))
    ]
    assert [where[0] for _, where in dial._by_turns(found)] == ["a", "d", "b", "c"]


def test_a_resolver_that_is_silent_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def silent(*_arguments: object, **_more: object) -> list[object]:
        over.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    with pytest.raises(Broken) as broken:
        resolve("portal.example", 443, Deadline(0.05))
    over.set()
    assert broken.value.trouble is Trouble.DNS


def test_a_lost_question_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    over, first = threading.Event(), iter([True])

    def answer(*_arguments: object, **_more: object) -> list[object]:
        if next(first, False):
            over.wait(10)
        return [(FOUR, 1, 6, "", ("192.0.2.1", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    monkeypatch.setattr(dial, "ASK_AGAIN", (0.01, float("inf")))
    assert resolve("portal.example", 443, Deadline(5)) == ((FOUR, ("192.0.2.1", 443)),)
    over.set()


@pytest.mark.parametrize("name", ["a\0b", "x" * 300])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(Broken) as broken:
        resolve(name, 443, Deadline(5))
    assert broken.value.trouble is Trouble.DNS


def test_silence_is_no_answer() -> None:
    # A full backlog swallows further SYNs on Linux: the nearest to a firewall that drops.
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        where = listener.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.settimeout(0)
            filler.connect_ex(where)
        with pytest.raises(Broken) as broken:
            connect([(FOUR, where)], Deadline(0.6))
        for filler in fillers:
            filler.close()
    assert broken.value.trouble is Trouble.NO_ANSWER


def test_no_address_at_all() -> None:
    with pytest.raises(Broken) as broken:
        connect([], Deadline(1))
    assert broken.value.trouble is Trouble.NO_ANSWER


def test_what_a_machine_says_counts_more_than_silence() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        where = closed.getsockname()
        with pytest.raises(Broken) as broken:
            connect([(FOUR, where), (FOUR, ("255.255.255.255", 1))], Deadline(1))
    assert broken.value.trouble is Trouble.REFUSED


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ECONNREFUSED, Trouble.REFUSED),
        (errno.ENETUNREACH, Trouble.UNREACHABLE),
        (10013, Trouble.UNREACHABLE),
        (errno.ETIMEDOUT, Trouble.NO_ANSWER),
        (errno.ECONNRESET, Trouble.RESET),
    ],
)
def test_errors_of_connect(number: int, told: Trouble) -> None:
    assert trouble.from_connect(OSError(number, "x")) is told


def test_errors_of_a_stream() -> None:
    assert trouble.from_stream(TimeoutError("x")).trouble is Trouble.TIMEOUT
    assert trouble.from_stream(BlockingIOError("x")).trouble is Trouble.TIMEOUT
    assert trouble.from_stream(ConnectionResetError("x")).trouble is Trouble.RESET


def test_the_proxy_s_credentials_are_sent() -> None:
    here, there = socket.socketpair()
    there.sendall(b"HTTP/1.1 204 open\r\n\r\nmore")
    with here, there:
        request = Request("h", proxy=("p", 1), proxy_authorization="Basic c2VncmVkbw==")
        assert dial.tunnel(here, request, Deadline(5)) == b"more"
        asked = there.recv(1000)
    assert asked.endswith(b"\r\nProxy-Authorization: Basic c2VncmVkbw==\r\n\r\n")
    assert "c2VncmVkbw" not in repr(request)


def test_a_proxy_that_stalls() -> None:
    here, there = socket.socketpair()
    with here, there, pytest.raises(Broken) as broken:
        dial.tunnel(here, Request("h", connect_seconds=0.05), Deadline(5))
    assert broken.value.trouble is Trouble.TIMEOUT


def test_a_proxy_that_floods() -> None:
    here, there = socket.socketpair()
    thread = threading.Thread(target=flood, args=(there,), daemon=True)
    thread.start()
    with here, pytest.raises(Broken) as broken:
        dial.tunnel(here, Request("::1", connect_seconds=5), Deadline(5))
    thread.join(5)
    assert broken.value.trouble is Trouble.PROXY_REFUSED


def flood(there: socket.socket) -> None:
    with there:
        there.recv(1000)
        there.sendall(b"x" * 70_000)


def test_deadlines_nest_and_give_back() -> None:
    outer = Deadline(5)
    inner = Deadline(100, outer)
    assert inner.left <= 5
    over = Deadline(0)
    with pytest.raises(Broken):
        over.wait()
    over.give_back(5)
    assert 0 < over.wait() <= 5


def test_a_reset_after_the_accept_is_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reset may come before the end of the connect is read; another address refuses."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        where = listener.getsockname()
        with socket.create_server(("127.0.0.1", 0)) as closed:
            refusing = closed.getsockname()
        original = socket.socket.getsockopt

        def reset(runner: socket.socket, level: int, option: int) -> int:
            code = original(runner, level, option)
            return code or errno.ECONNRESET

        monkeypatch.setattr(socket.socket, "getsockopt", reset)
        connect([(FOUR, refusing), (FOUR, where)], Deadline(5)).close()

"""Addresses in turn, without a network: who is asked when, and what is said of the others."""

from __future__ import annotations

from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from a3check.core.internet import Ask, Fetched, Inquiry
from a3check.core.profile import Limits
from a3check.net import inquiry
from a3check.net.inquiry import MOST_ASKED, in_turn
from a3check.net.network import Internet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SOON = 10.0
ONE, TWO, THREE = Ask("http://um/"), Ask("http://dois/"), Ask("http://tres/", b"ocsp")


class Network:
    """Answers each address by a body; an empty one never answers, until the test has ended."""

    def __init__(self, **bodies: bytes) -> None:
        self.bodies = {f"http://{host}/": body for host, body in bodies.items()}
        self.asked: list[Ask] = []
        self.begun = {ask: Event() for ask in (ONE, TWO, THREE)}
        self.speaking: set[Ask] = set()
        self.over = Event()

    def bring(self, ask: Ask, deadline: float, heard: Event) -> Fetched:
        assert deadline > monotonic()
        self.asked.append(ask)
        if ask in self.speaking:
            heard.set()
        self.begun.setdefault(ask, Event()).set()
        body = self.bodies.get(ask.url, b"nada")
        if not body:
            self.over.wait(SOON)
            return Fetched(ask.url, b"tarde")
        return Fetched(ask.url, body, seconds=0.1)


@pytest.fixture
def made() -> Iterator[Callable[..., Network]]:
    nets: list[Network] = []

    def make(**bodies: bytes) -> Network:
        nets.append(Network(**bodies))
        return nets[-1]

    yield make
    for net in nets:
        net.over.set()


def good(ask: Ask, answer: Fetched) -> bool:
    del ask
    return answer.body == b"lista"


def ask_all(
    net: Network,
    *asks: Ask,
    seconds: float = SOON,
    stop: Event | None = None,
    dead: Callable[[Ask], bool] = lambda _: False,
) -> dict[Ask, Fetched]:
    return in_turn(
        Inquiry(asks or (ONE, TWO, THREE), good),
        net.bring,
        seconds=seconds,
        stop=stop or Event(),
        hopeless=dead,
    )


def test_the_first_that_serves_ends_it(made: Callable[..., Network]) -> None:
    net = made(um=b"lista")
    assert ask_all(net) == {ONE: Fetched(ONE.url, b"lista", seconds=0.1)}
    assert net.asked == [ONE]


def test_the_next_is_asked_where_one_does_not_serve(made: Callable[..., Network]) -> None:
    net = made(dois=b"lista")
    assert list(ask_all(net)) == [ONE, TWO]
    net = made()
    assert [a.body for a in ask_all(net).values()] == [b"nada"] * 3


def test_each_address_once_and_not_too_many(made: Callable[..., Network]) -> None:
    many = [Ask(f"http://x/{n}") for n in range(MOST_ASKED + 5)]
    net = made()
    assert list(ask_all(net, ONE, ONE, *many)) == [ONE, *many][:MOST_ASKED]
    assert net.asked == [ONE, *many][:MOST_ASKED]


def test_nothing_to_ask(made: Callable[..., Network]) -> None:
    assert (
        in_turn(Inquiry((), good), made().bring, seconds=1, stop=Event(), hopeless=lambda _: False)
        == {}
    )


def test_a_silent_one_is_not_waited_for_alone(
    made: Callable[..., Network], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inquiry, "SILENCE", 0.05)
    net = made(um=b"", dois=b"lista")
    answers = ask_all(net, seconds=60.0)
    assert answers == {TWO: Fetched(TWO.url, b"lista", seconds=0.1)}
    assert net.asked == [ONE, TWO]


def test_one_that_sends_is_left_alone_until_half_of_the_time_is_over(
    made: Callable[..., Network], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inquiry, "SILENCE", 0.0)
    net = made(um=b"", dois=b"lista")
    net.speaking = {ONE}
    started = monotonic()
    assert TWO in ask_all(net, seconds=2.0)
    assert monotonic() - started >= 1.0


def test_what_comes_after_the_deadline_is_not_heard(
    made: Callable[..., Network], monkeypatch: pytest.MonkeyPatch
) -> None:
    net = made(um=b"")
    assert {a.url: f.fault for a, f in ask_all(net, seconds=0.3).items()} == {
        ONE.url: "timeout",
        TWO.url: "not_asked",
        THREE.url: "not_asked",
    }
    monkeypatch.setattr(inquiry, "SILENCE", 0.01)
    net = made(um=b"", dois=b"", tres=b"")
    assert [f.fault for f in ask_all(net, seconds=1.5).values()] == ["timeout"] * 3


def test_a_way_that_turns_out_dead_is_given_up(made: Callable[..., Network]) -> None:
    net = made(um=b"", dois=b"")
    answers = ask_all(net, ONE, TWO, THREE, seconds=60.0, dead=lambda ask: ask != THREE)
    assert [f.fault for f in answers.values()] == ["proxy", "proxy", ""]


def test_a_stop_ends_it_at_once(made: Callable[..., Network]) -> None:
    net, stop = made(um=b""), Event()

    def stop_soon() -> None:
        net.begun[ONE].wait(SOON)
        stop.set()

    Thread(target=stop_soon).start()
    answers = ask_all(net, seconds=60.0, stop=stop)
    assert [f.fault for f in answers.values()] == ["cancelled"] * 3
    assert net.asked == [ONE]


# ---- the port


def test_offline_nobody_is_asked() -> None:
    (answers,) = Internet(Limits(), offline=True).inquire([Inquiry((ONE, THREE), good)])
    assert {ask: f.fault for ask, f in answers.items()} == {ONE: "offline", THREE: "offline"}


def test_after_a_cancel_nobody_is_asked() -> None:
    net = Internet(Limits(), proxy="none")
    net.cancel()
    (answers,) = net.inquire([Inquiry((ONE,), good)])
    assert answers[ONE].fault == "cancelled"


def test_every_inquiry_has_its_answer() -> None:
    net = Internet(Limits(), proxy="none")
    asks = [(Ask("ldap://x"), Ask("http://["), Ask("http://127.0.0.1/")), (Ask("ftp://y"),), ()]
    answers = net.inquire([Inquiry(tuple(row), good) for row in asks])
    assert [[f.fault for f in row.values()] for row in answers] == [
        ["bad_url", "bad_url", "private_address"],
        ["bad_url"],
        [],
    ]
    assert net.inquire([]) == ()

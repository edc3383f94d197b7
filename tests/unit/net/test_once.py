"""A network that asks each address once: memory, waiting, and what is not remembered."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from tests.unit.checks.world import FakeNetwork

from a3check.core.internet import Ask, Endpoint, Fetched, Inquiry
from a3check.net.once import Once

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PATIENCE = 10.0
"""Seconds after which a test gives up waiting; never reached."""
GOOD, BAD, LATE = Ask("http://good/"), Ask("http://bad/"), Ask("http://late/")


@dataclass
class Asked(FakeNetwork):
    """Answers in turn, as the real one does, and notes what it was asked."""

    said: dict[str, Fetched] = field(default_factory=dict)
    heard: list[Ask] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    busy: threading.Event = field(default_factory=threading.Event)
    both: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    def inquire(self, inquiries: Sequence[Inquiry]) -> tuple[Mapping[Ask, Fetched], ...]:
        (self.both if self.busy.is_set() else self.busy).set()
        assert self.gate.wait(PATIENCE)
        return tuple(self._one(inquiry) for inquiry in inquiries)

    def _one(self, inquiry: Inquiry) -> dict[Ask, Fetched]:
        answers = {}
        for ask in inquiry.asks:
            self.heard.append(ask)
            answers[ask] = self.said.get(ask.url, Fetched(ask.url, ask.url.encode()))
            if answers[ask].body and inquiry.serves(ask, answers[ask]):
                break
        return answers


def inquiry(*asks: Ask, serves: bool = True) -> Inquiry:
    return Inquiry(asks, lambda _ask, _answer: serves)


def failing(*asks: Ask, fault: str = "timeout") -> Asked:
    return Asked(said={ask.url: Fetched(ask.url, fault=fault) for ask in asks})


def test_an_answer_that_serves_is_not_asked_for_again() -> None:
    network = Asked()
    once = Once(network)
    first = once.inquire((inquiry(GOOD, BAD),))
    assert (
        once.inquire((inquiry(GOOD, BAD),))
        == first
        == ({GOOD: Fetched(GOOD.url, b"http://good/")},)
    )
    assert network.heard == [GOOD]


def test_a_failure_is_an_answer() -> None:
    network = failing(BAD)
    once = Once(network)
    for _ in range(3):
        assert once.inquire((inquiry(BAD),)) == ({BAD: Fetched(BAD.url, fault="timeout")},)
    assert network.heard == [BAD]


def test_only_what_is_not_known_is_asked() -> None:
    network = failing(BAD)
    once = Once(network)
    once.inquire((inquiry(BAD),))
    (said,) = once.inquire((inquiry(BAD, GOOD),))
    assert list(said) == [BAD, GOOD]
    assert network.heard == [BAD, GOOD]


def test_an_answer_that_does_not_serve_this_certificate_leaves_the_others_to_ask() -> None:
    network = Asked()
    once = Once(network)
    once.inquire((inquiry(GOOD),))
    (said,) = once.inquire((inquiry(GOOD, LATE, serves=False),))
    assert list(said) == [GOOD, LATE]
    assert once.inquire((inquiry(GOOD, LATE, serves=False),)) == (said,)
    assert network.heard == [GOOD, LATE]


def test_the_order_of_the_inquiries_is_kept() -> None:
    network = failing(BAD)
    once = Once(network)
    once.inquire((inquiry(BAD),))
    said = once.inquire((inquiry(GOOD), inquiry(BAD), inquiry(LATE), inquiry()))
    assert [list(answers) for answers in said] == [[GOOD], [BAD], [LATE], []]


@pytest.mark.parametrize("fault", ["not_asked", "cancelled"])
def test_what_was_not_asked_to_the_end_is_not_remembered(fault: str) -> None:
    network = failing(BAD, fault=fault)
    once = Once(network)
    once.inquire((inquiry(BAD),))
    once.inquire((inquiry(BAD),))
    assert network.heard == [BAD, BAD]


def test_whoever_comes_later_waits_for_the_first() -> None:
    network = Asked()
    network.gate.clear()
    once = Once(network)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(once.inquire, (inquiry(LATE),))
        assert network.busy.wait(PATIENCE)
        second = threads.submit(once.inquire, (inquiry(LATE),))
        network.gate.set()
        assert first.result(PATIENCE) == second.result(PATIENCE)
    assert network.heard == [LATE]


def test_a_question_about_one_certificate_waits_for_nobody() -> None:
    network = Asked()
    network.gate.clear()
    once = Once(network)
    one, other = Ask("http://ocsp/", b"1"), Ask("http://ocsp/", b"2")
    with ThreadPoolExecutor(2) as threads:
        tasks = [threads.submit(once.inquire, (inquiry(ask),)) for ask in (one, other)]
        network.gate.set()
        said = [task.result(PATIENCE) for task in tasks]
    assert [list(answers) for (answers,) in said] == [[one], [other]]


def test_the_oldest_answers_are_given_up() -> None:
    network = Asked()
    once = Once(network, most_bytes=len(GOOD.url) + len(LATE.url))
    for ask in (GOOD, LATE, BAD, LATE, GOOD):
        once.inquire((inquiry(ask),))
    assert network.heard == [GOOD, LATE, BAD, GOOD]


def test_an_answer_that_two_brought_is_counted_once() -> None:
    network = failing(BAD, LATE)
    network.gate.clear()
    once = Once(network, most_bytes=len(GOOD.url))
    with ThreadPoolExecutor(2) as threads:  # different first addresses: neither waits
        tasks = [threads.submit(once.inquire, (inquiry(first, GOOD),)) for first in (BAD, LATE)]
        assert network.both.wait(PATIENCE)
        network.gate.set()
        for task in tasks:
            task.result(PATIENCE)
    assert network.heard.count(GOOD) == 2
    once.inquire((inquiry(GOOD),))
    assert network.heard.count(GOOD) == 2


def test_the_rest_is_handed_on() -> None:
    network = FakeNetwork(bodies={"http://a/": b"x"}, offsets={"https://t/": 3.0})
    once = Once(network)
    here = Endpoint("h", 443)
    assert once.fetch(("http://a/",)) == (Fetched("http://a/", b"x"),)
    assert once.reach((here,)) == once.direct((here,))
    assert [sample.offset for sample in once.times(("https://t/",))] == [3.0]
    assert once.unfollowed((here,)) == ()
    assert once.proxy("http://a/") is None

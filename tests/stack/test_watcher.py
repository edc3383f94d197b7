"""A token put in or pulled out is noticed by real PC/SC events, and by the USB bus."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final

import pytest
from tests.lab.card import Card
from tests.lab.pcscd import Pcscd

from a3check.core.computer import UsbDevice
from a3check.core.plugged import News, Plugged, news
from a3check.core.profile import Limits
from a3check.probes import watcher as watching
from a3check.probes.watcher import Watcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.lab

TOKEN: Final = UsbDevice("0529", "0620")
SLACK: Final = 20.0
"""Seconds for what takes a fraction of one on a machine at rest."""


class Seat:
    """A watcher and what it told; ``bus`` may be changed at any time."""

    def __init__(self) -> None:
        self.bus: tuple[UsbDevice, ...] = ()
        self.told: SimpleQueue[Plugged] = SimpleQueue()
        self.limits = Limits(pcsc=SLACK)
        self.watcher = Watcher(lambda: self.limits, lambda: self.bus, self.told.put)
        self._last = Plugged()

    def hear(self, wanted: News) -> float:
        """Wait for news of this kind; return how long it took, in seconds."""
        begun = time.monotonic()
        while True:
            try:
                now = self.told.get(timeout=SLACK)
            except Empty:
                raise AssertionError(f"nobody noticed: {wanted}") from None
            said, self._last = news(self._last, now), now
            if said is wanted:
                return time.monotonic() - begun


@contextmanager
def watched() -> Iterator[Seat]:
    seat = Seat()
    seat.watcher.start()
    try:
        yield seat
    finally:
        assert seat.watcher.stop()


@pytest.fixture
def pcscd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pcscd]:
    with Pcscd(tmp_path) as service:
        name = "PCSCLITE_CSOCK_NAME"
        monkeypatch.setenv(name, service.environment[name])
        yield service


@pytest.fixture
def card() -> Card:
    return Card({}, pin=b"123456", puk=b"12345678")


def test_a_card_is_noticed_coming_and_going_and_is_never_spoken_to(
    pcscd: Pcscd, card: Card
) -> None:
    with watched() as seat:
        seat.hear(News.READER_IN)
        with card.inserted(pcscd):
            seat.hear(News.TOKEN_IN)
            card.remove()
            seat.hear(News.TAKEN_OUT)
            card.insert()
            seat.hear(News.TOKEN_IN)
        seat.hear(News.TAKEN_OUT)
    assert card.apdus == 0


def test_what_is_there_already_is_told_at_once(pcscd: Pcscd, card: Card) -> None:
    with card.inserted(pcscd), watched() as seat:
        seat.hear(News.TOKEN_IN)


def test_a_service_that_ends_and_comes_back_is_watched_again(pcscd: Pcscd, card: Card) -> None:
    with watched() as seat:
        seat.hear(News.READER_IN)
        pcscd.stop()
        seat.hear(News.TAKEN_OUT)
        pcscd.start()
        seat.hear(News.READER_IN)
        with card.inserted(pcscd):
            seat.hear(News.TOKEN_IN)


def test_other_deadlines_are_taken_up_without_a_word(pcscd: Pcscd, card: Card) -> None:
    with watched() as seat, card.inserted(pcscd):
        seat.hear(News.TOKEN_IN)
        seat.limits = chosen = Limits(pcsc=SLACK + 1)
        until(
            lambda: seat.watcher._readers is not None and seat.watcher._readers._limits is chosen
        )
        card.remove()
        now = seat.told.get(timeout=SLACK)
        assert now.seats, "that it was watched anew is no news: the reader never went"
        assert not now.cards


def until(condition: Callable[[], object]) -> None:
    """Look again and again, until it is so."""
    end = time.monotonic() + SLACK
    while not condition():
        assert time.monotonic() < end
        threading.Event().wait(0.02)


def test_without_the_service_the_bus_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(tmp_path / "nobody"))
    with watched() as seat:
        seat.bus = (TOKEN,)
        seat.hear(News.TOKEN_IN)
        seat.bus = ()
        seat.hear(News.TAKEN_OUT)


def test_a_probe_that_dies_or_a_defect_costs_a_notice_and_nothing_else(
    pcscd: Pcscd, card: Card, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with watched() as seat:
        seat.hear(News.READER_IN)
        readers = seat.watcher._readers
        assert readers is not None
        readers.interrupt()  # SIGKILL
        seat.hear(News.TAKEN_OUT)
        seat.hear(News.READER_IN)
        with card.inserted(pcscd):
            seat.hear(News.TOKEN_IN)

    def broken() -> None:
        raise ValueError

    watching._calmly(broken)
    assert "not watched any more" in caplog.text


def test_one_that_was_never_started_is_stopped() -> None:
    assert Seat().watcher.stop()

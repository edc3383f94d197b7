import threading
import time

import pytest

from a3check.portal import pace
from a3check.portal.pace import Pace


class Waits(threading.Event):
    """Notes how long it was asked to wait, and does not."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self.seconds.append(timeout)
        return False


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that stands until it is set."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_walks_on_one_portal_are_spaced(clock: list[float]) -> None:
    walks, stop = Pace(), Waits()
    walks.wait("https://a/", 30, stop)
    assert stop.seconds == []
    clock[0] += 10
    walks.wait("https://b/", 30, stop)
    assert stop.seconds == []
    walks.wait("https://a/", 30, stop)
    assert stop.seconds == [20]
    clock[0] += 31
    walks.wait("https://a/", 30, stop)
    assert stop.seconds == [20]
    assert walks.left("https://a/", 30) == 30
    assert walks.left("https://c/", 30) == 0


def test_the_pause_begins_when_the_walk_has_ended(clock: list[float]) -> None:
    walks, stop = Pace(), Waits()
    walks.wait("https://a/", 30, stop)
    clock[0] += 20
    walks.walked("https://a/")
    clock[0] += 10
    walks.wait("https://a/", 30, stop)
    assert stop.seconds == [20]


def test_the_program_has_one() -> None:
    assert isinstance(pace.PACE, Pace)

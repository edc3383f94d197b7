"""Calls side by side."""

from threading import Barrier, Event

import pytest

from a3check.net.lanes import side_by_side

SECONDS = 10.0


def test_all_run_at_once_and_keep_their_order() -> None:
    meeting = Barrier(3)
    calls = [lambda n=n: (meeting.wait(SECONDS), n)[1] for n in range(3)]
    assert side_by_side(calls, Event(), [-1, -1, -1]) == (0, 1, 2)


def test_nothing_to_do() -> None:
    assert side_by_side([], Event(), []) == ()


def test_a_stop_leaves_the_hanging_ones_behind() -> None:
    stop, release = Event(), Event()

    def hang() -> str:
        stop.set()
        release.wait(SECONDS)
        return "late"

    try:
        assert side_by_side([hang], stop, ["cancelled"]) == ("cancelled",)
    finally:
        release.set()


def test_what_a_call_raises_is_raised() -> None:
    def break_down() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        side_by_side([break_down], Event(), [None])

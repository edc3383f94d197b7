"""What a person would notice of what is plugged in."""

import pytest

from a3check.core.computer import UsbDevice
from a3check.core.plugged import News, Plugged, news
from a3check.core.smartcard import CardState, Reader

MOUSE = UsbDevice("046d", "c077")
TOKEN = UsbDevice("0529", "0620")
READER = UsbDevice("163c", "0a03")  # Watchdata W5181


def seats(*readers: Reader) -> Plugged:
    return Plugged().with_seats(readers)


def holding(name: str = "R", changes: int = 1) -> Reader:
    return Reader(name, CardState.PRESENT, changes=changes)


NONE = Plugged()
EMPTY = seats(Reader("R", CardState.EMPTY))
HELD = seats(holding())


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (NONE, NONE, None),
        (HELD, HELD, None),
        (NONE, EMPTY, News.READER_IN),
        (NONE, HELD, News.TOKEN_IN),
        (EMPTY, HELD, News.TOKEN_IN),
        (HELD, EMPTY, News.TAKEN_OUT),
        (HELD, NONE, News.TAKEN_OUT),
        (EMPTY, NONE, News.TAKEN_OUT),
        (HELD, seats(holding(changes=3)), News.TOKEN_IN),
        (HELD, seats(holding("S")), News.TOKEN_IN),
        (NONE, seats(holding("Windows Hello 1")), None),
        (NONE, NONE.with_bus([MOUSE]), None),
        (NONE, NONE.with_bus([TOKEN, MOUSE]), News.TOKEN_IN),
        (NONE, NONE.with_bus([READER]), News.READER_IN),
        (NONE.with_bus([TOKEN]), NONE, News.TAKEN_OUT),
        (NONE.with_bus([READER]), NONE, News.TAKEN_OUT),
    ],
)
def test_what_has_happened(before: Plugged, now: Plugged, said: News | None) -> None:
    assert news(before, now) is said


def test_bus_and_service_are_kept_side_by_side() -> None:
    both = HELD.with_bus([TOKEN, READER])
    assert both.with_seats([holding()]) == both
    assert (both.tokens, both.readers) == (frozenset({TOKEN}), frozenset({READER}))
    assert both.with_bus([]) == HELD

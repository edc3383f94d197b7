import pytest
from tests.unit.checks.world import World, fact, said

from a3check.checks import card
from a3check.checks.card import Cards, judge
from a3check.checks.reader import Readers
from a3check.core.ports import CardState, Reader

STARSIGN = bytes.fromhex("3BF99600008131FE4553434537200E00202028")
EMPTY = Reader("A", CardState.EMPTY)
BUSY, MUTE = Reader("B", CardState.BUSY), Reader("C", CardState.MUTE)
KNOWN, STRANGE = Reader("D", CardState.PRESENT, STARSIGN), Reader("E", CardState.PRESENT, b"\x3b")


@pytest.mark.parametrize(
    ("readers", "codes"),
    [
        ((EMPTY,), ("card.absent",)),
        ((EMPTY, MUTE), ("card.mute",)),
        ((MUTE, BUSY), ("card.busy",)),
        ((BUSY, MUTE, KNOWN), ("card.present",)),
        ((STRANGE,), ("card.present", "card.unknown")),
        ((STRANGE, KNOWN), ("card.present", "card.unknown", "card.present")),
    ],
)
def test_judge(readers: tuple[Reader, ...], codes: tuple[str, ...]) -> None:
    assert said(judge(readers)) == codes


def test_evidence() -> None:
    assert fact(judge((EMPTY,))[0], "readers") == (("A",),)
    assert fact(judge((BUSY,))[0], "reader") == ("B",)
    assert fact(judge((MUTE,))[0], "reader") == ("C",)
    assert fact(judge((STRANGE,))[0], "reader", "atr", "product") == ("E", "3B", None)
    assert fact(judge((STRANGE,))[1], "reader", "atr") == ("E", "3B")
    reader, atr, product, drivers = fact(judge((KNOWN,))[0], "reader", "atr", "product", "drivers")
    assert (reader, atr) == ("D", STARSIGN.hex().upper())
    assert product
    assert drivers
    assert str(drivers[0]).startswith("SafeSign")  # type: ignore[index] # a tuple of names


def test_only_answering_cards_are_a_fact() -> None:
    world = World().learn(Readers((EMPTY, KNOWN, MUTE)))
    world.run(card.CHECK)
    assert world.context.recall(Cards).cards == (KNOWN,)
    world = World().learn(Readers((EMPTY,)))
    assert said(world.run(card.CHECK)) == ("card.absent",)
    assert world.context.find(Cards) is None


def test_without_readers_there_is_nothing_to_do() -> None:
    assert said(World().run(card.CHECK)) == ("skipped: reader",)

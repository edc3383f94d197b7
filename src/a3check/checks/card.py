"""Is a card in a reader, and does it answer?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from a3check.checks.reader import Readers
from a3check.core import knowledge
from a3check.core.check import Check, Context, found
from a3check.core.model import Finding, Skip
from a3check.core.ports import CardState, Reader


@dataclass(frozen=True, slots=True)
class Cards:
    """The cards that answered with an ATR."""

    cards: tuple[Reader, ...]


def run(context: Context) -> Iterator[Finding | Skip]:
    """Read the states that the survey has seen."""
    readers = context.find(Readers)
    if readers is None:
        yield Skip("reader")
        return
    answering = tuple(r for r in readers.readers if r.state is CardState.PRESENT)
    if answering:
        context.learn(Cards(answering))
    yield from judge(readers.readers)


def judge(readers: Sequence[Reader]) -> tuple[Finding, ...]:
    """Prefer a card that answers; else say what the readers show instead."""
    present = [r for r in readers if r.state is CardState.PRESENT]
    if present:
        return tuple(finding for reader in present for finding in _present(reader))
    for state, code in ((CardState.BUSY, "card.busy"), (CardState.MUTE, "card.mute")):
        seen = next((r for r in readers if r.state is state), None)
        if seen is not None:
            return (found(code, reader=seen.name),)
    return (found("card.absent", readers=tuple(r.name for r in readers)),)


def _present(reader: Reader) -> Iterator[Finding]:
    atr = reader.atr.hex().upper()
    known = knowledge.card(reader.atr)
    if known is None:
        yield found("card.present", reader=reader.name, atr=atr)
        yield found("card.unknown", reader=reader.name, atr=atr)
    else:
        drivers = knowledge.product_names(known.drivers)
        yield found(
            "card.present", reader=reader.name, atr=atr, product=known.product, drivers=drivers
        )


CHECK = Check(run, requires=("reader",))

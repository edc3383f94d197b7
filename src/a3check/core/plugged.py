"""What is plugged in, and what is new since the last look?"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from a3check.core import knowledge
from a3check.core.computer import UsbDevice
from a3check.core.smartcard import CardState, Reader


class News(StrEnum):
    """What a person would say has just happened."""

    TOKEN_IN = "token_in"  # noqa: S105 - the device, no password
    READER_IN = "reader_in"
    TAKEN_OUT = "taken_out"


@dataclass(frozen=True, slots=True)
class Plugged:
    """The readers and cards that PC/SC sees, and the known tokens and readers on the USB bus.

    A card stands for itself by its reader and PC/SC's count of changes: another card in the same
    reader is another one. ``tokens`` and ``readers`` name devices of the bus (vendor, product).
    """

    seats: frozenset[str] = frozenset()
    cards: frozenset[tuple[str, int]] = frozenset()
    tokens: frozenset[UsbDevice] = frozenset()
    readers: frozenset[UsbDevice] = frozenset()

    def with_seats(self, seen: Iterable[Reader]) -> "Plugged":
        """Return it with what PC/SC sees now; readers made up in software count for nothing."""
        real = [r for r in seen if not knowledge.virtual_reader(r.name)]
        cards = ((r.name, r.changes) for r in real if r.state is not CardState.EMPTY)
        seats = frozenset(r.name for r in real)
        return Plugged(seats, frozenset(cards), self.tokens, self.readers)

    def with_bus(self, devices: Iterable[UsbDevice]) -> "Plugged":
        """Return it with what is on the USB bus now; what is no token and no reader is nothing."""
        known = {device: knowledge.usb(device.vid, device.pid) for device in devices}
        tokens = frozenset(d for d, entry in known.items() if entry is not None and entry.token)
        named = frozenset(d for d, entry in known.items() if entry is not None)
        return Plugged(self.seats, self.cards, tokens, named - tokens)


def news(before: Plugged, now: Plugged) -> News | None:
    """Tell what has happened between two looks; nothing where nothing a person would notice.

    Something put in outweighs what was taken out: the one was swapped for the other.
    """
    if now.cards - before.cards or now.tokens - before.tokens:
        return News.TOKEN_IN
    if now.seats - before.seats or now.readers - before.readers:
        return News.READER_IN
    gone = (
        before.cards - now.cards,
        before.tokens - now.tokens,
        before.seats - now.seats,
        before.readers - now.readers,
    )
    return News.TAKEN_OUT if any(gone) else None

"""What this computer's lists name: programs of tokens' makers, and cards that are registered."""

from collections.abc import Collection
from dataclasses import dataclass

from a3check.core import knowledge

MOST = 4
"""Programs that are shown; the rest says nothing new."""


@dataclass(frozen=True, slots=True)
class Program:
    """An installed program as the system lists it; ``bits`` 0 where that cannot be told."""

    name: str
    version: str = ""
    publisher: str = ""
    folder: str = ""
    bits: int = 0


@dataclass(frozen=True, slots=True)
class RegisteredCard:
    """A card that the system knows by its answer to reset, and the vendor's part that serves it.

    A bit of ``mask`` that is 0 is not compared; an empty mask compares all (Smart Card
    Minidriver Specification, registry). ``csp_only``: a maker's CSP serves it, and nothing newer.
    """

    name: str
    atr: bytes
    mask: bytes = b""
    library: str = ""
    bits: int = 64
    csp_only: bool = False

    def fits(self, atr: bytes) -> bool:
        """Tell whether a card's answer to reset is this one."""
        if len(atr) != len(self.atr) or (self.mask and len(self.mask) != len(atr)):
            return False
        mask = self.mask or b"\xff" * len(atr)
        rows = zip(atr, self.atr, mask, strict=True)
        return bool(atr) and all(a & m == b & m for a, b, m in rows)


@dataclass(frozen=True, slots=True)
class Installed:
    """What the lists hold; nothing on a system without such lists."""

    programs: tuple[Program, ...] = ()
    cards: tuple[RegisteredCard, ...] = ()

    def shown(self, keys: Collection[str] = ()) -> tuple[str, ...]:
        """Name the makers' programs of these products, or of all known ones, with their word size.

        A person reads them as the list of programs shows them.
        """
        named = [_shown(p) for p in self.programs if _belongs(p, keys)]
        return tuple(dict.fromkeys(named))[:MOST]

    def registered(self, atr: bytes) -> tuple[str, ...]:
        """Name what a card is registered as."""
        cards = [card for card in self.cards if card.fits(atr)]
        named = [f"{c.name} ({c.library})" if c.library else c.name for c in cards]
        return tuple(dict.fromkeys(named))[:MOST]


def _belongs(program: Program, keys: Collection[str]) -> bool:
    key = knowledge.product_of_program(program.name)
    return bool(key) and (not keys or key in keys)


def _shown(program: Program) -> str:
    known = program.version and program.version not in program.name
    name = f"{program.name} {program.version}" if known else program.name
    sized = program.bits and f"{program.bits}" not in program.name
    return f"{name} ({program.bits} bits)" if sized else name

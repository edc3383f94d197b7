"""How is a text shortened to the room that a form has, and what is never left out of it?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

CUT = "…"
LEAST_PIECE = 40
"""Characters of a line that are worth to be shown alone."""


class Rank(IntEnum):
    """How much a line matters: where room is short, the last ranks go first."""

    KEPT = 0
    CORE = 1
    STORY = 2
    TRIED = 3
    FACTS = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text, and how much it matters."""

    text: str
    rank: Rank = Rank.CORE


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines that belong together; ``heading`` stands above them only where one of them does."""

    lines: tuple[Line, ...]
    heading: str = ""


def length(text: str) -> int:
    """Return how long a form takes a text to be: UTF-16 units, a line's end counted as two.

    ``maxlength`` of HTML counts the units (the API value's), a server what is sent: CRLF.
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2 + text.count("\n")


def whole(passages: Sequence[Passage]) -> str:
    """Return everything, a blank line between two passages."""
    return _written(passages, lambda _line: True)


def fitted(passages: Sequence[Passage], limit: int, rest: str) -> str:
    """Return a text of at most ``limit`` characters (:func:`length`); 0 is no limit.

    The lines that matter most are there, ``KEPT`` first; ``rest`` tells last that there is more.
    """
    text = whole(passages)
    if not limit or length(text) <= limit:
        return text
    parts = (*passages, Passage((Line(rest, Rank.KEPT),)))
    chosen = list(parts[-1].lines)
    left = iter(sorted((line for p in passages for line in p.lines), key=lambda line: line.rank))
    # All of them, and the rest's line, are longer than the limit: one has no room.
    while length(_those(parts, [*chosen, line := next(left)])) <= limit:
        chosen.append(line)
    return cut(_those(*_with_piece(parts, chosen, line, limit)), limit)


def cut(text: str, limit: int) -> str:
    """Return a text that fits, cut after a word where it is too long; 0 is no limit."""
    if not limit or length(text) <= limit:
        return text
    kept = text[:limit]
    while length(kept + CUT) > limit:
        kept = kept[:-1]
    words = kept.rpartition(" ")[0]
    return (words if len(words) * 2 > len(kept) else kept).rstrip(" ,.;:\n") + CUT


def _with_piece(
    parts: Sequence[Passage], chosen: list[Line], line: Line, limit: int
) -> tuple[Sequence[Passage], list[Line]]:
    """Add as much of the first line without room as there is room for, if that says anything."""
    room = limit - length(_those(parts, [*chosen, line])) + length(line.text)
    if line.rank > Rank.STORY or room < LEAST_PIECE:
        return parts, chosen
    piece = Line(cut(line.text, room), line.rank)
    swapped = (
        Passage(tuple(piece if each is line else each for each in p.lines), p.heading)
        for p in parts
    )
    return tuple(swapped), [*chosen, piece]


def _those(passages: Sequence[Passage], chosen: list[Line]) -> str:
    known = {id(line) for line in chosen}
    return _written(passages, lambda line: id(line) in known)


def _written(passages: Sequence[Passage], wanted: Callable[[Line], bool]) -> str:
    blocks = ([line.text for line in p.lines if wanted(line)] for p in passages)
    headed = zip((p.heading for p in passages), blocks, strict=True)
    return "\n\n".join(
        "\n".join((heading, *lines) if heading else lines) for heading, lines in headed if lines
    )

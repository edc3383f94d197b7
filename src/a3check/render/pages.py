"""Which blocks stand on which page, so that none is cut and no heading stands alone?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from a3check.render.blocks import Block


@dataclass(frozen=True, slots=True)
class Placed:
    """A block at its height on a page, in dots; a table's head that comes again is no content."""

    block: Block
    top: float
    content: bool = True


def height(blocks: Iterable[Block]) -> float:
    """Return how high blocks are below each other."""
    return sum(block.above + block.height for block in blocks)


def paginate(blocks: Iterable[Block], room: float) -> list[list[Placed]]:
    """Return the pages; only a block that is higher than a whole page is cut, between lines."""
    filling = _Filling(room)
    for group in _kept(blocks):
        if group[0].turn or not filling.takes(group):
            filling.turn()
        for block in group:
            filling.put(block)
    return filling.pages


def _kept(blocks: Iterable[Block]) -> Iterator[Sequence[Block]]:
    """Yield the blocks in groups that stay together."""
    group: list[Block] = []
    for block in blocks:
        group.append(block)
        if not block.keep:
            yield group
            group = []
    if group:
        yield group


class _Filling:
    """The pages as they fill."""

    def __init__(self, room: float) -> None:
        self._room, self._used = room, 0.0
        self.pages: list[list[Placed]] = [[]]

    def takes(self, group: Sequence[Block]) -> bool:
        """Tell whether a group still fits; what fits no page may begin anywhere."""
        whole = height(group)
        return self._used + whole <= self._room or whole > self._room

    def turn(self) -> None:
        """Begin a page, unless this one is still empty."""
        if self.pages[-1]:
            self.pages.append([])
            self._used = 0.0

    def put(self, block: Block) -> None:
        """Place a block, on as many pages as it needs."""
        if self._used + block.above + block.height > self._room:
            self.turn()
        rest: Block | None = block
        while rest is not None:
            self._repeat(rest.head)
            left = self._room - self._used
            now, rest = rest.cut(left) if rest.height > left else (rest, None)
            self._place(now)
            if rest is not None:
                self.turn()

    def _repeat(self, head: Block | None) -> None:
        if head is not None and not self.pages[-1]:
            self._place(head, content=False)

    def _place(self, block: Block, *, content: bool = True) -> None:
        above = block.above if self.pages[-1] else 0.0
        self.pages[-1].append(Placed(block, self._used + above, content))
        self._used += above + block.height

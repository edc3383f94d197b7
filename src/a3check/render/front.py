"""What stands on a report's first page, for whoever decides?

Verdict, who acts, steps, the test's place, and the picture.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from a3check.core.register import Status
from a3check.render.blocks import Block, Column, Figure, Letters, Look, Said
from a3check.render.setting import (
    ACCENT,
    GAP,
    INK,
    LINE,
    MUTED,
    NOTICE,
    SOFT,
    STRONG,
    WHITE,
    Setting,
)
from a3check.render.signs import SIGN, number, sign
from a3check.render.tagged import Path

MOST_ALSO = 6
"""Of what else was found; all of it stands among the facts."""
_INDENT = 58.0
_WHO = ((0.0, 0.6), (0.6, 0.4))
_ACROSS = (0.4, 0.3, 0.3)


@dataclass(frozen=True, slots=True)
class Shot:
    """The report's picture."""

    image: QImage

    def size(self, width: float, room: float) -> tuple[float, float]:
        """Return how wide and high it is shown within a width and a height: never enlarged."""
        wide, high = max(self.image.width(), 1), max(self.image.height(), 1)
        scale = min(1.0, width / wide, room / high)
        return wide * scale, high * scale


class Front(Setting):
    """The first page of one report."""

    @property
    def around_picture(self) -> float:
        """Return how high a picture's heading is, with what is left free around it."""
        return self.heading(self.told.say("picture")).height + GAP + 8

    def texts(self) -> Iterator[Block]:
        """Yield verdict, who acts, steps, what else was found, and the test's place."""
        yield self._masthead()
        yield self._verdict()
        yield from self._who()
        for notice in self.told.notices():
            text = self.said(notice, "P", bold=True)
            mark = sign(Status.WARNING, STRONG[Status.WARNING], (19, 8), 16)
            look = Look(ground=NOTICE, bar=STRONG[Status.WARNING], mark=mark)
            column = Column.of(44, self.width - 56, [text])
            yield Block(self.width, (column,), above=8, pad=7, look=look)
        if self.told.steps:
            yield self.heading(self.told.say("steps"))
            yield from self._items(self.told.steps, numbered=True)
        if self.told.also:
            yield self.heading(self.told.say("also"))
            yield from self._items(self._also(), numbered=False)
        yield self.heading(self.told.say("around"))
        yield from self._around()

    def _also(self) -> Iterator[str]:
        also = self.told.also
        yield from also[:MOST_ALSO]
        if more := also[MOST_ALSO:]:
            yield self.told.say("more", count=str(len(more)))

    def shown(self, shot: Shot, room: float, *, turn: bool = False) -> Iterator[Block]:
        """Yield the picture under its heading, no higher than the room that is left."""
        yield self.heading(self.told.say("picture"), turn=turn)
        wide, high = shot.size(self.width, room - self.around_picture - 1)
        path = (("Figure", next(self.numbers)),)
        figure = Figure(shot.image, QRectF(0, 0, wide, high), path)
        yield Block(self.width, (), above=6, look=Look(frame=LINE), figure=figure)

    def _masthead(self) -> Block:
        half = self.width * 0.7
        name = Said(
            self.told.say("heading"), self.letters(12.5, ACCENT, bold=True), self.path("P")
        )
        date = Said(self.told.made(), self.letters(11.5, MUTED), self.path("P"), 1.3)
        left = Column.of(0, half, [name])
        right = Column.of(half, self.width - half, [date], right=True)
        return Block(self.width, (left, right), pad=5, look=Look(rule=LINE))

    def _verdict(self) -> Block:
        told, status = self.told, self.told.status
        word = Said(told.word, self.letters(13, STRONG[status], bold=True), self.path("P"))
        title = Said(told.title, self.letters(21, INK, bold=True), self.path("H1"), 2)
        texts = [word, title]
        if told.explanation:
            texts.append(self.said(told.explanation, "P", above=5, size=13.5))
        column = Column.of(_INDENT, self.width - _INDENT - 18, texts)
        mark = sign(status, STRONG[status], (19, 17), SIGN)
        look = Look(ground=SOFT[status], bar=STRONG[status], mark=mark)
        return Block(self.width, (column,), above=14, pad=15, look=look, keep=True)

    def _who(self) -> Iterator[Block]:
        pairs = [*self.told.who()]
        if not pairs:
            return
        wide = self.width - _INDENT - 18
        letters = (
            self.letters(14.5, INK, bold=True),
            self.letters(12.5, INK, bold=True, code=True),
        )
        columns = []
        for pair, (left, share), letter in zip(pairs, _WHO, letters, strict=False):
            said = self._pair(*pair, letter, (path := self.path("P"), path))
            columns.append(Column.of(_INDENT + wide * left, wide * share - 12, said))
        look = Look(frame=LINE, bar=STRONG[self.told.status])
        yield Block(self.width, tuple(columns), pad=9, look=look)

    def _items(self, texts: Iterable[str], *, numbered: bool) -> Iterator[Block]:
        of = ("L", next(self.numbers))
        for at, text in enumerate(texts, 1):
            item = (of, ("LI", next(self.numbers)))
            label = self.letters(*((12, WHITE) if numbered else (13.5, INK)), bold=numbered)
            mark = number(ACCENT, (0, 0), 20 * self.size) if numbered else None
            above = 1.6 * self.size if numbered else 0.0
            shown = [Said(str(at) if numbered else "•", label, (*item, ("Lbl", 1)), above)]
            wide = 20 * self.size
            first = Column.of(0, wide, shown).centred(wide)
            body = Said(text, self.letters(13.5, INK), (*item, ("LBody", 1)))
            second = Column.of(32, self.width - 32, [body])
            gap = (5 if at > 1 else 7) if numbered else 3
            yield Block(self.width, (first, second), gap * self.size, look=Look(mark=mark))

    def _around(self) -> Iterator[Block]:
        of = ("L", next(self.numbers))
        pairs = [*self.told.around()]
        lefts = [self.width * sum(_ACROSS[:at]) for at in range(len(_ACROSS))]
        for at in range(0, len(pairs), len(_ACROSS)):
            row = pairs[at : at + len(_ACROSS)]
            columns = []
            for left, share, (label, value) in zip(lefts, _ACROSS, row, strict=False):
                item = (of, ("LI", next(self.numbers)))
                paths = ((*item, ("Lbl", 1)), (*item, ("LBody", 1)))
                said = self._pair(label, value, self.letters(12.5, INK), paths)
                columns.append(Column.of(left, self.width * share - 14, said))
            keep = at + len(_ACROSS) < len(pairs)
            yield Block(self.width, tuple(columns), above=6 * self.size, keep=keep)

    def _pair(
        self, label: str, value: str, letters: Letters, paths: tuple[Path, Path]
    ) -> tuple[Said, Said]:
        """Return a small name over what it says."""
        return Said(label, self.letters(10.5, MUTED), paths[0]), Said(value, letters, paths[1])

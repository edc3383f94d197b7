"""What is a piece of a printed page: its letters, its height, and where may it be cut?

Sizes are dots of 1/96 inch, as in a browser. Text is laid out ten times as large: Qt counts a
font's size in whole dots, and its letters then stand where they belong at any zoom.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Self

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QTextLayout, QTextLine, QTextOption

from a3check.render.tagged import Path

FINE = 10.0
"""Layout units in a dot."""
_FAMILIES = ["Segoe UI", "Noto Sans", "DejaVu Sans", "sans-serif"]
_CODE = ["Consolas", "Noto Sans Mono", "DejaVu Sans Mono", "monospace"]
_SPACE = "\u00a0"
"""Drawn where a line ends between two words: Qt draws no blank there, and read aloud they would
be one word."""
_LATIN = 0x250
_PREFIX = re.compile(r"(?<=\s)[^\w\s]?\w-$")
_BLANK = " ".encode("utf-16-le")

Tag = Callable[[QPainter, Path | None], None]
"""Says what is drawn from here on: a piece of the text, or (``None``) decoration."""


@dataclass(frozen=True, slots=True)
class Letters:
    """How a text is set: size in dots, weight, colour."""

    size: float
    colour: QColor
    bold: bool = False
    code: bool = False

    def font(self) -> QFont:
        """Return the font; no letters are joined, so that a search for “certificado” finds it."""
        font = QFont(_CODE if self.code else _FAMILIES)
        font.setPixelSize(max(1, round(self.size * FINE)))
        font.setBold(self.bold)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        for feature in ("liga", "clig"):
            font.setFeature(QFont.Tag(feature), 0)
        return font


@dataclass(frozen=True, slots=True)
class Said:
    """A text, how it is set, what it is in the document, and the dots left free above it."""

    text: str
    letters: Letters
    path: Path
    above: float = 0.0


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that was laid out; its layout has to live as long."""

    line: QTextLine
    layout: QTextLayout
    said: Said
    height: float
    space: QTextLayout | None
    """A blank for its end."""
    top: float = 0.0

    def draw(self, painter: QPainter) -> None:
        self.line.draw(painter, QPointF(0, -self.line.y()))
        if self.space is not None:
            self.space.draw(painter, QPointF(self.line.naturalTextWidth(), 0))


@dataclass(frozen=True, slots=True)
class Column:
    """Texts below each other, broken into lines of one width."""

    left: float
    lines: tuple[_Line, ...]

    @classmethod
    def of(cls, left: float, width: float, said: Sequence[Said], *, right: bool = False) -> Self:
        """Lay the texts out; a word that is longer than its column is broken anywhere."""
        lines: list[_Line] = []
        top = 0.0
        for one in said:
            top += one.above
            for line in _lines(one, width, top, right=right):
                lines.append(line)
                top += line.height
        return cls(left, tuple(lines))

    def centred(self, width: float) -> "Column":
        """Return it with its first line in the middle of a width."""
        free = (width - self.lines[0].line.naturalTextWidth() / FINE) / 2
        return replace(self, left=self.left + free)

    @property
    def height(self) -> float:
        """Dots from the first line's top to the last one's foot."""
        return self.lines[-1].top + self.lines[-1].height if self.lines else 0.0

    def cut(self, height: float) -> tuple["Column", "Column"]:
        """Return what fits into a height, at least one line of it, and the rest."""
        fits = sum(line.top + line.height <= height for line in self.lines) or 1
        rest = self.lines[fits:]
        moved = tuple(replace(line, top=line.top - rest[0].top) for line in rest)
        return Column(self.left, self.lines[:fits]), Column(self.left, moved)

    def draw(self, painter: QPainter, top: float, tag: Tag, *, content: bool) -> None:
        """Draw it; each text is told apart where it is ``content``, and no decoration."""
        for _, lines in groupby(self.lines, key=lambda line: id(line.said)):
            drawn = [*lines]
            tag(painter, drawn[0].said.path if content else None)
            painter.setPen(drawn[0].said.letters.colour)
            for line in drawn:
                painter.save()
                painter.translate(self.left, top + line.top)
                painter.scale(1 / FINE, 1 / FINE)
                line.draw(painter)
                painter.restore()
            tag(painter, None)


@dataclass(frozen=True, slots=True)
class Look:
    """The decoration of a block: ground, bar at its left, rules, frame, and whatever is drawn."""

    ground: QColor | None = None
    bar: QColor | None = None
    rule: QColor | None = None
    frame: QColor | None = None
    mark: Callable[[QPainter, float], None] | None = None
    """Draws a sign; is given the block's top."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture, where it stands in its block, and what it is in the document."""

    image: QImage
    place: QRectF
    path: Path


@dataclass(frozen=True, slots=True)
class Block:
    """What stands across the page at one height: a paragraph, a row, a picture.

    ``above`` is left free before it, but not at the head of a page. ``keep`` holds it together
    with the next one, ``turn`` begins a page; ``head`` stands above it where it begins a page.
    """

    width: float
    columns: tuple[Column, ...]
    above: float = 0.0
    pad: float = 0.0
    look: Look = Look()
    keep: bool = False
    turn: bool = False
    head: "Block | None" = None
    figure: Figure | None = None

    @property
    def height(self) -> float:
        """Dots, without what is left free above it."""
        texts = max((column.height for column in self.columns), default=0.0)
        picture = self.figure.place.bottom() if self.figure is not None else 0.0
        return max(texts, picture) + 2 * self.pad

    def cut(self, height: float) -> tuple["Block", "Block | None"]:
        """Return what fits into a height, and the rest of it; at least one line always fits."""
        room = height - 2 * self.pad
        pairs = [column.cut(room) for column in self.columns if column.lines]
        first = replace(self, columns=tuple(pair[0] for pair in pairs))
        rest = tuple(pair[1] for pair in pairs if pair[1].lines)
        if not rest:
            return first, None
        look = replace(self.look, mark=None)
        return first, replace(self, columns=rest, look=look, turn=False, figure=None)

    def draw(self, painter: QPainter, top: float, tag: Tag, *, content: bool = True) -> None:
        """Draw the decoration, the picture and the texts."""
        self._decorate(painter, top)
        if self.figure is not None:
            place = self.figure.place.translated(0, top + self.pad)
            tag(painter, self.figure.path)
            painter.drawImage(place, self.figure.image)
            tag(painter, None)
            outline(painter, place, self.look.frame)
        for column in self.columns:
            column.draw(painter, top + self.pad, tag, content=content)

    def _decorate(self, painter: QPainter, top: float) -> None:
        whole, look = QRectF(0, top, self.width, self.height), self.look
        if look.ground is not None:
            painter.fillRect(whole, look.ground)
        if look.frame is not None and self.figure is None:
            outline(painter, whole, look.frame)
        if look.bar is not None:
            painter.fillRect(QRectF(0, top, BAR, self.height), look.bar)
        if look.rule is not None:
            painter.fillRect(QRectF(0, whole.bottom() - HAIR, self.width, HAIR), look.rule)
        if look.mark is not None:
            look.mark(painter, top)


BAR = 5.0
HAIR = 0.75


def outline(painter: QPainter, place: QRectF, colour: QColor | None) -> None:
    """Draw a hair line inside of a rectangle's edges."""
    if colour is not None:
        x, y, width, height = place.x(), place.y(), place.width(), place.height()
        for side in (
            QRectF(x, y, width, HAIR),
            QRectF(x, y + height - HAIR, width, HAIR),
            QRectF(x, y, HAIR, height),
            QRectF(x + width - HAIR, y, HAIR, height),
        ):
            painter.fillRect(side, colour)


def _lines(said: Said, width: float, top: float, *, right: bool) -> Iterator[_Line]:
    option = QTextOption(Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setTextDirection(Qt.LayoutDirection.LeftToRight)
    font = said.letters.font()
    layout = QTextLayout(said.text, font)
    layout.setTextOption(option)
    found = _broken(layout, width)
    blank = QTextLayout(_SPACE, font)
    _broken(blank, width)
    units = said.text.encode("utf-16-le", "surrogatepass")  # what Qt counts
    for line in found:
        end = 2 * (line.textStart() + line.textLength())
        joined = end < len(units) and units[end - 2 : end] == _BLANK
        high = line.height() / FINE
        yield _Line(line, layout, said, high, blank if joined else None, top)
        top += high


def _broken(layout: QTextLayout, width: float) -> list[QTextLine]:
    """Break a text into lines; none ends behind the “e-” of “e-CPF”."""
    text = layout.text()
    plain = all(ord(c) < _LATIN for c in text)  # a letter is one column, and one of Qt's units
    layout.beginLayout()
    found: list[QTextLine] = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width * FINE)
        start, end = line.textStart(), line.textStart() + line.textLength()
        if plain and end < len(text) and (cut := _PREFIX.search(text[start:end])):
            line.setNumColumns(cut.start(), width * FINE)
        found.append(line)
    layout.endLayout()
    return found

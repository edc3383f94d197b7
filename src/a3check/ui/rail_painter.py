"""Paints a line of the list of steps: icon, name, state and its sentences."""

from collections.abc import Sequence
from functools import cached_property, lru_cache

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from a3check.ui.lines import ITEM, Index
from a3check.ui.rail_model import Item
from a3check.ui.state import Mark
from a3check.ui.style import Theme, font, pixmap

_LEFT, _ICON, _GAP, _RIGHT = 20, 22, 12, 14
_SMALL, _CHEVRON = 16, 16  # logical pixels of a check's icon and of the arrow
_ABOVE, _TIGHT_ABOVE, _INNER_ABOVE, _BETWEEN = 8, 4, 5, 2
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
_QUIET = frozenset({Mark.WAITING, Mark.SKIPPED})
_SILENT = frozenset({Mark.PASSED, Mark.SKIPPED})
DENSEST = 3
SENTENCE = 13  # logical pixels of a letter
VERDICT = "result"
"""The step that has no check (``resources/findings.toml``)."""


class RailPainter(QStyledItemDelegate):
    """Paints one line; its height follows the words at ``width``, the viewport's.

    ``dense`` is how little room there is: from 1 on nothing is said below the result, which the
    page tells; from 2 on nor below a step that is in order or was not tested (its word says that,
    opened it says all); at 3 the lines draw together. What needs an eye is said in full.
    """

    def __init__(self, view: QListView, theme: Theme) -> None:
        super().__init__(view)
        self._view, self.theme = view, theme
        self.angle = self.width = 0
        self.dense = 0
        self._strong, self._plain = font(bold=True), font(size=SENTENCE)
        self._word = font(size=12)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802, ARG002
        """Return the room for title and sentences at the view's width."""
        return QSize(self.width, self.height(index.data(ITEM)))

    def height(self, item: Item) -> int:
        """Return the height of a line at the view's width."""
        boxes = self._boxes(item, self.width)
        said = _BETWEEN + boxes[-1].bottom() + 1 if boxes else 0
        return 2 * self._above(item) + self._title_height + said

    @cached_property
    def _title_height(self) -> int:
        return max(QFontMetrics(self._strong).height(), _ICON)

    def sentences(self, item: Item) -> tuple[str, ...]:
        """Return what is said below a line's title."""
        silent = item.step == VERDICT or (self.dense > 1 and item.mark in _SILENT)
        return () if self.dense and silent and not item.inner else item.sentences

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one line."""
        item: Item = index.data(ITEM)
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._view.hasFocus() and self._view.currentIndex() == index:
            painter.setPen(QPen(QColor(self.theme.accent), 2))
            painter.drawRoundedRect(QRectF(rect).adjusted(8, 1, -8, -1), 8, 8)
        self._badge(painter, item, rect)
        self._words(painter, item, rect)
        painter.restore()

    def helpEvent(  # noqa: N802 - Qt's name
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,  # noqa: ARG002
        index: Index,
    ) -> bool:
        """Tell in a tooltip what a line leaves out."""
        item: Item | None = index.data(ITEM)
        hidden = item.sentences if item is not None and not self.sentences(item) else ()
        QToolTip.showText(event.globalPos(), "\n".join(hidden), view)
        return bool(hidden)

    def _words(self, painter: QPainter, item: Item, rect: QRect) -> None:
        quiet = item.mark in _QUIET
        left, right = _left(item), rect.right() - _RIGHT - _CHEVRON
        line = QRect(left, rect.top() + self._above(item), right - left, _ICON)
        side = Qt.AlignmentFlag.AlignVCenter
        if item.inner:
            painter.setFont(self._plain)
        else:
            painter.setFont(font() if quiet else self._strong)
        painter.setPen(QColor(self.theme.muted if quiet else self.theme.text))
        painter.drawText(line, side | Qt.AlignmentFlag.AlignLeft, item.title)
        if item.mark is not Mark.WAITING or item.inner:
            painter.setFont(self._word)
            painter.setPen(self.theme.of(item.mark))
            painter.drawText(line, side | Qt.AlignmentFlag.AlignRight, item.word)
        if item.open is not None:
            self._arrow(painter, item, line)
        painter.setFont(self._plain)
        painter.setPen(QColor(self.theme.muted))
        for text, box in zip(self.sentences(item), self._boxes(item, rect.width()), strict=True):
            painter.drawText(box.translated(0, line.bottom() + 1 + _BETWEEN), _WRAP, text)

    def _arrow(self, painter: QPainter, item: Item, line: QRect) -> None:
        ratio = painter.device().devicePixelRatio()
        sign = "open" if item.open else "details"
        place = QPointF(line.right() + 4, line.center().y() - _CHEVRON / 2 + 1)
        painter.drawPixmap(place, pixmap(sign, self.theme.muted, _CHEVRON, ratio))

    def _boxes(self, item: Item, width: int) -> Sequence[QRect]:
        """Return where the sentences go, one below the other, from the top of the first."""
        left, top, boxes = _left(item), 0, []
        for text in self.sentences(item):
            box = QRect(QPoint(left, top), _wrapped(text, width - left - _RIGHT - _CHEVRON))
            boxes.append(box)
            top = box.bottom() + 1 + _BETWEEN
        return boxes

    def _above(self, item: Item) -> int:
        return _INNER_ABOVE if item.inner else _ABOVE if self.dense < DENSEST else _TIGHT_ABOVE

    def _badge(self, painter: QPainter, item: Item, rect: QRect) -> None:
        size = _SMALL if item.inner else _ICON
        left = _LEFT + _ICON + _GAP if item.inner else _LEFT
        box = QRectF(left, rect.top() + self._above(item) + (_ICON - size) / 2, size, size)
        colour = self.theme.of(item.mark)
        match item.mark:
            case Mark.WAITING:
                painter.setPen(QPen(QColor(self.theme.edge), 1.5))
                painter.drawEllipse(box.adjusted(4, 4, -4, -4))
            case Mark.RUNNING | Mark.SLOW:
                self._arc(painter, box.adjusted(2, 2, -2, -2), colour)
            case Mark.SKIPPED:
                self._glyph(painter, item.mark, box, colour.name())
            case Mark.PASSED | Mark.WARNING | Mark.UNKNOWN | Mark.FAILED | Mark.CRASHED:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawEllipse(box)
                self._glyph(painter, item.mark, box, self.theme.card)

    def _arc(self, painter: QPainter, ring: QRectF, colour: QColor) -> None:
        painter.setPen(QPen(QColor(self.theme.line), 2.5))
        painter.drawEllipse(ring)
        painter.setPen(QPen(colour, 2.5, c=Qt.PenCapStyle.RoundCap))
        painter.drawArc(ring, -self.angle * 16, 100 * 16)

    def _glyph(self, painter: QPainter, mark: Mark, box: QRectF, colour: str) -> None:
        size = round(box.width() * 0.73)
        at = (box.width() - size) / 2
        picture = pixmap(mark, colour, size, painter.device().devicePixelRatio())
        painter.drawPixmap(QPointF(box.left() + at, box.top() + at), picture)


@lru_cache(maxsize=512)
def _wrapped(text: str, width: int) -> QSize:
    """Return the room that a sentence takes; each look at it would be measured anew.

    Qt lets go of Python's lock for each measure, and while a run goes on others take it.
    """
    return QFontMetrics(font(size=SENTENCE)).boundingRect(0, 0, width, 10_000, _WRAP, text).size()


def _left(item: Item) -> int:
    """Return where the words of a line begin."""
    left = _LEFT + _ICON + _GAP
    return left + _SMALL + 10 if item.inner else left

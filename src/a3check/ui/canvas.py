"""The print in the editor: painted at any zoom, with a selection moved by mouse or by keys."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from a3check.ui.cover import Cover
from a3check.ui.style import LIGHT, Theme

STEP, FINE = 16, 1
"""Logical pixels that an arrow moves, and with Ctrl."""
_ARROWS = {
    Qt.Key.Key_Left: QPoint(-1, 0),
    Qt.Key.Key_Right: QPoint(1, 0),
    Qt.Key.Key_Up: QPoint(0, -1),
    Qt.Key.Key_Down: QPoint(0, 1),
}
_HALF = 0.5


class Canvas(QWidget):
    """Shows a print under its cover; the selection is in the print's own pixels.

    Arrows move the selection, with Shift its lower right corner, with Ctrl finely.
    """

    selected = Signal()
    """There is another selection, or none."""
    entered = Signal()
    """Enter was pressed on a selection."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._theme = LIGHT
        self._levels: tuple[QImage, ...] = ()
        self.cover = Cover.of(QSize())
        self.selection = QRect()
        self.zoom = 1.0
        self._anchor: QPoint | None = None

    def show_print(self, levels: tuple[QImage, ...]) -> None:
        """Show another print: itself and halves of it, the largest first; none forgets it."""
        self._levels = levels
        self.cover = Cover.of(levels[0].size() if levels else QSize())
        self.select(QRect())
        self._fit()

    def show_levels(self, levels: tuple[QImage, ...]) -> None:
        """Take smaller copies of the same print to paint from."""
        self._levels = levels
        self.update()

    def show_cover(self, cover: Cover) -> None:
        """Show the print under another cover."""
        self.cover = cover
        self.select(QRect())
        self._fit()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.update()

    def magnify(self, zoom: float) -> None:
        """Show it at another zoom: logical pixels a pixel of the print."""
        self.zoom = zoom
        self._fit()

    def select(self, area: QRect) -> None:
        """Select a part of what is kept; an empty one selects nothing."""
        area = area.intersected(self.cover.kept)
        if area != self.selection:
            self.update(self._shown(self.selection).adjusted(-4, -4, 4, 4))
            self.selection = area
            self.update(self._shown(self.selection).adjusted(-4, -4, 4, 4))
            self.selected.emit()

    def shown_selection(self) -> QRect:
        """Return where the selection is seen, in this widget."""
        return self._shown(self.selection)

    def event(self, event: QEvent) -> bool:
        """Keep Esc from the window while there is a selection to let go of."""
        ours = event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if ours and event.key() == Qt.Key.Key_Escape and not self.selection.isEmpty():  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move the selection, use it, or let go of it."""
        key, held = Qt.Key(event.key()), event.modifiers()
        if key in _ARROWS:
            fine = bool(held & Qt.KeyboardModifier.ControlModifier)
            grow = bool(held & Qt.KeyboardModifier.ShiftModifier)
            self._move(_ARROWS[key], FINE if fine else STEP, grow=grow)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not self.selection.isEmpty():
            self.entered.emit()
        elif key == Qt.Key.Key_Escape and not self.selection.isEmpty():
            self.select(QRect())
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin another selection."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._anchor = self._pixel(event.position())
            self.select(QRect())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the selection up."""
        if self._anchor is not None:
            self.select(QRect(self._anchor, self._pixel(event.position())).normalized())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """End it."""
        del event
        self._anchor = None

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show the focus."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show no focus."""
        self.update()
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint what is exposed: the time goes by the size of the window, not of the print."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=self.zoom < 1)
        if self._levels:
            self._paint_print(painter, event.rect())
        for box in self.cover.boxes:
            painter.fillRect(self._shown(box), Qt.GlobalColor.black)
        self._outline(painter)
        painter.end()

    def _paint_print(self, painter: QPainter, exposed: QRect) -> None:
        """Paint from the smallest copy that still has a pixel for each that is lit."""
        wanted, level = self.zoom * self.devicePixelRatioF(), 0
        while level + 1 < len(self._levels) and wanted <= _HALF ** (level + 1):
            level += 1
        image, shrunk = self._levels[level], _HALF**level
        target = QRectF(exposed.adjusted(-1, -1, 1, 1))
        source = QRectF(target)
        source = QRectF(target.topLeft() / self.zoom, target.size() / self.zoom)
        source.translate(QPointF(self.cover.kept.topLeft()))
        scaled = QRectF(source.topLeft() * shrunk, source.size() * shrunk)
        painter.drawImage(target, image, scaled)

    def _outline(self, painter: QPainter) -> None:
        """Draw the selection in two colours: it is seen on every ground."""
        box = self._shown(self.selection)
        if not self.selection.isEmpty():
            tint = QColor(self._theme.accent)
            tint.setAlpha(50)
            painter.fillRect(box, tint)
            painter.setPen(QPen(QColor("white"), 3))
            painter.drawRect(box.adjusted(0, 0, -1, -1))
            painter.setPen(QPen(QColor("black"), 1, Qt.PenStyle.DashLine))
            painter.drawRect(box.adjusted(0, 0, -1, -1))
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _move(self, way: QPoint, step: int, *, grow: bool) -> None:
        kept, by = self.cover.kept, max(round(step / self.zoom), 1)
        if self.selection.isEmpty():
            self.select(self._first())
            return
        area, way = QRect(self.selection), way * by
        if grow:
            area.setRight(max(area.left(), min(area.right() + way.x(), kept.right())))
            area.setBottom(max(area.top(), min(area.bottom() + way.y(), kept.bottom())))
        else:
            area.translate(way)
            area.moveLeft(max(kept.left(), min(area.left(), kept.right() - area.width() + 1)))
            area.moveTop(max(kept.top(), min(area.top(), kept.bottom() - area.height() + 1)))
        self.select(area)

    def _first(self) -> QRect:
        """Return a selection to begin with: in the middle of what is seen."""
        seen = self.visibleRegion().boundingRect()
        middle = self._pixel(QPointF(seen.center()))
        kept = self.cover.kept
        area = QRect(0, 0, max(kept.width() // 8, 1), max(kept.height() // 16, 1))
        area.moveCenter(middle)
        return area

    def _pixel(self, place: QPointF) -> QPoint:
        """Return the print's pixel at a place of the widget; the nearest that is kept."""
        kept = self.cover.kept
        x = kept.left() + int(place.x() / self.zoom)
        y = kept.top() + int(place.y() / self.zoom)
        return QPoint(
            max(kept.left(), min(x, kept.right())), max(kept.top(), min(y, kept.bottom()))
        )

    def _shown(self, area: QRect) -> QRect:
        """Return where pixels of the print are seen; a pixel more, never one less."""
        if area.isEmpty():
            return QRect()
        offset = QPointF(self.cover.kept.topLeft())
        corner = (QPointF(area.topLeft()) - offset) * self.zoom
        size = QSize(area.width(), area.height()).toSizeF() * self.zoom
        return QRectF(corner, size).toAlignedRect()

    def _fit(self) -> None:
        kept = self.cover.kept
        size = (QSize(kept.width(), kept.height()).toSizeF() * self.zoom).toSize()
        self.setFixedSize(size.expandedTo(QSize(1, 1)))
        self.update()

"""The list of the checks: icon, name, state and one plain sentence each."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from a3check.ui.state import Mark, Row
from a3check.ui.style import Theme, font, pixmap

Index = QModelIndex | QPersistentModelIndex

TURN = 80  # milliseconds between two pictures of the turning arc
_STEP = 30  # degrees
_LEFT, _ICON, _GAP, _RIGHT = 20, 22, 12, 18
_ABOVE, _BETWEEN = 6, 1
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
_ROW = Qt.ItemDataRole.UserRole


class Rows(QAbstractListModel):
    """The rows as a model."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown."""
        return self._rows

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Show other rows; only those that differ are announced."""
        if len(rows) != len(self._rows):
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return
        before, self._rows = self._rows, rows
        for number, row in enumerate(rows):
            if row != before[number]:
                self.dataChanged.emit(self.index(number), self.index(number))

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        """Return how many there are."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the title, the spoken whole, or the row itself."""
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return row.spoken
            case _:
                return row if role == _ROW else None


class _Painter(QStyledItemDelegate):
    """Paints a row; its height follows the words."""

    def __init__(self, view: "Rail", theme: Theme) -> None:
        super().__init__(view)
        self.theme = theme
        self.angle = 0
        self._view = view
        self._strong, self._plain = font(bold=True), font(size=13)
        self._word = font(size=12)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802, ARG002
        """Return the room for title and sentence at the view's width."""
        row: Row = index.data(_ROW)
        width = self._view.viewport().width()
        height = 2 * _ABOVE + max(QFontMetrics(self._strong).height(), _ICON)
        if row.sentence:
            height += _BETWEEN + self._sentence(row, width).height()
        return QSize(width, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        row: Row = index.data(_ROW)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(self.theme.accent), 2))
            painter.drawRoundedRect(QRectF(rect).adjusted(8, 1, -8, -1), 8, 8)
        self._badge(painter, row.mark, QRectF(_LEFT, rect.top() + _ABOVE, _ICON, _ICON))
        self._words(painter, row, rect)
        painter.restore()

    def _words(self, painter: QPainter, row: Row, rect: QRect) -> None:
        quiet = row.mark in {Mark.WAITING, Mark.SKIPPED}
        left, right = _LEFT + _ICON + _GAP, rect.right() - _RIGHT
        line = QRect(left, rect.top() + _ABOVE, right - left, _ICON)
        side = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font() if quiet else self._strong)
        painter.setPen(QColor(self.theme.muted if quiet else self.theme.text))
        painter.drawText(line, side | Qt.AlignmentFlag.AlignLeft, row.title)
        if row.mark is not Mark.WAITING:
            painter.setFont(self._word)
            painter.setPen(self.theme.of(row.mark))
            painter.drawText(line, side | Qt.AlignmentFlag.AlignRight, row.word)
        if row.sentence:
            painter.setFont(self._plain)
            painter.setPen(QColor(self.theme.muted))
            below = self._sentence(row, rect.width()).translated(0, line.bottom() + 1 + _BETWEEN)
            painter.drawText(below, _WRAP, row.sentence)

    def _sentence(self, row: Row, width: int) -> QRect:
        left = _LEFT + _ICON + _GAP
        room = QRect(left, 0, width - left - _RIGHT, 10_000)
        return QFontMetrics(self._plain).boundingRect(room, _WRAP, row.sentence)

    def _badge(self, painter: QPainter, mark: Mark, box: QRectF) -> None:
        colour = self.theme.of(mark)
        match mark:
            case Mark.WAITING:
                painter.setPen(QPen(QColor(self.theme.edge), 1.5))
                painter.drawEllipse(box.adjusted(4, 4, -4, -4))
            case Mark.RUNNING | Mark.SLOW:
                ring = box.adjusted(2, 2, -2, -2)
                painter.setPen(QPen(QColor(self.theme.line), 2.5))
                painter.drawEllipse(ring)
                painter.setPen(QPen(colour, 2.5, c=Qt.PenCapStyle.RoundCap))
                painter.drawArc(ring, -self.angle * 16, 100 * 16)
            case Mark.SKIPPED:
                self._glyph(painter, mark, box, colour.name())
            case Mark.PASSED | Mark.WARNING | Mark.UNKNOWN | Mark.FAILED | Mark.CRASHED:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawEllipse(box)
                self._glyph(painter, mark, box, self.theme.card)

    def _glyph(self, painter: QPainter, mark: Mark, box: QRectF, colour: str) -> None:
        ratio = painter.device().devicePixelRatio()
        painter.drawPixmap(QPointF(box.left() + 3, box.top() + 3), pixmap(mark, colour, 16, ratio))


class Rail(QListView):
    """The list as a widget: one stop for Tab, arrows inside, Ctrl+C copies the rows."""

    def __init__(self, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = Rows(self)
        self._painter = _Painter(self, theme)
        self._clock = QTimer(self, interval=TURN)
        self._clock.timeout.connect(self._turn)
        self.setModel(self._model)
        self.setItemDelegate(self._painter)
        self.setAccessibleName(name)
        self.setFont(font())
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportMargins(0, 8, 0, 8)

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown."""
        return self._model.rows

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Show rows; what runs turns, and the first of it is scrolled into view."""
        heights = [bool(r.sentence) for r in self._model.rows]
        self._model.show_rows(rows)
        if heights != [bool(r.sentence) for r in rows]:
            self.scheduleDelayedItemsLayout()
        busy = [n for n, row in enumerate(rows) if row.mark.busy]
        self._clock.start() if busy and _moves() else self._clock.stop()
        self._follow(rows, busy)

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._painter.theme = theme
        self.viewport().update()

    def needed_height(self) -> int:
        """Return the height at which nothing has to be scrolled."""
        option = QStyleOptionViewItem()
        model = self._model
        return sum(
            self._painter.sizeHint(option, model.index(number)).height()
            for number in range(model.rowCount())
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Copy all rows on Ctrl+C."""
        if event.matches(QKeySequence.StandardKey.Copy):
            copied = "\n".join(row.spoken for row in self.rows)
            QGuiApplication.clipboard().setText(copied)
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Wrap the sentences anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()

    def _turn(self) -> None:
        self._painter.angle = (self._painter.angle + _STEP) % 360
        for number, row in enumerate(self.rows):
            if row.mark.busy:
                self.update(self._model.index(number))

    def _follow(self, rows: Sequence[Row], busy: Sequence[int]) -> None:
        worst = [n for n, row in enumerate(rows) if row.mark is Mark.FAILED]
        for number in (*busy, *([] if busy else worst))[:1]:
            self.scrollTo(self._model.index(number))


def _moves() -> bool:
    """Tell whether the system wants motion at all."""
    style = QApplication.style()
    return style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0

"""The list of the runs that are over: one stop for Tab, arrows inside, Enter opens one."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
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
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from a3check.ui.lines import ITEM, Index, Lines
from a3check.ui.past import PastRow
from a3check.ui.style import Theme, font, pixmap

_SIDE, _ICON, _GAP, _CHEVRON = 18, 22, 14, 16
_ABOVE, _BETWEEN = 13, 3
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class PastModel(Lines):
    """The rows as a model."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: tuple[PastRow, ...] = ()

    def show_rows(self, rows: tuple[PastRow, ...]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    @property
    def lines(self) -> tuple[PastRow, ...]:
        """The runs that are shown."""
        return self.rows


class PastPainter(QStyledItemDelegate):
    """Paints a run: its sign, its date and word, what was found, what was different."""

    def __init__(self, view: QListView, theme: Theme) -> None:
        super().__init__(view)
        self.theme = theme
        self._view = view
        self._strong, self._plain, self._small = font(bold=True), font(size=13), font(size=12)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802, ARG002
        """Return the room for all words at the view's width."""
        row: PastRow = index.data(ITEM)
        width = self._view.viewport().width()
        return QSize(width, self._boxes(row, QRect(0, 0, width, 0))[-1].bottom() + _ABOVE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one run."""
        row: PastRow = index.data(ITEM)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(
            painter, QRectF(rect), state, last=index.row() == index.model().rowCount() - 1
        )
        self._badge(painter, row, rect)
        head, title, difference = self._boxes(row, rect)
        painter.setFont(self._small)
        painter.setPen(QColor(self.theme.muted))
        painter.drawText(head, _MIDDLE | Qt.AlignmentFlag.AlignLeft, row.date)
        painter.setPen(self.theme.of(row.mark))
        painter.drawText(head, _MIDDLE | Qt.AlignmentFlag.AlignRight, row.word)
        painter.setFont(self._strong)
        painter.setPen(QColor(self.theme.text))
        painter.drawText(title, _WRAP, row.title)
        painter.setFont(self._plain)
        painter.setPen(QColor(self.theme.muted))
        painter.drawText(difference, _WRAP, row.difference)
        painter.restore()

    def _ground(
        self, painter: QPainter, rect: QRectF, state: QStyle.StateFlag, *, last: bool
    ) -> None:
        if state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(self.theme.tint))
        if not last:
            painter.setPen(QPen(QColor(self.theme.line), 1))
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(self.theme.accent), 2))
            painter.drawRoundedRect(rect.adjusted(3, 3, -3, -3), 8, 8)
        ratio = painter.device().devicePixelRatio()
        chevron = pixmap("details", self.theme.muted, _CHEVRON, ratio)
        place = QPointF(rect.right() - _SIDE - _CHEVRON, rect.center().y() - _CHEVRON / 2)
        painter.drawPixmap(place, chevron)

    def _badge(self, painter: QPainter, row: PastRow, rect: QRect) -> None:
        box = QRectF(rect.left() + _SIDE, rect.top() + _ABOVE, _ICON, _ICON)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.of(row.mark))
        painter.drawEllipse(box)
        ratio = painter.device().devicePixelRatio()
        sign = pixmap(row.mark, self.theme.card, 16, ratio)
        painter.drawPixmap(QPointF(box.left() + 3, box.top() + 3), sign)

    def _boxes(self, row: PastRow, rect: QRect) -> tuple[QRect, QRect, QRect]:
        """Return where date and word, the title and the difference go."""
        left = rect.left() + _SIDE + _ICON + _GAP
        width = rect.width() - (left - rect.left()) - _GAP - _CHEVRON - _SIDE
        head = QRect(left, rect.top() + _ABOVE, width, _ICON)
        title = self._below(head, self._strong, row.title)
        return head, title, self._below(title, self._plain, row.difference)

    @staticmethod
    def _below(above: QRect, letters: QFont, text: str) -> QRect:
        if not text:
            return above
        room = QRect(above.left(), above.bottom() + 1 + _BETWEEN, above.width(), 10_000)
        box = QFontMetrics(letters).boundingRect(room, _WRAP, text)
        return QRect(room.left(), box.top(), room.width(), box.height())


class PastList(QListView):
    """The list as a widget; Ctrl+C copies it."""

    chosen = Signal(str)
    """The number of the run that is to be opened."""

    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__()
        self._model, self._painter = PastModel(self), PastPainter(self, theme)
        self.setModel(self._model)
        self.setItemDelegate(self._painter)
        self.setAccessibleName(name)
        self.setFont(font())
        self.setProperty("role", "past")
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._choose)

    @property
    def rows(self) -> tuple[PastRow, ...]:
        """What is shown."""
        return self._model.rows

    def show_rows(self, rows: tuple[PastRow, ...]) -> None:
        """Show other rows, the first one at the top."""
        self._model.show_rows(rows)
        self.setCurrentIndex(self._model.index(0))
        self.scrollToTop()

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._painter.theme = theme
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Open on Enter or the space bar, copy all on Ctrl+C."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._choose(self.currentIndex())
        elif event.matches(QKeySequence.StandardKey.Copy):
            copied = "\n".join(row.spoken for row in self.rows)
            QGuiApplication.clipboard().setText(copied)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Wrap the words anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()

    def _choose(self, index: Index) -> None:
        if index.isValid():
            self.chosen.emit(self._model.rows[index.row()].id)

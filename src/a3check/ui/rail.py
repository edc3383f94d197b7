"""The list of the steps: icon, name, state and what was found; a step opens to its checks."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QListView,
    QWidget,
)

from a3check.core.catalogue import Catalogue
from a3check.ui.lines import Index
from a3check.ui.pieces import announce
from a3check.ui.rail_model import Item, Items
from a3check.ui.rail_painter import DENSEST, RailPainter
from a3check.ui.state import Mark, Row, Step
from a3check.ui.style import Theme, font

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QKeyEvent, QResizeEvent

TURN = 80  # milliseconds between two pictures of the turning arc
_STEP = 30  # degrees
_OPENING = {Qt.Key.Key_Right: True, Qt.Key.Key_Left: False}
_TURNING = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space})


class Rail(QListView):
    """The list as a widget: one stop for Tab, arrows inside, Ctrl+C copies the checks."""

    current = Signal(str)
    """The name of the step that the keyboard or the mouse has gone to."""

    def __init__(self, words: Catalogue, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = Items(words, self)
        self._painter, self._room = RailPainter(self, theme), 0
        self._clock = QTimer(self, interval=TURN)
        self._clock.timeout.connect(self._turn)
        self.setModel(self._model)
        self.setItemDelegate(self._painter)
        self.setAccessibleName(words.words("window", "checks"))
        self.setAccessibleDescription(words.words("window", "checks_hint"))
        self.setFont(font())
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportMargins(0, 8, 0, 0)
        self.clicked.connect(self._clicked)

    @property
    def steps(self) -> tuple[Step, ...]:
        """What is shown."""
        return self._model.steps

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return every check of the steps, shown or folded away, in the list's order."""
        return tuple(row for step in self.steps for row in step.rows)

    @property
    def spoken(self) -> tuple[str, ...]:
        """What a screen reader hears of each line, from top to bottom."""
        return tuple(item.spoken for item in self._model.items)

    def show_steps(self, steps: tuple[Step, ...]) -> None:
        """Show steps; what runs turns, what changed is announced and scrolled into view."""
        before = {step.name: step.mark for step in self.steps}
        if self._model.show_steps(steps):
            self._fit()
        busy = any(step.mark.busy for step in steps)
        self._clock.start() if busy and moves() else self._clock.stop()
        self._follow()
        for step in steps:
            changed = before.get(step.name, step.mark) is not step.mark
            if changed and step.rows and step.mark is not Mark.WAITING:
                announce(self, step.spoken)

    def open_step(self, name: str, *, opened: bool = True) -> None:
        """Show the checks of a step, or fold them away; the focus stays on the step."""
        if self._model.turn(name, opened=opened):
            self._stay(name)

    def open_all(self) -> None:
        """Show every check of every step, for a picture."""
        for step in self.steps:
            if len(step.rows) > 1:
                self._model.turn(step.name, opened=True)

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._painter.theme = theme
        self.scheduleDelayedItemsLayout()  # to ask for the viewport costs the first paint 10 ms

    def needed_height(self) -> int:
        """Return the height at which nothing has to be scrolled, and all is said."""
        return self._height(0, self._model.items)

    def _height(self, dense: int, items: "Iterable[Item]") -> int:
        before, self._painter.dense = self._painter.dense, dense
        margins = self.viewportMargins()
        heights = sum(map(self._painter.height, items))
        self._painter.dense = before
        return heights + margins.top() + margins.bottom()

    def _fit(self) -> None:
        """Say less of what is in order, where the steps have no room; opened, they may scroll."""
        room = self._whole_room()
        steps = [item for item in self._model.items if not item.inner]
        fitting = (dense for dense in range(DENSEST) if self._height(dense, steps) <= room)
        self._painter.dense = next(fitting, DENSEST)
        self.scheduleDelayedItemsLayout()

    def _whole_room(self) -> int:
        margins = self.viewportMargins()
        return self._room + margins.top() + margins.bottom()

    def keyPressEvent(self, event: "QKeyEvent") -> None:  # noqa: N802 - Qt's name
        """Open and close a step; copy all checks on Ctrl+C."""
        if event.matches(QKeySequence.StandardKey.Copy):
            copied = "\n".join(row.spoken for row in self.rows)
            QGuiApplication.clipboard().setText(copied)
            return
        key = Qt.Key(event.key())
        if key in _TURNING or key in _OPENING:
            self._press(self.currentIndex(), opened=_OPENING.get(key))
            return
        super().keyPressEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802 - Qt's name
        """Say which step the user has gone to."""
        super().currentChanged(current, previous)
        if current.isValid():
            self.current.emit(self._model.items[current.row()].step)

    def resizeEvent(self, event: "QResizeEvent") -> None:  # noqa: N802 - Qt's name
        """Wrap the sentences anew."""
        self._painter.width, self._room = event.size().width(), event.size().height()
        super().resizeEvent(event)
        if event.size() != event.oldSize():
            self._fit()

    def _clicked(self, index: QModelIndex) -> None:
        self._press(index)

    def _press(self, index: QModelIndex, *, opened: bool | None = None) -> None:
        if index.isValid():
            item = self._model.items[index.row()]
            step = next(step for step in self.steps if step.name == item.step)
            foldable = len(step.rows) > 1
            if foldable and self._model.turn(item.step, opened=opened):
                self._stay(item.step)

    def _stay(self, name: str) -> None:
        number = next(n for n, item in enumerate(self._model.items) if item.step == name)
        self.setCurrentIndex(self._model.index(number))
        self._fit()

    def _turn(self) -> None:
        self._painter.angle = (self._painter.angle + _STEP) % 360
        for number, item in enumerate(self._model.items):
            if item.mark.busy:
                self.update(self._model.index(number))

    def _follow(self) -> None:
        items = self._model.items
        if self._height(self._painter.dense, items) <= self._whole_room():
            return  # all of it is seen; to scroll would lay it out at once
        busy = [n for n, item in enumerate(items) if item.mark.busy]
        worst = [n for n, item in enumerate(items) if item.mark is Mark.FAILED]
        for number in (*busy, *([] if busy else worst))[:1]:
            self.scrollTo(self._model.index(number))


def moves() -> bool:
    """Tell whether the system wants motion at all."""
    from PySide6.QtWidgets import QStyle  # noqa: PLC0415 - its names alone take 12 ms

    style = QApplication.style()
    return style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0

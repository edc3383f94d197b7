"""Counts down with our window out of the way, takes the screen, and brings the window back."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from a3check.core.catalogue import Catalogue
from a3check.ui.chip import Chip
from a3check.ui.outside import Outside
from a3check.ui.pin_field import pin_is_shown
from a3check.ui.records import Chores
from a3check.ui.screen import Monitor, NoPrint
from a3check.ui.style import Theme

SECONDS = 5
"""Time to bring the browser's error to the front."""
SECOND = 1000
"""Milliseconds of one of them."""
SETTLE = 300
"""Milliseconds in which the desktop paints what was below our windows: it may fade them out."""
PIN = "pin"
"""Why nothing was taken, as the others of ``ui.screen.NoPrint``: a PIN is being asked for."""


class Shutter(QObject):
    """Takes one picture at a time; ``taken`` or ``refused`` follows, or nothing after a no."""

    taken = Signal(object)
    """The :class:`~a3check.ui.outside.Print`."""
    refused = Signal(str)
    """A key of ``[print]``: why there is none."""

    def __init__(self, words: Catalogue, outside: Callable[[], Outside], window: QWidget) -> None:
        super().__init__(window)
        self._words, self._outside, self._window = words, outside, window
        self._chores = Chores(self)
        self._chip: Chip | None = None
        self._number = self._left = 0
        self._address = ""
        self._monitor: Monitor | None = None
        self._clock = QTimer(self, interval=SECOND)
        self._clock.timeout.connect(self._count)
        self._calm = QTimer(self, interval=SETTLE, singleShot=True)
        self._calm.timeout.connect(self._take)
        self.active = False
        window.installEventFilter(self)

    def begin(self, address: str, monitor: Monitor | None, theme: Theme) -> None:
        """Begin to count; nothing while it counts, nor while a PIN is on the screen."""
        if self.active:
            return
        if pin_is_shown():
            self.refused.emit(PIN)
            return
        self._address, self._monitor, self._left = address, monitor, SECONDS
        self.active, self._number = True, self._number + 1
        self._chip = Chip(self._words, theme)
        self._chip.cancel_wanted.connect(self.stop)
        self._clock.start(SECOND)
        self._show_left()
        self._window.hide()
        self._chip.take_keys()

    @Slot()
    def stop(self, why: str = "") -> None:
        """Take nothing any more; ``why`` is told where there is a reason."""
        if self.active:
            self._end()
            if why:
                self.refused.emit(why)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take nothing any more where the window is closed: it stays so."""
        if event.type() is QEvent.Type.Close:
            self._end(back=False)
        return super().eventFilter(watched, event)

    @Slot()
    def _count(self) -> None:
        self._left -= 1
        if self._left > 0:
            self._show_left()
            return
        self._clock.stop()
        if self._chip is not None:
            self._chip.hide()
        self._window.hide()  # a second start of the program may have called it back
        self._calm.start(SETTLE)

    def _show_left(self) -> None:
        if self._chip is not None:
            self._chip.tell(self._left, self._window.screen())

    @Slot()
    def _take(self) -> None:
        if pin_is_shown():
            self.stop(PIN)
            return
        work = partial(self._photograph, self._address, self._monitor)
        self._chores.do(work, partial(self._hear, self._number))

    def _photograph(self, address: str, monitor: Monitor | None) -> object:
        """Return the print, or why there is none: not on the window's thread."""
        try:
            return self._outside().take(address, monitor)
        except NoPrint as refused:
            return refused.why

    def _hear(self, number: int, result: object) -> None:
        if number != self._number or not self.active:
            return
        self._end()
        if result is None or isinstance(result, str):
            self.refused.emit(result or "refused")
        else:
            self.taken.emit(result)
        QApplication.alert(self._window)  # the browser is in front: call back to us

    def _end(self, *, back: bool = True) -> None:
        self.active = False
        self._clock.stop()
        self._calm.stop()
        if self._chip is not None:
            self._chip.hide()
            self._chip.deleteLater()
            self._chip = None
            if back:
                self._window.show()
                self._window.raise_()
                self._window.activateWindow()

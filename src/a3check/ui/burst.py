"""Shows the first of a burst of news at once, and all the rest of it together."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

PAUSE = 40
"""Milliseconds between two showings: each costs some 10 of the window's own time."""


class Burst(QTimer):
    """Calls ``show`` at the first news, and once more after a pause where more have come."""

    def __init__(self, show: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent, interval=PAUSE, singleShot=True)
        self._show, self._more = show, False
        self.timeout.connect(self._catch_up)

    @Slot()
    def hear(self) -> None:
        """Take one piece of news."""
        if self.isActive():
            self._more = True
        else:
            self._show()
            self.start()

    @Slot()
    def _catch_up(self) -> None:
        if self._more:
            self._more = False
            self.hear()

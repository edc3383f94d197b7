"""The button that takes a print of the screen, a few seconds after it was pressed."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QApplication, QPushButton

from a3check.core.catalogue import Catalogue
from a3check.ui.outside import Outside
from a3check.ui.screen import NoPrint

SECONDS = 5
"""Time to bring the browser's error to the front."""
SECOND = 1000  # milliseconds


class PrintButton(QPushButton):
    """Counts down, takes the screen, and says each time how it stands."""

    said = Signal(str)
    """What to tell the user now."""
    taken = Signal()
    """There is a print (``Outside.taken``)."""

    def __init__(self, words: Catalogue, outside: Outside, address: str) -> None:
        super().__init__()
        self._words, self._outside, self._address = words, outside, address
        self._left = 0
        self._clock = QTimer(self, interval=SECOND)
        self._clock.timeout.connect(self._count)
        self.setProperty("role", "plain")
        self.setAutoDefault(True)
        self._name("print_take")
        self.clicked.connect(lambda _checked: self._begin())

    def stop(self) -> None:
        """Take nothing any more."""
        self._clock.stop()
        self._left = 0

    def _begin(self) -> None:
        """Begin to count; it goes on where it is pressed again meanwhile."""
        if not self._clock.isActive():
            self._left = SECONDS
            self._clock.start()
            self._say("print_countdown", seconds=self._left)

    def _count(self) -> None:
        self._left -= 1
        if self._left > 0:
            self._say("print_countdown", seconds=self._left)
            return
        self.stop()
        try:
            picture = self._outside.take(self._address)
        except NoPrint as refused:
            self._say(refused.why)
        else:
            self._name("print_again")
            self._say("print_taken", time=f"{picture.moment:%H:%M:%S}")
            self.taken.emit()
        QApplication.alert(self.window())  # the browser is in front: call back to us

    def _say(self, key: str, **facts: str | int) -> None:
        self.said.emit(self._words.words("window", key, **facts))

    def _name(self, key: str) -> None:
        text = self._words.words("window", key)
        self.setText(f" {text} ")
        self.setAccessibleName(text.replace("&", ""))

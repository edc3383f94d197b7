"""A desk for tests: a browser that takes what it is given, and a screen to photograph."""

from PySide6.QtGui import QColor, QImage
from tests.gui import scenes

from a3check.ui.outside import Outside
from a3check.ui.screen import FRONT, Monitor, NoPrint

SCREEN = QColor("#336699")
MONITORS = (Monitor(1, 0, 0, 1920, 1080, primary=True), Monitor(2, 1920, 0, 1366, 768), FRONT)


class Desk:
    """``pages`` were opened, ``taken`` are the monitors that were photographed, in one colour."""

    def __init__(self) -> None:
        self.pages: list[str] = []
        self.opens, self.refuses = True, ""
        self.taken: list[Monitor | None] = []
        self.found: tuple[Monitor, ...] = ()
        self.outside = Outside(
            self._browse, self._photograph, lambda: self.now, monitors=self._monitors
        )
        self.now = scenes.STARTED

    def _browse(self, url: str) -> bool:
        self.pages.append(url)
        return self.opens

    def _monitors(self) -> tuple[Monitor, ...]:
        if self.refuses == "wayland":
            raise NoPrint(self.refuses)
        return self.found

    def _photograph(self, monitor: Monitor | None) -> QImage:
        self.taken.append(monitor)
        if self.refuses:
            raise NoPrint(self.refuses)
        image = QImage(1600, 900, QImage.Format.Format_RGB32)
        image.fill(SCREEN)
        return image

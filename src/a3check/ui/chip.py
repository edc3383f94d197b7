"""The little window that counts down in front of everything while our own is out of the way."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QScreen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from a3check.core.catalogue import Catalogue
from a3check.ui.pieces import announce, button, label
from a3check.ui.style import Theme, palette, sheet

TOP = 12  # logical pixels below the edge of the screen


class Chip(QWidget):
    """Says how long it still takes; takes no focus from what the user brings up."""

    cancel_wanted = Signal()

    def __init__(self, words: Catalogue, theme: Theme) -> None:
        kind = Qt.WindowType
        super().__init__(
            None,
            kind.Tool
            | kind.FramelessWindowHint
            | kind.WindowStaysOnTopHint
            | kind.WindowDoesNotAcceptFocus,
        )
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self.setWindowTitle(words.words("window", "title"))
        self.setPalette(palette(theme))
        self.setStyleSheet(sheet(theme))
        self._words = words
        self.text = label("", "strong", wrap=False)
        self.cancel_button = button(
            words.words("print", "cancel"), "small", self.cancel_wanted.emit
        )
        inside = QFrame()
        inside.setProperty("role", "notice")
        row = QHBoxLayout(inside)
        row.setContentsMargins(18, 10, 14, 10)
        row.setSpacing(14)
        row.addWidget(self.text)
        row.addWidget(self.cancel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(inside)

    def tell(self, seconds: int, screen: QScreen) -> None:
        """Say how many seconds are left, at the top of a screen."""
        said = self._words.words("print", "countdown", seconds=seconds)
        self.text.setText(said)
        self.adjustSize()
        room = screen.availableGeometry()
        self.move(room.center().x() - self.width() // 2, room.top() + TOP)
        self.show()
        announce(self, said)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Take no print where it is closed."""
        event.ignore()
        self.cancel_wanted.emit()

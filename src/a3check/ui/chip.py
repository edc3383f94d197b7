"""The little window that counts down in front of everything while our own is out of the way."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QScreen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from a3check.core.catalogue import Catalogue
from a3check.ui.pieces import announce, button, label, rename
from a3check.ui.style import Theme, palette, sheet

TOP = 12  # logical pixels below the edge of the screen


class Chip(QWidget):
    """Says how long it still takes; Esc ends it until the user brings something else up."""

    cancel_wanted = Signal()

    def __init__(self, words: Catalogue, theme: Theme) -> None:
        kind = Qt.WindowType
        super().__init__(None, kind.Tool | kind.FramelessWindowHint | kind.WindowStaysOnTopHint)
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self.setWindowTitle(words.words("window", "title"))
        self.setAccessibleName(words.words("print", "counting"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setPalette(palette(theme))
        self.setStyleSheet(sheet(theme))
        self._words = words
        self.text = label("", "strong", wrap=False)
        self.cancel_button = button(
            words.words("print", "cancel_by_key"), "small", self.cancel_wanted.emit
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
        self.cancel_button.ensurePolished()
        self.cancel_button.setFixedWidth(self.cancel_button.sizeHint().width())
        self._name_key()

    def tell(self, seconds: int, screen: QScreen) -> None:
        """Say how many seconds are left, at the top of a screen."""
        said = self._words.words("print", "countdown", seconds=seconds)
        self.text.setText(said)
        self.adjustSize()
        room = screen.availableGeometry()
        self.move(room.center().x() - self.width() // 2, room.top() + TOP)
        self.show()
        announce(self, said)

    def take_keys(self) -> None:
        """Hear the keyboard, once: it goes to whatever the user brings up, and stays there.

        The button does not get it: Enter has just been pressed, and may be held down.
        """
        self.activateWindow()
        self.setFocus(Qt.FocusReason.ActiveWindowFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Take no print where Esc is pressed."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancel_wanted.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Name the key while it is heard, and no longer."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange:
            self._name_key()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Take no print where it is closed."""
        event.ignore()
        self.cancel_wanted.emit()

    def _name_key(self) -> None:
        key = "cancel_by_key" if self.isActiveWindow() else "cancel"
        rename(self.cancel_button, self._words.words("print", key))

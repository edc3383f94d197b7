"""The field for the PIN: it shows dots and keeps the bytes where they can be overwritten."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from a3check.core.secret import Secret

LONGEST = 255
"""Bytes; CK_TOKEN_INFO's limits are far lower."""
_DOT = "•"
_WRITES = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
_ALT_GR = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class PinField(QLineEdit):
    """A line of dots.

    What is typed goes into a ``bytearray`` of our own, one character at a
    time; the widget's text, its undo history, the clipboard and whatever a
    screen reader is told hold nothing but dots.
    """

    typed = Signal()
    """The content changed."""
    entered = Signal()
    """Enter was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bytes = bytearray()
        self._lengths: list[int] = []
        hint = Qt.InputMethodHint
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(
            hint.ImhHiddenText
            | hint.ImhSensitiveData
            | hint.ImhNoPredictiveText
            | hint.ImhNoAutoUppercase
        )
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAcceptDrops(False)

    def __len__(self) -> int:
        """Return how many characters were typed."""
        return len(self._lengths)

    def __bool__(self) -> bool:
        """Return true: a field without content is still a field."""
        return True

    def take(self) -> Secret:
        """Hand the bytes over and be empty."""
        taken, self._bytes = self._bytes, bytearray()
        self._lengths.clear()
        self._show()
        return Secret(taken)

    def wipe(self) -> None:
        """Overwrite the bytes and be empty."""
        self.take().empty()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Take a character, remove one, or let the window have the key."""
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.entered.emit()
            case Qt.Key.Key_Backspace | Qt.Key.Key_Delete:
                self._remove(everything=bool(event.modifiers() & ~_WRITES))
            case _ if event.text() and event.text().isprintable() and _writes(event):
                self._insert(event.text())
            case _:
                event.ignore()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:  # noqa: N802 - Qt's name
        """Take what an input method or a dead key has composed."""
        for character in event.commitString():
            self._insert(character)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take the focus only: dots are not selected, nothing is pasted."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Do nothing: X11 would paste its selection here."""
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Do nothing: dots are not selected."""
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Do nothing: dots are not selected."""
        event.accept()

    def _insert(self, character: str) -> None:
        written = character.encode()
        if len(self._bytes) + len(written) <= LONGEST:
            self._reserve(len(written))
            self._bytes += written
            self._lengths.append(len(written))
            self._show()

    def _reserve(self, more: int) -> None:
        """Grow without leaving a copy of the bytes behind: overwrite the old ones ourselves."""
        grown = bytearray(len(self._bytes) + more)
        grown[: len(self._bytes)] = self._bytes
        kept = len(self._bytes)
        Secret(self._bytes).empty()
        del grown[kept:]
        self._bytes = grown

    def _remove(self, *, everything: bool) -> None:
        for _ in range(len(self._lengths) if everything else min(1, len(self._lengths))):
            length = self._lengths.pop()
            self._bytes[-length:] = bytes(length)
            del self._bytes[-length:]
        self._show()

    def _show(self) -> None:
        self.setText(_DOT * len(self._lengths))
        self.typed.emit()


def _writes(event: QKeyEvent) -> bool:
    """Tell whether the keys mean a character and no command (AltGr comes as Ctrl+Alt)."""
    held = event.modifiers() & ~(_WRITES | Qt.KeyboardModifier.GroupSwitchModifier)
    return held in {Qt.KeyboardModifier.NoModifier, _ALT_GR}

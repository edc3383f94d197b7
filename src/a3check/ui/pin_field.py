"""The field for the PIN: it shows dots and keeps the bytes where they can be overwritten."""

from weakref import WeakSet

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame, QWidget
from shiboken6 import isValid

from a3check.core.secret import Secret

LONGEST = 255
"""Bytes; CK_TOKEN_INFO's limits are far lower."""
_DOT = "•"
_INDENT = 2  # logical pixels between the frame and the first character, as QLineEdit has
_WRITES = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
_ALT_GR = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


_FIELDS: "WeakSet[PinField]" = WeakSet()


def pin_is_shown() -> bool:
    """Tell whether a field for a PIN of this program is open, or still holds characters.

    The fields are noted here: asking Qt for all widgets touches those that are being destroyed.
    """
    fields = (field for field in tuple(_FIELDS) if isValid(field))
    return any(len(f) or f.revealed or f.isVisibleTo(f.window()) for f in fields)


class PinField(QLineEdit):
    """A line of dots.

    What is typed goes into a ``bytearray`` of our own, one character at a
    time; the widget's text, its undo history, the clipboard and whatever a
    screen reader is told hold nothing but dots. Where the user wants to see it, it is painted
    over them, and no text of the widget's ever holds it.
    """

    typed = Signal()
    """The content changed."""
    entered = Signal()
    """Enter was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _FIELDS.add(self)
        self._bytes = bytearray()
        self._lengths: list[int] = []
        self._revealed = False
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

    @property
    def size_in_bytes(self) -> int:
        """The length in bytes (UTF-8), the unit of CK_TOKEN_INFO's limits."""
        return len(self._bytes)

    @property
    def revealed(self) -> bool:
        """Whether the characters are seen."""
        return self._revealed

    def reveal(self, *, shown: bool) -> None:
        """Let the characters be seen, or dots again."""
        self._revealed = shown
        self.update()

    def take(self) -> Secret:
        """Hand the bytes over and be empty."""
        self._revealed = False
        taken, self._bytes = self._bytes, bytearray()
        self._lengths.clear()
        self._show()
        return Secret(taken)

    def wipe(self) -> None:
        """Overwrite the bytes and be empty."""
        self.take().empty()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the dots, or what was typed; the copy that this takes lasts for the painting."""
        if not self._revealed:
            super().paintEvent(event)
            return
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        painter = QPainter(self)
        element = QStyle.PrimitiveElement.PE_PanelLineEdit
        self.style().drawPrimitive(element, option, painter, self)
        inside = (
            self.style()
            .subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)
            .adjusted(_INDENT, 0, -_INDENT, 0)
        )
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        line = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(inside, line, bytes(self._bytes).decode("utf-8", "replace"))
        painter.end()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show dots again once the window is left: a picture of the screen has no PIN in it."""
        if event.reason() is Qt.FocusReason.ActiveWindowFocusReason:
            self.reveal(shown=False)
        super().focusOutEvent(event)

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

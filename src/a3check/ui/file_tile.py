"""A saved file that can be dragged out of the window, or copied by key."""

from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout

from a3check.ui.attachments import Carry, carry, files_mime
from a3check.ui.pieces import Picture, label
from a3check.ui.style import Theme, restyle

SIGN = 36  # logical pixels
LEAST = QSize(0, 76)


class FileTile(QFrame):
    """Shows a file by name; the mouse drags it, Ctrl+C or Enter copies it."""

    copy_wanted = Signal()
    """It is to be copied."""

    def __init__(self, theme: Theme, hint: str, carry: Carry = carry) -> None:
        super().__init__()
        self.setProperty("role", "file")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleDescription(hint)
        self.file: Path | None = None
        self._carry = carry
        self._pressed: QPoint | None = None
        self._name, hinted = label("", "strong"), label(hint, "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 14, 18, 14)
        row.setSpacing(16)
        row.addWidget(Picture("save", "accent", theme, SIGN), 0, Qt.AlignmentFlag.AlignVCenter)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        for text in (self._name, hinted):
            # A label that can be selected would keep the mouse for itself.
            text.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            texts.addWidget(text)
        row.addLayout(texts, 1)

    def show_file(self, file: Path, said: str) -> None:
        """Show another file."""
        self.file = file
        self._name.setText(said)
        self.setAccessibleName(said)
        self.setToolTip(str(file))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Be large enough to be taken."""
        return super().sizeHint().expandedTo(LEAST)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Remember where a drag may begin."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin no drag any more."""
        del event
        self._pressed = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin to drag once the mouse has gone far enough with the button down."""
        if self._pressed is None or self.file is None:
            return
        moved = (event.position().toPoint() - self._pressed).manhattanLength()
        if moved >= QApplication.startDragDistance():
            self._pressed = None
            self._carry(self, files_mime((self.file,)))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Copy by key."""
        keys = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}
        if event.matches(QKeySequence.StandardKey.Copy) or event.key() in keys:
            self.copy_wanted.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show the focus."""
        restyle(self, "ring", "true")
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show no focus."""
        restyle(self, "ring", "false")
        super().focusOutEvent(event)

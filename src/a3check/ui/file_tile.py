"""A file that can be dragged out of the window, or copied, and the data that does both."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, QPoint, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDrag, QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout

from a3check.ui.pieces import Picture, label
from a3check.ui.style import Theme, pixmap, restyle

SIGN = 36  # logical pixels
GNOME = "x-special/gnome-copied-files"
"""What GNOME's and Xfce's file managers paste; without it they take the address for a text."""


def mime(files: Sequence[Path]) -> QMimeData:
    """Return files as the clipboard and a drag hold them: as files, and as text."""
    urls = [QUrl.fromLocalFile(str(file)) for file in files]
    data = QMimeData()
    data.setUrls(urls)
    data.setText("\n".join(map(str, files)))
    lines = ["copy", *(url.toString(QUrl.ComponentFormattingOption.FullyEncoded) for url in urls)]
    data.setData(GNOME, QByteArray("\n".join(lines).encode()))
    return data


class FileTile(QFrame):
    """Shows a file by name; the mouse drags it, Ctrl+C or Enter copies it."""

    copy_wanted = Signal()
    """It is to be copied."""

    def __init__(self, theme: Theme, hint: str = "") -> None:
        super().__init__()
        self.setProperty("role", "file")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.files: tuple[Path, ...] = ()
        self._theme, self._from = theme, QPoint()
        self._name, self._hint = label("", "strong"), label(hint, "muted")
        self.setAccessibleDescription(hint)
        self._sign = Picture("save", "accent", theme, SIGN)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 14, 18, 14)
        row.setSpacing(16)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignVCenter)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        for text in (self._name, self._hint):
            text.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            texts.addWidget(text)
        row.addLayout(texts, 1)

    def show_file(self, file: Path, said: str) -> None:
        """Show another file."""
        self.files = (file,)
        self._name.setText(said)
        self.setAccessibleName(said)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self._sign.set_theme(theme)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Be large enough to be taken."""
        return super().sizeHint().expandedTo(QSize(0, 76))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Remember where a drag would begin."""
        self._from = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin to drag once the mouse has gone far enough with the button down."""
        way = (event.position().toPoint() - self._from).manhattanLength()
        held = event.buttons() & Qt.MouseButton.LeftButton
        if held and self.files and way >= QApplication.startDragDistance():
            drag = QDrag(self)
            drag.setMimeData(mime(self.files))
            ratio = self.devicePixelRatioF()
            drag.setPixmap(pixmap("save", self._theme.accent, SIGN, ratio))
            drag.exec(Qt.DropAction.CopyAction)

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

"""What goes with a ticket: each file, to be dragged onto a page or copied."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDrag, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from a3check.core.catalogue import Catalogue
from a3check.ui.pieces import Picture, button, clear, frame, label
from a3check.ui.style import Theme, pixmap

GRIP = 20  # logical pixels of the icon that invites to drag
GNOME = "x-special/gnome-copied-files"
"""What GNOME's and Xfce's file managers paste; without it they take the address for a text."""
Carry = Callable[[QWidget, QMimeData], object]


def files_mime(paths: Sequence[Path]) -> QMimeData:
    """Return files as another program takes them: their addresses (``text/uri-list``)."""
    urls = [QUrl.fromLocalFile(str(path)) for path in paths]
    data = QMimeData()
    data.setUrls(urls)
    lines = ("copy", *(bytes(url.toEncoded().data()).decode("ascii") for url in urls))
    data.setData(GNOME, "\n".join(lines).encode())
    return data


def copied_mime(path: Path) -> QMimeData:
    """Return one file for the clipboard: itself, or its path where text is pasted.

    So it can be pasted into a folder, into a mail, and into the box in which a browser's dialog
    asks for a file's name.
    """
    data = files_mime((path,))
    data.setText(str(path))
    return data


def carry(source: QWidget, data: QMimeData) -> None:
    """Let the user drag it, as a copy, until the button is released."""
    drag = QDrag(source)
    drag.setMimeData(data)
    drag.setPixmap(pixmap("copy", source.palette().text().color().name(), 32, 1.0))
    drag.exec(Qt.DropAction.CopyAction)


class Grip(QWidget):
    """A row that can be dragged by the mouse; it stands for some files."""

    def __init__(self, paths: Sequence[Path], carry: Carry) -> None:
        super().__init__()
        self.paths, self._carry = tuple(paths), carry
        self._pressed: QPoint | None = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Remember where a drag may begin."""
        self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin to drag once the mouse has moved far enough."""
        if self._pressed is None:
            return
        moved = (event.position().toPoint() - self._pressed).manhattanLength()
        if moved >= QApplication.startDragDistance():
            self._pressed = None
            self._carry(self, files_mime(self.paths))


class Attachments(QWidget):
    """Shows the files of a saving, or that there are none yet."""

    told = Signal(str)
    """A sentence about what was copied."""
    save_wanted = Signal()

    def __init__(self, words: Catalogue, theme: Theme, carry: Carry = carry) -> None:
        super().__init__()
        self._words, self._theme, self._carry = words, theme, carry
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.show_files(())

    def show_files(self, paths: Sequence[Path]) -> None:
        """Show these files."""
        clear(self._column)
        self.grips: list[Grip] = []
        self._column.addWidget(label(self._say("files"), "strong"))
        if not paths:
            self._column.addWidget(label(self._say("no_files"), "small"))
            save = button(self._say("save"), "small", self.save_wanted.emit)
            self._column.addWidget(save, 0, Qt.AlignmentFlag.AlignLeft)
            return
        self._column.addWidget(self._all(paths))
        for path in paths:
            self._column.addWidget(self._one(path))

    def copy(self, path: Path) -> None:
        """Put a file on the clipboard, if it is still there."""
        if not path.is_file():
            self.told.emit(self._say("gone", name=path.name))
            return
        QGuiApplication.clipboard().setMimeData(copied_mime(path))
        self.told.emit(self._say("file_copied", name=path.name))

    def _grip(self, paths: Sequence[Path], said: QLabel, *before: QWidget) -> Grip:
        made = Grip(paths, self._carry)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        for part in before:
            row.addWidget(part)
        # A label that can be selected would keep the mouse for itself.
        said.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row.addWidget(said, 1)
        made.setToolTip("\n".join(map(str, paths)))
        self.grips.append(made)
        return made

    def _all(self, paths: Sequence[Path]) -> QWidget:
        """Return the panel that stands for all of them."""
        panel = frame("panel")
        sign = Picture("folder", "accent", self._theme, GRIP)
        row = QHBoxLayout(panel)
        row.setContentsMargins(12, 10, 12, 10)
        row.addWidget(self._grip(paths, label(self._say("drag_all")), sign))
        return panel

    def _one(self, path: Path) -> QWidget:
        copy = button(self._say("copy_file"), "small", partial(self.copy, path))
        copy.setAccessibleName(self._say("copy_file_spoken", name=path.name))
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._grip((path,), label(path.name, "small")), 1)
        row.addWidget(copy)
        return made

    def _say(self, key: str, **facts: str) -> str:
        return self._words.words("companion", key, **facts)

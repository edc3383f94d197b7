"""A file that is dropped on the window."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget


class Dropping(QObject):
    """Takes one local file from another program; what is dragged out of the window is none."""

    dropped = Signal(object)
    """The file's path."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take the file; leave everything else to the window."""
        if isinstance(event, QDropEvent) and event.type() in {
            QEvent.Type.DragEnter,
            QEvent.Type.DragMove,
            QEvent.Type.Drop,
        }:
            return self._take(event)
        return super().eventFilter(watched, event)

    def _take(self, event: QDropEvent) -> bool:
        file = _file(event)
        if not file:
            event.ignore()
            return True
        event.setDropAction(Qt.DropAction.CopyAction)  # its owner keeps it
        event.accept()
        if event.type() is QEvent.Type.Drop:
            self.dropped.emit(file)
        return True


def _file(event: QDropEvent) -> str:
    """Return the one file that is dragged here from outside; empty where there is none."""
    urls = event.mimeData().urls() if event.source() is None else []
    return urls[0].toLocalFile() if len(urls) == 1 else ""

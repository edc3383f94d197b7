"""Ends what a test or a picture has shown, here and now, on the thread that has shown it."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget


def gone(window: QWidget, *more: QObject) -> None:
    """Close a window and destroy it, and then what it was shown with."""
    window.close()
    for left in (window, *more):
        left.deleteLater()
        QApplication.sendPostedEvents(left, QEvent.Type.DeferredDelete.value)

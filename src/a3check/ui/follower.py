"""Follows the system's colours while the program runs: light, dark, or high contrast."""

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from a3check.ui.style import system_theme

_TURNS = frozenset({QEvent.Type.ThemeChange, QEvent.Type.ApplicationPaletteChange})
"""What a system without the two hints sends to a window; Windows' contrast themes, too."""


class Follower(QObject):
    """Looks again whenever the system says that something has changed."""

    changed = Signal(object)
    """The :class:`~a3check.ui.style.Theme` to take, each time that it is another one."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._theme = system_theme()
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self.look)
        hints.accessibility().contrastPreferenceChanged.connect(self.look)
        window.installEventFilter(self)

    @Slot()
    def look(self) -> None:
        """Take the system's wish, and tell of it where it is another one."""
        theme = system_theme()
        if theme is not self._theme:
            self._theme = theme
            self.changed.emit(theme)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Look again after an event of the window's that may mean other colours."""
        if event.type() in _TURNS:
            self.look()
        return super().eventFilter(watched, event)

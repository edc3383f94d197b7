"""A bar across the top of the window: a sentence, and perhaps a button that answers it."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from a3check.ui.pieces import announce, button, label


class Bar(QFrame):
    """One sentence in a role of the style sheet; hidden until it has something to say."""

    def __init__(self, role: str, text: str = "") -> None:
        super().__init__()
        self.setProperty("role", role)
        self.text = label(text)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(24, 10, 24, 10)
        self._row.setSpacing(12)
        self._row.addWidget(self.text, 1)
        self.hide()

    def add_button(self, text: str, role: str, pressed: Callable[[], object]) -> QPushButton:
        """Put one more button at its end and return it."""
        made = button(text, role, pressed)
        self._row.addWidget(made)
        return made

    def tell(self, text: str = "") -> None:
        """Show it, with another sentence where one is given, and let it be heard."""
        if text:
            self.text.setText(text)
        self.show()
        announce(self, self.text.text())


class Bars(QWidget):
    """All bars, one below the other; those that are hidden take no room."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def add(self, bar: Bar) -> Bar:
        """Put one more below the others and return it."""
        self._column.addWidget(bar)
        return bar

"""A field of the form with its text ready: shown, copied at a press, ticked once it was."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from a3check.core.catalogue import Catalogue
from a3check.report.ticket import Field
from a3check.ui.pieces import button, frame, label
from a3check.ui.style import Theme, icon

SIGN = 16  # logical pixels of the button's icon
ROOM = 168  # logical pixels of a text of several lines; the rest is scrolled


class CopyField(QWidget):
    """Shows a :class:`Field`; one without a text is filled in on the page itself."""

    copied = Signal()

    def __init__(self, field: Field, words: Catalogue, theme: Theme) -> None:
        super().__init__()
        self.field, self._words, self._theme = field, words, theme
        self.done = not field.text
        self.copy_button = button(self._say("copy"), "small", self.copy)
        self.copy_button.setEnabled(bool(field.text))
        self.text = self._shown()
        self._lay_out()
        self._name()

    def copy(self) -> None:
        """Put the text on the clipboard."""
        QGuiApplication.clipboard().setText(self.field.text)
        self.done = True
        self._name()
        self.copied.emit()

    def tick(self) -> None:
        """Show as copied what was copied before: the same text stands on the page already."""
        self.done = True
        self._name()

    def set_theme(self, theme: Theme) -> None:
        """Draw the icon in other colours."""
        self._theme = theme
        ticked = self.done and bool(self.field.text)
        sign, colour = ("passed", theme.passed) if ticked else ("copy", theme.accent)
        self.copy_button.setIcon(icon(sign, colour, self.devicePixelRatioF(), SIGN))

    def _name(self) -> None:
        """Say on the button, for the eye and for the ear, whether it was pressed."""
        ticked = self.done and bool(self.field.text)
        self.copy_button.setText(f" {self._say('copied' if ticked else 'copy')} ")
        spoken = self._say("copied_spoken" if ticked else "copy_spoken", label=self.field.label)
        self.copy_button.setAccessibleName(spoken)
        self.set_theme(self._theme)

    def _shown(self) -> QWidget:
        if not self.field.text:
            return label(self._say("empty"), "small")
        if "\n" not in self.field.text:
            return label(self.field.text)
        made = QPlainTextEdit(self.field.text, readOnly=True, tabChangesFocus=True)
        made.setAccessibleName(self.field.label)
        made.setFixedHeight(ROOM)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return made

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.addWidget(label(self.field.label, "strong"), 1)
        row.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        column.addWidget(self.text)
        if self.field.shortened:
            column.addWidget(label(self._say("shortened"), "small"))
        column.addSpacing(4)
        column.addWidget(frame("rule"))

    def _say(self, key: str, **facts: str) -> str:
        return self._words.words("companion", key, **facts)

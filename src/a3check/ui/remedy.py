"""Who resolves it, and the steps in order, each with what can be opened or copied for it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from a3check.core.catalogue import Catalogue
from a3check.ui.actions import PRINT
from a3check.ui.pieces import Picture, beside, button, card, label
from a3check.ui.state import Action, Remedy
from a3check.ui.style import Theme, icon

SIGNS = {PRINT: "camera"}
"""The icons of what the window does itself; all else leads outside."""
NUMBER, SIGN = 26, 16  # logical pixels of a step's number and of a button's icon


class RemedyBox(QWidget):
    """Shows a :class:`Remedy`; ``wanted`` takes the action whose button was pressed."""

    def __init__(
        self,
        remedy: Remedy,
        words: Catalogue,
        theme: Theme,
        wanted: Callable[[Action], object],
    ) -> None:
        super().__init__()
        self._words, self._theme, self._wanted = words, theme, wanted
        self.buttons: list[QPushButton] = []
        self._signs: list[str] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        if remedy.who:
            self._column.addWidget(self._who(remedy.who))
        if remedy.steps:
            self._column.addSpacing(4)
            self._column.addWidget(label(words.words("window", "steps"), "section"))
        for number, step in enumerate(remedy.steps):
            own = [action for action in remedy.actions if action.step == number]
            self._column.addWidget(self._step(number + 1, step, own))
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in other colours."""
        self._theme = theme
        ratio = self.devicePixelRatioF()
        for which, sign in zip(self.buttons, self._signs, strict=True):
            which.setIcon(icon(sign, theme.accent, ratio, SIGN))

    def _who(self, who: str) -> QWidget:
        panel, column = card("panel", margin=16, spacing=0)
        asked = label(self._words.words("window", "who"), "muted")
        person = Picture("person", "accent", self._theme, 26)
        column.addLayout(beside(person, asked, label(who, "strong")))
        return panel

    def _step(self, number: int, step: str, actions: list[Action]) -> QWidget:
        made = QWidget()
        sign = QLabel(str(number), alignment=Qt.AlignmentFlag.AlignCenter)
        sign.setProperty("role", "number")
        sign.setFixedSize(NUMBER, NUMBER)
        text = label(step)
        text.setMinimumHeight(NUMBER)
        spoken = self._words.words("window", "spoken_step", number=number, step=step)
        text.setAccessibleName(spoken)
        row = beside(sign, text, *([self._buttons(actions)] if actions else []))
        row.setContentsMargins(0, 0, 0, 0)
        made.setLayout(row)
        return made

    def _buttons(self, actions: list[Action]) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(8)
        for action in actions:
            row.addWidget(self._button(action))
        row.addStretch(1)
        return made

    def _button(self, action: Action) -> QPushButton:
        made = button(action.label, "small", lambda: self._wanted(action))
        made.setToolTip(action.hint)
        made.setAccessibleDescription(action.hint)
        self.buttons.append(made)
        self._signs.append("copy" if action.copied else SIGNS.get(action.url, "outgoing"))
        return made

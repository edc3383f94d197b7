"""A few things to choose one from, side by side: one stop for Tab, arrows go on from there."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from a3check.ui.pieces import label


class Choices(QWidget):
    """A question and its answers; one is chosen at any time."""

    chosen = Signal(str)
    """The key of the answer that was chosen."""

    def __init__(self, question: str, answers: Iterable[tuple[str, str]], first: str) -> None:
        super().__init__()
        self.setAccessibleName(question)
        self.buttons: dict[str, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(label(question, "section"))
        column.addLayout(self._row)
        for key, text in answers:
            self._add(key, text)
        self._row.addStretch(1)
        self.choose(first)
        self._group.buttonToggled.connect(self._toggled)

    @property
    def key(self) -> str:
        """The answer that is chosen."""
        return next(key for key, which in self.buttons.items() if which.isChecked())

    def choose(self, key: str) -> None:
        """Choose an answer; one that is not there is the last."""
        self.buttons.get(key, list(self.buttons.values())[-1]).setChecked(True)

    def needed_width(self) -> int:
        """Return the width at which all answers stand side by side."""
        widths = [which.sizeHint().width() for which in self.buttons.values()]
        return sum(widths) + self._row.spacing() * len(widths)

    def fit(self, width: int) -> None:
        """Put them below each other where they do not fit side by side."""
        wide = width >= self.needed_width()
        aside, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._row.setDirection(aside if wide else below)

    def _add(self, key: str, text: str) -> None:
        made = QRadioButton(text)
        made.setAccessibleName(text.replace("&", ""))
        self.buttons[key] = made
        self._group.addButton(made)
        self._row.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)

    def _toggled(self, which: QRadioButton, checked: bool) -> None:  # noqa: FBT001 - Qt's signal
        if checked:
            self.chosen.emit(next(key for key, one in self.buttons.items() if one is which))

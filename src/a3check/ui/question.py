"""The card of a question: what the cards of all questions are made of."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from a3check.ui.pieces import Disc, beside, label
from a3check.ui.state import Mark
from a3check.ui.style import Theme


class QuestionCard(QFrame):
    """What all have in common: a sign, a title, and that they are answered once."""

    def __init__(self, sign: str, title: str, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAccessibleName(title)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(28, 22, 28, 22)
        self.column.setSpacing(14)
        disc = Disc(theme)
        disc.show_sign(sign, Mark.WAITING)
        row = beside(disc, label(title, "title"), spacing=18)
        self.column.addLayout(row)
        row.setAlignment(disc, Qt.AlignmentFlag.AlignVCenter)

    @property
    def alone(self) -> bool:
        """Whether it needs the room of what else stands on the page."""
        return False

    def stops(self) -> tuple[QWidget, ...]:
        """Return what Tab goes through, in reading order; the first takes the focus."""
        return ()

    def skip(self) -> None:
        """Answer with no."""

    def drop(self) -> None:
        """Forget what was typed: nobody waits for it any more."""


def facts_grid(facts: tuple[tuple[str, str], ...]) -> QGridLayout:
    """Return facts as rows of a name and its value."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(18)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(1, 1)
    for row, (name, value) in enumerate(facts):
        grid.addWidget(label(name, "muted", wrap=False), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label(value, "strong"), row, 1)
    return grid

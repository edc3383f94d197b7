"""What runs, and what else was found: rows that stay, of which only what differs is changed."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from a3check.ui.piecemeal import Steps
from a3check.ui.pieces import Picture, clear, frame, label
from a3check.ui.state import Activity, Note
from a3check.ui.style import Theme, restyle

BADGE = 28  # logical pixels of a note's sign

V = TypeVar("V")


class Row(QWidget, Generic[V]):
    """Shows one value after the other."""

    _shown: tuple[V, Theme] | None = None

    def show_value(self, value: V, theme: Theme) -> None:
        """Show another value; for the same one nothing is done."""
        if self._shown != (value, theme):
            self._shown = (value, theme)
            self._fill(value, theme)

    def _fill(self, value: V, theme: Theme) -> None:
        raise NotImplementedError


class Rows(QWidget, Generic[V]):
    """Rows below each other, hidden where there are none.

    A new widget is dear: the whole style sheet is matched against it, and all that holds it is
    laid out again. While a run goes on, something is shown anew several times a second. So a row
    that is not needed any more is kept, and some are made ahead (:meth:`prepare`).
    """

    def __init__(self, made: Callable[[Theme], Row[V]], spacing: int) -> None:
        super().__init__()
        self._made = made
        self._rows: list[Row[V]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(spacing)

    def show_values(self, values: Sequence[V], theme: Theme) -> None:
        """Show other values, a row each."""
        while len(self._rows) < len(values):
            self._add(theme)
        for row, value in zip(self._rows, values, strict=False):
            row.show_value(value, theme)
            row.show()
        for row in self._rows[len(values) :]:
            row.hide()
        self.setVisible(bool(values))

    def prepare(self, count: int, theme: Theme) -> Steps[None]:
        """Make rows ahead, a step each, until there are so many."""
        while len(self._rows) < count:
            self._add(theme)
            yield

    def _add(self, theme: Theme) -> None:
        row = self._made(theme)
        row.hide()
        self._rows.append(row)
        self._column.addWidget(row)
        row.ensurePolished()
        for part in row.findChildren(QWidget):
            part.ensurePolished()


class ActivityRow(Row[Activity]):
    """Something that runs, and since when."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._clock = Picture("clock", "accent", theme, 20)
        self._doing, self._since = label(""), label("", "muted", wrap=False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._clock)
        row.addWidget(self._doing, 1)
        row.addWidget(self._since)

    def _fill(self, value: Activity, theme: Theme) -> None:
        self._clock.show_icon("clock", "warning" if value.slow else "accent", theme)
        self._doing.setText(value.doing)
        self._since.setText(value.since)
        self._since.setVisible(bool(value.since))
        restyle(self._since, "role", "slow" if value.slow else "muted")


class NoteRow(Row[Note]):
    """Something else that was found: its sign, the sentence and what to do, the sign's word."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._badge = frame("disc")
        self._badge.setFixedSize(BADGE, BADGE)
        self._badge.setProperty("small", True)  # noqa: FBT003 - a property of the style sheet
        self._sign = Picture("a3check", "accent", theme, 18)
        self._sign.setParent(self._badge)
        self._sign.move(5, 5)
        self._text, self._word = label(""), label("", "small", wrap=False)
        for text in (self._text, self._word):
            text.setMinimumHeight(BADGE)
        said, self._advice = QVBoxLayout(), QVBoxLayout()
        said.setSpacing(4)
        self._advice.setSpacing(4)
        said.addWidget(self._text)
        said.addLayout(self._advice)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(said, 1)
        row.addWidget(self._word, 0, Qt.AlignmentFlag.AlignTop)

    def _fill(self, value: Note, theme: Theme) -> None:
        restyle(self._badge, "mark", str(value.mark))
        self._sign.show_icon(str(value.mark), str(value.mark), theme)
        self._text.setText(value.text)
        self._word.setText(value.word)
        clear(self._advice)
        for line in value.advice:
            self._advice.addWidget(label(line, "muted"))

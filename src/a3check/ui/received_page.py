"""The page “Relatório recebido”: what somebody sent, read only, or why it cannot be shown."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from a3check.core.catalogue import Catalogue
from a3check.ui.bar import Bar
from a3check.ui.page import Page
from a3check.ui.pages import Leaf
from a3check.ui.pieces import Picture, announce, beside, button, card, clear, label, themed
from a3check.ui.stage import Column
from a3check.ui.state import Mark
from a3check.ui.style import Theme, restyle
from a3check.ui.verdict_card import VerdictCard

if TYPE_CHECKING:
    from a3check.ui.received_state import ReceivedState

SIGN = 22  # logical pixels


class AboutCard(VerdictCard):
    """Whether the file is whole, what is hidden in it, and when, where and by what it was made.

    It is a stop for Tab: who reads by ear hears all of it there.
    """

    def __init__(self, words: Catalogue) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title = words.words("opening", "about")
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 20, 28, 22)
        column.setSpacing(12)
        column.addWidget(label(self._title, "section"))
        self._said, self._facts = QVBoxLayout(), QVBoxLayout()
        self._said.setSpacing(8)
        column.addLayout(self._said)
        column.addLayout(self._facts)

    def show_state(self, state: "ReceivedState", theme: Theme) -> None:
        """Show another report's."""
        clear(self._said)
        clear(self._facts)
        for said in state.said:
            made, row = QWidget(), beside(_sign(said.mark, theme), label(said.text))
            row.setContentsMargins(0, 0, 0, 0)
            made.setLayout(row)
            self._said.addWidget(made)
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 4, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for number, (name, value) in enumerate(state.facts):
            named = label(name, "muted", wrap=False)
            grid.addWidget(named, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(value), number, 1)
        self._facts.addWidget(inside)
        facts = (f"{name}: {value}" for name, value in state.facts)
        self.setAccessibleName(" ".join((self._title + ":", *(s.text for s in state.said))))
        self.setAccessibleDescription(". ".join(facts))

    def stops(self) -> tuple[QWidget, ...]:
        """Return itself."""
        return (self,)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show the focus."""
        restyle(self, "ring", "true")
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show no focus."""
        restyle(self, "ring", "false")
        super().focusOutEvent(event)


def _sign(mark: Mark, theme: Theme) -> Picture:
    return Picture(str(mark), str(mark), theme, SIGN)


class ReceivedPage(Leaf):
    """Shows a :class:`ReceivedState`, or a line in its place; nothing can be done with it here."""

    name = "received"
    open_wanted = Signal()
    """Another file is to be asked for."""

    def __init__(self, words: Catalogue, theme: Theme) -> None:
        super().__init__(words.words("opening", "title"))
        self._words, self._theme = words, theme
        self.bar = Bar("past")
        say = words.words
        self.other_button = self.bar.add_button(
            say("opening", "other"), "plain", self.open_wanted.emit
        )
        self.page = Page(words, theme)
        self.about = AboutCard(words)
        self.page.add_card(self.about)
        self.page.show_card(self.about, shown=True)
        self.line, self.folder = label(""), label("", "muted")
        self.another_button = button(say("opening", "another"), "plain", self.open_wanted.emit)
        self._told = self._lay_out()

    @property
    def shows_report(self) -> bool:
        """Whether a report is shown, and no line in its place."""
        return self._stack.currentWidget() is self._report

    def show_report(self, state: "ReceivedState") -> None:
        """Show a report."""
        title = self._words.words("opening", "spoken", name=state.name)
        self.setAccessibleName(title)
        self.bar.text.setText(state.note)
        self.bar.show()
        self.about.show_state(state, self._theme)
        self.page.show_state(state.page)
        self.page.view.verticalScrollBar().setValue(0)
        self._stack.setCurrentWidget(self._report)
        self._tell(f"{title}. {state.page.headline.title}")

    def show_line(self, line: str, folder: str = "", *, wrong: bool = False) -> None:
        """Say in a line how it goes, or why nothing can be shown and what to do."""
        self.setAccessibleName(self._words.words("opening", "title"))
        self.line.setText(line)
        self.folder.setText(folder)
        self.folder.setVisible(bool(folder))
        self._alert.setVisible(wrong)
        self._clock.setVisible(not wrong)
        self.another_button.setVisible(wrong)
        self._told.setAccessibleName(line)
        self._stack.setCurrentWidget(self._column)
        self._tell(line)

    def enter(self) -> None:
        """Take the focus: where nothing is pressed, or where the way on is."""
        if self.shows_report:
            stop: QWidget = self.page.headline
        elif self.another_button.isVisibleTo(self):
            stop = self.another_button
        else:
            stop = self
        stop.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.page.set_theme(theme)
        themed(self, theme)

    def _tell(self, text: str) -> None:
        """Take the focus and let it be heard; not where the user went elsewhere meanwhile."""
        if self.isVisible():
            self.enter()
            announce(self, text)

    def _lay_out(self) -> QWidget:
        self._stack = QStackedWidget()
        self._report, self._column = QWidget(), Column()
        report = QVBoxLayout(self._report)
        report.setContentsMargins(0, 0, 0, 0)
        report.setSpacing(0)
        report.addWidget(self.bar)
        report.addWidget(self.page, 1)
        scroll = self._words.words("window", "scroll")
        self._column.verticalScrollBar().setAccessibleName(scroll)
        cards = self._column.cards
        cards.addWidget(label(self._words.words("opening", "title"), "title"))
        made, column = card(margin=26, spacing=14)
        self._alert = Picture("alert", "warning", self._theme, SIGN)
        self._clock = Picture("clock", "accent", self._theme, SIGN)
        row = QHBoxLayout()
        row.setSpacing(12)
        for sign in (self._alert, self._clock):
            row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(6)
        for text in (self.line, self.folder):
            texts.addWidget(text)
        row.addLayout(texts, 1)
        column.addLayout(row)
        column.addWidget(self.another_button, 0, Qt.AlignmentFlag.AlignLeft)
        cards.addWidget(made)
        cards.addStretch(1)
        for which in (self._report, self._column):
            self._stack.addWidget(which)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)
        return made

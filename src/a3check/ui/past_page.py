"""The page of one run that is over, read only."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from a3check.core.catalogue import Catalogue
from a3check.core.past import Past
from a3check.ui.bar import Bar
from a3check.ui.history_page import HistoryPage
from a3check.ui.page import Page
from a3check.ui.pages import Leaf
from a3check.ui.past import date_of, past_state
from a3check.ui.style import Theme


class PastPage(Leaf):
    """Shows what the masked report of a run holds; nothing can be done with it here."""

    name, before = "past", HistoryPage.name

    def __init__(self, words: Catalogue, theme: Theme) -> None:
        super().__init__("")
        self._words = words
        self.bar = Bar("past")
        self.page = Page(words, theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.page, 1)

    def show_run(self, run: Past, before: Past | None) -> None:
        """Show a run, and how it differs from the healthy one before it."""
        moment = date_of(run)
        self.setAccessibleName(self._words.words("history", "past_title", date=moment))
        self.bar.text.setText(self._words.words("history", "past_note", date=moment))
        self.bar.show()
        self.page.show_state(past_state(run, before, self._words))
        self.page.view.verticalScrollBar().setValue(0)

    def enter(self) -> None:
        """Take the focus where nothing is pressed."""
        self.page.headline.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.page.set_theme(theme)

"""The page “Histórico”: this computer's runs, and the way to forget them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from a3check.core.catalogue import Catalogue
from a3check.ui.erase_card import EraseCard
from a3check.ui.pages import Leaf
from a3check.ui.past import PastRow
from a3check.ui.past_list import PastList
from a3check.ui.pieces import button, card, label, themed
from a3check.ui.stage import MOST
from a3check.ui.style import Theme

KEPT, DAYS = 50, 180
"""What is said of the history's bounds; ``system.history`` keeps them."""


class HistoryPage(Leaf):
    """Shows the runs; one is opened by Enter or a click."""

    name = "history"
    entered = Signal()
    """It is about to be seen: its runs are to be read."""
    open_wanted = Signal()
    """A report that somebody sent is to be opened."""
    opened = Signal(str)
    """The number of the run that is to be shown."""

    def __init__(self, words: Catalogue, theme: Theme) -> None:
        super().__init__(words.words("history", "title"))
        self._words = words
        self.list = PastList(words.words("history", "list"), theme)
        self.empty = label(words.words("history", "empty"), "muted")
        self.erase = EraseCard(words, theme)
        say = words.words("opening", "open")
        self.open_button = button(say, "plain", self.open_wanted.emit)
        self.list.chosen.connect(self.opened)
        self._lay_out()
        self.show_rows(())

    def enter(self) -> None:
        """Ask for the runs, and take the focus."""
        self.erase.forget()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.entered.emit()

    def show_rows(self, shown: tuple[PastRow, ...]) -> None:
        """Show other runs, the latest first; the focus goes there where it has not moved on."""
        waits = self.window().focusWidget() in {self, self.list}
        self.list.show_rows(shown)
        self.list.setVisible(bool(shown))
        self.empty.setVisible(not shown)
        if waits:
            first = self.list if shown else self.erase.ask_button
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.list.set_theme(theme)
        themed(self, theme)

    def _lay_out(self) -> None:
        middle = QWidget()
        middle.setMaximumWidth(MOST)
        column = QVBoxLayout(middle)
        column.setContentsMargins(32, 28, 32, 24)
        column.setSpacing(16)
        head = QVBoxLayout()
        head.setSpacing(6)
        head.addWidget(label(self._words.words("history", "title"), "title"))
        intro = self._words.words("history", "intro", most=KEPT, days=DAYS)
        head.addWidget(label(intro, "muted"))
        top = QHBoxLayout()
        top.setSpacing(18)
        top.addLayout(head, 1)
        top.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(top)
        shown, inside = card(margin=6, spacing=0)
        inside.setContentsMargins(2, 8, 2, 8)
        inside.addWidget(self.list, 1)
        self.empty.setContentsMargins(22, 14, 22, 14)
        inside.addWidget(self.empty, 1, Qt.AlignmentFlag.AlignTop)
        column.addWidget(shown, 1)
        column.addWidget(self.erase)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(middle, 100)
        row.addStretch(1)

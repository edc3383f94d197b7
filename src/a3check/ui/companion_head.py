"""The top of the window beside the browser: for whom, the way to their page, what is in clear."""

from collections.abc import Iterator

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout

from a3check.core.catalogue import Catalogue
from a3check.report.ticket import Ticket
from a3check.ui.pieces import button, clear, label
from a3check.ui.style import Theme, icon
from a3check.ui.tick_box import TickBox
from a3check.ui.whose import asks


class Head(QFrame):
    """Shows for whom a :class:`Ticket` is; what may be opened comes from it alone."""

    page_wanted = Signal(str)
    clear_wanted = Signal(bool)
    whose_wanted = Signal()

    def __init__(self, words: Catalogue, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "top")
        self._words, self._theme = words, theme
        self.title, self.hint = label("", "section"), label("", "muted")
        self.clear_box = TickBox(self._say("show_me"))
        self.note = label("", "small")
        self.whose_button = button(self._say("whose"), "link", self.whose_wanted.emit)
        self.pages: tuple[QPushButton, ...] = ()
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.hint)
        column.addLayout(self._column)
        column.addWidget(self.clear_box)
        column.addWidget(self.note)
        column.addWidget(self.whose_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.clear_box.toggled.connect(self.clear_wanted)

    def show_ticket(self, ticket: Ticket) -> None:
        """Show another ticket's."""
        portal = ticket.to.portal
        self.title.setText(self._say(f"title_{ticket.to.kind}"))
        self.hint.setText(self._say("hint_portal" if portal else "hint_others"))
        clear(self._column)
        self.pages = tuple(self._opening(ticket))
        for made in self.pages:
            self._column.addWidget(made)
        with QSignalBlocker(self.clear_box):
            self.clear_box.setChecked(ticket.clear)
        self.clear_box.setVisible(portal)
        self.note.setText(self._say("show_me_hint" if portal else "masked"))
        self.whose_button.setVisible(asks(ticket))
        self.set_theme(self._theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in other colours."""
        self._theme = theme
        for made in self.pages:
            made.setIcon(icon("outgoing", theme.on_accent, self.devicePixelRatioF()))

    def _opening(self, ticket: Ticket) -> Iterator[QPushButton]:
        if ticket.to.portal:
            yield self._page("open_portal", ticket.url)
        for site in ticket.to.sites:
            yield self._page(f"open_{site.whose}", site.url)

    def _page(self, key: str, url: str) -> QPushButton:
        made = button(self._say(key), "primary", lambda: self.page_wanted.emit(url))
        made.setToolTip(url)
        made.setAccessibleDescription(url)
        return made

    def _say(self, key: str) -> str:
        return self._words.words("companion", key)

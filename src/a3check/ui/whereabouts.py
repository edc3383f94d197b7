"""Where is the user, and how back: the run's page, its settings between two runs, the help."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from a3check.core.catalogue import Catalogue
from a3check.ui import presenter
from a3check.ui.page import Page
from a3check.ui.pages import Pages
from a3check.ui.piecemeal import PAUSE
from a3check.ui.session import Session
from a3check.ui.state import PageState

if TYPE_CHECKING:
    from collections.abc import Callable

HELP = "help"


class Whereabouts(QObject):
    """Shows the run's page in its last state, or what the user went to see meanwhile."""

    changed = Signal()
    """The user is somewhere else now."""

    def __init__(
        self, session: Session, words: Catalogue, page: Page, pages: Pages, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._words = session, words
        self._page, self._pages = page, pages
        self._shown = presenter.welcome(words)
        self.revising = False
        self.ends: list[Callable[[], bool]] = []  # what goes on beside the run: each ends it
        self.help_link = page.add_link(words.words("window", "help"), self.help)
        self.revise_link = page.add_link(words.words("window", "revise"), self.revise)
        self._rest = QTimer(self, singleShot=True, interval=PAUSE)
        self._rest.timeout.connect(self._show_rest)
        pages.turned.connect(self._turned)

    def show_state(self, state: PageState) -> None:
        """Show another state of the run; the settings give way."""
        self._rest.stop()
        self._shown, self.revising = state, False
        self._page.show_state(state)

    def conclude(self, state: PageState) -> None:
        """Show the run's last state: the sentence at once, the rest when that is painted.

        All of it in one turn would make the window deaf for longer than it should be. What can
        be done now is told by ``changed``, with the rest.
        """
        self._shown, self.revising = state, False
        self._page.show_head(state)
        self._rest.start()

    @property
    def settling(self) -> bool:
        """Whether the rest of the last state is still to be shown."""
        return self._rest.isActive()

    def note(self, text: str) -> None:
        """Add a line to the verdict, in small print."""
        headline = self._shown.headline
        aside = " ".join(said for said in (headline.aside, text) if said)
        self._shown = replace(self._shown, headline=replace(headline, aside=aside))
        if not self.revising:
            self._page.show_state(self._shown)

    @Slot()
    def revise(self) -> None:
        """Show what the first page asked, to be changed for the next run."""
        if self._session.begun and not self._session.busy:
            self._rest.stop()
            self.revising = True
            self._pages.turn()
            self._page.show_state(presenter.revising(self._shown, self._words))
            self._page.headline.setFocus()
            self.changed.emit()

    @Slot()
    def help(self) -> None:
        """Show the page behind F1; it is made when it is first wanted."""
        if HELP not in self._pages:
            from a3check.ui.help_page import HelpPage  # noqa: PLC0415 - after the first paint

            self._pages.add(HELP, HelpPage(self._words))
        self._pages.turn(HELP)

    @Slot()
    def back(self) -> None:
        """Show again what was shown before."""
        self._pages.back()
        self.show_state(self._shown)
        self.changed.emit()
        if self._pages.at_home:
            self._page.headline.setFocus()

    @Slot()
    def escape(self) -> bool:
        """Do the least: go back, skip what is asked, end what goes on beside; tell if any was."""
        if not self._pages.at_home or self.revising:
            self.back()
        elif self._page.question is not None:
            self._page.question.skip()
        else:
            return any(end() for end in self.ends)
        return True

    @Slot()
    def _show_rest(self) -> None:
        self._page.show_rest(self._shown)
        self.changed.emit()

    def offer(self) -> None:
        """Offer the settings between two runs only."""
        between = self._session.begun and not self._session.busy
        self.revise_link.setVisible(between and not self.revising)

    @Slot()
    def _turned(self) -> None:
        self.changed.emit()

"""Where is the user, and how back: the run's page, its settings between two runs, the help."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from a3check.core.catalogue import Catalogue
from a3check.ui import outset
from a3check.ui.page import Page
from a3check.ui.pages import Pages
from a3check.ui.piecemeal import PAUSE
from a3check.ui.session import Session
from a3check.ui.state import PageState

if TYPE_CHECKING:
    from collections.abc import Callable

    from a3check.core.model import Diagnosis
    from a3check.ui.progress import Progress

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
        self._shown = outset.welcome(words)
        self.revising = False
        self.ends: list[Callable[[], bool]] = []  # what goes on beside the run: each ends it
        self.help_link = page.add_link(words.words("window", "help"), self.help)
        self.revise_link = page.add_link(words.words("window", "revise"), self.revise)
        self._rest = QTimer(self, singleShot=True, interval=PAUSE)
        self._rest.timeout.connect(self._show_rest)
        pages.turned.connect(self._turned)

    def follow(self, progress: "Progress", now: float) -> None:
        """Show how far the run has come; ``now`` is in monotonic seconds."""
        from a3check.ui.presenter import running  # noqa: PLC0415 - after the first paint

        self.show_state(running(progress, now, self._words))

    def show(self) -> None:
        """Show the run's last state; before any run, that it waits."""
        self._page.show_state(self._shown)

    def show_state(self, state: PageState) -> None:
        """Show another state of the run; the settings give way."""
        self._rest.stop()
        self._shown, self.revising = state, False
        self._page.show_state(state)

    def conclude(self, diagnosis: "Diagnosis | None", portal: str) -> str:
        """Show the run's last state (nothing: it broke); return its one sentence.

        The sentence comes at once, the rest when that is painted: all of it in one turn would
        make the window deaf for longer than it should be. What can be done now is told by
        ``changed``, with the rest.
        """
        from a3check.ui.presenter import concluded  # noqa: PLC0415 - as above

        words = self._words
        if diagnosis is None:
            state = outset.broken(words)
        else:
            state = concluded(diagnosis, words, portal=portal)
        self._shown, self.revising = state, False
        self._page.show_head(state)
        self._rest.start()
        return state.headline.title

    @property
    def settling(self) -> bool:
        """Whether the rest of the last state is still to be shown."""
        return self._rest.isActive()

    def note(self, text: str) -> None:
        """Add a line to the verdict, in small print."""
        headline = self._shown.headline
        aside = " ".join(said for said in (headline.aside, text) if said)
        self._shown = self._shown._replace(headline=headline._replace(aside=aside))
        if not self.revising:
            self.show()

    @Slot()
    def revise(self) -> None:
        """Show what the first page asked, to be changed for the next run."""
        if self._session.begun and not self._session.busy:
            self._rest.stop()
            self.revising = True
            self._pages.turn()
            self._page.show_state(outset.revising(self._shown, self._words))
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

"""What a press lets the window do outside of itself: open a page, copy a text, open the ticket."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from a3check.core.catalogue import Catalogue
from a3check.ui.actions import AUTHORITIES, PRINT, TICKET
from a3check.ui.outside import Outside
from a3check.ui.state import Action
from a3check.ui.welcome import KnownProfile


class Errands(QObject):
    """Does each at once and tells how it went.

    ``profile`` gives the portal that was tested, ``ticket`` the text of the last run's ticket:
    empty where there is none, nothing before a run has ended.
    """

    told = Signal(str)
    """A sentence about how it went."""
    authorities_wanted = Signal()
    """The list of CAs is to be brought."""

    print_wanted = Signal()
    """A print of the screen is to be taken."""

    def __init__(
        self,
        words: Catalogue,
        outside: Callable[[], Outside],
        profile: Callable[[], KnownProfile],
        ticket: Callable[[], str | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._words, self._outside = words, outside
        self._profile, self._ticket = profile, ticket

    def open_portal(self) -> None:
        """Open the portal in the browser."""
        url = self._profile().portal
        opened = self._outside().browse(url)
        self._tell("assist_opened" if opened else "assist_not_opened", url=url)

    def act(self, action: Action) -> None:
        """Open what stands beside a step, or copy it."""
        if action.url == TICKET:
            self.open_ticket()
        elif action.url == AUTHORITIES:
            self.authorities_wanted.emit()
        elif action.url == PRINT:
            self.print_wanted.emit()
        elif action.copied:
            QGuiApplication.clipboard().setText(action.copied)
            self._tell("copied", text=action.copied)
        else:
            opened = self._outside().launch(action.url)
            target = action.url.removeprefix("console:")
            self._tell("opened" if opened else "not_opened", target=target)

    def open_ticket(self) -> None:
        """Open the page on which a ticket is opened; its text, if any, is ready to be pasted."""
        url, text = self._profile().support, self._ticket()
        if text is None:
            return
        if text:
            QGuiApplication.clipboard().setText(text)
        opened = self._outside().browse(url)
        if text:
            self._tell("ticket_ready" if opened else "ticket_not_opened", url=url)
        else:
            self._tell("ticket_empty" if opened else "assist_not_opened", url=url)

    def _tell(self, key: str, **facts: str) -> None:
        self.told.emit(self._words.words("window", key, **facts))

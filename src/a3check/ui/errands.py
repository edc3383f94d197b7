"""What a press lets the window do outside of itself: open a page, copy a text."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from a3check.core.catalogue import Catalogue
from a3check.ui.actions import AUTHORITIES, PRINT, TICKET
from a3check.ui.state import Action
from a3check.ui.welcome import KnownProfile

if TYPE_CHECKING:  # the window is painted before
    from a3check.ui.outside import Outside


class Errands(QObject):
    """Does each at once and tells how it went.

    ``profile`` gives the portal that was tested.
    """

    told = Signal(str)
    """A sentence about how it went."""
    authorities_wanted = Signal()
    """The list of CAs is to be brought."""
    ticket_wanted = Signal()
    """A ticket is to be opened."""

    print_wanted = Signal()
    """A print of the screen is to be taken."""

    def __init__(
        self,
        words: Catalogue,
        outside: "Callable[[], Outside]",
        profile: Callable[[], KnownProfile],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._words, self._outside, self._profile = words, outside, profile

    def open_portal(self) -> None:
        """Open the portal in the browser."""
        url = self._profile().portal
        opened = self._outside().browse(url)
        self._tell("assist_opened" if opened else "assist_not_opened", url=url)

    def act(self, action: Action) -> None:
        """Open what stands beside a step, or copy it."""
        if action.url == TICKET:
            self.ticket_wanted.emit()
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

    def _tell(self, key: str, **facts: str) -> None:
        self.told.emit(self._words.words("window", key, **facts))

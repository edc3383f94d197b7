"""The doors from the run's page to the memory's, which is made when it is first wanted."""

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QKeySequence, QShortcut

from a3check.core.catalogue import Catalogue
from a3check.ui.records import AskFile, Records
from a3check.ui.session import Session
from a3check.ui.window import Window

if TYPE_CHECKING:
    from a3check.ui.memories import Memories

KEYS = QKeySequence("Ctrl+H")
"""Leads to the history from everywhere."""


class Doors(QObject):
    """Two links below the list of the steps, and a key."""

    def __init__(
        self,
        window: Window,
        session: Session,
        records: Records,
        words: Catalogue,
        *,
        save: AskFile | None = None,
        open_: AskFile | None = None,
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._records, self._words = window, session, records, words
        self._save, self._open = save, open_
        add, say = window.page.add_link, words.words
        self.history_link = add(say("history", "link"), self.show_history)
        self.swap_link = add(say("swap", "link"), self.show_swap)
        self.history_link.setToolTip(KEYS.toString(QKeySequence.SequenceFormat.NativeText))
        QShortcut(KEYS, window, self.show_history)
        for signal in (session.progressed, session.ended, session.broke):
            signal.connect(self._offer)

    @cached_property
    def memories(self) -> "Memories":
        """The memory's pages and what they do."""
        from a3check.ui.memories import Memories  # noqa: PLC0415 - the window is painted before

        place = (self._window, self._session, self._records, self._words)
        return Memories(*place, save=self._save, open_=self._open)

    def show_history(self) -> None:
        """Turn to the history."""
        self.memories.show_history()

    def show_swap(self) -> None:
        """Turn to the guided swap."""
        self.memories.show_swap()

    @Slot()
    def _offer(self) -> None:
        """Offer the swap where its second run could begin."""
        self.swap_link.setVisible(not self._session.busy)

"""The doors from the run's page to the memory's and to what is received, each made when wanted."""

from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QKeySequence, QShortcut

from a3check.core.catalogue import Catalogue
from a3check.ui.dropping import Dropping
from a3check.ui.records import AskFile, Chores, Records
from a3check.ui.session import Session
from a3check.ui.window import Window

if TYPE_CHECKING:
    from a3check.core.past import Document
    from a3check.ui.memories import Memories
    from a3check.ui.opening import Opening

KEYS = QKeySequence("Ctrl+H")
"""Leads to the history from everywhere."""
OPEN_KEYS = QKeySequence("Ctrl+O")
"""Asks for a report that somebody sent."""


class Doors(QObject):
    """Two links below the list of the steps, two keys, and what is brought to the window."""

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
        QShortcut(OPEN_KEYS, window, self.ask_for_report)
        Dropping(window).dropped.connect(self.open_report)
        window.handed.connect(self.hand_report)
        self._chores = Chores(self)
        for signal in (session.progressed, session.ended, session.broke):
            signal.connect(self._offer)
        session.ended.connect(self._compare)

    @cached_property
    def memories(self) -> "Memories":
        """The memory's pages and what they do."""
        from a3check.ui.memories import Memories  # noqa: PLC0415 - the window is painted before

        place = (self._window, self._session, self._records, self._words)
        made = Memories(*place, save=self._save, open_=self._open)
        made.open_wanted.connect(self.ask_for_report)
        return made

    @cached_property
    def opening(self) -> "Opening":
        """What opens a report that somebody sent."""
        from a3check.ui.memories import ask_open  # noqa: PLC0415 - as above
        from a3check.ui.opening import Opening  # noqa: PLC0415 - as above

        place = (self._window, self._session, self._records, self._words)
        return Opening(*place, self._open or ask_open)

    def show_history(self) -> None:
        """Turn to the history."""
        self.memories.show_history()

    def show_swap(self) -> None:
        """Turn to the guided swap."""
        self.memories.show_swap()

    @Slot()
    def ask_for_report(self) -> None:
        """Ask for a report that somebody sent, and open it."""
        self.opening.ask()

    @Slot(object)
    def open_report(self, file: str) -> None:
        """Open a report that somebody sent."""
        self.opening.open(file)

    @Slot(object)
    def hand_report(self, file: str) -> None:
        """Open or offer what another start of the program was given."""
        self.opening.hand(file)

    @Slot()
    def _offer(self) -> None:
        """Offer the swap where its second run could begin."""
        self.swap_link.setVisible(not self._session.busy)

    @Slot()
    def _compare(self) -> None:
        """Tell below the verdict what changed since this computer's last healthy run."""
        last = self._records.last
        if last is not None:
            self._chores.do(partial(self._difference, last), partial(self._note, last))

    def _difference(self, last: "Document") -> str:
        from a3check.ui.past import difference  # noqa: PLC0415 - not on the window's thread

        return difference(last, self._records.runs(), self._words)

    def _note(self, last: "Document", text: object) -> None:
        current = last is self._records.last and not self._session.busy
        if current and isinstance(text, str) and text:
            self._window.where.note(text)

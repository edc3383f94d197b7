"""Opening a report that somebody sent: asked for, dropped, or handed over by another start."""

from __future__ import annotations

from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from a3check.report.received import Received, Refused
from a3check.ui.bar import Bar
from a3check.ui.history_page import HistoryPage
from a3check.ui.pages import HOME
from a3check.ui.past_page import PastPage
from a3check.ui.piecemeal import SETTLED
from a3check.ui.received_page import ReceivedPage
from a3check.ui.received_state import ReceivedState, received_state, refused_line, shown_name
from a3check.ui.records import AskFile, Chores, Records
from a3check.ui.whereabouts import HELP

if TYPE_CHECKING:
    from a3check.core.catalogue import Catalogue
    from a3check.ui.session import Session
    from a3check.ui.window import Window

SLOW = 5000
"""Milliseconds of reading after which the page says that it takes long: a folder of a network."""
QUIET = frozenset({HOME, HistoryPage.name, PastPage.name, ReceivedPage.name, HELP})
"""Pages that are only read: nothing is lost when another one takes their place."""


class Opening(QObject):
    """Reads apart from the window's thread and shows what came of it; keeps nothing of it."""

    def __init__(
        self,
        window: Window,
        session: Session,
        records: Records,
        words: Catalogue,
        ask: AskFile,
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._records, self._words = window, session, records, words
        self._ask, self._chores = ask, Chores(self)
        self._file = ""
        self._slow = QTimer(self, singleShot=True, interval=SLOW)
        self._slow.timeout.connect(self._tell_slow)
        self.bar = window.bars.add(Bar("notice"))
        say = words.words
        self.now_button = self.bar.add_button(
            say("opening", "offered_open"), "plain", self._open_offered
        )
        self.later_button = self.bar.add_button(
            say("opening", "offered_later"), "plain", self.bar.hide
        )
        self._offered = ""

    @cached_property
    def page(self) -> ReceivedPage:
        """The page of what was received."""
        made = ReceivedPage(self._words, self._window.pages.theme)
        made.open_wanted.connect(self.ask)
        self._window.pages.add(made.name, made)
        return made

    @Slot()
    def ask(self) -> None:
        """Ask for a file and open it."""
        title, kind = self._say("dialog"), self._say("kind")
        chosen = self._ask(self._window, title, "", kind)
        if chosen is not None:
            self.open(str(chosen))

    @Slot(object)
    def open(self, file: str) -> None:
        """Turn to the page and read; the one that was asked for last is shown."""
        self._turn(file)
        self._begin(file)

    def open_first(self, file: str) -> None:
        """Turn to the page before the window is seen, and read once it is painted."""
        self._turn(file)
        QTimer.singleShot(SETTLED, self, partial(self._begin, file))

    def _turn(self, file: str) -> None:
        self.bar.hide()
        self._file = file
        pages = self._window.pages
        if pages.current != ReceivedPage.name:
            from_history = pages.current == HistoryPage.name
            self.page.before = HistoryPage.name if from_history else HOME
        self.page.show_line(self._say("reading", name=_name(file)))
        pages.turn(ReceivedPage.name)

    def _begin(self, file: str) -> None:
        self._slow.start()
        self._chores.do(partial(self._read, file), partial(self._show, file))

    @Slot(object)
    def hand(self, file: str) -> None:
        """Open what another start was given; offer it where something goes on here."""
        busy = self._session.busy or self._window.page.question is not None
        if busy or self._window.where.revising or self._window.pages.current not in QUIET:
            self._offered = file
            self.bar.tell(self._say("offered", name=_name(file)))
        else:
            self.open(file)

    def _open_offered(self) -> None:
        self.open(self._offered)

    def _read(self, file: str) -> ReceivedState | Refused:
        """Read and prepare: not on the window's thread."""
        read = self._records.receive(file)
        if isinstance(read, Received):
            return received_state(read, Path(file).name, self._words)
        return read

    def _show(self, file: str, read: object) -> None:
        if file != self._file:
            return
        self._slow.stop()
        if isinstance(read, ReceivedState):
            self.page.show_report(read)
            return
        refused = read if isinstance(read, Refused) else Refused("opening", "broke")
        line = refused_line(refused, Path(file).name, self._words)
        folder = self._say("folder", folder=shown_name(str(Path(file).parent)))
        self.page.show_line(line, folder, wrong=True)

    @Slot()
    def _tell_slow(self) -> None:
        self.page.show_line(self._say("slow", name=_name(self._file)))

    def _say(self, key: str, **facts: str) -> str:
        return self._words.words("opening", key, **facts)


def _name(file: str) -> str:
    return shown_name(Path(file).name)

"""The window's memory: the history, a run of it, the guided swap, and how all is forgotten."""

from functools import cached_property, partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from a3check.core.catalogue import Catalogue
from a3check.core.erasure import Erasure
from a3check.core.past import Past
from a3check.report.parcel import LARGEST, Parcel, ParcelError, packed, unpacked
from a3check.report.swap import Kind
from a3check.ui.history_page import HistoryPage
from a3check.ui.past import PastRow, basis, rows
from a3check.ui.past_page import PastPage
from a3check.ui.records import AskFile, Chores, Records
from a3check.ui.session import Session
from a3check.ui.state import Mark
from a3check.ui.swap_page import SwapPage
from a3check.ui.swap_state import Swap, SwapState, fit, offer
from a3check.ui.window import Window


def ask_save(parent: QWidget, title: str, name: str, kind: str) -> Path | None:
    """Ask where to write a file."""
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(Path.home() / name), kind)
    return Path(chosen) if chosen else None


def ask_open(parent: QWidget, title: str, name: str, kind: str) -> Path | None:
    """Ask for a file to read."""
    chosen, _ = QFileDialog.getOpenFileName(parent, title, str(Path.home() / name), kind)
    return Path(chosen) if chosen else None


class Memories(QObject):
    """Makes the pages, each when it is first wanted, and does what they ask for."""

    open_wanted = Signal()
    """A report that somebody sent is to be opened."""

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
        self._ask_save, self._ask_open = save or ask_save, open_ or ask_open
        self._chores, self._swap = Chores(self), Swap()
        self._parcel: Parcel | None = None
        self._conclusion: SwapState | None = None
        self._runs: tuple[Past, ...] = ()
        session.progressed.connect(self._allow)
        session.ended.connect(self._end)
        session.broke.connect(self._break)

    def show_history(self) -> None:
        """Turn to the history."""
        self._window.pages.turn(self.history.name)

    def show_swap(self) -> None:
        """Turn to the guided swap."""
        self._window.pages.turn(self.swap.name)

    @cached_property
    def history(self) -> HistoryPage:
        """The page of the history."""
        page = HistoryPage(self._words, self._window.pages.theme)
        page.entered.connect(self._read)
        page.opened.connect(self._open)
        page.open_wanted.connect(self.open_wanted)
        page.erase.wanted.connect(self._erase)
        self._window.pages.add(page.name, page)
        return page

    @cached_property
    def past(self) -> PastPage:
        """The page of a run that is over."""
        page = PastPage(self._words, self._window.pages.theme)
        self._window.pages.add(page.name, page)
        return page

    @cached_property
    def swap(self) -> SwapPage:
        """The page of the guided swap."""
        page = SwapPage(self._words, self._window.pages.theme)
        page.entered.connect(self._offer)
        page.test_wanted.connect(self._test)
        page.save_wanted.connect(self._save)
        page.open_wanted.connect(self._load)
        page.anew_wanted.connect(self._anew)
        page.result_wanted.connect(self._window.pages.turn)
        self._window.pages.add(page.name, page)
        return page

    # ---- the history

    @Slot()
    def _read(self) -> None:
        self._allow()
        self._chores.do(self._recall, self._show)

    def _recall(self) -> tuple[tuple[Past, ...], tuple[PastRow, ...]]:
        """Read the runs and compare them: not on the window's thread."""
        runs = tuple(self._records.runs())
        return runs, rows(runs, self._words)

    def _show(self, recalled: object) -> None:
        match recalled:
            case (tuple(runs), tuple(shown)):
                self._runs = runs
                self.history.show_rows(shown)

    @Slot(str)
    def _open(self, name: str) -> None:
        number = next((n for n, run in enumerate(self._runs) if run.id == name), None)
        if number is not None:
            run = self._runs[number]
            self.past.show_run(run, basis(run, self._runs[number + 1 :]))
            self._window.pages.turn(self.past.name)

    @Slot()
    def _erase(self) -> None:
        if not self._session.busy:
            self._chores.do(self._records.erase, self._erased)

    def _erased(self, done: object) -> None:
        self._show(((), ()))
        self.history.erase.tell(done if isinstance(done, Erasure) else None)
        self._window.page.welcome.forget()  # else the next run would remember it again
        self._window.erased.emit()

    @Slot()
    def _allow(self) -> None:
        free = not self._session.busy
        if not free:
            self._conclusion = None
        if "history" in self.__dict__:
            self.history.erase.allow(allowed=free)
        if "swap" in self.__dict__:
            self.swap.allow(allowed=free)

    # ---- the guided swap

    @Slot()
    def _offer(self) -> None:
        """Show what followed last, until another run begins; else what can be swapped."""
        self._allow()
        offered = offer(self._records.last, self._parcel, self._words)
        self.swap.show_state(self._conclusion or offered)

    @Slot()
    def _anew(self) -> None:
        """Compare again with the run that was brought here; pressed before, forget that run."""
        if self._conclusion is None:
            self._parcel = None
        self._conclusion = None
        self._await()
        self._offer()

    def _await(self) -> None:
        """Take the next run for the second, however it is begun, where the first was brought."""
        if self._parcel is None:
            self._swap.forget()
        else:
            self._swap.begin(Kind.COMPUTER, self._parcel.run)

    @Slot()
    def _test(self) -> None:
        run = fit(self._records.last)
        if self._session.busy:
            return
        if self._parcel is None and run is not None:
            self._swap.begin(Kind.TOKEN, run)
        if self._swap.first is not None:
            self._window.start()

    @Slot()
    def _end(self) -> None:
        """Conclude where the run that has ended is the second of two.

        Not where another follows it already: it was cut for what was put in, and that one counts.
        """
        if self._session.busy:
            return
        state = self._swap.end(self._records.last, self._words)
        self._allow()
        if state is not None:
            self._conclusion = state
            if state.mark is not Mark.UNKNOWN:
                self._parcel = None
            self.show_swap()

    @Slot()
    def _break(self) -> None:
        self._await()
        self._allow()

    @Slot()
    def _save(self) -> None:
        run = fit(self._records.last)
        if run is None:
            return
        name = self._say("file_name", id=run.id)
        path = self._ask_save(self._window, self._say("file_title"), name, self._say("file_kind"))
        if path is not None:
            self._chores.do(partial(self._write, run, path), self._said)

    def _write(self, run: Past, path: Path) -> str:
        try:
            self._records.write(path, packed(run.document, self._records.origin()))
        except OSError:
            return self._say("file_not_saved")
        return self._say("file_saved", file=str(path))

    @Slot()
    def _load(self) -> None:
        title, kind = self._say("file_open_title"), self._say("file_kind")
        path = self._ask_open(self._window, title, "", kind)
        if path is not None:
            self._chores.do(partial(self._unpack, path), self._loaded)

    def _unpack(self, path: Path) -> Parcel | str:
        try:
            with path.open("rb") as file:
                return unpacked(file.read(LARGEST + 1), self._records.origin())
        except ParcelError as error:
            return self._say(f"file_{error.fault}")
        except OSError:
            return self._say("file_unreadable")

    def _loaded(self, read: object) -> None:
        if isinstance(read, Parcel):
            self._parcel = read
            self._await()
            self._offer()
        else:
            self._said(read)

    def _said(self, text: object) -> None:
        if isinstance(text, str):
            self.swap.tell(text)

    def _say(self, key: str, **facts: str) -> str:
        return self._words.words("swap", key, **facts)

"""Saving what a run has found: the preview, the place, the writing, and what follows."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from a3check.ui.records import Chores

if TYPE_CHECKING:
    from a3check.core.catalogue import Catalogue
    from a3check.core.model import Diagnosis
    from a3check.report.groups import Shown
    from a3check.report.preview import Part
    from a3check.ui.album import Album
    from a3check.ui.drives import Drive, Drives
    from a3check.ui.keeping import Keeping
    from a3check.ui.kept import Kept
    from a3check.ui.kept_page import KeptPage
    from a3check.ui.pages import Pages
    from a3check.ui.preview_page import PreviewPage
    from a3check.ui.session import Session

ChooseFolder = Callable[[QWidget, str], Path | None]

PREVIEW, KEPT = "preview", "kept"
SHOWN_ON = frozenset({PREVIEW, KEPT})
"""The pages that offer the sticks."""


class Saving(QObject):
    """Shows what would be written, writes it where the user says, and hands it on."""

    told = Signal(str)
    """A sentence about what becomes of it."""
    changed = Signal()
    """Something was saved, or could not be."""
    kept = Signal(object)
    """The :class:`~a3check.ui.kept.Kept` that was just written."""
    ticket_wanted = Signal()
    """The way to a ticket is to be shown."""

    def __init__(
        self,
        session: Session,
        words: Catalogue,
        album: Album,
        choose: ChooseFolder | None,
        pages: Pages,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session, self._words, self._album = session, words, album
        self._choose, self._window, self._pages = choose, window, pages
        self.last: Kept | None = None
        self._diagnosis: Diagnosis | None = None
        self._supported = False
        self._chores = Chores(self)
        pages.turned.connect(self._turned)

    @property
    def folder(self) -> Path | None:
        """Where the run was saved last."""
        return None if self.last is None else self.last.folder

    @property
    def writing(self) -> bool:
        """Whether something is being written."""
        return "keeping" in self.__dict__ and self.keeping.busy

    @cached_property
    def keeping(self) -> Keeping:
        """What writes."""
        from a3check.ui.keeping import Keeping  # noqa: PLC0415 - after the first paint

        made = Keeping(self._session, self._album, self)
        made.kept.connect(self._end)
        made.failed.connect(self._fail)
        made.slow.connect(self._wait)
        return made

    @cached_property
    def preview(self) -> PreviewPage:
        """The page before."""
        from a3check.ui.preview_page import PreviewPage  # noqa: PLC0415 - after the first paint

        page = PreviewPage(self._words, self._pages.theme)
        page.folder_wanted.connect(self._ask)
        page.place_wanted.connect(self._write)
        page.changed.connect(self._read)
        self._pages.add(page.name, page)
        return page

    @cached_property
    def done(self) -> KeptPage:
        """The page after."""
        from a3check.ui.handing import Handing  # noqa: PLC0415 - after the first paint
        from a3check.ui.kept_page import KeptPage  # noqa: PLC0415 - as above

        page = KeptPage(self._words, self._pages.theme)
        handing = Handing(self._words, self._session.exports, self)
        handing.told.connect(page.tell)
        page.copy_wanted.connect(lambda: self._hand(handing.copy))
        page.mail_wanted.connect(lambda: self._hand(handing.mail))
        page.folder_wanted.connect(lambda: self._hand(handing.show))
        page.ticket_wanted.connect(self.ticket_wanted)
        page.other_wanted.connect(self._ask)
        page.place_wanted.connect(self._write)
        self._pages.add(page.name, page)
        return page

    @cached_property
    def drives(self) -> Drives:
        """What is plugged in."""
        from a3check.ui.drives import Drives  # noqa: PLC0415 - after the first paint

        made = Drives(self._session.exports.removable, self)
        made.changed.connect(self._offer)
        return made

    def begin(self, diagnosis: Diagnosis, *, supported: bool) -> None:
        """Show what would be written of a run; nothing is before a place is chosen.

        ``supported`` tells that the portal that was tested has a page for tickets.
        """
        if not self.writing:
            self._diagnosis, self._supported = diagnosis, supported
            self.preview.begin(has_screen=self._album.print is not None)
            self._pages.turn(self.preview.name)
            self._read()

    def forget(self) -> None:
        """Forget what was saved of a run that is over; what is still written gets there unsaid."""
        self.last = self._diagnosis = None
        if self.writing:
            self.keeping.forget()

    def open_folder(self) -> None:
        """Open the folder of what was saved last."""
        if self.folder is not None:
            from a3check.ui.outside import show_folder  # noqa: PLC0415 - after the first paint

            show_folder(self.folder)

    @Slot()
    def _read(self) -> None:
        """Let the values be written as they would be, apart from the window's thread."""
        diagnosis = self._diagnosis
        if diagnosis is not None:
            asked = diagnosis, self.preview.shown
            self._chores.do(partial(self._parts, *asked), partial(self._show, *asked))

    def _parts(self, diagnosis: Diagnosis, shown: Shown) -> tuple[Part, ...]:
        from a3check.report.preview import parts  # noqa: PLC0415 - not on the window's thread

        return parts(partial(self._session.exports.written, diagnosis), shown, self._words)

    def _show(self, diagnosis: Diagnosis, shown: Shown, read: object) -> None:
        current = diagnosis is self._diagnosis and shown == self.preview.shown
        if current and isinstance(read, tuple):
            self.preview.show_parts(read)

    @Slot()
    def _ask(self) -> None:
        from a3check.ui.outside import ask_folder  # noqa: PLC0415 - after the first paint

        choose = self._choose or ask_folder
        folder = choose(self._window, self._words.words("window", "folder_title"))
        if folder is not None:
            self._write(folder)

    @Slot(object)
    def _write(self, folder: Path) -> None:
        if self._diagnosis is not None:
            self._tell("writing", folder)
            self._allow(allowed=False)
            screen = self.preview.print_switch.isChecked()
            self.keeping.begin(self._diagnosis, self.preview.shown, folder, screen=screen)
            self.changed.emit()

    @Slot(object)
    def _end(self, kept: Kept) -> None:
        self.last = kept
        self.preview.tell("")
        self._allow(allowed=True)
        self.done.show_kept(kept, ticket=self._supported)
        if self._here:
            self._pages.turn(self.done.name)
        key = "printed" if kept.pictures else "saved"
        self.told.emit(self._words.words("window", key, folder=str(kept.folder)))
        self.kept.emit(kept)
        self.changed.emit()

    @Slot(str, object)
    def _fail(self, fault: str, folder: Path) -> None:
        """Say why, and offer another place; what was found is still there."""
        self._tell(f"not_{fault}", folder, wrong=True)
        self.changed.emit()

    @Slot(object)
    def _wait(self, folder: Path) -> None:
        self._tell("slow", folder, wrong=True)

    @property
    def _here(self) -> bool:
        """Whether the user still looks at it: nobody is taken away from a question."""
        return self._pages.current in SHOWN_ON

    def _tell(self, key: str, folder: Path, *, wrong: bool = False) -> None:
        """Say how it goes; where it went wrong, let Enter choose another place."""
        text = self._words.words("saving", key, folder=str(folder))
        self.preview.tell(text, wrong=wrong)
        if wrong:
            self._allow(allowed=True)
        if not self._here:
            self.told.emit(text)
        elif wrong:
            self._pages.turn(self.preview.name)
            self.preview.enter()
        elif self._pages.current == KEPT:
            self.done.tell(text)

    def _allow(self, *, allowed: bool) -> None:
        """Let it be saved, or not: one at a time."""
        self.preview.allow(allowed=allowed)
        if "done" in self.__dict__:
            self.done.places.setEnabled(allowed)

    def _hand(self, act: Callable[[Kept], None]) -> None:
        if self.last is not None:
            act(self.last)

    @Slot()
    def _turned(self) -> None:
        """Look for sticks while there is a page that offers them."""
        if self._here:
            self.drives.start()
        elif "drives" in self.__dict__:
            self.drives.stop()

    def _offer(self, drives: tuple[Drive, ...]) -> None:
        for name in ("preview", "done"):
            if name in self.__dict__:
                getattr(self, name).show_drives(drives)

"""The way to a print of the screen: chosen, taken, looked at, used, or thrown away."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

from a3check.ui.album import Album
from a3check.ui.pages import HOME, Pages
from a3check.ui.records import Chores

if TYPE_CHECKING:  # made when they are first wanted
    from collections.abc import Callable

    from a3check.core.catalogue import Catalogue
    from a3check.core.model import Diagnosis
    from a3check.ui.camera_page import CameraPage
    from a3check.ui.outside import Outside, Print
    from a3check.ui.page import Page
    from a3check.ui.print_card import PrintCard
    from a3check.ui.retouch_page import RetouchPage
    from a3check.ui.screen import Monitor, NoPrint
    from a3check.ui.session import Session
    from a3check.ui.shutter import Shutter
    from a3check.ui.welcome import KnownProfile


PAINTED = 50
"""Milliseconds in which a page is painted: what takes pictures is loaded after that."""


class Prints(QObject):
    """Holds the album of the run, and the pages that fill it."""

    told = Signal(str)
    """A sentence about what became of it."""

    def __init__(
        self,
        session: Session,
        words: Catalogue,
        outside: Callable[[], Outside],
        profile: Callable[[], KnownProfile],
        page: Page,
        pages: Pages,
    ) -> None:
        """Take what the window has; ``profile`` gives the portal that was tested."""
        super().__init__(pages)
        self._words, self._page, self._pages = words, page, pages
        self._outside, self._profile, self._address = outside, profile, ""
        self.album, self._chores = Album(words, self), Chores(self)
        pages.turned.connect(self._turned)
        session.asked.connect(self._interrupt)
        session.ended.connect(self._offer)

    @property
    def outside(self) -> Outside:
        """The browser and the camera."""
        return self._outside()

    @cached_property
    def shutter(self) -> Shutter:
        """What counts down and takes."""
        from a3check.ui.shutter import Shutter  # noqa: PLC0415 - after the first paint

        made = Shutter(self._words, self._outside, self._pages.window())
        made.taken.connect(self._look)
        made.refused.connect(self._refuse)
        return made

    @cached_property
    def camera(self) -> CameraPage:
        """The page before."""
        from a3check.ui.camera_page import CameraPage  # noqa: PLC0415 - after the first paint

        made = CameraPage(self._words, self._pages.theme)
        made.entered.connect(lambda: QTimer.singleShot(PAINTED, self, self._list))
        made.take_wanted.connect(self._take)
        made.browse_wanted.connect(self._browse)
        made.paste_wanted.connect(self.paste)
        self._pages.add(made.name, made)
        return made

    @cached_property
    def retouch(self) -> RetouchPage:
        """The page after."""
        from a3check.ui.retouch_page import RetouchPage  # noqa: PLC0415 - after the first paint

        made = RetouchPage(self._words, self._pages.theme)
        made.used.connect(self._use)
        made.discarded.connect(self._discard)
        made.again_wanted.connect(self._again)
        self._pages.add(made.name, made)
        return made

    @cached_property
    def card(self) -> PrintCard:
        """What asks for the print below a verdict."""
        from a3check.ui.print_card import PrintCard  # noqa: PLC0415 - after the first paint

        made = PrintCard(self._words, self.album, self.open_portal)
        self._page.add_card(made)
        return made

    def open(self, address: str) -> None:
        """Lead to the print: to the one that is there, or to the page that takes one."""
        self._address = address
        if "retouch" in self.__dict__ and self.retouch.pending:
            self._pages.turn(self.retouch.name)
        elif self.album.print is not None:
            self._look(self.album.print)
        else:
            self._pages.turn(self.camera.name)

    @Slot()
    def paste(self) -> None:
        """Take the print that the system's own key left in the clipboard."""
        from a3check.ui.outside import Print  # noqa: PLC0415 - after the first paint

        image = QGuiApplication.clipboard().image()
        image.setDevicePixelRatio(1.0)
        if image.isNull():
            self.camera.tell("nothing_to_paste")
        else:
            self._look(Print(image, self.outside.now(), self._address, pasted=True))

    def forget(self) -> None:
        """Forget it: it belongs to a run that is over."""
        self._stop()
        if "retouch" in self.__dict__:
            self.retouch.forget()
        self.album.forget()

    def _stop(self, why: str = "") -> None:
        if "shutter" in self.__dict__:
            self.shutter.stop(why)

    @Slot()
    def open_portal(self) -> None:
        """Lead to the print of the portal that a verdict speaks of."""
        self.open(self._profile().portal)

    @Slot()
    def _list(self) -> None:
        self._chores.do(partial(_listed, self.outside), self._listed)

    def _listed(self, found: object) -> None:
        """Offer what can be taken; where that could not be told, no print can be taken."""
        from a3check.ui.screen import NoPrint  # noqa: PLC0415 - after the first paint

        if isinstance(found, tuple):
            self.camera.show_monitors(found)
        else:
            self.camera.show_monitors(found if isinstance(found, NoPrint) else NoPrint("refused"))

    @Slot(object)
    def _take(self, monitor: Monitor | None) -> None:
        self.shutter.begin(self._address, monitor, self._pages.theme)
        QTimer.singleShot(0, self, lambda: self.retouch)  # made while the user waits

    @Slot()
    def _browse(self) -> None:
        opened = self.outside.browse(self._address)
        key = "assist_opened" if opened else "assist_not_opened"
        self.told.emit(self._words.words("window", key, url=self._address))

    @Slot(object)
    def _look(self, taken: Print) -> None:
        stamped = self._words.words("print", "stamp", when=f"{taken.moment:%d/%m/%Y %H:%M:%S}")
        self.retouch.show_print(taken, stamped)
        self._pages.turn(self.retouch.name)

    @Slot(str)
    def _refuse(self, why: str) -> None:
        """Say why; where a question is open it is left in sight."""
        if self._page.question is None or self._pages.current == self.camera.name:
            self._pages.turn(self.camera.name)
            self._list()  # a monitor may be gone
            self.camera.tell(why)
        else:
            self.told.emit(self._words.words("print", why))

    @Slot(object)
    def _use(self, taken: Print) -> None:
        self.album.keep(taken)
        self._leave("used")

    @Slot()
    def _discard(self) -> None:
        self.album.forget()
        self._leave("discarded")

    @Slot()
    def _again(self) -> None:
        self._pages.turn(self.camera.name)

    def _leave(self, key: str) -> None:
        self._pages.turn(HOME)
        self.told.emit(self._words.words("print", key))
        question = self._page.question
        where = self._page.headline if question is None else question.stops()[1]
        where.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _turned(self, name: str) -> None:
        """Remind of a print that was left as it was: it is in no report yet."""
        waits = "retouch" in self.__dict__ and self.retouch.pending
        if "card" in self.__dict__:
            self.card.refresh(waits=waits)
        if waits and name == HOME:
            self.told.emit(self._words.words("print", "waits"))

    @Slot(object)
    def _interrupt(self, request: object) -> None:
        """Stop where the PIN is asked for: no picture is taken of it."""
        from a3check.ui.prompts import PinRequest  # noqa: PLC0415 - a run goes on already

        if isinstance(request, PinRequest):
            self._stop("pin")

    @Slot(object)
    def _offer(self, diagnosis: Diagnosis) -> None:
        from a3check.ui.print_wanted import print_wanted  # noqa: PLC0415 - after the first paint

        wanted = print_wanted(diagnosis)
        if wanted or "card" in self.__dict__:
            self.card.wanted = wanted


def _listed(outside: Outside) -> tuple[Monitor, ...] | NoPrint:
    """Return what can be taken, or why nothing can: not on the window's thread."""
    from a3check.ui.screen import NoPrint  # noqa: PLC0415 - after the first paint

    try:
        return outside.monitors()
    except NoPrint as refused:
        return refused

"""The window: its bars, its pages and the row of buttons put together, and what their keys do."""

from __future__ import annotations

import logging
import time
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from a3check.core.wishes import Wishes
from a3check.ui.again import Again
from a3check.ui.bar import Bars
from a3check.ui.burst import Burst
from a3check.ui.errands import Errands
from a3check.ui.footer import Footer
from a3check.ui.going_on import GoingOn
from a3check.ui.offering import offered
from a3check.ui.page import NO_PROFILE, Page
from a3check.ui.pages import Pages
from a3check.ui.piecemeal import SETTLED, Piecemeal
from a3check.ui.pieces import announce
from a3check.ui.prints import Prints
from a3check.ui.saving import ChooseFolder, Saving
from a3check.ui.slow_bar import SlowBar
from a3check.ui.style import LIGHT, Theme, palette, sheet
from a3check.ui.trouble import Trouble
from a3check.ui.whereabouts import Whereabouts

if TYPE_CHECKING:  # the window is painted before
    from collections.abc import Callable, Sequence

    from a3check.core.catalogue import Catalogue
    from a3check.core.model import Diagnosis
    from a3check.core.settings import Settings
    from a3check.ui.outside import Outside
    from a3check.ui.prompts import Request
    from a3check.ui.session import Session
    from a3check.ui.welcome import KnownProfile

logger = logging.getLogger(__name__)

TICK = 1000  # milliseconds between two looks at what is running
SIZE, LEAST = QSize(1180, 760), QSize(860, 540)


class Window(QWidget):
    """Shows what the session tells and hands on what the user wants."""

    leaving = Signal()
    """It is being closed: whoever tells it something may end."""
    erased = Signal()
    """What was kept of the user is gone: what still shows some of it goes, too."""
    handed = Signal(object)
    """Another start was given a file to open: its path, as a text that may be no Unicode."""

    def __init__(
        self,
        session: Session,
        words: Catalogue,
        *,
        theme: Theme = LIGHT,
        wishes: Wishes | None = None,
        settings: Settings | None = None,
        remember: Callable[[Settings], object] = hash,
        profiles: Sequence[KnownProfile] = (NO_PROFILE,),
        choose_folder: ChooseFolder | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(words.words("window", "title"))
        self._session, self._words, self._theme = session, words, theme
        self._wishes, self._remember = wishes or Wishes(), remember
        self._profiles, self.profile = {known.file: known for known in profiles}, profiles[0]
        self._diagnosis: Diagnosis | None = None
        self._request: Request | None = None
        self._furnish(settings, profiles, choose_folder)
        self._lay_out()
        self._connect()
        self.set_theme(theme)
        self.where.show()
        self._offer()
        self.resize(SIZE)
        self.setMinimumSize(LEAST)
        self.start_button.setFocus()
        QTimer.singleShot(SETTLED, self, self._prepare)

    @cached_property
    def outside(self) -> Outside:
        """The browser and the camera."""
        from a3check.ui.outside import Outside  # noqa: PLC0415 - after the first paint

        return Outside()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.setPalette(palette(theme))
        self.setStyleSheet(sheet(theme))
        self.page.set_theme(theme)
        self.pages.set_theme(theme)
        self.footer.set_theme(theme)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Vanish at once, then end the run."""
        self.hide()
        self._tick.stop()
        self._session.cancel()  # first: who hears of the leaving may take a moment to end
        self.leaving.emit()
        self.page.close_question()
        if not self._session.close():
            logger.warning("the run did not end in time")
        event.accept()

    @Slot()
    def come_forward(self) -> None:
        """Be seen, above other windows."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    @Slot()
    def trouble(self) -> None:
        """Say calmly that something of ours went wrong."""
        self.troubles.tell()

    def save_anyway(self) -> None:
        """Save what is known, be it ever so little."""
        self.pages.turn()
        self._save(self._diagnosis or self._session.so_far())

    def start(self, again: frozenset[str] = frozenset()) -> None:
        """Begin the run, or begin anew; ``again`` names checks where the rest is taken over."""
        if not self._session.busy:
            self.plugs.forget()
            self.slow.forget()
            settings = self.page.welcome.settings
            self._remember(settings)
            self._wishes = self._wishes._replace(form=settings.form)
            self.profile = self._profiles[settings.profile]
            self._diagnosis = None
            self.saving.forget()
            self.prints.forget()
            self.pages.turn()
            self.footer.tell("")  # after the turn, at which the first page says what it says
            self.page.headline.setFocus()
            self._session.start(self._wishes._replace(again=again))
            self._tick.start()
            self._offer()

    def cancel(self) -> None:
        """End the run; what was found stays."""
        self._session.cancel()
        self._offer()

    def save(self) -> None:
        """Show what goes into the report, and from there write it."""
        self._save(self._diagnosis or self._session.partial)

    def _save(self, known: Diagnosis | None) -> None:
        if known is not None:
            self.saving.begin(known, supported=bool(self.profile.support))

    def _furnish(
        self,
        settings: Settings | None,
        profiles: Sequence[KnownProfile],
        choose: ChooseFolder | None,
    ) -> None:
        session, words, theme = self._session, self._words, self._theme
        self.bars, self.footer = Bars(), Footer(words)
        self.plugs = GoingOn(session, words, self.bars, self)
        self.slow = SlowBar(session, words, self.bars, self)
        self.page = Page(words, theme, settings, profiles)
        self.pages = Pages(self.page)
        self.where = Whereabouts(session, words, self.page, self.pages, self)
        outside, profile = lambda: self.outside, lambda: self.profile
        self.prints = Prints(session, words, outside, profile, self.page, self.pages)
        self.saving = Saving(session, words, self.prints.album, choose, self.pages, self)
        self.errands = Errands(words, outside, profile, self)
        self.troubles = Trouble(self.bars, self.pages, words, theme, self)
        self.again = Again(self.page.rail, self.footer, words, self)
        footer = self.footer
        self.message, self.save_button = footer.message, footer.save_button
        self.folder_button, self.cancel_button = footer.folder_button, footer.cancel_button
        self.start_button, self.again_button = footer.start_button, footer.again_button

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bars)
        column.addWidget(self.pages, 1)
        column.addWidget(self.footer)

    def _connect(self) -> None:
        self._tick = QTimer(self, interval=TICK)
        self._tick.timeout.connect(self._refresh)
        for keys, act in (
            ("Ctrl+S", self.save),
            ("F5", self.start),
            ("Esc", self._escape),
            ("F1", self.where.help),
        ):
            QShortcut(QKeySequence(keys), self, act)
        self.footer.start_wanted.connect(self.start)
        self.troubles.page.save_wanted.connect(self.save_anyway)
        self.again.wanted.connect(self.start)
        self.plugs.start_wanted.connect(self.start)
        self.plugs.cancel_wanted.connect(self.cancel)
        self.footer.cancel_wanted.connect(self.cancel)
        self.footer.save_wanted.connect(self.save)
        self.footer.folder_wanted.connect(self.saving.open_folder)
        self.footer.back_wanted.connect(self.where.back)
        self.where.changed.connect(self._offer)
        self.saving.changed.connect(self._offer)
        self.saving.ticket_wanted.connect(self.errands.ticket_wanted)
        self.page.headline.portal_wanted.connect(self.errands.open_portal)
        self.page.headline.action_wanted.connect(self.errands.act)
        self.errands.print_wanted.connect(self.prints.open_portal)
        for told in (self.saving.told, self.errands.told, self.prints.told):
            told.connect(self.footer.tell)
        self._session.progressed.connect(Burst(self._refresh, self).hear)
        self._session.asked.connect(self._ask)
        self._session.withdrawn.connect(self._withdraw)
        self._session.ended.connect(self._conclude)
        self._session.broke.connect(self._break)

    @Slot()
    def _refresh(self) -> None:
        if self._session.busy:
            now = time.monotonic()
            self.where.follow(self._session.progress, now)
            self.slow.show_at(now)
            if self._session.partial is not None:
                self._offer()

    @Slot(object)
    def _ask(self, request: Request) -> None:
        if request.open:
            self._request = request
            self._refresh()
            from a3check.ui.questions import question_card  # noqa: PLC0415 - after the first paint

            card = question_card(request, self._words, self._theme, self.prints)
            self.pages.turn()
            self.page.ask(card)
            announce(self, card.accessibleName())

    @Slot(object)
    def _withdraw(self, request: Request) -> None:
        if request is self._request:
            self._request = None
            self.page.close_question()

    @Slot(object)
    def _conclude(self, diagnosis: Diagnosis) -> None:
        self._diagnosis = diagnosis
        self._end(diagnosis)
        self.plugs.ended()

    @Slot()
    def _break(self) -> None:
        self._diagnosis = self._session.so_far()
        self._end(None)

    def _end(self, diagnosis: Diagnosis | None) -> None:
        self._tick.stop()
        self.slow.hide()
        self._request = None
        self.page.close_question()
        said = self.where.conclude(diagnosis, self.profile.portal)
        self.page.view.verticalScrollBar().setValue(0)
        self.page.headline.setFocus()
        announce(self, said)

    @Slot()
    def _prepare(self) -> None:
        Piecemeal(self).do(self.page.prepare(), lambda _: None)

    def _escape(self) -> None:
        """Do the least: go back, else skip what is asked, else end the run."""
        if not self.where.escape():
            self.cancel()

    @Slot()
    def _offer(self) -> None:
        """Show the buttons that mean something now."""
        revising, diagnosis = self.where.revising, self._diagnosis
        offer = offered(self._session, self.saving, self.pages, diagnosis, revising=revising)
        offer = offer._replace(support=bool(self.profile.support))
        self.footer.show_offer(offer)
        self.again.offer(possible=offer.idle)
        self.where.offer()

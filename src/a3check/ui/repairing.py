"""What a3check can do by itself, offered below a verdict and done at a press, and only then."""

import logging
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Slot

from a3check.core.catalogue import Catalogue
from a3check.core.model import Diagnosis
from a3check.core.repair import Mended, Offer, Repair
from a3check.ui.records import Chores
from a3check.ui.repair_card import FOCUS, RepairCard
from a3check.ui.session import Session
from a3check.ui.window import Window

logger = logging.getLogger(__name__)


class Repairs(Protocol):
    """What is done outside of the window; every call may take a moment."""

    def offers(self, diagnosis: Diagnosis) -> tuple[Offer, ...]:
        """Return what would help a run, and what can be taken back."""

    def do(self, offer: Offer, window: int) -> Mended:
        """Do it; ``window`` (HWND) is the one above which Windows may ask."""

    def undo(self) -> Mended:
        """Take back what was put there."""


class Repairing(QObject):
    """Shows a card an offer; each does one thing at a time, apart from the window's thread.

    Escape waves a card away while the focus is in it.
    """

    def __init__(
        self, window: Window, session: Session, repairs: Repairs, words: Catalogue
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._repairs = window, session, repairs
        self._words, self._chores = words, Chores(self)
        self.cards: dict[Repair, RepairCard] = {}
        self._busy: set[Repair] = set()
        self._diagnosis: Diagnosis | None = None
        session.progressed.connect(self._make_way)
        session.ended.connect(self._look)
        window.where.ends.append(self.shut)
        window.leaving.connect(self._leave)

    def shut(self) -> bool:
        """Wave away the card that has the focus; tell whether one had."""
        inside = (c for c in self.cards.values() if any(b.hasFocus() for b in c.stops()))
        card = next((c for c in inside if c.shut_button.isVisibleTo(c)), None)
        if card is not None:
            self._shut(card)
        return card is not None

    @Slot()
    def _make_way(self) -> None:
        """Offer nothing while a run goes on: it may find another thing."""
        if self._session.busy:
            self._diagnosis = None
            for card in self.cards.values():
                card.wanted = False

    @Slot(object)
    def _look(self, diagnosis: Diagnosis) -> None:
        self._diagnosis = diagnosis
        self._chores.do(partial(self._repairs.offers, diagnosis), partial(self._offer, diagnosis))

    def _offer(self, diagnosis: Diagnosis, offers: object) -> None:
        if diagnosis is not self._diagnosis or not isinstance(offers, tuple):
            return
        for offer in offers:
            if offer.repair not in self._busy:
                card = self._card(offer)
                card.show_offer(offer, self._window.pages.theme)
                self._show(card)

    def _card(self, offer: Offer) -> RepairCard:
        if offer.repair in self.cards:
            return self.cards[offer.repair]
        made = RepairCard(offer, self._words, self._window.pages.theme)
        made.do_wanted.connect(lambda: self._begin(made, undoing=False))
        made.undo_wanted.connect(lambda: self._begin(made, undoing=True))
        made.again_wanted.connect(lambda: self._window.start(made.offer.again))
        made.shut_wanted.connect(lambda: self._shut(made))
        self.cards[offer.repair] = made
        self._window.page.add_card(made)
        return made

    def _show(self, card: RepairCard) -> None:
        """Show it below the verdict; where the user is elsewhere, when they come back."""
        if self._window.where.revising:
            card.wanted = True
        else:
            self._window.page.show_card(card, shown=True)

    def _begin(self, card: RepairCard, *, undoing: bool) -> None:
        """Do it once, whatever is pressed meanwhile."""
        offer = card.offer
        if offer.repair in self._busy or self._session.busy:
            return
        self._busy.add(offer.repair)
        handle = int(self._window.winId())
        do = partial(self._repairs.do, offer, handle)
        self._window.page.headline.setFocus(FOCUS)  # the button goes
        card.show_busy(self._window.pages.theme, undoing=undoing)
        then = partial(self._end, card, undoing)
        self._chores.do(self._repairs.undo if undoing else do, then)

    def _end(self, card: RepairCard, undoing: bool, mended: object) -> None:  # noqa: FBT001 - of a partial
        self._busy.discard(card.offer.repair)
        told = mended if isinstance(mended, Mended) else None
        card.show_end(told, self._window.pages.theme, undoing=undoing)
        if self._diagnosis is not None:  # a run meanwhile has hidden it
            self._show(card)
            self._window.page.view.ensureWidgetVisible(card)
        if card.again_button.isVisible() and self._window.page.headline.hasFocus():
            card.again_button.setFocus(FOCUS)  # to what may be refused anew Enter comes by Tab

    def _shut(self, card: RepairCard) -> None:
        self._window.page.headline.setFocus(FOCUS)
        self._window.page.show_card(card, shown=False)

    @Slot()
    def _leave(self) -> None:
        """Let what goes on end by itself: half of it is noted, and can be taken back."""
        if not self._chores.end():
            logger.warning("a repair did not end in time")

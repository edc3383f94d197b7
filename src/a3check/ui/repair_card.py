"""The card of one thing that a3check can do by itself: what, with which rights, and how back."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from a3check.core.catalogue import Catalogue
from a3check.core.repair import Mended, Offer
from a3check.ui.pieces import Picture, abreast, announce, beside, button, clear, label, rename
from a3check.ui.repair_state import RepairState, busy, ended, offering
from a3check.ui.style import Theme
from a3check.ui.verdict_card import VerdictCard

SIGN = 20  # logical pixels
FOCUS = Qt.FocusReason.OtherFocusReason


class RepairCard(VerdictCard):
    """Shows an offer, that it is being done, and how it ended; nothing happens by itself."""

    do_wanted = Signal()
    undo_wanted = Signal()
    again_wanted = Signal()
    shut_wanted = Signal()

    def __init__(self, offer: Offer, words: Catalogue, theme: Theme) -> None:
        super().__init__()
        self._words, self.offer = words, offer
        self.title, self.what = label("", "section"), label("", "strong")
        self.lines = QVBoxLayout()
        self.lines.setSpacing(6)
        self.do_button = button("", "primary", self.do_wanted.emit)
        self.again_button = button("", "primary", self.again_wanted.emit)
        self.undo_button = button("", "plain", self.undo_wanted.emit)
        self.shut_button = button("", "plain", self.shut_wanted.emit)
        self.buttons = (self.do_button, self.again_button, self.undo_button, self.shut_button)
        self._state = RepairState("", "")
        self._lay_out()
        self.show_offer(offer, theme)

    def stops(self) -> tuple[QWidget, ...]:
        """Return what Tab goes through."""
        return self.buttons

    def show_offer(self, offer: Offer, theme: Theme) -> None:
        """Show what is offered."""
        self.offer = offer
        self._show(offering(offer, self._words), theme)

    def show_busy(self, theme: Theme, *, undoing: bool) -> None:
        """Show that it is done, and let it be heard."""
        self._show(busy(self._state, self.offer, self._words, undoing=undoing), theme)
        announce(self, self.what.text())

    def show_end(self, mended: Mended | None, theme: Theme, *, undoing: bool) -> None:
        """Show how it ended, and what can be done next."""
        state = ended(self._state, self.offer, mended, self._words, undoing=undoing)
        self._show(state, theme)
        announce(self, state.what)

    def _show(self, state: RepairState, theme: Theme) -> None:
        self._state = state
        self.title.setText(state.title)
        self.what.setText(state.what)
        clear(self.lines)
        for sign, said in state.lines:
            self.lines.addWidget(_line(sign, said, theme))
        for which, text in zip(
            self.buttons, (state.do, state.again, state.undo, state.shut), strict=True
        ):
            which.setVisible(bool(text))
            rename(which, text)
            which.setAccessibleDescription(state.what)
        self.setAccessibleName(" ".join((state.title, state.what, *(t for _, t in state.lines))))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 20, 28, 22)
        column.setSpacing(10)
        column.addWidget(self.title)
        column.addWidget(self.what)
        column.addLayout(self.lines)
        column.addSpacing(4)
        column.addLayout(abreast(*self.buttons))


def _line(sign: str, said: str, theme: Theme) -> QWidget:
    made = QWidget()
    row = beside(Picture(sign, "accent", theme, SIGN), label(said, "muted"))
    row.setContentsMargins(0, 0, 0, 0)
    made.setLayout(row)
    return made

"""The row of buttons below the page: what can be done now, and what was just done."""

from typing import NamedTuple

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from a3check.core.catalogue import Catalogue
from a3check.ui.pieces import announce, button, label, rename
from a3check.ui.style import Theme, icon

SIGN = QSize(20, 20)


class Offer(NamedTuple):
    """What can be done: whether a run was begun, goes on, is ending, has left what to save.

    ``revising`` while the settings are shown again, between two runs; ``support`` where the
    portal has a page for tickets.
    """

    home: bool = True
    revising: bool = False
    begun: bool = False
    busy: bool = False
    cancelling: bool = False
    report: bool = False
    support: bool = False
    saved: bool = False
    partial: bool = False
    """What can be saved is what a run that goes on has found so far."""

    @property
    def idle(self) -> bool:
        """Whether the end of a run is shown, and nothing else goes on."""
        return self.home and self.begun and not (self.busy or self.revising)


class Footer(QFrame):
    """Shows the buttons that mean something now; each press is a signal."""

    start_wanted = Signal()
    cancel_wanted = Signal()
    save_wanted = Signal()
    folder_wanted = Signal()
    ticket_wanted = Signal()
    back_wanted = Signal()

    def __init__(self, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("footer")
        self._signs: list[tuple[QPushButton, str, str]] = []
        say, self._words = words.words, words
        self.message = label("", "muted")
        self.back_button = button(say("window", "back"), "plain", self.back_wanted.emit)
        self.save_button = button(say("window", "save"), "plain", self.save_wanted.emit)
        self.ticket_button = button(say("window", "ticket"), "plain", self.ticket_wanted.emit)
        self.folder_button = button(say("window", "open_folder"), "link", self.folder_wanted.emit)
        self.cancel_button = button(say("window", "cancel"), "plain", self.cancel_wanted.emit)
        self.start_button = button(say("window", "start"), "primary", self.start_wanted.emit)
        self.again_button = button(say("window", "again"), "primary", self.start_wanted.emit)
        self._lay_out()
        self._name_keys()
        self.show_offer(Offer())

    def add(self, which: QPushButton, sign: str = "", colour: str = "text") -> QPushButton:
        """Put one more button left of those that begin or end a run; its icon may have a sign."""
        self._row.insertWidget(self._row.indexOf(self.cancel_button), which)
        if sign:
            self._signs.append((which, sign, colour))
        return which

    def show_offer(self, offer: Offer) -> None:
        """Show the buttons that mean something now."""
        home = offer.home
        self.back_button.setVisible(not home or offer.revising)
        self.cancel_button.setVisible(home and offer.busy)
        self.cancel_button.setEnabled(not offer.cancelling)
        self.start_button.setVisible(home and not offer.begun)
        self.again_button.setVisible(home and offer.begun and not offer.busy)
        self.save_button.setVisible(home and offer.begun and not offer.revising)
        self.save_button.setEnabled(offer.report)
        save = "save_partial" if offer.partial else "save"
        rename(self.save_button, self._words.words("window", save))
        told = home and offer.report and not offer.partial and offer.support and not offer.revising
        self.ticket_button.setVisible(told)
        self.folder_button.setVisible(home and offer.saved and not offer.revising)
        if not offer.begun:  # it speaks of a button that the other pages do not show
            self.message.setText(self._words.words("window", "quiet") if home else "")

    def tell(self, text: str) -> None:
        """Show a sentence beside the buttons and let it be heard; empty shows none."""
        self.message.setText(text)
        announce(self, text)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in other colours."""
        ratio = self.devicePixelRatioF()
        for which, sign, colour in self._signs:
            which.setIcon(icon(sign, str(getattr(theme, colour)), ratio))
            which.setIconSize(SIGN)

    def _lay_out(self) -> None:
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(24, 14, 24, 14)
        self._row.setSpacing(12)
        for widget in (self.back_button, self.save_button, self.ticket_button):
            self._row.addWidget(widget)
        self._row.addWidget(self.message, 1)
        for widget in (
            self.folder_button,
            self.cancel_button,
            self.start_button,
            self.again_button,
        ):
            self._row.addWidget(widget)
        self._signs = [
            (self.start_button, "start", "on_accent"),
            (self.again_button, "again", "on_accent"),
            (self.save_button, "save", "text"),
            (self.ticket_button, "ticket", "text"),
            (self.folder_button, "folder", "accent"),
        ]

    def _name_keys(self) -> None:
        for which, keys in (
            (self.save_button, "Ctrl+S"),
            (self.cancel_button, "Esc"),
            (self.back_button, "Esc"),
            (self.start_button, "F5"),
            (self.again_button, "F5"),
        ):
            native = QKeySequence.SequenceFormat.NativeText
            which.setToolTip(QKeySequence(keys).toString(native))

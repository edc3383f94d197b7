"""The page “Relatório pronto”: the bundle to be dragged, copied, mailed, and saved elsewhere."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QPushButton, QVBoxLayout

from a3check.core.catalogue import Catalogue
from a3check.ui.file_tile import FileTile
from a3check.ui.kept import Kept
from a3check.ui.pages import Leaf
from a3check.ui.pieces import Disc, abreast, announce, beside, button, card, label, themed
from a3check.ui.place_buttons import PlaceButtons
from a3check.ui.stage import Column
from a3check.ui.state import Mark
from a3check.ui.style import Theme, icon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from a3check.ui.drives import Drive

KILO = 1024
SIGN = QSize(20, 20)


class KeptPage(Leaf):
    """Shows what was saved and what can be done with it."""

    name = "kept"
    copy_wanted = Signal()
    mail_wanted = Signal()
    folder_wanted = Signal()
    """The folder is to be opened, the bundle selected."""
    ticket_wanted = Signal()
    other_wanted = Signal()
    """Another folder is to be asked for, and all written there, too."""
    place_wanted = Signal(object)
    """All is to be written below this path, too."""

    def __init__(self, words: Catalogue, theme: Theme) -> None:
        super().__init__(words.words("saving", "ready"))
        self._words, self._theme = words, theme
        say = self._say
        self.where = label("")
        self.tile = FileTile(theme, say("drag"))
        self.tile.copy_wanted.connect(self.copy_wanted)
        self.copy_button = self._button("copy", self.copy_wanted, "primary")
        self.mail_button = self._button("mail", self.mail_wanted)
        self.folder_button = self._button("open", self.folder_wanted)
        self.ticket_button = self._button("ticket", self.ticket_wanted)
        self.told = label("", "strong")
        self.beside = label("", "muted")
        self.places = PlaceButtons(words, "plain")
        self.places.rename_folder(other=True)
        self.places.folder_wanted.connect(self.other_wanted)
        self.places.place_wanted.connect(self.place_wanted)
        self._lay_out()
        self.set_theme(theme)

    def enter(self) -> None:
        """Let Enter copy."""
        self.copy_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_kept(self, kept: Kept, *, ticket: bool) -> None:
        """Show what was saved; ``ticket`` where the portal has a page for tickets."""
        self.where.setText(self._say("kept", folder=str(kept.folder)))
        size = max(round(kept.size / KILO), 1)
        self.tile.show_file(kept.bundle, self._say("file", name=kept.bundle.name, size=size))
        names = ", ".join(file.name for file in kept.files[1:])
        self.beside.setText(self._say("beside", files=names))
        self.ticket_button.setVisible(ticket)
        self.tell("")

    def show_drives(self, drives: "Sequence[Drive]") -> None:
        """Offer what is plugged in."""
        self.places.show_drives(drives)

    def tell(self, text: str) -> None:
        """Say how it went, for the eye and for the ear."""
        self.told.setText(text)
        self.told.setVisible(bool(text))
        announce(self, text)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        themed(self, theme)
        for which, sign, colour in (
            (self.copy_button, "copy", theme.on_accent),
            (self.mail_button, "outgoing", theme.text),
            (self.folder_button, "folder", theme.text),
            (self.ticket_button, "ticket", theme.text),
        ):
            which.setIcon(icon(sign, colour, self.devicePixelRatioF()))
            which.setIconSize(SIGN)

    def _button(self, key: str, signal: SignalInstance, role: str = "plain") -> QPushButton:
        return button(self._say(key), role, signal.emit)

    def _lay_out(self) -> None:
        self.column = Column()
        scroll = self._words.words("window", "scroll")
        self.column.verticalScrollBar().setAccessibleName(scroll)
        cards = self.column.cards
        head, column = card(margin=26, spacing=14)
        disc = Disc(self._theme)
        disc.show_sign(str(Mark.PASSED), Mark.PASSED)
        title = label(self.accessibleName(), "title")
        column.addLayout(beside(disc, title, self.where, spacing=18))
        column.addWidget(self.tile)
        column.addLayout(abreast(self.copy_button, self.mail_button, self.folder_button))
        column.addWidget(self.told)
        cards.addWidget(head)
        for key, extra in (("who", self.ticket_button), ("elsewhere", self.places)):
            made, column = card(margin=26, spacing=8)
            column.addWidget(label(self._say(f"{key}_title"), "section"))
            column.addWidget(label(self._say(f"{key}_text")))
            if key == "who":
                column.addWidget(self.beside)
            column.addWidget(extra, 0, Qt.AlignmentFlag.AlignLeft)
            cards.addWidget(made)
        cards.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.column)

    def _say(self, key: str, **facts: str | int) -> str:
        return self._words.words("saving", key, **facts)

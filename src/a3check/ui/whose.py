"""“Isto é com o INSS?”: whose the cause is, and what can be done with that."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from a3check.core.catalogue import Catalogue
from a3check.report.addressee import PASSED, UNCLEAR, Kind
from a3check.report.ticket import Ticket
from a3check.ui.pieces import button, card, label

ROOM = 24  # logical pixels below the last button


def asks(ticket: Ticket) -> bool:
    """Tell whether the question comes before the ticket: not where the portal has failed."""
    return not ticket.judged.portal or ticket.judged.why == PASSED


class Whose(QWidget):
    """Says who resolves it instead, and offers the text for them."""

    chosen = Signal(object)
    """A :class:`Kind`: for whom the text shall be."""
    steps_wanted = Signal()
    left = Signal()
    """Neither is wanted."""

    def __init__(self, ticket: Ticket, words: Catalogue) -> None:
        super().__init__()
        self._ticket, self._words = ticket, words
        self.title = label(self._say("question"), "section")
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 18)
        column.setSpacing(14)
        column.addWidget(self.title)
        column.addWidget(self._answer())
        self.buttons = tuple(self._offers())
        for made in self.buttons:
            column.addWidget(made)
        column.addStretch(1)
        column.addWidget(button(self._say("close"), "link", self.left.emit))

    @property
    def spoken(self) -> str:
        """The whole of it for a screen reader."""
        return " ".join((self.title.text(), *self._sentences()))

    def needed_height(self) -> int:
        """Return the height at which nothing is cut off, at the width of the window."""
        return self.heightForWidth(self.window().width()) + ROOM

    def _answer(self) -> QWidget:
        panel, column = card(margin=18, spacing=10)
        first, *others = self._sentences()
        column.addWidget(label(first, "strong"))
        for said in others:
            column.addWidget(label(said))
        return panel

    def _sentences(self) -> tuple[str, ...]:
        judged, ticket = self._ticket.judged, self._ticket
        answer = "user" if judged.yourself else judged.kind
        if judged.why == PASSED:
            return (self._say("passed"), self._say("passed_what"))
        if judged.why == UNCLEAR:
            return (self._say("unclear"), self._say("found", title=ticket.title))
        return (
            self._say(f"answer_{answer}"),
            self._say("found", title=ticket.title),
            self._say(f"why_{judged.why}"),
            self._say("not_portal"),
        )

    def _offers(self) -> list[QPushButton]:
        judged = self._ticket.judged
        text = self._say(f"text_{judged.kind}")
        role = "plain" if judged.yourself else "primary"
        made = [button(text, role, lambda: self.chosen.emit(judged.kind))]
        if judged.yourself:
            made.insert(0, button(self._say("steps"), "primary", self.steps_wanted.emit))
        if not judged.portal:
            anyway = self._say("anyway")
            made.append(button(anyway, "plain", lambda: self.chosen.emit(Kind.PORTAL)))
        return made

    def _say(self, key: str, **facts: str) -> str:
        return self._words.words("companion", key, **facts)

"""The question for the PIN."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from a3check.core.catalogue import Catalogue
from a3check.core.cryptoki import fits
from a3check.core.question import NoPin
from a3check.ui.asked import PinState
from a3check.ui.inquiry import pin_state
from a3check.ui.pieces import Picture, beside, button, card, label, rename
from a3check.ui.pin_field import PinField
from a3check.ui.prompts import PinRequest
from a3check.ui.question import QuestionCard, facts_grid
from a3check.ui.style import Theme

FIELD = 280  # logical pixels


class PinCard(QuestionCard):
    """Which token, to whom the certificate is shown, what a wrong PIN costs, and the field."""

    def __init__(self, request: PinRequest, words: Catalogue, theme: Theme) -> None:
        state = pin_state(request.question, words)
        super().__init__("key", state.title, theme)
        self._request, self._words, self._pinpad = request, words, state.pinpad
        self._token = request.question.token
        self.field = PinField()
        self.check = button(state.check, "primary", self._send)
        self.skip_button = button(words.words("window", "pin_skip"), "plain", self.skip)
        self.show_button = button(words.words("window", "pin_show"), "link", self._turn)
        self.column.addLayout(facts_grid(state.facts))
        self.column.addLayout(self._entry(state))
        self.column.addWidget(self._cost(state, theme))
        self.column.addWidget(label(state.kept, "muted"))
        self.field.typed.connect(self._typed)
        self.field.entered.connect(self._send)
        self._typed()

    def stops(self) -> tuple[QWidget, ...]:
        """Return field and buttons; a reader with its own keys needs no field."""
        buttons = (self.check, self.skip_button)
        return buttons if self._pinpad else (self.field, self.show_button, *buttons)

    def skip(self) -> None:
        """Go on without the PIN."""
        self.field.wipe()
        self._request.answer(NoPin.USER)

    def drop(self) -> None:
        """Empty the field."""
        self.field.wipe()

    def _send(self) -> None:
        if self.check.isEnabled():
            self.check.setEnabled(False)
            self._request.answer(self.field.take())

    def _turn(self) -> None:
        """Show the characters, or dots again."""
        self.field.reveal(shown=not self.field.revealed)
        self._name()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _name(self) -> None:
        key = "pin_hide" if self.field.revealed else "pin_show"
        rename(self.show_button, self._words.words("window", key))

    def _typed(self) -> None:
        """Let go of a PIN whose length the token may accept: any other costs a question."""
        size = self.field.size_in_bytes
        self._name()
        self.check.setEnabled(
            self._request.open and (self._pinpad or (size > 0 and fits(size, self._token)))
        )

    def _entry(self, state: PinState) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        name = QLabel(self._words.words("window", "pin_label"))
        name.setProperty("role", "strong")
        name.setBuddy(self.field)
        self.field.setAccessibleName(self._words.words("window", "pin_field"))
        self.field.setAccessibleDescription(f"{state.tries} {state.cost}")
        self.field.setMaximumWidth(FIELD)
        row = QHBoxLayout()
        row.setSpacing(10)
        if not state.pinpad:
            column.addWidget(name)
            row.addWidget(self.field, 1)
            row.addWidget(self.show_button)
        row.addWidget(self.check)
        row.addWidget(self.skip_button)
        row.addStretch(0)
        column.addLayout(row)
        if state.length and not state.pinpad:
            column.addWidget(label(state.length, "small"))
        if state.pinpad:
            self.field.hide()
            self.show_button.hide()
        return column

    def _cost(self, state: PinState, theme: Theme) -> QFrame:
        panel, column = card("advice", margin=18, spacing=0)
        texts = (
            label(state.tries, "strong"),
            label(state.cost),
            label(state.unsure),
        )
        column.addLayout(beside(Picture("alert", "warning", theme, 24), *texts))
        return panel

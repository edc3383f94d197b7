"""The two questions of a run as cards: the PIN, and which certificate."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from a3check.core.catalogue import Catalogue
from a3check.core.question import NoPin
from a3check.ui.pieces import Disc, Picture, beside, button, card, label
from a3check.ui.pin_field import PinField
from a3check.ui.presenter import choice_rows, pin_state
from a3check.ui.prompts import ChoiceRequest, PinRequest, Request
from a3check.ui.state import ChoiceRow, Mark, PinState
from a3check.ui.style import Theme, font

FIELD = 280  # logical pixels
SHOWN_CHOICES = 3


class QuestionCard(QFrame):
    """What both have in common: a sign, a title, and that they are answered once."""

    def __init__(self, sign: str, title: str, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAccessibleName(title)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(28, 26, 28, 26)
        self.column.setSpacing(16)
        disc = Disc(theme)
        disc.show_sign(sign, Mark.WAITING)
        row = beside(disc, label(title, "title"), spacing=18)
        self.column.addLayout(row)
        row.setAlignment(disc, Qt.AlignmentFlag.AlignVCenter)

    def stops(self) -> tuple[QWidget, ...]:
        """Return what Tab goes through, in reading order; the first takes the focus."""
        return ()

    def skip(self) -> None:
        """Answer with no."""

    def drop(self) -> None:
        """Forget what was typed: nobody waits for it any more."""


class PinCard(QuestionCard):
    """Which token, to whom the certificate is shown, what a wrong PIN costs, and the field."""

    def __init__(self, request: PinRequest, words: Catalogue, theme: Theme) -> None:
        state = pin_state(request.question, words)
        super().__init__("key", state.title, theme)
        self._request, self._words, self._pinpad = request, words, state.pinpad
        self.field = PinField()
        check = "pinpad_check" if state.pinpad else "pin_check"
        self.check = button(words.words("window", check), "primary", self._send)
        self.skip_button = button(words.words("window", "pin_skip"), "plain", self.skip)
        self.column.addLayout(self._facts(state))
        self.column.addLayout(self._entry(state))
        self.column.addWidget(self._cost(state, theme))
        self.column.addWidget(label(words.words("window", "pin_kept"), "muted"))
        self.field.typed.connect(self._typed)
        self.field.entered.connect(self._send)
        self._typed()

    def stops(self) -> tuple[QWidget, ...]:
        """Return field and buttons; a reader with its own keys needs no field."""
        buttons = (self.check, self.skip_button)
        return buttons if self._pinpad else (self.field, *buttons)

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

    def _typed(self) -> None:
        self.check.setEnabled((self._pinpad or len(self.field) > 0) and self._request.open)

    def _facts(self, state: PinState) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, (name, value) in enumerate(state.facts):
            grid.addWidget(label(name, "muted", wrap=False), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(value, "strong"), row, 1)
        return grid

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
        row.addWidget(self.check)
        row.addWidget(self.skip_button)
        row.addStretch(0)
        column.addLayout(row)
        if state.length and not state.pinpad:
            column.addWidget(label(state.length, "small"))
        if state.pinpad:
            self.field.hide()
        return column

    def _cost(self, state: PinState, theme: Theme) -> QFrame:
        panel, column = card("advice", margin=18, spacing=0)
        texts = (
            label(state.tries, "strong"),
            label(state.cost),
            label(self._words.words("window", "pin_unsure")),
        )
        column.addLayout(beside(Picture("alert", "warning", theme, 24), *texts))
        return panel


class ChoiceCard(QuestionCard):
    """A list of certificates to choose from."""

    def __init__(self, request: ChoiceRequest, words: Catalogue, theme: Theme) -> None:
        super().__init__("certificate", words.words("window", "choose_title"), theme)
        self._request = request
        self.list = QListWidget()
        self.list.setAccessibleName(words.words("window", "choose_list"))
        self.list.setWordWrap(True)
        self.list.setFont(font(size=15))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._fill(choice_rows(request.question, words))
        self.use = button(words.words("window", "choose_use"), "primary", self._send)
        self.skip_button = button(words.words("window", "choose_none"), "plain", self.skip)
        self.column.addWidget(label(words.words("window", "choose_explanation")))
        self.column.addWidget(self.list)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.use)
        row.addWidget(self.skip_button)
        row.addStretch(1)
        self.column.addLayout(row)
        self.list.itemActivated.connect(lambda _: self._send())

    def stops(self) -> tuple[QWidget, ...]:
        """Return list and buttons."""
        return self.list, self.use, self.skip_button

    def skip(self) -> None:
        """Choose none."""
        self._request.answer("")

    def _send(self) -> None:
        chosen = self.list.currentItem()
        if chosen is not None:
            self._request.answer(str(chosen.data(Qt.ItemDataRole.UserRole)))

    def _fill(self, rows: tuple[ChoiceRow, ...]) -> None:
        for row in rows:
            item = QListWidgetItem("\n".join((row.title, *row.facts)), self.list)
            item.setData(Qt.ItemDataRole.UserRole, row.key)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, row.spoken)
        self.list.setCurrentRow(0)
        lines = max((1 + len(row.facts) for row in rows), default=1)
        height = self.list.fontMetrics().lineSpacing() * lines + 22
        self.list.setFixedHeight(height * min(len(rows), SHOWN_CHOICES) + 14)


def question_card(request: Request, words: Catalogue, theme: Theme) -> QuestionCard:
    """Return the card that answers a request."""
    match request:
        case PinRequest():
            return PinCard(request, words, theme)
        case ChoiceRequest():
            return ChoiceCard(request, words, theme)

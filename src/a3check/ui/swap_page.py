"""The page of the guided swap: the first run, what to swap, and in the end what follows."""

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from a3check.core.catalogue import Catalogue
from a3check.report.swap import Kind
from a3check.ui.pages import Leaf
from a3check.ui.pieces import (
    Disc,
    Picture,
    announce,
    beside,
    button,
    card,
    clear,
    label,
    themed,
)
from a3check.ui.stage import Column
from a3check.ui.style import Theme
from a3check.ui.swap_state import RunLine, SwapState


class SwapPage(Leaf):
    """Shows a :class:`SwapState`; each button is a signal."""

    name = "swap"
    entered = Signal()
    """It is about to be seen."""
    test_wanted = Signal()
    """The second run is to begin."""
    save_wanted = Signal()
    """The first run is to be taken to another computer."""
    open_wanted = Signal()
    """A first run was brought here."""
    anew_wanted = Signal()
    """Another comparison."""
    result_wanted = Signal()
    """The page of the second run."""

    def __init__(self, words: Catalogue, theme: Theme) -> None:
        super().__init__(words.words("swap", "title"))
        self._words, self._theme = words, theme
        self._busy = False
        self.test_button = self._button("token_button", "primary", self.test_wanted)
        self.loaded_button = self._button("loaded_button", "primary", self.test_wanted)
        self.save_button = self._button("computer_button", "plain", self.save_wanted)
        self.open_button = self._button("open_button", "plain", self.open_wanted)
        self.again_button = self._button("again", "plain", self.anew_wanted)
        self.result_button = self._button("result", "primary", self.result_wanted)
        self.title = label(words.words("swap", "title"), "title")
        self.conclusion = label("", "title")
        self._text, self._unsure = label(""), label("", "muted")
        self.said = label("")
        self._lay_out()
        self.show_state(SwapState())

    def enter(self) -> None:
        """Get ready, and take the focus."""
        self.said_panel.hide()
        self.entered.emit()
        self._focus()

    def show_state(self, state: SwapState) -> None:
        """Show what can be swapped now, or what follows."""
        ended = state.second is not None
        loaded = state.kind is Kind.COMPUTER and not ended
        own = state.first is not None and not loaded and not ended
        clear(self._runs)
        for line in (state.first, state.second):
            if line is not None:
                self._runs.addWidget(_line(line, self._theme))
        self._runs_card.setVisible(state.first is not None)
        self._none.setVisible(state.first is None)
        self._disc.show_sign(str(state.mark) if ended else "again", state.mark)
        self.conclusion.setText(state.title)
        self._text.setText(state.text)
        self._unsure.setText(state.unsure)
        self._unsure.setVisible(bool(state.unsure))
        self._conclusion_card.setVisible(ended)
        for text in (self.title, self._intro):
            text.setVisible(not ended)
        self._token_card.setVisible(own)
        self._computer_card.setVisible(own)
        self._open_card.setVisible(not ended and not loaded)
        self._loaded_card.setVisible(loaded)
        self._ways.setVisible(ended or loaded)
        self.result_button.setVisible(ended)
        if ended:
            said = self._words.words("swap", "spoken", title=state.title, text=state.text)
            self._conclusion_card.setAccessibleName(said)
            announce(self, said)
        if self.isVisible():
            self._focus()

    def tell(self, text: str) -> None:
        """Say what became of a file."""
        self.said.setText(text)
        self.said_panel.show()
        self.column.ensureWidgetVisible(self.said_panel)
        announce(self, text)

    def allow(self, *, allowed: bool) -> None:
        """Let the second run begin, or not: one at a time."""
        for which in (self.test_button, self.loaded_button):
            which.setEnabled(allowed)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        themed(self, theme)

    def _focus(self) -> None:
        stops = (self.result_button, self.loaded_button, self.test_button, self.open_button)
        first = next((s for s in stops if s.isVisibleTo(self) and s.isEnabled()), self)
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _button(self, key: str, role: str, signal: SignalInstance) -> QPushButton:
        return button(self._words.words("swap", key), role, signal.emit)

    def _lay_out(self) -> None:
        say = self._words.words
        self.column = Column()
        cards = self.column.cards
        self._intro = label(say("swap", "intro"), "muted")
        self._none = self._option("token", "none")
        head = QVBoxLayout()
        head.setSpacing(6)
        for text in (self.title, self._intro):
            head.addWidget(text)
        cards.addLayout(head)
        self._conclusion_card = self._concluding()
        self._runs_card, self._runs = card(margin=24, spacing=12)
        self.said_panel, inside = card("advice", margin=16, spacing=0)
        inside.addLayout(beside(Picture("alert", "warning", self._theme, 22), self.said))
        self.said_panel.hide()
        self._token_card = self._option("token", "token", self.test_button)
        self._computer_card = self._option("save", "computer", self.save_button)
        self._open_card = self._option("folder", "open", self.open_button)
        self._loaded_card = self._option("token", "loaded", self.loaded_button)
        self._ways = self._ways_on()
        for widget in (
            self._conclusion_card,
            self._none,
            self._runs_card,
            self.said_panel,
            self._loaded_card,
            self._token_card,
            self._computer_card,
            self._open_card,
            self._ways,
        ):
            cards.addWidget(widget)
        cards.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.column)

    def _concluding(self) -> QFrame:
        made, column = card(margin=28, spacing=10)
        self._disc = Disc(self._theme)
        texts = (self.conclusion, self._text, self._unsure)
        column.addLayout(beside(self._disc, *texts, spacing=18))
        return made

    def _ways_on(self) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.result_button)
        row.addWidget(self.again_button)
        row.addStretch(1)
        return made

    def _option(self, sign: str, name: str, pressed: QPushButton | None = None) -> QFrame:
        made, column = card(margin=24, spacing=12)
        title = label(self._words.words("swap", f"{name}_title"), "section")
        text = label(self._words.words("swap", f"{name}_text"))
        row = beside(Picture(sign, "accent", self._theme, 24), title, text, spacing=16)
        if pressed is not None:
            row.addWidget(pressed, 0, Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(row)
        return made


def _line(line: RunLine, theme: Theme) -> QWidget:
    made = QWidget()
    picture = Picture(str(line.mark), str(line.mark), theme, 22)
    row = beside(picture, label(line.name, "muted"), label(line.text, "strong"))
    row.setContentsMargins(0, 0, 0, 0)
    made.setLayout(row)
    return made

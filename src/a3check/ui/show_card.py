"""The question whether something may leave: the certificate to a host, or a request for a CA."""

from PySide6.QtWidgets import QWidget

from a3check.core.catalogue import Catalogue
from a3check.ui.inquiry import fetch_state, show_state
from a3check.ui.pieces import Picture, abreast, beside, button, card, label
from a3check.ui.prompts import FetchRequest, ShowRequest
from a3check.ui.question import QuestionCard, facts_grid
from a3check.ui.style import Theme


class ShowCard(QuestionCard):
    """Who asks or is asked, and what it would get; the no comes first and is the default."""

    def __init__(
        self, request: ShowRequest | FetchRequest, words: Catalogue, theme: Theme
    ) -> None:
        match request:
            case ShowRequest():
                state = show_state(request.question, words)
            case FetchRequest():
                state = fetch_state(request.question, words)
        super().__init__("certificate", state.title, theme)
        self._request = request
        self.skip_button = button(state.no, "primary", self.skip)
        self.show_button = button(state.yes, "plain", self._show)
        self.column.addWidget(label(state.explanation))
        self.column.addLayout(facts_grid(state.facts))
        panel, column = card("advice", margin=18, spacing=0)
        column.addLayout(beside(Picture("alert", "warning", theme, 24), label(state.unsure)))
        self.column.addWidget(panel)
        self.column.addLayout(abreast(self.skip_button, self.show_button))

    @property
    def alone(self) -> bool:
        """Tell that nothing else matters now."""
        return True

    def stops(self) -> tuple[QWidget, ...]:
        """Return the buttons, the no first."""
        return self.skip_button, self.show_button

    def skip(self) -> None:
        """Show nothing."""
        self._request.answer(answer=False)

    def _show(self) -> None:
        self._request.answer(answer=True)

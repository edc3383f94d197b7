"""The question which cloud keeps the certificate, where its provider's program is missing."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QRadioButton, QWidget

from a3check.core.catalogue import Catalogue
from a3check.ui.pieces import button, label
from a3check.ui.prompts import CloudRequest
from a3check.ui.question import QuestionCard
from a3check.ui.style import Theme

COLUMNS = 2


class CloudCard(QuestionCard):
    """The providers' names to choose one from; whoever does not know says so."""

    def __init__(self, request: CloudRequest, words: Catalogue, theme: Theme) -> None:
        super().__init__("certificate", words.words("window", "cloud_title"), theme)
        self._request = request
        self.answers = {brand: QRadioButton(brand) for brand in request.question}
        self.answer_button = button(words.words("window", "cloud_answer"), "primary", self._send)
        self.skip_button = button(words.words("window", "cloud_skip"), "plain", self.skip)
        self.column.addWidget(label(words.words("window", "cloud_explanation")))
        self.column.addWidget(self._choices(words.words("window", "cloud_list")))
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.answer_button)
        row.addWidget(self.skip_button)
        row.addStretch(1)
        self.column.addLayout(row)
        self._chosen()

    def stops(self) -> tuple[QWidget, ...]:
        """Return answers and buttons."""
        return *self.answers.values(), self.answer_button, self.skip_button

    def skip(self) -> None:
        """Say that it is not known."""
        self._request.answer("")

    def _send(self) -> None:
        self._request.answer(next(b for b, which in self.answers.items() if which.isChecked()))

    def _chosen(self) -> None:
        self.answer_button.setEnabled(any(w.isChecked() for w in self.answers.values()))

    def _choices(self, name: str) -> QWidget:
        group = QWidget()
        group.setAccessibleName(name)
        grid = QGridLayout(group)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(4)
        for number, which in enumerate(self.answers.values()):
            which.toggled.connect(self._chosen)
            if number:  # one stop for Tab, the arrows go on from there
                which.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            grid.addWidget(which, number // COLUMNS, number % COLUMNS)
        for place in range(COLUMNS):
            grid.setColumnStretch(place, 1)
        return group

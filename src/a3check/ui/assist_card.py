"""The question how it went in the browser, where a3check cannot tell by itself."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from a3check.core.catalogue import Catalogue
from a3check.core.plain import LONGEST, one_line
from a3check.core.question import Assisted, Step
from a3check.ui.inquiry import assist_state
from a3check.ui.pieces import abreast, announce, button, label, rename, ruler
from a3check.ui.print_card import Thumbnail
from a3check.ui.prints import Prints
from a3check.ui.prompts import AssistRequest
from a3check.ui.question import QuestionCard
from a3check.ui.style import Theme, restyle

COLUMNS = 2
THUMBNAIL = QSize(112, 63)  # logical pixels


class AssistCard(QuestionCard):
    """Opens the portal, takes the print, and asks: did you get in, and what was there?

    The PIN's card is closed by then: no PIN is on the screen when the print is taken.
    """

    def __init__(
        self, request: AssistRequest, words: Catalogue, theme: Theme, prints: Prints
    ) -> None:
        state = assist_state(request.question, words)
        super().__init__("outgoing", state.title, theme)
        self._request, self._words, self._prints = request, words, prints
        self._url = request.question.url
        self.open_button = button(words.words("window", "assist_open"), "primary", self._open)
        self.print_button = button(words.words("window", "print_take"), "plain", self._take)
        self.news = label(state.hint, "muted")
        self.picture = Thumbnail(words, THUMBNAIL)
        self.answers = self._answers(state.answers)
        self.field = QLineEdit(maxLength=LONGEST)
        self.answer_button = button(words.words("window", "assist_answer"), "primary", self._send)
        self.skip_button = button(words.words("window", "assist_skip"), "plain", self.skip)
        self.column.addWidget(label(state.why))
        self.column.addLayout(self._actions())
        self.column.addWidget(ruler())
        self.column.addLayout(self._choices())
        self.column.addLayout(self._words_row())
        self.column.addLayout(abreast(self.answer_button, self.skip_button))
        prints.told.connect(self._tell)
        prints.album.changed.connect(self._show_print)
        self.field.returnPressed.connect(self._send)
        self._chosen()

    @property
    def alone(self) -> bool:
        """Tell that it is tall."""
        return True

    def stops(self) -> tuple[QWidget, ...]:
        """Return buttons, answers, field and buttons."""
        return (
            self.open_button,
            self.print_button,
            *self.answers.values(),
            self.field,
            self.answer_button,
            self.skip_button,
        )

    def skip(self) -> None:
        """Say nothing."""
        self._request.answer(None)

    def drop(self) -> None:
        """Forget what was typed."""
        self.field.clear()

    def _open(self) -> None:
        opened = self._prints.outside.browse(self._url)
        key = "assist_opened" if opened else "assist_not_opened"
        self._tell(self._words.words("window", key, url=self._url))
        if opened:
            restyle(self.open_button, "role", "plain")  # the answer is what comes next

    def _send(self) -> None:
        chosen = [step for step, which in self.answers.items() if which.isChecked()]
        if chosen:
            words = one_line(self.field.text())
            self._request.answer(Assisted(chosen[0], words if chosen[0] else ""))

    def _chosen(self) -> None:
        self.answer_button.setEnabled(any(w.isChecked() for w in self.answers.values()))

    def _tell(self, text: str) -> None:
        self.news.setText(text)
        announce(self, text)

    def _take(self) -> None:
        self._prints.open(self._url)

    def _show_print(self) -> None:
        taken = self._prints.album.print
        self.picture.show_print(None if taken is None else taken.image)
        table, key = ("window", "print_take") if taken is None else ("print", "card_look")
        rename(self.print_button, self._words.words(table, key))

    def _answers(
        self, answers: tuple[tuple[Step | None, str], ...]
    ) -> dict[Step | None, QRadioButton]:
        made = {}
        for step, text in answers:
            made[step] = QRadioButton(text)
            made[step].toggled.connect(self._chosen)
            if step is not None:  # one stop for Tab, the arrows go on from there
                made[step].setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        return made

    def _actions(self) -> QVBoxLayout:
        said = QHBoxLayout()
        said.setSpacing(14)
        said.addWidget(self.news, 1)
        said.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addLayout(abreast(self.open_button, self.print_button))
        column.addLayout(said)
        return column

    def _choices(self) -> QVBoxLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(2)
        for number, which in enumerate(self.answers.values()):
            grid.addWidget(which, number // COLUMNS, number % COLUMNS)
        for place in range(COLUMNS):
            grid.setColumnStretch(place, 1)
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(label(self._words.words("assist", "asked"), "section"))
        column.addLayout(grid)
        return column

    def _words_row(self) -> QVBoxLayout:
        hint = self._words.words("window", "assist_words_hint")
        name = QLabel(self._words.words("window", "assist_words"))
        name.setProperty("role", "strong")
        name.setBuddy(self.field)
        self.field.setProperty("role", "text")
        self.field.setPlaceholderText(hint)
        self.field.setAccessibleName(name.text().replace("&", ""))
        self.field.setAccessibleDescription(hint)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(name)
        column.addWidget(self.field)
        return column

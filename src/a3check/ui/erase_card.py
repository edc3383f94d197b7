"""“Apagar meus dados”: what is kept here, the one question, and what was removed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from a3check.core.catalogue import Catalogue
from a3check.core.erasure import Erasure
from a3check.ui.pieces import Picture, announce, beside, button, label
from a3check.ui.style import Theme

NAMED = 3
"""Files that could not be removed and are named; more help nobody."""


class EraseCard(QFrame):
    """Asks once; the no comes first and is the default."""

    wanted = Signal()
    """All is to be removed, now."""

    def __init__(self, words: Catalogue, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._words = words
        say = self._say
        self.text = label(say("erase_text"), "muted")
        self.ask_button = button(say("erase"), "plain", self._ask)
        self.question = QFrame()
        self.title = label(say("erase_title"), "section")
        self.no_button = button(say("erase_no"), "primary", self.forget)
        self.yes_button = button(say("erase_yes"), "plain", self._begin)
        self._lay_out(theme)
        self.forget()

    def forget(self) -> None:
        """Take the question back."""
        asked = self.question.isVisibleTo(self)
        self.question.hide()
        self.ask_button.show()
        self.text.show()
        if asked:
            self.ask_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def allow(self, *, allowed: bool) -> None:
        """Offer it, or not: a run that goes on writes what would be removed."""
        self.ask_button.setEnabled(allowed)
        self.yes_button.setEnabled(allowed)

    def tell(self, done: Erasure | None) -> None:
        """Say what was removed, and what was not."""
        self.text.setText(told(done, self._words))
        self.forget()
        announce(self, self.text.text())

    def _ask(self) -> None:
        self.ask_button.hide()
        self.text.hide()
        self.question.show()
        self.no_button.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self, self.title.text())

    def _begin(self) -> None:
        self.text.setText(self._say("erasing"))
        self.forget()
        self.wanted.emit()

    def _lay_out(self, theme: Theme) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        row = QHBoxLayout()
        row.setSpacing(18)
        row.addWidget(self.text, 1)
        row.addWidget(self.ask_button, 0, Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(row)
        inner = QVBoxLayout(self.question)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(10)
        inner.addWidget(self.title)
        inner.addWidget(label(self._say("erase_what")))
        inner.addLayout(
            beside(Picture("shield", "accent", theme, 22), label(self._say("erase_stays")))
        )
        answers = QHBoxLayout()
        answers.setSpacing(10)
        answers.addWidget(self.no_button)
        answers.addWidget(self.yes_button)
        answers.addStretch(1)
        inner.addLayout(answers)
        column.addWidget(self.question)

    def _say(self, key: str) -> str:
        return self._words.words("history", key)


def told(done: Erasure | None, words: Catalogue) -> str:
    """Say what became of it; nothing where the work itself broke."""
    if done is None:
        return words.words("history", "not_erased")
    stays = words.words("history", "erased_installed") if done.installed else ""
    return " ".join(text for text in (_gone(done, words), stays) if text)


def _gone(done: Erasure, words: Catalogue) -> str:
    if done.left:
        names = done.left[:NAMED]
        return words.words("history", "erased_left", files=done.files, names=names)
    if done.counts:
        return words.words("history", "erased_counts", files=done.files)
    return words.words("history", "erased" if done.files else "erased_nothing", files=done.files)

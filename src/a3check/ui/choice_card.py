"""The question which certificate is theirs."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from a3check.core.catalogue import Catalogue
from a3check.ui.asked import ChoiceRow
from a3check.ui.inquiry import choice_rows
from a3check.ui.pieces import abreast, button, label
from a3check.ui.prompts import ChoiceRequest
from a3check.ui.question import QuestionCard
from a3check.ui.style import Theme, font

SHOWN_CHOICES = 4
USABLE = Qt.ItemDataRole.UserRole + 1


class ChoiceCard(QuestionCard):
    """A list of certificates to choose from."""

    def __init__(self, request: ChoiceRequest, words: Catalogue, theme: Theme) -> None:
        super().__init__("certificate", words.words("window", "choose_title"), theme)
        self._request, self._theme = request, theme
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
        self.column.addLayout(abreast(self.use, self.skip_button))
        self.list.itemActivated.connect(lambda _: self._send())
        self.list.currentItemChanged.connect(lambda *_: self._chosen())
        self._chosen()

    def stops(self) -> tuple[QWidget, ...]:
        """Return list and buttons."""
        return self.list, self.use, self.skip_button

    def skip(self) -> None:
        """Choose none."""
        self._request.answer("")

    def _send(self) -> None:
        if self.use.isEnabled():
            chosen = self.list.currentItem()
            self._request.answer(str(chosen.data(Qt.ItemDataRole.UserRole)))

    def _chosen(self) -> None:
        chosen = self.list.currentIndex().data(USABLE)
        self.use.setEnabled(bool(chosen))

    def _fill(self, rows: tuple[ChoiceRow, ...]) -> None:
        for row in rows:
            item = QListWidgetItem("\n".join((row.title, *row.facts)), self.list)
            item.setData(Qt.ItemDataRole.UserRole, row.key)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, row.spoken)
            item.setData(USABLE, row.usable)
            if not row.usable:  # grey, but reached by the arrows: its reason is read, too
                item.setForeground(QColor(self._theme.muted))
        self.list.setCurrentRow(0)
        line = self.list.fontMetrics().lineSpacing()
        heights = [line * (1 + len(row.facts)) + 22 for row in rows]
        self.list.setFixedHeight(sum(heights[:SHOWN_CHOICES]) + 14)

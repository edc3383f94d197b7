"""The cards of the page: welcome, what runs, the verdict, what else, the details."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from a3check.ui.pieces import Disc, button, label
from a3check.ui.remedy import RemedyBox
from a3check.ui.rows import ActivityRow, NoteRow, Rows
from a3check.ui.state import Headline, Mark, Note, PageState, Remedy
from a3check.ui.style import MONOSPACED, Theme, font, icon

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QTextDocument
    from PySide6.QtWidgets import QPlainTextEdit

    from a3check.core.catalogue import Catalogue
    from a3check.ui.piecemeal import Steps

DETAILS_LINES = 12
ACTIVITIES, NOTES = 6, 4
"""Rows that are made before they are needed: so many checks run side by side."""
GAP = 12  # logical pixels between what runs and the remedy
_SIGNS = {Mark.WAITING: "a3check", Mark.RUNNING: "clock", Mark.SLOW: "clock"}


class HeadlineCard(QFrame):
    """The sentence of the page, and below it what belongs to it."""

    portal_wanted = Signal()
    """The portal is to be opened in the browser."""
    action_wanted = Signal(object)
    """An :class:`~a3check.ui.state.Action` whose button was pressed."""

    def __init__(self, words: Catalogue, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._words, self._theme = words, theme
        self._disc = Disc(theme)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.title = label("", "title")
        self._explanation, self._aside = label(""), label("", "muted")
        self._bar = QProgressBar(textVisible=False, maximum=1000)
        say = words.words("window", "open_portal")
        self.portal_button = button(say, "plain", self.portal_wanted.emit)
        self._remedy: RemedyBox | None = None
        self._resolved: Remedy | None = None
        self._progress, self._activities = label("", "muted"), Rows(ActivityRow, GAP)
        self._below = QWidget()
        self._rows = QVBoxLayout(self._below)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(GAP)
        self._rows.addWidget(self._progress)
        self._rows.addWidget(self._activities)
        self._lay_out()

    def _lay_out(self) -> None:
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(28, 26, 28, 26)
        column.setSpacing(16)
        self._top = QWidget()
        row = QHBoxLayout(self._top)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(18)
        row.addWidget(self._disc, 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(6)
        texts.addStretch(1)
        for text in (self.title, self._explanation, self._aside):
            texts.addWidget(text)
        texts.addStretch(1)
        row.addLayout(texts, 1)
        column.addWidget(self._top)
        column.addWidget(self._bar)
        column.addWidget(self._below)
        column.addWidget(self.portal_button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_state(self, state: PageState, theme: Theme) -> None:
        """Show another state."""
        self._theme = theme
        self._head(state.headline)
        self._bar.setVisible(bool(state.progress))
        self._bar.setValue(round(state.done * 1000))
        self._bar.setAccessibleName(state.progress)
        self._progress.setText(state.progress)
        self._progress.setVisible(bool(state.progress))
        self._activities.show_values(state.activities, theme)
        self._resolve(state.remedy)
        self._below.setVisible(bool(state.progress or state.activities or state.remedy))
        self.portal_button.setVisible(bool(state.portal))

    def prepare(self) -> Steps[None]:
        """Make ahead what a run will need."""
        return self._activities.prepare(ACTIVITIES, self._theme)

    def stops(self) -> tuple[QWidget, ...]:
        """Return what Tab goes through, in reading order."""
        inside = self._remedy.buttons if self._remedy is not None else ()
        return (self, *inside, self.portal_button)

    def set_compact(self, compact: bool) -> None:  # noqa: FBT001 - as Qt's own setters
        """Leave the sentence out while a question stands above it."""
        self._top.setVisible(not compact)
        margin = 20 if compact else 26
        self._column.setContentsMargins(28, margin, 28, margin)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show the focus where the keyboard brought it."""
        keyboard = {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}
        self._ring(shown=event.reason() in keyboard)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show no focus."""
        self._ring(shown=False)
        super().focusOutEvent(event)

    def _ring(self, *, shown: bool) -> None:
        self.setProperty("ring", shown)
        self.style().unpolish(self)
        self.style().polish(self)

    def _resolve(self, remedy: Remedy | None) -> None:
        if remedy == self._resolved:
            return
        if self._remedy is not None:
            self._rows.removeWidget(self._remedy)
            self._remedy.hide()
            self._remedy.deleteLater()
            self._remedy = None
        self._resolved = remedy
        if remedy is not None:
            wanted = self.action_wanted.emit
            self._remedy = RemedyBox(remedy, self._words, self._theme, wanted)
            self._rows.addWidget(self._remedy)

    def _head(self, headline: Headline) -> None:
        self._disc.show_sign(_SIGNS.get(headline.mark, str(headline.mark)), headline.mark)
        self.title.setText(headline.title)
        self._explanation.setText(headline.explanation)
        self._explanation.setVisible(bool(headline.explanation))
        self._aside.setText(headline.aside)
        self._aside.setVisible(bool(headline.aside))
        said = (headline.title, headline.explanation, headline.aside)
        self.setAccessibleName(" ".join(text for text in said if text))


class NotesCard(QFrame):
    """What else was found."""

    def __init__(self, words: Catalogue) -> None:
        super().__init__()
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 20, 28, 22)
        column.setSpacing(14)
        column.addWidget(label(words.words("window", "also"), "section"))
        self._rows = Rows(NoteRow, 14)
        column.addWidget(self._rows)

    def prepare(self, theme: Theme) -> Steps[None]:
        """Make ahead what a verdict will mostly need."""
        return self._rows.prepare(NOTES, theme)

    def show_notes(self, notes: tuple[Note, ...], theme: Theme) -> None:
        """Show other notes; without any the card is hidden."""
        self._rows.show_values(notes, theme)
        self.setVisible(bool(notes))


class DetailsCard(QWidget):
    """The technical details, folded away."""

    def __init__(self, words: Catalogue, theme: Theme) -> None:
        super().__init__()
        self._words, self._theme = words, theme
        self._told = self._written = ""
        self.toggle = button(words.words("window", "details_show"), "link", self._turn)
        self.toggle.setProperty("fold", True)  # noqa: FBT003 - a property of the style sheet
        self.toggle.setIconSize(QSize(18, 18))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.toggle, 0, Qt.AlignmentFlag.AlignLeft)
        self._column = column

    @cached_property
    def text(self) -> QPlainTextEdit:
        """Where they are read; made when they are first unfolded: it has a font of its own."""
        from PySide6.QtWidgets import QPlainTextEdit  # noqa: PLC0415 - after the first paint

        made = QPlainTextEdit(readOnly=True)
        made.hide()
        made.setFont(font(MONOSPACED, 13))
        made.setAccessibleName(self._words.words("window", "details"))
        made.verticalScrollBar().setAccessibleName(self._words.words("window", "scroll"))
        made.setTabChangesFocus(True)
        made.setFixedHeight(made.fontMetrics().lineSpacing() * DETAILS_LINES + 24)
        self._column.addWidget(made)
        QWidget.setTabOrder(self.toggle, made)
        return made

    def show_details(self, details: str, theme: Theme) -> None:
        """Show other details; without any nothing is offered."""
        self._theme, self._told = theme, details
        self._settle()
        self._name()

    def stops(self) -> tuple[QWidget, ...]:
        """Return what Tab goes through, in reading order."""
        return (self.toggle, self.text) if self._opened else (self.toggle,)

    @property
    def _opened(self) -> bool:
        return "text" in self.__dict__ and self.text.isVisibleTo(self)

    def _settle(self) -> None:
        """Show what there is; what nobody reads is not written out."""
        if self._opened:
            self._write()
        self.setVisible(bool(self._told))

    def _write(self) -> None:
        """Write what is new; what is read, and what is selected, stays where it is."""
        from PySide6.QtGui import QTextCursor  # noqa: PLC0415 - after the first paint

        told, written = self._told, self._written
        self._written = told
        if written and told.startswith(written):
            end = QTextCursor(self.text.document())
            end.movePosition(QTextCursor.MoveOperation.End)
            end.insertText(told[len(written) :])
        elif told != written:
            self._write_anew(told)

    def _write_anew(self, told: str) -> None:
        """Write all of it: a word of a line changed, seldom more, so places are kept by line."""
        from PySide6.QtGui import QTextCursor  # noqa: PLC0415 - after the first paint

        document, bar = self.text.document(), self.text.verticalScrollBar()
        cursor, at = self.text.textCursor(), bar.value()
        selected, ends = cursor.selectedText(), []
        for place in (cursor.anchor(), cursor.position()):
            block = document.findBlock(place)
            ends.append((block.blockNumber(), place - block.position()))
        self.text.setPlainText(told)
        anchor, position = (_place(document, *end) for end in ends)
        cursor = self.text.textCursor()
        cursor.setPosition(anchor)
        cursor.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
        if cursor.selectedText() != selected:
            cursor.clearSelection()
        self.text.setTextCursor(cursor)
        bar.setValue(at)

    def _turn(self) -> None:
        self.text.setVisible(not self._opened)
        self._settle()
        self._name()

    def _name(self) -> None:
        shown = self._opened
        text = self._words.words("window", "details_hide" if shown else "details_show")
        self.toggle.setText(text)
        sign = "open" if shown else "details"
        self.toggle.setIcon(icon(sign, self._theme.accent, self.devicePixelRatioF(), 18))
        self.toggle.setAccessibleName(text.replace("&", ""))


def _place(document: QTextDocument, line: int, column: int) -> int:
    block = document.findBlockByNumber(min(line, document.blockCount() - 1))
    return block.position() + min(column, block.length() - 1)

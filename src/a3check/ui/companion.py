"""The window beside the browser: the texts of a ticket to copy, its files to drag."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QScreen, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from a3check.core.catalogue import Catalogue
from a3check.report.ticket import Ticket
from a3check.ui.attachments import Attachments
from a3check.ui.companion_head import Head
from a3check.ui.copy_field import CopyField
from a3check.ui.pieces import announce, button, clear, frame, label, themed
from a3check.ui.style import Theme, palette, sheet
from a3check.ui.whose import Whose

WIDTH, LEAST_WIDTH, HEIGHT, LEAST_HEIGHT = 400, 330, 760, 380
"""Logical pixels."""
SHARE = 0.45
"""The most of a screen's width that it takes: the page beside it can be read."""
EDGE, CAPTION = 8, 40
"""Logical pixels left free at the screen's edge, and for the window's own bar."""


def beside(available: QRect) -> QRect:
    """Return where it stands: at the right edge of a screen, and never over the whole of it."""
    width = min(WIDTH, int(available.width() * SHARE))
    height = min(HEIGHT, available.height() - CAPTION - 2 * EDGE)
    return QRect(available.right() - width - EDGE, available.top() + CAPTION, width, height)


class Companion(QWidget):
    """Shows the question whose it is, or the ticket; it stays in front of other windows."""

    chosen = Signal(object)
    """For whom the text shall be (a :class:`~a3check.report.addressee.Kind`)."""
    clear_wanted = Signal(bool)
    """Whether what is private is to be shown in the text."""
    page_wanted = Signal(str)
    save_wanted = Signal()
    steps_wanted = Signal()
    closed = Signal()

    def __init__(self, words: Catalogue, theme: Theme) -> None:
        flags = Qt.WindowType.Window | Qt.WindowType.WindowStaysOnTopHint
        super().__init__(None, flags)
        self.setObjectName("companion")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self._words, self._theme = words, theme
        self._ticket: Ticket | None = None
        self._height = 0  # of the whole window, once it was placed
        self.fields: tuple[CopyField, ...] = ()
        self.whose: Whose | None = None
        self.files = Attachments(words, theme)
        self.head = Head(words, theme)
        self.message = label("", "muted")
        self.close_button = button(self._say("close"), "plain", self.close)
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self.setMinimumSize(QSize(LEAST_WIDTH, LEAST_HEIGHT))
        self.set_theme(theme)

    def show_question(self, ticket: Ticket) -> None:
        """Ask first whose it is."""
        self._ticket = ticket
        self.whose = Whose(ticket, self._words)
        self.whose.chosen.connect(self.chosen)
        self.whose.steps_wanted.connect(self.steps_wanted)
        self.whose.left.connect(self.close)
        self._stack.addWidget(self.whose)
        self.ask()

    def ask(self) -> None:
        """Turn to the question."""
        if self.whose is not None:
            self._stack.setCurrentWidget(self.whose)
            self.setWindowTitle(self._say("question"))
            self.whose.buttons[0].setFocus()
            announce(self, self.whose.spoken)

    def show_ticket(self, ticket: Ticket) -> None:
        """Show the fields; of the same texts for the same person the ticks stay."""
        done = {(f.field.name, f.field.text) for f in self.fields if f.done}
        same = self._ticket is not None and self._ticket.to.kind is ticket.to.kind
        self._ticket = ticket
        clear(self._texts)
        self.fields = tuple(CopyField(f, self._words, self._theme) for f in ticket.fields)
        for shown in self.fields:
            self._texts.addWidget(shown)
            shown.copied.connect(self._tell_left)
            if same and (shown.field.name, shown.field.text) in done:
                shown.tick()
        self.head.show_ticket(ticket)
        self.setWindowTitle(self.head.title.text())
        if self._asking is not None and self._height:
            self.resize(self.width(), self._height)
        self._stack.setCurrentIndex(0)
        self._tell_left()
        self._order()

    def show_files(self, paths: Sequence[Path]) -> None:
        """Show what goes with it."""
        self.files.show_files(paths)
        self._order()

    def come(self, screen: QScreen | None) -> None:
        """Be seen beside the browser, on a screen; where it was left if it is seen already."""
        if screen is not None and not self._height:
            self.place(screen.availableGeometry())
        if self.isVisible():
            self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
            self.raise_()
        self.show()
        self.activateWindow()
        self._first().setFocus()

    def place(self, available: QRect) -> None:
        """Stand at the right edge of a screen; a question takes no more height than it needs."""
        place = beside(available)
        self._height = place.height()
        self.setGeometry(place)
        if self._asking is not None:
            self.resize(place.width(), min(place.height(), self._asking.needed_height()))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Go out of sight; all stays as it is."""
        super().closeEvent(event)
        self.closed.emit()

    def tell(self, text: str) -> None:
        """Show a sentence and let it be heard."""
        self.message.setText(text)
        announce(self, text)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.setPalette(palette(theme))
        self.setStyleSheet(sheet(theme))
        themed(self, theme)
        for shown in self.fields:
            shown.set_theme(theme)
        self.head.set_theme(theme)

    @property
    def left(self) -> tuple[str, ...]:
        """The labels of the fields that were not copied yet."""
        return tuple(shown.field.label for shown in self.fields if not shown.done)

    @property
    def _asking(self) -> Whose | None:
        """The question, while it is shown."""
        return self.whose if self._stack.currentWidget() is self.whose else None

    def _first(self) -> QWidget:
        """Return what the user wants next: the page, then the first text not copied."""
        if self._asking is not None:
            return self._asking.buttons[0]
        waiting = next((f.copy_button for f in self.fields if not f.done), self.close_button)
        begun = any(f.done and f.field.text for f in self.fields)
        return waiting if begun or not self.head.pages else self.head.pages[0]

    def _tell_left(self) -> None:
        left = self.left
        if left:
            self.tell(self._say("left", labels=", ".join(left)))
        else:
            portal = self._ticket is not None and self._ticket.to.portal
            self.tell(self._say("all" if portal else "all_others"))

    def _order(self) -> None:
        """Let Tab go from top to bottom."""
        files = self.files.findChildren(QPushButton)
        stops: list[QWidget] = [*self.head.pages, self.head.clear_box, self.head.whose_button]
        for shown in self.fields:
            stops += [shown.copy_button, shown.text]
        stops += [*files, self.close_button]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        self.head.clear_wanted.connect(self.clear_wanted)
        self.head.page_wanted.connect(self.page_wanted)
        self.head.whose_wanted.connect(self.ask)
        self.files.told.connect(self.tell)
        self.files.save_wanted.connect(self.save_wanted)
        QShortcut(QKeySequence("Esc"), self, self.close)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._stack, 1)
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(self._middle(), 1)
        inside.addWidget(self._bottom())
        self._stack.addWidget(page)

    def _middle(self) -> QScrollArea:
        inside = QWidget()
        inside.setObjectName("stage")
        outer = QVBoxLayout(inside)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.head)
        column = QVBoxLayout()
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(10)
        self._texts = QVBoxLayout()
        self._texts.setSpacing(10)
        column.addLayout(self._texts)
        column.addWidget(self.files)
        column.addStretch(1)
        outer.addLayout(column, 1)
        view = QScrollArea(widgetResizable=True)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.verticalScrollBar().setAccessibleName(self._words.words("window", "scroll"))
        view.setWidget(inside)
        self.view = view
        return view

    def _bottom(self) -> QWidget:
        bottom = frame("foot")
        row = QHBoxLayout(bottom)
        row.setContentsMargins(18, 12, 18, 12)
        row.setSpacing(12)
        row.addWidget(self.message, 1)
        row.addWidget(self.close_button)
        return bottom

    def _say(self, key: str, **facts: str) -> str:
        return self._words.words("companion", key, **facts)

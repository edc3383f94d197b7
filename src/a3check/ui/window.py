"""The window: the page, the row of buttons below it, and what their keys do."""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from a3check.core.catalogue import Catalogue
from a3check.core.check import Wishes
from a3check.core.model import Diagnosis
from a3check.ui import presenter
from a3check.ui.outside import Outside, ask_folder, show_folder
from a3check.ui.page import Page
from a3check.ui.pieces import announce, button, label
from a3check.ui.prompts import Request
from a3check.ui.questions import question_card
from a3check.ui.session import Session
from a3check.ui.state import PageState
from a3check.ui.style import LIGHT, Theme, icon, palette, sheet

logger = logging.getLogger(__name__)

TICK = 1000  # milliseconds between two looks at what is running
SIZE, LEAST = QSize(1180, 760), QSize(860, 540)

ChooseFolder = Callable[[QWidget, str], Path | None]


class Window(QWidget):
    """Shows what the session tells and hands on what the user wants."""

    def __init__(
        self,
        session: Session,
        words: Catalogue,
        *,
        theme: Theme = LIGHT,
        profile: str = "",
        wishes: Wishes | None = None,
        portal: str = "",
        choose_folder: ChooseFolder = ask_folder,
        outside: Outside | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(words.words("window", "title"))
        self._session, self._words, self._theme = session, words, theme
        self._wishes = wishes or Wishes()
        self._choose_folder, self._portal = choose_folder, portal
        self._outside = outside or Outside()
        self._diagnosis: Diagnosis | None = None
        self._folder: Path | None = None
        self._request: Request | None = None
        self.page = Page(words, theme, profile)
        self._buttons()
        self._lay_out()
        self._connect()
        self.set_theme(theme)
        self._show(presenter.welcome(words))
        self._offer()
        self.resize(SIZE)
        self.setMinimumSize(LEAST)
        self.start_button.setFocus()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.setPalette(palette(theme))
        self.setStyleSheet(sheet(theme))
        self.page.set_theme(theme)
        ratio = self.devicePixelRatioF()
        for which, name, colour in (
            (self.start_button, "start", theme.on_accent),
            (self.again_button, "again", theme.on_accent),
            (self.save_button, "save", theme.text),
            (self.folder_button, "folder", theme.accent),
        ):
            which.setIcon(icon(name, colour, ratio))
            which.setIconSize(QSize(20, 20))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Vanish at once, then end the run."""
        self.hide()
        self._tick.stop()
        self.page.close_question()
        if not self._session.close():
            logger.warning("the run did not end in time")
        event.accept()

    def trouble(self) -> None:
        """Say once, calmly, that something of ours went wrong."""
        self.trouble_bar.show()

    def start(self) -> None:
        """Begin the run, or begin anew."""
        if not self._session.busy:
            self._diagnosis = self._folder = None
            self._outside.forget()
            self._tell("")
            self.page.headline.setFocus()
            self._session.start(self._wishes)
            self._tick.start()
            self._offer()

    def cancel(self) -> None:
        """End the run; what was found stays."""
        self._session.cancel()
        self._offer()

    def save(self) -> None:
        """Ask where, then write report and picture there."""
        if self._diagnosis is None:
            return
        folder = self._choose_folder(self, self._words.words("window", "folder_title"))
        if folder is not None:
            self._tell(self._words.words("window", "saving"))
            self.save_button.setEnabled(False)
            self._session.save(self._diagnosis, folder)

    def _buttons(self) -> None:
        say = self._words.words
        self.save_button = button(say("window", "save"), "plain", self.save)
        self.folder_button = button(say("window", "open_folder"), "link", self._open_folder)
        self.cancel_button = button(say("window", "cancel"), "plain", self.cancel)
        self.start_button = button(say("window", "start"), "primary", self.start)
        self.again_button = button(say("window", "again"), "primary", self.start)
        for which, keys in (
            (self.save_button, "Ctrl+S"),
            (self.cancel_button, "Esc"),
            (self.start_button, "F5"),
            (self.again_button, "F5"),
        ):
            which.setToolTip(QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText))
        for keys, act in (("Ctrl+S", self.save), ("F5", self.start), ("Esc", self._escape)):
            QShortcut(QKeySequence(keys), self, act)

    def _lay_out(self) -> None:
        self.message = label("", "muted")
        self.trouble_bar = QFrame()
        self.trouble_bar.hide()
        self.trouble_bar.setProperty("role", "trouble")
        QHBoxLayout(self.trouble_bar).addWidget(label(self._words.words("window", "trouble")))
        footer = QFrame()
        footer.setObjectName("footer")
        row = QHBoxLayout(footer)
        row.setContentsMargins(24, 14, 24, 14)
        row.setSpacing(12)
        for widget in (self.save_button, self.message, self.folder_button):
            row.addWidget(widget, 1 if isinstance(widget, QLabel) else 0)
        for widget in (self.cancel_button, self.start_button, self.again_button):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.trouble_bar)
        column.addWidget(self.page, 1)
        column.addWidget(footer)

    def _connect(self) -> None:
        self._tick = QTimer(self, interval=TICK)
        self._tick.timeout.connect(self._refresh)
        self.page.headline.portal_wanted.connect(self._open_portal)
        session = self._session
        session.progressed.connect(self._refresh)
        session.asked.connect(self._ask)
        session.withdrawn.connect(self._withdraw)
        session.ended.connect(self._conclude)
        session.broke.connect(self._break)
        session.written.connect(self._photograph)
        session.kept.connect(self._kept)
        session.not_saved.connect(self._not_saved)

    @Slot()
    def _refresh(self) -> None:
        if self._session.busy:
            now = time.monotonic()
            self._show(presenter.running(self._session.progress, now, self._words))

    @Slot(object)
    def _ask(self, request: Request) -> None:
        if request.open:
            self._request = request
            card = question_card(request, self._words, self._theme, self._outside)
            self.page.ask(card)
            announce(self, card.accessibleName())

    @Slot(object)
    def _withdraw(self, request: Request) -> None:
        if request is self._request:
            self._request = None
            self.page.close_question()

    @Slot(object)
    def _conclude(self, diagnosis: Diagnosis) -> None:
        self._diagnosis = diagnosis
        self._end(presenter.concluded(diagnosis, self._words, portal=self._portal))

    @Slot()
    def _break(self) -> None:
        self._end(presenter.broken(self._words))

    def _end(self, state: PageState) -> None:
        self._tick.stop()
        self._request = None
        self.page.close_question()
        self._show(state)
        self._offer()
        self.page.view.verticalScrollBar().setValue(0)
        self.page.headline.setFocus()
        announce(self, state.headline.title)

    @Slot(object, object)
    def _photograph(self, diagnosis: Diagnosis, report: Path) -> None:
        from a3check.ui.screenshot import taken  # noqa: PLC0415 - after the first paint

        try:
            write = taken(diagnosis, report, self._words, self._outside.taken)
        except (OSError, ValueError):
            logger.exception("no picture was taken")
            self._not_saved()
            return
        self._session.keep(write, report.parent)

    @Slot(object)
    def _kept(self, folder: Path) -> None:
        self._folder = folder
        key = "saved" if self._outside.taken is None else "printed"
        self._tell(self._words.words("window", key, folder=str(folder)))
        self._offer()

    @Slot()
    def _not_saved(self) -> None:
        self._tell(self._words.words("window", "not_saved"))
        self._offer()

    def _open_folder(self) -> None:
        if self._folder is not None:
            show_folder(self._folder)

    def _open_portal(self) -> None:
        opened = self._outside.browse(self._portal)
        key = "assist_opened" if opened else "assist_not_opened"
        self._tell(self._words.words("window", key, url=self._portal))

    def _escape(self) -> None:
        """Do the least: skip what is asked, else end the run."""
        if self.page.question is not None:
            self.page.question.skip()
        else:
            self.cancel()

    def _show(self, state: PageState) -> None:
        self.page.show_state(state)

    def _offer(self) -> None:
        """Show the buttons that mean something now."""
        busy, begun = self._session.busy, self._session.begun
        self.cancel_button.setVisible(busy)
        self.cancel_button.setEnabled(not self._session.progress.cancelling)
        self.start_button.setVisible(not begun)
        self.again_button.setVisible(begun and not busy)
        self.save_button.setVisible(begun)
        self.save_button.setEnabled(self._diagnosis is not None)
        self.folder_button.setVisible(self._folder is not None)
        if not begun:
            self._tell(self._words.words("window", "quiet"))

    def _tell(self, text: str) -> None:
        self.message.setText(text)
        if text:
            announce(self, text)


def calmly(
    window: Window,
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """Return an ``excepthook`` that logs what a slot let through and shows it once."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        logger.error("unhandled in the window", exc_info=(kind, error, trace))
        window.trouble()

    return hook

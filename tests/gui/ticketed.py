"""The window with a ticket to open, and a browser to paste it into, on a real display.

`python -m tests.gui.ticketed FOLDER` is the window; its page opens as `… FOLDER --page`, a window
of the whole screen that takes text and files. Both tell what happens, a line each.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton, QWidget
from tests.gui import scenes
from tests.gui.filed import Drawn, kept
from tests.gui.scripted import Script, export

from a3check.core.catalogue import catalogue
from a3check.ui.application import ARGUMENTS, dress, translate
from a3check.ui.attachments import Grip
from a3check.ui.companion import Companion
from a3check.ui.filing import Filing
from a3check.ui.screen import photograph
from a3check.ui.session import Session
from a3check.ui.welcome import KnownProfile
from a3check.ui.window import Window

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDropEvent

COLOUR: Final = "#ff8800"
SETTLE: Final = 250
"""Milliseconds until what is shown stands where it stays."""


def tell(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def at(widget: QWidget) -> str:
    """Return where the middle of a widget is on the screen."""
    place = widget.mapToGlobal(widget.rect().center())
    return f"{place.x()} {place.y()}"


class Page(QPlainTextEdit):
    """Stands for the browser: tells what is pasted, and which files are dropped."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Navegador")
        self.setStyleSheet(f"background: {COLOUR}")
        self.textChanged.connect(self._pasted)

    def _pasted(self) -> None:
        if text := self.toPlainText():
            tell("pasted", text.replace("\n", "|"))
            QTimer.singleShot(0, self.clear)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        event.acceptProposedAction()
        tell("dropped", *(Path(url.toLocalFile()).name for url in event.mimeData().urls()))


class Teller(QObject):
    """Tells where the companion's buttons are, what has the focus, what is copied."""

    def __init__(self, application: QApplication, window: Window, folder: Path) -> None:
        super().__init__(window)
        self._window, self._folder = window, folder
        self._heard: Companion | None = None
        self._pages: list[subprocess.Popen[bytes]] = []
        self._settling = QTimer(self, singleShot=True, interval=SETTLE)
        self._settling.timeout.connect(self._places)
        session = window._session
        self.filing = Filing(window, session, Drawn(), catalogue(), self._browse)
        session.ended.connect(lambda: QTimer.singleShot(SETTLE, self._ended))
        application.focusChanged.connect(self._focus)

    def _ended(self) -> None:
        self._window.saving.kept.emit(kept(self._folder))
        tell("ended", at(self._window.footer.ticket_button))

    def _browse(self, url: str) -> bool:
        tell("visited", url)
        own = [sys.executable, "-m", "tests.gui.ticketed", str(self._folder), "--page"]
        self._pages.append(subprocess.Popen(own, stdin=subprocess.PIPE))
        return True

    def _focus(self, before: QWidget | None, now: QWidget | None) -> None:
        if before is not None and now is None:
            tell("away")
        if now is not None and isinstance(now.window(), Companion):
            tell("focus", now.accessibleName())
        shown = self.filing.companion
        if shown is not None and shown is not self._heard:
            self._heard = shown
            shown.installEventFilter(self)
            shown.view.verticalScrollBar().valueChanged.connect(self._settling.start)
            for field in shown.fields:
                field.copied.connect(lambda f=field: tell("copied", f.field.label))
            self._settling.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() is QEvent.Type.Hide:
            tell("closed")
        if event.type() in {QEvent.Type.Move, QEvent.Type.Resize}:
            self._settling.start()
        return super().eventFilter(watched, event)

    def _places(self) -> None:
        shown = self.filing.companion
        assert shown is not None
        for button in shown.findChildren(QPushButton):
            if not button.visibleRegion().isEmpty():
                tell("at", at(button), button.accessibleName())
        for grip in shown.findChildren(Grip):
            if not grip.visibleRegion().isEmpty():
                tell("at", at(grip), "grip", *(path.name for path in grip.paths))
        seen = photograph().pixelColor(shown.mapToGlobal(shown.head.title.rect().topLeft()))
        tell("in-front", seen.name() != COLOUR, shown.x(), shown.width())


def main(folder: Path, *, page: bool) -> int:
    application = QApplication([*ARGUMENTS])
    translate(application)
    dress(application)
    if page:
        browser = Page()
        browser.showMaximized()
        orphaned = QSocketNotifier(0, QSocketNotifier.Type.Read, browser)
        orphaned.activated.connect(application.quit)  # the window is gone, however it went
        QTimer.singleShot(SETTLE, lambda: tell("page", at(browser)))
        return application.exec()
    session = Session(Script(scenes.REJECTED_RUN), export)
    known = (KnownProfile("", "", scenes.ASSIST.url, scenes.SUPPORT),)
    window = Window(session, catalogue(), profiles=known)
    session.setParent(window)
    _teller = Teller(application, window, folder)
    window.show()
    window.start()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), page="--page" in sys.argv))

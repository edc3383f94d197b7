"""The window whose verdict asks for a print, and a browser with an error, on a real display.

`python -m tests.gui.printed FOLDER` tells where its buttons are and what happens, a line each; the
browser behind it is another program (`… FOLDER --page`), with an invented person's data in it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication, QLabel
from tests.gui import scenes
from tests.gui.scripted import Script, export
from tests.gui.ticketed import SETTLE, at, tell

from a3check.core.catalogue import catalogue
from a3check.ui import shutter
from a3check.ui.application import ARGUMENTS, dress, translate
from a3check.ui.chip import Chip
from a3check.ui.session import Session
from a3check.ui.welcome import KnownProfile
from a3check.ui.window import Window

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from a3check.ui.kept import Kept

ERROR: Final = "Acesso negado: o certificado foi recusado"
PERSON: Final = "JOANA INVENTADA DE SOUZA 529.982.247-25"
WHERE: Final = QRect(300, 352, 766, 64)
"""Where the person stands on the screen: in its middle."""


class Teller(QObject):
    """Tells where the user is, and where what can be pressed is."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, prints = window, window.prints
        window._session.ended.connect(lambda: self._later("ended"))
        window.pages.turned.connect(self._turned)
        prints.album.changed.connect(lambda: self._later("accepted"))
        window.saving.kept.connect(self._kept)
        self._looks = QTimer(self, interval=50)
        self._looks.timeout.connect(self._look)
        self._looks.start()

    @Slot(object, object)
    def hear(self, left: QWidget | None, now: QWidget | None) -> None:
        """Tell that the countdown has the keys, and that it gave them back."""
        if isinstance(now, Chip):
            self._later("counting")
        elif now is self._window.prints.camera.take_button and left is None:
            self._later("back")

    def _turned(self, name: str) -> None:
        if name == "print":
            self._window.prints.retouch.canvas.selected.connect(self._selected)
            self._later("looked")

    def _look(self) -> None:
        prints, pages = self._window.prints, self._window.pages
        if pages.current == "camera" and prints.camera.take_button.hasFocus():
            self._looks.stop()
            self._later("camera")
            self._looks.timeout.disconnect()
            self._looks.timeout.connect(self._rows)
            self._looks.start()

    def _rows(self) -> None:
        if self._window.pages.current == "preview" and self._window.saving.preview.rows:
            self._looks.stop()
            tell("values")

    def _selected(self) -> None:
        canvas = self._window.prints.retouch.canvas
        if canvas.selection.contains(WHERE.adjusted(20, 10, -20, -10)):
            tell("selected")
        elif canvas.cover.boxes:
            tell("covered")

    def _later(self, word: str) -> None:
        QTimer.singleShot(SETTLE, self, lambda: self._tell(word))

    def _tell(self, word: str) -> None:
        prints = self._window.prints
        shown: dict[str, QWidget] = {}
        if word == "camera":
            shown = {"take": prints.camera.take_button}
        elif word == "looked":
            page = prints.retouch
            shown = {"cover": page.cover_button, "use": page.use_button}
            for name, corner in (("corner", WHERE.topLeft()), ("end", WHERE.bottomRight())):
                place = page.canvas.mapToGlobal(QPoint(0, 0)) + corner * page.canvas.zoom
                tell("at", place.x(), place.y(), name)
        for name, widget in shown.items():
            tell("at", at(widget), name)
        tell(word)

    def _kept(self, kept: Kept) -> None:
        tell("kept", kept.folder)


def main(folder: Path) -> int:
    application = QApplication([*ARGUMENTS])
    translate(application)
    dress(application)
    shutter.SECOND = 300
    session = Session(Script(scenes.REJECTED_RUN), export)
    known = (KnownProfile("", "", scenes.ASSIST.url, scenes.SUPPORT),)
    window = Window(
        session, catalogue(), profiles=known, choose_folder=lambda _window, _title: folder
    )
    session.setParent(window)
    teller = Teller(window)
    application.focusChanged.connect(teller.hear)
    browser = [sys.executable, "-m", "tests.gui.printed", str(folder), "--page"]
    with subprocess.Popen(browser, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as behind:
        assert behind.stdout is not None
        behind.stdout.readline()  # it is there
        window.resize(1180, 720)
        window.show()
        window.start()
        code = application.exec()
        behind.kill()
    return code


def page() -> int:
    """Show the browser until whoever began it ends."""
    application = QApplication([*ARGUMENTS])
    browser = QLabel(f"{ERROR}\n\n\n{PERSON}\n\n\n", alignment=Qt.AlignmentFlag.AlignCenter)
    browser.setStyleSheet("background: white; color: black; font-size: 30px")
    browser.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    browser.setGeometry(0, 0, 1366, 768)
    browser.show()
    QTimer.singleShot(SETTLE, lambda: tell("there"))
    return application.exec()


if __name__ == "__main__":
    sys.exit(page() if "--page" in sys.argv else main(Path(sys.argv[1])))

"""The window with a report to save, and a page of another program to take it, on a real display.

`python -m tests.gui.saving_shown FOLDER` tells what happens, a line each; the page is that of
`tests.gui.ticketed`, begun once the bundle was copied.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
from tests.gui import scenes
from tests.gui.scripted import Script, export
from tests.gui.ticketed import SETTLE, at, tell

from a3check.core.catalogue import catalogue
from a3check.ui.application import ARGUMENTS, dress, translate
from a3check.ui.session import Session
from a3check.ui.welcome import KnownProfile
from a3check.ui.window import LEAST, Window

LEFT: Final = 480
"""Logical pixels left of the window, where the page behind it is seen."""


class Teller(QObject):
    """Tells where the user is, and begins the page once there is something to paste."""

    def __init__(self, window: Window, folder: Path) -> None:
        super().__init__(window)
        self._window, self._folder = window, folder
        self._pages: list[subprocess.Popen[bytes]] = []
        session = window._session
        session.ended.connect(lambda: QTimer.singleShot(SETTLE, lambda: tell("ended")))
        window.saving.kept.connect(lambda: QTimer.singleShot(SETTLE, self._kept))
        window.pages.turned.connect(lambda name: tell("page-of", name))
        self._waits = QTimer(self, interval=50)
        self._waits.timeout.connect(self._rows)
        self._waits.start()
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() is QEvent.Type.WindowActivate and self._pages:
            QTimer.singleShot(SETTLE, lambda: tell("back"))
        return super().eventFilter(watched, event)

    def _rows(self) -> None:
        if self._window.pages.current == "preview" and self._window.saving.preview.rows:
            self._waits.stop()
            tell("values")

    def _kept(self) -> None:
        done, kept = self._window.saving.done, self._window.saving.last
        assert kept is not None
        tell("kept", at(done.tile), kept.bundle)
        done.copy_wanted.connect(self._page)

    def _page(self) -> None:
        own = [sys.executable, "-m", "tests.gui.ticketed", str(self._folder), "--page"]
        self._pages.append(subprocess.Popen(own, stdin=subprocess.PIPE))


def main(folder: Path) -> int:
    application = QApplication([*ARGUMENTS])
    translate(application)
    dress(application)
    session = Session(Script(scenes.EXPIRED_RUN), export)
    known = (KnownProfile("", "", scenes.ASSIST.url, scenes.SUPPORT),)
    window = Window(
        session, catalogue(), profiles=known, choose_folder=lambda _window, _title: folder
    )
    session.setParent(window)
    _teller = Teller(window, folder)
    window.resize(LEAST)
    window.move(LEFT, 40)
    window.show()
    window.start()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

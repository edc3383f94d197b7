"""The window in tests: without a display, dressed as the program is."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from tests.gui import scenes
from tests.gui.scripted import export

from a3check.core.catalogue import catalogue
from a3check.core.settings import Settings
from a3check.ui.application import dress, translate
from a3check.ui.session import Begin, Session
from a3check.ui.style import LIGHT, Theme
from a3check.ui.welcome import KnownProfile
from a3check.ui.window import Window

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

Open = Callable[..., Window]


@pytest.fixture(scope="session")
def dressed(qapp: QApplication) -> QApplication:
    translate(qapp)
    dress(qapp)
    return qapp


@pytest.fixture
def opened(dressed: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Open]:
    """Open a window on a scripted run; it is closed at the end, whatever happened."""
    windows: list[Window] = []

    def choose(parent: QWidget, title: str) -> Path:
        assert title
        return tmp_path

    def open_window(
        begin: Begin,
        theme: Theme = LIGHT,
        profile: str = "",
        settings: Settings | None = None,
        remember: Callable[[Settings], object] = id,
    ) -> Window:
        session = Session(begin, export)
        known = (KnownProfile("", profile, scenes.ASSIST.url, scenes.SUPPORT),)
        window = Window(
            session,
            catalogue(),
            theme=theme,
            profiles=known,
            choose_folder=choose,
            settings=settings,
            remember=remember,
        )
        session.setParent(window)
        windows.append(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield open_window
    for window in windows:
        gone(window)


def gone(window: QWidget) -> None:
    """Close a window and destroy it here and now, on its own thread."""
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete.value)

"""The window in tests: without a display, dressed as the program is."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from tests.gui import scenes
from tests.gui.closing import gone
from tests.gui.desk import Desk
from tests.gui.scripted import Script, export

from a3check.core.catalogue import catalogue
from a3check.core.model import Diagnosis
from a3check.core.settings import Settings
from a3check.ui.application import ARGUMENTS, dress, translate
from a3check.ui.session import Begin, Session
from a3check.ui.style import LIGHT, Theme
from a3check.ui.welcome import KnownProfile
from a3check.ui.window import Window

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

DEADLINE = 60.0  # seconds for a program of these tests

Open = Callable[..., Window]


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return list(ARGUMENTS)


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


Begun = Callable[[Script], Window]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def begun(opened: Open, qtbot: QtBot, desk: Desk) -> Begun:
    """Open a window at a desk, begin, and wait for the first question."""

    def begin(script: Script) -> Window:
        window = opened(script)
        window.outside = desk.outside
        window.start()
        qtbot.waitUntil(lambda: window.page.question is not None)
        return window

    return begin


@pytest.fixture
def concluded(opened: Open, qtbot: QtBot, desk: Desk) -> Callable[[Diagnosis], Window]:
    """Open a window at a desk and let a run end in it."""

    def conclude(diagnosis: Diagnosis) -> Window:
        window = opened(Script(diagnosis))
        window.outside = desk.outside
        window.start()
        qtbot.waitUntil(window.again_button.isVisible)
        return window

    return conclude


@pytest.fixture
def display() -> Iterator[str]:
    """Start an X server without a screen on a display that it finds free."""
    program = shutil.which("Xvfb")
    if program is None:
        pytest.skip("Xvfb is not installed")
    reading, writing = os.pipe()
    arguments = [program, "-displayfd", str(writing), "-screen", "0", "2800x1700x24"]
    server = subprocess.Popen(
        [*arguments, "-nolisten", "tcp"], pass_fds=(writing,), stderr=subprocess.DEVNULL
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as said:
            yield f":{said.readline().strip()}"
    finally:
        server.terminate()
        server.wait(DEADLINE)

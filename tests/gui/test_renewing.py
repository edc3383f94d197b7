"""Is the list of CAs brought at a press, and only then; told how it goes; and gone on with?"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from tests.gui import scenes
from tests.gui.conftest import Open
from tests.gui.scripted import Script

from a3check.core.catalogue import catalogue
from a3check.core.model import Diagnosis
from a3check.core.stop import Stop
from a3check.core.wishes import Wishes
from a3check.net.listing import official
from a3check.report.renewal import CUT, Renewal
from a3check.ui.remedy import RemedyBox
from a3check.ui.renewing import Renewing
from a3check.ui.window import Window

UPDATED = Renewal("updated", day=date(2026, 11, 22), count=361, added=("AC Inventada",))
WAIT = 10.0  # seconds


class Bringing:
    """Brings a list when it is let; it counts how often it is asked."""

    def __init__(self) -> None:
        self.asked, self.checks, self.ends = 0, threading.Event(), threading.Event()
        self.threads: list[threading.Thread] = []
        self.result: Renewal | None = UPDATED

    def __call__(self, doing: Callable[[str], None], stop: Stop) -> Renewal:
        self.asked += 1
        self.threads.append(threading.current_thread())
        doing("download")
        with stop.ending(self.checks.set):
            assert self.checks.wait(WAIT)
        if stop.is_set():
            return Renewal(CUT)
        doing("check")
        assert self.ends.wait(WAIT)
        if self.result is None:
            raise ValueError("ours")
        return self.result


@pytest.fixture
def bringing() -> Iterator[Bringing]:
    made = Bringing()
    yield made
    made.checks.set()
    made.ends.set()
    for thread in made.threads:
        thread.join(WAIT)


@pytest.fixture
def shown(opened: Open, qtbot: QtBot, bringing: Bringing) -> tuple[Window, Renewing, Script]:
    """Show the result of a run that lacks a CA."""
    script = Script(scenes.NO_ISSUER_RUN)
    window = opened(script)
    renewing = Renewing(window, window._session, bringing, catalogue())
    window.start()
    qtbot.waitUntil(window.again_button.isVisible)
    return window, renewing, script


def button(window: Window) -> QPushButton:
    box = window.page.headline.findChild(RemedyBox)
    assert box is not None
    (found,) = (b for b in box.buttons if "Atualizar a lista de ACs" in b.text())
    return found


def test_the_list_is_brought_at_the_press_and_what_depends_on_it_tested_again(
    shown: tuple[Window, Renewing, Script], bringing: Bringing, qtbot: QtBot
) -> None:
    window, renewing, script = shown
    assert bringing.asked == 0
    assert urlsplit(official()[0].url).hostname in button(window).toolTip()  # type: ignore[operator]
    for _ in range(2):  # once at a time
        QTest.keyClick(button(window), Qt.Key.Key_Return)
    text = renewing.bar.text
    assert str(urlsplit(official()[0].url).hostname) in text.text()
    bringing.checks.set()
    qtbot.waitUntil(lambda: text.text() == "Conferindo cada AC da lista…")
    assert not renewing.again_button.isVisible()
    bringing.ends.set()
    qtbot.waitUntil(renewing.again_button.isVisible)
    assert text.text() == "ACs da ICP-Brasil atualizadas: 361 certificados, lista de 22/11/2026."
    assert bringing.asked == 1
    assert bringing.threads[0] is not threading.main_thread()
    wished: list[Wishes] = []
    window._session._begin = _noting(wished, script.diagnosis)
    QTest.mouseClick(renewing.again_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(wished) and window.again_button.isVisible())
    assert wished[0].again == {"chain"}
    assert not renewing.bar.isVisible()


def _noting(wished: list[Wishes], diagnosis: Diagnosis) -> Callable[..., Diagnosis]:
    def begin(wishes: Wishes, *_: object) -> Diagnosis:
        wished.append(wishes)
        return diagnosis

    return begin


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (Renewal("timeout", "http://ac.inventada.test/l.zip"), "não respondeu a tempo"),
        (replace(UPDATED, result="no_space"), "continua valendo"),
        (None, "por um defeito do a3check"),
    ],
)
def test_what_goes_wrong_is_said_and_nothing_is_offered(
    shown: tuple[Window, Renewing, Script],
    bringing: Bringing,
    qtbot: QtBot,
    result: Renewal | None,
    said: str,
) -> None:
    window, renewing, _ = shown
    bringing.result = result
    bringing.checks.set()
    bringing.ends.set()
    QTest.mouseClick(button(window), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: said in renewing.bar.text.text())
    assert renewing.bar.text.text().startswith("A lista de ACs não foi atualizada")
    assert not renewing.again_button.isVisible()


def test_a_run_meanwhile_ends_as_ever_and_nothing_is_offered_in_it(
    shown: tuple[Window, Renewing, Script], bringing: Bringing, qtbot: QtBot
) -> None:
    window, renewing, _ = shown
    QTest.mouseClick(button(window), Qt.MouseButton.LeftButton)
    window.start()
    assert renewing.bar.isVisible()
    qtbot.waitUntil(window.again_button.isVisible)
    bringing.checks.set()
    bringing.ends.set()
    qtbot.waitUntil(renewing.again_button.isVisible)


def test_escape_goes_back_first_and_stops_it_then(
    shown: tuple[Window, Renewing, Script], bringing: Bringing, qtbot: QtBot
) -> None:
    window, renewing, _ = shown
    QTest.mouseClick(button(window), Qt.MouseButton.LeftButton)
    assert renewing.stop_button.isVisible()
    window.where.help()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert renewing.stop_button.isEnabled()
    assert window.pages.at_home
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not renewing.stop_button.isEnabled()
    assert not renewing.stop(), "once is enough"
    qtbot.waitUntil(lambda: "Interrompido" in renewing.bar.text.text())
    assert not renewing.again_button.isVisible()
    assert not renewing.stop_button.isVisible()
    assert not renewing.stop(), "nothing goes on"

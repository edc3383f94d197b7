"""A token put in before, in and after a run, and a step tested again."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.gui import scenes
from tests.gui.noted import Noted, finish
from tests.gui.scripted import ends, holds

from a3check.core.plugged import News, Plugged
from a3check.core.smartcard import CardState, Reader
from a3check.ui.plugs import Plugs

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot
    from tests.gui.conftest import Open


KEY: Final = Qt.Key
TOKEN: Final = Plugged().with_seats([Reader("R", CardState.PRESENT, changes=1)])


# ---- plugs


def test_news_come_from_any_thread_and_only_news_are_told(qtbot: QtBot) -> None:
    plugs, told = Plugs(), list[News]()
    plugs.noticed.connect(told.append)
    for seen in (TOKEN, TOKEN, Plugged()):
        teller = threading.Thread(target=plugs.hear, args=(seen,))
        teller.start()
        teller.join()
    plugs.hear(TOKEN)
    qtbot.waitUntil(lambda: told[-1:] == [News.TOKEN_IN] and News.TAKEN_OUT in told)


def test_a_token_before_the_run_is_offered_and_begins_it(opened: Open, qtbot: QtBot) -> None:
    script = Noted(scenes.HEALTHY_RUN)
    window = opened(script)
    window.plugs.notice(News.TOKEN_IN)
    assert window.plugs.bar.text.text() == "Token detectado."
    assert script.runs == 0
    window.plugs.notice(News.TAKEN_OUT)
    assert not window.plugs.bar.isVisible()
    window.plugs.notice(News.TOKEN_IN)
    QTest.mouseClick(window.plugs.go_on_button, Qt.MouseButton.LeftButton)
    finish(qtbot, window)
    assert script.again == [set()]
    assert not window.plugs.bar.isVisible()


def test_a_token_after_the_run_is_gone_on_with(opened: Open, qtbot: QtBot) -> None:
    script = Noted(scenes.NO_CARD_RUN)
    window = opened(script)
    window.start()
    finish(qtbot, window)
    window.plugs.notice(News.READER_IN)
    assert window.plugs.bar.isVisible()
    assert not window.plugs.go_on_button.isVisible()
    window.plugs.notice(News.TOKEN_IN)
    QTest.mouseClick(window.plugs.go_on_button, Qt.MouseButton.LeftButton)
    finish(qtbot, window)
    assert script.again == [set(), {"service"}]


def test_a_token_in_the_run_ends_it_and_goes_on_with_what_is_known(
    opened: Open, qtbot: QtBot
) -> None:
    script = Noted(scenes.NO_CARD_RUN, (ends("service", "reader", "card"), holds))
    window = opened(script)
    window.start()
    qtbot.waitUntil(lambda: any(o.check == "card" for o in window._session.progress.outcomes))
    window.plugs.notice(News.TOKEN_IN)
    QTest.mouseClick(window.plugs.go_on_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: script.runs == 2)
    script.go.set()
    finish(qtbot, window)
    assert script.again == [set(), {"service"}]


def test_what_the_run_is_about_to_see_is_not_offered(opened: Open, qtbot: QtBot) -> None:
    script = Noted(scenes.NO_CARD_RUN, (holds,))
    window = opened(script)
    window.start()
    qtbot.waitUntil(script.held.is_set)
    window.plugs.notice(News.TOKEN_IN)
    assert not window.plugs.bar.isVisible()
    script.go.set()
    finish(qtbot, window)
    window.plugs.notice(News.TAKEN_OUT)
    assert "de antes" in window.plugs.bar.text.text()
    assert not window.plugs.go_on_button.isVisible()


# ---- a step tested again


def test_a_step_is_tested_again_from_the_list(opened: Open, qtbot: QtBot) -> None:
    script = Noted(scenes.NO_CARD_RUN)
    window = opened(script)
    assert not window.again.step_button.isVisible()
    window.page.rail.setFocus()
    window.start()
    finish(qtbot, window)
    for step in ("network", "result", "driver"):
        window.page.rail.current.emit(step)
        assert window.again.step_button.isVisible() is (step != "result")
    assert "Driver" in window.again.step_button.accessibleName()
    QTest.mouseClick(window.again.step_button, Qt.MouseButton.LeftButton)
    finish(qtbot, window)
    QTest.keyClick(window, KEY.Key_F5)
    finish(qtbot, window)
    assert script.again == [set(), {"driver", "cloud"}, set()]

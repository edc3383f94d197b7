"""What happens in the midst of a run: details that are read, errors, ends, and what is around."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtTest import QTest
from tests.gui import scenes
from tests.gui.noted import Noted, finish
from tests.gui.saved import inside, save_shown
from tests.gui.scripted import Script, begins, ends, holds

from a3check.core.plugged import Plugged
from a3check.core.question import NoPin
from a3check.core.smartcard import CardState, Reader
from a3check.ui.piecemeal import SETTLED
from a3check.ui.pin_card import PinCard
from a3check.ui.surroundings import Surroundings, Threads

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot
    from tests.gui.conftest import Open

    from a3check.ui.window import Window

KEY: Final = Qt.Key
TOKEN: Final = Plugged().with_seats([Reader("R", CardState.PRESENT, changes=1)])


# ---- the technical details meanwhile


@pytest.fixture
def reading(opened: Open, qtbot: QtBot) -> tuple[Window, Script]:
    """Open the details of a run that goes on, with the focus in them."""
    more = (ends(*_LATER[:4]), _follows(holds, 1), ends("cloud", "token"), _follows(holds, 2))
    window = opened(script := Script(scenes.NO_CARD_RUN, (ends(*_FIRST), holds, *more)))
    window.start()
    qtbot.waitUntil(window.page.details.toggle.isVisible)
    qtbot.waitUntil(lambda: len(window._session.progress.outcomes) == len(_FIRST))
    return window, script


_FIRST: Final = ("card", "computer", "clock", "service", "reader")
_LATER: Final = ("driver", "network", "server", "store")


def _follows(act: Callable[[Script], None], number: int) -> Callable[[Script], None]:
    def again(script: Script) -> None:
        script.go.clear()
        script.runs = number + 1  # the script has come so far
        act(script)

    return again


def test_details_are_read_and_copied_while_the_run_goes_on(
    reading: tuple[Window, Script], qtbot: QtBot
) -> None:
    window, script = reading
    card = window.page.details
    assert card.text.toPlainText() == ""  # nobody reads: nothing is written out
    QTest.keyClick(card.toggle, KEY.Key_Return)
    text = card.text
    assert "card.absent" in text.toPlainText()
    text.setFocus()
    text.selectAll()
    text.copy()
    assert "readers = Leitora Inventada 00 00" in QGuiApplication.clipboard().text()
    text.moveCursor(QTextCursor.MoveOperation.Start)
    assert text.find("reader.connected")
    bar = text.verticalScrollBar()
    bar.setValue(2)
    for number, news in enumerate(("server.trusted", "token.absent"), 1):
        script.go.set()
        qtbot.waitUntil(lambda number=number: script.runs == number + 1)  # type: ignore[misc]
        qtbot.waitUntil(lambda news=news: news in text.toPlainText())  # type: ignore[misc]
        assert bar.value() == 2
        assert text.textCursor().selectedText() == "reader.connected"
        assert text.hasFocus()
    script.go.set()
    finish(qtbot, window)
    assert text.isVisible()
    assert "Código: card.absent" in text.toPlainText()
    assert bar.value() == 2


def test_details_are_opened_while_a_question_stands_and_what_is_typed_stays(
    opened: Open, qtbot: QtBot
) -> None:
    window = opened(Script(scenes.HEALTHY_RUN, (ends("computer"), begins("pin"), _asks)))
    details = window.page.details
    window.start()
    qtbot.waitUntil(lambda: window.page.question is not None)
    card = window.page.question
    assert isinstance(card, PinCard)
    QTest.keyClicks(card.field, "123456")
    QTest.mouseClick(details.toggle, Qt.MouseButton.LeftButton)
    assert "computer.ready" in details.text.toPlainText()
    assert len(card.field) == 6
    assert window.page.question is card
    details.toggle.setFocus()
    QTest.keyClick(details.toggle, Qt.Key.Key_Tab)
    assert details.text.hasFocus()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    finish(qtbot, window)
    assert details.text.isVisible()


# ---- errors and ends


def test_an_error_of_a_thread_is_shown_calmly(
    opened: Open, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    window = opened(Script(scenes.HEALTHY_RUN))
    threads = Threads(window)
    args = (ValueError, ValueError("ours"), None, threading.current_thread())
    worker = threading.Thread(target=threads.hook, args=(threading.ExceptHookArgs(args),))
    worker.start()
    qtbot.waitUntil(window.troubles.page.isVisible)
    worker.join()
    assert "unhandled in a thread" in caplog.text


def test_the_report_is_saved_from_the_page_of_an_error_even_before_any_run(
    opened: Open, qtbot: QtBot, tmp_path: Path
) -> None:
    window = opened(Script(scenes.HEALTHY_RUN))
    window.trouble()
    QTest.keyClick(window.troubles.page.save_button, KEY.Key_Return)
    assert window.pages.current == "preview"
    assert b'"complete": false' in inside(save_shown(window, qtbot))["relatorio.json"]


@pytest.mark.parametrize("phase", ["begun", "slow", "asked"])
def test_cancel_in_each_phase_leaves_what_was_found(
    opened: Open, qtbot: QtBot, phase: str
) -> None:
    acts: dict[str, tuple[Callable[[Script], None], ...]] = {
        "begun": (ends("computer"), holds),
        "slow": (ends("computer"), begins("driver", slow=True), holds),
        "asked": (ends("computer"), begins("pin"), _asks, holds),
    }
    script = Noted(scenes.CANCELLED_RUN, acts[phase])
    window = opened(script)
    window.start()
    waits = {"begun": script.held.is_set, "slow": window.slow.bar.isVisible}
    qtbot.waitUntil(waits.get(phase, lambda: window.page.question is not None))
    QTest.mouseClick(window.cancel_button, Qt.MouseButton.LeftButton)
    finish(qtbot, window)
    assert not window.slow.bar.isVisible()
    assert window.page.question is None
    assert script.heard == ([NoPin.USER] if phase == "asked" else [])


def _asks(script: Script) -> None:
    assert script.user is not None
    script.heard.append(script.user.pin(scenes.QUESTION))


def test_what_is_around_is_watched_until_the_window_leaves(opened: Open, qtbot: QtBot) -> None:
    ended: list[bool] = []

    def watch(tell: Callable[[Plugged], None]) -> Callable[[], object]:
        tell(TOKEN)
        return lambda: ended.append(True)

    window = opened(Script(scenes.HEALTHY_RUN))
    around = Surroundings()._replace(watch=watch)
    assert around.is_alone(window)
    around.watch_for(window)
    qtbot.waitUntil(window.plugs.bar.isVisible)
    window.close()
    assert ended == [True]
    Surroundings().watch_for(window)


def test_the_run_is_ended_before_anything_else_may_take_a_moment(
    opened: Open, qtbot: QtBot
) -> None:
    script, ended = Script(scenes.HEALTHY_RUN, (holds,)), list[bool]()
    window = opened(script)
    window.start()
    qtbot.waitUntil(script.held.is_set)
    assert script.stop is not None
    stop = script.stop
    window.leaving.connect(lambda: ended.append(stop.is_set()))
    window.close()
    assert ended == [True]


def test_a_window_that_is_closed_at_once_is_never_watched(opened: Open, qtbot: QtBot) -> None:
    begun: list[bool] = []

    def watch(_: Callable[[Plugged], None]) -> Callable[[], object]:
        begun.append(True)
        return lambda: None

    window = opened(Script(scenes.HEALTHY_RUN))
    Surroundings(watch=watch).watch_for(window)
    window.close()
    qtbot.wait(SETTLED + 50)
    assert begun == []

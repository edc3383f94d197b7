"""What happens beside a run and in its midst: plugs, a step tested again, what hangs, the rest."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtTest import QTest
from tests.gui import scenes
from tests.gui.saved import inside, save, save_shown
from tests.gui.scripted import Script, begins, ends, holds

from a3check.core.plugged import News, Plugged
from a3check.core.question import NoPin
from a3check.core.register import register
from a3check.core.smartcard import CardState, Reader
from a3check.core.stop import Stop
from a3check.ui import session as sessions
from a3check.ui.pin_card import PinCard
from a3check.ui.plugs import Plugs
from a3check.ui.state import Mark
from a3check.ui.surroundings import SETTLED, Surroundings, Threads

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot
    from tests.gui.conftest import Open

    from a3check.core.check import Wishes
    from a3check.core.model import Diagnosis
    from a3check.core.ports import User
    from a3check.core.run import Observer
    from a3check.ui.window import Window

KEY: Final = Qt.Key
TOKEN: Final = Plugged().with_seats([Reader("R", CardState.PRESENT, changes=1)])


class Noted(Script):
    """A script that notes what was wished for."""

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type] # a script's own
        self.wished: list[Wishes] = []

    def __call__(
        self, wishes: Wishes, user: User, observer: Observer, stop: threading.Event
    ) -> Diagnosis:
        self.wished.append(wishes)
        return super().__call__(wishes, user, observer, stop)

    @property
    def again(self) -> list[set[str]]:
        return [set(wishes.again) for wishes in self.wished]


def finish(qtbot: QtBot, window: Window) -> None:
    qtbot.waitUntil(window.again_button.isVisible)


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


# ---- what is slow


@pytest.fixture
def hung(opened: Open, qtbot: QtBot) -> tuple[Window, Noted]:
    script = Noted(scenes.HEALTHY_RUN, (ends("computer"), begins("driver", slow=True), holds))
    window = opened(script)
    window._session._waiting = lambda _: ("/usr/lib/libaet.so",)
    window.start()
    qtbot.waitUntil(window.slow.bar.isVisible)
    return window, script


def test_what_hangs_is_named_with_its_seconds_and_is_left_out(
    hung: tuple[Window, Noted], qtbot: QtBot
) -> None:
    window, script = hung
    assert window.slow.bar.text.text() == "Está demorando: o driver libaet.so não responde há 8 s."
    QTest.mouseClick(window.slow.skip_button, Qt.MouseButton.LeftButton)
    assert isinstance(script.stop, Stop)
    assert script.stop.left_out == {"driver"}
    assert not window.slow.bar.isVisible()
    script.go.set()
    finish(qtbot, window)


def test_who_waits_is_not_asked_again_at_once(hung: tuple[Window, Noted], qtbot: QtBot) -> None:
    window, _ = hung
    since = window._session.progress.running[0].since
    QTest.mouseClick(window.slow.wait_button, Qt.MouseButton.LeftButton)
    window.slow.show_at(since + 29)
    assert not window.slow.bar.isVisible()
    window.slow.show_at(since + 31)
    assert window.slow.bar.isVisible()
    window.slow.show_at(since + 40)
    assert "há 40 s" in window.slow.bar.text.text()
    window.cancel()
    window.slow.show_at(since + 41)
    assert not window.slow.bar.isVisible()
    finish(qtbot, window)


@pytest.mark.parametrize("name", ["skip_button", "wait_button"])
def test_a_press_that_comes_just_after_the_end_comes_to_nothing(
    hung: tuple[Window, Noted], qtbot: QtBot, name: str
) -> None:
    """The bar goes some 40 ms after the end; what is killed then is what the PIN is sent to."""
    window, script = hung
    session = window._session
    session._progress = session.progress.end(scenes.HEALTHY_RUN.outcome("driver"))
    QTest.mouseClick(getattr(window.slow, name), Qt.MouseButton.LeftButton)
    assert isinstance(script.stop, Stop)
    assert script.stop.left_out == frozenset()
    assert not window.slow.bar.isVisible()
    script.go.set()
    finish(qtbot, window)


def test_the_check_that_sends_a_pin_is_not_left_out(
    hung: tuple[Window, Noted], qtbot: QtBot
) -> None:
    window, script = hung
    session = window._session
    session._progress = session.progress.begin("pin", 0.0)
    session.leave_out("pin")
    assert isinstance(script.stop, Stop)
    assert script.stop.left_out == frozenset()
    script.go.set()
    finish(qtbot, window)


def test_a_partial_report_can_be_saved_after_a_while(
    hung: tuple[Window, Noted], qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, script = hung
    window.save()
    assert not window.save_button.isEnabled()
    monkeypatch.setattr(sessions, "PARTIAL", 0.0)
    window._refresh()
    assert window.save_button.isEnabled()
    assert window.save_button.accessibleName() == "Gerar relatório parcial"
    partial = window._session.partial
    assert partial is not None
    assert not partial.complete
    assert [o.check for o in partial.outcomes] == list(register().checks)
    assert partial.outcome("computer").because is None
    assert partial.outcome("driver").because == "user"
    assert b'"complete": false' in inside(save(window, qtbot))["relatorio.json"]
    assert window._session.busy
    window.where.back()
    script.go.set()
    finish(qtbot, window)
    assert window.save_button.accessibleName() == "Gerar relatório"


def test_the_portals_rest_is_said(opened: Open, qtbot: QtBot) -> None:
    script = Noted(scenes.HEALTHY_RUN, (begins("server", slow=True), holds))
    window = opened(script)
    window._session._rest = lambda: 300.0
    window.start()
    qtbot.waitUntil(lambda: any(r.slow for r in window._session.progress.running))
    window._refresh()
    rows = {row.check: row.mark for row in window.page.rail.rows}
    assert rows["server"] is Mark.RUNNING
    assert not window.slow.bar.isVisible()
    said = [each.text() for each in window.page.headline.findChildren(type(window.message))]
    assert any("para visitar o portal de novo" in text for text in said)
    script.go.set()
    finish(qtbot, window)


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
    around = replace(Surroundings(), watch=watch)
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

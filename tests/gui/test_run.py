"""A run in the window: begun, shown as it goes, ended, cancelled, closed."""

import threading
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from tests.gui import scenes
from tests.gui.conftest import Open
from tests.gui.scripted import Script, begins, ends, export, holds

from a3check.core.model import Diagnosis
from a3check.core.ports import User
from a3check.core.question import NoPin
from a3check.core.register import register
from a3check.core.run import Observer
from a3check.core.wishes import Wishes
from a3check.ui.session import Session
from a3check.ui.state import Mark
from a3check.ui.trouble import calmly
from a3check.ui.window import Window

KEY = Qt.Key


def texts(window: Window) -> str:
    return window.page.headline.title.text()


def finish(qtbot: QtBot, window: Window) -> None:
    qtbot.waitUntil(window.again_button.isVisible)


def mark(window: Window, check: str) -> Mark:
    return next(row.mark for row in window.page.rail.rows if row.check == check)


def test_nothing_runs_before_the_user_begins(opened: Open, qtbot: QtBot) -> None:
    script = Script(scenes.HEALTHY_RUN)
    window = opened(script)
    assert script.runs == 0
    assert {row.mark for row in window.page.rail.rows} == {Mark.WAITING}
    assert window.start_button.hasFocus()
    assert not window.save_button.isVisible()
    QTest.keyClick(window, KEY.Key_S, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window, KEY.Key_Escape)
    assert script.runs == 0


def test_enter_begins_and_a_healthy_run_ends_ready(opened: Open, qtbot: QtBot) -> None:
    script = Script(scenes.HEALTHY_RUN, (ends(*register().checks),))
    window = opened(script)
    QTest.keyClick(window.start_button, KEY.Key_Return)
    finish(qtbot, window)
    assert texts(window) == "Pronto para o INSS Digital"
    assert {row.mark for row in window.page.rail.rows} == {Mark.PASSED}
    assert not window.page.welcome.isVisible()
    assert not window.page.notes.isVisible()
    assert window.save_button.isEnabled()


def test_a_missing_card_is_told_with_its_steps(opened: Open, qtbot: QtBot) -> None:
    window = opened(Script(scenes.NO_CARD_RUN))
    window.start()
    finish(qtbot, window)
    assert texts(window).startswith("Não há cartão na leitora")
    assert mark(window, "card") is Mark.FAILED
    assert mark(window, "login") is Mark.SKIPPED
    assert window.page.notes.isVisible()


def test_a_warning_beside_ready_is_told_with_its_steps(opened: Open, qtbot: QtBot) -> None:
    window = opened(Script(scenes.WARNED_RUN))
    window.start()
    finish(qtbot, window)
    assert texts(window) == "Pronto para o INSS Digital"
    shown = [each.text() for each in window.page.notes.findChildren(QLabel) if each.isVisible()]
    assert "Quem resolve: Técnico da prefeitura" in shown
    assert any(text.startswith("1. Libere no firewall") for text in shown)


def test_what_runs_and_what_is_slow_is_shown(opened: Open, qtbot: QtBot) -> None:
    script = Script(scenes.HEALTHY_RUN, (ends("computer"), begins("driver", slow=True), holds))
    window = opened(script)
    window.start()
    qtbot.waitUntil(lambda: mark(window, "driver") is Mark.SLOW)
    assert mark(window, "computer") is Mark.PASSED
    shown = window.page.headline.accessibleName()
    assert "cancele" in shown
    assert window.cancel_button.isVisible()
    assert not window.start_button.isVisible()
    script.go.set()
    finish(qtbot, window)


def test_nothing_red_turns_green_while_it_runs(opened: Open, qtbot: QtBot) -> None:
    script = Script(scenes.NO_CARD_RUN, (ends("service", "reader", "card"), holds))
    window = opened(script)
    window.start()
    qtbot.waitUntil(lambda: mark(window, "card") is not Mark.WAITING)
    assert mark(window, "card") is Mark.WARNING
    script.go.set()
    finish(qtbot, window)
    assert mark(window, "card") is Mark.FAILED


def test_f5_runs_again_and_once_at_a_time(opened: Open, qtbot: QtBot) -> None:
    script = Script(scenes.HEALTHY_RUN, (holds,))
    window = opened(script)
    for _ in range(3):
        QTest.keyClick(window, KEY.Key_F5)
    qtbot.waitUntil(script.held.is_set)
    script.go.set()
    finish(qtbot, window)
    assert script.runs == 1
    QTest.keyClick(window, KEY.Key_F5)
    finish(qtbot, window)
    assert script.runs == 2


def test_a_run_begun_from_another_page_leaves_no_word_of_before_it(
    opened: Open, qtbot: QtBot
) -> None:
    window = opened(Script(scenes.HEALTHY_RUN))
    quiet = window.message.text()
    assert quiet
    window.where.help()
    assert not window.message.text()
    QTest.keyClick(window, KEY.Key_F5)
    finish(qtbot, window)
    assert quiet not in window.message.text()


def test_escape_cancels_and_what_was_found_stays(opened: Open, qtbot: QtBot) -> None:
    script = Script(scenes.CANCELLED_RUN, (ends("computer"), holds))
    window = opened(script)
    window.start()
    qtbot.waitUntil(script.held.is_set)
    QTest.keyClick(window, KEY.Key_Escape)
    finish(qtbot, window)
    assert script.stop is not None
    assert script.stop.is_set()
    assert texts(window) == "O diagnóstico foi interrompido antes do fim"
    assert mark(window, "computer") is Mark.PASSED


def test_closing_ends_the_run_and_whatever_it_asks(opened: Open, qtbot: QtBot) -> None:
    def asks(script: Script) -> None:
        assert script.user is not None
        script.heard.append(script.user.pin(scenes.QUESTION))
        script.heard.append(script.user.choose(scenes.CHOICES))

    script = Script(scenes.HEALTHY_RUN, (asks,))
    window = opened(script)
    window.start()
    qtbot.waitUntil(lambda: window.page.question is not None)
    window.close()
    assert not script.threads[0].is_alive()
    assert script.heard == [NoPin.USER, None]


def test_a_closed_run_says_nothing_any_more(qtbot: QtBot) -> None:
    script = Script(scenes.HEALTHY_RUN, (holds,))
    session = Session(script, export)
    session.start(Wishes())
    qtbot.waitUntil(script.held.is_set)
    with qtbot.assertNotEmitted(session.ended, wait=50):
        assert session.close()
    assert not session.busy
    assert session.close()


def test_a_run_that_breaks_ends_in_a_calm_page(opened: Open, qtbot: QtBot) -> None:
    def begin(*_: object) -> Diagnosis:
        raise ValueError("ours")

    window = opened(begin)
    window.start()
    finish(qtbot, window)
    assert texts(window) == "O teste parou por um defeito do a3check"
    assert window.save_button.isEnabled()


def test_an_error_in_a_slot_is_shown_once_and_calmly(opened: Open, qtbot: QtBot) -> None:
    window = opened(Script(scenes.HEALTHY_RUN))
    assert not window.troubles.bar.isVisible()
    error = RuntimeError("ours")
    calmly(window)(RuntimeError, error, None)
    assert window.troubles.page.isVisible()
    assert window.troubles.page.save_button.hasFocus()
    assert not window.troubles.bar.isVisible()
    QTest.keyClick(window, KEY.Key_Escape)
    assert window.pages.at_home
    calmly(window)(RuntimeError, error, None)
    assert window.pages.at_home
    assert window.troubles.bar.isVisible()
    window.start()
    finish(qtbot, window)


def test_the_window_stays_awake_while_the_run_waits(opened: Open, qtbot: QtBot) -> None:
    script = Script(scenes.HEALTHY_RUN, (holds,))
    window = opened(script)
    window.start()
    qtbot.waitUntil(script.held.is_set)
    assert script.threads[0] is not threading.main_thread()
    clicked: list[bool] = []
    window.cancel_button.clicked.connect(lambda: clicked.append(True))
    QTest.mouseClick(window.cancel_button, Qt.MouseButton.LeftButton)
    finish(qtbot, window)
    assert clicked


def test_a_hundred_runs_leave_no_threads(dressed: QApplication, qtbot: QtBot) -> None:
    session = Session(Script(scenes.HEALTHY_RUN), export)
    before = threading.active_count()
    for _ in range(100):
        with qtbot.waitSignal(session.ended):
            session.start(Wishes())
    qtbot.waitUntil(_at_most(before))


def _at_most(count: int) -> Callable[[], bool]:
    return lambda: threading.active_count() <= count


def test_the_run_gets_what_it_was_promised(qtbot: QtBot) -> None:
    got: list[object] = []

    def begin(wishes: Wishes, user: User, observer: Observer, stop: threading.Event) -> Diagnosis:
        got.extend((wishes, user, observer, stop))
        return scenes.HEALTHY_RUN

    session = Session(begin, export)
    with qtbot.waitSignal(session.ended):
        session.start(Wishes(network=False))
    assert got[0] == Wishes(network=False)
    assert not session.busy

"""What hangs is named, left out at a press, and saved as it is; the portal's rest is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.gui import scenes
from tests.gui.noted import Noted, finish
from tests.gui.saved import inside, save
from tests.gui.scripted import begins, ends, holds

from a3check.core.register import register
from a3check.core.stop import Stop
from a3check.ui import session as sessions
from a3check.ui.state import Mark

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot
    from tests.gui.conftest import Open

    from a3check.ui.window import Window

KEY: Final = Qt.Key


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

"""Does a step of the list open and close, by mouse and by key, and is it heard?"""

import pytest
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot
from tests.gui import scenes
from tests.gui.conftest import Open
from tests.gui.scripted import Script, begins, holds

from a3check.ui import rail as rails
from a3check.ui.rail import Rail


@pytest.fixture
def ended(opened: Open, qtbot: QtBot) -> Rail:
    """Return the list of a run without a card, the focus on its first line."""
    window = opened(Script(scenes.NO_CARD_RUN))
    window.start()
    qtbot.waitUntil(window.again_button.isVisible)
    window.page.rail.setFocus()
    window.page.rail.setCurrentIndex(window.page.rail.model().index(1, 0))
    return window.page.rail


def test_a_step_opens_to_its_checks_and_closes(ended: Rail) -> None:
    closed = ended.spoken
    assert len(closed) == 8
    assert closed[1].endswith("Fechada")
    QTest.keyClick(ended, Qt.Key.Key_Return)
    assert len(ended.spoken) == 12
    assert ended.spoken[1].endswith("Aberta")
    assert ended.spoken[4].startswith("Cartão: falhou. Não há cartão na leitora")
    QTest.keyClick(ended, Qt.Key.Key_Space)
    assert ended.spoken == closed


def test_the_arrows_open_close_and_go_on(ended: Rail) -> None:
    QTest.keyClick(ended, Qt.Key.Key_Left)
    assert len(ended.spoken) == 8
    for _ in range(2):
        QTest.keyClick(ended, Qt.Key.Key_Right)
    assert len(ended.spoken) == 12
    heard: list[str] = []
    ended.current.connect(heard.append)
    for _ in range(5):
        QTest.keyClick(ended, Qt.Key.Key_Down)
    assert heard == ["token"] * 4 + ["driver"]
    QTest.keyClick(ended, Qt.Key.Key_Up)
    QTest.keyClick(ended, Qt.Key.Key_Left)  # from a check: its step is closed and has the focus
    assert (len(ended.spoken), ended.currentIndex().row()) == (8, 1)


def test_a_step_of_one_check_has_nothing_to_open(ended: Rail) -> None:
    ended.setCurrentIndex(ended.model().index(6, 0))
    QTest.keyClick(ended, Qt.Key.Key_Return)
    assert len(ended.spoken) == 8
    assert "Fechada" not in ended.spoken[6]


def test_the_mouse_opens_a_step(ended: Rail) -> None:
    place = ended.visualRect(ended.model().index(3, 0)).center()
    QTest.mouseClick(ended.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert len(ended.spoken) == 12


def test_what_changes_is_announced_once(
    opened: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(rails, "announce", lambda _who, text: said.append(text))
    window = opened(Script(scenes.EXPIRED_RUN))
    window.start()
    qtbot.waitUntil(window.again_button.isVisible)
    assert [text for text in said if "Certificado: falhou" in text] == [
        "Etapa 4 de 8, Certificado: falhou. O certificado venceu em 12/10/2026 23:59"
    ]
    assert not [text for text in said if "Resultado" in text]  # the headline says it


def test_nothing_turns_where_the_system_wants_no_motion(
    opened: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rails, "moves", lambda: False)
    script = Script(scenes.HEALTHY_RUN, (begins("driver"), holds))
    window = opened(script)
    window.start()
    qtbot.waitUntil(lambda: any(step.mark.busy for step in window.page.rail.steps))
    assert not window.page.rail._clock.isActive()
    script.go.set()
    qtbot.waitUntil(window.again_button.isVisible)


LOW, HIGH = QSize(1092, 614), QSize(1366, 1400)


def test_where_the_room_is_scarce_less_is_said_of_what_is_in_order_and_nothing_is_scrolled(
    opened: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    tips: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, _of: tips.append(text))
    window = opened(Script(scenes.EXPIRED_RUN))
    window.resize(LOW)
    window.start()
    qtbot.waitUntil(window.again_button.isVisible)
    rail = window.page.rail
    shown = {item.step: rail._painter.sentences(item) for item in rail._model.items}
    qtbot.waitUntil(lambda: not rail.verticalScrollBar().maximum())
    assert not shown["computer"]
    assert not shown["result"]
    assert shown["certificate"] == rail.steps[3].said
    assert rail.steps[0].said[0] in rail.spoken[0], "it is heard all the same"
    at = rail.visualRect(rail.model().index(0, 0)).center()
    asked = QHelpEvent(QEvent.Type.ToolTip, at, rail.viewport().mapToGlobal(at))
    QApplication.sendEvent(rail.viewport(), asked)
    assert tips == [rail.steps[0].said[0]]
    rail.open_step("computer")
    inner = [item for item in rail._model.items if item.inner]
    assert inner
    assert all(rail._painter.sentences(item) == item.sentences for item in inner)
    rail.open_step("computer", opened=False)
    window.resize(HIGH)
    qtbot.waitUntil(lambda: not rail._painter.dense)
    assert all(rail._painter.sentences(item) == item.sentences for item in rail._model.items)
    assert rail.needed_height() <= rail.height()

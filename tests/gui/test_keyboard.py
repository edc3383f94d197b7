"""Is the whole way, from the first page to the saved report, gone by keyboard alone?"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from tests.gui import scenes
from tests.gui.conftest import Open
from tests.gui.saved import DEADLINE
from tests.gui.scripted import Script

from a3check.core.wishes import Form
from a3check.ui.outside import Outside
from a3check.ui.remedy import RemedyBox
from a3check.ui.window import Window

if TYPE_CHECKING:
    from a3check.core.settings import Settings

KEY = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
PIN = "482913"


def press(window: Window, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    """Press a key where the focus is."""
    held = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        held |= modifier
    QTest.keyClick(window.focusWidget(), key, held)


def write(window: Window, text: str) -> None:
    QTest.keyClicks(window.focusWidget(), text)


def asks(script: Script) -> None:
    assert script.user is not None
    script.heard.append(script.user.pin(scenes.QUESTION))


def _keeping(told: list[str]) -> Callable[[str], bool]:
    def launch(target: str) -> bool:
        told.append(target)
        return True

    return launch


def tab_to(window: Window, wanted: QWidget) -> None:
    for _ in range(30):
        if window.focusWidget() is wanted:
            return
        press(window, KEY.Key_Tab)
    raise AssertionError(wanted)


def test_from_the_first_page_to_the_saved_report(
    opened: Open, qtbot: QtBot, tmp_path: Path
) -> None:
    kept: list[Settings] = []
    told: list[str] = []
    script = Script(scenes.EXPIRED_RUN, (asks,), form=Form.TOKEN)
    window = opened(script, remember=kept.append)
    window.outside = Outside(bool, lambda _: QImage(), launch=_keeping(told))
    assert window.focusWidget() is window.start_button
    press(window, KEY.Key_F1)
    press(window, KEY.Key_Escape)
    welcome = window.page.welcome
    press(window, KEY.Key_B, ALT)
    qtbot.waitUntil(welcome.form.buttons["token"].isChecked)  # an underlined letter takes 100 ms
    press(window, KEY.Key_D, ALT)
    qtbot.waitUntil(welcome.place.fields["municipality"].hasFocus)
    write(window, "Manaus")
    press(window, KEY.Key_C, ALT)

    qtbot.waitUntil(lambda: window.page.question is not None)
    write(window, PIN)
    press(window, KEY.Key_Return)
    qtbot.waitUntil(window.again_button.isVisible)
    assert [(s.form, s.place.municipality) for s in kept] == [(Form.TOKEN, "Manaus")]
    assert len(script.heard) == 1

    box = window.page.headline.findChild(RemedyBox)
    assert box is not None
    qtbot.waitUntil(box.buttons[0].isVisible)
    tab_to(window, box.buttons[0])
    press(window, KEY.Key_Return)
    assert told == ["https://listaars.iti.gov.br/"]
    press(window, KEY.Key_D, ALT)
    qtbot.waitUntil(window.page.details.text.isVisible)
    tab_to(window, window.page.rail)
    press(window, KEY.Key_Down)
    press(window, KEY.Key_Return)
    press(window, KEY.Key_C, CONTROL)
    assert "Certificado: falhou" in QGuiApplication.clipboard().text()
    press(window, KEY.Key_S, CONTROL)
    qtbot.waitUntil(lambda: bool(window.saving.preview.rows))
    press(window, KEY.Key_Return)
    qtbot.waitUntil(lambda: "guardado em" in window.message.text(), timeout=DEADLINE)
    press(window, KEY.Key_Return)
    (bundle,) = tmp_path.glob("a3check-*/a3check-*.zip")
    assert QGuiApplication.clipboard().mimeData().urls() == [QUrl.fromLocalFile(str(bundle))]


@pytest.mark.parametrize("answer", [KEY.Key_Escape, None], ids=["Esc", "Alt+P"])
def test_a_question_is_skipped_and_a_run_is_cancelled(
    opened: Open, qtbot: QtBot, answer: Qt.Key | None
) -> None:
    window = opened(Script(scenes.SKIPPED_RUN, (asks,)))
    press(window, KEY.Key_F5)
    qtbot.waitUntil(lambda: window.page.question is not None)
    press(window, answer) if answer else press(window, KEY.Key_P, ALT)
    qtbot.waitUntil(window.again_button.isVisible)
    assert window.focusWidget() is window.page.headline
    press(window, KEY.Key_O, ALT)
    qtbot.waitUntil(window.page.welcome.isVisible)
    press(window, KEY.Key_V, ALT)
    qtbot.waitUntil(lambda: not window.page.welcome.isVisible())

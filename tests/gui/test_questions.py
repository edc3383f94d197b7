"""The questions in the window: the PIN is asked once, shown to nobody, and forgotten."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import (
    QAccessible,
    QFocusEvent,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from tests.gui import scenes
from tests.gui.conftest import Open
from tests.gui.scripted import Act, Script

from a3check.core.check import found
from a3check.core.question import NoPin, PinQuestion
from a3check.core.secret import Secret
from a3check.ui import prompts
from a3check.ui.choice_card import ChoiceCard
from a3check.ui.pin_card import PinCard
from a3check.ui.pin_field import LONGEST, PinField
from a3check.ui.state import Mark
from a3check.ui.window import Window

KEY = Qt.Key
PIN = "Ca$4çé"
EXPIRED = found("certificate.expired", not_after=scenes.STARTED, days=3)


def asks(question: PinQuestion = scenes.QUESTION) -> Act:
    def act(script: Script) -> None:
        assert script.user is not None
        assert script.observer is not None
        script.observer.started("pin")
        answer = script.user.pin(question)
        if isinstance(answer, Secret):
            with answer.opened() as given:
                script.heard.append(bytes(given))
        else:
            script.heard.append(answer)

    return act


def chooses(script: Script) -> None:
    assert script.user is not None
    script.heard.append(script.user.choose(scenes.CHOICES))


def write(field: PinField, text: str) -> None:
    """Press a key for each character, those too that QTest has no key for."""
    for character in text:
        for kind in (QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease):
            event = QKeyEvent(kind, KEY.Key_unknown, Qt.KeyboardModifier.NoModifier, character)
            QApplication.sendEvent(field, event)


def pin_card(qtbot: QtBot, window: Window) -> PinCard:
    window.start()
    qtbot.waitUntil(lambda: window.page.question is not None)
    card = window.page.question
    assert isinstance(card, PinCard)
    return card


def seen(field: PinField) -> bool:
    return field.revealed


def said(card: PinCard) -> str:
    return " ".join(found.text() for found in card.findChildren(QLabel))


def test_the_pin_is_typed_sent_once_and_gone(opened: Open, qtbot: QtBot) -> None:
    script = Script(scenes.HEALTHY_RUN, (asks(),))
    window = opened(script)
    card = pin_card(qtbot, window)
    field = card.field
    assert field.hasFocus()
    assert not card.check.isEnabled()
    write(field, PIN)
    assert field.text() == "•" * len(PIN)
    QTest.keyPress(field, KEY.Key_Return)
    QTest.keyPress(field, KEY.Key_Return)
    assert field.text() == ""
    qtbot.waitUntil(lambda: bool(script.heard))
    assert script.heard == [PIN.encode()]
    assert len(field) == 0
    qtbot.waitUntil(window.again_button.isVisible)
    assert window.page.question is None


def test_the_question_says_what_is_at_stake(opened: Open, qtbot: QtBot) -> None:
    script = Script(scenes.HEALTHY_RUN, (asks(),))
    window = opened(script)
    words = said(pin_card(qtbot, window))
    assert scenes.TOKEN.model in words
    assert scenes.PORTAL in words
    assert "não diz quantas tentativas restam" in words
    assert "perde uma tentativa" in words
    row = next(row for row in window.page.rail.rows if row.check == "pin")
    assert (row.mark, row.word) == (Mark.RUNNING, "sua vez")


def test_escape_and_the_button_skip(opened: Open, qtbot: QtBot) -> None:
    script = Script(scenes.SKIPPED_RUN, (asks(), asks()))
    window = opened(script)
    card = pin_card(qtbot, window)
    write(card.field, PIN)
    QTest.keyClick(card.field, KEY.Key_Escape)
    assert len(card.field) == 0
    qtbot.waitUntil(lambda: window.page.question not in {None, card})
    again = window.page.question
    assert isinstance(again, PinCard)
    QTest.mouseClick(again.skip_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(window.again_button.isVisible)
    assert script.heard == [NoPin.USER, NoPin.USER]


def test_nobody_there_takes_the_question_back(
    opened: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prompts, "ANSWER_WAIT", 0.2)
    script = Script(scenes.SKIPPED_RUN, (asks(),))
    window = opened(script)
    card = pin_card(qtbot, window)
    write(card.field, PIN)
    qtbot.waitUntil(window.again_button.isVisible)
    assert script.heard == [NoPin.NOBODY]
    assert len(card.field) == 0


def test_a_reader_with_keys_asks_for_no_typing(opened: Open, qtbot: QtBot) -> None:
    question = replace(scenes.QUESTION, token=replace(scenes.TOKEN, pinpad=True))
    script = Script(scenes.HEALTHY_RUN, (asks(question),))
    window = opened(script)
    card = pin_card(qtbot, window)
    assert not card.field.isVisible()
    assert card.check.hasFocus()
    QTest.keyClick(card.check, KEY.Key_Return)
    qtbot.waitUntil(lambda: bool(script.heard))
    assert script.heard == [b""]


def test_a_provider_that_asks_by_itself_needs_one_press(opened: Open, qtbot: QtBot) -> None:
    script = Script(scenes.HEALTHY_RUN, (asks(scenes.CLOUD_QUESTION),))
    window = opened(script)
    card = pin_card(qtbot, window)
    assert not card.field.isVisible()
    assert card.check.hasFocus()
    assert card.check.text().strip() == "&Continuar"
    QTest.keyClick(card.check, KEY.Key_Return)
    QTest.keyClick(card.check, KEY.Key_Return)
    qtbot.waitUntil(lambda: bool(script.heard))
    assert script.heard == [b""], "one press, and nothing typed"


def test_a_certificate_is_chosen_with_the_keyboard(opened: Open, qtbot: QtBot) -> None:
    script = Script(scenes.HEALTHY_RUN, (chooses, chooses))
    window = opened(script)
    window.start()
    qtbot.waitUntil(lambda: window.page.question is not None)
    card = window.page.question
    assert isinstance(card, ChoiceCard)
    assert card.list.hasFocus()
    QTest.keyClick(card.list, KEY.Key_Down)
    QTest.keyClick(card.list, KEY.Key_Return)
    qtbot.waitUntil(lambda: window.page.question not in {None, card})
    QTest.keyClick(window, KEY.Key_Escape)
    qtbot.waitUntil(window.again_button.isVisible)
    assert script.heard == ["b" * 64, None]


@pytest.fixture
def field(dressed: QApplication, qtbot: QtBot) -> PinField:
    made = PinField()
    qtbot.addWidget(made)
    made.show()
    return made


def taken(field: PinField) -> bytes:
    with field.take().opened() as given:
        return bytes(given)


def test_the_field_keeps_dots_only(field: PinField, qtbot: QtBot) -> None:
    write(field, PIN)
    assert set(field.text()) == {"•"}
    assert set(field.displayText()) <= {"•", "●"}
    shown = QAccessible.queryAccessibleInterface(field)
    assert shown is not None
    assert set(shown.text(QAccessible.Text.Value)) <= {"•", "●"}
    assert shown.state().passwordEdit
    field.undo()
    assert taken(field) == PIN.encode()


def test_backspace_takes_whole_characters(field: PinField, qtbot: QtBot) -> None:
    write(field, "12é")
    QTest.keyClick(field, KEY.Key_Backspace)
    write(field, "3")
    QTest.keyClick(field, KEY.Key_Left)
    write(field, "4")
    assert taken(field) == b"1234"
    QTest.keyClick(field, KEY.Key_Backspace)
    write(field, "99")
    QTest.keyClick(field, KEY.Key_Backspace, Qt.KeyboardModifier.ControlModifier)
    assert taken(field) == b""


def test_the_clipboard_is_left_alone(field: PinField, qtbot: QtBot) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("colado")
    write(field, "1234")
    for keys in (
        QKeySequence.StandardKey.Paste,
        QKeySequence.StandardKey.SelectAll,
        QKeySequence.StandardKey.Copy,
        QKeySequence.StandardKey.Cut,
    ):
        QTest.keySequence(field, QKeySequence(keys))
    QTest.mouseDClick(field, Qt.MouseButton.LeftButton)
    QTest.mouseClick(field, Qt.MouseButton.MiddleButton)
    assert clipboard.text() == "colado"
    assert not field.hasSelectedText()
    assert taken(field) == b"1234"


def test_alt_gr_and_input_methods_write(field: PinField) -> None:
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    press = QKeyEvent.Type.KeyPress
    QApplication.sendEvent(field, QKeyEvent(press, KEY.Key_At, held, "@"))
    composed = QInputMethodEvent("", [])
    composed.setCommitString("ã1")
    QApplication.sendEvent(field, composed)
    alone = QKeyEvent(press, KEY.Key_A, Qt.KeyboardModifier.ControlModifier, "\x01")
    QApplication.sendEvent(field, alone)
    assert taken(field) == "@ã1".encode()


def test_the_field_has_an_end(field: PinField, qtbot: QtBot) -> None:
    write(field, "1" * (LONGEST + 5))
    assert len(field) == LONGEST
    field.wipe()
    assert len(field) == 0
    assert field


def test_the_pin_is_seen_where_the_user_wants_it_and_nobody_else_gets_it(
    opened: Open, qtbot: QtBot
) -> None:
    script = Script(scenes.HEALTHY_RUN, (asks(),))
    window = opened(script)
    card = pin_card(qtbot, window)
    field = card.field
    write(field, "WWWW")
    dots = field.grab().toImage()
    QTest.mouseClick(card.show_button, Qt.MouseButton.LeftButton)
    assert seen(field)
    assert field.hasFocus()
    assert card.show_button.accessibleName() == "Esconder"
    assert field.grab().toImage() != dots
    assert set(field.text()) == {"•"}
    shown = QAccessible.queryAccessibleInterface(field)
    assert set(shown.text(QAccessible.Text.Value)) <= {"•", "●"}
    window.activateWindow()
    away = QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.ActiveWindowFocusReason)
    QApplication.sendEvent(field, away)
    assert not seen(field)
    QTest.mouseClick(card.show_button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(card.show_button, Qt.MouseButton.LeftButton)
    assert not seen(field)
    card._turn()
    QTest.keyClick(field, KEY.Key_Return)
    assert not seen(field)
    qtbot.waitUntil(lambda: script.heard == [b"WWWW"])


@pytest.mark.parametrize("tapped", ["button", "enter"])
def test_a_length_that_no_token_takes_is_not_sent(opened: Open, qtbot: QtBot, tapped: str) -> None:
    token = replace(scenes.TOKEN, pin_min=4, pin_max=8)
    script = Script(scenes.HEALTHY_RUN, (asks(replace(scenes.QUESTION, token=token)),))
    window = opened(script)
    card = pin_card(qtbot, window)
    for length in (3, 9):
        write(card.field, "1" * length)
        if tapped == "enter":
            QTest.keyClick(card.field, KEY.Key_Return)
        else:
            QTest.mouseClick(card.check, Qt.MouseButton.LeftButton)
        assert not card.check.isEnabled()
        assert len(card.field) == length
        card.field.wipe()
    assert script.heard == []
    write(card.field, "1234")
    QTest.keyClick(card.field, KEY.Key_Return)
    qtbot.waitUntil(lambda: script.heard == [b"1234"])


def test_a_certificate_that_cannot_be_used_is_read_and_not_chosen(
    opened: Open, qtbot: QtBot
) -> None:
    def chooses_among(script: Script) -> None:
        assert script.user is not None
        useless = replace(scenes.CHOICES[1], usable=False, fault=EXPIRED)
        script.heard.append(script.user.choose((scenes.CHOICES[0], useless)))

    window = opened(Script(scenes.HEALTHY_RUN, (chooses_among,)))
    window.start()
    qtbot.waitUntil(lambda: window.page.question is not None)
    card = window.page.question
    assert isinstance(card, ChoiceCard)
    assert card.use.isEnabled()
    QTest.keyClick(card.list, KEY.Key_Down)
    assert "Não dá para usar" in card.list.currentItem().text()
    assert not card.use.isEnabled()
    QTest.keyClick(card.list, KEY.Key_Return)
    assert window.page.question is card
    QTest.keyClick(card.list, KEY.Key_Up)
    assert card.use.isEnabled()
    QTest.keyClick(card.list, KEY.Key_Return)
    qtbot.waitUntil(window.again_button.isVisible)

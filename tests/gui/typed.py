"""A PIN as a person gives it: once it is asked for, key by key, and Enter."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from a3check.ui.pin_card import PinCard
from a3check.ui.window import Window


def type_pin(qtbot: QtBot, window: Window, pin: str, patience: int, *, enters: int = 1) -> None:
    """Wait until the PIN is asked for (milliseconds), type it, and press Enter."""
    qtbot.waitUntil(lambda: isinstance(window.page.question, PinCard), timeout=patience)
    card = window.page.question
    assert isinstance(card, PinCard)
    QTest.keyClicks(card.field, pin)
    for _ in range(enters):
        QTest.keyClick(card.field, Qt.Key.Key_Return)

"""Do the buttons of the result open what they say, copy what they say, and tell how it went?"""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from tests.gui import scenes
from tests.gui.conftest import Open
from tests.gui.scripted import Script

from a3check.core.model import Diagnosis
from a3check.ui.outside import Outside, launch
from a3check.ui.remedy import RemedyBox
from a3check.ui.style import DARK
from a3check.ui.window import Window


@pytest.fixture
def shown(opened: Open, qtbot: QtBot) -> Callable[..., Window]:
    """Open a window, let a run end in it, and keep what it opens outside."""

    def show(diagnosis: Diagnosis, told: list[str], *, opens: bool = True) -> Window:
        def open_it(target: str) -> bool:
            told.append(target)
            return opens

        window = opened(Script(diagnosis))
        window.outside = Outside(open_it, lambda _: QImage(), launch=open_it)
        window.start()
        qtbot.waitUntil(window.again_button.isVisible)
        box = window.page.headline.findChild(RemedyBox)
        qtbot.waitUntil(lambda: box is None or all(b.isVisible() for b in box.buttons))
        return window

    return show


def pressed(window: Window, text: str) -> None:
    buttons = [b for b in window.findChildren(QPushButton) if text in b.text() and b.isVisible()]
    assert len(buttons) == 1
    QTest.keyClick(buttons[0], Qt.Key.Key_Return)


def test_the_official_list_is_opened(shown: Callable[..., Window]) -> None:
    told: list[str] = []
    window = shown(scenes.EXPIRED_RUN, told)
    pressed(window, "lista oficial de ARs")
    assert told == ["https://listaars.iti.gov.br/"]
    assert window.message.text() == "Aberto: https://listaars.iti.gov.br/"


def test_what_does_not_open_is_named(shown: Callable[..., Window]) -> None:
    window = shown(scenes.EXPIRED_RUN, [], opens=False)
    pressed(window, "lista oficial de ARs")
    assert window.message.text().endswith("Abra você mesmo: https://listaars.iti.gov.br/")


def test_a_command_is_copied(shown: Callable[..., Window]) -> None:
    window = shown(scenes.STOPPED_SERVICE_RUN, [])
    pressed(window, "Copiar o comando")
    assert QGuiApplication.clipboard().text() == "sudo systemctl enable --now pcscd.socket"
    assert window.message.text().startswith("Copiado: sudo")


def test_the_icons_take_another_themes_colours(shown: Callable[..., Window]) -> None:
    window = shown(scenes.EXPIRED_RUN, [])
    box = window.page.headline.findChild(RemedyBox)
    assert box is not None
    before = box.buttons[0].icon().cacheKey()
    window.set_theme(DARK)
    assert box.buttons[0].icon().cacheKey() != before


def test_only_known_targets_are_launched(
    dressed: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    monkeypatch.setenv("SystemRoot", r"C:\Windows")
    for good in ("https://listaars.iti.gov.br/", "ms-settings:dateandtime"):
        assert launch(good)
    assert launch("console:services.msc")
    for bad in ("console:cmd.exe", "console:..\\x.msc", "file:///bin/sh", "javascript:1", "x"):
        assert not launch(bad)
    assert opened[:2] == ["https://listaars.iti.gov.br/", "ms-settings:dateandtime"]
    assert opened[2].endswith("services.msc")
    assert len(opened) == 3

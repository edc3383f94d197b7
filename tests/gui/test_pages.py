"""Does the way between the window's pages lead back, by button and by key?"""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from tests.gui import scenes
from tests.gui.clipping import faults
from tests.gui.conftest import Open
from tests.gui.scripted import Script
from tests.gui.shots import settle

from a3check.ui.bar import Bar
from a3check.ui.pages import HOME, Leaf
from a3check.ui.pieces import button
from a3check.ui.style import DARK
from a3check.ui.window import Window


def other(window: Window) -> Leaf:
    page = Leaf("Outra")
    window.pages.add("other", page)
    window.page.add_link("Ou&tra", lambda: window.pages.turn("other"))
    return page


def test_another_page_is_shown_and_esc_leads_back(opened: Open, qtbot: QtBot) -> None:
    window = opened(Script(scenes.HEALTHY_RUN))
    page = other(window)
    window.pages.turn("other")
    assert (window.pages.current, page.isVisible()) == ("other", True)
    assert window.footer.back_button.isVisible()
    assert not window.start_button.isVisible()
    assert window.message.text() == ""  # it speaks of a button that is not shown here
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.pages.at_home
    assert not window.footer.back_button.isVisible()
    assert window.start_button.isVisible()
    assert window.message.text() == "Nada sai deste computador antes de você clicar em Começar."


def test_the_button_leads_back_too_and_a_run_begins_at_home(opened: Open, qtbot: QtBot) -> None:
    window = opened(Script(scenes.HEALTHY_RUN))
    other(window)
    window.pages.turn("other")
    QTest.mouseClick(window.footer.back_button, Qt.MouseButton.LeftButton)
    assert window.pages.current == HOME
    window.pages.turn("other")
    QTest.keyClick(window, Qt.Key.Key_F5)
    assert window.pages.at_home
    qtbot.waitUntil(window.again_button.isVisible)


def test_more_buttons_and_bars_find_their_place(opened: Open) -> None:
    window = opened(Script(scenes.HEALTHY_RUN))
    pressed: list[str] = []
    more = window.footer.add(button("Mais", "plain", lambda: pressed.append("more")), "folder")
    bar = window.bars.add(Bar("trouble", "Token detectado"))
    answer = bar.add_button("Continuar", "plain", lambda: pressed.append("bar"))
    assert not bar.isVisible()
    bar.tell("Token detectado: continuar")
    window.set_theme(DARK)
    assert bar.isVisible()
    assert not more.icon().isNull()
    for which in (more, answer):
        QTest.mouseClick(which, Qt.MouseButton.LeftButton)
    assert pressed == ["more", "bar"]
    assert bar.text.text() == "Token detectado: continuar"


def test_f1_opens_the_help_and_esc_closes_it(opened: Open) -> None:
    window = opened(Script(scenes.HEALTHY_RUN))
    for _ in range(2):
        QTest.keyClick(window, Qt.Key.Key_F1)
        assert window.pages.current == "help"
        settle(lambda: True)
        assert list(faults(window)) == []
        QTest.keyClick(window, Qt.Key.Key_Escape)
        assert window.pages.at_home
    QTest.mouseClick(window.where.help_link, Qt.MouseButton.LeftButton)
    assert "F5" in [shown.text() for shown in window.findChildren(QLabel) if shown.isVisible()]

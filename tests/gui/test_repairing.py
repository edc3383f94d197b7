"""Is what a3check can do by itself done at the press, once, told, and taken back where wished?"""

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from tests.gui import scenes
from tests.gui.clipping import faults
from tests.gui.conftest import Open
from tests.gui.repaired import CAS, HIDDEN_RUN, WINDOWS, Faked, cards
from tests.gui.scripted import Script
from tests.gui.shots import settle

from a3check.core.model import Diagnosis
from a3check.core.repair import Mended, Repair, Result
from a3check.core.wishes import Wishes
from a3check.ui.repair_card import RepairCard
from a3check.ui.repairing import Repairing
from a3check.ui.style import DARK, LIGHT
from a3check.ui.window import Window

Show = Callable[[Diagnosis, Faked], tuple[Window, RepairCard]]


@pytest.fixture
def shown(opened: Open, qtbot: QtBot) -> Show:
    """Let a run end in a window, and wait for the card below its verdict."""

    def show(diagnosis: Diagnosis, repairs: Faked) -> tuple[Window, RepairCard]:
        window = opened(Script(diagnosis))
        repairing = Repairing(window, window._session, repairs, WINDOWS)
        window.start()
        qtbot.waitUntil(lambda: any(c.isVisible() for c in repairing.cards.values()))
        (card,) = repairing.cards.values()
        return window, card

    return show


def visible(card: RepairCard) -> list[str]:
    return [b.accessibleName() for b in card.buttons if b.isVisible()]


def press(button: QPushButton) -> None:
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)


def wishes(window: Window) -> list[Wishes]:
    """Note what the next run is asked for."""
    begin, wished = window._session._begin, []

    def noting(asked: Wishes, *rest: object) -> Diagnosis:
        wished.append(asked)
        return begin(asked, *rest)  # type: ignore[arg-type]

    window._session._begin = noting
    return wished


def test_cas_are_put_there_at_the_press_tested_again_and_taken_back(
    shown: Show, qtbot: QtBot
) -> None:
    repairs = Faked()
    window, card = shown(HIDDEN_RUN, repairs)
    assert repairs.done == []
    assert all(name in card.what.text() for name in CAS)
    assert visible(card) == ["Instalar os certificados", "Agora não"]
    assert card.what.text() in card.do_button.accessibleDescription()
    press(card.do_button)
    assert visible(card) == []
    assert "Instalando" in card.what.text()
    card.do_wanted.emit()  # once at a time
    repairs.go.set()
    qtbot.waitUntil(card.again_button.isVisible)
    assert len(repairs.done) == 1
    assert repairs.threads[0] is not threading.main_thread()
    assert card.again_button.hasFocus()
    assert visible(card) == ["Testar de novo esta parte", "Desfazer"]
    repairs.result = Mended(Result.UNDONE, CAS)
    press(card.undo_button)
    qtbot.waitUntil(lambda: "Retirados" in card.what.text())
    assert repairs.undone == 1
    wished = wishes(window)
    press(card.again_button)
    qtbot.waitUntil(lambda: bool(wished) and window.again_button.isVisible())
    assert wished[0].again == {"store", "login"}
    qtbot.waitUntil(card.do_button.isVisible)


def test_an_administrators_no_is_no_fault_and_can_be_tried_again(
    shown: Show, qtbot: QtBot
) -> None:
    repairs = Faked(Mended(Result.DECLINED))
    repairs.go.set()
    window, card = shown(scenes.STOPPED_SERVICE_RUN, repairs)
    assert card.offer.repair is Repair.CARDS
    press(card.do_button)
    qtbot.waitUntil(lambda: "Nada mudou" in card.what.text())
    assert visible(card) == ["Iniciar o serviço", "Agora não"]
    assert window.page.headline.hasFocus(), "Enter asks for nothing anew"


def test_escape_waves_it_away_and_presses_nothing(shown: Show) -> None:
    repairs = Faked()
    window, card = shown(HIDDEN_RUN, repairs)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert card.isVisible(), "the focus is elsewhere"
    card.shut_button.setFocus()
    QTest.keyClick(card.shut_button, Qt.Key.Key_Escape)
    assert not card.isVisible()
    assert window.page.headline.hasFocus()
    window.where.revise()
    window.where.back()
    assert not card.isVisible()
    assert repairs.done == []


def test_not_now_waves_it_away(shown: Show) -> None:
    _, card = shown(HIDDEN_RUN, Faked())
    press(card.shut_button)
    assert not card.isVisible()


def test_a_defect_of_ours_is_told_and_ends_there(shown: Show, qtbot: QtBot) -> None:
    repairs = Faked(None)
    repairs.go.set()
    _, card = shown(HIDDEN_RUN, repairs)
    press(card.do_button)
    qtbot.waitUntil(lambda: "defeito" in card.what.text())
    assert visible(card) == []


def test_a_run_meanwhile_hides_it_and_the_end_is_kept(shown: Show, qtbot: QtBot) -> None:
    repairs = Faked()
    window, card = shown(HIDDEN_RUN, repairs)
    press(card.do_button)
    window.start()
    qtbot.waitUntil(lambda: not card.isVisible())
    qtbot.waitUntil(window.again_button.isVisible)
    repairs.go.set()
    qtbot.waitUntil(card.again_button.isVisible)
    assert len(repairs.done) == 1


def test_tab_goes_from_the_verdict_through_the_card(shown: Show) -> None:
    window, card = shown(HIDDEN_RUN, Faked())
    window.page.headline.setFocus()
    met = []
    for _ in range(12):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        met.append(window.focusWidget())
    assert met.index(card.do_button) < met.index(card.shut_button)
    assert met.index(card.shut_button) < met.index(window.page.details.toggle)


def test_what_was_put_there_before_can_be_taken_back_after_any_run(
    shown: Show, qtbot: QtBot
) -> None:
    repairs = Faked(Mended(Result.UNDONE, CAS), installed=CAS)
    repairs.go.set()
    window, card = shown(scenes.HEALTHY_RUN, repairs)
    assert visible(card) == ["Desfazer"]
    window.set_theme(DARK)
    press(card.undo_button)
    qtbot.waitUntil(lambda: "Retirados" in card.what.text())
    assert repairs.undone == 1
    assert repairs.done == []


def test_nothing_is_cut_off_in_the_smallest_window(dressed: QApplication) -> None:
    size, seen = QSize(860, 540), []
    for name, window in cards(LIGHT, size, frozenset(), settle):
        assert not list(faults(window)), name
        seen.append(name)
    assert len(seen) == 6

"""The memory's pages in the window: reached, read, gone back from, by keyboard as by mouse."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from tests.gui import scenes
from tests.gui.clipping import faults
from tests.gui.closing import gone
from tests.gui.remembered import PAGES, Remembered, pages, past, runs
from tests.gui.scripted import Script, ends, export, holds
from tests.gui.shots import SMALL, settle
from tests.gui.tree import PRESSED, tree

from a3check.core.catalogue import catalogue
from a3check.core.erasure import Erasure
from a3check.core.plugged import News
from a3check.core.settings import Settings
from a3check.core.wishes import Form
from a3check.report.parcel import packed, unpacked
from a3check.ui.doors import Doors
from a3check.ui.memories import Memories
from a3check.ui.session import Session
from a3check.ui.style import DARK, LIGHT
from a3check.ui.window import Window


@dataclass
class Seat:
    """A window with a memory, and the file that its dialogs answer with."""

    window: Window
    doors: Doors
    records: Remembered
    qtbot: QtBot
    file: Path | None = None

    @property
    def memories(self) -> Memories:
        return self.doors.memories

    def link(self, section: str) -> None:
        """Press the link below the list of the steps."""
        links = {"history": self.doors.history_link, "swap": self.doors.swap_link}
        self.press(links[section])

    def history(self) -> None:
        self.link("history")
        self.qtbot.waitUntil(lambda: bool(self.memories.history.list.rows))

    def press(self, button: QPushButton) -> None:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def script() -> Script:
    return Script(scenes.HEALTHY_RUN)


@pytest.fixture
def seat(dressed: QApplication, qtbot: QtBot, script: Script) -> Iterator[Seat]:
    session = Session(script, export)
    window = Window(session, catalogue())
    session.setParent(window)
    records = Remembered()
    files: list[Seat] = []

    def ask(_: QWidget, title: str, name: str, kind: str) -> Path | None:
        assert title
        assert name.endswith(".json") or not name
        assert "*.json" in kind
        return files[0].file

    doors = Doors(window, session, records, catalogue(), save=ask, open_=ask)
    files.append(Seat(window, doors, records, qtbot))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield files[0]
    gone(window)


# ---- the history


def test_the_history_tells_each_run_and_opens_it(seat: Seat) -> None:
    seat.history()
    assert seat.window.pages.current == "history"
    shown = seat.memories.history.list
    assert len(shown.rows) == len(runs())
    assert shown.rows[1].difference == (
        "Desde 03/11/2026: driver 10.8 → 10.9, outra leitora (Leitora Nova), "
        "relógio \N{MINUS SIGN}4 min."
    )
    seat.qtbot.waitUntil(shown.hasFocus)
    QTest.keyClick(shown, Qt.Key.Key_Down)
    QTest.keyClick(shown, Qt.Key.Key_Return)
    assert seat.window.pages.current == "past"
    page = seat.memories.past
    assert page.page.headline.title.text() == "O portal recusou o certificado"
    assert "só para leitura" in page.bar.text.text()
    assert not page.page.welcome.isVisible()
    assert page.page.headline.hasFocus()


def test_the_way_back_leads_by_the_history(seat: Seat) -> None:
    seat.history()
    seat.memories.history.opened.emit(runs()[0].id)
    QTest.keyClick(seat.window, Qt.Key.Key_Escape)
    assert seat.window.pages.current == "history"
    seat.memories.history.opened.emit(runs()[0].id)
    seat.press(seat.window.footer.back_button)
    assert seat.window.pages.current == "history"
    QTest.keyClick(seat.window, Qt.Key.Key_Escape)
    assert seat.window.pages.at_home
    seat.memories.history.opened.emit("another")
    assert seat.window.pages.at_home


def test_ctrl_h_leads_to_the_history(seat: Seat) -> None:
    QTest.keySequence(seat.window, QKeySequence("Ctrl+H"))
    assert seat.window.pages.current == "history"


def test_a_run_is_read_by_ear_and_copied(seat: Seat) -> None:
    seat.history()
    shown = seat.memories.history.list
    heard = QAccessible.queryAccessibleInterface(shown)
    assert heard.role() == QAccessible.Role.List
    assert heard.text(QAccessible.Text.Name) == "Testes feitos neste computador"
    spoken = [heard.child(n).text(QAccessible.Text.Name) for n in range(heard.childCount())]
    assert [s for s in spoken if s] == [row.spoken for row in shown.rows]
    QTest.keySequence(shown, QKeySequence(QKeySequence.StandardKey.Copy))
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied[3].startswith("03/11/2026 02:48. OK. Pronto para o INSS Digital. ")
    assert len(copied) == len(runs())


def test_a_click_opens_a_run(seat: Seat) -> None:
    seat.history()
    shown = seat.memories.history.list
    middle = shown.visualRect(shown.model().index(1, 0)).center()
    QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert seat.memories.past.page.headline.title.text() == "O portal recusou o certificado"


def test_without_a_run_the_page_says_so(seat: Seat) -> None:
    seat.records.kept = ()
    seat.link("history")
    page = seat.memories.history
    seat.qtbot.waitUntil(page.erase.ask_button.hasFocus)
    assert page.empty.isVisible()
    assert not page.list.isVisible()


@pytest.mark.parametrize("script", [Script(scenes.EXPIRED_RUN)])
def test_the_verdict_says_what_changed_since_the_last_healthy_run(
    seat: Seat, script: Script
) -> None:
    shown = seat.window.page.headline
    script.acts = (lambda _: setattr(seat.records, "last", runs()[0].document),)
    seat.window.start()
    said = "Desde 03/11/2026: validade do certificado 14/03/2028 → 12/10/2026."
    seat.qtbot.waitUntil(lambda: said in shown.accessibleName())
    assert shown.title.text() == "O certificado venceu em 12/10/2026 23:59"
    seat.history()
    QTest.keyClick(seat.window, Qt.Key.Key_Escape)
    assert said in shown.accessibleName()


@pytest.mark.parametrize("script", [Script(scenes.EXPIRED_RUN, (holds,))])
def test_what_was_compared_too_late_is_not_shown(seat: Seat, script: Script) -> None:
    seat.records.last = runs()[0].document
    seat.window.start()
    seat.qtbot.waitUntil(script.held.is_set)
    before = seat.window.page.headline.accessibleName()
    seat.doors._note(seat.records.last, "Desde ontem")
    seat.doors._note({}, "Desde ontem")
    assert seat.window.page.headline.accessibleName() == before
    script.go.set()
    seat.qtbot.waitUntil(seat.window.again_button.isVisible)


# ---- forgetting


def test_forgetting_asks_once_and_tells(seat: Seat) -> None:
    welcome = seat.window.page.welcome
    welcome.place.fields["municipality"].setText("Cidade Inventada")
    welcome.form.choose(str(Form.CLOUD))
    seat.history()
    card = seat.memories.history.erase
    seat.press(card.ask_button)
    assert card.question.isVisible()
    assert card.no_button.hasFocus()
    seat.press(card.no_button)
    assert not card.question.isVisible()
    assert seat.records.erasures == 0
    assert welcome.settings.place.municipality == "Cidade Inventada"
    seat.press(card.ask_button)
    seat.press(card.yes_button)
    seat.qtbot.waitUntil(lambda: "Arquivos apagados" in card.text.text())
    assert seat.records.erasures == 1
    assert welcome.settings == Settings(), "else the next run would remember it again"
    assert card.text.text() == "Arquivos apagados: 61. O a3check continua como na primeira vez."
    assert seat.memories.history.empty.isVisible()
    seat.window.start()
    seat.qtbot.waitUntil(seat.window.again_button.isVisible)


@pytest.mark.parametrize(
    ("done", "said"),
    [
        (Erasure(), "Não havia nada guardado."),
        (Erasure(3, counts=1), "Ficou a contagem de senhas (PIN) não aceitas"),
        (Erasure(3, installed=2), "continuam lá; “Desfazer”"),
        (Erasure(3, left=("a.log", "b", "c", "d")), "Não foi possível apagar: a.log, b, c."),
        (None, "Não foi possível apagar. Feche"),
    ],
)
def test_what_is_not_removed_is_said(seat: Seat, done: Erasure | None, said: str) -> None:
    seat.history()
    seat.memories._erased(done)
    assert said in seat.memories.history.erase.text.text()


@pytest.mark.parametrize("script", [Script(scenes.HEALTHY_RUN, (holds,))])
def test_nothing_is_removed_and_no_swap_begins_while_a_run_goes_on(
    seat: Seat, script: Script
) -> None:
    seat.window.start()
    seat.qtbot.waitUntil(script.held.is_set)
    assert not seat.doors.swap_link.isVisible()
    seat.history()
    card = seat.memories.history.erase
    assert not card.ask_button.isEnabled()
    seat.memories._erase()
    seat.records.last = runs()[0].document
    seat.memories.show_swap()
    assert not seat.memories.swap.test_button.isEnabled()
    seat.memories._test()
    assert seat.memories._swap.first is None
    script.go.set()
    seat.qtbot.waitUntil(card.ask_button.isEnabled)
    assert seat.memories.swap.test_button.isEnabled()
    assert seat.records.erasures == 0


# ---- the guided swap


def test_a_swap_begins_with_a_run_that_failed(seat: Seat) -> None:
    seat.link("swap")
    page = seat.memories.swap
    assert not page.test_button.isVisible()
    assert page.open_button.isVisible()
    assert page.open_button.hasFocus()
    seat.records.last = runs()[0].document
    QTest.keyClick(seat.window, Qt.Key.Key_Escape)
    seat.link("swap")
    assert page.test_button.hasFocus()


def test_the_second_run_ends_in_a_conclusion(seat: Seat, script: Script) -> None:
    seat.records.last = runs()[5].document
    seat.link("swap")
    page = seat.memories.swap
    script.acts = (lambda _: setattr(seat.records, "last", past(scenes.HEALTHY_RUN).document),)
    seat.press(page.test_button)
    seat.qtbot.waitUntil(lambda: bool(page.conclusion.text()))
    assert seat.window.pages.current == "swap"
    assert page.conclusion.text() == "O problema está no primeiro token"
    assert page.result_button.hasFocus()
    seat.press(page.result_button)
    assert seat.window.pages.at_home
    seat.link("swap")
    assert page.conclusion.isVisible(), "it can be read again"
    seat.press(page.again_button)
    assert not page.conclusion.isVisible()
    seat.window.start()
    seat.qtbot.waitUntil(seat.window.again_button.isVisible)
    assert seat.window.pages.at_home, "the next run is no second one"


def test_a_run_that_breaks_ends_the_swap(seat: Seat, script: Script) -> None:
    seat.records.last = runs()[5].document
    seat.link("swap")
    script.acts = (_breaks,)
    seat.press(seat.memories.swap.test_button)
    seat.qtbot.waitUntil(seat.window.again_button.isVisible)
    assert seat.window.pages.at_home
    assert seat.memories._swap.first is None


def test_a_second_run_that_is_cut_for_the_token_put_in_is_followed_by_the_second(
    seat: Seat, script: Script
) -> None:
    def act(script: Script) -> None:
        if script.runs == 1:
            ends("service", "reader", "card")(script)
            holds(script)
        else:
            seat.records.last = past(scenes.HEALTHY_RUN).document

    seat.records.last = runs()[5].document
    seat.link("swap")
    page = seat.memories.swap
    script.acts = (act,)
    seat.press(page.test_button)
    seat.qtbot.waitUntil(script.held.is_set)
    seat.window.plugs.notice(News.TOKEN_IN)
    seat.press(seat.window.plugs.go_on_button)
    seat.qtbot.waitUntil(lambda: bool(page.conclusion.text()))
    assert script.runs == 2
    assert page.conclusion.text() == "O problema está no primeiro token"


def _breaks(_: Script) -> None:
    raise LookupError


def test_a_run_is_taken_to_another_computer(seat: Seat, script: Script, tmp_path: Path) -> None:
    seat.records.last = runs()[4].document
    seat.link("swap")
    page = seat.memories.swap
    seat.press(page.save_button)
    assert not page.said_panel.isVisible(), "nobody chose a place"
    seat.file = tmp_path / "troca.json"
    seat.press(page.save_button)
    seat.qtbot.waitUntil(page.said_panel.isVisible)
    assert str(seat.file) in page.said.text()
    assert "JOANA" not in seat.file.read_text("utf-8")
    # There.
    seat.records.last, seat.records.mark = None, "bbbb"
    page.enter()
    seat.press(page.open_button)
    seat.qtbot.waitUntil(page.loaded_button.isVisible)
    assert page.loaded_button.hasFocus()
    there = past(scenes.WRONG_PIN_RUN).document
    script.acts = (lambda _: setattr(seat.records, "last", there),)
    seat.press(page.loaded_button)
    seat.qtbot.waitUntil(lambda: bool(page.conclusion.text()))
    assert page.conclusion.text() == "O problema está no token"
    seat.press(page.again_button)
    assert page.test_button.isVisible()


def test_a_run_that_was_brought_waits_for_any_run_and_for_a_clear_end(
    seat: Seat, script: Script
) -> None:
    first = unpacked(packed(runs()[4].document, "bbbb"), "aaaa")
    seat.link("swap")
    seat.memories._loaded(first)
    page = seat.memories.swap
    script.acts = (lambda _: setattr(seat.records, "last", past(scenes.HEALTHY_RUN).document),)
    QTest.keyClick(seat.window, Qt.Key.Key_F5)
    seat.qtbot.waitUntil(page.conclusion.isVisible)
    assert page.conclusion.text().startswith("Não deu para concluir")
    seat.press(page.again_button)
    assert page.loaded_button.isVisible(), "the file need not be opened again"
    seat.press(page.again_button)
    assert not page.loaded_button.isVisible()
    seat.window.start()
    seat.qtbot.waitUntil(seat.window.again_button.isVisible)
    assert seat.window.pages.at_home


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "danificado"),
        (b"{", "danificado"),
        (b"[]", "não é um teste"),
        (packed(runs()[0].document, "aaaa"), "neste mesmo computador"),
        (packed(runs()[3].document, "bbbb"), "não encontrou falha"),
    ],
)
def test_a_file_that_does_not_serve_is_a_clear_line(
    seat: Seat, tmp_path: Path, content: bytes | None, said: str
) -> None:
    seat.link("swap")
    page = seat.memories.swap
    seat.press(page.open_button)
    assert not page.said_panel.isVisible(), "nobody chose a file"
    seat.file = tmp_path / "troca.json"
    if content is not None:
        seat.file.write_bytes(content)
    seat.press(page.open_button)
    seat.qtbot.waitUntil(page.said_panel.isVisible)
    assert said in page.said.text()
    assert not page.loaded_button.isVisible()


def test_a_file_that_cannot_be_written_is_a_clear_line(seat: Seat, tmp_path: Path) -> None:
    seat.records.last = runs()[4].document
    seat.link("swap")
    seat.file = tmp_path / "none" / "troca.json"
    seat.press(seat.memories.swap.save_button)
    seat.qtbot.waitUntil(seat.memories.swap.said_panel.isVisible)
    assert "Escolha outro" in seat.memories.swap.said.text()


def test_the_file_is_small_and_holds_the_report(tmp_path: Path) -> None:
    content = packed(runs()[0].document, "aaaa")
    assert len(content) < 64 * 1024
    assert json.loads(content)["report"]["masked"] is True


# ---- every page


@pytest.mark.parametrize("name", PAGES)
def test_each_page_can_be_used_by_everybody(dressed: QApplication, name: str) -> None:
    for _, window in pages(LIGHT, SMALL, frozenset({name}), settle):
        window.set_theme(DARK)
        settle(lambda: True)
        assert list(faults(window)) == []
        acted = [node for node in tree(window) if node.role in PRESSED]
        assert all(node.name.strip() for node in acted), acted
        pressed = [b for b in window.findChildren(QPushButton) if b.isVisible() and b.isEnabled()]
        letters = [QKeySequence.mnemonic(b.text()).toString() for b in pressed]
        given = [letter for letter in letters if letter]
        assert len(given) == len(set(given))
        _check_tab_order(window)


def _check_tab_order(window: Window) -> None:
    """Tab reaches every button of the page, from top to bottom, and comes round."""
    first = window.focusWidget()
    assert first is not None
    stops = [first]
    for _ in range(30):
        window.focusNextPrevChild(True)
        now = window.focusWidget()
        assert now is not None
        if now is first:
            break
        stops.append(now)
    inside = [s for s in stops if window.pages.isAncestorOf(s)]
    usable = [b for b in window.pages.findChildren(QPushButton) if b.isVisible() and b.isEnabled()]
    assert set(usable) <= set(inside)
    tops = [b.mapTo(window, b.rect().topLeft()).y() for b in stops if b in usable]
    turn = tops.index(min(tops)) if tops else 0
    around = [*tops[turn:], *tops[:turn]]
    assert all(one <= other + 4 for one, other in itertools.pairwise(around))

"""A report that somebody sent: opened by key, drop, dialog or another start; or a calm line."""

from __future__ import annotations

import json
import random
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from tests.contract.received import FAULTS, HARMS
from tests.gui import scenes
from tests.gui.closing import gone
from tests.gui.remembered import Remembered, sent
from tests.gui.scripted import Script, begins, ends, export, holds
from tests.gui.test_instance import DEADLINE, started
from tests.gui.tree import tree

from a3check import app
from a3check.core.catalogue import catalogue
from a3check.core.register import register
from a3check.report import bundle
from a3check.system import lockfile
from a3check.ui import opening as openings
from a3check.ui.doors import Doors
from a3check.ui.pin_card import PinCard
from a3check.ui.session import Session
from a3check.ui.surroundings import Surroundings
from a3check.ui.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from a3check.report.received import Received, Refused
    from a3check.ui.received_page import ReceivedPage

TITLE: Final = "O certificado venceu em 12/10/2026 23:59"
LANE: Final = tuple(n for n in register().checks[:14] if n != "revocation")


def _asks(script: Script) -> None:
    assert script.user is not None
    script.heard.append(script.user.pin(scenes.QUESTION))


@dataclass
class Held(Remembered):
    """Reads a file only once it is let go; ``threads`` are those that read."""

    go: dict[str, threading.Event] = field(default_factory=dict)
    threads: list[threading.Thread] = field(default_factory=list)

    def receive(self, file: str) -> Received | Refused:
        self.threads.append(threading.current_thread())
        assert self.go.get(file, _SET).wait(20)
        return Remembered.receive(self, file)


_SET: Final = threading.Event()
_SET.set()


@dataclass
class Seat:
    """A window and the file that its dialog answers with."""

    window: Window
    doors: Doors
    records: Held
    qtbot: QtBot
    file: Path | None = None

    @property
    def page(self) -> ReceivedPage:
        return self.doors.opening.page

    def shows(self, title: str = TITLE) -> None:
        """Wait for a report."""
        self.qtbot.waitUntil(lambda: self.page.shows_report)
        assert self.window.pages.current == "received"
        assert self.page.page.headline.title.text() == title

    def says(self, text: str) -> None:
        """Wait for a line."""
        self.qtbot.waitUntil(lambda: text in self.page.line.text())
        assert self.window.pages.current == "received"
        assert not self.page.shows_report


@pytest.fixture
def script() -> Script:
    return Script(scenes.HEALTHY_RUN)


@pytest.fixture
def seat(dressed: QApplication, qtbot: QtBot, script: Script) -> Iterator[Seat]:
    session = Session(script, export)
    window = Window(session, catalogue())
    session.setParent(window)
    seats: list[Seat] = []

    def ask(_: QWidget, title: str, name: str, kind: str) -> Path | None:
        assert title == "Qual relatório abrir?"
        assert name == ""
        assert "*.a3check" in kind
        return seats[0].file

    records = Held()
    doors = Doors(window, session, records, catalogue(), open_=ask)
    seats.append(Seat(window, doors, records, qtbot))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield seats[0]
    for event in records.go.values():
        event.set()
    gone(window)


@pytest.fixture
def mailed(dressed: QApplication, tmp_path: Path) -> Path:
    """A bundle as the program itself writes it, by mail."""
    folder = tmp_path / "Downloads"
    folder.mkdir()
    text = sent(scenes.EXPIRED_RUN)[bundle.REPORT].decode()
    return app.write_bundle(app.Report(json.loads(text), text), folder)


# ---- the ways in


def test_a_key_asks_for_a_file_and_shows_it(seat: Seat, mailed: Path) -> None:
    before = mailed.read_bytes()
    QTest.keySequence(seat.window, QKeySequence("Ctrl+O"))
    assert seat.window.pages.at_home, "nobody chose a file"
    seat.file = mailed
    QTest.keySequence(seat.window, QKeySequence("Ctrl+O"))
    seat.shows()
    page = seat.page
    assert f"só para leitura: {mailed.name}" in page.bar.text.text()
    assert "somas SHA-256 conferem" in page.about.accessibleName()
    assert "Programa: a3check 0.1.0" in page.about.accessibleDescription()
    assert page.page.headline.hasFocus()
    assert not page.page.welcome.isVisible()
    QTest.keyClick(seat.window, Qt.Key.Key_Escape)
    assert seat.window.pages.at_home
    assert (mailed.read_bytes(), [*mailed.parent.iterdir()]) == (before, [mailed])
    assert threading.main_thread() not in seat.records.threads


def test_the_history_leads_there_and_back_and_keeps_nothing(seat: Seat, mailed: Path) -> None:
    kept = tuple(seat.records.kept)
    seat.doors.show_history()
    history = seat.doors.memories.history
    seat.file = mailed
    QTest.mouseClick(history.open_button, Qt.MouseButton.LeftButton)
    seat.shows()
    QTest.keyClick(seat.window, Qt.Key.Key_Escape)
    assert seat.window.pages.current == "history"
    seat.qtbot.waitUntil(lambda: len(history.list.rows) == len(kept))
    assert tuple(seat.records.kept) == kept


def test_another_name_and_a_lone_json_are_reports_too(seat: Seat, mailed: Path) -> None:
    for name, content in (
        ("teste.a3check", mailed.read_bytes()),
        ("relatorio.json", sent(scenes.EXPIRED_RUN)[bundle.REPORT]),
    ):
        file = mailed.with_name(name)
        file.write_bytes(content)
        seat.doors.open_report(str(file))
        seat.shows()
        assert name in seat.page.bar.text.text()
    assert "não tem somas" in seat.page.about.accessibleName()


def _drop(window: Window, *urls: str, text: str = "") -> bool:
    """Drag this over the window and let it fall; tell whether the window takes it."""
    mime = QMimeData()
    if urls:
        mime.setUrls([QUrl(url) for url in urls])
    if text:
        mime.setText(text)
    how = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton)
    entering = QDragEnterEvent(QPoint(300, 200), *how, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, entering)
    if entering.isAccepted():
        falling = QDropEvent(QPointF(300, 200), *how, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(window, falling)
    return entering.isAccepted()


def test_a_file_is_dropped_on_the_window(seat: Seat, mailed: Path) -> None:
    here = QUrl.fromLocalFile(str(mailed)).toString()
    assert not _drop(seat.window, here, here)
    assert not _drop(seat.window, "https://inventado.gov.br/a3check.zip")
    assert not _drop(seat.window, text="a3check.zip")
    assert seat.window.pages.at_home
    assert _drop(seat.window, here)
    seat.shows()


@pytest.mark.qt_log_ignore("This plugin does not support raise")
@pytest.mark.parametrize("command", [("abrir",), ()], ids=["abrir", "alone"])
def test_another_start_hands_its_file_over(
    seat: Seat, mailed: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    place = tmp_path / "data" / "a3check"
    place.mkdir(parents=True)
    odd = mailed.rename(mailed.with_name("cidade São João\n2.a3check"))
    around = Surroundings(place=place, take=lockfile.take)
    assert around.is_alone(seat.window)
    with started(tmp_path, *command, str(odd)) as second:
        seat.qtbot.waitUntil(lambda: second.poll() is not None, timeout=DEADLINE)
        assert second.returncode == 0
    seat.shows()
    assert "cidade São João 2.a3check" in seat.page.bar.text.text()
    assert seat.records.received == [str(odd)]


# ---- what goes on here is not disturbed


@pytest.mark.parametrize(
    "script",
    [Script(scenes.HEALTHY_RUN, (ends(*LANE), begins("revocation", "pin"), _asks))],
)
def test_a_question_for_the_pin_stays_as_it_is(seat: Seat, script: Script, mailed: Path) -> None:
    seat.window.start()
    seat.qtbot.waitUntil(lambda: seat.window.page.question is not None)
    card = seat.window.page.question
    assert isinstance(card, PinCard)
    field_ = QApplication.focusWidget()
    assert field_ is not None
    QTest.keyClicks(field_, "1234")
    seat.window.handed.emit(str(mailed))
    bar = seat.doors.opening.bar
    assert bar.isVisible()
    assert mailed.name in bar.text.text()
    assert seat.window.pages.at_home
    assert QApplication.focusWidget() is field_
    assert seat.records.received == []
    assert script.heard == [], "nothing was answered"
    QTest.mouseClick(seat.doors.opening.later_button, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()
    seat.window.handed.emit(str(mailed))
    QTest.mouseClick(seat.doors.opening.now_button, Qt.MouseButton.LeftButton)
    seat.shows()
    assert seat.window.page.question is card
    assert script.heard == []
    QTest.keyClick(seat.window, Qt.Key.Key_Escape)
    assert seat.window.pages.at_home
    assert card.isVisible()
    card.skip()
    seat.qtbot.waitUntil(seat.window.again_button.isVisible)
    assert len(script.heard) == 1, "one question, one answer"
    assert script.runs == 1


@pytest.mark.parametrize("script", [Script(scenes.HEALTHY_RUN, (holds,))])
def test_a_run_goes_on_and_what_comes_is_offered(seat: Seat, script: Script, mailed: Path) -> None:
    seat.window.start()
    seat.qtbot.waitUntil(script.held.is_set)
    seat.window.handed.emit(str(mailed))
    assert seat.doors.opening.bar.isVisible()
    assert seat.window.pages.at_home
    script.go.set()
    seat.qtbot.waitUntil(seat.window.again_button.isVisible)
    seat.window.handed.emit(str(mailed))
    seat.shows()
    assert not seat.doors.opening.bar.isVisible()


@pytest.mark.parametrize("script", [Script(scenes.HEALTHY_RUN, (holds, _asks))])
def test_a_question_that_comes_while_a_file_is_read_keeps_the_focus(
    seat: Seat, script: Script, mailed: Path
) -> None:
    seat.window.start()
    seat.qtbot.waitUntil(script.held.is_set)
    seat.records.go[str(mailed)] = threading.Event()
    seat.doors.open_report(str(mailed))
    script.go.set()
    seat.qtbot.waitUntil(lambda: seat.window.page.question is not None)
    field_ = QApplication.focusWidget()
    seat.records.go[str(mailed)].set()
    seat.qtbot.waitUntil(lambda: seat.page.shows_report)
    assert seat.window.pages.at_home
    assert QApplication.focusWidget() is field_
    question = seat.window.page.question
    assert question is not None
    question.skip()
    seat.qtbot.waitUntil(seat.window.again_button.isVisible)
    assert len(script.heard) == 1


def test_where_something_is_made_it_is_offered(seat: Seat, mailed: Path) -> None:
    seat.doors.show_swap()
    seat.window.handed.emit(str(mailed))
    assert seat.window.pages.current == "swap"
    assert seat.doors.opening.bar.isVisible()


# ---- slow folders


def test_reading_is_not_waited_for_and_the_last_file_counts(
    seat: Seat, mailed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = mailed.with_name("lenta.zip")
    slow.write_bytes(b"{}")
    seat.records.go[str(slow)] = threading.Event()
    monkeypatch.setattr(openings, "SLOW", 1)
    seat.doors.open_report(str(slow))
    assert seat.page.line.text() == "Abrindo lenta.zip…"
    seat.says("Está demorando: a pasta de lenta.zip responde devagar")
    assert not seat.page.another_button.isVisible()
    seat.doors.open_report(str(mailed))
    seat.shows()
    seat.records.go[str(slow)].set()
    seat.qtbot.waitUntil(lambda: not seat.doors.opening._chores._then)
    assert seat.page.shows_report, "what came too late is not shown"


# ---- what cannot be shown


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_bundle_is_one_calm_line(seat: Seat, tmp_path: Path, harm: str) -> None:
    dice = random.Random(20261122)  # noqa: S311 - the same damage each time
    file = tmp_path / "a3check-1.zip"
    file.write_bytes(HARMS[harm](dice, sent(scenes.EXPIRED_RUN)))
    seat.doors.open_report(str(file))
    seat.says("“a3check-1.zip” não pôde ser aberto: ")
    words = catalogue()
    reasons = [words.words("received", f, where="\0").rpartition("\0")[2] for f in FAULTS[harm]]
    assert any(reason in seat.page.line.text() for reason in reasons)
    assert str(tmp_path) in seat.page.folder.text().replace("\u200b", "")
    assert seat.page.another_button.hasFocus()
    seat.file = tmp_path / "relatorio.json"
    seat.file.write_bytes(sent(scenes.EXPIRED_RUN)[bundle.REPORT])
    QTest.keyClick(seat.page.another_button, Qt.Key.Key_Return)
    seat.shows()


def test_what_is_no_file_is_a_calm_line_too(seat: Seat, tmp_path: Path) -> None:
    seat.doors.open_report(str(tmp_path))
    seat.says("é uma pasta. Abra o arquivo que está dentro dela.")
    seat.doors.open_report(str(tmp_path / "foi.zip"))
    seat.says("não está mais lá. Ele pode ter sido movido")
    seat.doors.open_report("-")
    seat.says("“-” não pôde ser aberto: não está mais lá.")
    large = tmp_path / "grande.zip"
    with large.open("wb") as file:
        file.truncate(bundle.LARGEST + 1)
    seat.doors.open_report(str(large))
    seat.says("é grande demais. Confira se é o arquivo certo")
    swap = tmp_path / "a3check-troca-1.json"
    swap.write_text('{"format": "a3check-swap"}', "utf-8")
    seat.doors.open_report(str(swap))
    seat.says("se abre em “Testar com outro token ou computador”")


def test_a_defect_in_reading_is_a_calm_line_too(
    seat: Seat, mailed: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(openings, "received_state", breaks)
    seat.doors.open_report(str(mailed))
    seat.says("o a3check teve um problema próprio ao ler. Tente de novo.")
    assert "records broke" in caplog.text
    caplog.clear()


# ---- for everybody


def test_it_is_read_by_ear_and_by_key(seat: Seat, mailed: Path) -> None:
    seat.doors.open_report(str(mailed))
    seat.shows()
    heard = [node.name for node in tree(seat.window)]
    assert any(name.startswith("Sobre este relatório: O pacote está inteiro") for name in heard)
    shown = QAccessible.queryAccessibleInterface(seat.page)
    assert shown.text(QAccessible.Text.Name) == f"Relatório recebido: {mailed.name}"
    seat.window.focusNextPrevChild(True)
    assert seat.page.about.hasFocus()
    assert seat.page.about.property("ring") == "true"
    details = seat.page.page.details
    QTest.keyClick(details.toggle, Qt.Key.Key_Return)
    assert "certificate.expired" in details.text.toPlainText()
    rail = seat.page.page.rail
    QTest.keySequence(rail, QKeySequence(QKeySequence.StandardKey.Copy))
    assert "O certificado venceu" in QGuiApplication.clipboard().text()


def test_a_start_with_a_file_shows_it_first(mailed: Path, tmp_path: Path, qtbot: QtBot) -> None:
    seen = tmp_path / "seen"
    script = (
        "import sys\n"
        "from PySide6.QtCore import QTimer\n"
        "from a3check.ui import received_page\n"
        "show = received_page.ReceivedPage.show_report\n"
        "def told(page, state):\n"
        "    show(page, state)\n"
        f"    open({str(seen)!r}, 'w').write(state.page.headline.title)\n"
        "    QTimer.singleShot(0, page.window().close)\n"
        "received_page.ReceivedPage.show_report = told\n"
        f"sys.argv = ['a3check', 'abrir', {str(mailed)!r}]\n"
        "from a3check.__main__ import main\n"
        "sys.exit(main())\n"
    )
    with started(tmp_path, program=("-c", script)) as program:
        qtbot.waitUntil(lambda: program.poll() is not None, timeout=DEADLINE)
    assert program.returncode == 0
    assert seen.read_text("utf-8") == TITLE

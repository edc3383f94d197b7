"""The real window on the laboratory's real parts: healthy, card missing, PIN not accepted."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Final

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from tests.gui.filed import companion
from tests.gui.saved import inside, save
from tests.gui.typed import type_pin
from tests.lab.card import Card
from tests.lab.laboratory import Laboratory
from tests.lab.pcscd import Pcscd

from a3check.checks import login
from a3check.core.catalogue import catalogue
from a3check.core.check import Check, Context, found, secretly
from a3check.core.profile import load
from a3check.core.question import AssistQuestion, Step
from a3check.core.verdict import judge
from a3check.desktop import Runs
from a3check.ui import shutter
from a3check.ui.assist_card import AssistCard
from a3check.ui.filing import Filing
from a3check.ui.outside import Outside
from a3check.ui.pin_card import PinCard
from a3check.ui.session import Session
from a3check.ui.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication, QWidget
    from pytestqt.qtbot import QtBot

    from a3check.core.model import Diagnosis, Finding
    from a3check.ui.companion import Companion
    from a3check.ui.kept import Kept

pytestmark = pytest.mark.lab

OPENSC: Final = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"
PIN: Final = "246810"
OTHER_PIN: Final = "135791"
PAGE: Final = "https://portal.test/tarefas"
SAID: Final = "Erro 403: acesso negado"
DEADLINE: Final = 60_000
"""Milliseconds for a whole run in the window; it takes about one second."""


class Bench:
    """A window on a card in a reader, with everything else in order."""

    def __init__(self, window: Window, session: Session, card: Card, qtbot: QtBot) -> None:
        self.window, self.card = window, card
        self.filing: Filing | None = None
        self.ended: list[Diagnosis] = []
        self._qtbot = qtbot
        session.ended.connect(self.ended.append)

    def start(self) -> None:
        QTest.mouseClick(self.window.start_button, Qt.MouseButton.LeftButton)

    def give(self, pin: str) -> None:
        """Wait until the PIN is asked for, type it as a person would, and press Enter twice."""
        type_pin(self._qtbot, self.window, pin, DEADLINE, enters=2)

    def conclude(self) -> str | None:
        """Wait for the end; return the cause's code."""
        self._qtbot.waitUntil(lambda: bool(self.ended), timeout=DEADLINE)
        self._qtbot.waitUntil(lambda: not self.window.where.settling)  # now all of it is shown
        cause = judge(self.ended[-1].outcomes).cause
        return None if cause is None else cause.code

    def ticket(self) -> Companion:
        """Go from the verdict to the window beside the browser."""
        QTest.mouseClick(self.window.footer.ticket_button, Qt.MouseButton.LeftButton)
        assert self.filing is not None
        shown = companion(self.filing)
        self._qtbot.waitUntil(shown.isActiveWindow)
        return shown

    def save(self) -> Kept:
        """Go from “Gerar relatório” to the bundle."""
        return save(self.window, self._qtbot)


@pytest.fixture
def bench(
    dressed: QApplication,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Bench]:
    for name in ("DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    saved = tmp_path / "saved"
    saved.mkdir()

    def choose(parent: QWidget, title: str) -> Path:
        return saved

    with (
        Laboratory(tmp_path / "lab") as lab,
        Pcscd(tmp_path_factory.mktemp("p")) as pcscd,
    ):
        monkeypatch.setenv("PCSCLITE_CSOCK_NAME", pcscd.environment["PCSCLITE_CSOCK_NAME"])
        entity = lab.pki.leaf("ecpf")
        card = Card({"9A": (entity.key, entity.der)}, pin=PIN.encode(), puk=b"12345678")
        profile = load(lab.profile(drivers={"modules": [OPENSC]}))
        runs = Runs(profile)
        session = Session(runs.begin, runs.export)
        window = Window(session, catalogue(), choose_folder=choose)
        session.setParent(window)
        made = Bench(window, session, card, qtbot)
        made.filing = Filing(window, session, runs, catalogue(), bool)
        with card.inserted(pcscd):
            window.show()
            yield made
            window.close()
        window.deleteLater()
        dressed.processEvents()


def test_a_healthy_card_is_ready(bench: Bench) -> None:
    bench.start()
    bench.give(PIN)
    assert bench.conclude() is None
    assert (bench.card.verifies, bench.card.tries_left) == (1, 3)
    assert bench.window.page.headline.title.text()


def test_a_missing_card_is_named_and_no_pin_is_asked_for(bench: Bench) -> None:
    bench.card.remove()
    bench.start()
    assert bench.conclude() == "card.absent"
    assert bench.window.page.question is None
    assert bench.card.verifies == 0


def test_a_pin_that_is_not_accepted_costs_one_try_and_is_photographed(
    bench: Bench, tmp_path: Path
) -> None:
    bench.start()
    bench.give(OTHER_PIN)
    assert bench.conclude() == "pin.incorrect"
    assert (bench.card.verifies, bench.card.tries_left) == (1, 2)
    kept = bench.save()
    files = inside(kept)
    report = json.loads(files["relatorio.json"])
    assert report["verdict"]["cause"] == "pin.incorrect"
    assert files["relatorio.pdf"].startswith(b"%PDF-")
    assert not QImage.fromData(files["captura.png"]).isNull()
    assert kept.ticket.read_text("utf-8").count(report["id"])
    written = (*files.values(), *(file.read_bytes() for file in kept.files))
    assert not any(OTHER_PIN.encode() in content for content in written)


@pytest.mark.qt_log_ignore("This plugin does not support raise")
def test_the_portal_is_tried_together_and_the_pin_was_sent_once(
    bench: Bench, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "CHECK", Check(_asks, requires=login.CHECK.requires))
    for name in ("SECOND", "SETTLE"):
        monkeypatch.setattr(shutter, name, 10)
    pages: list[str] = []

    def browse(url: str) -> bool:
        pages.append(url)
        return True

    bench.window.outside = Outside(browse, _screen, monitors=tuple)
    bench.start()
    bench.give(PIN)
    qtbot.waitUntil(lambda: isinstance(bench.window.page.question, AssistCard), timeout=DEADLINE)
    card = bench.window.page.question
    assert isinstance(card, AssistCard)
    QTest.mouseClick(card.open_button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(card.print_button, Qt.MouseButton.LeftButton)
    prints = bench.window.prints
    qtbot.waitUntil(prints.camera.take_button.isEnabled)
    QTest.mouseClick(prints.camera.take_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bench.window.pages.current == "print")
    prints.retouch.canvas.select(QRect(100, 100, 200, 50))
    QTest.keyClick(prints.retouch.canvas, Qt.Key.Key_Return)
    QTest.mouseClick(prints.retouch.use_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(card.picture.isVisible)
    QTest.mouseClick(card.answers[Step.REFUSED], Qt.MouseButton.LeftButton)
    QTest.keyClicks(card.field, SAID)
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    assert bench.conclude() == "login.user_stopped"
    assert (pages, bench.card.verifies) == ([PAGE], 1)
    kept = bench.save()
    saved = QImage(str(kept.folder / "navegador.png"))
    assert saved.pixelColor(1, 1) == QColor("#336699")
    assert saved.pixelColor(200, 120) == QColor("black")
    assert "navegador.png" not in inside(kept)
    for content in (*inside(kept).values(), *(file.read_bytes() for file in kept.files)):
        assert SAID.encode() not in content
        assert PIN.encode() not in content
    QTest.keyClick(bench.window, Qt.Key.Key_Escape)
    _tell_the_inss(bench, kept, qtbot)


def _tell_the_inss(bench: Bench, kept: Kept, qtbot: QtBot) -> None:
    """Open the ticket, masked, then in clear: in the file beside the bundle, never in it."""
    bundle = kept.bundle.read_bytes()
    shown, filing = bench.ticket(), bench.filing
    assert filing is not None
    assert not shown.isHidden()
    assert [path.name for path in shown.files.grips[0].paths] == [p.name for p in kept.files]
    story = shown.fields[-1].field
    assert "login.user_stopped" in story.text
    assert SAID not in story.whole
    QTest.mouseClick(shown.head.clear_box, Qt.MouseButton.LeftButton, pos=QPoint(10, 14))
    qtbot.waitUntil(lambda: not filing.busy)
    shown.fields[-1].copy_button.click()
    text = QGuiApplication.clipboard().text()
    assert SAID in text
    assert "Titular do certificado: " in text
    assert (
        kept.document["id"]
        == shown.fields[-1].field.text.rpartition("Número do relatório: ")[2].partition("\n")[0]
    )
    written = kept.ticket.read_text("utf-8")
    assert shown.fields[-1].field.whole in written
    assert PIN not in written
    assert kept.bundle.read_bytes() == bundle


def _asks(context: Context) -> Iterator[Finding]:
    """Stand in for a login that could not tell."""
    saw = context.ports.user.assist(AssistQuestion(PAGE, "login.not_requested"))
    assert saw is not None
    yield found("login.user_stopped", secretly("words", saw.words), step=str(saw.step))


def _screen(_monitor: object) -> QImage:
    image = QImage(640, 360, QImage.Format.Format_RGB32)
    image.fill(QColor("#336699"))
    return image


def test_closing_the_window_in_a_run_ends_it(bench: Bench, qtbot: QtBot) -> None:
    bench.start()
    qtbot.waitUntil(lambda: isinstance(bench.window.page.question, PinCard), timeout=DEADLINE)
    bench.window.close()
    assert bench.card.verifies == 0
    names = {thread.name for thread in threading.enumerate()}
    assert not names & {"pin", "login", "driver"}

"""The memory in the real window: two tokens, two real runs, their difference, and forgetting."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.gui.saved import inside, save
from tests.gui.typed import type_pin
from tests.lab.laboratory import Laboratory
from tests.lab.softhsm import MODULE, PIN, SoftHsm
from tests.scenarios.parts import NO_FLAG, new_token

from a3check import app
from a3check.core.catalogue import catalogue
from a3check.core.profile import load
from a3check.core.settings import Place, Settings
from a3check.core.verdict import judge
from a3check.desktop import Runs
from a3check.desktop.memory import Memory
from a3check.ui.doors import Doors
from a3check.ui.session import Session
from a3check.ui.window import Window
from a3check.world import LocalClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication, QPushButton, QWidget
    from pytestqt.qtbot import QtBot
    from tests.lab.softhsm import Token

    from a3check.core.model import Diagnosis

pytestmark = pytest.mark.lab

DEADLINE: Final = 60_000
"""Milliseconds for a whole run in the window; it takes about one second."""
PLACE: Final = Place("Cidade Inventada", "AM", email="joana@inventada.test", phone="555-0100")


class Desk:
    """A window with its memory, and two tokens: a healthy one and one that has expired."""

    def __init__(self, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, profile: Path) -> None:
        self._qtbot, self._monkeypatch = qtbot, monkeypatch
        self.runs = Runs(load(profile))
        session = Session(self.runs.begin, self.runs.export)
        self.window = Window(session, catalogue(), choose_folder=self._choose)
        self.memories = Doors(self.window, session, Memory(self.runs), catalogue()).memories
        self.folder: Path | None = None
        self.ended: list[Diagnosis] = []
        session.setParent(self.window)
        session.ended.connect(self.ended.append)

    def connect(self, token: Token) -> None:
        """Put in one token in the other's place."""
        for name, value in token.home.environment.items():
            self._monkeypatch.setenv(name, value)

    def press(self, button: QPushButton) -> None:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def give_pin(self) -> None:
        type_pin(self._qtbot, self.window, PIN, DEADLINE)

    def conclude(self, number: int) -> str | None:
        """Wait until so many runs have ended; return the last one's cause."""
        self._qtbot.waitUntil(lambda: len(self.ended) == number, timeout=DEADLINE)
        self._qtbot.waitUntil(lambda: not self.window.where.settling)  # now all of it is shown
        cause = judge(self.ended[-1].outcomes).cause
        return None if cause is None else cause.code

    def _choose(self, parent: QWidget, title: str) -> Path | None:
        assert parent is self.window
        assert title
        return self.folder


@pytest.fixture
def tokens(tmp_path: Path) -> Iterator[tuple[Laboratory, Token, Token]]:
    with Laboratory(tmp_path / "lab") as lab:
        healthy, expired = lab.pki.leaf("ecpf"), lab.pki.variant("expired")
        lab.crls.publish(lab.pki.published(healthy, expired))
        one = new_token(SoftHsm(tmp_path / "one"), healthy, label="TOKEN UM")
        other = new_token(SoftHsm(tmp_path / "other"), expired, label="TOKEN OUTRO")
        yield lab, one, other


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "home" / name.lower()))
    return tmp_path / "home"


@pytest.fixture
def desk(
    dressed: QApplication,
    qtbot: QtBot,
    home: Path,
    tokens: tuple[Laboratory, Token, Token],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Desk]:
    lab, *_ = tokens
    assert app.settings().save(Settings(PLACE))
    desk = Desk(qtbot, monkeypatch, lab.profile(drivers={"modules": [str(MODULE)]}))
    desk.window.show()
    yield desk
    desk.window.close()
    desk.window.deleteLater()
    dressed.processEvents()


def test_two_runs_their_difference_the_swap_and_forgetting(
    desk: Desk, tokens: tuple[Laboratory, Token, Token], home: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    lab, healthy, expired = tokens
    # A run that goes well, then one with a token that has expired.
    desk.connect(healthy)
    desk.press(desk.window.start_button)
    desk.give_pin()
    assert desk.conclude(1) is None
    desk.connect(expired)
    desk.press(desk.window.again_button)
    assert desk.conclude(2) == "certificate.expired"

    headline = desk.window.page.headline
    qtbot.waitUntil(lambda: "outro token" in headline.accessibleName(), timeout=DEADLINE)

    # The history tells both, and what is different.
    desk.memories.show_history()
    page = desk.memories.history
    qtbot.waitUntil(lambda: len(page.list.rows) == 2, timeout=DEADLINE)
    last, first = page.list.rows
    assert (last.word, first.word) == ("falhou", "OK")
    assert first.title == "Pronto para o INSS Digital"
    assert "outro token" in last.difference
    assert "validade do certificado" in last.difference
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    assert desk.memories.past.page.headline.title.text() == last.title
    kept = [p.read_text("utf-8") for p in (home / "data").rglob("history/*.json")]
    assert len(kept) == 2
    assert all("555-0100" not in text and '"Cidade Inventada"' in text for text in kept)
    holder = lab.pki.leaf("ecpf").common_name.partition(":")[0]
    assert holder
    assert not any(holder in text for text in kept)

    # The swap: the failed run is the first, the other token makes the second.
    desk.memories.show_swap()
    swap = desk.memories.swap
    desk.connect(healthy)
    desk.press(swap.test_button)
    desk.give_pin()
    assert desk.conclude(3) is None
    qtbot.waitUntil(swap.conclusion.isVisible, timeout=DEADLINE)
    assert swap.conclusion.text() == "O problema está no primeiro token"
    assert (healthy.shown, expired.shown) == (NO_FLAG, NO_FLAG)

    check_saved(desk, qtbot, home, tmp_path / "saved")
    texts = [p.read_text("latin-1") for p in home.rglob("*") if p.is_file()]
    assert texts
    assert not any(PIN in text for text in texts)
    check_forgotten(desk, qtbot, home)
    desk.connect(expired)
    QTest.keyClick(desk.window, Qt.Key.Key_F5)
    assert desk.conclude(4) == "certificate.expired"
    assert len(app.history().entries(LocalClock().now())) == 1


def check_saved(desk: Desk, qtbot: QtBot, home: Path, folder: Path) -> None:
    """What is saved bears the number that it has in the history, and names whom to answer."""
    folder.mkdir()
    desk.folder = folder
    desk.press(desk.memories.swap.result_button)
    kept = save(desk.window, qtbot)
    report = json.loads(inside(kept)["relatorio.json"])
    assert (home / "data" / "a3check" / "history" / f"{report['id']}.json").is_file()
    assert report["place"]["contact"] == "***"
    assert "Contato: joana@inventada.test, 555-0100" in kept.ticket.read_text("utf-8")


def check_forgotten(desk: Desk, qtbot: QtBot, home: Path) -> None:
    """Everything goes, and no folder of ours is left."""
    desk.memories.show_history()
    page = desk.memories.history
    qtbot.waitUntil(lambda: len(page.list.rows) == 3, timeout=DEADLINE)
    desk.press(page.erase.ask_button)
    desk.press(page.erase.yes_button)
    qtbot.waitUntil(page.empty.isVisible, timeout=DEADLINE)
    assert list(home.rglob("a3check*")) == []
    assert "Arquivos apagados" in page.erase.text.text()

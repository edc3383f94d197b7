"""Saving from the window: what goes into the report is shown before, and nothing is lost."""

import json
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from tests.gui import scenes
from tests.gui.conftest import Open
from tests.gui.saved import DEADLINE, inside, preview, save, save_shown
from tests.gui.scripted import Exporting, Script, export

from a3check.core.catalogue import catalogue
from a3check.core.model import Diagnosis
from a3check.report.groups import Group, Shown
from a3check.report.pictures import Picture
from a3check.system import printing
from a3check.ui import keeping
from a3check.ui.kept import Kept
from a3check.ui.outside import Print
from a3check.ui.window import Window

WORDS = catalogue()
NAME = "JOANA INVENTADA DE SOUZA"


@pytest.fixture
def unprinted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the PDF out: its process takes longer than all the rest."""
    monkeypatch.setattr(printing, "command", lambda: [os.devnull])


def ended(opened: Open, qtbot: QtBot, diagnosis: Diagnosis = scenes.EXPIRED_RUN) -> Window:
    """Return a window whose run has ended."""
    window = opened(Script(diagnosis))
    window.start()
    qtbot.waitUntil(window.again_button.isVisible)
    return window


def test_ctrl_s_shows_what_will_be_written_and_writes_nothing(
    opened: Open, qtbot: QtBot, tmp_path: Path
) -> None:
    window = ended(opened, qtbot)
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    page = window.saving.preview
    qtbot.waitUntil(lambda: bool(page.rows))
    shown = {group: row._values.text() for group, row in page.rows.items() if row.isVisible()}
    assert shown[Group.PERSON] == "Certificado: J*** I*** S***:***.982.247-**"
    assert shown[Group.SERIALS].startswith("Token: #")
    assert Group.NETWORK not in shown
    assert "Endereços deste computador na rede" in page.none.text()
    assert not page._print.isVisible()
    assert list(tmp_path.iterdir()) == []
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.pages.at_home


def test_the_bundle_is_written_whole_with_picture_and_pdf(
    opened: Open, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = ended(opened, qtbot)
    kept = save(window, qtbot)
    assert window.pages.current == "kept"
    assert window.message.text() == f"Relatório guardado em {kept.folder}"
    assert kept.folder.parent == tmp_path
    assert {p.name for p in kept.folder.iterdir()} == {kept.bundle.name, "chamado.txt"}
    files = inside(kept)
    assert set(files) == {"relatorio.json", "relatorio.pdf", "captura.png", "LEIA-ME.txt"}
    written = json.loads(files["relatorio.json"])
    assert kept.bundle.name == f"a3check-{written['id']}.zip"
    assert written["masked"] is True
    assert [p["file"] for p in written["pictures"]] == ["captura.png"]
    assert NAME not in files["relatorio.json"].decode()
    said = QImage.fromData(files["captura.png"]).text("Description")
    for wanted in (written["id"], "certificate.expired", "22/11/2026 14:31:13", "UTC-04:00"):
        assert wanted in said
    opened_urls: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened_urls.append)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    window.folder_button.click()
    assert opened_urls == [QUrl.fromLocalFile(str(kept.folder))]


@pytest.mark.usefixtures("unprinted")
def test_a_second_saving_is_beside_the_first(opened: Open, qtbot: QtBot, tmp_path: Path) -> None:
    window = ended(opened, qtbot)
    first = save(window, qtbot)
    before = first.bundle.read_bytes()
    with qtbot.waitSignal(window.saving.kept, timeout=DEADLINE):
        window.saving.done.places.folder_button.click()
    second = window.saving.last
    assert second is not None
    assert second.folder.name == f"{first.folder.name}-2"
    assert second.bundle.name == first.bundle.name
    assert first.bundle.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 2


def test_a_group_can_be_shown_and_the_picture_stays_masked(opened: Open, qtbot: QtBot) -> None:
    window = ended(opened, qtbot)
    preview(window, qtbot)
    row = window.saving.preview.rows[Group.PERSON]
    row.switch.setFocus()
    QTest.keyClick(row.switch, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: NAME in row._values.text())
    assert "nomes, CPF e CNPJ; o resto" in window.saving.preview.receives.text()
    kept = save_shown(window, qtbot)
    files = inside(kept)
    written = json.loads(files["relatorio.json"])
    assert (written["masked"], written["shown"]) == (False, ["person"])
    assert NAME in files["relatorio.json"].decode()
    assert "00A1B2C3D4E5" not in files["relatorio.json"].decode()
    assert "mostra nomes, CPF e CNPJ" in files["LEIA-ME.txt"].decode()
    masked = inside(save(window, qtbot))  # hidden again: it was for that one report
    assert json.loads(masked["relatorio.json"])["masked"] is True
    assert QImage.fromData(files["captura.png"]) == QImage.fromData(masked["captura.png"])


@pytest.mark.usefixtures("unprinted")
@pytest.mark.parametrize("packed", [False, True])
def test_the_print_lies_beside_and_in_the_bundle_only_if_wished(
    opened: Open, qtbot: QtBot, packed: bool
) -> None:
    window = ended(opened, qtbot)
    image = QImage(640, 360, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkCyan)
    window.prints.album.keep(Print(image, scenes.STARTED, scenes.ASSIST.url))
    preview(window, qtbot)
    switch = window.saving.preview.print_switch
    assert switch.isVisible()
    assert not switch.isChecked()
    switch.setChecked(packed)
    kept = save_shown(window, qtbot)
    assert [p.name for p in kept.pictures] == ["navegador.png"]
    assert ("navegador.png" in inside(kept)) is packed
    named = json.loads(inside(kept)["relatorio.json"])["pictures"]
    assert [p["kind"] for p in named] == ["own", "screen"]


def _away(folder: Path) -> Path:
    return folder / "pulled out"


def _file(folder: Path) -> Path:
    (folder / "file").write_text("x")
    return folder / "file"


def _long(folder: Path) -> Path:
    return folder / ("n" * 300)


@pytest.mark.usefixtures("unprinted")
@pytest.mark.parametrize(
    ("place", "fault"), [(_away, "gone"), (_file, "taken"), (_long, "too_long")]
)
def test_a_place_that_does_not_do_is_told_and_another_one_does(
    opened: Open, qtbot: QtBot, tmp_path: Path, place: object, fault: str
) -> None:
    window = ended(opened, qtbot)
    preview(window, qtbot)
    assert callable(place)
    wrong = place(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    page = window.saving.preview
    page.place_wanted.emit(wrong)
    assert not page.places.isEnabled()
    qtbot.waitUntil(page._alert.isVisible, timeout=DEADLINE)
    assert page.told.text() == WORDS.words("saving", f"not_{fault}", folder=str(wrong))
    assert page.places.folder_button.accessibleName() == "Salvar em outra pasta…"
    assert page.places.folder_button.hasFocus()
    assert sorted(tmp_path.rglob("*")) == before
    assert inside(save_shown(window, qtbot))


@dataclass(frozen=True, slots=True)
class Broken(Exporting):
    """Breaks in a way that nobody foresaw."""

    def keep(self, *_given: object, **_more: object) -> Kept:
        raise RuntimeError("ours")


@pytest.mark.usefixtures("unprinted")
def test_a_defect_is_told_and_nothing_is_lost(opened: Open, qtbot: QtBot, tmp_path: Path) -> None:
    window = ended(opened, qtbot)
    window._session.exports = Broken()
    preview(window, qtbot)
    window.saving.preview.places.folder_button.click()
    told = WORDS.words("saving", "not_broke", folder=str(tmp_path))
    qtbot.waitUntil(lambda: window.saving.preview.told.text() == told, timeout=DEADLINE)
    window._session.exports = export
    assert inside(save_shown(window, qtbot))


@dataclass(frozen=True, slots=True)
class Slow(Exporting):
    """Waits for its cue in one folder, as a network's that is away does."""

    dead: str = ""
    held: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)

    def keep(
        self,
        diagnosis: Diagnosis,
        shown: Shown,
        pictures: Sequence[Picture],
        folder: Path,
        *,
        screen: bool,
    ) -> Kept:
        if folder.name == self.dead:
            self.held.set()
            self.go.wait(DEADLINE / 1000)
        # the base by name: slots give the class another cell than super() looks into
        return Exporting.keep(self, diagnosis, shown, pictures, folder, screen=screen)


@pytest.mark.usefixtures("unprinted")
def test_a_slow_folder_holds_nobody_up(
    opened: Open, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PATIENCE", 1)
    window, slow = ended(opened, qtbot), Slow(dead="network")
    (tmp_path / "network").mkdir()
    window._session.exports = slow
    preview(window, qtbot)
    page = window.saving.preview
    page.place_wanted.emit(tmp_path / "network")
    told = WORDS.words("saving", "slow", folder=str(tmp_path / "network"))
    qtbot.waitUntil(lambda: page.told.text() == told, timeout=DEADLINE)
    qtbot.waitUntil(slow.held.is_set, timeout=DEADLINE)
    kept = save_shown(window, qtbot)
    assert kept.folder.parent == tmp_path
    slow.go.set()
    qtbot.waitUntil(lambda: any((tmp_path / "network").glob("a3check-*")), timeout=DEADLINE)
    qtbot.waitUntil(lambda: not window._session._writers, timeout=DEADLINE)
    assert window.saving.last is kept


@pytest.mark.usefixtures("unprinted")
@pytest.mark.parametrize("fails", [False, True])
def test_nobody_is_taken_away_from_another_page(
    opened: Open, qtbot: QtBot, tmp_path: Path, fails: bool
) -> None:
    window = ended(opened, qtbot)
    preview(window, qtbot)
    window.saving.preview.place_wanted.emit(tmp_path / "gone" if fails else tmp_path)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    said = "não está mais lá" if fails else "Relatório guardado em"
    qtbot.waitUntil(lambda: said in window.message.text(), timeout=DEADLINE)
    assert window.pages.at_home
    assert window.save_button.isEnabled()
    assert window.folder_button.isVisible() is not fails


@pytest.mark.usefixtures("unprinted")
def test_a_new_run_forgets_what_was_saved(opened: Open, qtbot: QtBot) -> None:
    window = ended(opened, qtbot)
    save(window, qtbot)
    window.start()
    assert window.pages.at_home
    assert window.saving.last is None
    qtbot.waitUntil(window.again_button.isVisible)
    assert not window.folder_button.isVisible()


def test_a_picture_that_cannot_be_drawn_costs_no_report(
    opened: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = ended(opened, qtbot)

    def broken(*_: object) -> Iterator[None]:
        yield
        raise ValueError

    monkeypatch.setattr(window.prints.album, "drawing", broken)
    files = inside(save(window, qtbot))
    assert set(files) == {"relatorio.json", "relatorio.pdf", "LEIA-ME.txt"}


@pytest.mark.usefixtures("unprinted")
def test_without_what_prints_the_rest_is_kept(
    opened: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = ended(opened, qtbot)
    files = inside(save(window, qtbot))
    assert set(files) == {"relatorio.json", "captura.png", "LEIA-ME.txt"}

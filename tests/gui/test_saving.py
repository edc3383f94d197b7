"""Saving from the window: report and stamped picture, with nothing private in it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.gui import scenes
from tests.gui.conftest import Open
from tests.gui.scripted import ABOUT, Script, export

from a3check.core.catalogue import catalogue
from a3check.core.check import Wishes
from a3check.core.model import Diagnosis, Evidence, Finding
from a3check.report.document import document
from a3check.ui import screenshot
from a3check.ui.session import Session


def test_ctrl_s_writes_report_and_picture(
    opened: Open, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = opened(Script(scenes.EXPIRED_RUN))
    window.start()
    qtbot.waitUntil(window.again_button.isVisible)
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(window.folder_button.isVisible, timeout=10_000)
    assert window.message.text().startswith("Relatório guardado em")
    written = json.loads((tmp_path / "relatorio.json").read_text("utf-8"))
    assert written["verdict"]["cause"] == "certificate.expired"
    picture = QImage(str(tmp_path / screenshot.NAME))
    assert picture.width() >= screenshot.WIDTH
    said = picture.text("Description")
    assert written["id"] in said
    assert "certificate.expired" in said
    assert "22/11/2026 14:31:07" in said
    assert "UTC-04:00" in said
    opened_urls: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened_urls.append)
    window.folder_button.click()
    assert opened_urls == [QUrl.fromLocalFile(str(tmp_path))]


def test_a_folder_that_cannot_be_written_is_told(
    opened: Open, qtbot: QtBot, tmp_path: Path
) -> None:
    window = opened(Script(scenes.EXPIRED_RUN))
    window.start()
    qtbot.waitUntil(window.again_button.isVisible)
    (tmp_path / "relatorio.json").mkdir()
    window.save()
    qtbot.waitUntil(lambda: window.message.text().startswith("Não foi possível gravar"))
    assert window.save_button.isEnabled()


def test_a_report_that_cannot_be_read_back_gives_no_picture(
    opened: Open, qtbot: QtBot, tmp_path: Path
) -> None:
    window = opened(Script(scenes.EXPIRED_RUN))
    window.start()
    qtbot.waitUntil(window.again_button.isVisible)
    (tmp_path / "relatorio.json").write_text("{", "utf-8")
    window.saving._photograph(scenes.EXPIRED_RUN, tmp_path / "relatorio.json")
    assert window.message.text().startswith("Não foi possível gravar")
    assert not (tmp_path / screenshot.NAME).exists()


def test_an_exporter_that_breaks_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    def broken(_diagnosis: Diagnosis, _folder: Path) -> Path:
        raise RuntimeError("ours")

    session = Session(Script(scenes.HEALTHY_RUN), broken)
    with qtbot.waitSignal(session.ended):
        session.start(Wishes())
    with qtbot.waitSignal(session.not_saved):
        session.save(scenes.HEALTHY_RUN, tmp_path)


def _private(diagnosis: Diagnosis, name: str) -> Diagnosis:
    """Return the diagnosis with somebody's name where the page would show it."""
    sentence = Evidence("readers", (name,), private=True)
    card = Finding("card.absent", (sentence,))
    changed = (
        replace(o, findings=(card,)) if o.check == "card" else o for o in diagnosis.outcomes
    )
    return replace(diagnosis, outcomes=tuple(changed))


def _picture(diagnosis: Diagnosis, *, masked: bool) -> QImage:
    written = document(diagnosis, ABOUT, masked=masked)
    facts = screenshot.masked_facts(written, diagnosis)
    return screenshot.picture(diagnosis, catalogue(), facts)


@pytest.mark.parametrize("masked", [True, False])
def test_the_picture_shows_the_masked_state(dressed: QApplication, masked: bool) -> None:
    one = _picture(_private(scenes.NO_CARD_RUN, "JOANA INVENTADA DE SOUZA"), masked=masked)
    other = _picture(_private(scenes.NO_CARD_RUN, "JOSEFA IMAGINADA DE SÁ"), masked=masked)
    shown = _picture(_private(scenes.NO_CARD_RUN, "J*** I*** S***"), masked=masked)
    assert one == other
    assert one == shown


def test_the_picture_shows_the_whole_page(dressed: QApplication) -> None:
    picture = _picture(scenes.EXPIRED_RUN, masked=True)
    assert picture.height() > screenshot.LEAST_HEIGHT
    assert picture == _picture(scenes.EXPIRED_RUN, masked=True)


def test_the_scripted_report_is_masked(tmp_path: Path) -> None:
    text = export(scenes.EXPIRED_RUN, tmp_path).read_text("utf-8")
    assert "JOANA INVENTADA DE SOUZA" not in text

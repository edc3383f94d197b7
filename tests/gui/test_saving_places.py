"""Saving through the window on real disks: full, read-only, a stick, one that is pulled out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests.gui import scenes
from tests.gui.saved import DEADLINE, inside, preview, save_shown
from tests.gui.scripted import Exporting, Script
from tests.lab.stick import Stick, disk, needs_disks, needs_stick, read_only

from a3check.core.catalogue import catalogue
from a3check.system import bundles, printing

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot
    from tests.gui.conftest import Open

    from a3check.ui.window import Window

WORDS = catalogue()


@pytest.fixture
def shown(opened: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Window:
    """Return a window on its preview; the PDF is left out for speed."""
    monkeypatch.setattr(printing, "command", lambda: [os.devnull])
    window = opened(Script(scenes.EXPIRED_RUN))
    window._session.exports = Exporting()
    window.start()
    qtbot.waitUntil(window.again_button.isVisible)
    preview(window, qtbot)
    return window


def refused(window: Window, qtbot: QtBot, folder: Path, fault: str) -> None:
    """Save there, be told why not in one sentence, and save in another folder."""
    page = window.saving.preview
    page.place_wanted.emit(folder)
    told = WORDS.words("saving", f"not_{fault}", folder=str(folder))
    qtbot.waitUntil(lambda: page.told.text() == told, timeout=DEADLINE)
    assert page.places.folder_button.hasFocus()


@needs_disks
def test_a_full_disk(shown: Window, qtbot: QtBot, tmp_path: Path) -> None:
    with disk(tmp_path / "full", 128) as full:  # the report has room there, the picture has not
        refused(shown, qtbot, full, "full")
        assert list(full.iterdir()) == []
    assert inside(save_shown(shown, qtbot))


@needs_disks
def test_a_folder_that_is_only_read(shown: Window, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "cdrom").mkdir()
    with read_only(tmp_path / "cdrom") as folder:
        refused(shown, qtbot, folder, "read_only")
        assert list(folder.iterdir()) == []
    assert inside(save_shown(shown, qtbot))


@needs_stick
def test_a_stick_and_what_is_on_it_elsewhere(shown: Window, qtbot: QtBot, tmp_path: Path) -> None:
    with Stick(tmp_path / "usb") as stick:
        with qtbot.waitSignal(shown.saving.kept, timeout=DEADLINE):
            shown.saving.preview.place_wanted.emit(stick.path)
        kept = shown.saving.last
        assert kept is not None
        stick.pull_and_plug()
        assert set(inside(kept)) == {"relatorio.json", "captura.png", "LEIA-ME.txt"}
        assert [folder.name for folder in stick.path.iterdir()] == [kept.folder.name]


@needs_stick
def test_a_stick_that_is_pulled_out_meanwhile(
    shown: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    renamed = bundles._renamed
    with Stick(tmp_path / "usb") as stick:

        def pulled(beside: Path, first: Path) -> Path:
            stick.pull()
            return renamed(beside, first)

        monkeypatch.setattr(bundles, "_renamed", pulled)
        refused(shown, qtbot, stick.path, "gone")
        monkeypatch.setattr(bundles, "_renamed", renamed)
        assert inside(save_shown(shown, qtbot))

"""Saving through the window as a person does: the preview, a folder, and what then lies there."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.gui import scenes
from tests.gui.scripted import export

from a3check.core.catalogue import catalogue
from a3check.report.bundle import unpacked
from a3check.report.groups import Group
from a3check.report.preview import parts
from a3check.ui.drives import Drive
from a3check.ui.kept import Kept

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytestqt.qtbot import QtBot

    from a3check.ui.window import Window

STICK = Path("/media/joana/PENDRIVE")
NUMBER = "a3check-20261122T143107-7f3a"

DEADLINE = 60_000
"""Milliseconds; the PDF's process starts slowly on a busy machine."""


def preview(window: Window, qtbot: QtBot) -> None:
    """Press “Gerar relatório” and wait until the values are shown."""
    window.save()
    assert window.pages.current == "preview"
    qtbot.waitUntil(lambda: bool(window.saving.preview.rows), timeout=DEADLINE)


def save(window: Window, qtbot: QtBot) -> Kept:
    """Go through the preview to the end; the folder is the one that the window's chooser gives."""
    preview(window, qtbot)
    return save_shown(window, qtbot)


def save_shown(window: Window, qtbot: QtBot) -> Kept:
    """Go on from the preview."""
    with qtbot.waitSignal(window.saving.kept, timeout=DEADLINE):
        QTest.mouseClick(window.saving.preview.places.folder_button, Qt.MouseButton.LeftButton)
    kept = window.saving.last
    assert kept is not None
    return kept


def inside(kept: Kept) -> Mapping[str, bytes]:
    """Return the bundle's files, each as its sum says."""
    return unpacked(kept.bundle.read_bytes())


# ---- the pages, for their pictures


def _preview(window: Window) -> None:
    """Show what goes into the report of a run with a print."""
    window.prints.album.keep(window.prints.outside.take(scenes.ASSIST.url))
    window.saving.drives._looks = True  # what is plugged in here does not matter
    window.save()
    _show(window)
    window.saving.preview.show_drives((Drive("PENDRIVE", STICK),))


def _show(window: Window) -> None:
    page, write = window.saving.preview, partial(export.written, scenes.EXPIRED_RUN)
    page.show_parts(parts(write, page.shown, catalogue()))


def _failed(window: Window) -> None:
    """Show a group, and that the stick was pulled out."""
    _preview(window)
    window.saving.preview.rows[Group.PERSON].switch.setChecked(True)
    _show(window)
    window.saving._fail("gone", STICK)


def _kept(window: Window) -> None:
    """Show what was saved, beside a print."""
    folder = STICK / NUMBER
    beside = (folder / "navegador.png",)
    document = export.written(scenes.EXPIRED_RUN)
    bundle, ticket = folder / f"{NUMBER}.zip", folder / "chamado.txt"
    window.saving.drives._looks = True  # as above
    window.saving._supported = True
    window.pages.turn(window.saving.preview.name)
    window.saving._end(Kept(folder, bundle, ticket, beside, document, 553_000))
    window.saving.done.show_drives((Drive("PENDRIVE", STICK),))


SAVED: dict[str, Callable[[Window], None]] = {
    "relatorio": _preview,
    "relatorio-falhou": _failed,
    "guardado": _kept,
}
"""What is done, after a run with a cause, before each picture is taken."""

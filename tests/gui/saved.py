"""Saving through the window as a person does: the preview, a folder, and what then lies there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from a3check.report.bundle import unpacked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytestqt.qtbot import QtBot

    from a3check.ui.kept import Kept
    from a3check.ui.window import Window

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

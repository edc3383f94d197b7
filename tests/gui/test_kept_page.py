"""“Relatório pronto”: the bundle dragged, copied, mailed, shown, and saved on a stick."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from tests.gui import scenes
from tests.gui.saved import DEADLINE, inside, save
from tests.gui.scripted import Exporting, Script

from a3check.core.catalogue import catalogue
from a3check.system import printing
from a3check.ui import drives
from a3check.ui.drives import Drive, plugged
from a3check.ui.handing import letter

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot
    from tests.gui.conftest import Open

    from a3check.ui.file_tile import FileTile
    from a3check.ui.kept import Kept
    from a3check.ui.kept_page import KeptPage
    from a3check.ui.window import Window

LEFT, KEY = Qt.MouseButton.LeftButton, Qt.Key
WORDS = catalogue()


@pytest.fixture
def saved(opened: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> tuple[Window, Kept]:
    """Return a window whose run was saved, and what was saved; the PDF is left out for speed."""
    monkeypatch.setattr(printing, "command", lambda: [os.devnull])
    window = opened(Script(scenes.EXPIRED_RUN))
    window._session.exports = Exporting()
    window.start()
    qtbot.waitUntil(window.again_button.isVisible)
    return window, save(window, qtbot)


def page(window: Window) -> KeptPage:
    assert window.pages.current == "kept"
    return window.saving.done


def test_copied_it_is_a_file_and_its_path(saved: tuple[Window, Kept]) -> None:
    window, kept = saved
    assert page(window).copy_button.hasFocus()
    none, control = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
    for widget, key, held in (
        (page(window).copy_button, KEY.Key_Return, none),
        (page(window).tile, KEY.Key_C, control),
        (page(window).tile, KEY.Key_Return, none),
    ):
        QGuiApplication.clipboard().clear()
        QTest.keyClick(widget, key, held)
        data = QGuiApplication.clipboard().mimeData()
        assert data.urls() == [QUrl.fromLocalFile(str(kept.bundle))]
        assert data.text() == str(kept.bundle)
        assert page(window).told.text() == WORDS.words("saving", "copied", name=kept.bundle.name)


def test_a_drag_carries_the_file(saved: tuple[Window, Kept]) -> None:
    window, kept = saved
    tile, carried = page(window).tile, list[QMimeData]()

    def carry(source: QWidget, data: QMimeData) -> None:
        assert source is tile
        carried.append(data)

    tile._carry = carry
    near, far = QPoint(20, 20), QPoint(20 + QApplication.startDragDistance(), 20)
    _drag(tile, near, near + QPoint(1, 0))
    QTest.mouseMove(tile, far)
    assert carried == []
    _drag(tile, near, far)
    (data,) = carried
    assert data.urls() == [QUrl.fromLocalFile(str(kept.bundle))]
    assert kept.bundle.name in tile.accessibleName()


def _drag(tile: FileTile, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(tile, LEFT, pos=start)
    QTest.mouseMove(tile, end)
    QTest.mouseRelease(tile, LEFT, pos=end)


@pytest.mark.parametrize("takes", [True, False])
def test_the_mail_program_gets_the_text_and_the_file_is_shown(
    saved: tuple[Window, Kept], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, takes: bool
) -> None:
    window, kept = saved
    opened: list[QUrl] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url)
        return takes

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    QTest.mouseClick(page(window).mail_button, LEFT)
    (address,) = opened
    assert address.scheme() == "mailto"
    key = "mailed" if takes else "not_mailed"
    assert page(window).told.text() == WORDS.words("saving", key, name=kept.bundle.name)
    exports = window._session.exports
    assert isinstance(exports, Exporting)
    if takes:
        qtbot.waitUntil(lambda: exports.selected == [kept.bundle])


def test_the_letter_names_what_to_attach_and_nobody(saved: tuple[Window, Kept]) -> None:
    _window, kept = saved
    address = urlsplit(letter(kept, WORDS))
    said = parse_qs(address.query, strict_parsing=True)
    assert (address.scheme, address.path) == ("mailto", "")
    (body,), (subject,) = said["body"], said["subject"]
    assert str(kept.document["id"]) in subject
    for wanted in (kept.bundle.name, "certificate.expired", "22/11/2026 às 14:31:07"):
        assert wanted in body
    assert "\r\n" in body
    assert "JOANA" not in body
    assert "+" not in address.query.replace("%2B", "")  # which a mail program would show


def test_the_folder_is_opened_where_nobody_selects(
    saved: tuple[Window, Kept], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, kept = saved
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    monkeypatch.setattr(Exporting, "select", lambda *_: False)
    QTest.mouseClick(page(window).folder_button, LEFT)
    qtbot.waitUntil(lambda: opened == [QUrl.fromLocalFile(str(kept.folder))])


def test_the_ticket_is_one_press_away(saved: tuple[Window, Kept], qtbot: QtBot) -> None:
    window, _kept = saved
    with qtbot.waitSignal(window.saving.ticket_wanted):
        QTest.mouseClick(page(window).ticket_button, LEFT)


def test_a_stick_that_is_plugged_in_is_offered_and_written_to(
    saved: tuple[Window, Kept], qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, first = saved
    stick = tmp_path / "KINGSTON"
    stick.mkdir()
    monkeypatch.setattr(drives, "plugged", lambda _removable: (Drive("KINGSTON", stick),))
    window.saving.drives._look()
    places = page(window).places
    qtbot.waitUntil(lambda: len(places.drive_buttons) == 1)
    (button,) = places.drive_buttons
    assert button.accessibleName() == "Salvar em KINGSTON"
    with qtbot.waitSignal(window.saving.kept, timeout=DEADLINE):
        QTest.mouseClick(button, LEFT)
    kept = window.saving.last
    assert kept is not None
    assert kept.folder.parent == stick
    assert inside(kept).keys() == inside(first).keys()
    monkeypatch.setattr(drives, "plugged", lambda _removable: ())
    window.saving.drives._look()
    qtbot.waitUntil(lambda: places.drive_buttons == [])


def test_sticks_are_looked_for_only_where_they_are_offered(
    saved: tuple[Window, Kept], qtbot: QtBot
) -> None:
    window, _kept = saved
    assert window.saving.drives._timer.isActive()
    QTest.keyClick(window, KEY.Key_Escape)
    assert window.pages.at_home
    assert not window.saving.drives._timer.isActive()
    qtbot.waitUntil(lambda: not window.saving.drives._looks)


class Volume:
    """A mounted volume as Qt tells it."""

    def __init__(
        self, root: str, name: str = "", *, ready: bool = True, locked: bool = False
    ) -> None:
        self._root, self._name, self._ready, self._locked = root, name, ready, locked

    def device(self) -> Volume:
        return self

    def data(self) -> bytes:
        return b"/dev/" + self._root.encode()

    def rootPath(self) -> str:  # noqa: N802 - Qt's name
        return self._root

    def name(self) -> str:
        return self._name

    def isReady(self) -> bool:  # noqa: N802 - Qt's name
        return self._ready

    def isReadOnly(self) -> bool:  # noqa: N802 - Qt's name
        return self._locked


def test_what_can_be_written_to_is_named_as_the_user_knows_it() -> None:
    volumes = (
        Volume("/", "root"),
        Volume("/media/b", "PENDRIVE"),
        Volume("/media/a"),
        Volume("/media/c", "TRAVADO", locked=True),
        Volume("/media/d", "VAZIO", ready=False),
    )
    found = plugged(lambda device, root: device != "/dev//" and root != "/", lambda: volumes)  # type: ignore[arg-type, return-value] # as Qt's
    assert found == (Drive("PENDRIVE", Path("/media/b")), Drive("a", Path("/media/a")))
    assert plugged(lambda _device, _root: False) == ()

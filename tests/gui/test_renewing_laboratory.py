"""The list of CAs brought by the real window from a real server: good, away, silent, or lying."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.gui import scenes
from tests.gui.scripted import Script
from tests.lab.laboratory import Laboratory
from tests.lab.web import CrlServer
from tests.scenarios.parts import profile
from tests.unit.pki.zips import packed

from a3check.core.catalogue import catalogue
from a3check.core.profile import load
from a3check.desktop import Runs
from a3check.net.listing import official
from a3check.system import authorities
from a3check.ui.remedy import RemedyBox
from a3check.ui.renewing import Renewing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot
    from tests.gui.conftest import Open

    from a3check.ui.window import Window

pytestmark = pytest.mark.lab

DEADLINE: Final = 20_000
"""Milliseconds for what takes a fraction of a second."""
HANGS: Final = 300.0
"""Seconds that the server lets everybody wait: far more than the deadline above."""
OLD: Final = b"what stood there before"


class Desk:
    """A window that shows that a CA is missing, and the server that publishes the list."""

    def __init__(self, window: Window, renewing: Renewing, site: CrlServer, qtbot: QtBot) -> None:
        self.window, self.renewing, self.site, self._qtbot = window, renewing, site, qtbot

    @property
    def list(self) -> Path:
        return authorities.cache_folder() / authorities.LIST

    def publish(self, lab: Laboratory, digest: str | None = None) -> None:
        blob = packed({f"{ca.common_name}.crt": ca.der for ca in lab.pki.authorities})
        listed = f"{digest or hashlib.sha512(blob).hexdigest()}  ACcompactado.zip\n".encode()
        for source in official():
            self.site.publish({source.url: blob, source.digest: listed})

    def press(self) -> None:
        """Press the button beside the step."""
        box = self.window.page.headline.findChild(RemedyBox)
        assert box is not None
        (button,) = (b for b in box.buttons if "Atualizar a lista de ACs" in b.text())
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def hang(self) -> None:
        """Press it, and let the server have the request without an answer."""
        self.site.delay, asked = HANGS, len(self.site.requests)
        self.press()
        self._qtbot.waitUntil(lambda: len(self.site.requests) > asked, timeout=DEADLINE)

    def hear(self, said: str) -> None:
        text = self.renewing.bar.text
        self._qtbot.waitUntil(lambda: said in text.text(), timeout=DEADLINE)

    def silent(self) -> None:
        """See that nobody works on it any more."""
        self._qtbot.waitUntil(lambda: "records" not in _threads(), timeout=DEADLINE)


def _threads() -> list[str]:
    return [thread.name for thread in threading.enumerate()]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Laboratory]:
    with Laboratory(tmp_path / "lab") as lab:
        yield lab


@pytest.fixture
def site() -> Iterator[CrlServer]:
    with CrlServer() as server:
        yield server


@pytest.fixture
def sat(
    opened: Open,
    qtbot: QtBot,
    lab: Laboratory,
    site: CrlServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Desk]:
    """Sit down at a window that goes through the network's proxy: the laboratory's server."""
    for name in ("DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))

    def sit(proxy: str = "") -> Desk:
        known = load(profile(lab, cas=(), network={"proxy": proxy or site.base}))
        patient = replace(known, limits=replace(known.limits, fetch=HANGS))
        window = opened(Script(scenes.NO_ISSUER_RUN))
        renew = Runs(patient).renew
        renewing = Renewing(window, window._session, renew, catalogue())
        window.start()
        qtbot.waitUntil(window.again_button.isVisible)
        return Desk(window, renewing, site, qtbot)

    return sit


def test_a_list_is_brought_and_tested_with(sat: Callable[..., Desk], lab: Laboratory) -> None:
    desk = sat()
    desk.publish(lab)
    assert not desk.site.requests
    desk.press()
    desk.hear("ACs da ICP-Brasil atualizadas: 3 certificados")
    assert desk.list.read_bytes().startswith(b"a3check-cas 1 ")
    assert desk.renewing.again_button.isVisible()
    assert not desk.renewing.stop_button.isVisible()


def test_without_a_server_the_old_list_stays(sat: Callable[..., Desk], lab: Laboratory) -> None:
    desk = sat("http://127.0.0.1:1")
    _keep_old(desk)
    desk.press()
    desk.hear("não foi possível passar pelo proxy da rede")
    assert desk.list.read_bytes() == OLD
    desk.silent()


def test_a_list_that_is_not_the_published_one_changes_nothing(
    sat: Callable[..., Desk], lab: Laboratory
) -> None:
    desk = sat()
    _keep_old(desk)
    desk.publish(lab, digest="0" * 128)
    desk.press()
    desk.hear("o resumo SHA-512 não confere")
    assert desk.list.read_bytes() == OLD
    assert not desk.renewing.again_button.isVisible()


@pytest.mark.parametrize("how", ["button", "escape"])
def test_a_server_that_hangs_is_left_at_a_press_and_tried_again(
    sat: Callable[..., Desk], lab: Laboratory, how: str
) -> None:
    desk = sat()
    _keep_old(desk)
    desk.hang()
    assert desk.renewing.stop_button.isVisible()
    if how == "button":
        desk.renewing.stop_button.setFocus()
        QTest.keyClick(desk.renewing.stop_button, Qt.Key.Key_Return)
        assert desk.window.page.headline.hasFocus()
    else:
        QTest.keyClick(desk.window, Qt.Key.Key_Escape)
    desk.hear("Interrompido: nada ficou gravado pela metade.")
    desk.silent()
    assert not desk.renewing.stop_button.isVisible()
    assert desk.list.read_bytes() == OLD
    desk.site.delay = 0.0
    desk.publish(lab)
    desk.press()
    desk.hear("ACs da ICP-Brasil atualizadas: 3 certificados")
    assert desk.list.read_bytes() != OLD


def test_the_window_s_end_ends_it(sat: Callable[..., Desk], lab: Laboratory) -> None:
    desk = sat()
    _keep_old(desk)
    desk.hang()
    assert desk.window.close()
    assert "records" not in _threads()
    assert desk.list.read_bytes() == OLD


def _keep_old(desk: Desk) -> None:
    desk.list.parent.mkdir(parents=True)
    desk.list.write_bytes(OLD)

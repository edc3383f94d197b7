"""Does the first page hand back what was chosen and typed, and does nothing leave before it?"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.gui import scenes
from tests.gui.closing import gone
from tests.gui.conftest import Open
from tests.gui.scripted import Script, export
from tests.lab.root import NO_NETWORK, needs_own_network

from a3check.core.catalogue import catalogue
from a3check.core.settings import Place, Settings
from a3check.core.wishes import Form
from a3check.ui.session import Session
from a3check.ui.welcome import KnownProfile
from a3check.ui.window import Window

DEADLINE = 60.0
"""Seconds for a process that opens the window and closes it."""
PLACE = Place("Manaus", "AM", "Prefeitura de Manaus", "12/2024", "ana@pm.gov.br", "92 3234-5678")
LEAVES = (
    "O que sai: consultas ao INSS, às ACs e à hora certa. Seu certificado só é mostrado ao portal "
    "do INSS, depois que você digitar a senha. O relatório não sai sem você mandar."
)


def test_it_says_how_long_and_what_leaves(opened: Open) -> None:
    window = opened(Script(scenes.HEALTHY_RUN))
    assert "Leva cerca de um minuto." in window.page.headline.accessibleName()
    texts = [shown.text() for shown in window.page.welcome.findChildren(type(window.message))]
    assert LEAVES in texts


def test_what_is_remembered_is_shown_and_handed_back(opened: Open, qtbot: QtBot) -> None:
    kept: list[Settings] = []
    settings = Settings(PLACE, Form.UNKNOWN)
    window = opened(Script(scenes.HEALTHY_RUN), settings=settings, remember=kept.append)
    assert window.page.welcome.settings == settings
    assert window.page.welcome.place.summary.isVisible()
    window.start()
    qtbot.waitUntil(window.again_button.isVisible)
    assert kept == [settings]


@pytest.mark.parametrize("form", list(Form))
def test_the_kind_is_chosen_with_the_arrows_and_told_to_the_run(
    opened: Open, qtbot: QtBot, form: Form
) -> None:
    script = Script(scenes.HEALTHY_RUN, form=form)
    window = opened(script, settings=Settings(form=Form.TOKEN))
    choices = window.page.welcome.form
    choices.buttons["token"].setFocus()
    for _ in range(list(Form).index(form)):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Right)
    assert choices.key == form
    assert catalogue().words("welcome", f"ready_{form}") == window.page.welcome._ready.text()
    window.start()
    qtbot.waitUntil(window.again_button.isVisible)
    assert script.runs == 1


def test_the_form_is_folded_unfolds_and_is_typed_in_by_keyboard(
    opened: Open, qtbot: QtBot
) -> None:
    kept: list[Settings] = []
    window = opened(Script(scenes.HEALTHY_RUN), remember=kept.append)
    form = window.page.welcome.place
    assert not form.fields["municipality"].isVisible()
    QTest.keyClick(form.toggle, Qt.Key.Key_Space)
    for text in ("  Manaus ", "am", "Prefeitura  de Manaus", "12/2024", *_CONTACT):
        QTest.keyClicks(window.focusWidget(), text)
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert form.place == PLACE
    assert not any(told.isVisible() for told in form.doubts.values())
    QTest.keyClick(form.toggle, Qt.Key.Key_Space)
    assert form.summary.text() == "Manaus, AM, Prefeitura de Manaus"
    window.start()
    qtbot.waitUntil(window.again_button.isVisible)
    assert [settings.place for settings in kept] == [PLACE]


_CONTACT = ("ana@pm.gov.br", "92 3234-5678")


def test_the_whole_form_is_scrolled_into_view(opened: Open, qtbot: QtBot) -> None:
    window = opened(Script(scenes.HEALTHY_RUN))
    window.resize(QSize(1092, 614))
    form = window.page.welcome.place
    QTest.keyClick(form.toggle, Qt.Key.Key_Space)
    last = form.fields["phone"]
    qtbot.waitUntil(lambda: last.visibleRegion().boundingRect() == last.rect())
    assert form.fields["municipality"].visibleRegion().boundingRect().height() > 0


def test_a_slip_is_told_beside_its_field_and_hinders_nothing(opened: Open, qtbot: QtBot) -> None:
    window = opened(Script(scenes.HEALTHY_RUN))
    form = window.page.welcome.place
    QTest.keyClick(form.toggle, Qt.Key.Key_Space)
    form.fields["email"].setFocus()
    QTest.keyClicks(form.fields["email"], "ana")
    QTest.keyClick(form.fields["email"], Qt.Key.Key_Tab)
    assert form.doubts["email"].isVisible()
    assert form.doubts["email"].text() == form.fields["email"].accessibleDescription()
    window.start()
    qtbot.waitUntil(window.again_button.isVisible)
    form.fields["email"].clear()
    form._look()
    assert not form.doubts["email"].text()


def test_the_settings_come_again_between_two_runs(opened: Open, qtbot: QtBot) -> None:
    window = opened(Script(scenes.EXPIRED_RUN))
    assert not window.where.revise_link.isVisible()
    window.where.revise()
    window.start()
    qtbot.waitUntil(window.again_button.isVisible)
    title = window.page.headline.title.text()
    QTest.mouseClick(window.where.revise_link, Qt.MouseButton.LeftButton)
    assert window.page.welcome.isVisible()
    assert (window.again_button.isVisible(), window.save_button.isVisible()) == (True, False)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.page.headline.title.text() == title
    assert not window.page.welcome.isVisible()
    window.where.revise()
    window.start()
    qtbot.waitUntil(lambda: not window.footer.back_button.isVisible())
    qtbot.waitUntil(window.again_button.isVisible)


def test_several_portals_are_offered_and_the_chosen_one_is_opened(
    dressed: QApplication, qtbot: QtBot
) -> None:
    kept: list[Settings] = []
    known = (
        KnownProfile("", "INSS", "https://um.test/"),
        KnownProfile("/b.toml", "Homologação", "https://dois.test/"),
    )
    session = Session(Script(scenes.NOT_ASKED_RUN), export)
    settings = Settings(profile="/gone.toml")
    window = Window(session, catalogue(), profiles=known, settings=settings, remember=kept.append)
    session.setParent(window)
    window.resize(QSize(860, 540))
    window.show()
    try:
        assert window.page.welcome.profiles.key == ""
        window.page.welcome.profiles.choose("/b.toml")
        window.start()
        qtbot.waitUntil(window.again_button.isVisible)
        assert [settings.profile for settings in kept] == ["/b.toml"]
        opened: list[str] = []
        window.outside.browse = _keeping(opened)
        QTest.mouseClick(window.page.headline.portal_button, Qt.MouseButton.LeftButton)
        assert opened == ["https://dois.test/"]
    finally:
        gone(window)


def _keeping(opened: list[str]) -> Callable[[str], bool]:
    def browse(url: str) -> bool:
        opened.append(url)
        return True

    return browse


_ALONE = """
import json, socket, subprocess, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from a3check import desktop
from a3check.ui.window import Window

def sent():
    lines = Path("/proc/net/dev").read_text().splitlines()[2:]
    return sum(int(line.split(":")[1].split()[9]) for line in lines)

Path("/proc/sys/net/ipv6/conf/all/disable_ipv6").write_text("1")
for line in ("link set lo up", "addr add 192.0.2.1/24 dev lo", "route add default dev lo"):
    subprocess.run(["ip", *line.split()], check=True)
before, told, shown = sent(), {}, Window.show

def use(window):
    window.page.welcome.form.choose("card")
    window.page.welcome.place.toggle.click()
    QTest.keyClicks(window.page.welcome.place.fields["email"], "ana@pm.gov.br")
    QTimer.singleShot(300, lambda: end(window))

def end(window):
    told["visible"] = window.start_button.isVisible()
    told["sent"] = sent() - before
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("198.51.100.1", 53))
    told["control"] = sent() - before
    QApplication.quit()

def show(window):
    shown(window)
    QTimer.singleShot(0, lambda: use(window))

Window.show = show
desktop.main()
print(json.dumps(told))
"""


@needs_own_network
def test_no_packet_leaves_before_the_user_begins(tmp_path: Path) -> None:
    paths = (*sys.path, os.environ.get("PYTHONPATH", ""))
    done = subprocess.run(
        [*NO_NETWORK, sys.executable, "-c", _ALONE],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            "QT_QPA_PLATFORM": "offscreen",
            "XDG_DATA_HOME": str(tmp_path),
        },
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"visible": True, "sent": 0, "control": 1}

"""Real monitors of an X server (RandR): each one photographed, one unplugged, and scaled."""

import shutil
import subprocess
import sys

import pytest
from tests.gui.conftest import DEADLINE
from tests.gui.test_display import environment

_LAID_OUT = """
import os
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QApplication, QLabel
from a3check.ui.screen import NoPrint, monitors, photograph
from tests.gui.randr import Monitors
cables = Monitors(os.environ["DISPLAY"])
cables.plug("left", 0, 1600, 1000)
cables.plug("right", 1600, 1200, 1000)
application = QApplication([])
screens = sorted(application.screens(), key=lambda screen: screen.geometry().left())
shown = []
for screen, colour in zip(screens, ("#FF8800", "#0088FF"), strict=True):
    label = QLabel()
    label.setStyleSheet(f"background: {colour}")
    at = screen.geometry().topLeft() + QPoint(60, 60)
    label.setGeometry(QRect(at, QSize(300, 200)))
    label.show()
    shown.append(label)
def colours(image):
    width = image.width()
    return [image.pixelColor(x, 150).name() for x in (150, 1750) if x < width]
while True:
    application.processEvents()
    try:
        whole = photograph()
    except NoPrint:
        continue
    if colours(whole) == ["#ff8800", "#0088ff"]:
        break
one, two = sorted(monitors(), key=lambda m: m.left)
print(whole.width(), whole.height())
for monitor in (one, two):
    taken = photograph(monitor)
    print(monitor.left, taken.width(), taken.height(), taken.pixelColor(150, 150).name())
cables.unplug("right")
try:
    photograph(two)
except NoPrint as refused:
    print(refused.why)
"""


@pytest.mark.parametrize("scale", ["1", "1.25"])
def test_each_monitor_is_taken_alone_and_one_that_is_gone_is_told(
    display: str, scale: str
) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _LAID_OUT],
        env=environment(
            DISPLAY=display,
            QT_QPA_PLATFORM="xcb",
            QT_SCALE_FACTOR=scale,
            WAYLAND_DISPLAY="",
            XDG_SESSION_TYPE="x11",
        ),
        timeout=DEADLINE,
        check=True,
        capture_output=True,
        text=True,
    )
    assert ran.stdout.splitlines() == [
        "2800 1700",
        "0 1600 1000 #ff8800",
        "1600 1200 1000 #0088ff",
        "monitor_gone",
    ]


_OUT_OF_THE_WAY = """
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from tests.gui import scenes
from tests.gui.scripted import Script, export
from tests.gui.shots import settle
from a3check.core.catalogue import catalogue
from a3check.ui import shutter
from a3check.ui.application import ARGUMENTS, dress
from a3check.ui.screen import FRONT, monitors, photograph
from a3check.ui.session import Session
from a3check.ui.window import Window
shutter.SECOND = 200
application = QApplication([*ARGUMENTS])
dress(application)
browser = QLabel()
browser.setWindowFlag(Qt.WindowType.FramelessWindowHint)
browser.setStyleSheet("background: #FF8800; border-bottom: 40px solid #0088FF")
browser.setGeometry(0, 0, 2800, 1700)
browser.show()
session = Session(Script(scenes.REJECTED_RUN), export)
window = Window(session, catalogue())
window.setGeometry(200, 100, 1366, 768)
window.show()
window.start()
settle(window.again_button.isVisible)
window.prints.open_portal()
window.activateWindow()
settle(window.isActiveWindow)
settle(window.prints.camera.take_button.isEnabled)
QTest.keyClick(window.prints.camera.take_button, Qt.Key.Key_Return)
print(window.isVisible(), window.prints.shutter._chip.isVisible())
settle(lambda: window.pages.current == "print")
settle(window.isActiveWindow)
QTest.qWait(300)
window.prints.retouch.use()
settle(lambda: window.prints.album.print is not None)
image = window.prints.album.print.image
print(*sorted(map(hex, {*memoryview(image.constBits()).cast("I")})))
print(image.width(), image.height(), window.isVisible(), window.geometry().getRect())
frame = window.frameGeometry()
front = photograph(FRONT)
print(FRONT in monitors(), (front.width(), front.height()) == frame.size().toTuple())
window.move(2400, 1500)
settle(lambda: window.frameGeometry().topLeft().toTuple() == (2400, 1500))
QTest.qWait(200)
front = photograph(FRONT)
print(front.width(), front.height())
window.close()
"""


def test_neither_our_window_nor_the_countdown_is_in_the_picture(display: str) -> None:
    manager = shutil.which("openbox")
    if manager is None:
        pytest.skip("openbox is not installed")
    there = environment(
        DISPLAY=display, QT_QPA_PLATFORM="xcb", WAYLAND_DISPLAY="", XDG_SESSION_TYPE="x11"
    )
    managing = subprocess.Popen([manager, "--sm-disable"], env=there, stderr=subprocess.DEVNULL)
    try:
        ran = subprocess.run(
            [sys.executable, "-c", _OUT_OF_THE_WAY],
            env=there,
            timeout=DEADLINE,
            check=True,
            capture_output=True,
            text=True,
        )
    finally:
        managing.terminate()
        managing.wait(DEADLINE)
    assert ran.stdout.splitlines() == [
        "False True",
        "0xff0088ff 0xffff8800",
        "2800 1700 True (200, 100, 1366, 768)",
        "True True",
        "400 200",
    ]

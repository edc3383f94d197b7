"""Real monitors of an X server (RandR): each one photographed, one unplugged, and scaled."""

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

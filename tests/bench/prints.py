"""The longest gap in the window's loop while a 2560x1440 screen is photographed, covered, saved.

On an X server of its own (Xvfb), by the window's own buttons and keys: taken after the countdown,
looked at from near and far, fifty parts covered, accepted, stamped and encoded.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from tests.bench.loop import GOAL, Pulse, _print
from tests.gui import scenes
from tests.gui.scripted import ABOUT, Script, export

from a3check.core.catalogue import catalogue
from a3check.desktop import TURN
from a3check.render.stamp import stamp
from a3check.report.caption import fields, print_caption
from a3check.report.document import document
from a3check.report.pictures import Kind
from a3check.ui import shutter
from a3check.ui.application import ARGUMENTS, dress, translate
from a3check.ui.records import Chores
from a3check.ui.session import Session
from a3check.ui.shot import Shot
from a3check.ui.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from a3check.ui.outside import Print

SCREEN: Final = QSize(2560, 1440)
BOXES: Final = 50
REPORT: Final = document(scenes.REJECTED_RUN, ABOUT)
DEADLINE: Final = 120.0
MOST: Final = 10.0


class OwnPulse(Pulse):
    """Keeps what the window's thread worked itself between two beats, too: the rest is others'."""

    def start(self) -> None:
        """Begin."""
        self.own: list[float] = []
        self._worked = time.thread_time()
        super().start()

    def _beat(self) -> None:
        super()._beat()
        worked = time.thread_time()
        self.own.append((worked - self._worked) * 1000)
        self._worked = worked


def measure() -> None:
    """Start an X server and measure in a process that is shown on it."""
    server = shutil.which("Xvfb")
    if server is None:
        print("  Xvfb is not installed")
        return
    reading, writing = os.pipe()
    size = f"{SCREEN.width()}x{SCREEN.height()}x24"
    arguments = [server, "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp"]
    running = subprocess.Popen(arguments, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as said:
            display = f":{said.readline().strip()}"
        clean = {k: v for k, v in os.environ.items() if k != "WAYLAND_DISPLAY"}
        there = {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "XDG_SESSION_TYPE": "x11"}
        command = [sys.executable, "-m", "tests.bench.prints"]
        subprocess.run(command, env={**clean, **there}, check=True, timeout=DEADLINE)
    finally:
        running.terminate()
        running.wait(DEADLINE)


def main() -> None:
    """Measure on the display that there is."""
    sys.setswitchinterval(TURN)
    application = QApplication([*ARGUMENTS])
    translate(application)
    dress(application)
    browser = QLabel(pixmap=_page())
    browser.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    browser.setGeometry(QRect(0, 0, SCREEN.width(), SCREEN.height()))
    browser.show()
    session = Session(Script(scenes.REJECTED_RUN), export)
    window = Window(session, catalogue())
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    window.start()
    _until(window.again_button.isVisible)
    print(f"  a screen of {SCREEN.width()}x{SCREEN.height()} (goal: no gap over {GOAL:.0f} ms)")
    shutter.SECOND = 200
    pulse = OwnPulse()
    for title, act in (
        ("nothing to do", _wait),
        ("offered", partial(_offer, window)),
        ("taken, shown", partial(_take, window)),
        ("looked at", partial(_look, window)),
        (f"{BOXES} parts covered", partial(_cover, window)),
        ("accepted, burnt in", partial(_accept, window)),
        ("stamped, encoded", partial(_encode, window)),
    ):
        QTest.qWait(300)
        pulse.start()
        began = time.perf_counter()
        more = act()
        took = time.perf_counter() - began
        pulse.stop()
        _print(title, pulse.gaps, f"{took:5.2f} s, own work {max(pulse.own):4.1f} ms{more}")
    window.close()
    application.processEvents()


def _wait() -> str:
    QTest.qWait(1000)
    return ""


def _offer(window: Window) -> str:
    window.prints.open_portal()
    _until(window.prints.camera.take_button.isEnabled)
    return ""


def _take(window: Window) -> str:
    window.prints.camera.take_button.click()
    canvas = window.prints.retouch.canvas
    _until(lambda: window.pages.current == "print" and len(canvas._levels) > 1)
    QTest.qWait(200)
    return ""


def _look(window: Window) -> str:
    canvas = window.prints.retouch.canvas
    for key in (*[Qt.Key.Key_Plus] * 9, *[Qt.Key.Key_Minus] * 9, Qt.Key.Key_0):
        QTest.keyClick(canvas, key, Qt.KeyboardModifier.ControlModifier)
        QTest.qWait(20)
    for _ in range(40):
        QTest.keyClick(canvas, Qt.Key.Key_Right)
        QTest.qWait(5)
    return ""


def _cover(window: Window) -> str:
    canvas = window.prints.retouch.canvas
    for number in range(BOXES):
        canvas.select(QRect(number * 45, number * 25, 200, 30))
        QTest.keyClick(canvas, Qt.Key.Key_Return)
        QTest.qWait(5)
    assert canvas.cover.covered == BOXES
    return ""


def _accept(window: Window) -> str:
    window.prints.retouch.use_button.click()
    _until(lambda: window.prints.album.print is not None)
    QTest.qWait(200)
    return ""


def _encode(window: Window) -> str:
    kept = window.prints.album.print
    assert kept is not None
    shot = _stamped(kept)
    done: list[object] = []
    Chores(window).do(shot.png, done.append)
    _until(lambda: bool(done))
    (png,) = done
    assert isinstance(png, bytes)
    return f", {len(png) / 1e6:.1f} MB"


def _stamped(kept: Print) -> Shot:
    lines = print_caption(REPORT, catalogue(), kept.moment, kept.address)
    told = fields(REPORT, lines, kept.moment)
    return Shot("navegador.png", Kind.SCREEN, kept.moment, stamp(kept.image, lines), told)


def _page() -> QPixmap:
    """Paint what a PNG cannot shrink to nothing: a photograph's colours and small print."""
    image = QImage(SCREEN, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    ground = QLinearGradient(0, 0, SCREEN.width(), SCREEN.height())
    ground.setColorAt(0, QColor("#335577"))
    ground.setColorAt(1, QColor("#CC8844"))
    painter.fillRect(image.rect(), ground)
    random = Random(7)  # noqa: S311 - only dots
    for _ in range(60_000):
        painter.setPen(QColor.fromRgb(random.randrange(0xFFFFFF)))
        painter.drawPoint(random.randrange(1200), random.randrange(1400))
    painter.setPen(QColor("white"))
    for line in range(60):
        painter.drawText(1300, 20 + line * 22, "Acesso negado: o certificado não foi aceito. " * 3)
    painter.end()
    return QPixmap.fromImage(image)


def _until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + MOST
    while not reached():
        assert time.monotonic() < end, "the window did not get there"
        QTest.qWait(1)


if __name__ == "__main__":
    main()

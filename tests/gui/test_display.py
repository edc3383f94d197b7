"""The window on a real display (Xvfb), and what its process has loaded by then."""

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtGui import QImage
from tests.gui.conftest import DEADLINE

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    "hashlib",
    "a3check.core.ports",
    "a3check.system.linux",
    "a3check.ui.pin_card",
    "cryptography",
    "ssl",
    "PyKCS11",
    "smartcard",
    "truststore",
    "mss",
)
_LOADED = """
import sys
from PySide6.QtWidgets import QApplication
from a3check import desktop
from a3check.ui import application
def loop(*_):
    QApplication.processEvents()
    print(*sys.modules)
    return 0
QApplication.exec = loop
raise SystemExit(desktop.main())
"""

_PHOTOGRAPHED = """
from PySide6.QtWidgets import QApplication, QLabel
from a3check.ui.screen import NoPrint, photograph
application = QApplication([])
try:
    photograph()
except NoPrint as refused:
    print(refused.why)
shown = QLabel()
shown.setStyleSheet("background: #FF8800")
shown.setGeometry(40, 30, 200, 100)
shown.show()
colour = ""
while colour != "#ff8800":
    application.processEvents()
    try:
        taken = photograph()
    except NoPrint:
        continue
    colour = taken.pixelColor(140, 80).name()
print(*taken.size().toTuple(), colour)
"""


def environment(**more: str) -> dict[str, str]:
    paths = (str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", ""))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), **more}


def test_the_pictures_are_taken_on_a_real_display(display: str, tmp_path: Path) -> None:
    shots = [sys.executable, "-m", "tests.gui.shots", str(tmp_path), "--only", "senha"]
    ran = subprocess.run(
        shots,
        env=environment(DISPLAY=display, QT_QPA_PLATFORM="xcb"),
        cwd=ROOT,
        timeout=DEADLINE,
        check=True,
        capture_output=True,
        text=True,
    )
    assert not ran.stderr
    sizes = {path.name: QImage(str(path)).size().toTuple() for path in tmp_path.iterdir()}
    assert sizes["senha-clara.png"] == (1366, 768)
    assert sizes["senha-clara-pequena.png"] == (1092, 614)
    assert sizes["senha-contraste.png"] == (1366, 768)
    assert sizes["senha-escura-2x.png"] == (2732, 1536)
    assert sizes["senha-clara-2x.png"] == (2732, 1536)


def test_the_whole_screen_is_taken(display: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _PHOTOGRAPHED],
        env=environment(
            DISPLAY=display, QT_QPA_PLATFORM="xcb", WAYLAND_DISPLAY="", XDG_SESSION_TYPE="x11"
        ),
        timeout=DEADLINE,
        check=True,
        capture_output=True,
        text=True,
    )
    assert ran.stdout.splitlines() == ["black", "2800 1700 #ff8800"]


def test_the_first_window_loads_nothing_heavy(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _LOADED],
        env=environment(QT_QPA_PLATFORM="offscreen", XDG_DATA_HOME=str(tmp_path)),
        timeout=DEADLINE,
        check=True,
        capture_output=True,
        text=True,
    )
    loaded = set(ran.stdout.split())
    assert not loaded & set(HEAVY)
    qt = {name for name in loaded if name.startswith("PySide6.Qt")}
    assert qt == {f"PySide6.Qt{part}" for part in ("Core", "Gui", "Widgets", "Svg")}
    own = {name for name in loaded if name.startswith("a3check.")}
    assert {n.split(".")[1] for n in own} == {"core", "desktop", "probes", "system", "ui"}

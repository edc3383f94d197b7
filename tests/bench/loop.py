"""The longest gap in the window's event loop, in whole runs with hanging, crashing, slow drivers.

A timer of 5 ms beats in the window's own loop, from the press on “Começar” to the verdict's page;
the longest time between two beats is the longest that the window was deaf. Beside it, in the same
process: the same beat with nothing to do, and the same run on a driver in order.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.lab import faulty
from tests.lab.laboratory import Laboratory
from tests.lab.softhsm import MODULE

from a3check.core.catalogue import catalogue
from a3check.core.profile import load
from a3check.desktop import TURN, Runs
from a3check.ui.application import ARGUMENTS, dress, translate
from a3check.ui.pin_card import PinCard
from a3check.ui.session import Session
from a3check.ui.window import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from a3check.core.model import Diagnosis

BEAT: Final = 5
"""Milliseconds."""
GOAL: Final = 50.0
"""Milliseconds; a person notices a pause from about 100 on."""
LONG: Final = 16.7
"""Milliseconds: one picture of a screen at 60 Hz."""
IDLE: Final = 2_000
DEADLINE: Final = 180_000
WORLDS: Final = (
    ("in order", ()),
    ("hang in C_GetSlotList", ("hang-C_GetSlotList",)),
    ("crash in C_Initialize", ("segv-C_Initialize",)),
    ("800 ms a call", ("slow-800",)),
    ("all three", ("hang-C_GetSlotList", "segv-C_Initialize", "slow-800")),
)


class Pulse:
    """Beats in the loop and keeps the gaps, in milliseconds."""

    def __init__(self) -> None:
        self.gaps: list[float] = []
        self._last = 0.0
        self._timer = QTimer(interval=BEAT, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begin."""
        self.gaps.clear()
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        """End with the gap since the last beat: the last work counts, too."""
        self._timer.stop()
        self._beat()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.gaps.append((now - self._last) * 1000)
        self._last = now


def measure() -> None:
    """Run each world once and print its longest gap."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.setswitchinterval(TURN)  # as the program does
    app = QApplication.instance() or QApplication([*ARGUMENTS])
    assert isinstance(app, QApplication)
    translate(app)
    dress(app)
    pulse = Pulse()
    pulse.start()
    QTest.qWait(IDLE)
    pulse.stop()
    print(f"  a beat each {BEAT} ms (goal: no gap over {GOAL:.0f} ms)")
    _print("nothing to do", pulse.gaps, "")
    with TemporaryDirectory(prefix="a3check-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        lab = stack.enter_context(Laboratory(folder / "lab"))
        os.environ.update(lab.environment, **_homes(folder))
        for number, (title, broken) in enumerate(WORLDS):
            place = folder / str(number)
            place.mkdir()
            modules = [faulty.build(each, place, behind=MODULE) for each in broken]
            took = time.perf_counter()
            ended = _run(lab, (*modules, *(() if "slow-800" in broken else (MODULE,))), pulse)
            took = time.perf_counter() - took
            accepted = ended.outcome("pin").findings[:1]
            code = accepted[0].code if accepted else str(ended.outcome("pin").because)
            _print(title, pulse.gaps, f"{took:5.1f} s, {code}")


def _run(lab: Laboratory, modules: Sequence[Path], pulse: Pulse) -> Diagnosis:
    limits = {"driver_call": 5.0, "walk_interval": 0}
    drivers = {"modules": [str(module) for module in modules]}
    profile = load(lab.profile(drivers={**drivers}, limits={**limits}))
    runs, ended = Runs(profile), list[object]()
    session = Session(runs.begin, runs.export, waiting=runs.waiting)
    window = Window(session, catalogue())
    session.setParent(window)
    loop = QEventLoop()

    def end(diagnosis: object) -> None:
        ended.append(diagnosis)
        QTimer.singleShot(BEAT * 4, loop.quit)  # the verdict's page is painted

    def ask() -> None:
        card = window.page.question
        if isinstance(card, PinCard) and card.field.hasFocus():
            QTest.keyClicks(card.field, lab.pin)
            QTest.keyClick(card.field, Qt.Key.Key_Return)

    looking = QTimer(interval=100)
    looking.timeout.connect(ask)
    session.ended.connect(end, Qt.ConnectionType.QueuedConnection)
    window.show()
    window.activateWindow()
    QTest.qWait(500)
    looking.start()
    pulse.start()
    window.start()
    QTimer.singleShot(DEADLINE, loop.quit)
    loop.exec()
    pulse.stop()
    looking.stop()
    window.close()
    window.deleteLater()
    (diagnosis,) = ended
    return diagnosis  # type: ignore[return-value] # a signal carries objects


def _homes(folder: Path) -> dict[str, str]:
    return {f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("DATA", "CACHE", "STATE")}


def _print(title: str, gaps: list[float], more: str) -> None:
    long = sum(gap > LONG for gap in gaps)
    over = sum(gap > GOAL for gap in gaps)
    print(
        f"    {title:<24} longest {max(gaps):6.1f} ms; {long:3d} over {LONG} ms, "
        f"{over} over {GOAL:.0f} ms  {more}",
        flush=True,
    )

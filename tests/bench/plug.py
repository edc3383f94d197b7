"""How soon does the window show that a token was put in or pulled out?

The card is the laboratory's, in a real PC/SC service, which looks into a virtual reader each
0.4 s; a token that no PC/SC sees is on a USB bus that is made up here and looked at by the real
watcher. Measured from the plugging until the real window offers to go on, or no longer does.
"""

from __future__ import annotations

import os
import statistics
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication
from tests.gui.scenes import HEALTHY_RUN
from tests.gui.scripted import Script, export
from tests.lab.card import Card
from tests.lab.pcscd import Pcscd

from a3check.core.catalogue import catalogue
from a3check.core.computer import UsbDevice
from a3check.core.profile import builtin
from a3check.probes.watcher import Watcher
from a3check.ui.application import ARGUMENTS, dress, translate
from a3check.ui.session import Session
from a3check.ui.surroundings import Surroundings
from a3check.ui.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from a3check.core.plugged import Plugged

GOAL: Final = 1.0
"""Seconds."""
TURNS: Final = 12
SECONDS: Final = 20.0
"""After which a turn has failed."""
TOKEN: Final = UsbDevice("0529", "0620")
REST, STEP, STEPS = 300, 170, 5
"""Milliseconds before a turn: each is by a step longer, so that no look is met in its step."""


@dataclass
class Plug:
    """Something that is put in and pulled out, and how long the window took, in seconds."""

    name: str
    put_in: Callable[[], object]
    pull_out: Callable[[], object]
    took: dict[str, list[float]] = field(default_factory=lambda: {"in": [], "out": []})

    def turn(self, window: Window, number: int) -> None:
        """Put it in and pull it out again."""
        offer = window.plugs.go_on_button
        for way, act, shown in (("in", self.put_in, True), ("out", self.pull_out, False)):
            _rest(REST + STEP * (number % STEPS))
            begun = time.perf_counter()
            act()
            _until(lambda: offer.isVisible() is shown)  # noqa: B023 - called at once
            self.took[way].append(time.perf_counter() - begun)


def _rest(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _until(reached: Callable[[], bool]) -> None:
    """Look each millisecond, in a loop that lets the other threads work: QTest's does not."""
    loop, look, end = QEventLoop(), QTimer(interval=1), time.perf_counter() + SECONDS

    def see() -> None:
        if reached() or time.perf_counter() > end:
            loop.quit()

    look.timeout.connect(see)
    look.start()
    loop.exec()
    if not reached():
        raise TimeoutError("nobody noticed")


def measure() -> None:
    """Put each in and pull it out, again and again, and print the medians and the worst."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([*ARGUMENTS])
    assert isinstance(app, QApplication)
    translate(app)
    dress(app)
    with TemporaryDirectory(prefix="a3") as name, ExitStack() as stack:
        service = stack.enter_context(Pcscd(Path(name)))
        os.environ.update(service.environment)
        card = Card({}, pin=b"123456", puk=b"12345678")
        slot, bus = service.slots[0], list[UsbDevice]()
        window = _window(partial(_watch, bus))
        _until(window.plugs.bar.isVisible)  # the reader was noticed: PC/SC is watched
        for plug in (
            Plug("card, by PC/SC", partial(slot.insert, card), partial(slot.eject, card)),
            Plug("token, by the bus", partial(bus.append, TOKEN), bus.clear),
        ):
            for number in range(TURNS):
                plug.turn(window, number)
            _print(plug)
        window.close()
        window.deleteLater()


def _watch(bus: list[UsbDevice], tell: Callable[[Plugged], None]) -> Callable[[], object]:
    """Watch as the program does, but for the bus."""
    watcher = Watcher(lambda: builtin().limits, lambda: tuple(bus), tell)
    watcher.start()
    return watcher.stop


def _window(watch: Callable[[Callable[[Plugged], None]], Callable[[], object]]) -> Window:
    session = Session(Script(HEALTHY_RUN), export)
    window = Window(session, catalogue())
    session.setParent(window)
    window.show()
    Surroundings(watch=watch).watch_for(window)
    return window


def _print(plug: Plug) -> None:
    for way, took in plug.took.items():
        print(
            f"    {plug.name:<18} {way:<4} median {statistics.median(took) * 1000:5.0f} ms, "
            f"worst {max(took) * 1000:5.0f} ms of {len(took)} (goal: {GOAL * 1000:.0f} ms)",
            flush=True,
        )

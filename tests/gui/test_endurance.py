"""Two hundred runs in one window, healthy and failing in turn: nothing of them is left."""

from __future__ import annotations

import gc
import os
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from tests.gui.closing import gone
from tests.gui.test_live_laboratory import probes

from a3check import desktop
from a3check.core.catalogue import catalogue
from a3check.core.profile import DriverWishes, builtin
from a3check.core.verdict import conclude
from a3check.core.wishes import Wishes
from a3check.ui.session import Session
from a3check.ui.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.lab

RUNS: Final = 200
WARM_UP: Final = 40
"""Runs until caches are filled and the allocator has its arenas."""
GROWTH: Final = 1.05
"""Of resident memory over the runs after the warm-up."""
DEADLINE: Final = 30_000
CHECKS: Final = ("computer", "driver", "computer", "service")
"""One a run: the last in a process of its own, and each second one fails."""
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


@pytest.fixture
def window(
    dressed: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Window]:
    for name in ("DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    useless = tmp_path / "driver.so"
    useless.write_text("no library")
    drivers = DriverWishes((str(useless),), only_these=True)
    runs = desktop.Runs(replace(builtin(), drivers=drivers))
    session = Session(runs.begin, runs.export, rest=runs.rest, waiting=runs.waiting)
    wishes = Wishes(network=False)
    made = Window(session, catalogue(), wishes=wishes)
    session.setParent(made)
    made.show()
    yield made
    gone(made)


def resident() -> int:
    """Return this process's resident memory, in bytes."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE


def handles() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names alone


def test_two_hundred_runs_leave_nothing(
    window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, causes = window._session, []
    session.ended.connect(lambda diagnosis: causes.append(conclude(diagnosis).cause))
    before = resident(), threading.active_count(), handles()
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(tmp_path / "nobody"))
    for number in range(RUNS):
        window._wishes = Wishes(only=frozenset({CHECKS[number % len(CHECKS)]}), network=False)
        with qtbot.waitSignal(session.ended, timeout=DEADLINE):
            window.start()
        if number == WARM_UP:
            before = resident(), threading.active_count(), handles()
    codes = Counter(None if cause is None else cause.code for cause in causes)
    each = RUNS // len(CHECKS)
    assert codes == {None: 2 * each, "driver.not_a_library": each, "service.stopped": each}
    qtbot.waitUntil(lambda: threading.active_count() <= before[1], timeout=DEADLINE)
    qtbot.waitUntil(lambda: handles() <= before[2], timeout=DEADLINE)
    assert not probes()
    assert resident() <= before[0] * GROWTH

"""Two programs of one user take turns at a portal, and nobody waits for one that has died."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from a3check.portal.pace import MOST_TURNS, Pace
from a3check.system import lockfile
from a3check.system.walks import BUSY, MOST, WalksFile

A, B = "https://a.invalid/", "https://b.invalid/"
DEADLINE = 30.0
"""Seconds in which another process has to do its part."""
DIES_WITH_THE_LOCK = """
import os, sys
from pathlib import Path
from a3check.system import lockfile
lockfile.take(Path(sys.argv[1]) / "walks.lock")
print("held", flush=True)
sys.stdin.read()
"""


class Clock:
    """POSIX time, and a stop event whose waits make it pass."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.waited: list[float] = []

    def __call__(self) -> float:
        return self.now


class Waits(threading.Event):
    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self._clock.waited.append(timeout)
        self._clock.now += timeout
        return self.is_set()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("time.monotonic", made)
    return made


@pytest.fixture
def walks(tmp_path: Path, clock: Clock) -> WalksFile:
    return WalksFile(lambda: tmp_path, clock)


def test_a_walk_of_another_program_is_waited_for(walks: WalksFile, clock: Clock) -> None:
    window, terminal, stop = Pace(), Pace(), Waits(clock)
    window.wait(A, 30, stop, walks)
    assert clock.waited == []
    clock.now += 10
    window.walked(A, walks)
    clock.now += 5
    assert terminal.left(A, 30, walks) == 25
    terminal.wait(B, 30, stop, walks)
    assert clock.waited == []
    terminal.wait(A, 30, stop, walks)
    assert clock.waited == [25]
    clock.now += 1
    window.wait(A, 30, stop, walks)
    assert clock.waited == [25, 29]


def test_of_two_that_wait_for_a_third_one_goes_and_the_other_waits(
    walks: WalksFile, clock: Clock
) -> None:
    walks.ended(A)
    clock.now += 30
    assert walks.begin(A, 30) == 0
    assert walks.begin(A, 30) == 30
    assert walks.left(A, 30) == 30


def test_a_stop_ends_the_wait_and_nothing_is_taken(walks: WalksFile, clock: Clock) -> None:
    walks.ended(A)
    at = clock.now
    stop = Waits(clock)
    stop.set()
    Pace().wait(A, 30, stop, walks)
    assert clock.waited == [30]
    clock.now = at + 31
    assert walks.left(A, 30) == 0


def test_nobody_waits_for_ever(clock: Clock) -> None:
    class Greedy:
        def begin(self, start: str, interval: float) -> float:
            del start
            return interval

        def left(self, start: str, interval: float) -> float:
            del start, interval
            return 0.0

        def ended(self, start: str) -> None:
            """Others always come first."""

    Pace().wait(A, 30, Waits(clock), Greedy())
    assert clock.waited == [30] * MOST_TURNS


def test_a_laboratory_without_a_pause_writes_nothing(walks: WalksFile, tmp_path: Path) -> None:
    assert walks.begin(A, 0) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_walk_of_the_future_holds_nobody_up(walks: WalksFile, clock: Clock) -> None:
    clock.now += 3600
    walks.ended(A)
    clock.now -= 3600
    assert walks.begin(A, 30) == 0


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"https://a.invalid/": "x"}', b"\xff"])
def test_a_damaged_file_begins_anew(walks: WalksFile, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "walks.json").write_bytes(content)
    assert walks.begin(A, 30) == 0
    assert walks.begin(A, 30) == 30


def test_only_the_latest_portals_are_remembered(
    walks: WalksFile, tmp_path: Path, clock: Clock
) -> None:
    for number in range(MOST + 3):
        clock.now += 1
        walks.ended(f"https://{number}.invalid/")
    known = json.loads((tmp_path / "walks.json").read_bytes())
    assert list(known) == [f"https://{number}.invalid/" for number in range(3, MOST + 3)]


def test_where_nothing_can_be_written_nobody_waits_for_others(clock: Clock) -> None:
    def folder() -> Path:
        raise PermissionError

    walks = WalksFile(folder, clock)
    walks.ended(A)
    assert walks.begin(A, 30) == walks.left(A, 30) == 0
    missing = WalksFile(lambda: Path(os.devnull), clock)
    missing.ended(A)
    assert missing.begin(A, 30) == 0


def test_a_lock_is_waited_for_a_moment_and_ends_with_its_process(
    walks: WalksFile, tmp_path: Path, clock: Clock
) -> None:
    command = [sys.executable, "-c", DIES_WITH_THE_LOCK, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        assert walks.begin(A, 30) == BUSY
        other.kill()
        other.wait(DEADLINE)
    assert walks.begin(A, 30) == 0
    held = lockfile.take(tmp_path / "walks.lock")
    assert held is not None
    Pace().wait(B, 30, Waits(clock), walks)
    os.close(held)
    assert set(clock.waited) == {BUSY}

"""One window a user: a second start brings it forward, whatever a crash has left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pytest
from PySide6.QtCore import Qt
from tests.gui import scenes
from tests.gui.scripted import Script
from tests.lab import wizard

from a3check.system import lockfile
from a3check.ui import instance as instances
from a3check.ui.instance import Instance
from a3check.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot
    from tests.gui.conftest import Open

DEADLINE: Final = 30_000
"""Milliseconds for a process's start and end; it takes less than one second."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a user's data as :func:`started` has it."""
    place = tmp_path / "data" / "a3check"
    place.mkdir(parents=True)
    return place


@contextmanager
def started(
    home: Path, *arguments: str, program: tuple[str, ...] = ("-m", "a3check")
) -> Iterator[subprocess.Popen[bytes]]:
    """Start the program as that user, without a display."""
    own = {"QT_QPA_PLATFORM": "offscreen", "PCSCLITE_CSOCK_NAME": str(home / "nobody")}
    process = subprocess.Popen(
        [sys.executable, *program, *arguments],
        env=wizard.environment(home, own),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


class Seat(Instance):
    """A place that is listened at as soon as it is taken."""

    def first(self, file: str = "") -> bool:
        taken = super().first(file)
        self.listen()
        return taken


def first(folder: Path) -> Seat:
    return Seat(folder, lockfile.take)


def listens(folder: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(folder / "window.sock")) == 0


@pytest.mark.qt_log_ignore("This plugin does not support raise")
def test_a_second_start_brings_the_window_forward_and_ends(
    opened: Open, qtbot: QtBot, folder: Path, tmp_path: Path
) -> None:
    window = opened(Script(scenes.HEALTHY_RUN))
    assert Surroundings(place=folder, take=lockfile.take).is_alone(window)
    window.showMinimized()
    with started(tmp_path) as second:
        qtbot.waitUntil(lambda: second.poll() is not None, timeout=DEADLINE)
        assert second.returncode == 0
    assert not window.windowState() & Qt.WindowState.WindowMinimized
    assert window.isVisible()
    mode = (folder / "window.sock").stat().st_mode
    assert mode & 0o077 == 0
    window.close()
    assert not listens(folder)
    assert first(folder).first()


def test_the_command_line_does_not_care(qtbot: QtBot, folder: Path, tmp_path: Path) -> None:
    window = first(folder)
    assert window.first()
    with (
        qtbot.assertNotEmitted(window.called),
        started(tmp_path, "codigos") as command,
    ):
        qtbot.waitUntil(lambda: command.poll() is not None, timeout=DEADLINE)
        assert command.returncode == 0
    window.leave()
    window.leave()


def test_what_a_crash_leaves_behind_keeps_nobody_out(
    dressed: QApplication, qtbot: QtBot, folder: Path, tmp_path: Path
) -> None:
    with started(tmp_path) as program:
        qtbot.waitUntil(lambda: listens(folder), timeout=DEADLINE)
        os.kill(program.pid, signal.SIGKILL)
        program.wait()
    assert (folder / "window.sock").exists()
    again = first(folder)
    assert again.first()
    assert listens(folder)
    again.leave()


def test_a_window_that_hangs_keeps_nobody_out(
    qtbot: QtBot, folder: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instances, "ANSWER", 0.2)
    hung = first(folder)
    assert hung.first()  # it shares this thread: while the other asks, it cannot answer
    other = first(folder)
    assert other.first()
    assert "does not answer" in caplog.text
    other.leave()
    hung.leave()


def test_another_users_window_and_noise_are_nothing_to_us(
    qtbot: QtBot, folder: Path, tmp_path: Path
) -> None:
    ours, theirs = first(folder), first(tmp_path)
    assert ours.first()
    assert theirs.first()
    with (
        qtbot.assertNotEmitted(ours.called, wait=50),
        socket.socket(socket.AF_UNIX) as noise,
    ):
        noise.connect(str(folder / "window.sock"))
        noise.sendall(b"shout\n" * 100)
    ours.leave()
    theirs.leave()


def test_a_long_path_gives_way_to_the_sessions_folder(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    short = first(long)
    assert short.first()
    assert list(tmp_path.glob("a3check-*.sock"))
    short.leave()
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    alone = first(long)
    assert alone.first()
    assert "is not heard" in caplog.text
    alone.leave()

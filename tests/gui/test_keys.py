"""From the start to the verdict by keys alone, on a real display with a window manager."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from contextlib import ExitStack, contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import IO, TYPE_CHECKING, Final

import pytest
from PySide6.QtGui import QImage
from tests.judges import ROOT
from tests.lab import wizard
from tests.lab.laboratory import Laboratory

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "openbox", "xdotool"))),
        reason="Xvfb, openbox or xdotool is not installed",
    ),
]

STEP: Final = 1.5
"""Seconds until a key's effect is told; a second press before that does no harm."""
MOST: Final = 12
DEADLINE: Final = 90.0
"""Seconds for each step; the whole takes about ten."""


@contextmanager
def running(command: list[str], environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Run a program in the background; it is ended with the block."""
    with subprocess.Popen(
        command,
        env=dict(environment),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as program:
        try:
            yield program
        finally:
            program.kill()


def lines(stream: IO[str] | None) -> SimpleQueue[str]:
    """Return a queue that fills with what a program says, line by line."""
    told: SimpleQueue[str] = SimpleQueue()
    assert stream is not None

    def read() -> None:
        for line in stream:
            told.put(line.strip())

    threading.Thread(target=read, daemon=True).start()
    return told


class Keyboard:
    """Presses keys, whatever window has the focus; waits for what the window tells."""

    def __init__(self, environment: Mapping[str, str], told: SimpleQueue[str]) -> None:
        self._environment, self._told = dict(environment), told

    def press(self, *keys: str) -> None:
        self._do("key", "--clearmodifiers", *keys)

    def write(self, text: str) -> None:
        self._do("type", "--delay", "20", "--file", "-", text=text)

    def hear(self) -> str:
        try:
            return self._told.get(timeout=DEADLINE)
        except Empty:
            raise AssertionError("the window says nothing") from None

    def walk_to(self, key: str) -> str:
        """Press a key until the window tells something."""
        for _ in range(MOST):
            self.press(key)
            with suppress(Empty):
                return self._told.get(timeout=STEP)
        raise AssertionError("the window says nothing")

    def _do(self, *arguments: str, text: str = "") -> None:
        command = ["xdotool", *arguments]
        environment = self._environment
        subprocess.run(
            command, env=environment, input=text, text=True, check=True, timeout=DEADLINE
        )


@pytest.fixture
def display(tmp_path: Path) -> Iterator[str]:
    """A screen of a town hall's PC, and a window manager on it."""
    with ExitStack() as stack:
        screen = ["-screen", "0", "1366x768x24", "-nolisten", "tcp", "-displayfd", "1"]
        server = stack.enter_context(running(["Xvfb", *screen], os.environ))
        number = f":{lines(server.stdout).get(timeout=DEADLINE)}"
        own = {**os.environ, "DISPLAY": number, "HOME": str(tmp_path)}
        stack.enter_context(running(["openbox", "--sm-disable"], own))
        yield number


def test_from_the_start_to_the_verdict_without_a_mouse(display: str, tmp_path: Path) -> None:
    pictures = ROOT / "build" / "teclado"
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True)
    with Laboratory(tmp_path / "lab") as lab:
        plain = {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "PCSCLITE_CSOCK_NAME": "/nobody"}
        environment = wizard.environment(tmp_path / "home", {**lab.environment, **plain})
        profile = lab.profile(limits={"walk_interval": 0})
        program = [sys.executable, "-m", "tests.gui.keyed", str(profile), str(pictures)]
        with running(program, environment) as window:
            keys = Keyboard(environment, lines(window.stdout))
            assert keys.hear() == "shown"
            keys.press("Return")
            assert keys.hear() == "pin"
            keys.write(lab.pin)
            assert keys.hear() == "typed"
            keys.press("Return")
            assert keys.hear() == "ended ready"
            assert keys.walk_to("shift+Tab") in {"list", "step"}  # back to the list
            keys.press("Down", "Down")
            keys.press("alt+F4")
            assert window.wait(DEADLINE) == 0
    shown = [QImage(str(path)) for path in sorted(pictures.glob("*.png"))]
    assert len(shown) >= 5
    assert {(image.width(), image.height()) for image in shown} == {(1366, 768)}

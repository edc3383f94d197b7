"""Before “Começar” the program watches the plugs, and says nothing to any other computer."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Final

import pytest
from tests.lab import wizard
from tests.lab.pcscd import Pcscd
from tests.scenarios.test_privacy import SHUT_AND_CONNECTING, spoken, tracing

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]

DEADLINE: Final = 60.0


def test_the_window_and_its_watcher_speak_to_nobody(tmp_path: Path) -> None:
    trace, control = tmp_path / "trace", tmp_path / "control"
    subject = [*tracing(control), sys.executable, "-c", SHUT_AND_CONNECTING]
    subprocess.run(subject, check=False, capture_output=True, timeout=DEADLINE)
    if not (control.exists() and spoken(control.read_text())):
        pytest.skip("strace may not look into a program that lets no debugger in")
    with Pcscd(tmp_path) as pcscd:
        own = {"QT_QPA_PLATFORM": "offscreen", **pcscd.environment}
        command = [*tracing(trace), sys.executable, "-m", "a3check"]
        with subprocess.Popen(
            command,
            env=wizard.environment(tmp_path / "home", own),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as program:
            try:
                assert _watches(trace, str(pcscd.socket))
            finally:
                os.killpg(program.pid, signal.SIGKILL)  # strace alone would let it live
    assert not spoken(trace.read_text())


def _watches(trace: Path, socket: str) -> bool:
    """Wait until the probe has spoken to PC/SC: the window is long painted by then."""
    pause, end = threading.Event(), time.monotonic() + DEADLINE
    while time.monotonic() < end:
        if trace.exists() and socket in trace.read_text():
            return True
        pause.wait(0.05)
    return False

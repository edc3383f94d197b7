"""The window's process, looked at from inside."""

import os
import subprocess
import sys

import pytest

LOOK = """
import ctypes, resource
from a3check import desktop
from a3check.ui import application
PR_GET_DUMPABLE = 3
def show(*_, **__):
    print(ctypes.CDLL(None).prctl(PR_GET_DUMPABLE, 0, 0, 0, 0))
    print(resource.getrlimit(resource.RLIMIT_CORE))
    return 0
application.show = show
raise SystemExit(desktop.main())
"""
SECONDS = 30.0
"""Deadline of a process that begins and ends."""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl(2)")
def test_no_image_of_the_window_s_process_is_left() -> None:
    looked = subprocess.run(
        [sys.executable, "-c", LOOK],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    )
    assert looked.stdout.split("\n")[:2] == ["0", "(0, 0)"]

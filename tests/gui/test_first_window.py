"""What does the window weigh before a run, its first picture painted, and how does it look?"""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.bench.start import GOAL_MEGABYTES, Program, environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc/self/status")


def test_it_weighs_less_than_the_goal(tmp_path: Path) -> None:
    program = Program("a3check", Path(sys.executable), "module", "a3check")
    program.once(tmp_path, count=True)
    assert program.kilobytes[0] * 1024 < GOAL_MEGABYTES * 1_000_000


_STYLE = """
import os
from PySide6.QtWidgets import QApplication
from a3check import desktop

def told(application):
    print(application.style().objectName(), flush=True)
    os._exit(0)

QApplication.exec = told
desktop.main()
"""


def test_it_looks_the_same_whatever_style_the_system_wants(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _STYLE],
        env={**environment(tmp_path), "QT_STYLE_OVERRIDE": "windows"},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("fusion\n", "", 0)

"""What does the window weigh before a run, its first picture painted?"""

import sys
from pathlib import Path

import pytest
from tests.bench.start import GOAL_MEGABYTES, Program

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc/self/status")


def test_it_weighs_less_than_the_goal(tmp_path: Path) -> None:
    program = Program("a3check", Path(sys.executable), "module", "a3check")
    program.once(tmp_path, count=True)
    assert program.kilobytes[0] * 1024 < GOAL_MEGABYTES * 1_000_000

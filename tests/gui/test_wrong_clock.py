"""The window where the clock is years off: it starts, ends a run, and names the clock."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest
from tests.judges import ROOT
from tests.lab import wizard
from tests.lab.laboratory import Laboratory
from tests.lab.softhsm import PinFlag

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.lab

NO_FLAG: Final = PinFlag(0)


@pytest.mark.parametrize("year", [2009, 2040])
def test_a_run_in_another_year(year: int, tmp_path: Path) -> None:
    with Laboratory(tmp_path / "lab") as lab:
        extra = {
            **lab.environment,
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        }
        faked = ("faketime", "-f", f"@{year}-06-01 12:00:00")
        done = subprocess.run(
            [*faked, sys.executable, "-m", "tests.gui.alone", str(lab.profile())],
            cwd=ROOT,
            env=wizard.environment(tmp_path / "home", extra),
            input=f"{lab.pin}\n",
            capture_output=True,
            text=True,
            timeout=wizard.DEADLINE,
            check=False,
        )
        flags = lab.token.shown
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["cause"] == "clock.wrong"
    assert told["title"] == "A data ou a hora do computador está errada"
    assert told["complete"]
    assert not told["crashed"]
    assert flags == NO_FLAG, "one PIN, and the right one"

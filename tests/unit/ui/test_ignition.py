"""The way to the first window: what is left out, and that nothing else is."""

import subprocess
import sys

_LOOK = """
import builtins, gc
before = builtins.__import__
from a3check.ui.ignition import ignite, settle

ignite()
assert builtins.__import__ is before
assert not gc.isenabled()
from PySide6.QtCore import QPoint

assert builtins.__import__ is before
try:
    QPoint("x", "y")
except TypeError as error:
    assert "QPoint" in str(error), error
else:
    raise AssertionError("taken")
frozen = gc.get_freeze_count()
settle()
assert gc.isenabled()
assert gc.get_freeze_count() > frozen
"""


def test_pyside_comes_without_what_nobody_needs_and_else_whole() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _LOOK],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")

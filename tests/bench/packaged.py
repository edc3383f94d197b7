"""How soon does the .deb's first window stand, beside the same program from its sources?

Both with Debian's Python and the same libraries. The package is unpacked, not installed: its own
command runs, with the folder's name changed.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.bench.peer import ROOT
from tests.bench.start import Program, start_in_turn

GOAL: Final = 1.1
PYTHON: Final = Path("/usr/bin/python3")
"""The one of the package's command."""
PLACE: Final = "/usr/lib/a3check"
UNPACKING: Final = 60.0
"""Seconds."""


def measure() -> None:
    """Compare first paint (whole process, from outside)."""
    package = max((ROOT / "dist" / "installers").glob("a3check_*.deb"), default=None)
    if package is None:
        print("left out: there is no .deb (make installers)")
        return
    said = subprocess.run([PYTHON, "-V"], capture_output=True, text=True, check=True).stdout
    if not said.startswith(f"Python {sys.version_info.major}.{sys.version_info.minor}."):
        print(f"left out: {said.strip()} has no libraries here")
        return
    with TemporaryDirectory(prefix="a3check-deb-") as folder:
        command = _unpacked(package, Path(folder))
        libraries = (ROOT / "src", Path(sysconfig.get_path("platlib")))
        programs = [
            Program("from sources", PYTHON, "module", "a3check", libraries),
            Program("the .deb's", PYTHON, "file", str(command), options=("-I",)),
        ]
        start_in_turn(programs)
    print(f"\ngoal: the .deb's within {GOAL} of the sources'")


def _unpacked(package: Path, folder: Path) -> Path:
    """Unpack the package and return its command, which knows where."""
    subprocess.run(["dpkg-deb", "-x", package, folder], check=True, timeout=UNPACKING)
    command = folder / "usr" / "bin" / "a3check"
    text = command.read_text("utf-8")
    command.write_text(text.replace(PLACE, f"{folder}{PLACE}"), "utf-8")
    return command

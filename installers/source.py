"""Our own program as it is shipped: its version, its moment, its files."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from a3check.system.authorities import LIST
from installers.fetch import ROOT

_VERSION = re.compile(r'^__version__ = "([^"]+)"$', re.MULTILINE)
LABORATORY = "laboratorio"
"""What a build for tests bears in its version, so in its name, its window and its reports."""
_EARLIEST = 1764201600
"""2025-11-27: where neither git nor SOURCE_DATE_EPOCH tells the time of what is built."""


def version() -> str:
    """Return the version that the package says of itself."""
    found = _VERSION.search((ROOT / "src" / "a3check" / "__init__.py").read_text("utf-8"))
    if found is None:
        raise SystemExit("src/a3check/__init__.py says no version")
    return found[1]


def shown(*, laboratory: bool) -> str:
    """Return the version that is shipped: a laboratory's build says so in it."""
    return f"{version()}+{LABORATORY}" if laboratory else version()


def moment() -> int:
    """Return the time that all files get, in seconds: SOURCE_DATE_EPOCH, or the commit's."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    try:
        told = subprocess.run(
            ["git", "log", "-1", "--format=%ct"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return _EARLIEST
    return int(told.stdout)


def copy(package: Path, shown: str, cas: Path | None) -> None:
    """Copy the package with its resources; ``shown`` is the version that it will tell.

    ``cas`` is the folder of ICP-Brasil's list; whatever lies in ``resources/cas`` stays here.
    """
    left = shutil.ignore_patterns("__pycache__", "*.pyc", "cas")
    shutil.copytree(ROOT / "src" / "a3check", package, ignore=left)
    shutil.copytree(ROOT / "resources", package / "resources", ignore=left)
    if cas is not None:
        place = package / "resources" / "cas" / LIST
        place.parent.mkdir()
        shutil.copyfile(cas / LIST, place)
    init = package / "__init__.py"
    text = init.read_text("utf-8")
    init.write_text(_VERSION.sub(f'__version__ = "{shown}"', text), "utf-8", newline="\n")

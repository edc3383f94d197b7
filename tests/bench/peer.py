"""Where is a program that ours is compared with? Installed apart, at its first use."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
INSTALL: Final = 600.0


def python(package: str, made: str) -> Path | str:
    """Return the Python that has a package of PyPI, in ``build/``; else why not.

    ``made`` is the file, below the environment, that stands once it is installed.
    """
    folder = ROOT / "build" / package
    found = folder / "bin" / "python"
    if not any(folder.glob(made)):
        venv.create(folder, with_pip=True, clear=True)
        install = (str(found), "-m", "pip", "install", "-q", "--disable-pip-version-check")
        try:
            subprocess.run((*install, package), check=True, capture_output=True, timeout=INSTALL)
        except (subprocess.SubprocessError, OSError) as error:
            return f"it cannot be installed from PyPI ({type(error).__name__})"
    return found

"""How is a report printed without holding up the window? In a process of its own.

Qt lays text out with Python's lock held: in a thread, a window would stand still meanwhile.
"""

import os
import site
import subprocess
import sys
from pathlib import Path

DEADLINE = 30.0
"""Seconds; it takes some 0.5, of which most is the start."""

_PACKAGES = Path(__file__).resolve().parents[2]
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); "
    "from a3check.__main__ import main; sys.exit(main())"
)
_WISH = ("relatorio", "-", "--pdf", "-")


def printed(bundle: bytes) -> bytes:
    """Return the PDF of a bundle that has none yet.

    Raises ``OSError`` where it cannot be made; whatever else goes wrong there is in the log.
    """
    try:
        done = subprocess.run(
            command(),
            input=bundle,
            capture_output=True,
            check=True,
            timeout=DEADLINE,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.SubprocessError as error:
        raise OSError(f"not printed: {type(error).__name__}") from error
    if not done.stdout.startswith(b"%PDF-"):
        raise OSError("not printed")
    return done.stdout


def command() -> list[str]:
    """Return the command line: this very program's, without its window."""
    python = Path(sys.executable)
    if getattr(sys, "frozen", False) or not python.stem.lower().startswith("python"):
        twin = python.with_name(f"a3check-cli{python.suffix}")
        return [str(twin if twin.exists() else python), *_WISH]
    found_there = site.ENABLE_USER_SITE or "PYTHONPATH" in os.environ
    isolation = "-P" if found_there and not sys.flags.isolated else "-I"
    return [sys.executable, isolation, "-c", _BOOT, str(_PACKAGES), *_WISH]

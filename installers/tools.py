"""Which programs does a build call, and how is one of Windows started here?"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

DEADLINE = 900.0
"""Seconds for one step of a build."""
_PREFIX = "x86_64-w64-mingw32-"
_DEBIAN = {
    "wine": "wine wine64",
    "makensis": "nsis",
    f"{_PREFIX}windres": "gcc-mingw-w64-x86-64",
    "osslsigncode": "osslsigncode libengine-pkcs11-openssl",
    "dpkg-deb": "dpkg",
    "strip": "binutils",
    "readelf": "binutils",
    "gcc": "gcc",
}


class MissingTool(Exception):  # noqa: N818 - says which one
    """A program that a build needs is not on this computer."""


def find(name: str) -> str:
    """Return the path of a program; raises :class:`MissingTool` with Debian's package."""
    found = shutil.which(name)
    if found is None:
        package = _DEBIAN.get(name, "g++-mingw-w64-x86-64")
        raise MissingTool(f"{name} is missing; on Debian: apt-get install {package}")
    return found


def mingw(name: str) -> str:
    """Return a tool of the compiler for Windows; on Windows it may have its short name."""
    return shutil.which(f"{_PREFIX}{name}-posix") or find(f"{_PREFIX}{name}")


def run(command: Sequence[str], cwd: Path | None = None, **environment: str) -> str:
    """Run a program to its end and return what it printed; its failure ends the build."""
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=DEADLINE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SystemExit(f"{Path(command[0]).name} did not end in {DEADLINE:.0f} s") from None
    said = done.stdout.decode("utf-8", "replace")
    if done.returncode:
        sys.stderr.write(said)
        raise SystemExit(f"{Path(command[0]).name} ended with {done.returncode}")
    return said


def windows(command: Sequence[str], prefix: Path, cwd: Path | None = None) -> str:
    """Run a program of Windows: as it is there, elsewhere by Wine with ``prefix`` as its home."""
    if sys.platform == "win32":
        return run(command, cwd)
    quiet = {"WINEPREFIX": str(prefix), "WINEARCH": "win64", "WINEDEBUG": "-all", "DISPLAY": ""}
    # Neither .NET nor a browser is asked for, and no menu entries are made in this desktop.
    quiet["WINEDLLOVERRIDES"] = "mscoree,mshtml=;winemenubuilder.exe=d;winedbg.exe=d"
    prefix.parent.mkdir(parents=True, exist_ok=True)
    return run([find("wine"), *command], cwd, **quiet)

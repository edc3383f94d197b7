"""Unpacks Windows' Python and what the TLS client imports, and makes a prefix of Wine for them.

All of it into build/windows-lab/, once; the inputs are those of the setup's laboratory build.
Wine, mingw-w64 and pip's index are needed; without them it says so and changes nothing.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path
from typing import Final

from installers import extension, fetch, runtime
from tests.lab.wine import FOLDER, HERE, PYKCS11, Wine

WHEELS: Final = ("cryptography-", "cffi-", "pycparser-", "pyscard-")
"""What the TLS client, the signer and PC/SC's probe import."""
COMPILER: Final = "x86_64-w64-mingw32-gcc"
DEADLINE: Final = 300.0
"""Seconds for a download, or for Wine's first start."""


def main() -> int:
    """Prepare what is not there yet; the exit status is 1 where a tool is missing."""
    missing = [tool for tool in ("wine", COMPILER) if shutil.which(tool) is None]
    if missing:
        sys.stderr.write(f"not prepared: no {' and no '.join(missing)} here\n")
        return 1
    if Wine.why_not():
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
        _python()
        _wine()
        (FOLDER / "ready").touch()
    if not PYKCS11.is_dir():
        _pykcs11()
    return 0


def _python() -> None:
    """Unpack the Python and the wheels that the setup's laboratory build has."""
    inputs = tomllib.loads((fetch.HERE / "inputs.toml").read_text("utf-8"))
    cache = fetch.ROOT / "build" / "inputs"
    python = runtime.laboratory(inputs["runtime"]["laboratory"], cache, FOLDER / "python")
    for wheel in fetch.downloaded(python.minor, cache).iterdir():
        if wheel.name.startswith(WHEELS):
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(FOLDER / "site")


def _pykcs11() -> None:
    """Compile what the PKCS#11 probe needs, as the setup's build does."""
    inputs = tomllib.loads((fetch.HERE / "inputs.toml").read_text("utf-8"))
    dll, cache = FOLDER / "python" / "python3.dll", fetch.ROOT / "build" / "inputs"
    with tempfile.TemporaryDirectory() as work:
        made = Path(work) / "made"
        extension.build(inputs, dll, cache, Path(work) / "work", made)
        shutil.copytree(made / "PyKCS11", PYKCS11)


def _wine() -> None:
    wine = Wine()
    subprocess.run(
        ["wineboot", "-i"],
        env=wine.environment,
        check=True,
        timeout=DEADLINE,
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    wine.stop(wait=True)
    library = wine.prefix / "drive_c/windows/system32/bcryptprimitives.dll"
    _compile(library, HERE / "prng.c", "-ladvapi32")
    _compile(FOLDER / "pin_csp.dll", HERE / "pin_csp.c", str(HERE / "pin_csp.def"), "-ladvapi32")


def _compile(target: Path, *sources: str | Path) -> None:
    command = [COMPILER, "-shared", "-s", "-O1", "-Wall", "-Werror", "-o", str(target)]
    subprocess.run([*command, *map(str, sources)], check=True, timeout=DEADLINE)


if __name__ == "__main__":
    sys.exit(main())

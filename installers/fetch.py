"""Where do the pinned inputs come from, and are they the ones?"""

import hashlib
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
LOCK = HERE / "requirements-win.lock"
INPUTS = HERE / "inputs.toml"
_CHUNK = 1 << 20


class WrongInput(Exception):  # noqa: N818 - says what the file is
    """A file is not the one that is pinned."""


def inputs() -> dict[str, Any]:
    """Return what is pinned."""
    return tomllib.loads(INPUTS.read_text("utf-8"))


def sha256(path: Path) -> str:
    """Return a file's SHA-256 in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pinned(entry: dict[str, Any], cache: Path) -> Path:
    """Return the file of an entry of ``inputs.toml``, brought by pip's own client where missing.

    A sdist is not built: pip would run its ``setup.py``. Raises :class:`WrongInput`.
    """
    path = cache / str(entry["file"])
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        content = _download(entry["project"], entry["file"])
        path.write_bytes(content)
    check(path, entry["sha256"])
    return path


def check(path: Path, wanted: str) -> None:
    """Raise :class:`WrongInput` unless the file has this SHA-256."""
    if sha256(path) != wanted:
        raise WrongInput(f"{path.name}: SHA-256 is {sha256(path)}, pinned is {wanted or 'none'}")


def _download(project: str, file: str) -> bytes:
    # pip's session knows the index, the proxy and the CAs of this computer; it has no command
    # that brings a sdist without running it.
    from pip._internal.commands import create_command  # noqa: PLC0415 - late: slow

    command: Any = create_command("download")
    options, _ = command.parse_args(["--quiet"])
    with command.main_context():
        session = command.get_default_session(options)
        finder = command._build_package_finder(options=options, session=session)  # noqa: SLF001
        for found in finder.find_all_candidates(project):
            if found.link.filename == file:
                answer = session.get(found.link.url_without_fragment)
                answer.raise_for_status()
                return bytes(answer.content)
    raise WrongInput(f"the package index has no {file}")


def wheels(python: str, target: Path, cache: Path) -> None:
    """Unpack the wheels of the lock for Windows into ``target``; pip checks each hash."""
    local = ["--no-index", "--find-links", str(downloaded(python, cache))]
    _pip("install", python, *local, "--no-compile", "--target", str(target))


def downloaded(python: str, cache: Path) -> Path:
    """Return the folder with the wheels of the lock for Windows, brought where it is missing.

    The cache then serves the second build, and a build without a network.
    """
    folder = cache / "wheels"
    if not folder.exists():
        fresh = folder.with_name("wheels.part")
        _pip("download", python, "-d", str(fresh))
        fresh.rename(folder)
    return folder


def linux_wheels(python: str, lock: Path, target: Path) -> None:
    """Bring the wheels of ``lock`` for Debian and one Python into ``target``."""
    platforms = [f"manylinux_2_{minor}_x86_64" for minor in (17, 24, 28)]
    _bring("download", python, platforms, lock, "-d", str(target))


def _pip(verb: str, python: str, *more: str) -> None:
    _bring(verb, python, ["win_amd64"], LOCK, *more)


def _bring(verb: str, python: str, platforms: list[str], lock: Path, *more: str) -> None:
    which = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", str(lock)]
    which += [f"--platform={platform}" for platform in platforms]
    which += ["--python-version", python, "--implementation", "cp"]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, verb, *which, *more], check=True)

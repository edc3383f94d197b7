"""Where does a3check keep what belongs to the user?"""

import os
import sys
from pathlib import Path

import platformdirs

from a3check.system import lockfile

_NAME = "a3check"
_KEY_BYTES = 32
PORTABLE = "portatil.txt"
"""Beside the program: all is kept beside it, too, and nothing on the computer."""


def data_path() -> Path:
    """Return where the user's data belong; nothing is made there."""
    return _beside("") or platformdirs.user_data_path(_NAME, appauthor=False)


def cache_path() -> Path:
    """Return where that belongs which can be had again; nothing is made there."""
    return _beside("cache") or platformdirs.user_cache_path(_NAME, appauthor=False)


def logs_path() -> Path:
    """Return where the logs belong; nothing is made there."""
    return _beside("logs") or platformdirs.user_log_path(_NAME, appauthor=False)


def data() -> Path:
    """Return the folder of the user's data, made private (0700)."""
    return _private(data_path())


def cache() -> Path:
    """Return the folder of what can be had again, made private."""
    return _private(cache_path())


def logs() -> Path:
    """Return the folder of the logs, made private."""
    return _private(logs_path())


def key() -> bytes:
    """Return this installation's own key for pseudonyms; made at the first call.

    Raises ``OSError`` where the folder cannot be written.
    """
    import secrets  # noqa: PLC0415 - libcrypto, which the first window does without

    path = data() / "key"
    # Two first starts at the same moment: with a key of its own each, neither would see
    # the other's count of tries nor its lock on the token.
    with lockfile.held(path.with_suffix(".lock")):
        found = path.read_bytes() if path.exists() else b""
        if len(found) != _KEY_BYTES:
            found = secrets.token_bytes(_KEY_BYTES)
            write(path, found)
    return found


def write(path: Path, content: bytes) -> None:
    """Write a file of the user's: whole or not at all, readable by the user only.

    A link is followed; a pipe or a device is written to, nothing takes its place.
    """
    if path.exists() and not path.is_file():  # asked of the name itself: a pipe has no other
        path.write_bytes(content)
        return
    import secrets  # noqa: PLC0415 - as above

    path = path.resolve()
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # a count of tries, or a report on a stick, outlives the power
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def _beside(folder: str) -> Path | None:
    """Return a folder of the portable copy that this program is; nothing where it is none."""
    program = Path(sys.executable)
    marked = program.with_name(PORTABLE).is_file()
    return program.with_name("dados") / folder if marked else None


def _private(path: Path) -> Path:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path

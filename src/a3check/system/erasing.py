"""How is everything that a3check keeps of its user removed?

But for the counts of PINs that were not accepted, while they matter: without them the next try
might be a token's last. They hold no name and no number that leads to one.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from a3check.core.erasure import Erasure
from a3check.system import folders, lockfile
from a3check.system.tries import TryBook


def erase() -> Erasure:
    """Remove settings, history, logs, cache and the counts that no longer matter; never raises."""
    data, cache, logs = folders.data_path(), folders.cache_path(), folders.logs_path()
    tries = data / "tries"
    # Held while it is decided and done: a login elsewhere counts its try before it is sent.
    with lockfile.held(tries / "tries.lock"):
        counts = TryBook(tries, b"").guards()
        kept = frozenset({tries, data / "key"}) if counts else frozenset()
        gone = [path for root in (logs, cache, data) for path in _clear(root, kept)]
    gone += _clear(tries, kept)  # the lock itself, where the system keeps what is open
    for folder in (logs, cache, tries, *(f for f in (logs.parent,) if f.name == "a3check"), data):
        _remove_empty(folder)
    left = {path.name for path in gone if os.path.lexists(path)}
    return Erasure(len(set(gone)) - len(left), counts, tuple(sorted(left)))


def _clear(folder: Path, kept: frozenset[Path]) -> Iterator[Path]:
    """Remove what lies in a folder and yield each file, those too that cannot be removed."""
    try:
        inside = () if folder in kept else sorted(folder.iterdir())
    except OSError:
        return
    for path in inside:
        if path in kept:
            continue
        if path.is_dir() and not path.is_symlink():  # a link goes, what it leads to stays
            yield from _clear(path, kept)
            _remove_empty(path)
        else:
            with suppress(OSError):
                path.unlink()
            yield path


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()

"""How is everything that a3check keeps of its user removed?

But for the counts of PINs that were not accepted, while they matter: without them the next try
might be a token's last. They hold no name and no number that leads to one. The portals' profiles
stay, too: a technician has put them there, and they hold nothing of the user. So does the list of
the CAs that a3check has put into Windows' store: they lie there as long as nobody takes them away.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from a3check.core.erasure import Erasure
from a3check.system import folders, ledger, lockfile
from a3check.system.tries import guards

_PROFILES = "profiles"
_OF_A_WINDOW = ("window.lock", "window.sock")
"""By these a second start finds the window that is open; both are empty."""


def erase() -> Erasure:
    """Remove settings, history, logs, cache and the counts that no longer matter; never raises."""
    data, cache, logs = folders.data_path(), folders.cache_path(), folders.logs_path()
    tries = data / "tries"
    # Held while it is decided and done: a run elsewhere holds the book from its beginning on.
    with lockfile.held(tries / "tries.lock"):
        counts = guards(tries)
        kept = frozenset({*_lasting(data), *((tries, data / "key") if counts else ())})
        gone = [path for root in (logs, cache, data) for path in _clear(root, kept)]
    gone += _clear(tries, kept)  # the lock itself, where the system keeps what is open
    for folder in (logs, cache, tries, *(f for f in (logs.parent,) if f.name == "a3check"), data):
        _remove_empty(folder)
    left = {path.name for path in gone if os.path.lexists(path)}
    known = len(ledger.InstalledFile(data).every())
    return Erasure(len(set(gone)) - len(left), counts, tuple(sorted(left)), known)


def _lasting(data: Path) -> Iterator[Path]:
    """Yield what is not the user's, or is held by a window that is open."""
    yield data / _PROFILES
    yield data / ledger.NAME  # without it nobody could take them away again
    lock = data / _OF_A_WINDOW[0]
    held = lockfile.take(lock) if lock.exists() else None
    if held is not None:
        os.close(held)
    else:
        yield from (data / name for name in _OF_A_WINDOW)


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

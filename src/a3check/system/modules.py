"""Which PKCS#11 modules exist on this computer?"""

import logging
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from a3check.core.cryptoki import Candidate
from a3check.core.knowledge import KnownDriver
from a3check.core.profile import DriverWishes

_log = logging.getLogger(__name__)

Expand = Callable[[str], str]
"""Turns a catalogue's path into one of this computer; empty where it has none."""


def existing(
    wishes: DriverWishes,
    catalogue: Sequence[KnownDriver],
    arch: str,
    expand: Expand,
    unsafe: Callable[[str], bool],
) -> tuple[Candidate, ...]:
    """List the modules that exist, by ``stat`` only: the profile's, then one per product.

    A product's module of another processor (``arch`` is this program's) counts
    only where it has none of ours: 32-bit twins beside 64-bit ones are normal.
    A file is listed once, by whichever name came first; a dangling link is none.
    """
    seen: set[str] = set()
    found = [Candidate(path, unsafe=unsafe(path)) for path in _wished(wishes.modules, seen)]
    if not wishes.only_these:
        for rows in _products(catalogue):
            candidate = _one(rows, arch, expand, seen)
            if candidate is not None:
                row, path = candidate
                found.append(
                    Candidate(
                        path, row.product_key, row.product, row.maker, row.cloud, unsafe(path)
                    )
                )
    return tuple(found)


def unsafe_by_mode(path: str) -> bool:
    """Tell whether any user may replace this file, by POSIX modes.

    So it is where the file or its folder is writable by others, or a folder
    above without the sticky bit; the same for what a link points to.
    """
    return any(_loose(Path(name)) for name in {path, os.path.realpath(path)})


def _wished(paths: Iterable[str], seen: set[str]) -> Iterator[str]:
    for path in paths:
        if not Path(path).is_absolute() or not os.path.isfile(path):  # noqa: PTH113 - never raises
            _log.warning("a module that the profile names is no file: %s", Path(path).name)
            _log.debug("it was looked for as %s", path)
        elif _new(path, seen):
            yield path


def _products(catalogue: Sequence[KnownDriver]) -> Iterable[list[KnownDriver]]:
    rows: dict[str, list[KnownDriver]] = {}
    for row in catalogue:
        if row.loadable:
            rows.setdefault(row.product_key, []).append(row)
    return rows.values()


def _one(
    rows: Sequence[KnownDriver], arch: str, expand: Expand, seen: set[str]
) -> tuple[KnownDriver, str] | None:
    ours = [row for row in rows if row.arch in {arch, "any"}]
    foreign = [row for row in rows if row.arch not in {arch, "any"}]
    for row in (*ours, *foreign):
        for path in _files(expand(row.path)):
            if _new(path, seen):
                return row, path
    return None


def _files(path: str) -> Iterator[str]:
    # the highest version first, where the catalogue leaves it open
    pattern = Path(path)
    names = [path]
    if "*" in pattern.name:
        names = sorted(map(str, pattern.parent.glob(pattern.name)), reverse=True)
    yield from (name for name in names if os.path.isfile(name))  # noqa: PTH113 - never raises


def _new(path: str, seen: set[str]) -> bool:
    real = os.path.normcase(os.path.realpath(path))
    if real in seen:
        return False
    seen.add(real)
    return True


def _loose(path: Path) -> bool:
    if _mode(path) & stat.S_IWOTH or _mode(path.parent) & stat.S_IWOTH:
        return True
    above = [_mode(folder) for folder in path.parent.parents]
    return any(mode & stat.S_IWOTH and not mode & stat.S_ISVTX for mode in above)


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except OSError:
        return 0

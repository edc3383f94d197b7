"""Which CA certificates lie on this computer for building chains, and as of which day?"""

import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from a3check.core.resources import resource
from a3check.pki import calist
from a3check.pki.calist import CaList
from a3check.system import folders

_log = logging.getLogger(__name__)

LARGEST_FILE = 4 * 1024 * 1024  # bytes; all of ICP-Brasil's CAs are below 1 MB
LIST = "icp-brasil.pem"
"""The list that ``a3check atualizar`` brings: in the cache, and in the bundle that ships."""


def cache_folder() -> Path:
    """Return the folder of the CAs that ``a3check atualizar`` brings."""
    return folders.cache_path() / "cas"


def ca_certificates(extra: Iterable[str]) -> tuple[bytes, ...]:
    """Read ``extra`` (files or folders), the user's cache, then the bundle that ships.

    Each blob is one file (PEM or DER), unparsed, given once. Of the two lists, the cache's and
    the bundle's, the newer counts. What cannot be read is skipped, with a line in the log; a
    folder that is not there is none.
    """
    given = (blob for place in map(Path, extra) for blob in _blobs(place))
    listed = in_use()
    newer = () if listed is None else (listed.pem,)
    return tuple(dict.fromkeys((*given, *_loose(cache_folder()), *newer, *_loose(_bundle()))))


def in_use() -> CaList | None:
    """Return the newer list of the user's cache and the bundle; a damaged one is none."""
    found = [_listed(folder / LIST) for folder in (cache_folder(), _bundle())]
    return max((each for each in found if each), key=lambda each: each.day, default=None)


def _bundle() -> Path:
    return resource("cas")


def _listed(path: Path) -> CaList | None:
    for blob in _blob(path) if path.is_file() else ():
        if found := calist.loads(blob):
            return found
        _log.warning("a damaged list of CAs counts for nothing: %s", path)
    return None


def _loose(folder: Path) -> Iterator[bytes]:
    """Read what somebody put beside the list; not what is still being written."""
    return _blobs(folder, but=lambda path: path.name == LIST or path.name.startswith("."))


def _blobs(place: Path, but: Callable[[Path], bool] = lambda _: False) -> Iterator[bytes]:
    try:
        names = sorted(place.rglob("*")) if place.is_dir() else [place]
    except OSError as error:
        _log.warning("a folder of CA certificates cannot be read: %s", error.strerror)
        return
    for name in names:
        if name.is_file() and not but(name):
            yield from _blob(name)


def _blob(path: Path) -> Iterator[bytes]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            _log.warning("too large for CA certificates: %s", path.name)
            return
        yield path.read_bytes()
    except OSError as error:
        _log.warning("a CA certificate cannot be read: %s: %s", path.name, error.strerror)

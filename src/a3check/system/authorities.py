"""Which CA certificates lie on this computer for building chains?"""

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

from platformdirs import user_cache_path

from a3check.core.resources import resource

_log = logging.getLogger(__name__)

LARGEST_FILE = 4 * 1024 * 1024  # bytes; all of ICP-Brasil's CAs are below 1 MB


def cache_folder() -> Path:
    """Return the folder of the CAs that ``a3check atualizar`` brings."""
    return user_cache_path("a3check", appauthor=False) / "cas"


def ca_certificates(extra: Iterable[str]) -> tuple[bytes, ...]:
    """Read ``extra`` (files or folders), then the user's cache, then the bundle that ships.

    Each blob is one file (PEM or DER), unparsed, given once. What cannot be
    read is skipped, with a line in the log; a folder that is not there is none.
    """
    places = [*map(Path, extra), cache_folder(), resource("cas")]
    blobs = (blob for place in places for blob in _blobs(place))
    return tuple(dict.fromkeys(blobs))


def _blobs(place: Path) -> Iterator[bytes]:
    try:
        names = sorted(place.rglob("*")) if place.is_dir() else [place]
    except OSError as error:
        _log.warning("a folder of CA certificates cannot be read: %s", error.strerror)
        return
    for name in names:
        if name.is_file():
            yield from _blob(name)


def _blob(path: Path) -> Iterator[bytes]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            _log.warning("too large for CA certificates: %s", path.name)
            return
        yield path.read_bytes()
    except OSError as error:
        _log.warning("a CA certificate cannot be read: %s: %s", path.name, error.strerror)

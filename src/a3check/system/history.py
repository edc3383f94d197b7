"""Which runs of this computer are kept, as masked reports?"""

import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from a3check.core.past import Document, Past, past_of
from a3check.system import folders, lockfile

logger = logging.getLogger(__name__)

MOST = 50
"""Runs that are kept; the last healthy one is among them, however long ago it was."""
OLDEST = timedelta(days=180)
A_DAY = timedelta(days=1)
LARGEST = 1024 * 1024
"""Bytes of one report; a usual one has some 15 KiB."""


@dataclass(frozen=True, slots=True)
class History:
    """A folder of the user's with one private file a run; nothing raises.

    Any number of programs may add at once: each writes a file of its own, and what is too much
    goes under a lock. What cannot be read is passed over, and removed with the next run.
    """

    folder: Path

    def add(self, document: Document) -> bool:
        """Keep the masked report of a run; tell whether it could be kept.

        One that is not masked is a defect (``ValueError``): it must not stay here.
        """
        if document.get("masked") is not True:
            raise ValueError("only masked reports are kept")
        entry = past_of(document)
        if entry is None:
            raise ValueError("no report of ours")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with lockfile.held(self.folder / ".lock"):
                text = json.dumps(document, ensure_ascii=False, default=str)
                folders.write(self._path(entry.id), text.encode("utf-8", "backslashreplace"))
                self._tidy(entry)
        except OSError as error:
            logger.warning("the run cannot be kept: %s", type(error).__name__)
            return False
        return True

    def entries(self, now: datetime) -> tuple[Past, ...]:
        """Return what is kept, the latest first; what is too old by ``now`` is not shown.

        Nothing is removed here: ``now`` may be a clock's that is wrong.
        """
        kept = [entry for _, entry in self._read() if entry is not None]
        return _latest(entry for entry in kept if now - entry.moment <= OLDEST)[:MOST]

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _tidy(self, newest: Past) -> None:
        """Remove what is too much, too old by the newest run's time, damaged or left half."""
        found = tuple(self._read())
        kept = _kept(tuple(entry for _, entry in found if entry is not None), newest)
        gone = [path for path, entry in found if entry is None or entry.id not in kept]
        for path in (*gone, *self.folder.glob(".*.json.*")):
            with suppress(OSError):  # what cannot be removed is passed over each time
                path.unlink()

    def _read(self) -> Iterator[tuple[Path, Past | None]]:
        """Read every run that is kept, the one that was kept last first."""
        for path in sorted(self.folder.glob("*.json"), key=_written, reverse=True):
            yield path, _read(path)


def _written(path: Path) -> tuple[int, str]:
    """Return when a file was written, in nanoseconds; 0 where another program removed it."""
    try:
        return path.stat().st_mtime_ns, path.name
    except OSError:
        return 0, path.name


def _kept(entries: tuple[Past, ...], newest: Past) -> frozenset[str]:
    young = _latest(e for e in entries if _stays(e, newest))
    others = [e for e in young if e.id != newest.id]
    healthy = [newest] if newest.healthy else [e for e in others if e.healthy][:1]
    first = {e.id for e in (newest, *healthy)}
    rest = [e.id for e in others if e.id not in first]
    return frozenset((*first, *rest[: MOST - len(first)]))


def _stays(entry: Past, newest: Past) -> bool:
    """Tell whether a run is young enough, and not from a future that a wrong clock invented."""
    later = entry.moment - newest.moment
    return -later <= OLDEST and not (newest.sure and not entry.sure and later > A_DAY)


def _latest(entries: Iterator[Past]) -> tuple[Past, ...]:
    """Order runs; of two that began in the same second the one that was kept last goes first."""
    return tuple(sorted(entries, key=lambda e: e.moment, reverse=True))


def _read(path: Path) -> Past | None:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        document = json.loads(content) if len(content) <= LARGEST else None
    except (OSError, ValueError, RecursionError) as error:
        logger.warning("a run that was kept cannot be read: %s", type(error).__name__)
        return None
    entry = past_of(document)
    return entry if entry is not None and entry.id == path.stem else None

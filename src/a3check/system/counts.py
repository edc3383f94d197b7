"""Which counts are kept in a file of the user's, or in memory where it cannot be written?"""

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from a3check.system import folders, lockfile

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Count:
    """How many tries went wrong, and when the last one was counted.

    ``at`` is POSIX time by this computer's clock; ``flags`` the pseudonym of the
    module that was seen to show the token's flags while something was counted.
    """

    wrong: int
    at: float
    flags: str = ""


Step = Callable[[Count | None], Count | None]


@dataclass(slots=True)
class Counts:
    """A table of counts by pseudonym, shared with every other a3check of this user.

    What cannot be written counts in this process at least; nothing raises.
    """

    file: Path
    _unwritten: dict[str, Count | None] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def get(self, name: str) -> Count | None:
        """Return one count, nothing where none is kept."""
        with self._guard:
            return self._table().get(name)

    def all(self) -> tuple[Count, ...]:
        """Return every count that is kept."""
        with self._guard:
            return tuple(self._table().values())

    def change(self, name: str, step: Step) -> None:
        """Put what ``step`` makes of a count in its place, under a lock of the whole file."""
        with self._guard, lockfile.held(self.file.with_suffix(".lock")):
            table = self._table()
            made = step(table.pop(name, None))
            if made is not None and made.wrong > 0:
                table[name] = made
            kept = {key: asdict(count) for key, count in table.items()}
            try:
                folders.write(self.file, json.dumps(kept).encode())
            except OSError:
                logger.warning("the count of tries cannot be written; it is kept in memory")
                self._unwritten[name] = table.get(name)
            else:
                self._unwritten.clear()

    def _table(self) -> dict[str, Count]:
        merged = {**self._read(), **self._unwritten}
        return {name: count for name, count in merged.items() if count is not None}

    def _read(self) -> dict[str, Count]:
        try:
            table = json.loads(self.file.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            logger.warning("the count of tries cannot be read; it begins anew")
            return {}
        if not isinstance(table, dict):
            return {}
        known = ((name, _count(value)) for name, value in table.items())
        return {name: count for name, count in known if count is not None}


def _count(value: object) -> Count | None:
    match value:
        case {"wrong": int(wrong), "at": int() | float() as at, "flags": str(flags)} if wrong > 0:
            return Count(wrong, at, flags)
        case _:
            return None

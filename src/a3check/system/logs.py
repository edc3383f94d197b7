"""Where does a run write what it did, how long is that kept, and what does a line hold?"""

import logging
import os
import secrets
import traceback
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType

KEPT = 20
"""Log files, one a run, that are kept."""
OLDEST = timedelta(days=60)
LARGEST = 4 * 1024 * 1024
"""Bytes after which a run's file takes no more: a fault that repeats fills no disk."""


class RunLog(logging.FileHandler):
    """One run's own file: private from its first moment on, and bounded."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, encoding="utf-8", errors="backslashreplace")

    def _open(self) -> TextIOWrapper:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        descriptor = os.open(self.baseFilename, flags, 0o600)
        return os.fdopen(descriptor, "a", encoding=self.encoding, errors=self.errors)

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line while there is room.

        The size is asked of the system: the stream would first write what a full disk left
        in it, and raise here, where nobody expects it.
        """
        if self.stream is None or os.fstat(self.stream.fileno()).st_size < LARGEST:
            super().emit(record)


def run_log(folder: Path, now: datetime) -> RunLog:
    """Begin a run's file in a folder, where too many and too old ones go; raises ``OSError``."""
    path = folder / f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}.log"
    made = RunLog(path)
    others = sorted(p for p in folder.glob("*.log") if p != path)  # by name: by their start
    for old in (*others[: -(KEPT - 1)], *(p for p in others if _old(p, now))):
        with suppress(OSError):
            old.unlink()
    return made


def _old(path: Path, now: datetime) -> bool:
    try:
        return now.timestamp() - path.stat().st_mtime > OLDEST.total_seconds()
    except OSError:
        return False


class Discreet(logging.Formatter):
    """Writes an error as its type and its frames, without its words and without locals.

    Its words may name a person, a serial number or a path below a home: whoever needs them logs
    them at DEBUG.
    """

    def formatException(  # noqa: N802 - logging's own name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """Write the error and those that it came from, the first one first."""
        return "\n".join(line for error in _chain(ei[1]) for line in _lines(error))


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.insert(0, error)
        before = None if error.__suppress_context__ else error.__context__
        error = error.__cause__ or before
    return found


def _lines(error: BaseException) -> Iterator[str]:
    kind = type(error)
    yield f"{kind.__module__}.{kind.__qualname__}, by frames:"
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)  # the folders above may be below a home
        where = f"{path.parent.name}/{path.name}"
        yield f"  {where}:{frame.lineno} in {frame.name}: {frame.line or ''}".rstrip(": ")

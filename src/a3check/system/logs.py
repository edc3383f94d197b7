"""What does a line of the log hold of an error?"""

import logging
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType


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

"""Work of the window's own thread in steps, so that it hears and paints between two of them."""

import logging
from collections.abc import Callable, Generator
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer

logger = logging.getLogger(__name__)

T = TypeVar("T")
Steps = Generator[None, None, T]
"""Work that yields between its steps and returns its result."""

SETTLED = 200
"""Milliseconds after which the first picture is painted, and less pressing work may begin."""
PAUSE = 5
"""Milliseconds between two steps: enough for what waits to be heard and painted."""


def at_once(steps: Steps[T]) -> T:
    """Do all steps without a pause."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result


class Piecemeal(QObject):
    """Does the steps one by one; what is begun anew is never ended."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=PAUSE)
        self._timer.timeout.connect(self._next)
        self._steps: Steps[object] | None = None
        self._then: Callable[[object], None] | None = None

    def do(self, steps: Steps[object], then: Callable[[object], None]) -> None:
        """Begin; ``then`` is given the result, or nothing where the steps broke (logged)."""
        self._steps, self._then = steps, then
        self._timer.start()

    def stop(self) -> None:
        """Do nothing more."""
        self._timer.stop()
        self._steps = self._then = None

    def _next(self) -> None:
        steps, then = self._steps, self._then
        if steps is None or then is None:
            return
        try:
            next(steps)
        except StopIteration as end:
            result = end.value
        except (OSError, ValueError):
            logger.exception("a picture was not drawn")
            result = None
        else:
            return
        self.stop()
        then(result)

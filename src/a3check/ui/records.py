"""What the window knows of earlier runs, and the work of reading it apart from its thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from a3check.ui.worker import Over, Worker

if TYPE_CHECKING:  # the window is painted before anything of a run is imported
    from collections.abc import Sequence

    from a3check.core.erasure import Erasure
    from a3check.core.past import Document, Past
    from a3check.report.received import Received, Refused

AskFile = Callable[[QWidget, str, str, str], Path | None]
"""Ask for a file: the window, the title, a name to begin with, and the kind."""

ENDING = 1.0
"""Seconds that a piece of work may take to end, once it is over or nobody waits for it."""


class Records(Protocol):
    """This computer's memory: everything but ``last`` and ``origin`` may take a moment."""

    @property
    def last(self) -> Document | None:
        """The masked report of the run of this window that ended last."""

    def runs(self) -> Sequence[Past]:
        """Return the runs that are kept, the latest first."""

    def origin(self) -> str:
        """Return what stands for this installation; it is random and leads to nobody."""

    def write(self, path: Path, content: bytes) -> None:
        """Write a file that the user asked for; raises ``OSError``."""

    def receive(self, file: str) -> Received | Refused:
        """Read a report that somebody sent; it is kept nowhere."""

    def erase(self) -> Erasure:
        """Remove what is kept of the user."""


class Chores(QObject):
    """Does short pieces of work on threads of their own, and what follows on the window's."""

    _told = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._then: dict[Worker, Callable[[object], None]] = {}
        self._told.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self.destroyed.connect(partial(_mute, self._then))

    def do(self, work: Callable[[], object], then: Callable[[object], None]) -> None:
        """Begin; ``then`` is given the result, or nothing where it broke (which is logged)."""
        worker = Worker("records", self._told.emit)
        self._then[worker] = then
        worker.start(work)

    def end(self) -> bool:
        """Follow up nothing any more; tell whether all work has ended, :data:`ENDING` at most."""
        workers, deadline = tuple(self._then), time.monotonic() + ENDING
        self._then.clear()
        for worker in workers:
            worker.mute()
        ended = [worker.ended(deadline - time.monotonic()) for worker in workers]
        return all(ended)

    @Slot(object, object)
    def _hear(self, worker: Worker, event: object) -> None:
        if isinstance(event, Over) and worker in self._then:
            worker.ended(ENDING)
            self._then.pop(worker)(event.result)


def _mute(workers: dict[Worker, Callable[[object], None]]) -> None:
    """Let nobody speak to what is being destroyed."""
    for worker in tuple(workers):
        worker.mute()
    workers.clear()

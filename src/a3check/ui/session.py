"""The bridge between a run on its own thread and the window: progress becomes signals."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot

from a3check.core.check import Wishes
from a3check.core.model import Diagnosis, Outcome
from a3check.core.ports import User
from a3check.core.run import Observer
from a3check.ui.presenter import Progress
from a3check.ui.prompts import Asker, Request

logger = logging.getLogger(__name__)

Begin = Callable[[Wishes, User, Observer, threading.Event], Diagnosis]
"""Run a diagnosis and return it: blocks; ends soon after the event is set."""

Export = Callable[[Diagnosis, Path], Path]
"""Write a diagnosis below a folder and return the path of its ``relatorio.json``.

Raises ``OSError`` where it cannot be written.
"""

CLOSE_WAIT = 3.0
"""Seconds that closing waits for the run's thread; the runner's own grace is 2."""


@dataclass(frozen=True, slots=True)
class _Started:
    check: str


@dataclass(frozen=True, slots=True)
class _Slow:
    check: str
    seconds: float


@dataclass(frozen=True, slots=True)
class _Asked:
    request: Request


@dataclass(frozen=True, slots=True)
class _Withdrawn:
    request: Request


@dataclass(frozen=True, slots=True)
class _Broke:
    error: str


class _Run(QObject):
    """One run: what its thread says goes through one queued signal."""

    said = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.stop = threading.Event()
        self.asker = Asker(lambda r: self._say(_Asked(r)), lambda r: self._say(_Withdrawn(r)))
        self.thread_of_run: threading.Thread | None = None

    def begin(self, begin: Begin, wishes: Wishes) -> None:
        self.thread_of_run = threading.Thread(
            target=self._attempt, args=(begin, wishes), name="diagnosis", daemon=True
        )
        self.thread_of_run.start()

    def cancel(self) -> None:
        self.stop.set()
        self.asker.cancel()

    def ended(self, seconds: float = 0.0) -> bool:
        """Wait at most so long and tell whether its thread has ended."""
        if self.thread_of_run is not None:
            self.thread_of_run.join(seconds)
        return self.thread_of_run is None or not self.thread_of_run.is_alive()

    def started(self, check: str) -> None:
        self._say(_Started(check))

    def slow(self, check: str, seconds: float) -> None:
        self._say(_Slow(check, seconds))

    def finished(self, outcome: Outcome) -> None:
        self._say(outcome)

    def _attempt(self, begin: Begin, wishes: Wishes) -> None:
        try:
            end: Diagnosis | _Broke = begin(wishes, self.asker, self, self.stop)
        except Exception as error:  # the edge of the run: a defect ends in a calm page
            logger.exception("the run broke")
            end = _Broke(type(error).__name__)
        self._say(end)

    def _say(self, event: object) -> None:
        with suppress(RuntimeError):  # the window has gone, and its objects with it
            self.said.emit(self, event)


class Session(QObject):
    """Runs diagnoses, one at a time, and tells the window on the window's thread."""

    progressed = Signal(object)
    """A :class:`~a3check.ui.presenter.Progress`."""
    asked = Signal(object)
    """A :data:`~a3check.ui.prompts.Request` to answer."""
    withdrawn = Signal(object)
    """A request that nobody waits for any more."""
    ended = Signal(object)
    """The :class:`~a3check.core.model.Diagnosis`."""
    broke = Signal()
    """The run itself broke: a defect of ours, already logged."""
    written = Signal(object)
    """The path of the ``relatorio.json`` that was written."""
    kept = Signal(object)
    """The folder in which report and picture are complete."""
    not_saved = Signal()
    """Report or picture could not be written."""

    def __init__(self, begin: Begin, export: Export, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._begin, self._export = begin, export
        self._run: _Run | None = None
        self._begun = False
        self._progress = Progress()

    @property
    def busy(self) -> bool:
        """Whether a run goes on."""
        return self._run is not None

    @property
    def begun(self) -> bool:
        """Whether there has been a run at all."""
        return self._begun

    @property
    def progress(self) -> Progress:
        """How far the run has come."""
        return self._progress

    def start(self, wishes: Wishes) -> None:
        """Begin a run on a thread of its own; does nothing while one goes on."""
        if self._run is not None:
            return
        self._progress = Progress()
        self._begun = True
        self._run = _Run()
        self._run.said.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self.progressed.emit(self._progress)
        self._run.begin(self._begin, wishes)

    def cancel(self) -> None:
        """Ask the run to end; what it has found so far comes as its end."""
        if self._run is None or self._progress.cancelling:
            return
        self._advance(replace(self._progress, cancelling=True))
        self._run.cancel()

    def close(self) -> bool:
        """End the run and wait at most :data:`CLOSE_WAIT`; tell whether it has ended."""
        run, self._run = self._run, None
        if run is None:
            return True
        run.cancel()
        return run.ended(CLOSE_WAIT)

    def save(self, diagnosis: Diagnosis, folder: Path) -> None:
        """Write the report below a folder, off the window's thread; :attr:`written` follows."""
        self._work(lambda: self.written.emit(self._export(diagnosis, folder)))

    def keep(self, write: Callable[[], None], folder: Path) -> None:
        """Write the picture, off the window's thread; :attr:`kept` follows."""

        def work() -> None:
            write()
            self.kept.emit(folder)

        self._work(work)

    def _work(self, work: Callable[[], None]) -> None:
        def attempt() -> None:
            try:
                work()
            except Exception:  # the edge of the writing: its end is a sentence in the window
                logger.exception("the report was not written")
                with suppress(RuntimeError):  # the window has gone meanwhile
                    self.not_saved.emit()

        threading.Thread(target=attempt, name="writing", daemon=True).start()

    @Slot(object, object)
    def _hear(self, run: object, event: object) -> None:
        """Take an event; those of a run that was closed come to nothing."""
        if run is not self._run:
            return
        progress = self._progress
        match event:
            case _Started(check):
                self._advance(progress.begin(check, time.monotonic()))
            case _Slow(check, seconds):
                self._advance(progress.linger(check, time.monotonic() - seconds))
            case Outcome():
                self._advance(progress.end(event))
            case _Asked(request):
                self._advance(progress.ask(request.check))
                self.asked.emit(request)
            case _Withdrawn(request):
                self._advance(progress.answered(time.monotonic()))
                self.withdrawn.emit(request)
            case Diagnosis():
                self._run = None
                self.ended.emit(event)
            case _Broke():
                self._run = None
                self.broke.emit()

    def _advance(self, progress: Progress) -> None:
        self._progress = progress
        self.progressed.emit(progress)

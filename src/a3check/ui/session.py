"""The bridge between a run on its own thread and the window: progress becomes signals."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from a3check.core.register import register
from a3check.core.stop import Stop
from a3check.core.wishes import Wishes
from a3check.ui.progress import NOT_LEFT_OUT, Progress
from a3check.ui.worker import Over, Worker

if TYPE_CHECKING:  # the window is painted before anything of a run is imported
    from a3check.core.model import Diagnosis
    from a3check.core.ports import User
    from a3check.core.run import Observer
    from a3check.ui.exports import Exports
    from a3check.ui.run import Run

Begin = Callable[[Wishes, "User", "Observer", Stop], "Diagnosis"]
"""Run a diagnosis and return it: blocks; ends soon after the event is set."""

PARTIAL = 10.0
"""Seconds after which what is known so far can be saved."""
CLOSE_WAIT = 3.0
"""Seconds that closing waits for the run's thread; the runner's own grace is 2."""


class Session(QObject):
    """Runs diagnoses, one at a time, and tells the window on the window's thread."""

    progressed = Signal(object)
    """A :class:`~a3check.ui.progress.Progress`."""
    asked = Signal(object)
    """A :data:`~a3check.ui.prompts.Request` to answer."""
    withdrawn = Signal(object)
    """A request that nobody waits for any more."""
    ended = Signal(object)
    """The :class:`~a3check.core.model.Diagnosis`."""
    broke = Signal()
    """The run itself broke: a defect of ours, already logged."""
    _told = Signal(object, object)

    def __init__(
        self,
        begin: Begin,
        exports: Exports,
        parent: QObject | None = None,
        *,
        rest: Callable[[], float] = lambda: 0.0,
        waiting: Callable[[str], tuple[str, ...]] = lambda _: (),
    ) -> None:
        """Take what runs and what writes.

        ``rest`` returns the seconds for which the portal is left alone from now on,
        ``waiting`` the files of a running check that have not answered yet.
        """
        super().__init__(parent)
        self._begin, self.exports = begin, exports
        self._rest, self._waiting = rest, waiting
        self._started = datetime.now().astimezone()
        self._since = 0.0
        self._run: Run | None = None
        self._begun = False
        self._writers: dict[Worker, Callable[[object], None]] = {}
        self._progress = Progress()
        self._told.connect(self._hear, Qt.ConnectionType.QueuedConnection)

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
        from a3check.ui.run import Run  # noqa: PLC0415 - the window is painted before

        self._started, self._since = datetime.now().astimezone(), time.monotonic()
        self._progress = Progress(rests=self._since + self._rest())
        self._begun = True
        self._run = Run(self._told.emit)
        self.progressed.emit(self._progress)
        self._run.begin(self._begin, wishes)

    def cancel(self) -> None:
        """Ask the run to end; what it has found so far comes as its end."""
        if self._run is None or self._progress.cancelling:
            return
        self._advance(self._progress._replace(cancelling=True))
        self._run.cancel()

    def leave_out(self, check: str) -> None:
        """Wait no longer for a check that runs; it ends as skipped, and the others go on.

        Nothing for one that has ended: its processes are the next one's, with the token in them.
        """
        running = any(r.check == check for r in self._progress.running)
        if self._run is not None and running and check != NOT_LEFT_OUT:
            self._run.stop.leave_out(check)

    def waiting(self, check: str) -> tuple[str, ...]:
        """Return the files of a running check that have not answered yet."""
        return self._waiting(check)

    @property
    def partial(self) -> Diagnosis | None:
        """What is known so far, marked as incomplete; nothing before :data:`PARTIAL`."""
        seconds = time.monotonic() - self._since
        return self.so_far() if self.busy and seconds >= PARTIAL else None

    def so_far(self) -> Diagnosis:
        """Return what is known at this moment, marked as incomplete."""
        from a3check.core.model import Diagnosis, Outcome  # noqa: PLC0415 - as above

        ended = {outcome.check: outcome for outcome in self._progress.outcomes}
        names = register().checks
        outcomes = tuple(ended.get(name, Outcome(name, because="user")) for name in names)
        seconds = time.monotonic() - self._since if self._begun else 0.0
        return Diagnosis(outcomes, self._started, seconds, complete=False)

    def close(self) -> bool:
        """End the run and wait at most :data:`CLOSE_WAIT`; tell whether all has ended."""
        workers = list(self._writers)
        if self._run is not None:
            self._run.cancel()
            workers.append(self._run.worker)
        self._run = None
        self._writers.clear()
        deadline = time.monotonic() + CLOSE_WAIT
        for worker in workers:
            worker.mute()
        ended = [worker.ended(deadline - time.monotonic()) for worker in workers]
        return all(ended)

    def write(self, work: Callable[[], object], then: Callable[[object], None]) -> None:
        """Do what writes off the window's thread; closing waits for it.

        ``then`` is given the result, or nothing where it broke (which is logged).
        """
        worker = Worker("writing", self._told.emit)
        self._writers[worker] = then
        worker.start(work)

    @Slot(object, object)
    def _hear(self, worker: Worker, event: object) -> None:
        """Take an event; those of what was closed come to nothing."""
        if isinstance(event, Over):
            worker.ended(CLOSE_WAIT)
        if self._run is not None and worker is self._run.worker:
            self._follow(event)
        elif worker in self._writers and isinstance(event, Over):
            self._writers.pop(worker)(event.result)

    def _follow(self, event: object) -> None:
        from a3check.core.model import Outcome  # noqa: PLC0415 - as above
        from a3check.ui.run import Asked, Slow, Started, Withdrawn  # noqa: PLC0415 - as above

        progress = self._progress
        match event:
            case Started(check):
                self._advance(progress.begin(check, time.monotonic()))
            case Slow(check, seconds):
                self._advance(progress.linger(check, time.monotonic() - seconds))
            case Outcome():
                self._advance(progress.end(event))
            case Asked(request):
                self._advance(progress.ask(request.check))
                self.asked.emit(request)
            case Withdrawn(request):
                self._advance(progress.answered(time.monotonic()))
                self.withdrawn.emit(request)
            case Over(result):
                self._run = None
                self.ended.emit(result) if result is not None else self.broke.emit()

    def _advance(self, progress: Progress) -> None:
        self._progress = progress
        self.progressed.emit(progress)

"""One run on its thread: what it tells the window's thread, and whom it may ask."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from a3check.core.model import Diagnosis, Outcome
from a3check.core.stop import Stop
from a3check.core.wishes import Wishes
from a3check.ui.prompts import Asker, Request
from a3check.ui.worker import Worker


@dataclass(frozen=True, slots=True)
class Started:
    """A check has begun."""

    check: str


@dataclass(frozen=True, slots=True)
class Slow:
    """A check takes long: so many seconds already."""

    check: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody has to answer."""

    request: Request


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Nobody waits for the answer any more."""

    request: Request


class Run:
    """One run: its thread, its wish to stop, and the person it may ask."""

    def __init__(self, tell: Callable[[Worker, object], None]) -> None:
        self.worker = Worker("diagnosis", tell)
        self.stop = Stop()
        say = self.worker.say
        self.asker = Asker(lambda r: say(Asked(r)), lambda r: say(Withdrawn(r)))

    def begin(
        self, begin: "Callable[[Wishes, Asker, Run, Stop], Diagnosis]", wishes: Wishes
    ) -> None:
        """Begin it on its thread."""
        self.worker.start(partial(begin, wishes, self.asker, self, self.stop))

    def cancel(self) -> None:
        """Ask it to end; the person is asked nothing any more."""
        self.stop.set()
        self.asker.cancel()

    def started(self, check: str) -> None:
        """Tell that a check has begun (``core.run.Observer``)."""
        self.worker.say(Started(check))

    def slow(self, check: str, seconds: float) -> None:
        """Tell that a check takes long."""
        self.worker.say(Slow(check, seconds))

    def finished(self, outcome: Outcome) -> None:
        """Tell how a check has ended."""
        self.worker.say(outcome)

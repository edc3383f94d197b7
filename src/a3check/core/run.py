"""Runs every check as soon as what it requires has ended, and tells an observer."""

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from a3check.core.check import Check, Context, Run
from a3check.core.earlier import Earlier, anew
from a3check.core.model import Diagnosis, Finding, Outcome, Skip
from a3check.core.register import Status
from a3check.core.stop import left_out

logger = logging.getLogger(__name__)

GRACE = 2.0
"""Seconds that running checks have to end once the user has stopped the run."""


class Observer(Protocol):
    """Told of the progress, always on the thread that called :func:`diagnose`."""

    def started(self, check: str) -> None:
        """Hear that a check began."""
        ...

    def slow(self, check: str, seconds: float) -> None:
        """Hear that a check has outrun its patience; it goes on."""
        ...

    def finished(self, outcome: Outcome) -> None:
        """Hear how a check ended; a second time where its afterword added something."""
        ...


def diagnose(
    checks: Mapping[str, Check],
    context: Context,
    observer: Observer,
    earlier: Earlier | None = None,
) -> Diagnosis:
    """Run the checks that were wished for and return all outcomes; never raises.

    The order of ``checks`` is that of the diagnosis. Waits of the checks are
    bounded by the ports; when ``context.stop`` is set, what has not ended
    within :data:`GRACE` is given up as skipped by the user; so is at once a check
    that is left out (``core.stop``). Where ``context.wishes.again`` names checks, those and
    what hangs together with them are run, and all else is taken over from ``earlier``.
    """
    return _Runner(checks, context, observer, earlier).run()


def wished(checks: Mapping[str, Check], only: frozenset[str], skip: frozenset[str]) -> set[str]:
    """Return the checks that run: those wished for and whatever they require."""
    wanted = set(only or checks)
    for name in reversed(tuple(checks)):
        if name in wanted:
            wanted |= set(checks[name].requires)
    return wanted - skip


def attempt(name: str, run: Run, context: Context) -> Outcome:
    """Run one check on this thread; its end, whatever it is, is a value."""
    begun = time.monotonic()
    try:
        given = tuple(run(context))
    except Exception as error:  # noqa: BLE001 - a defect in a check ends as a value
        outcome = _crash(name, error, context)
    else:
        kept = tuple(f for f in given if isinstance(f, Finding))
        skips = [s for s in given if isinstance(s, Skip)]
        outcome = Outcome(name, kept, because=skips[0].because if skips and not kept else None)
        if not given:
            outcome = Outcome(name, crash="it concluded nothing")
    return replace(outcome, seconds=time.monotonic() - begun)


def _crash(name: str, error: Exception, context: Context) -> Outcome:
    if context.stop.is_set():
        return Outcome(name, because="user")
    logger.error("check %s crashed", name, exc_info=error)  # its words are left out there
    logger.debug("check %s crashed: %s", name, error)
    return Outcome(name, crash=type(error).__name__)


@dataclass(slots=True)
class _Runner:
    checks: Mapping[str, Check]
    context: Context
    observer: Observer
    earlier: Earlier | None = None
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    begun: dict[str, float] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    inbox: list[Outcome] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    spoken: set[str] = field(default_factory=set)

    def run(self) -> Diagnosis:
        started, clock = self.context.ports.clock.now(), time.monotonic()
        self.context.started = started
        wanted = wished(self.checks, self.context.wishes.only, self.context.wishes.skip)
        self.context.expect(self.checks)
        self._take_over()
        for name in self.checks:
            if name not in wanted and name not in self.outcomes:
                self._end(Outcome(name, because="option"))
        deadline: float | None = None
        while len(self.outcomes) < len(self.checks):
            if self.context.stop.is_set():
                deadline = deadline or time.monotonic() + GRACE
                if time.monotonic() >= deadline or not self._running():
                    break
            else:
                self._start_ready()
            self._wait()
        for name in self.checks:
            if name not in self.outcomes:
                self._end(Outcome(name, because="user"))
        complete = not self.context.stop.is_set()
        ordered = tuple(self.outcomes[name] for name in self.checks)
        return Diagnosis(ordered, started, time.monotonic() - clock, complete)

    def _take_over(self) -> None:
        """Let what is not tested again end as it did before, with the facts that it gave."""
        earlier, again = self.earlier, self.context.wishes.again
        if earlier is None or not again:
            return
        chosen = anew(earlier, again, self.checks)
        self.context.adopt((giver, f) for giver, f in earlier.facts if giver not in chosen)
        kept = [name for name in self.checks if name not in chosen]
        for name in kept:
            if not chosen & set(self.checks[name].until):
                self.spoken.add(name)  # what its afterword said still holds
            self.begun[name] = time.monotonic()
            self.context.end(earlier.outcome(name, spoken=False))
        for name in kept:
            self._end(earlier.outcome(name, spoken=name in self.spoken))

    def _leave_out(self) -> None:
        """End what the user does not want to wait for; nothing more is heard of it."""
        left = left_out(self.context.stop) & self._running()
        self.context.leave(left)
        for name in left:
            self._end(Outcome(name, (), time.monotonic() - self.begun[name], because="user"))

    def _running(self) -> set[str]:
        return self.begun.keys() - self.outcomes.keys()

    def _start_ready(self) -> None:
        for name, check in self.checks.items():
            if name in self.begun or name in self.outcomes:
                continue
            before = {*check.requires, *check.after} & self.checks.keys()
            if not before <= self.outcomes.keys():
                continue
            stopper = next((r for r in check.requires if self._stops(r)), None)
            if stopper is not None:
                root = self.outcomes[stopper].because or stopper
                self._end(Outcome(name, because=root))
                self._start_ready()
                return
            self.begun[name] = time.monotonic()
            self.observer.started(name)
            threading.Thread(target=self._attempt, args=(name,), name=name, daemon=True).start()

    def _stops(self, name: str) -> bool:
        """Tell whether a check's end stops what requires it."""
        match self.outcomes[name].status:
            case Status.SKIPPED | Status.CRASHED:
                return True
            case Status.FAILED:
                return not self.context.gave(name)
            case Status.PASSED | Status.WARNING | Status.UNKNOWN:
                return False

    def _attempt(self, name: str) -> None:
        """Run one check on its own thread."""
        outcome = attempt(name, self.checks[name].run, self.context)
        with self.changed:
            self.inbox.append(outcome)
            self.changed.notify()

    def _wait(self) -> None:
        """Wait for news, for the next impatience, or for the wish to stop."""
        with self.changed:
            if not self.inbox and self._running():
                self.changed.wait(timeout=0.1)
            news, self.inbox = self.inbox, []
        self._leave_out()  # before the news: what was ended under a check's hands is not its word
        for outcome in news:
            if outcome.check not in self.outcomes:  # else it was left out meanwhile
                self._end(outcome)
        now = time.monotonic()
        for name in self._running() - self.told:
            if now - self.begun[name] >= self.checks[name].patience:
                self.told.add(name)
                self.observer.slow(name, now - self.begun[name])

    def _end(self, outcome: Outcome) -> None:
        self._record(outcome)
        for name, check in self.checks.items():
            if check.afterword is None or name in self.spoken or name not in self.outcomes:
                continue
            if self.checks.keys() & check.until <= self.outcomes.keys():
                self.spoken.add(name)
                self._speak(name, check)

    def _record(self, outcome: Outcome) -> None:
        self.outcomes[outcome.check] = outcome
        self.context.end(outcome)
        self.observer.finished(outcome)

    def _speak(self, name: str, check: Check) -> None:
        """Let a check add what only the end has shown."""
        if check.afterword is None or name not in self.begun:
            return
        try:
            more = tuple(check.afterword(self.context))
        except Exception as error:  # noqa: BLE001 - as in attempt
            self._record(_crash(name, error, self.context))
            return
        if more:
            before = self.outcomes[name]
            self._record(replace(before, findings=(*before.findings, *more)))

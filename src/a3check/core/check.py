"""What is a check, and what may it use while it runs?"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from a3check.core.model import Evidence, Finding, Outcome, Skip, Value
from a3check.core.wishes import Wishes

if TYPE_CHECKING:  # the window is painted before anything of a run is imported
    from datetime import datetime

    from a3check.core.ports import Ports
    from a3check.core.profile import Profile

T = TypeVar("T")


@dataclass(slots=True)
class Context:
    """The ports, the profile, the wish to stop, and what the earlier checks learned.

    ``started`` is when the run began, by this computer's clock; the runner's part.
    """

    ports: Ports
    profile: Profile
    wishes: Wishes = field(default_factory=Wishes)
    stop: threading.Event = field(default_factory=threading.Event)
    started: datetime | None = None
    _facts: dict[type[object], object] = field(default_factory=dict)
    _givers: set[str] = field(default_factory=set)
    _given_by: dict[type[object], str] = field(default_factory=dict)
    _used_up: set[str] = field(default_factory=set)
    _left: frozenset[str] = frozenset()
    _first: dict[str, Outcome] = field(default_factory=dict)
    _ended: dict[str, Outcome] = field(default_factory=dict)
    _expected: set[str] = field(default_factory=set)
    _lock: threading.Condition = field(default_factory=threading.Condition)

    def learn(self, fact: object) -> None:
        """Keep a fact for the checks to come; its type is its name.

        What a check says that was left out meanwhile is not heard.
        """
        giver = threading.current_thread().name
        with self._lock:
            if giver not in self._left:
                self._keep(fact, giver)

    def adopt(self, facts: Iterable[tuple[str, object]]) -> None:
        """Take over facts of an earlier run, each beside its giver; the runner's part."""
        with self._lock:
            for giver, fact in facts:
                self._keep(fact, giver)

    def use_up(self, kind: type[object]) -> None:
        """Say that a fact of that type has served: a later run does not take it over."""
        with self._lock:
            if kind in self._given_by:
                self._used_up.add(self._given_by[kind])

    def used_up(self) -> frozenset[str]:
        """Return the checks that gave a fact which has served."""
        with self._lock:
            return frozenset(self._used_up)

    def given(self) -> tuple[tuple[str, object], ...]:
        """Return every fact beside the check that gave it."""
        with self._lock:
            return tuple((self._given_by[kind], fact) for kind, fact in self._facts.items())

    def recall(self, kind: type[T]) -> T:
        """Return the fact of that type, which ``requires`` guarantees (else ``LookupError``)."""
        fact = self.find(kind)
        if fact is None:
            raise LookupError(kind.__name__)
        return fact

    def find(self, kind: type[T]) -> T | None:
        """Return the fact of that type where some check has given it."""
        with self._lock:
            fact = self._facts.get(kind)
        return fact if isinstance(fact, kind) else None

    def gave(self, check: str) -> bool:
        """Tell whether a check (its thread bears its name) has given a fact."""
        with self._lock:
            return check in self._givers

    def end(self, outcome: Outcome) -> None:
        """Note how a check ended; the runner's part."""
        with self._lock:
            self._first.setdefault(outcome.check, outcome)
            self._ended[outcome.check] = outcome
            self._lock.notify_all()

    def leave(self, checks: Iterable[str]) -> None:
        """Hear nothing any more from checks that the user left out; the runner's part."""
        with self._lock:
            self._left |= frozenset(checks)

    def expect(self, checks: Iterable[str]) -> None:
        """Say which checks take part in the run; the runner's part."""
        with self._lock:
            self._expected = set(checks)

    def wait_for(self, check: str, seconds: float = math.inf) -> None:
        """Wait until a check has ended, the user stops, or so many seconds are over.

        Without ``seconds`` the check's own deadlines bound this wait.
        """
        end = time.monotonic() + seconds
        with self._lock:
            while check in self._expected - self._ended.keys() and not self.stop.is_set():
                left = end - time.monotonic()
                if left <= 0:
                    return
                self._lock.wait(timeout=min(left, 0.1))

    def ended(self) -> Mapping[str, Outcome]:
        """Return the checks that have ended so far."""
        with self._lock:
            return dict(self._ended)

    def first_ends(self) -> Mapping[str, Outcome]:
        """Return how each check ended by itself, before any afterword."""
        with self._lock:
            return dict(self._first)

    def _keep(self, fact: object, giver: str) -> None:
        self._facts[type(fact)] = fact
        self._given_by[type(fact)] = giver
        self._givers.add(giver)


Run = Callable[[Context], Iterable[Finding | Skip]]
Afterword = Callable[[Context], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """One step of a diagnosis.

    ``requires`` are checks whose facts it needs; ``after`` are checks that
    must have ended before it begins, however they ended. ``patience`` is the
    time in seconds after which the user is told that it takes long: no kill.
    ``afterword`` may add findings once the checks in ``until`` have ended: all that
    use what it ends, since any of them may have been left out.
    """

    run: Run
    requires: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    patience: float = 5.0
    afterword: Afterword | None = None
    until: tuple[str, ...] = ()


def found(code: str, *private: Evidence, **evidence: Value) -> Finding:
    """Make a finding: ``found("driver.hung", module=path, call="C_Login", seconds=25)``."""
    return Finding(code, (*(Evidence(name, value) for name, value in evidence.items()), *private))


def secretly(name: str, value: Value) -> Evidence:
    """Make a private piece of evidence: masked in every export."""
    return Evidence(name, value, private=True)

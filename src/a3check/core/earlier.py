"""What does an earlier run leave to the next, and what must be tested anew?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from a3check.core.check import Check, Context
from a3check.core.model import Outcome
from a3check.core.register import Status, register

LASTS = 900.0
"""Seconds for which outcomes may be taken over; after that the world may be another."""
SLIPS = 60.0
"""Seconds by which the two clocks of :class:`Instant` may go apart between two runs."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment by a clock that nobody sets (``steady``) and by the computer's (``wall``)."""

    steady: float
    wall: float

    def lasts(self, now: "Instant") -> bool:
        """Tell whether what was measured then may still hold.

        Not where the clocks went apart: this one was set right, and what was learned of it is
        wrong now; or the computer slept, and may have woken in another network.
        """
        passed = now.steady - self.steady
        return passed <= LASTS and abs(now.wall - self.wall - passed) <= SLIPS


@dataclass(frozen=True, slots=True)
class Earlier:
    """The outcomes and facts of a run that has ended.

    ``first`` are the outcomes as the checks themselves ended, before any afterword;
    ``facts`` stand beside the check that gave each; ``used_up`` names checks whose fact
    served once and does not serve again; ``started`` is when that run began.
    """

    started: datetime
    outcomes: Mapping[str, Outcome]
    first: Mapping[str, Outcome]
    facts: tuple[tuple[str, object], ...] = ()
    used_up: frozenset[str] = frozenset()

    def outcome(self, check: str, *, spoken: bool) -> Outcome:
        """Return what is taken over of a check, and since when it stands.

        ``spoken`` where its afterword still holds.
        """
        outcome = (self.outcomes if spoken else self.first)[check]
        return replace(outcome, measured=outcome.measured or self.started)


def remember(context: Context, outcomes: Iterable[Outcome], started: datetime) -> Earlier:
    """Return what the next run may take over from one that has ended."""
    return Earlier(
        started,
        {outcome.check: outcome for outcome in outcomes},
        context.first_ends(),
        context.given(),
        context.used_up(),
    )


def anew(earlier: Earlier, wanted: Iterable[str], checks: Mapping[str, Check]) -> frozenset[str]:
    """Return every check to be run: those wanted, and what hangs together with them.

    That is what looks at their facts or was left out because of them; what measured their
    own facts at a moment, or in a process, that is gone (the register's ``anew``); what gave
    a fact that is used up; and whatever has no end of its own yet.
    """
    chosen = {name for name in checks if name in set(wanted) or _has_no_end(earlier, name)}
    before: set[str] = set()
    while before != chosen:
        before = set(chosen)
        for name, check in checks.items():
            if name in chosen:
                chosen |= checks.keys() & _brought(earlier, name, check)
            elif _hangs_on(earlier, name, check, chosen):
                chosen.add(name)
    return frozenset(chosen)


def _has_no_end(earlier: Earlier, name: str) -> bool:
    """Tell whether a check was cut, or broke: there is nothing to take over."""
    outcome = earlier.outcomes.get(name)
    return outcome is None or outcome.because == "user" or outcome.status is Status.CRASHED


def _brought(earlier: Earlier, name: str, check: Check) -> set[str]:
    """Return the checks without which this one cannot be run anew."""
    looked_at = {*check.requires, *register().uses.get(name, ())}
    return {*register().anew.get(name, ()), *(looked_at & earlier.used_up)}


def _hangs_on(earlier: Earlier, name: str, check: Check, chosen: set[str]) -> bool:
    looked_at = {*check.requires, *register().uses.get(name, ())}
    return bool(chosen & looked_at) or earlier.outcomes[name].because in chosen

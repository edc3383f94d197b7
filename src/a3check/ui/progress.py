"""How far has a run come: what has ended, what runs, and whose turn it is?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # the window is painted before anything of a run is imported
    from a3check.core.model import Outcome

AT_THE_PORTAL = "server"
NOT_LEFT_OUT = "pin"
"""What came of a PIN that was sent is always said: it may have cost a try."""


class Running(NamedTuple):
    """A check that runs: since when (monotonic seconds), and whether it outran its patience."""

    check: str
    since: float
    slow: bool = False


class Progress(NamedTuple):
    """How far a run has come.

    ``asking`` is the check that waits for the user; ``cancelling`` once the
    user wants the run to end; until ``rests`` (monotonic seconds) the portal is left alone,
    and the check ``server`` waits for its turn.
    """

    outcomes: tuple[Outcome, ...] = ()
    running: tuple[Running, ...] = ()
    asking: str = ""
    cancelling: bool = False
    rests: float = 0.0

    def waits(self, running: Running, now: float) -> float:
        """Return the seconds for which a check that runs waits for its turn at the portal."""
        return max(self.rests - now, 0.0) if running.check == AT_THE_PORTAL else 0.0

    def late(self, now: float, but: frozenset[str] = frozenset()) -> Running | None:
        """Return what has been slow for the longest, of what the user may leave out."""
        slow = [
            r
            for r in self.running
            if r.slow and r.check not in but | {NOT_LEFT_OUT, self.asking}
            if not self.waits(r, now)
        ]
        return min(slow, key=lambda r: r.since, default=None)

    def begin(self, check: str, now: float) -> Progress:
        """Return the progress with one more check that runs."""
        return self._replace(running=(*self.running, Running(check, now)))

    def linger(self, check: str, since: float) -> Progress:
        """Return the progress with a check marked as slow; one that waits for the user is not."""
        if check == self.asking:
            return self
        return self._changed(Running(check, since, slow=True))

    def ask(self, check: str) -> Progress:
        """Return the progress with a check that waits for the user."""
        return self._replace(asking=check)

    def answered(self, now: float) -> Progress:
        """Return the progress with nobody asked; what asked begins to take time from now."""
        return self._changed(Running(self.asking, now))._replace(asking="")

    def end(self, outcome: Outcome) -> Progress:
        """Return the progress with a check ended, or ended anew."""
        others = tuple(o for o in self.outcomes if o.check != outcome.check)
        running = tuple(r for r in self.running if r.check != outcome.check)
        return self._replace(outcomes=(*others, outcome), running=running)

    def _changed(self, running: Running) -> Progress:
        changed = (running if r.check == running.check else r for r in self.running)
        return self._replace(running=tuple(changed))

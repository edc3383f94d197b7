"""How far has a run come: what has ended, what runs, and whose turn it is?"""

from dataclasses import dataclass, replace

from a3check.core.model import Outcome


@dataclass(frozen=True, slots=True)
class Running:
    """A check that runs: since when (monotonic seconds), and whether it outran its patience."""

    check: str
    since: float
    slow: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come.

    ``asking`` is the check that waits for the user; ``cancelling`` once the
    user wants the run to end.
    """

    outcomes: tuple[Outcome, ...] = ()
    running: tuple[Running, ...] = ()
    asking: str = ""
    cancelling: bool = False

    def begin(self, check: str, now: float) -> "Progress":
        """Return the progress with one more check that runs."""
        return replace(self, running=(*self.running, Running(check, now)))

    def linger(self, check: str, since: float) -> "Progress":
        """Return the progress with a check marked as slow; one that waits for the user is not."""
        if check == self.asking:
            return self
        return self._changed(Running(check, since, slow=True))

    def ask(self, check: str) -> "Progress":
        """Return the progress with a check that waits for the user."""
        return replace(self, asking=check)

    def answered(self, now: float) -> "Progress":
        """Return the progress with nobody asked; what asked begins to take time from now."""
        return replace(self._changed(Running(self.asking, now)), asking="")

    def end(self, outcome: Outcome) -> "Progress":
        """Return the progress with a check ended, or ended anew."""
        others = tuple(o for o in self.outcomes if o.check != outcome.check)
        running = tuple(r for r in self.running if r.check != outcome.check)
        return replace(self, outcomes=(*others, outcome), running=running)

    def _changed(self, running: Running) -> "Progress":
        changed = (running if r.check == running.check else r for r in self.running)
        return replace(self, running=tuple(changed))

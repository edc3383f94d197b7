"""A moment by which something must have ended."""

import time

from a3check.tls.transcript import Trouble
from a3check.tls.trouble import Broken


class Deadline:
    """Counts seconds down; time spent elsewhere can be given back."""

    def __init__(self, seconds: float, within: "Deadline | None" = None) -> None:
        self._end = time.monotonic() + seconds
        self._within = within

    @property
    def left(self) -> float:
        """Seconds that are left, 0 at least; never more than the outer deadline's."""
        own = max(self._end - time.monotonic(), 0.0)
        return min(own, self._within.left) if self._within else own

    def wait(self) -> float:
        """Return the seconds that one wait may take; raises Broken(TIMEOUT) when none are left."""
        left = self.left
        if left <= 0:
            raise Broken(Trouble.TIMEOUT, "deadline")
        return left

    def give_back(self, seconds: float) -> None:
        """Move the end: the time went to someone who has a deadline of his own."""
        self._end += seconds

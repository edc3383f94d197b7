"""How does a probe, and the call that it was in, come to an end?"""

import time
from dataclasses import dataclass

from a3check.core.fault import Fault, FaultKind

_LARGEST_STATUS = 0xFF


@dataclass(frozen=True, slots=True)
class Ended:
    """The reply channel is at its end; ``garbage`` where what came was no message."""

    garbage: bool = False


@dataclass(slots=True)
class Calling:
    """Which call of the vendor's interface is running, and since when."""

    name: str
    since: float

    def fault(self, kind: FaultKind, detail: str = "") -> Fault:
        """Return what became of it until now."""
        return Fault(kind, self.name, max(0.0, time.monotonic() - self.since), detail)


def status(code: int) -> str:
    """Name an exit status: ``signal 11``, ``exit 3``, ``exit 0xC0000005``."""
    if code < 0:
        return f"signal {-code}"
    # Windows: an exception's code, such as that of an access violation.
    return f"exit {code}" if code <= _LARGEST_STATUS else f"exit 0x{code:08X}"

"""What was tried under Wine, one after another, and how each ended."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field


class Failed(Exception):  # noqa: N818 - a step's end
    """A step did not end as it must."""


def wants(holds: object, said: object = "") -> None:
    """Raise :class:`Failed` unless something holds."""
    if not holds:
        raise Failed(str(said))


@dataclass(slots=True)
class Steps:
    """Prints each step as it ends; one that failed does not keep the next from being tried."""

    passed: int = 0
    failed: list[str] = field(default_factory=list)

    def take(self, name: str, step: Callable[[], object]) -> None:
        """Take a step; what it returns is said beside its name."""
        begin = time.monotonic()
        try:
            told = step() or ""
        except Exception as failure:  # noqa: BLE001 - whatever it is, the others are tried
            self.failed.append(name)
            print(f"FAILED  {name}: {type(failure).__name__} {failure}", flush=True)
        else:
            self.passed += 1
            print(f"ok {time.monotonic() - begin:5.1f} s  {name}  {told}", flush=True)

"""Which findings are worse than others?"""

from collections.abc import Iterable

from a3check.core.model import Finding
from a3check.core.register import Status


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort by status, then in the register's order."""
    return tuple(sorted(findings, key=lambda f: (-f.status.gravity, f.rule.order)))


def gravities(findings: Iterable[Finding]) -> tuple[int, ...]:
    """Return a key that is smaller for the less bad: its worst first, then how many."""
    return tuple(
        sorted((f.status.gravity for f in findings if f.status is not Status.PASSED), reverse=True)
    )

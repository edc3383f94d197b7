"""Which findings exist, and what does each code stand for?"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from a3check.core import tables


class Status(StrEnum):
    """How a finding, a check or a diagnosis ended, from best to worst.

    ``UNKNOWN`` means that it could not be told: it is never shown as wrong.
    """

    SKIPPED = "skipped"
    PASSED = "passed"
    WARNING = "warning"
    UNKNOWN = "unknown"
    FAILED = "failed"
    CRASHED = "crashed"

    @property
    def gravity(self) -> int:
        """The greater, the worse."""
        return tuple(Status).index(self)

    @property
    def sign(self) -> str:
        """One character that marks it where there are letters alone."""
        return "·✓!?✗✗"[self.gravity]


class Blame(StrEnum):
    """Where the fault lies."""

    TOKEN = "token"  # noqa: S105 - the device, no password
    COMPUTER = "computer"
    NETWORK = "network"
    CERTIFICATE = "certificate"
    PORTAL = "portal"
    USER = "user"
    NOBODY = "nobody"


class Acts(StrEnum):
    """Who resolves it."""

    USER = "user"
    TECHNICIAN = "technician"
    SUPPLIER = "supplier"
    PORTAL = "portal"
    PROVIDER = "provider"
    NOBODY = "nobody"


class Code(NamedTuple):
    """One verdict of the register.

    ``evidence`` names the facts that every finding of this code carries,
    ``optional`` those that it may carry.
    """

    name: str
    status: Status
    blame: Blame
    acts: Acts
    order: int
    evidence: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


class Register(NamedTuple):
    """All codes in their order, the checks in theirs, and what each check requires.

    ``uses`` names the checks whose facts one looks at without requiring them; ``anew`` those
    that must be run again before it is run again. ``steps`` groups the
    checks as a person sees them; the last step, the verdict, has none.
    """

    date: str
    checks: tuple[str, ...]
    requires: Mapping[str, tuple[str, ...]]
    codes: Mapping[str, Code]
    uses: Mapping[str, tuple[str, ...]]
    anew: Mapping[str, tuple[str, ...]]
    steps: Mapping[str, tuple[str, ...]]


@cache
def register() -> Register:
    """Load ``resources/findings.toml``; a damaged one is a defect and raises."""
    table = tables.load("findings.toml")
    codes = {
        row["code"]: Code(
            row["code"],
            Status(row["status"]),
            Blame(row["blame"]),
            Acts(row["acts"]),
            order,
            tuple(row.get("evidence", ())),
            tuple(row.get("optional", ())),
        )
        for order, row in enumerate(table["finding"])
    }
    return Register(
        table["catalogue"],
        tuple(table["checks"]),
        _named(table["requires"]),
        MappingProxyType(codes),
        _named(table["uses"]),
        _named(table["anew"]),
        _named(table["steps"]),
    )


def _named(table: Mapping[str, list[str]]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({name: tuple(others) for name, others in table.items()})

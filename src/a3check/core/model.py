"""The values that a diagnosis is made of."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from a3check.core.register import Acts, Blame, Code, Status, register

Value = str | int | float | bool | datetime | tuple[str, ...]
"""What a measured fact may be; a moment is aware, a list is of texts."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One measured fact, as a technician would quote it.

    A ``private`` one (a person, a serial number, a path below a home) is
    masked in every export.
    """

    name: str
    value: Value
    private: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One conclusion: a code of the register and the facts that carry it.

    ``lowered`` turns a failed or unknown one into a warning; nothing raises it.
    """

    code: str
    evidence: tuple[Evidence, ...] = ()
    lowered: bool = False

    @property
    def rule(self) -> Code:
        """The register's entry; a code that is not in it is a defect (``KeyError``)."""
        return register().codes[self.code]

    @property
    def status(self) -> Status:
        """What the register says, or a warning where it was lowered."""
        status = self.rule.status
        if self.lowered and status in {Status.FAILED, Status.UNKNOWN}:
            return Status.WARNING
        return status

    @property
    def blame(self) -> Blame:
        """Where the fault lies."""
        return self.rule.blame

    @property
    def acts(self) -> Acts:
        """Who resolves it."""
        return self.rule.acts

    def lower(self) -> "Finding":
        """Return a failed or unknown finding as a warning, any other as it is."""
        worse = self.rule.status in {Status.FAILED, Status.UNKNOWN}
        return replace(self, lowered=True) if worse else self

    def get(self, name: str) -> Value | None:
        """Return the value of a named fact, or nothing where it has none."""
        return next((e.value for e in self.evidence if e.name == name), None)


@dataclass(frozen=True, slots=True)
class Skip:
    """A check says that there was nothing for it to do.

    ``because`` is the name of the check that decided it, ``"option"`` or ``"user"``.
    """

    because: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one check ended.

    ``seconds`` is the time it took; ``because`` says why it was skipped (a
    check, ``"option"`` or ``"user"``); ``crash`` holds our own error's type
    and words where the check broke; ``measured`` is set where it was taken over from an
    earlier run: when that one began.
    """

    check: str
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0
    because: str | None = None
    crash: str | None = None
    measured: datetime | None = None

    @property
    def status(self) -> Status:
        """The worst of its findings."""
        if self.crash is not None:
            return Status.CRASHED
        return max((f.status for f in self.findings), key=_gravity, default=Status.SKIPPED)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All outcomes in the order of the checks; ``core.verdict`` derives the rest.

    ``complete`` is false when the user cancelled or a deadline cut it;
    ``seconds`` is the time from start to end.
    """

    outcomes: tuple[Outcome, ...]
    started: datetime
    seconds: float
    complete: bool = True

    @property
    def crashed(self) -> bool:
        """Whether a check broke: a defect of our own."""
        return any(o.status is Status.CRASHED for o in self.outcomes)

    @property
    def taken_over(self) -> tuple[Outcome, ...]:
        """The outcomes that an earlier run has measured."""
        return tuple(o for o in self.outcomes if o.measured is not None)

    def outcome(self, check: str) -> Outcome:
        """Return how the named check ended."""
        return next(o for o in self.outcomes if o.check == check)


def findings(outcomes: Iterable[Outcome]) -> tuple[Finding, ...]:
    """Return all findings in the order of the checks."""
    return tuple(f for o in outcomes for f in o.findings)


def _gravity(status: Status) -> int:
    return status.gravity

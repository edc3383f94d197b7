"""Is this computer's clock right?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from a3check.core.check import Check, Context, found
from a3check.core.computer import TimeService
from a3check.core.internet import TimeSample
from a3check.core.model import Evidence, Finding, Value
from a3check.core.register import register

RIGHT = 5 * 60
"""Seconds that a clock may differ and still be right."""
WRONG = 24 * 60 * 60
"""Seconds from which a clock is wrong whatever it is used for."""
AGREE = 60
"""Seconds that two witnesses of the time may differ."""


@dataclass(frozen=True, slots=True)
class TrustedClock:
    """The moment by which every later judgement is made.

    ``offset`` is the trusted time minus this computer's clock in seconds;
    nothing where no trusted time could be had. ``given`` is the moment that the user
    named instead.
    """

    offset: float | None
    given: datetime | None = None

    @property
    def judged_by(self) -> str:
        """Whose time it is: ``trusted``, ``computer``, or ``option`` where the user named it."""
        if self.given is not None:
            return "option"
        return "computer" if self.offset is None else "trusted"

    def moment(self, now: datetime) -> datetime:
        """Return the best known time; never before this program was made, unless named."""
        if self.given is not None:
            return self.given
        return max(now + timedelta(seconds=self.offset or 0.0), built())


@dataclass(frozen=True, slots=True)
class Lifetime:
    """The dates of a certificate in play: its clock must be judged by them too."""

    not_before: datetime
    not_after: datetime

    def holds(self, moment: datetime) -> bool:
        """Tell whether the moment lies inside."""
        return self.not_before <= moment <= self.not_after


def built() -> datetime:
    """Return the date of the register: no clock can truly be before it."""
    return datetime.fromisoformat(register().date).replace(tzinfo=UTC)


def run(context: Context) -> Iterator[Finding]:
    """Ask for the trusted time, if anything may leave this computer."""
    urls = context.profile.network.time_urls if context.wishes.network else ()
    samples = context.ports.network.times(urls) if urls else ()
    now = context.ports.clock.now()
    offset = agreed(samples)
    context.learn(TrustedClock(offset))
    zone, brazilian = context.ports.system.zone()
    judged = judge(now, offset, zone, brazilian=brazilian, asked=context.wishes.network)
    yield from _explained(context, judged)


def agreed(samples: Sequence[TimeSample]) -> float | None:
    """Return the offset that two witnesses agree on.

    Where the profile names one address only, it is believed; where only one of
    several answered, this computer's own clock is the second witness.
    """
    offsets = sorted(s.offset for s in samples if s.offset is not None)
    if not offsets:
        return None
    if len(samples) == 1:
        return offsets[0]
    if len(offsets) == 1:
        return offsets[0] if abs(offsets[0]) <= RIGHT else None
    pairs = pairwise(offsets)
    return next((a for a, b in pairs if b - a <= AGREE), None)


def judge(
    now: datetime, offset: float | None, zone: str, *, brazilian: bool, asked: bool = True
) -> tuple[Finding, ...]:
    """Compare this clock with the trusted time, or with the day this program was made."""
    if offset is None:
        if now < built():
            return (_differs("clock.wrong", now, built(), source="build"),)
        why = {} if asked else {"reason": "option"}
        return (found("clock.unverified", computer_time=now, **why),)
    trusted = now + timedelta(seconds=offset)
    if abs(offset) >= WRONG:
        return (_differs("clock.wrong", now, trusted),)
    if abs(offset) > RIGHT:
        return (_differs("clock.off", now, trusted),)
    right = found("clock.right", trusted_time=trusted, seconds=round(offset, 1))
    return (right,) if brazilian else (right, found("clock.wrong_zone", zone=zone))


def afterword(context: Context) -> Iterator[Finding]:
    """Judge once more by the dates of the certificate in play."""
    lifetime, clock = context.find(Lifetime), context.find(TrustedClock)
    if lifetime is not None and clock is not None and clock.offset is not None:
        judged = judge_by(lifetime, context.ports.clock.now(), clock.offset)
        yield from _explained(context, judged)


def judge_by(lifetime: Lifetime, now: datetime, offset: float) -> tuple[Finding, ...]:
    """Call a clock wrong that puts the certificate on the other side of its dates."""
    trusted = now + timedelta(seconds=offset)
    if abs(offset) >= WRONG or lifetime.holds(now) == lifetime.holds(trusted):
        return ()
    return (_differs("clock.wrong", now, trusted),)


def with_service(findings: Sequence[Finding], service: TimeService) -> tuple[Finding, ...]:
    """Add to a clock that differs that this system was told not to set it."""
    if service not in {TimeService.DISABLED, TimeService.NO_SOURCE}:
        return tuple(findings)
    why = Evidence("reason", str(service))
    return tuple(
        replace(f, evidence=(*f.evidence, why)) if _by_trusted_time(f) else f for f in findings
    )


def _explained(context: Context, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Ask this system for its time service, where the clock differs."""
    if not any(map(_by_trusted_time, findings)):
        return tuple(findings)
    return with_service(findings, context.ports.system.computer().time_service)


def _by_trusted_time(finding: Finding) -> bool:
    return finding.code in {"clock.wrong", "clock.off"} and finding.get("source") is None


def _differs(code: str, now: datetime, trusted: datetime, **facts: Value) -> Finding:
    minutes = round(abs((trusted - now).total_seconds()) / 60)
    days = round(abs((trusted - now).total_seconds()) / WRONG)
    facts |= {"days": days} if code == "clock.wrong" else {}
    return found(code, computer_time=now, trusted_time=trusted, minutes=minutes, **facts)


CHECK = Check(run, afterword=afterword, until=("certificate",))

"""How are a verdict, a check and a finding written into the JSON of a report?"""

import math
from datetime import UTC, datetime, timedelta, timezone

from a3check.core.catalogue import Advice, Catalogue
from a3check.core.model import Evidence, Finding, Outcome, Value
from a3check.core.ports import JSON
from a3check.core.register import Acts, Blame, Status, register
from a3check.core.verdict import Verdict
from a3check.report.mask import Masker, readable

_DECIMALS = 3  # of a duration in seconds


def moment(value: datetime) -> str:
    """Return a moment as RFC 3339 §5.6 writes it, with its zone; a naive one is UTC."""
    aware = value if value.utcoffset() is not None else value.replace(tzinfo=UTC)
    offset = aware.utcoffset() or timedelta()
    minutes = round(offset.total_seconds() / 60)
    if offset.total_seconds() % 60:  # zones before 1914 have seconds, RFC 3339 has not
        aware = aware.astimezone(timezone(timedelta(minutes=minutes)))
    return aware.isoformat(timespec="seconds")


def duration(seconds: float) -> float:
    """Return a duration in seconds as a report holds it."""
    return round(seconds, _DECIMALS) if math.isfinite(seconds) else 0.0


class Entries:
    """Writes the parts that every report is made of, masked where there is a masker."""

    def __init__(self, masker: Masker | None, words: Catalogue) -> None:
        """Take a masker that knows what is private, or none to show all in clear."""
        self._masker, self._words = masker, words

    @property
    def masked(self) -> bool:
        """Whether private evidence is hidden, all of it."""
        return self._masker is not None and not self._masker.shown

    def conclusion(self, verdict: Verdict, overall: Advice) -> dict[str, JSON]:
        """Write a verdict; ``overall`` are the words where it has no cause."""
        cause = verdict.cause
        advice = overall if cause is None else self.advice(cause)
        return {
            "status": verdict.status.value,
            "cause": None if cause is None else cause.code,
            "blame": (Blame.NOBODY if cause is None else cause.blame).value,
            "acts": (Acts.NOBODY if cause is None else cause.acts).value,
            "title": advice.title,
            "explanation": advice.explanation,
            "steps": list(advice.steps),
            "also": list(dict.fromkeys(f.code for f in verdict.also)),
        }

    def check(self, outcome: Outcome) -> dict[str, JSON]:
        """Write how a check ended."""
        entry: dict[str, JSON] = {
            "name": outcome.check,
            "status": outcome.status.value,
            "seconds": duration(outcome.seconds),
            "requires": list(register().requires[outcome.check]),
        }
        if outcome.status is Status.SKIPPED:
            entry["because"] = outcome.because or "option"
        if outcome.measured is not None:
            entry["measured"] = moment(outcome.measured)
        if outcome.crash is not None:
            entry["crash"] = self.text(outcome.crash)
        entry["findings"] = [self._finding(finding) for finding in outcome.findings]
        return entry

    def advice(self, finding: Finding) -> Advice:
        """Return the words for a finding as they are shown here."""
        return self._words.advice(finding, facts=self._facts(finding))

    def said(self, key: str, *steps: str) -> Advice:
        """Return the words of an end without a finding."""
        title = self._words.words("report", f"{key}_title")
        return Advice(title, self._words.words("report", f"{key}_explanation"), steps)

    def text(self, text: str) -> str:
        """Return a free text as it is shown here."""
        return readable(text) if self._masker is None else self._masker.text(text)

    def shown(self, evidence: Evidence) -> Value:
        """Return a fact as it is shown here."""
        if self._masker is not None:
            return self._masker.value(evidence)
        match evidence.value:
            case str() as text:
                return readable(text)
            case tuple() as texts:
                return tuple(map(readable, texts))
            case value:
                return value

    def _finding(self, finding: Finding) -> dict[str, JSON]:
        return {
            "code": finding.code,
            "status": finding.status.value,
            "blame": finding.blame.value,
            "acts": finding.acts.value,
            "lowered": finding.lowered,
            "title": self.advice(finding).title,
            "evidence": {name: _json(value) for name, value in self._facts(finding).items()},
        }

    def _facts(self, finding: Finding) -> dict[str, Value]:
        """Return the evidence by name as it is shown here."""
        return {e.name: self.shown(e) for e in finding.evidence}


def _json(value: Value) -> JSON:
    match value:
        case datetime():
            return moment(value)
        case tuple():
            return list(value)
        case float() if not math.isfinite(value):
            return str(value)
        case _:
            return value

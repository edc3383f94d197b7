"""What does a diagnosis look like as the report's JSON, format 1?"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from a3check.core.catalogue import Advice, Catalogue, catalogue
from a3check.core.check import Form
from a3check.core.computer import Computer
from a3check.core.model import Diagnosis, Evidence, Finding, Outcome, Value, findings
from a3check.core.ports import JSON
from a3check.core.register import Acts, Blame, Status, register
from a3check.core.settings import Place
from a3check.core.verdict import Verdict, conclude
from a3check.report.mask import Masker, readable
from a3check.report.numbers import MASK

FORMAT = "a3check-report"
VERSION = 1
_DECIMALS = 3  # of a duration in seconds
_ENTROPY_DIGITS = 4


@dataclass(frozen=True, slots=True)
class About:
    """What a report says besides the outcomes.

    ``id`` is made by :func:`report_id`; ``catalogue`` and ``ca_bundle`` are
    dates (``2026-11-22``); ``modified`` tells that the profile is not the built-in one.
    """

    id: str
    version: str
    catalogue: str
    computer: Computer
    profile: str = "inss"
    modified: bool = False
    ca_bundle: str | None = None
    form: Form = Form.UNKNOWN
    place: Place = field(default_factory=Place)


def report_id(started: datetime, entropy: bytes) -> str:
    """Return ``20261122T143107-7f3a``: the local start and two bytes of entropy in hex."""
    return f"{started:%Y%m%dT%H%M%S}-{entropy.hex()[:_ENTROPY_DIGITS]:0>{_ENTROPY_DIGITS}}"


def document(
    diagnosis: Diagnosis,
    about: About,
    *,
    masked: bool = True,
    masker: Masker | None = None,
    words: Catalogue | None = None,
) -> dict[str, JSON]:
    """Return the report (``design: interfaces.md``, section 3), masked unless told otherwise.

    ``masker`` knows what is private here; ``words`` is the catalogue of another
    system than this one.
    """
    masker = (masker or Masker()) if masked else None
    return _Writer(diagnosis, about, masker, words or catalogue()).write()


def dumps(document: Mapping[str, JSON]) -> str:
    """Return the report's text: the same document, the same bytes in UTF-8.

    What JSON cannot hold is written as text: a report is never lost to one fact.
    """
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False, default=str) + "\n"


def moment(value: datetime) -> str:
    """Return a moment as RFC 3339 §5.6 writes it, with its zone; a naive one is UTC."""
    aware = value if value.utcoffset() is not None else value.replace(tzinfo=UTC)
    offset = aware.utcoffset() or timedelta()
    minutes = round(offset.total_seconds() / 60)
    if offset.total_seconds() % 60:  # zones before 1914 have seconds, RFC 3339 has not
        aware = aware.astimezone(timezone(timedelta(minutes=minutes)))
    return aware.isoformat(timespec="seconds")


class _Writer:
    """Writes one report; every string on its way out passes through here."""

    def __init__(
        self, diagnosis: Diagnosis, about: About, masker: Masker | None, words: Catalogue
    ) -> None:
        """Write masked where there is a masker."""
        self._diagnosis, self._about, self._words = diagnosis, about, words
        private = (e for f in findings(diagnosis.outcomes) for e in f.evidence)
        self._masker = None if masker is None else masker.knowing(private)
        self._verdict = conclude(diagnosis)

    def write(self) -> dict[str, JSON]:
        about, computer = self._about, self._about.computer
        place = about.place
        return {
            "format": FORMAT,
            "version": VERSION,
            "id": about.id,
            "started": moment(self._diagnosis.started),
            "seconds": _seconds(self._diagnosis.seconds),
            "app": {
                "version": about.version,
                "catalogue": about.catalogue,
                "ca_bundle": about.ca_bundle,
            },
            "profile": {"name": self._text(about.profile), "modified": about.modified},
            "masked": self._masker is not None,
            "form": about.form.value,
            "place": {
                "municipality": self._filled(place.municipality),
                "state": self._filled(place.state),
                "entity": self._filled(place.entity),
                "agreement": self._filled(place.agreement),
                "contact": self._contact(place.contact),
            },
            "computer": {
                "system": self._own(computer.system),
                "arch": self._own(computer.arch),
                "session": computer.session.value,
                "locale": self._own(computer.locale),
            },
            "verdict": self._conclusion(self._verdict),
            "checks": self._checks(),
            "complete": self._diagnosis.complete,
        }

    def _conclusion(self, verdict: Verdict) -> dict[str, JSON]:
        cause = verdict.cause
        advice = self._overall(verdict) if cause is None else self._advice(cause)
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

    def _overall(self, verdict: Verdict) -> Advice:
        """Return the words of an end without a cause."""
        if verdict.arrival is not None:
            return self._advice(verdict.arrival)
        if self._diagnosis.crashed:
            return self._said("crashed", self._words.words("report", "crashed_step"))
        return self._said("unknown" if self._diagnosis.complete else "incomplete")

    def _said(self, key: str, *steps: str) -> Advice:
        title = self._words.words("report", f"{key}_title")
        return Advice(title, self._words.words("report", f"{key}_explanation"), steps)

    def _checks(self) -> list[JSON]:
        ended = {outcome.check: outcome for outcome in self._verdict.outcomes}
        why = "option" if self._diagnosis.complete else "user"
        return [
            self._check(ended.get(name, Outcome(name, because=why))) for name in register().checks
        ]

    def _check(self, outcome: Outcome) -> dict[str, JSON]:
        entry: dict[str, JSON] = {
            "name": outcome.check,
            "status": outcome.status.value,
            "seconds": _seconds(outcome.seconds),
            "requires": list(register().requires[outcome.check]),
        }
        if outcome.status is Status.SKIPPED:
            entry["because"] = outcome.because or "option"
        if outcome.measured is not None:
            entry["measured"] = moment(outcome.measured)
        if outcome.crash is not None:
            entry["crash"] = self._text(outcome.crash)
        entry["findings"] = [self._finding(finding) for finding in outcome.findings]
        return entry

    def _finding(self, finding: Finding) -> dict[str, JSON]:
        return {
            "code": finding.code,
            "status": finding.status.value,
            "blame": finding.blame.value,
            "acts": finding.acts.value,
            "lowered": finding.lowered,
            "title": self._advice(finding).title,
            "evidence": {name: _json(value) for name, value in self._facts(finding).items()},
        }

    def _advice(self, finding: Finding) -> Advice:
        return self._words.advice(finding, facts=self._facts(finding))

    def _facts(self, finding: Finding) -> dict[str, Value]:
        """Return the evidence by name as it is shown here."""
        return {e.name: self._shown(e) for e in finding.evidence}

    def _shown(self, evidence: Evidence) -> Value:
        if self._masker is not None:
            return self._masker.value(evidence)
        match evidence.value:
            case str() as text:
                return readable(text)
            case tuple() as texts:
                return tuple(map(readable, texts))
            case value:
                return value

    def _text(self, text: str) -> str:
        return readable(text) if self._masker is None else self._masker.text(text)

    def _own(self, text: str) -> str:
        """Return what names a place or a product: no word of it is taken for a user's name."""
        return readable(text) if self._masker is None else self._masker.numbers(text)

    def _filled(self, text: str) -> str | None:
        """Return what the user filled in about the place; nothing where left empty."""
        return self._own(text) if text else None

    def _contact(self, text: str) -> str | None:
        """Return the person to ask: not for a masked report."""
        if not text:
            return None
        return readable(text) if self._masker is None else MASK


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


def _seconds(seconds: float) -> float:
    return round(seconds, _DECIMALS) if math.isfinite(seconds) else 0.0

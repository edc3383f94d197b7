"""What does a diagnosis look like as the report's JSON, format 1?"""

import json
from dataclasses import dataclass, field
from datetime import datetime

from a3check.core.catalogue import Advice, Catalogue, catalogue
from a3check.core.computer import Computer
from a3check.core.model import Diagnosis, Outcome, findings
from a3check.core.ports import JSON
from a3check.core.register import register
from a3check.core.settings import Place
from a3check.core.verdict import conclude
from a3check.core.wishes import Form
from a3check.report.entries import Entries, duration, moment
from a3check.report.groups import NOTHING
from a3check.report.mask import Masker, readable

FORMAT = "a3check-report"
VERSION = 1
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

    ``masker`` knows what is private here and which groups of it are left in clear, which the
    report then names; ``words`` is the catalogue of another system than this one.
    """
    masker = (masker or Masker()) if masked else None
    return _Writer(diagnosis, about, masker, words or catalogue()).write()


def dumps(document: JSON) -> str:
    """Return the report's text: the same document, the same bytes in UTF-8.

    What JSON cannot hold is written as text: a report is never lost to one fact.
    """
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False, default=str) + "\n"


class _Writer(Entries):
    """Writes one report; every string on its way out passes through its masks."""

    def __init__(
        self, diagnosis: Diagnosis, about: About, masker: Masker | None, words: Catalogue
    ) -> None:
        """Write masked where there is a masker."""
        private = (e for f in findings(diagnosis.outcomes) for e in f.evidence)
        super().__init__(None if masker is None else masker.knowing(private), words)
        self._diagnosis, self._about = diagnosis, about
        self._verdict = conclude(diagnosis)

    def write(self) -> dict[str, JSON]:
        about, computer = self._about, self._about.computer
        place = about.place
        return {
            "format": FORMAT,
            "version": VERSION,
            "id": about.id,
            "started": moment(self._diagnosis.started),
            "seconds": duration(self._diagnosis.seconds),
            "app": {
                "version": about.version,
                "catalogue": about.catalogue,
                "ca_bundle": about.ca_bundle,
            },
            "profile": {"name": self.text(about.profile), "modified": about.modified},
            "masked": self.masked,
            **self._shown(),
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
            "verdict": self.conclusion(self._verdict, self._overall()),
            "checks": self._checks(),
            "complete": self._diagnosis.complete,
        }

    def _shown(self) -> dict[str, JSON]:
        """Name the groups that are in clear; a report that hides none says so by ``masked``."""
        shown = self._masker.shown if self._masker is not None else NOTHING
        return {"shown": [group.value for group in sorted(shown)]} if shown else {}

    def _overall(self) -> Advice:
        """Return the words of an end without a cause."""
        if self._verdict.arrival is not None:
            return self.advice(self._verdict.arrival)
        if self._diagnosis.crashed:
            return self.said("crashed", self._words.words("report", "crashed_step"))
        return self.said("unknown" if self._diagnosis.complete else "incomplete")

    def _checks(self) -> list[JSON]:
        ended = {outcome.check: outcome for outcome in self._verdict.outcomes}
        why = "option" if self._diagnosis.complete else "user"
        return [
            self.check(ended.get(name, Outcome(name, because=why))) for name in register().checks
        ]

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
        return readable(text) if self._masker is None else self._masker.contact(text)

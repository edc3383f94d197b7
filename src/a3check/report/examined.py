"""What is written of a certificate that was judged without a token: its JSON and its lines?"""

from collections.abc import Iterator
from dataclasses import dataclass

from a3check.core.catalogue import Advice, Catalogue
from a3check.core.model import Evidence, Finding, Outcome, findings
from a3check.core.ports import JSON
from a3check.core.register import Status
from a3check.core.verdict import Verdict, examined
from a3check.report.entries import Entries
from a3check.report.mask import Masker

CHECKS = ("certificate", "chain", "revocation")
"""What a certificate alone can be asked about."""
_UNREADABLE = "certificate.unreadable"


@dataclass(frozen=True, slots=True)
class Examined:
    """What the checks found of one certificate.

    ``file`` is its file as the user named it, ``index`` its place in it from 0, ``of``
    how many it holds; ``holder`` is whose it is: private but for a CA.
    """

    file: str
    index: int
    of: int
    outcomes: tuple[Outcome, ...]
    holder: Evidence | None = None

    @property
    def verdict(self) -> Verdict:
        """The rule's, where no login is part of it."""
        return examined(self.outcomes)

    @property
    def status(self) -> Status:
        """Failed where there is a cause; else the worst: a passed verdict may hold warnings."""
        if self.verdict.status is Status.FAILED:
            return Status.FAILED
        return max((o.status for o in self.outcomes), key=lambda status: status.gravity)


class Writer(Entries):
    """Writes one certificate, masked alike in its JSON and in its lines."""

    def __init__(self, what: Examined, masker: Masker | None, words: Catalogue) -> None:
        """Write masked where there is a masker."""
        private = [e for f in findings(what.outcomes) for e in f.evidence]
        private += [what.holder] if what.holder else []
        super().__init__(None if masker is None else masker.knowing(private), words)
        self._what, self._verdict = what, what.verdict

    def entry(self) -> dict[str, JSON]:
        """Return its object (``design: interfaces.md``, section 1)."""
        return {
            "file": self.text(self._what.file),
            "index": self._what.index,
            "verdict": self.conclusion(self._verdict, self._overall()),
            "checks": [self.check(outcome) for outcome in self._what.outcomes],
        }

    @property
    def place(self) -> str:
        """Where it lies: its file, and its number where that holds several."""
        name = self.text(self._what.file)
        return _plain(f"{name}[{self._what.index}]" if self._what.of > 1 else name)

    def line(self) -> str:
        """Return the file, the holder, the cause and who resolves it, in one line."""
        told = self._told()
        holder = str(self.shown(self._what.holder)) if self._what.holder else ""
        title = self._overall().title if told is None else self.advice(told).title
        acts = self._acts(told) if told and told.status is not Status.PASSED else ""
        return _plain(" · ".join(filter(None, (self.place, holder, title, acts))))

    def details(self) -> Iterator[str]:
        """Yield why, what to do, what else was found and the code, below the line."""
        told = self._told()
        advice = self._overall() if told is None else self.advice(told)
        if advice.explanation:
            yield _plain(advice.explanation)
        for number, step in enumerate(advice.steps, 1):
            yield _plain(f"  {number}. {step}")
        also = [self.advice(f).title for f in self._verdict.also if f != told]
        if others := [title for title in dict.fromkeys(also) if title != advice.title]:
            yield self._words.words("cli", "also")
            for title in others:
                yield _plain(f"  - {title}")
        if told is not None:
            yield self._words.words("cli", "code", code=told.code)

    def _told(self) -> Finding | None:
        """Return what a line is about: the cause, else a warning, else that it is usable."""
        verdict = self._verdict
        if verdict.cause or verdict.status is not Status.PASSED:
            return verdict.cause
        return next(iter((*verdict.also, *findings(self._what.outcomes))), None)

    def _overall(self) -> Advice:
        """Return the words of an end without a cause."""
        if self._verdict.status is Status.PASSED:
            return self.said("examined")
        if self._what.status is Status.CRASHED:
            return self.said("crashed", self._words.words("report", "crashed_step"))
        return self.said("incomplete")

    def _acts(self, told: Finding) -> str:
        if told.lowered or told.code == _UNREADABLE:  # no fault, or not even a certificate
            return ""
        acts = self._words.words("acts", told.acts.value)
        return self._words.words("cli", "acts", acts=acts)


def _plain(text: str) -> str:
    """Return what a terminal shows as it is: names in certificates and of files hold anything."""
    return "".join(c if c.isprintable() else "?" for c in text)

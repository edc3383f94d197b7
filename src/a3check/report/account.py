"""What does a report tell those who are to help: the story, what was tried, the facts?"""

from collections.abc import Iterator, Mapping

from a3check.core.catalogue import Catalogue
from a3check.core.computer import Session
from a3check.core.ports import JSON
from a3check.core.register import Acts, Blame, Status, register
from a3check.core.verdict import ACCEPTED
from a3check.core.wishes import Form
from a3check.report import reading
from a3check.report.caption import message
from a3check.report.groups import names_persons
from a3check.report.numbers import MASK
from a3check.report.passage import Line, Passage, Rank

_FACTS = (
    "module",
    "module_version",
    "module_company",
    "missing",
    "installed",
    "registered",
    "token_model",
    "token_maker",
    "reader",
    "readers",
    "atr",
    "issuer",
    "policy",
    "not_after",
    "tls_version",
    "signature_scheme",
    "alert",
    "http_status",
    "words",
    "phase",
    "reason",
    "ckr",
    "call",
    "seconds",
    "tries_left",
)
"""Evidence that support asks for, in the order of the ticket."""

_ACTS = tuple(map(str, Acts))
_FORMS = tuple(map(str, Form))
_SESSIONS = tuple(map(str, reversed(Session)))
_STATUSES = tuple(map(str, Status))
_OF_CERTIFICATE, _SERVERS = frozenset({"holder", "issuer", "policy", "not_after"}), "server."
"""What is said of the user's certificate; the findings that say the same of a server's."""
_ONLY_OF_THE_CAUSE = frozenset({"seconds", "reason", "call", "words", "phase"})


class Account:
    """The sentences of one report; a line without its fact is left out."""

    def __init__(self, document: Mapping[str, JSON], words: Catalogue) -> None:
        self._document, self._words = document, words

    def passages(self, asking: str = "", *, steps: bool = False) -> tuple[Passage, ...]:
        """Return the description: ``asking`` first, then story, what was tried, facts.

        With ``steps`` what there is to do stands before what was tried: for who is to do it.
        """
        first = [Line(asking, Rank.STORY)] if asking else []
        return (
            Passage((*first, *self._story())),
            Passage(
                tuple(self._lines(self._steps() if steps else iter(()))),
                self._say("to_do").upper(),
            ),
            Passage(tuple(self._lines(self.tried())), self._say("tried").upper()),
            Passage(tuple(self._lines(self.facts(), Rank.FACTS)), self._say("facts").upper()),
        )

    def title(self) -> str:
        """Return the verdict's sentence without its full stop."""
        return _unstopped(self._text("verdict", "title"))

    def message(self) -> str:
        """Return what the other side said, with a word on what is hidden of it."""
        if not self._text("verdict", "cause"):
            return ""
        said = message(self._document)
        return f"{said} {self._say('hidden')}" if self._hidden() else said

    def when(self) -> str:
        """Return the moment of the run with its zone; empty where the report has none."""
        date, time, zone = reading.started(self._document)
        return self._say("moment", date=date, time=time, zone=zone) if date else ""

    def facts(self) -> Iterator[str]:
        """Yield computer, program and what was measured, a line each."""
        computer = reading.field(self._document, "computer")
        session = self._known("computer", "session", among=_SESSIONS)
        yield self._say(
            "computer",
            system=reading.text(computer, "system"),
            arch=reading.text(computer, "arch"),
            session=self._say(f"session_{session}"),
        )
        app = reading.field(self._document, "app")
        version = reading.text(app, "version")
        yield self._say("program", version=version, catalogue=_day(reading.text(app, "catalogue")))
        listed = _day(reading.text(app, "ca_bundle"))
        yield self._say("authorities", date=listed) if listed else self._say("no_authorities")
        for name in _FACTS:
            if (value := self._fact(name)) and not (name == "words" and self._hidden()):
                yield self._say(f"fact_{name}", value=value)

    def tried(self) -> Iterator[str]:
        """Yield how each check ended, a line each; what was left out is not named."""
        for check in reading.items(reading.field(self._document, "checks")):
            if reading.text(check, "name") in register().checks:
                yield from self._ended(check)

    def _story(self) -> Iterator[Line]:
        verdict, story = "verdict", Rank.STORY
        form = self._say(f"form_{self._known('form', among=_FORMS)}")
        profile = self._text("profile", "name")
        yield Line(self._say("did", form=form, profile=profile), story)
        yield Line(self._say("happens", title=self.title()))
        if self._text(verdict, "status") == Status.PASSED:
            yield Line(self._say("describe"))
        if explanation := self._text(verdict, "explanation"):
            yield Line(explanation, story)
        if said := self.message():
            yield Line(self._say("message", message=said))
        if when := self.when():
            yield Line(self._say("when", when=when), Rank.KEPT)
        if host := reading.host(self._document):
            yield Line(self._say("host", host=host))
        if holder := self._holder():
            yield Line(self._say("holder", holder=holder))
        if code := self._text(verdict, "cause"):
            yield Line(self._say("code", code=code), Rank.KEPT)
            yield from self._lines(self._resolves(), story)
        if also := reading.texts(self._document, verdict, "also"):
            yield Line(self._say("also", codes=", ".join(also)), story)
        yield Line(self._say("id", id=self._text("id")), Rank.KEPT)

    def _holder(self) -> str:
        """Return name and CPF as the certificate has them; hidden they tell nobody anything."""
        return self._fact("holder") if names_persons(self._document) else ""

    def _steps(self) -> Iterator[str]:
        steps = reading.texts(self._document, "verdict", "steps")
        return (f"{number}. {step}" for number, step in enumerate(steps, 1))

    def _lines(self, texts: Iterator[str], rank: Rank = Rank.TRIED) -> Iterator[Line]:
        return (Line(text, rank) for text in texts)

    def _ended(self, check: JSON) -> Iterator[str]:
        status = reading.text(check, "status")
        if status not in _STATUSES or status == Status.SKIPPED:
            return
        name = self._words.title(reading.text(check, "name"))
        said = self._words.words("status", status)
        title = _unstopped(self._worst(check))
        key = "tried_line" if title else "tried_none"
        yield "- " + self._say(key, check=name, status=said, title=title)

    def _fact(self, name: str) -> str:
        """Return a fact of the cause, else of the first finding that has it."""
        where = [reading.cause(self._document)]
        if name not in _ONLY_OF_THE_CAUSE:
            where += reading.findings(self._document)
        if name in _OF_CERTIFICATE:
            where = [f for f in where if not reading.text(f, "code").startswith(_SERVERS)]
        values = (reading.shown(reading.field(f, "evidence", name)) for f in where)
        return next(filter(None, values), "")

    def _worst(self, check: JSON) -> str:
        """Return the sentence of the finding that gives a check its status, or of the arrival."""
        found = reading.items(reading.field(check, "findings"))
        status = reading.text(check, "status")
        told = [f for f in found if reading.text(f, "status") == status]
        if status == Status.WARNING:
            told = [f for f in found if reading.text(f, "code") in ACCEPTED] or told
        return next((reading.text(f, "title") for f in told), "")

    def _known(self, *path: str, among: tuple[str, ...]) -> str:
        """Return a word of the report, or the last of those known where it is none of them."""
        word = self._text(*path)
        return word if word in among else among[-1]

    def _hidden(self) -> bool:
        """Tell whether what the page said, as the user typed it, is masked in this report."""
        said = reading.shown(reading.field(reading.cause(self._document), "evidence", "words"))
        return bool(said) and all(MASK in word for word in said.split())

    def _resolves(self) -> Iterator[str]:
        """Say who resolves it to those who read the ticket: “you” would be they.

        Where the user only reports what the portal did, nothing is said.
        """
        acts = self._known("verdict", "acts", among=_ACTS)
        if acts != Acts.USER:
            yield self._say("resolves", acts=self._words.words("acts", acts))
        elif self._text("verdict", "blame") != Blame.PORTAL:
            yield self._say("resolves_user")

    def _text(self, *path: str) -> str:
        return reading.text(self._document, *path)

    def _say(self, key: str, **facts: str) -> str:
        return self._words.words("ticket", key, **facts)


def _day(date: str) -> str:
    """Write 2026-11-22 as a Brazilian reads it."""
    return "/".join(reversed(date.split("-")))


def _unstopped(sentence: str) -> str:
    """Return a sentence without its full stop: the catalogue sets its own."""
    return sentence.rstrip(". ")

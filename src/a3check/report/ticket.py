"""What does the text of the INSS's ticket say (``chamado.txt``)?

Category, detailed description and a print with date, time and error message are
what Portaria Conjunta DIRBEN/DTI/INSS nº 64/2022 asks for.
"""

from collections.abc import Iterator, Mapping

from a3check.core.catalogue import Catalogue
from a3check.core.check import Form
from a3check.core.computer import Session
from a3check.core.ports import JSON
from a3check.core.profile import Support
from a3check.core.register import Acts, Blame, Status, register
from a3check.core.verdict import ACCEPTED
from a3check.report import reading
from a3check.report.caption import message
from a3check.report.numbers import MASK

_PLACE = ("municipality", "state", "entity", "agreement", "contact")
_FACTS = (
    "module",
    "module_version",
    "module_company",
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
_ONLY_OF_THE_CAUSE = frozenset({"seconds", "reason", "call", "words", "phase"})


def ticket(
    document: Mapping[str, JSON],
    words: Catalogue,
    *,
    support: Support | None = None,
    contact: str = "",
) -> str:
    """Return the ticket's text, made of a report in clear or masked, as the user chose.

    ``contact`` is the person to answer: given apart, because a masked report
    does not hold it.
    """
    writer = _Ticket(document, words, support or Support(), contact)
    blocks = (writer.head(), writer.who(), writer.description(), writer.facts(), writer.tried())
    return "\n\n".join("\n".join(block) for block in map(tuple, blocks) if block) + "\n"


class _Ticket:
    """The parts of one ticket; a line without its fact is left out."""

    def __init__(
        self, document: Mapping[str, JSON], words: Catalogue, support: Support, contact: str
    ) -> None:
        self._document, self._words = document, words
        self._support, self._contact = support, contact

    def head(self) -> Iterator[str]:
        yield self._say("heading")
        yield self._say("where", url=self._support.url)
        yield self._say("category", category=self._support.category)
        yield self._say("attach")
        if reading.field(self._document, "profile", "modified") is True:
            name = self._text("profile", "name")
            yield self._words.words("report", "other_profile", name=name)
        acts = self._text("verdict", "acts")
        if acts in _ACTS and acts not in {Acts.PORTAL, Acts.NOBODY}:
            yield self._say("other_acts", acts=self._acts(acts))

    def who(self) -> Iterator[str]:
        told = {name: self._text("place", name) for name in _PLACE}
        told["contact"] = self._contact or told["contact"]
        lines = [self._say(name, value=value) for name, value in told.items() if value]
        if lines:
            yield self._say("who").upper()
            yield from lines

    def description(self) -> Iterator[str]:
        verdict = "verdict"
        yield self._say("description").upper()
        form = self._say(f"form_{self._known('form', among=_FORMS)}")
        yield self._say("did", form=form, profile=self._text("profile", "name"))
        yield self._say("happens", title=_unstopped(self._text(verdict, "title")))
        if explanation := self._text(verdict, "explanation"):
            yield explanation
        if self._text(verdict, "cause"):
            said = message(self._document)
            yield self._say("message_hidden" if self._hidden() else "message", message=said)
        date, time, zone = reading.started(self._document)
        yield self._say("when", date=date, time=time, zone=zone)
        if host := reading.host(self._document):
            yield self._say("host", host=host)
        if code := self._text(verdict, "cause"):
            yield self._say("code", code=code)
            yield from self._resolves(self._known(verdict, "acts", among=_ACTS))
        if also := reading.texts(self._document, verdict, "also"):
            yield self._say("also", codes=", ".join(also))
        yield self._say("id", id=self._text("id"))

    def facts(self) -> Iterator[str]:
        yield self._say("facts").upper()
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
        yield self._say("tried").upper()
        for check in reading.items(reading.field(self._document, "checks")):
            if reading.text(check, "name") in register().checks:
                yield from self._ended(check)

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

    def _resolves(self, acts: str) -> Iterator[str]:
        """Say who resolves it to those who read the ticket: “you” would be they.

        Where the user only reports what the portal did, nothing is said.
        """
        if acts != Acts.USER:
            yield self._say("resolves", acts=self._acts(acts))
        elif self._text("verdict", "blame") != Blame.PORTAL:
            yield self._say("resolves_user")

    def _acts(self, acts: str) -> str:
        return self._words.words("acts", acts)

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

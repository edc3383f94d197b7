"""What does a report say in short to whoever reads it: on paper, on a page, in a terminal?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from a3check.core.catalogue import Catalogue
from a3check.core.ports import JSON
from a3check.core.register import Acts, Status, register
from a3check.report import groups, reading
from a3check.report.numbers import MASK

_PLACE = ("municipality", "state", "entity", "agreement", "contact")
_ACTS = tuple(map(str, Acts))
_STATUSES = tuple(map(str, Status))
LONGEST = 2000
"""Characters of one fact: a longer one would fill pages; the JSON holds it whole."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a check ended: its title, its status, that status in a word, and what was found."""

    title: str
    status: Status
    word: str
    said: str


@dataclass(frozen=True, slots=True)
class Found:
    """A finding for those who give support: its sentence, its code, its facts by their names."""

    title: str
    code: str
    status: Status
    facts: tuple[tuple[str, str], ...]


def clean(text: str) -> str:
    """Return a text of a file as one line that moves no cursor and turns no writing around."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


class Summary:
    """The sayings of one report, each of its texts cleaned; what is missing is left out."""

    def __init__(self, document: Mapping[str, JSON], words: Catalogue) -> None:
        self._document, self._words = document, words
        self.title = self._text("verdict", "title")
        self.explanation = self._text("verdict", "explanation")
        self.steps = tuple(map(clean, reading.texts(document, "verdict", "steps")))
        self.also = tuple(self._also())

    @property
    def status(self) -> Status:
        """Return how the run ended; unknown, where that is not said."""
        said = self._text("verdict", "status")
        return Status(said) if said in {Status.PASSED, Status.FAILED} else Status.UNKNOWN

    @property
    def word(self) -> str:
        """Return the verdict in a word or two."""
        return self._say(f"status_{self.status}")

    @property
    def id(self) -> str:
        """Return the report's number."""
        return self._text("id")

    def say(self, key: str, **facts: str) -> str:
        """Return a text of the page itself."""
        return self._say(key, **facts)

    def who(self) -> Iterator[tuple[str, str]]:
        """Yield who resolves it, and the code to name."""
        acts = self._text("verdict", "acts")
        if acts in _ACTS and acts != Acts.NOBODY:
            yield self._say("acts"), self._words.words("acts", acts)
        if code := self._text("verdict", "cause"):
            yield self._say("code"), code

    def notices(self) -> Iterator[str]:
        """Yield what a reader must know before relying on it."""
        cut = self._words.words("report", "incomplete_title")
        if reading.field(self._document, "complete") is not True and self.title != cut:
            yield cut
        if reading.field(self._document, "profile", "modified") is True:
            name = self._text("profile", "name")
            yield self._words.words("report", "other_profile", name=name)
        if private := groups.notice(self._document, self._words, "page"):
            yield private

    def around(self) -> Iterator[tuple[str, str]]:
        """Yield when, where and with what it was tested, and the report's number."""
        date, time, zone = reading.started(self._document)
        yield self._say("when"), self._say("moment", date=date, time=time, zone=zone)
        for name in _PLACE:
            if (value := self._text("place", name)) and value != MASK:
                yield self._say(name), value
        system, arch = self._text("computer", "system"), self._text("computer", "arch")
        yield self._say("computer"), f"{system}, {arch}"
        if host := clean(reading.host(self._document)):
            yield self._say("host"), host
        yield self._say("program"), self.program()
        yield self._say("id"), self.id

    def checks(self) -> Iterator[Ended]:
        """Yield each check by its title, and how it ended."""
        for check in reading.items(reading.field(self._document, "checks")):
            name, said = (clean(reading.text(check, key)) for key in ("name", "status"))
            status = _known(said)
            titles = [clean(reading.text(f, "title")) for f in _telling(check, said)]
            word = self._words.words("status", status)
            yield Ended(self._check_title(name), status, word, "".join(titles))

    def made(self) -> str:
        """Return when it was tested, in short; empty where that is not said."""
        date, time, _ = reading.started(self._document)
        return self._say("made", date=date, time=time) if date else ""

    def program(self) -> str:
        """Return the name and version of the program that wrote it."""
        return f"a3check {self._text('app', 'version')}".strip()

    def pictures(self) -> Iterator[tuple[str, str, str]]:
        """Yield each picture that the report names: its file, when it was taken, its SHA-256."""
        for one in reading.items(reading.field(self._document, "pictures")):
            taken = " ".join(reading.parts(reading.text(one, "taken"))).strip()
            yield clean(reading.text(one, "file")), taken, clean(reading.text(one, "sha256"))

    def found(self) -> Iterator[Found]:
        """Yield every finding in the order of the checks."""
        for one in reading.findings(self._document):
            title, code = (clean(reading.text(one, name)) for name in ("title", "code"))
            yield Found(title, code, _known(reading.text(one, "status")), tuple(self._facts(one)))

    def _facts(self, finding: JSON) -> Iterator[tuple[str, str]]:
        evidence = reading.field(finding, "evidence")
        if isinstance(evidence, Mapping):
            yield from ((clean(name), self._shown(value)) for name, value in evidence.items())

    def _shown(self, value: JSON) -> str:
        if isinstance(value, bool):
            return self._say("yes" if value else "no")
        text = clean(reading.shown(value, reading.zone(self._document))) or "—"
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"

    def _also(self) -> Iterator[str]:
        """Yield the titles of what else was found, each once; a code where there is no title."""
        titles = {reading.text(f, "code"): f for f in reading.findings(self._document)}
        shown = {self.title}
        for code in reading.texts(self._document, "verdict", "also"):
            title = clean(reading.text(titles.get(code), "title")) or clean(code)
            if title not in shown:
                shown.add(title)
                yield title

    def _check_title(self, name: str) -> str:
        return self._words.title(name) if name in register().checks else name

    def _text(self, *path: str) -> str:
        return clean(reading.text(self._document, *path))

    def _say(self, key: str, **facts: str) -> str:
        return self._words.words("page", key, **facts)


def _known(status: str) -> Status:
    """Return a status; unknown, where a later version has others."""
    return Status(status) if status in _STATUSES else Status.UNKNOWN


def _telling(check: JSON, status: str) -> list[JSON]:
    """Return the finding that gives a check its status, if any does."""
    found = reading.items(reading.field(check, "findings"))
    return [f for f in found if reading.text(f, "status") == status][:1]

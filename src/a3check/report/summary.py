"""What does a report say in short to whoever reads it: on paper, on a page, in a terminal?"""

from collections.abc import Iterator, Mapping

from a3check.core.catalogue import Catalogue
from a3check.core.ports import JSON
from a3check.core.register import Acts, Status, register
from a3check.report import groups, reading
from a3check.report.numbers import MASK

_PLACE = ("municipality", "state", "entity", "agreement", "contact")
_ACTS = tuple(map(str, Acts))
_STATUSES = tuple(map(str, Status))


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

    def status(self) -> str:
        """Return the verdict's one word or two."""
        said = self._text("verdict", "status")
        return self._say(f"status_{said}" if said in {"passed", "failed"} else "status_unknown")

    def who(self) -> Iterator[tuple[str, str]]:
        """Yield who resolves it, and the code to name."""
        acts = self._text("verdict", "acts")
        if acts in _ACTS and acts != Acts.NOBODY:
            yield self._say("acts"), self._words.words("acts", acts)
        if code := self._text("verdict", "cause"):
            yield self._say("code"), code

    def notices(self) -> Iterator[str]:
        """Yield what a reader must know before relying on it."""
        if reading.field(self._document, "complete") is not True:
            yield self._words.words("report", "incomplete_title")
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
        version = self._text("app", "version")
        yield self._say("program"), f"a3check {version}"
        yield self._say("id"), self._text("id")

    def checks(self) -> Iterator[tuple[str, str]]:
        """Yield each check by its title, and how it ended."""
        for check in reading.items(reading.field(self._document, "checks")):
            name, status = (clean(reading.text(check, key)) for key in ("name", "status"))
            known = status if status in _STATUSES else str(Status.UNKNOWN)
            said = [self._words.words("status", known)]
            said += [clean(reading.text(f, "title")) for f in _telling(check, status)]
            yield self._check_title(name), ": ".join(filter(None, said))

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


def lines(document: Mapping[str, JSON], words: Catalogue) -> Iterator[str]:
    """Yield a report as a terminal shows it."""
    told = Summary(document, words)
    yield told.status()
    yield told.title
    if told.explanation:
        yield told.explanation
    yield from (f"{name}: {said}" for name, said in told.who())
    yield from told.notices()
    if told.steps:
        yield ""
        yield words.words("page", "steps")
        yield from (f"  {number}. {step}" for number, step in enumerate(told.steps, 1))
    if told.also:
        yield ""
        yield words.words("page", "also")
        yield from (f"  - {title}" for title in told.also)
    yield ""
    yield from (f"{name}: {said}" for name, said in told.around())
    yield ""
    yield words.words("page", "checks")
    yield from (f"  {name}: {said}" for name, said in told.checks())


def _telling(check: JSON, status: str) -> list[JSON]:
    """Return the finding that gives a check its status, if any does."""
    found = reading.items(reading.field(check, "findings"))
    return [f for f in found if reading.text(f, "status") == status][:1]

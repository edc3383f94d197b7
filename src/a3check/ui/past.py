"""What is shown of runs that are over: a row each in the history, or a whole page, read only?

Pure: reports come in, ready values go out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from a3check.core.catalogue import Catalogue
from a3check.core.past import Document, Past, past_of
from a3check.core.plain import one_line
from a3check.core.ports import JSON
from a3check.core.register import Acts, Status, register
from a3check.core.verdict import SECOND_FACTOR
from a3check.report import reading
from a3check.report.changes import since
from a3check.report.summary import Summary, clean
from a3check.ui.state import Headline, Mark, Note, PageState, Remedy, Row, Stage
from a3check.ui.steps import grouped

_MARKS = {str(status): Mark(str(status)) for status in Status}
_ACTS = frozenset(map(str, Acts)) - {str(Acts.NOBODY)}

SENTENCES = 1000
"""Characters of an explanation or a step; ours have some 300, and a label is slow with many."""


@dataclass(frozen=True, slots=True)
class PastRow:
    """One run of the history; ``spoken`` is the whole of it for a screen reader."""

    id: str
    date: str
    mark: Mark
    word: str
    title: str
    difference: str
    spoken: str

    @property
    def label(self) -> str:
        """What a typed letter looks for."""
        return self.date


def rows(runs: Sequence[Past], words: Catalogue) -> tuple[PastRow, ...]:
    """Return the history's rows; ``runs`` come the latest first."""
    return tuple(_row(run, basis(run, runs[n + 1 :]), words) for n, run in enumerate(runs))


def basis(run: Past, earlier: Sequence[Past]) -> Past | None:
    """Return the last healthy run before this one, of the same profile."""
    profile = reading.text(run.document, "profile", "name")
    same = (e for e in earlier if reading.text(e.document, "profile", "name") == profile)
    return next((e for e in same if e.healthy), None)


def difference(last: Document, kept: Sequence[Past], words: Catalogue) -> str:
    """Return what changed since the last healthy run, for a run that found a cause; or nothing."""
    run = past_of(last)
    if run is None or run.status != Status.FAILED:
        return ""
    earlier = [other for other in kept if other.id != run.id and other.moment <= run.moment]
    return _difference(run, basis(run, earlier), words)


def past_state(run: Past, before: Past | None, words: Catalogue) -> PageState:
    """Return the page of a run that is over, from its masked report alone."""
    return report_state(run.document, words, _difference(run, before, words))


def report_state(
    document: Document, words: Catalogue, aside: str = "", *, sent: bool = False
) -> PageState:
    """Return the page of a report; ``aside`` is its small print.

    One that was ``sent`` is read by another person than the one who made the test.
    """
    headline = Headline(
        _mark(reading.text(document, "verdict", "status")),
        report_title(document, words),
        whole(reading.text(document, "verdict", "explanation")),
        aside,
    )
    shown = tuple(_check(name, document, words, sent=sent) for name in register().checks)
    return PageState(
        Stage.DONE,
        shown,
        headline,
        grouped(shown, headline, Stage.DONE, words),
        done=1.0,
        remedy=_remedy(document, words, sent=sent),
        notes=tuple(dict.fromkeys(_notes(document, words))),
        details="\n".join(_details(document, words)),
    )


def _row(run: Past, before: Past | None, words: Catalogue) -> PastRow:
    date, mark = date_of(run), _mark(run.status)
    word = words.words("status", str(mark))
    title = title_of(run, words)
    difference = _difference(run, before, words)
    said = (date, word, title, difference)
    spoken = ". ".join(text.rstrip(".") for text in said if text)
    return PastRow(run.id, date, mark, word, title, difference, spoken)


def _difference(run: Past, before: Past | None, words: Catalogue) -> str:
    return "" if before is None else since(before.document, run.document, words)


def title_of(run: Past, words: Catalogue) -> str:
    """Return the verdict in a line, in the words of the run's own page."""
    return report_title(run.document, words)


def report_title(document: Document, words: Catalogue) -> str:
    """Return a report's verdict in a line."""
    codes = {reading.text(finding, "code") for finding in reading.findings(document)}
    passed = reading.text(document, "verdict", "status") == Status.PASSED
    if passed and SECOND_FACTOR not in codes:
        return words.words("window", "ready")
    return _text(document, "verdict", "title")


def date_of(run: Past) -> str:
    """Return the day and the minute at which a run began, by its computer's clock."""
    date, time, _ = reading.started(run.document)
    return f"{date} {time[:5]}".strip()


def _mark(status: str) -> Mark:
    return _MARKS.get(status, Mark.UNKNOWN)


def _check(name: str, document: JSON, words: Catalogue, *, sent: bool) -> Row:
    checks = reading.items(reading.field(document, "checks"))
    entry = next((c for c in checks if reading.text(c, "name") == name), None)
    mark = _MARKS.get(reading.text(entry, "status"), Mark.SKIPPED)
    unknown = mark is Mark.UNKNOWN  # the usual words are too long for the list
    title, word = words.title(name), words.words("window" if unknown else "status", str(mark))
    sentence = _sentence(entry, mark, words, sent=sent)
    key = "spoken" if sentence else "spoken_short"
    spoken = words.words("window", key, title=title, word=word, sentence=sentence)
    return Row(name, title, mark, word, sentence, spoken)


def _sentence(entry: JSON, mark: Mark, words: Catalogue, *, sent: bool) -> str:
    if mark is Mark.CRASHED:
        return words.words("window", "crashed")
    because = reading.text(entry, "because")
    if because in {"option", "user"}:
        section = "opening" if sent else "window"
        return words.words(section, f"skipped_{because}")
    if because in register().checks:
        return words.words("window", "skipped_because", check=words.title(because))
    given = reading.items(reading.field(entry, "findings"))
    worst = (f for f in given if _MARKS.get(reading.text(f, "status")) is mark)
    return next((_text(f, "title") for f in worst), "")


def _remedy(document: JSON, words: Catalogue, *, sent: bool) -> Remedy | None:
    acts = reading.text(document, "verdict", "acts")
    who = words.words("acts", acts) if acts in _ACTS else ""
    if sent and acts == Acts.USER:
        who = words.words("opening", "acts_user")
    steps = tuple(map(whole, reading.texts(document, "verdict", "steps")))
    return Remedy(who, steps) if who or steps else None


def _notes(document: JSON, words: Catalogue) -> Iterator[Note]:
    also = frozenset(reading.texts(document, "verdict", "also"))
    for finding in reading.findings(document):
        if reading.text(finding, "code") in also:
            mark = _mark(reading.text(finding, "status"))
            yield Note(mark, words.words("status", str(mark)), _text(finding, "title"))


def _details(document: Document, words: Catalogue) -> Iterator[str]:
    """Return the facts of the report, a line each, as a technician copies them."""
    version = _text(document, "app", "version")
    date, time, zone = reading.started(document)
    seconds = reading.shown(reading.field(document, "seconds"))
    moment = f"{date} {time} {zone}".strip()
    yield words.words("history", "details", version=version, moment=moment, seconds=seconds)
    yield words.words("history", "details_id", id=_text(document, "id"))
    for one in Summary(document, words).found():
        yield f"  {one.code}"
        for name, value in one.facts:
            yield "    " + words.words("window", "details_fact", name=name, value=value)


def whole(text: str) -> str:
    """Return some sentences of a report as one line, longer than a sentence may be."""
    plain = clean(text)
    return plain if len(plain) <= SENTENCES else f"{plain[:SENTENCES]}…"


def _text(document: JSON, *path: str) -> str:
    """Return a text of the report as one line: it comes from a file."""
    return one_line(reading.text(document, *path))

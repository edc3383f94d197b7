"""What is shown of a file that somebody sent: its report, read only, or why it cannot be?

Pure: what was read comes in, ready values go out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from a3check.core.catalogue import Catalogue
from a3check.core.plain import one_line
from a3check.report.received import Received, Refused
from a3check.report.summary import Summary
from a3check.ui.past import report_state
from a3check.ui.state import Headline, Mark, Note, PageState, Remedy

MOST_STEPS, MOST_NOTES = 12, 8
"""Of a report of ours there are at most seven steps; each is a widget, and the file may lie."""
_LONG = re.compile(r"\S{32}(?=\S)")
"""Where a label may break what has no blanks: a path, an address, or what is no word at all."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something to know before relying on the report, with its sign."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class ReceivedState:
    """The page of a received report; ``facts`` are its label and value, ``said`` what is known.

    ``note`` is the most important of it, and stands above all.
    """

    name: str
    note: str
    page: PageState
    said: tuple[Said, ...]
    facts: tuple[tuple[str, str], ...]


def received_state(read: Received, name: str, words: Catalogue) -> ReceivedState:
    """Return the page of a report that is as it should be; ``name`` is its file's."""
    told = Summary(read.document, words)
    page = report_state(read.document, words, sent=True)
    return ReceivedState(
        shown_name(name),
        _note(read, name, words),
        page._replace(
            headline=_headline(page.headline),
            remedy=_remedy(page.remedy),
            notes=_notes(page.notes, told),
        ),
        tuple(_said(read, told, words)),
        tuple((one_line(name), _broken(one_line(value))) for name, value in told.around()),
    )


def refused_line(refused: Refused, name: str, words: Catalogue) -> str:
    """Say in a line which file, what is the matter with it, and what to do."""
    why = words.words(refused.table, refused.fault, where=one_line(refused.where))
    todo = words.words("opening", f"do_{refused.fault}")
    return words.words("opening", "refused", name=shown_name(name), why=why, todo=todo)


def shown_name(name: str) -> str:
    """Return a file's name as it can be shown: one may hold anything."""
    return _broken(one_line(name))


def _note(read: Received, name: str, words: Catalogue) -> str:
    files = "note_whole" if read.checked else "note_valid"
    private = "note_masked" if read.document.get("masked") is True else "note_shown"
    say = words.words
    told = {"files": say("opening", files), "private": say("opening", private)}
    return say("opening", "note", name=shown_name(name), **told)


def _said(read: Received, told: Summary, words: Catalogue) -> Iterator[Said]:
    if read.checked:
        yield Said(Mark.PASSED, words.words("opening", "whole", files=read.checked))
    else:
        yield Said(Mark.UNKNOWN, words.words("opening", "valid"))
    if read.document.get("masked") is True:
        yield Said(Mark.PASSED, words.words("opening", "masked"))
    for notice in told.notices():
        yield Said(Mark.WARNING, one_line(notice))


def _headline(headline: Headline) -> Headline:
    title, explanation = _broken(headline.title), _broken(headline.explanation)
    return headline._replace(title=title, explanation=explanation)


def _remedy(remedy: Remedy | None) -> Remedy | None:
    """Return the steps alone: nothing of a file leads anywhere at a press."""
    if remedy is None:
        return None
    return Remedy(remedy.who, tuple(map(_broken, remedy.steps[:MOST_STEPS])))


def _notes(notes: tuple[Note, ...], told: Summary) -> tuple[Note, ...]:
    shown = tuple(note._replace(text=_broken(note.text)) for note in notes[:MOST_NOTES])
    if len(notes) <= MOST_NOTES:
        return shown
    more = told.say("more", count=str(len(notes) - MOST_NOTES))
    return (*shown, Note(Mark.SKIPPED, "", more))


def _broken(text: str) -> str:
    return _LONG.sub("\\g<0>\u200b", text)

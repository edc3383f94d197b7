"""What does a report look like in a terminal, however narrow, with colour or without?"""

from collections.abc import Iterable, Iterator
from typing import Protocol
from unicodedata import category, east_asian_width

from a3check.core.register import Status
from a3check.report.summary import Summary

WIDEST = 100
"""Columns: longer lines are hard to read."""
_LEAST = 20
"""Columns that a text needs beside its name; with fewer it stands below it."""
_GAP = 2


class Paint(Protocol):
    """Gives a text the colour of a status; without colour it returns it as it is."""

    def __call__(self, text: str, status: Status, *, bold: bool = False) -> str:
        """Return the text as it is written."""
        ...


def lines(told: Summary, paint: Paint, width: int | None = None) -> Iterator[str]:
    """Yield a report line by line, none wider than ``width`` columns.

    Without a width nothing is broken: whoever searches the lines finds whole sentences.
    """
    return _Lines(told, paint, None if width is None else max(min(width, WIDEST), _LEAST)).all()


class _Lines:
    """The lines of one report."""

    def __init__(self, told: Summary, paint: Paint, width: int | None) -> None:
        self._told, self._paint, self._width = told, paint, width

    def all(self) -> Iterator[str]:
        told = self._told
        yield from self._verdict()
        yield from self._numbered()
        if told.also:
            yield from self._heading("also")
            for title in told.also:
                yield from self._hung("  - ", title)
        yield from self._heading("around")
        yield from self._pairs([*told.around()])
        yield from self._heading("checks")
        yield from self._checks()

    def _verdict(self) -> Iterator[str]:
        told = self._told
        status = told.status
        sign = f"{status.sign} "
        yield from self._hung(sign, told.word, status, bold=True)
        yield from self._hung("  ", told.title, status, bold=True)
        if told.explanation:
            yield from self._hung("  ", told.explanation)
        if who := [*told.who()]:
            yield ""
            yield from self._pairs(who)
        for notice in told.notices():
            yield ""
            yield from self._hung(f"{Status.WARNING.sign} ", notice, Status.WARNING, bold=True)

    def _numbered(self) -> Iterator[str]:
        if self._told.steps:
            yield from self._heading("steps")
            for number, step in enumerate(self._told.steps, 1):
                yield from self._hung(f"  {number}. ", step)

    def _checks(self) -> Iterator[str]:
        ended = [*self._told.checks()]
        longest = max((wide(one.title) for one in ended), default=0)
        for one in ended:
            name = f"  {one.status.sign} "
            coloured = "  " + self._paint(one.status.sign, one.status) + " "
            said = one.said or one.word
            if one.said and one.status is not Status.PASSED:
                said = f"{one.word}: {one.said}"
            yield from self._row(name, coloured, one.title, longest, said)

    def _pairs(self, pairs: list[tuple[str, str]]) -> Iterator[str]:
        longest = max(wide(name) for name, _ in pairs)
        for name, said in pairs:
            yield from self._row("  ", "  ", name, longest, said, dim=True)

    def _row(
        self, lead: str, coloured: str, name: str, longest: int, said: str, *, dim: bool = False
    ) -> Iterator[str]:
        """Yield a name and what it says beside it, or below it where there is no room."""
        shown = self._paint(name, Status.SKIPPED) if dim else name
        room = longest + _GAP
        least = max(_LEAST, *map(wide, said.split()), 0)
        if self._width is None or self._width - wide(lead) - room >= least:
            blank = " " * (room - wide(name))
            yield from self._hung(
                " " * (wide(lead) + room), said, first=f"{coloured}{shown}{blank}"
            )
            return
        yield from self._hung(" " * wide(lead), name, first=coloured, dim=dim)
        yield from self._hung(" " * (wide(lead) + _GAP), said)

    def _heading(self, key: str) -> Iterator[str]:
        yield ""
        yield from self._hung("", self._told.say(key), Status.UNKNOWN, bold=True)

    def _hung(
        self,
        lead: str,
        text: str,
        status: Status | None = None,
        *,
        bold: bool = False,
        dim: bool = False,
        first: str | None = None,
    ) -> Iterator[str]:
        """Yield a text after its lead, its further lines below its own beginning."""
        status = Status.SKIPPED if dim else status
        room = None if self._width is None else self._width - wide(lead)
        for at, line in enumerate(wrapped(text, room)):
            before = " " * wide(lead)
            if at == 0:
                before = lead if first is None else first
            if status is not None and at == 0 and before.strip() and first is None:
                yield self._paint(before + line, status, bold=bold)
            else:
                said = line if status is None else self._paint(line, status, bold=bold)
                yield (before + said).rstrip()


def wide(text: str) -> int:
    """Return how many columns a text takes in a terminal (Unicode, annex 11)."""
    return sum(
        0 if category(c) in {"Mn", "Me"} else 2 if east_asian_width(c) in {"W", "F"} else 1
        for c in text
    )


def wrapped(text: str, room: int | None) -> Iterator[str]:
    """Yield a text in lines of so many columns; a longer word is broken anywhere."""
    if room is None or wide(text) <= room:
        yield text
        return
    line = ""
    for word in _pieces(text.split(), room):
        joined = f"{line} {word}" if line else word
        if wide(joined) > room:
            yield line
            joined = word
        line = joined
    yield line


def _pieces(words: Iterable[str], room: int) -> Iterator[str]:
    for word in words:
        if wide(word) <= room:
            yield word
            continue
        piece, used = "", 0
        for character in word:
            columns = wide(character)
            if piece and used + columns > room:
                yield piece
                piece, used = "", 0
            piece, used = piece + character, used + columns
        yield piece

"""How are the pieces of a report's paper set: colours, letters, headings?"""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtGui import QColor

from a3check.core.register import Status
from a3check.render.blocks import Block, Column, Letters, Said
from a3check.render.tagged import Path
from a3check.report.summary import Summary

INK, MUTED = QColor("#152033"), QColor("#55627A")
LINE, LIGHT = QColor("#C9D1DD"), QColor("#E1E6EE")
ACCENT, WHITE = QColor("#1557B0"), QColor("#FFFFFF")
STRONG = {
    Status.PASSED: QColor("#147A45"),
    Status.WARNING: QColor("#875400"),
    Status.UNKNOWN: QColor("#45597A"),
    Status.FAILED: QColor("#B3261E"),
    Status.SKIPPED: QColor("#6B7688"),
    Status.CRASHED: QColor("#7A3FA8"),
}
SOFT = {
    Status.PASSED: QColor("#E3F4EA"),
    Status.UNKNOWN: QColor("#E9EDF4"),
    Status.FAILED: QColor("#FCE9E7"),
}
NOTICE = QColor("#FFF3D9")
"""The window's light palette; each pair has 4.5:1 or more, and differs by its sign in grey."""

GAP = 18.0
"""Dots above a heading."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One report, set in one size; ``numbers`` tells the pieces of the whole paper apart."""

    told: Summary
    width: float
    numbers: Iterator[int]
    size: float = 1.0

    def heading(self, text: str, *, turn: bool = False) -> Block:
        """Return a heading, which stays with what follows; ``turn`` begins a page with it."""
        said = Said(text, self.letters(15, INK, bold=True), self.path("H2"))
        column = Column.of(0, self.width, [said])
        return Block(self.width, (column,), above=GAP * self.size, keep=True, turn=turn)

    def plain(self, text: str) -> Block:
        """Return a note below a heading."""
        said = Said(text, self.letters(11, MUTED), self.path("P"))
        return Block(self.width, (Column.of(0, self.width, [said]),), above=3, keep=True)

    def said(
        self, text: str, kind: str, *, above: float = 0.0, size: float = 12.5, bold: bool = False
    ) -> Said:
        """Return a text that is a piece of its own."""
        return Said(text, self.letters(size, INK, bold=bold), self.path(kind), above)

    def letters(
        self, size: float, colour: QColor, *, bold: bool = False, code: bool = False
    ) -> Letters:
        """Return letters, in this setting's size."""
        return Letters(size * self.size, colour, bold, code)

    def path(self, kind: str) -> Path:
        """Return what a new piece at the top of the document is."""
        return ((kind, next(self.numbers)),)

"""What stands on a report's technical pages: what was checked, and all facts?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from PySide6.QtGui import QColor

from a3check.render.blocks import Block, Column, Letters, Look, Said
from a3check.render.setting import INK, LIGHT, MUTED, STRONG, Setting
from a3check.render.signs import sign
from a3check.report.summary import Found


@dataclass(frozen=True, slots=True)
class _Table:
    """What the rows of a table share: what they are in, where their cells stand, how wide."""

    path: tuple[str, int]
    places: Sequence[tuple[float, float]]
    pad: float


class Technical(Setting):
    """The technical pages of one report."""

    def facts(self, *, turn: bool) -> Iterator[Block]:
        """Yield all facts, and the pictures' sums; ``turn`` begins a page with them."""
        told = self.told
        yield self.heading(told.say("facts"), turn=turn)
        yield self.plain(told.say("facts_note"))
        for found in told.found():
            yield from self._found(found)
        if pictures := [*told.pictures()]:
            yield self.heading(told.say("pictures"))
            yield self.plain(told.say("pictures_note"))
            names = [told.say(f"pictures_{name}") for name in ("file", "taken", "sum")]
            yield from self._table(names, pictures, (0.2, 0.3, 0.5), code=True)

    def checks(self) -> Iterator[Block]:
        """Yield what was checked, under its heading."""
        told = self.told
        yield self.heading(told.say("checks"))
        names = [told.say(f"checks_{name}") for name in ("check", "status", "said")]
        ended = [*told.checks()]
        rows = [(one.title, one.word, one.said) for one in ended]
        looks = [
            Look(rule=LIGHT, mark=sign(e.status, STRONG[e.status], (1, 5), 13)) for e in ended
        ]
        colours = [STRONG[e.status] for e in ended]
        yield from self._table(
            names, rows, (0.3, 0.22, 0.48), looks=looks, colours=colours, indent=22
        )

    def _found(self, found: Found) -> Iterator[Block]:
        title = Said(found.title, self.letters(13, INK, bold=True), self.path("H3"))
        code = Said(found.code, self.letters(11, MUTED, code=True), self.path("P"))
        mark = sign(found.status, STRONG[found.status], (1, 1.5), 13)
        wide = self.width * 0.64
        left = Column.of(22, wide - 34, [title])
        right = Column.of(wide, self.width - wide, [code], right=True)
        keep = bool(found.facts)
        yield Block(self.width, (left, right), above=15, look=Look(mark=mark), keep=keep)
        names = [self.told.say(f"facts_{name}") for name in ("name", "value")]
        if found.facts:
            yield from self._table(
                names, found.facts, (0.3, 0.7), code=True, headed=False, indent=22
            )

    def _table(
        self,
        names: Sequence[str],
        rows: Sequence[Sequence[str]],
        shares: Sequence[float],
        *,
        looks: Sequence[Look] = (),
        colours: Sequence[QColor] = (),
        indent: float = 0.0,
        code: bool = False,
        headed: bool = True,
    ) -> Iterator[Block]:
        """Yield rows under their names; the first cell of a row is its heading."""
        lefts = [indent] + [self.width * sum(shares[:at]) for at in range(1, len(shares))]
        ends = [*lefts[1:], self.width + 10]
        places = [(left, end - left - 10) for left, end in zip(lefts, ends, strict=True)]
        table = _Table(("Table", next(self.numbers)), places, 2.5 if code else 4.0)
        head = None
        if headed:
            bold = self.letters(11, MUTED, bold=True)
            cells = [(name, bold, "TH Column") for name in names]
            head = self._row(table, cells, Look(rule=MUTED), keep=True)
            yield head
        first = self.letters(11, MUTED, code=True) if code else self.letters(12.5, INK)
        for at, row in enumerate(rows):
            inks = [INK, colours[at] if colours else INK, INK]
            cells = [(row[0], first, "TH Row")] + [
                (text, self.letters(11 if code else 12.5, ink, code=code), "TD")
                for text, ink in zip(row[1:], inks[1:], strict=False)
            ]
            keep = at == 0 and len(rows) > 1
            look = looks[at] if looks else Look(rule=LIGHT)
            yield replace(self._row(table, cells, look, keep=keep), head=head)

    def _row(
        self, table: "_Table", cells: Sequence[tuple[str, Letters, str]], look: Look, *, keep: bool
    ) -> Block:
        row = (table.path, ("TR", next(self.numbers)))
        columns = tuple(
            Column.of(left, wide, [Said(text, letters, (*row, (kind, at)))])
            for at, ((left, wide), (text, letters, kind)) in enumerate(
                zip(table.places, cells, strict=True)
            )
        )
        return Block(self.width, columns, pad=table.pad, look=look, keep=keep)

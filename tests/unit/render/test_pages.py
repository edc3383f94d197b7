"""Pages: what stays together, what is cut, and where a table's head comes again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

from a3check.render.blocks import Block, Column, Figure, Letters, Look, Said
from a3check.render.pages import Placed, height, paginate

if TYPE_CHECKING:
    from PySide6.QtGui import QGuiApplication

ROOM = 100.0
INK = QColor("black")


@pytest.fixture(autouse=True)
def _application(qapp: QGuiApplication) -> None:
    """Lay out with the fonts of the application that all tests of Qt share."""


def block(high: float, **more: object) -> Block:
    """A block of this height: a picture has any."""
    image = QImage(1, 1, QImage.Format.Format_RGB32)
    figure = Figure(image, QRectF(0, 0, 10, high), (("Figure", 1),))
    return replace(Block(50.0, (), figure=figure), **more)  # type: ignore[arg-type]


def text(words: int) -> Block:
    said = Said("palavra " * words, Letters(10.0, INK), (("P", 1),))
    return Block(60.0, (Column.of(0.0, 60.0, [said]),))


def tops(pages: list[list[Placed]]) -> list[list[float]]:
    return [[placed.top for placed in page] for page in pages]


def test_blocks_fill_a_page_and_go_on_with_the_next() -> None:
    assert tops(paginate([block(40.0)] * 5, ROOM)) == [[0, 40], [0, 40], [0]]


def test_what_is_left_free_above_is_none_at_a_pages_head() -> None:
    blocks = [block(40.0, above=15.0)] * 3
    assert height(blocks) == 165
    assert tops(paginate(blocks, ROOM)) == [[0, 55], [0]]


def test_a_heading_goes_with_what_follows() -> None:
    blocks = [block(60.0), block(10.0, keep=True), block(40.0)]
    assert tops(paginate(blocks, ROOM)) == [[0], [0, 10]]


def test_what_stays_together_but_fits_no_page_begins_where_it_is() -> None:
    blocks = [block(10.0), block(60.0, keep=True), block(60.0)]
    assert tops(paginate(blocks, ROOM)) == [[0, 10], [0]]


def test_the_last_one_may_wait_for_one_that_never_comes() -> None:
    assert tops(paginate([block(10.0, keep=True)], ROOM)) == [[0]]


def test_a_page_is_begun_where_it_is_asked_for_but_none_is_empty() -> None:
    blocks = [block(10.0, turn=True), block(10.0, turn=True)]
    assert tops(paginate(blocks, ROOM)) == [[0], [0]]


def test_a_tables_head_comes_again_and_is_no_content() -> None:
    head = block(10.0)
    pages = paginate([head, *[block(40.0, head=head)] * 3], ROOM)
    assert [[(p.top, p.content) for p in page] for page in pages] == [
        [(0, True), (10, True), (50, True)],
        [(0, False), (10, True)],
    ]


def test_only_what_is_higher_than_a_page_is_cut_between_its_lines() -> None:
    tall = text(60)
    pages = paginate([block(30.0), replace(tall, look=Look(mark=lambda *_: None))], ROOM)
    assert len(pages) > 2
    cut = [placed.block for page in pages for placed in page][1:]
    lines = [line for each in cut for line in each.columns[0].lines]
    assert len(lines) == len(tall.columns[0].lines)
    assert all(each.height <= ROOM for each in cut)
    assert [each.look.mark is None for each in cut] == [False, *[True] * (len(cut) - 1)]


def test_a_line_that_is_higher_than_a_page_stands_on_one_of_its_own() -> None:
    pages = paginate([text(3)], 5.0)
    assert [len(page) for page in pages] == [1, 1, 1]


def test_a_picture_that_is_higher_than_a_page_ends_there() -> None:
    assert tops(paginate([block(150.0), block(10.0)], ROOM)) == [[0], [0]]


def test_no_line_ends_behind_the_first_letter_of_e_cpf() -> None:
    words = "é preciso um (e-CPF) novo"
    for width in range(20, 200):
        said = Said(words, Letters(10.0, INK), (("P", 1),))
        column = Column.of(0.0, float(width), [said])
        ends = [line.line.textStart() + line.line.textLength() for line in column.lines]
        assert words.index("CPF") not in ends or width < 40
        assert sum(line.line.textLength() for line in column.lines) == len(words)

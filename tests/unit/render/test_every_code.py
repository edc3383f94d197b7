"""Every code with the longest and oddest texts: no word is lost, and nothing leaves its page."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtGui import QImage
from tests.unit.render.hostile import DEVICE, loud, written

from a3check import app
from a3check.core.catalogue import Catalogue, catalogue
from a3check.core.profile import builtin
from a3check.core.register import Status, register
from a3check.render import paper
from a3check.render.blocks import FINE
from a3check.render.pages import Placed, paginate
from a3check.report.document import dumps
from a3check.report.lines import lines, wide
from a3check.report.page import page
from a3check.report.summary import Summary, clean
from a3check.report.ticket import ticket

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QGuiApplication

WORDS = Catalogue("linux")
WIDTH, ROOM = 680.0, 953.0
"""Dots of a page's text: an A4 sheet without its margins, head and foot."""
NARROW = 40
SLACK = 0.5
DEADLINE = 60.0
SAMPLE = ("card.absent", "driver.hung", "pin.incorrect", "server.intercepted", "login.accepted")
MARGIN = 15 / 25.4 * 72 - 1


@pytest.fixture(autouse=True)
def _application(qapp: QGuiApplication) -> None:
    """Lay out with the fonts of the application that all tests of Qt share."""


@dataclass(frozen=True, slots=True)
class Case:
    """A code's report, and its pages as they are printed."""

    code: str
    report: dict[str, Any]
    pages: list[list[Placed]]


@pytest.fixture(scope="module", params=register().codes)
def case(request: pytest.FixtureRequest, qapp: QGuiApplication) -> Case:
    """Lay every code out once for all tests that look at it."""
    report = written(loud(request.param))
    return Case(request.param, report, laid(report))


def plain(text: str, status: Status, *, bold: bool = False) -> str:
    return text


def flat(text: str) -> str:
    return "".join(text.split())


def said(report: dict[str, Any], *, all_: bool = True) -> list[str]:
    """What must be found: verdict and steps, with ``all_`` also each finding and its facts."""
    verdict = report["verdict"]
    texts = [verdict["title"], verdict["explanation"], *verdict["steps"]]
    found = [f for check in report["checks"] for f in check["findings"]] if all_ else []
    for one in found:
        texts += [one["title"], one["code"], *one["evidence"]]
        for value in one["evidence"].values():
            texts += [v for v in (value if isinstance(value, list) else [value]) if _written(v)]
    return [clean(text) for text in texts]


def _written(value: object) -> bool:
    """Tell whether a fact stands in the pages as it is in the report: a moment does not."""
    return isinstance(value, str) and not re.match(r"\d{4}-\d\d-\d\dT", value)


def laid(report: dict[str, Any]) -> list[list[Placed]]:
    image = QImage(2560, 1440, QImage.Format.Format_RGB32)
    blocks = paper.blocks(Summary(report, WORDS), WIDTH, ROOM, image)
    return paginate(blocks, ROOM)


def texts(placed: list[Placed]) -> Iterator[str]:
    for one in placed:
        for column in one.block.columns:
            yield from {id(line.said): line.said.text for line in column.lines}.values()


def test_a_code_loses_no_word_anywhere(case: Case) -> None:
    report = case.report
    must = said(report)
    assert json.loads(dumps(report)) == report
    html = flat(unescape(page(report, WORDS)))
    assert [text for text in must if flat(text) not in html] == []
    told = flat("".join(lines(Summary(report, WORDS), plain, NARROW)))
    assert [text for text in said(report, all_=False) if flat(text) not in told] == []
    whole = flat("".join(text for sheet in case.pages for text in texts(sheet)))
    assert [text for text in must if flat(text) not in whole] == []
    spoken = flat(ticket(report, WORDS, support=builtin().support, contact=""))
    assert flat(case.code) in spoken or not report["verdict"]["cause"]


def test_the_first_page_says_what_matters_and_nothing_leaves_its_page(case: Case) -> None:
    report, pages = case.report, case.pages
    first = [*texts(pages[0])]
    told = Summary(report, WORDS)
    for text in (told.word, told.title, *told.steps, told.id, "Município Inventado"):
        assert text in first
    assert sum(one.block.figure is not None for sheet in pages for one in sheet) == 1
    for sheet in pages:
        below = 0.0
        for one in sheet:
            assert one.top >= below - SLACK, "one stands on the other"
            below = one.top + one.block.height
            for column in one.block.columns:
                ends = [line.line.naturalTextWidth() / FINE for line in column.lines]
                assert column.left + max(ends, default=0) <= WIDTH + SLACK
        assert below <= ROOM + SLACK
    assert not any(sheet[-1].block.keep for sheet in pages), "a heading ends a page"


def test_a_text_without_end_goes_on_over_pages_set_small_at_once() -> None:
    report = written(loud("card.absent"))
    report["verdict"]["explanation"] = "palavra " * (paper.MOST_CHARACTERS // 8 + 1)
    pages = laid(report)
    lines_ = [
        line for sheet in pages for one in sheet for c in one.block.columns for line in c.lines
    ]
    of_it = [line for line in lines_ if line.said.text.startswith("palavra palavra")]
    assert {line.said.letters.size for line in of_it} == {13.5 * paper.SIZES[-1]}
    assert sum(line.line.textLength() for line in of_it) == len(of_it[0].said.text)
    assert all(one.top + one.block.height <= ROOM + SLACK for sheet in pages for one in sheet)


@pytest.mark.parametrize("columns", [20, 33, 80, 300])
def test_no_line_is_wider_than_the_terminal(columns: int) -> None:
    report = written(*map(loud, SAMPLE))
    for line in lines(Summary(report, WORDS), plain, columns):
        assert wide(line) <= columns


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils reads the PDF")
@pytest.mark.parametrize("code", SAMPLE)
def test_the_file_itself_holds_every_word_within_its_margins(code: str) -> None:
    report = written(loud(code))
    done = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"],
        input=app.printed(report),
        capture_output=True,
        check=True,
        timeout=DEADLINE,
    )
    pages = done.stdout.decode().split("<page ")[1:]
    sides = [float(x) for x in re.findall(r'xM(?:in|ax)="([\d.]+)"', done.stdout.decode())]
    assert min(sides) >= MARGIN
    assert max(sides) <= 595.3 - MARGIN
    whole = [flat(unescape("".join(re.findall(r">([^<]*)</word>", each)))) for each in pages]
    verdict = report["verdict"]
    long = any(DEVICE * 9 in text for text in said(report))
    assert (flat(DEVICE * 9) in "".join(whole)) == long
    told = Summary(report, catalogue())
    assert all(flat(label) in whole[0] for label in (told.word, told.say("around"), told.id))
    own = re.split(r"[“”:(]", verdict["title"])[0]
    assert flat(own) in whole[0]

"""The PDF's structure: what a screen reader is told, in which order, and nothing without a tag."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QImage
from tests.unit.render.hostile import written
from tests.unit.report.samples import finding

from a3check import app
from a3check.core.catalogue import catalogue
from a3check.render import stamp
from a3check.render.tagged import Meant, tagged
from a3check.report.summary import Summary

if TYPE_CHECKING:
    from PySide6.QtGui import QGuiApplication

DEADLINE = 60.0
CODES = ("login.issuer_not_listed", "reader.connected", "certificate.expires_soon")


@pytest.fixture(scope="module")
def pdf(qapp: QGuiApplication) -> bytes:
    picture = QImage(640, 360, QImage.Format.Format_RGB32)
    picture.fill(0xFFFFFF)
    return app.printed(written(*map(finding, CODES)), stamp.png(picture, {"Title": "x"}))


def said(program: str, pdf: bytes, *options: str) -> str:
    if shutil.which(program) is None:
        pytest.skip("poppler-utils reads the PDF")
    target = ("-", "-") if program == "pdftotext" else ("-",)
    done = subprocess.run(
        [program, *options, *target], input=pdf, capture_output=True, check=True, timeout=DEADLINE
    )
    assert done.stderr == b"", "the file is damaged"
    return done.stdout.decode()


def structure(pdf: bytes) -> list[str]:
    return [line.strip() for line in said("pdfinfo", pdf, "-struct-text").splitlines()]


def test_it_says_that_it_is_tagged_and_in_which_language(pdf: bytes) -> None:
    assert re.search(r"Tagged: +yes", said("pdfinfo", pdf))
    assert b"/Lang (pt-BR)" in pdf
    assert b"/DisplayDocTitle true" in pdf


def test_headings_lists_tables_and_the_picture_are_told(pdf: bytes) -> None:
    tree = structure(pdf)
    kinds = {line.partition(" ")[0] for line in tree}
    assert {"H1", "H2", "H3", "P", "L", "LI", "Lbl", "LBody", "Table", "TR", "TD"} <= kinds
    assert tree.count("H1 (block)") == 1
    title = Summary(written(*map(finding, CODES)), catalogue()).title
    assert tree[tree.index("H1 (block)") + 1] == f'"{title}"'
    told = said("pdfinfo", pdf, "-struct")
    assert {"/Scope /Row", "/Scope /Column"} <= {line.strip() for line in told.splitlines()}
    (alt,) = re.findall(rb"/S /Figure /P \d+ 0 R /Alt <FEFF([0-9a-f]+)>", pdf)
    in_words = bytes.fromhex(alt.decode()).decode("utf-16-be")
    assert in_words == catalogue().words("page", "picture_alt")


def test_words_are_apart_at_the_ends_of_lines(pdf: bytes) -> None:
    told = Summary(written(*map(finding, CODES)), catalogue())
    tree = structure(pdf)
    assert told.explanation
    assert f'"{told.explanation}"' in tree
    assert all(f'"{step}"' in tree for step in told.steps)
    assert not any("\t" in line for line in tree)


def test_they_are_apart_behind_signs_of_two_units_too(qapp: QGuiApplication) -> None:
    report = written(*map(finding, CODES))
    report["verdict"]["steps"] = ["\U0001f600" * 5 + " palavra" * 60]
    said_ = " ".join(line.strip('"') for line in structure(app.printed(report)))
    assert said_.count(" palavra") == 60


def test_they_are_told_in_the_order_of_reading(pdf: bytes) -> None:
    told = Summary(written(*map(finding, CODES)), catalogue())
    tree = structure(pdf)
    names = [told.title, *told.steps, *(told.say(n) for n in ("around", "picture", "facts"))]
    places = [tree.index(f'"{name}"') for name in names]
    assert places == sorted(places)


def test_no_word_is_without_a_tag_but_head_and_foot(pdf: bytes) -> None:
    told = Summary(written(*map(finding, CODES)), catalogue())
    pages = said("pdftotext", pdf).split("\f")[:-1]
    foot = [told.say("foot", id=told.id, program=told.program())]
    shown = Counter(" ".join(pages).split())
    for number in range(1, len(pages) + 1):
        edges = [*foot, told.say("number", page=str(number), pages=str(len(pages)))]
        edges += [told.say("heading"), told.made()] if number > 1 else []
        shown -= Counter(" ".join(edges).split())
    lines = (line.strip('"') for line in structure(pdf) if line.startswith('"'))
    assert shown == Counter(" ".join(lines).split())


def test_no_mark_is_left_in_what_is_drawn(pdf: bytes) -> None:
    begun = ended = 0
    for packed in re.findall(
        rb"/Filter /FlateDecode >>\nstream\n(.*?)\nendstream", pdf, re.DOTALL
    ):
        drawn = zlib.decompress(packed)
        if b"BDC" in drawn:
            assert b"-20000 1 1 re" not in drawn
            begun += drawn.count(b" BDC\n") + drawn.count(b" BMC\n")
            ended += drawn.count(b"EMC\n")
    assert begun == ended > 0


@pytest.mark.parametrize(
    "other",
    [
        b"",
        b"no PDF",
        b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\nstartxref\n9\n%%EOF\n",
        b"%PDF-1.4\n1 0 obj\nxref\n0 9\nstartxref\n17\n%%EOF\n",
    ],
)
def test_a_file_that_is_written_otherwise_stays_as_it_is(other: bytes) -> None:
    assert tagged(other, [Meant((("P", 1),))]) == other


def test_marks_that_are_not_those_that_were_put_leave_it_as_it_is(pdf: bytes) -> None:
    assert tagged(pdf, [Meant((("P", 1),))]) == pdf

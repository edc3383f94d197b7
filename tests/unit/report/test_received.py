"""Whatever is sent in a report's place is read, or refused with its reason; nothing else."""

from __future__ import annotations

import json
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.report import hostile
from tests.unit.report.samples import ABOUT, diagnosis, finding

from a3check.core.catalogue import Catalogue
from a3check.core.register import Status, register
from a3check.report import received
from a3check.report.document import document
from a3check.report.lines import lines
from a3check.report.page import page
from a3check.report.summary import Summary

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = Catalogue("linux")
MOST_MEMORY = 160 * 1024 * 1024
"""Bytes that Python may hold while it reads a file of at most 32 MiB."""
DEPTHS = range(900, 1000)
"""About as many lists in lists as the interpreter's own limit."""


def plain(text: str, status: Status, *, bold: bool = False) -> str:
    """Colour nothing."""
    del status, bold
    return text


def answer(content: bytes) -> str:
    """Return the fault; nothing where it is read, and can be shown."""
    try:
        read = received.received(content)
    except received.ReceivedError as refused:
        WORDS.words("received", refused.fault, where=refused.where)  # raises where there is none
        return refused.fault
    assert all(line.isprintable() for line in lines(Summary(read.document, WORDS), plain))
    assert page(read.document, WORDS, read.picture).endswith("</html>\n")
    return hostile.SHOWN


@pytest.mark.parametrize("name", hostile.FILES)
def test_it_is_shown_or_refused_with_its_reason(name: str) -> None:
    made, fault = hostile.FILES[name]
    assert answer(made()) == fault


@pytest.mark.parametrize("name", hostile.ZIPS)
def test_no_zip_takes_more_memory_than_there_is(name: str) -> None:
    content = hostile.ZIPS[name][0]()
    tracemalloc.start()
    try:
        answer(content)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


def test_what_is_too_deep_to_be_compared_is_unreadable() -> None:
    answers = {answer(hostile.nested_list(depth)) for depth in DEPTHS}
    assert answers == {"invalid", "unreadable"}


def test_a_report_of_every_code_is_far_from_every_bound() -> None:
    whole = document(diagnosis(*map(finding, register().codes)), ABOUT)
    text = json.dumps(whole)
    assert len(text) * 4 < received.LARGEST_REPORT
    assert text.count(",") * 2 < received.MOST_VALUES
    assert answer(text.encode()) == hostile.SHOWN


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        (lambda: hostile.picture(40, 30), True),
        (lambda: hostile.picture(40, 30, b"and more"), True),
        (lambda: hostile.picture(1_000_000, 20), False),
        (lambda: hostile.picture(4, 3, bytes(received.LARGEST_PICTURE)), False),
        (lambda: hostile.picture(40, 30)[:-1], False),
        (lambda: hostile.picture(40, 30)[:-12], False),
        (lambda: hostile.picture(40, 30).replace(b"IDAT", b"IDAU"), False),
        (lambda: b"\x89PNG\r\n\x1a\n", False),
        (lambda: b"<svg>", False),
        (lambda: b"", False),
    ],
)
def test_only_a_bearable_picture_is_shown(made: Callable[[], bytes], shown: bool) -> None:
    picture = made()
    read = received.received(hostile.pictured(picture))
    assert read.picture == (picture if shown else b"")
    assert page(read.document, WORDS, read.picture)


ANY_JSON: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@settings(max_examples=40)
@given(
    field=st.sampled_from([*hostile.REPORT, "verdict/title", "checks/0"]),
    value=ANY_JSON,
    cut=st.integers(0, 400),
)
def test_any_value_anywhere_is_shown_or_refused(field: str, value: object, cut: int) -> None:
    table = json.loads(hostile.TEXT)
    at, _, last = field.rpartition("/")
    inside = table[at] if at else table
    inside[int(last) if last.isdecimal() else last] = value
    text = json.dumps(table)
    answer(text.encode("utf-8", "surrogatepass"))
    answer(text[: max(len(text) - cut, 0)].encode("utf-8", "surrogatepass"))

"""The report's page and its short form: nothing missing, nothing of others' making acts."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.report.samples import ABOUT, IDENTITY, diagnosis, finding

from a3check.core.catalogue import Catalogue
from a3check.core.model import Diagnosis, Evidence, Finding
from a3check.core.register import Status, register
from a3check.report.document import document, dumps
from a3check.report.lines import lines
from a3check.report.mask import Masker
from a3check.report.page import page
from a3check.report.summary import LONGEST, Summary

WORDS = Catalogue("linux")
EMPTY_ELEMENTS = {"meta", "img", "br"}


def written(what: Diagnosis, **other: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    report = document(what, ABOUT, masker=Masker(IDENTITY, b"x"))
    return {**json.loads(dumps(report)), **other}


class Reader(HTMLParser):
    """Collects text and elements, and fails where they are not nested."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in EMPTY_ELEMENTS:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def plain(text: str, status: Status, *, bold: bool = False) -> str:
    return text


def told(report: dict[str, Any]) -> list[str]:
    """The lines of a terminal as wide as can be."""
    return [*lines(Summary(report, WORDS), plain)]


def png(width: int, height: int) -> bytes:
    size = width.to_bytes(4) + height.to_bytes(4)
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + size


@pytest.mark.parametrize("code", register().codes)
def test_every_code_has_all_its_words(code: str) -> None:
    report = written(diagnosis(finding(code)))
    verdict = report["verdict"]
    html = Reader(page(report, WORDS)).text
    shown = "\n".join(told(report))
    title = next(f["title"] for c in report["checks"] for f in c["findings"])
    for said in (verdict["title"], verdict["explanation"], title, *verdict["steps"]):
        assert " ".join(said.split()) in html
    for said in (verdict["title"], verdict["explanation"], *verdict["steps"]):
        assert " ".join(said.split()) in shown
    assert code in html
    assert "None" not in html + shown
    assert set("{}").isdisjoint(html + shown)


def test_dates_numbers_and_truths_are_brazilian() -> None:
    facts = (
        Evidence("seconds", 1.5),
        Evidence("flag", value=True),
        Evidence("other", value=False),
    )
    html = page(written(diagnosis(Finding("card.absent", facts))), WORDS)
    assert '<td class="code">1,5</td>' in html
    assert ">sim</td>" in html
    assert ">não</td>" in html
    assert "22/11/2026 14:31:07 (horário UTC-04:00)" in html


@pytest.mark.parametrize(
    ("moment", "started", "said"),
    [
        ("2026-10-13T03:59:00+00:00", "2026-11-22T14:31:07-05:00", "12/10/2026 22:59"),
        ("2026-10-13T03:59:00Z", "2026-11-22T14:31:07-03:00", "13/10/2026 00:59"),
        ("2026-10-13T03:59:00Z", "", "12/10/2026 23:59"),
        ("0001-01-01T00:30:00+00:00", "2026-11-22T14:31:07-05:00", "01/01/0001 00:30"),
        ("2026-13-45T00:00:00Z", "2026-11-22T14:31:07-05:00", "2026-13-45T00:00:00Z"),
    ],
)
def test_moments_are_those_of_the_computer_that_was_tested(
    moment: str, started: str, said: str
) -> None:
    report = {**written(diagnosis(finding("card.absent"))), "started": started}
    found = next(f for c in report["checks"] for f in c["findings"])
    found["evidence"] = {"not_after": moment, "more": [moment]}
    (only,) = Summary(report, WORDS).found()
    expected = said.replace("0001", f"{datetime(1, 1, 1, tzinfo=UTC):%Y}")  # one digit with glibc
    assert only.facts == (("not_after", expected), ("more", expected))


def test_that_it_was_cut_is_said_once() -> None:
    report = written(diagnosis(complete=False))
    html = page(report, WORDS)
    assert html.count(WORDS.words("report", "incomplete_title")) == 1


def test_nothing_is_fetched_and_nothing_runs() -> None:
    html = page(written(diagnosis(finding("card.absent"))), WORDS, png(2560, 1440))
    read = Reader(html)
    assert {tag for tag, _ in read.elements}.isdisjoint({"script", "link", "iframe", "a", "base"})
    assert not re.findall(r"https?://|url\(|@import", html)
    assert [src[:22] for _, a in read.elements if (src := a.get("src"))] == [
        "data:image/png;base64,"
    ]


def test_a_picture_says_its_size_so_that_nothing_jumps() -> None:
    report = written(diagnosis(finding("card.absent")))
    assert 'width="2560" height="1440"' in page(report, WORDS, png(2560, 1440))
    assert " width=" not in page(report, WORDS, png(0, 0)).partition("<img")[2]


def test_without_a_picture_there_is_no_place_for_one() -> None:
    assert "<img" not in page(written(diagnosis(finding("card.absent"))), WORDS)


def test_it_is_told_to_a_screen_reader() -> None:
    report = written(diagnosis(finding("card.absent"), finding("reader.connected")))
    html = page(report, WORDS, png(20, 10))
    read = Reader(html)
    assert ("html", {"lang": "pt-BR"}) in read.elements
    tags = [tag for tag, _ in read.elements]
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    scopes = [attributes.get("scope") for tag, attributes in read.elements if tag == "th"]
    assert {"col", "row"} == set(scopes)
    assert all(a.get("alt") for tag, a in read.elements if tag == "img")
    signs = [a for _, a in read.elements if "sign" in (a.get("class") or "").split()]
    assert signs
    assert all(a.get("aria-hidden") == "true" for a in signs)


def test_the_pictures_sums_are_told() -> None:
    report = written(diagnosis(finding("card.absent")))
    taken = "2026-11-22T14:32:00-04:00"
    named = {"file": "captura.png", "kind": "own", "taken": taken, "sha256": "ab" * 32}
    html = page({**report, "pictures": [named]}, WORDS)
    assert "captura.png" in html
    assert "22/11/2026 14:32:00 UTC-04:00" in html
    assert "ab" * 32 in html
    assert "captura.png" not in page(report, WORDS)


@pytest.mark.parametrize("ended", ["passed", "failed", "unknown"])
def test_the_verdict_is_told_in_a_word(ended: str) -> None:
    report = written(diagnosis())
    report["verdict"]["status"] = ended
    summary = Summary(report, WORDS)
    assert summary.word == WORDS.words("page", f"status_{ended}")
    assert f'<section class="verdict {ended}">' in page(report, WORDS)
    assert told(report)[0] == f"{Status(ended).sign} {summary.word}"


def test_what_must_be_known_first_is_said() -> None:
    sound = written(diagnosis(finding("card.absent")))
    assert [*Summary(sound, WORDS).notices()] == []
    odd = {
        **sound,
        "complete": False,
        "masked": False,
        "profile": {"name": "laboratorio", "modified": True},
    }
    said = [*Summary(odd, WORDS).notices()]
    assert len(said) == 3
    assert "laboratorio" in said[1]
    assert all(notice in page(odd, WORDS) for notice in said)


def test_a_hidden_contact_has_no_line_and_one_in_clear_has() -> None:
    report = written(diagnosis(finding("card.absent")))
    assert "Contato" not in page(report, WORDS)
    report["place"]["contact"] = "joana@inventada.test"
    assert "joana@inventada.test" in page(report, WORDS)


def test_nobody_resolves_what_is_no_fault() -> None:
    report = written(diagnosis(finding("login.accepted")))
    assert [*Summary(report, WORDS).who()] == []
    report["verdict"]["acts"] = "somebody of a later version"
    assert [*Summary(report, WORDS).who()] == []


def test_what_else_was_found_is_named_once() -> None:
    report = written(diagnosis(finding("card.absent")))
    report["verdict"]["also"] = ["card.absent", "later.code", "later.code"]
    assert Summary(report, WORDS).also == ("later.code",)


def test_what_a_later_version_adds_is_shown_as_it_is() -> None:
    report = written(diagnosis(finding("card.absent")))
    report["checks"].append({"name": "later", "status": "paused", "findings": []})
    last = [*Summary(report, WORDS).checks()][-1]
    assert (last.title, last.status) == ("later", Status.UNKNOWN)
    assert last.word == WORDS.words("status", "unknown")


@pytest.mark.parametrize("odd", [{}, {"verdict": [], "checks": 3, "place": None, "id": 7}])
def test_a_report_with_nothing_in_it_is_still_a_page(odd: dict[str, Any]) -> None:
    assert Reader(page(odd, WORDS)).text
    assert told(odd)


def test_a_fact_without_value_is_a_dash_and_a_long_one_is_cut() -> None:
    report = written(diagnosis(finding("card.absent")))
    found = next(f for c in report["checks"] for f in c["findings"])
    found["evidence"] = {"readers": [], "words": "x" * (LONGEST + 5)}
    html = page(report, WORDS)
    assert ">—</td>" in html
    assert "x" * LONGEST + "…" in html
    assert "x" * (LONGEST + 1) not in html
    for nothing in ("{}", "null"):
        found["evidence"] = json.loads(nothing)
        assert "x" * 50 not in page(report, WORDS)


@cache
def plain_tags() -> frozenset[str]:
    report = written(diagnosis(finding("card.absent")))
    return frozenset(tag for tag, _ in Reader(page(report, WORDS)).elements)


@settings(max_examples=25)
@given(
    text=st.text(alphabet=st.characters(codec="utf-8"), max_size=40)
    | st.sampled_from(
        ["<script>alert(1)</script>", '"><img src=x>', "\x1b[2J\x07", "\u202eabc", "&lt;"]
    )
)
def test_what_others_wrote_is_text(text: str) -> None:
    report = written(diagnosis(finding("card.absent")))
    report["verdict"].update(title=text, explanation=text, steps=[text], also=[text])
    report["place"].update(municipality=text, entity=text)
    for check in report["checks"]:
        for found in check["findings"]:
            found.update(title=text, code=text, evidence={"words": text, "more": [text]})
    plain = plain_tags()
    read = Reader(page(report, WORDS))
    assert {tag for tag, _ in read.elements} <= plain | {"table", "ul", "ol", "li"}
    assert all(line.isprintable() for line in told(report))

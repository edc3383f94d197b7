"""The PDF of a report: A4, found when searched, whatever is in it; and no private value."""

from __future__ import annotations

import json
import re
import shutil
import string
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.report.samples import ABOUT, IDENTITY, diagnosis, finding

from a3check import app
from a3check.core.catalogue import catalogue
from a3check.core.model import Evidence, Finding
from a3check.core.register import register
from a3check.render.front import MOST_ALSO
from a3check.report.document import document, dumps
from a3check.report.mask import Masker
from a3check.report.page import page
from a3check.report.summary import Summary

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QGuiApplication


@pytest.fixture(autouse=True)
def _application(qapp: QGuiApplication) -> None:
    """Draw with the fonts of the application that all tests of Qt share."""


DEADLINE = 60.0
EXAMPLES = 15
needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="poppler-utils reads the PDF"
)
LETTERS = "bcdfghjklmnpqrstvwxz"
"""Without vowels: no word of ours is made of them."""
NAMES = st.lists(st.text(LETTERS, min_size=6, max_size=12), min_size=2, max_size=4).map(" ".join)
SERIALS = st.text(string.hexdigits.upper(), min_size=12, max_size=20)
MAILS = st.text(LETTERS, min_size=6, max_size=12).map("{}@qqzzxxkk.test".format)


@st.composite
def cpfs(draw: st.DrawFn) -> str:
    """Any CPF with its check digits, as it is written or bare."""
    digits = draw(st.lists(st.integers(0, 9), min_size=9, max_size=9))
    for length in (9, 10):
        total = sum(d * (length + 1 - at) for at, d in enumerate(digits[:length]))
        digits.append(total * 10 % 11 % 10)
    bare = "".join(map(str, digits))
    dotted = f"{bare[:3]}.{bare[3:6]}.{bare[6:9]}-{bare[9:]}"
    return dotted if draw(st.booleans()) else bare


def written(*found: Finding) -> dict[str, Any]:
    report = document(diagnosis(*found), ABOUT, masker=Masker(IDENTITY, b"x"))
    value: dict[str, Any] = json.loads(dumps(report))
    return value


def text(pdf: bytes, *options: str) -> str:
    done = subprocess.run(
        ["pdftotext", *options, "-", "-"],
        input=pdf,
        capture_output=True,
        check=True,
        timeout=DEADLINE,
    )
    return done.stdout.decode()


def flat(said: str) -> str:
    return re.sub(r"\s+", "", said)


@needs_poppler
def test_it_is_searchable_and_its_pages_are_numbered() -> None:
    report = written(finding("card.absent"), finding("certificate.expires_soon"))
    pdf = app.printed(report)
    said = text(pdf)
    assert pdf.startswith(b"%PDF-")
    assert "certificado" in said
    assert "\ufb01" not in said, "letters were joined: who searches finds nothing"
    verdict = report["verdict"]
    assert all(flat(each) in flat(said) for each in (verdict["title"], *verdict["steps"]))
    pages = said.count("\f")
    assert f"página {pages} de {pages}" in said
    assert f"Relatório {ABOUT.id} · a3check {ABOUT.version}" in said


@needs_poppler
def test_all_codes_in_one_report_lose_no_word() -> None:
    report = written(*map(finding, register().codes))
    said = flat(text(app.printed(report)))
    titles = [f["title"] for check in report["checks"] for f in check["findings"]]
    facts = [name for c in report["checks"] for f in c["findings"] for name in f["evidence"]]
    assert [title for title in titles if flat(title) not in said] == [], "a row was cut"
    assert all(name in said for name in facts)


@needs_poppler
def test_what_must_be_known_first_and_the_pictures_sums_are_told() -> None:
    named = {"file": "captura.png", "kind": "own", "taken": "x", "sha256": "ab" * 32}
    profile = {"name": "laboratorio", "modified": True}
    report = {**written(finding("card.absent")), "pictures": [named], "masked": False}
    report.update(complete=False, profile=profile)
    report["verdict"].update(explanation="")
    said = flat(text(app.printed(report)))
    for expected in (*Summary(report, catalogue()).notices(), "captura.png", "ab" * 32):
        assert flat(expected) in said


@needs_poppler
def test_of_many_more_causes_the_first_page_counts_the_rest() -> None:
    report = written(*map(finding, register().codes))
    first, _, rest = text(app.printed(report), "-layout").partition("\f")
    more = len(Summary(report, catalogue()).also) - MOST_ALSO
    assert catalogue().words("page", "more", count=more) in first
    assert catalogue().words("page", "around") in first
    assert rest.count(catalogue().words("page", "facts")) == 1


@needs_poppler
def test_the_longest_texts_stay_on_the_page() -> None:
    report = written(finding("card.absent"))
    long = "palavra" * 200
    report["verdict"].update(title=long, explanation=long, steps=[long] * 5)
    report["place"].update(municipality=long, entity=long)
    found = next(f for check in report["checks"] for f in check["findings"])
    found["evidence"] = {"words": long, "readers": [long, long]}
    boxes = text(app.printed(report), "-bbox")
    sheets = re.findall(r'<page width="([\d.]+)"', boxes)
    right = [float(each) for each in re.findall(r'xMax="([\d.]+)"', boxes)]
    assert sheets
    assert max(right) <= float(sheets[0]) - 36, "the margin has words in it"
    assert flat(text(app.printed(report))).count("palavra") > 1000


@needs_poppler
@settings(
    deadline=None,
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_no_private_value_is_in_any_output(data: st.DataObject, tmp_path: Path) -> None:
    code = data.draw(st.sampled_from([*register().codes]))
    rule = register().codes[code]
    names = [*rule.evidence, *rule.optional] or ["holder"]
    secrets: set[str] = set()
    facts = []
    for name in names:
        value = data.draw(SERIALS if "serial" in name else NAMES | cpfs() | MAILS)
        secrets |= {w.casefold() for w in value.replace("@", " ").split() if w != "qqzzxxkk.test"}
        facts.append(Evidence(name, value, private=True))
    report = written(Finding(code, tuple(facts)))
    assert report["masked"] is True
    path = app.write_bundle(app.Report(report, dumps(report)), tmp_path)
    outputs = {"JSON": dumps(report), "HTML": page(report, catalogue())}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            outputs[name] = archive.read(name).decode("utf-8", "replace")
        outputs["PDF text"] = text(archive.read("relatorio.pdf"))
    outputs["ZIP"] = path.read_bytes().decode("latin-1")
    for where, said in outputs.items():
        told = flat(said).casefold()
        assert not [secret for secret in secrets if flat(secret) in told], where

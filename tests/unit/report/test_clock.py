"""Whose time is stamped into a picture."""

from datetime import timedelta

import pytest
from tests.unit.report.samples import ABOUT, STARTED, diagnosis, finding

from a3check.core.catalogue import catalogue
from a3check.core.model import Evidence, Finding
from a3check.core.ports import JSON
from a3check.report.caption import caption, fields
from a3check.report.clock import source
from a3check.report.document import document

LATE = (
    Evidence("computer_time", STARTED),
    Evidence("trusted_time", STARTED + timedelta(days=41)),
    Evidence("days", 41),
    Evidence("minutes", 59040),
)
RIGHT = finding("clock.right")
THIS = "relógio deste computador"
DIFFERS = (
    f"{THIS}, errado: no teste marcava 22/11/2026 14:31 quando a hora certa era 02/01/2027 14:31"
)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ((RIGHT,), f"{THIS}, conferido com a hora certa"),
        ((finding("clock.unverified"),), f"{THIS}, não conferido"),
        ((), f"{THIS}, não conferido"),
        ((Finding("clock.wrong", LATE),), DIFFERS),
        ((Finding("clock.off", LATE),), DIFFERS),
        ((RIGHT, Finding("clock.wrong", LATE)), DIFFERS),
        (
            (Finding("clock.wrong", (*LATE, Evidence("source", "build"))),),
            f"{THIS}, que está errado",
        ),
    ],
)
def test_the_stamp_says_what_the_clock_was_compared_with(
    found: tuple[Finding, ...], said: str
) -> None:
    written = document(diagnosis(*found), ABOUT)
    assert source(written, catalogue()) == said
    assert caption(written, catalogue())[1] == f"22/11/2026 14:31:07 (horário UTC-04:00; {said})"


@pytest.mark.parametrize("evidence", [None, "x", []])
def test_a_report_that_is_damaged_has_a_wrong_clock(evidence: JSON) -> None:
    written: JSON = {"checks": [{"findings": [{"code": "clock.off", "evidence": evidence}]}]}
    assert source(written, catalogue()) == f"{THIS}, que está errado"


def test_the_text_fields_have_registered_names_and_the_same_words() -> None:
    written = document(diagnosis(finding("login.rejected")), ABOUT)
    lines = caption(written, catalogue(), STARTED + timedelta(seconds=9))
    assert lines[1].startswith("22/11/2026 14:31:16 (")
    assert fields(written, lines, STARTED) == {
        "Title": "a3check 20261122T143107-7f3a",
        "Description": "\n".join(lines),
        "Creation Time": "Sun, 22 Nov 2026 14:31:07 -0400",
        "Software": "a3check",
    }
    assert fields({}, (), STARTED)["Title"] == "a3check"

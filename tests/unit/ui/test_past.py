"""What the history and a past run show, from reports alone."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.gui import scenes
from tests.unit.report.samples import ABOUT

from a3check.core.catalogue import catalogue
from a3check.core.check import found
from a3check.core.model import Diagnosis
from a3check.core.past import Past, past_of
from a3check.core.register import register
from a3check.report.document import document
from a3check.ui.past import basis, difference, past_state, rows
from a3check.ui.state import Mark, Note, Remedy, Stage

WORDS = catalogue()


def kept(diagnosis: Diagnosis, days: int = 0, **about: Any) -> Past:  # noqa: ANN401 - About's own
    moved = replace(diagnosis, started=scenes.STARTED - timedelta(days=days))
    number = f"{moved.started:%Y%m%dT%H%M%S}-{days:04x}"
    made = document(moved, replace(ABOUT, id=number, **about))
    past = past_of(json.loads(json.dumps(made)))
    assert past is not None
    return past


def edited(past: Past, **other: object) -> Past:
    return replace(past, document={**past.document, **other})  # type: ignore[dict-item]


BEFORE = kept(
    Diagnosis(
        scenes.outcomes(
            {"driver": (found("driver.working", module=scenes.MODULE, module_version="10.8"),)}
        ),
        scenes.STARTED,
        3.0,
    ),
    days=19,
)


def test_a_row_says_when_what_and_since_when() -> None:
    now = kept(
        Diagnosis(
            scenes.outcomes(
                {"driver": (found("driver.working", module=scenes.MODULE, module_version="10.9"),)}
            ),
            scenes.STARTED,
            3.0,
        )
    )
    first, last = rows((now, BEFORE), WORDS)
    assert (first.date, first.mark, first.word) == ("22/11/2026 14:31", Mark.PASSED, "OK")
    assert first.label == first.date
    assert first.difference == "Desde 03/11/2026: driver 10.8 → 10.9."
    assert first.spoken == ". ".join(
        (first.date, "OK", first.title.rstrip("."), "Desde 03/11/2026: driver 10.8 → 10.9")
    )
    assert (last.id, last.difference) == (BEFORE.id, "")
    assert rows((), WORDS) == ()


def test_the_basis_is_the_last_healthy_run_of_the_same_profile() -> None:
    failed = kept(scenes.EXPIRED_RUN, days=2)
    other = kept(scenes.HEALTHY_RUN, days=1, profile="outro")
    now = kept(scenes.WRONG_PIN_RUN)
    assert basis(now, (other, failed, BEFORE)) is BEFORE
    assert basis(now, (other, failed)) is None


def test_a_run_that_failed_is_told_what_changed() -> None:
    failed, healthy = kept(scenes.EXPIRED_RUN), kept(scenes.HEALTHY_RUN, days=2)
    later = replace(healthy, moment=failed.moment + timedelta(days=1))
    said = difference(failed.document, (failed, healthy, BEFORE), WORDS)
    assert said.startswith("Desde 20/11/2026: validade do certificado")
    assert difference(failed.document, (failed, later), WORDS) == ""
    assert difference(failed.document, (), WORDS) == ""
    assert difference(healthy.document, (BEFORE,), WORDS) == ""
    assert difference({}, (BEFORE,), WORDS) == ""


def test_the_page_of_a_past_run() -> None:
    state = past_state(kept(scenes.EXPIRED_RUN), BEFORE, WORDS)
    assert state.stage is Stage.DONE
    assert (state.headline.mark, state.headline.title) == (
        Mark.FAILED,
        "O certificado venceu em 12/10/2026 23:59",
    )
    assert state.headline.aside.startswith("Desde 03/11/2026: ")
    assert isinstance(state.remedy, Remedy)
    assert state.remedy.who.startswith("Fornecedor")
    assert state.remedy.steps
    assert [row.check for row in state.rows] == list(register().checks)
    by_name = {row.check: row for row in state.rows}
    assert by_name["computer"].sentence == "Computador em ordem: Linux"
    assert by_name["certificate"].mark is Mark.FAILED
    assert by_name["pin"].sentence.startswith("Não verificado, pois depende de")
    assert "certificate.expired" in state.details
    assert "holder = J***" in state.details
    assert "JOANA" not in state.details
    assert state.steps[-1].mark is Mark.FAILED
    assert state.portal == ""


def test_what_is_ready_is_told_as_on_its_own_page() -> None:
    assert past_state(BEFORE, None, WORDS).headline.title == "Pronto para o INSS Digital"
    code = past_state(kept(scenes.CODE_RUN), None, WORDS).headline
    assert code.mark is Mark.PASSED
    assert "código" in code.title


def test_what_could_not_be_told_has_a_short_word_in_the_list() -> None:
    rows_ = past_state(kept(scenes.NOT_ASKED_RUN), None, WORDS).rows
    login = next(row for row in rows_ if row.check == "login")
    assert (login.mark, login.word) == (Mark.UNKNOWN, WORDS.words("window", "unknown"))


def test_notes_are_said_once() -> None:
    (note,) = past_state(kept(scenes.WARNED_RUN), None, WORDS).notes
    assert isinstance(note, Note)
    assert (note.mark, note.word) == (Mark.WARNING, "atenção")


def test_a_run_that_was_skipped_or_broke() -> None:
    skipped = past_state(kept(scenes.SKIPPED_RUN), None, WORDS)
    assert skipped.headline.mark is Mark.UNKNOWN
    assert skipped.headline.aside == ""
    assert {r.sentence for r in skipped.rows if r.check == "login"} == {
        WORDS.words("window", "skipped_user")
    }
    crashed = past_state(kept(scenes.CRASHED_RUN), None, WORDS)
    broke = next(r for r in crashed.rows if r.check == "chain")
    assert (broke.mark, broke.sentence) == (Mark.CRASHED, WORDS.words("window", "crashed"))


@pytest.mark.parametrize(
    "other",
    [
        {"verdict": {}, "checks": []},
        {"verdict": {"status": "splendid", "steps": [3], "also": 3, "acts": "mayor"}},
        {"checks": [3, {"name": "card", "status": "odd", "findings": [3, {"evidence": 3}]}]},
        {"started": "soon", "seconds": None},
    ],
)
def test_a_strange_report_is_shown_as_far_as_it_goes(other: dict[str, object]) -> None:
    strange = edited(kept(scenes.EXPIRED_RUN), **other)
    (row,) = rows((strange,), WORDS)
    state = past_state(strange, None, WORDS)
    assert len(state.rows) == len(register().checks)
    assert row.mark in Mark


def test_words_from_a_file_are_one_plain_line() -> None:
    verdict = {"status": "failed", "title": "a\n\x1b[31mb" + "c" * 900, "steps": ["1\n2"]}
    state = past_state(edited(kept(scenes.EXPIRED_RUN), verdict=verdict), None, WORDS)
    assert state.headline.title.startswith("a [31mbc")
    assert len(state.headline.title) == 300
    assert state.remedy == Remedy("", ("1 2",))

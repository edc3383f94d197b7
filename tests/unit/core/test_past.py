"""A run that is over, by what its report says."""

from datetime import UTC, datetime
from typing import Any

import pytest

from a3check.core.erasure import Erasure
from a3check.core.past import past_of

STARTED = "2026-11-22T14:31:07-04:00"
REPORT: dict[str, Any] = {
    "format": "a3check-report",
    "masked": True,
    "id": "20261122T143107-7f3a",
    "started": STARTED,
    "complete": True,
    "verdict": {"status": "passed"},
    "checks": [],
}


def clock(*findings: object) -> dict[str, Any]:
    return {**REPORT, "checks": [3, {"name": "clock", "findings": list(findings)}]}


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {**REPORT, "masked": False},
        {**REPORT, "format": "other"},
        {**REPORT, "id": "../20261122T143107-7f3a"},
        {**REPORT, "started": "soon"},
        {**REPORT, "started": 3},
        {**REPORT, "verdict": None},
        {**REPORT, "checks": {}},
    ],
)
def test_whatever_is_no_masked_report_of_ours_is_no_run(document: Any) -> None:  # noqa: ANN401
    assert past_of(document) is None


def test_a_run_by_its_report() -> None:
    past = past_of(REPORT)
    assert past is not None
    assert (past.id, past.status) == ("20261122T143107-7f3a", "passed")
    assert (past.moment, past.sure) == (datetime.fromisoformat(STARTED), False)
    assert past.healthy


@pytest.mark.parametrize(
    ("document", "status", "complete"),
    [
        ({**REPORT, "complete": False}, "passed", False),
        ({**REPORT, "complete": 1}, "passed", False),
        ({**REPORT, "verdict": {"status": "failed"}}, "failed", True),
        ({**REPORT, "verdict": {"status": 3}}, "", True),
    ],
)
def test_only_a_whole_way_is_healthy(
    document: dict[str, Any], status: str, complete: bool
) -> None:
    past = past_of(document)
    assert past is not None
    assert (past.status, past.complete, past.healthy) == (status, complete, False)


def test_the_trusted_time_counts_where_the_run_learned_it() -> None:
    told = {"evidence": {"trusted_time": "2026-11-23T10:00:00"}}
    past = past_of(clock({"evidence": {}}, {"evidence": {"trusted_time": "soon"}}, told))
    assert past is not None
    assert (past.moment, past.sure) == (datetime(2026, 11, 23, 10, tzinfo=UTC), True)
    untold = past_of(clock(3))
    assert untold is not None
    assert not untold.sure


@pytest.mark.parametrize(
    ("erasure", "whole"),
    [(Erasure(3), True), (Erasure(3, 1), False), (Erasure(3, left=("x.log",)), False)],
)
def test_what_was_erased_is_whole_or_not(erasure: Erasure, whole: bool) -> None:
    assert erasure.whole is whole

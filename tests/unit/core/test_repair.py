"""What is offered after which run, and how a service's start is named."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
from tests.gui import scenes
from tests.gui.repaired import HIDDEN_RUN, LACKING_RUN, UNSEEN_RUN

from a3check.core.check import found
from a3check.core.model import Diagnosis
from a3check.core.register import register
from a3check.core.repair import AGAIN, CODES, Repair, Result, result_of, wanted

ANSWERS: Final[dict[str, dict[str, Any]]] = tomllib.loads(
    (Path(__file__).parents[1] / "system" / "invented" / "elevation.toml").read_text("utf-8")
)


@pytest.mark.parametrize(
    ("run", "offered"),
    [
        (scenes.HEALTHY_RUN, {}),
        (scenes.EXPIRED_RUN, {}),
        (scenes.STOPPED_SERVICE_RUN, {Repair.CARDS: {"service"}}),
        (UNSEEN_RUN, {Repair.PROPAGATION: {"store"}}),
        (LACKING_RUN, {Repair.AUTHORITIES: {"store"}}),
        (HIDDEN_RUN, {Repair.AUTHORITIES: {"store", "login"}}),
    ],
)
def test_what_would_help_is_offered(run: Diagnosis, offered: dict[Repair, set[str]]) -> None:
    assert wanted(run) == offered


def test_nothing_is_offered_beside_a_cause_of_another_kind() -> None:
    missing = found("chain.not_installed", subject=("AC Inventada",))
    changed = {
        "store": (missing,),
        "certificate": scenes.EXPIRED_RUN.outcome("certificate").findings,
    }
    run = Diagnosis(scenes.outcomes(changed, scenes.after("certificate")), scenes.STARTED, 1.0)
    assert wanted(run) == {}


@pytest.mark.parametrize(
    "facts",
    [
        {"browser": "Firefox"},
        {"browser": "Windows"},
        {"browser": "Windows", "reason": "another"},
        {"browser": "Firefox", "reason": "propagation_stopped"},
    ],
)
def test_the_service_is_started_only_where_it_does_not_run(facts: dict[str, str]) -> None:
    other = (found("store.absent", **facts),)
    run = Diagnosis(scenes.outcomes({"store": other}), scenes.STARTED, 1.0)
    assert wanted(run) == {}


def test_every_code_is_in_the_register_and_says_what_is_tested_again() -> None:
    assert CODES.keys() == AGAIN.keys() <= register().codes.keys()
    assert {check for checks in AGAIN.values() for check in checks} <= set(register().checks)


def test_only_services_need_an_administrator() -> None:
    assert [r for r in Repair if r.elevated] == [Repair.CARDS, Repair.PROPAGATION]


@pytest.mark.parametrize("case", ANSWERS)
def test_each_answer_has_its_name(case: str) -> None:
    assert result_of(ANSWERS[case]["status"]) == Result(ANSWERS[case]["result"])
    assert ANSWERS[case]["source"]

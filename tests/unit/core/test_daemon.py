"""What is read out of the answers of Windows' service manager (invented/services.toml)."""

import struct
import tomllib
from pathlib import Path
from typing import Any

import pytest

from a3check.core.daemon import Activity, Answers, Daemon, Start, read

GIVEN: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("invented").joinpath("services.toml").read_text("utf-8")
)


def answers(row: dict[str, Any]) -> Answers:
    parts = {
        name: struct.pack(f"<{len(row[name])}I", *row[name])[: row.get("cut")]
        for name in ("status", "config", "triggers")
        if name in row
    }
    return Answers(row.get("error", 0), **parts)


@pytest.mark.parametrize("name", GIVEN)
def test_an_answer_is_read_and_nothing_is_made_up(name: str) -> None:
    row = GIVEN[name]
    said: list[Any] = [None if value == "none" else value for value in row["said"]]
    installed, start, activity, triggered, code = said
    wanted = Daemon(
        installed, Start(start), Activity(activity), triggered, code, row.get("error", 0)
    )
    assert read(answers(row)) == wanted
    assert row["source"]


@pytest.mark.parametrize("activity", Activity)
def test_awake_is_one_that_runs_or_is_about_to(activity: Activity) -> None:
    awake = Daemon(True, Start.MANUAL, activity).awake
    assert awake is (activity in {Activity.RUNNING, Activity.STARTING})

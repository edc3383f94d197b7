"""Which runs stay, whatever the folder and the clock are like."""

import json
import logging
import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from a3check.core.past import Past
from a3check.system.history import LARGEST, MOST, History

NOW = datetime(2026, 11, 22, 14, 31, 7, tzinfo=UTC)
DAY = timedelta(days=1)


def run(number: int = 0, at: datetime = NOW, **other: object) -> dict[str, Any]:
    return {
        "format": "a3check-report",
        "masked": True,
        "id": f"{at:%Y%m%dT%H%M%S}-{number:04x}",
        "started": at.isoformat(),
        "complete": True,
        "verdict": {"status": "failed", "cause": "card.absent"},
        "checks": [],
        **other,
    }


def healthy(number: int = 0, at: datetime = NOW) -> dict[str, Any]:
    return run(number, at, verdict={"status": "passed", "cause": None})


def timed(number: int, at: datetime, trusted: datetime) -> dict[str, Any]:
    finding = {"code": "clock.wrong", "evidence": {"trusted_time": trusted.isoformat()}}
    checks = [{"name": "computer", "findings": []}, {"name": "clock", "findings": [{}, finding]}]
    return run(number, at, checks=checks)


def ids(kept: tuple[Past, ...]) -> list[str]:
    return [entry.id for entry in kept]


def test_what_is_added_is_kept_private_and_the_latest_comes_first(tmp_path: Path) -> None:
    kept = History(tmp_path / "history")
    assert kept.entries(NOW) == ()
    first, second = run(1, NOW - DAY), healthy(2)
    assert kept.add(second)
    assert kept.add(first)
    assert ids(kept.entries(NOW)) == [second["id"], first["id"]]
    assert [e.healthy for e in kept.entries(NOW)] == [True, False]
    assert kept.entries(NOW)[0].document == second
    assert kept.folder.stat().st_mode & 0o777 == 0o700
    assert {p.stat().st_mode & 0o777 for p in kept.folder.iterdir()} == {0o600}


@pytest.mark.parametrize("numbers", [(1, 2), (2, 1)])
def test_of_two_runs_of_one_second_the_later_comes_first(
    tmp_path: Path, numbers: tuple[int, int]
) -> None:
    kept = History(tmp_path)
    for place, number in enumerate(numbers):
        added = run(number)
        assert kept.add(added)
        os.utime(tmp_path / f"{added['id']}.json", ns=(0, place))
    assert [e.id[-1] for e in kept.entries(NOW)] == [str(n) for n in reversed(numbers)]


def test_nothing_unmasked_and_nothing_strange_is_kept(tmp_path: Path) -> None:
    kept = History(tmp_path)
    odd: list[dict[str, Any]] = [
        {"masked": False},
        {"id": "../x"},
        {"started": "soon"},
        {"checks": {}},
    ]
    for strange in odd:
        with pytest.raises(ValueError, match=r"masked|ours"):
            kept.add(run(**strange))
    assert list(tmp_path.iterdir()) == []


def test_fifty_are_kept_and_the_last_healthy_one_is_among_them(tmp_path: Path) -> None:
    kept = History(tmp_path)
    assert kept.add(healthy(0, NOW - 99 * DAY))
    assert kept.add(healthy(1, NOW - 98 * DAY))
    for number in range(2, MOST + 12):
        assert kept.add(run(number, NOW - DAY + timedelta(minutes=number)))
    found = kept.entries(NOW)
    assert len(found) == MOST
    assert [e.id for e in found if e.healthy] == [healthy(1, NOW - 98 * DAY)["id"]]
    assert ids(found)[0] == run(MOST + 11, NOW - DAY + timedelta(minutes=MOST + 11))["id"]
    assert kept.add(healthy(99))
    found = kept.entries(NOW)
    assert [e.id for e in found if e.healthy] == [healthy(99)["id"]]
    assert len(list(tmp_path.glob("*.json"))) == len(found) == MOST


def test_after_half_a_year_a_run_goes(tmp_path: Path) -> None:
    kept = History(tmp_path)
    old, edge = healthy(1, NOW - 181 * DAY), run(2, NOW - 180 * DAY)
    assert kept.add(old)
    assert kept.add(edge)
    assert ids(kept.entries(NOW)) == [edge["id"]], "it is not shown, and stays for now"
    assert kept.add(run(3))
    assert not (tmp_path / f"{old['id']}.json").exists()
    assert (tmp_path / f"{edge['id']}.json").exists()


def test_the_trusted_time_counts_before_this_computers(tmp_path: Path) -> None:
    kept = History(tmp_path)
    before = healthy(1, NOW - 2 * DAY)
    assert kept.add(before)
    flat = timed(2, datetime(2009, 1, 1, tzinfo=UTC), NOW - DAY)
    assert kept.add(flat), "a dead battery: the run is not taken for one of 2009"
    assert ids(kept.entries(NOW)) == [flat["id"], before["id"]]
    ahead = run(3, NOW + 3000 * DAY)
    assert kept.add(ahead)
    assert kept.add(timed(4, NOW, NOW))
    assert ahead["id"] not in ids(kept.entries(NOW)), "a moment that a wrong clock invented"


def test_damaged_files_are_passed_over_and_go_with_the_next_run(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept = History(tmp_path)
    good = run(1, NOW - DAY)
    assert kept.add(good)
    other = json.dumps(run(9))
    for name, content in {
        "half": '{"format": "a3check-report", ',
        "other": other,
        "list": "[]",
        "deep": "[" * 100_000,
        "large": " " * (LARGEST + 1),
        "text": "\udcff",
    }.items():
        (tmp_path / f"{name}.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    (tmp_path / ".20261122T143107-0001.json.abcd").write_text("left by a crash")
    (tmp_path / "folder.json").mkdir()
    with caplog.at_level(logging.WARNING):
        assert ids(kept.entries(NOW)) == [good["id"]]
    assert "cannot be read" in caplog.text
    assert kept.add(run(2))
    (tmp_path / "folder.json").rmdir()
    left = sorted(p.name for p in tmp_path.iterdir())
    assert left == [".lock", f"{good['id']}.json", f"{run(2)['id']}.json"]


def test_what_cannot_be_written_or_read_is_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "history"
    file.write_text("no folder")
    with caplog.at_level(logging.WARNING):
        assert not History(file).add(run())
    assert History(file).entries(NOW) == ()
    assert "FileExistsError" in caplog.text


def test_programs_that_end_at_once_lose_nothing(tmp_path: Path) -> None:
    ready = threading.Barrier(6)

    def work(number: int) -> None:
        ready.wait()
        for each in range(5):
            assert History(tmp_path).add(run(number * 100 + each))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(History(tmp_path).entries(NOW)) == 30

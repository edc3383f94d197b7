"""What a line of the log holds of an error, and how long a run's file is kept."""

import logging
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from a3check.system.logs import KEPT, Discreet, RunLog, run_log

NOW = datetime(2026, 11, 22, 14, 31, 7, tzinfo=UTC)


def refuse(holder: str) -> None:
    raise ValueError(f"no certificate of {holder}")


def written(holder: str) -> str:
    try:
        try:
            refuse(holder)
        except ValueError as error:
            raise OSError(f"/home/{holder}/x") from error
    except OSError:
        record = logging.LogRecord("x", logging.ERROR, "", 1, "broke", (), sys.exc_info())
        return Discreet("%(message)s").format(record)
    raise AssertionError


def test_types_and_frames_but_no_words() -> None:
    text = written("MARIA DE TESTE")
    assert "MARIA" not in text
    lines = text.splitlines()
    assert lines[0] == "broke"
    assert lines[1] == "builtins.ValueError, by frames:"
    assert "system/test_logs.py:" in lines[2]
    assert any("in refuse: raise ValueError" in line for line in lines)
    assert "builtins.OSError, by frames:" in lines


def test_a_context_that_is_hidden_stays_so() -> None:
    try:
        try:
            refuse("A")
        except ValueError:
            raise KeyError("B") from None
    except KeyError:
        record = logging.LogRecord("x", logging.ERROR, "", 1, "broke", (), sys.exc_info())
    assert "ValueError" not in Discreet().format(record)


def lines(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_runs_file_is_private_from_the_first_moment_on(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        handler = run_log(tmp_path, NOW)
    finally:
        os.umask(before)
    (path,) = tmp_path.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.name.startswith("20261122T143107-")
    handler.handle(logging.LogRecord("x", logging.INFO, "", 1, "a \udcff", (), None))
    handler.close()
    assert path.read_text("utf-8") == "a \\udcff\n"


def test_twenty_are_kept_the_new_one_among_them(tmp_path: Path) -> None:
    for number in range(KEPT + 5):
        (tmp_path / f"20261101T{number:06}-aaaa.log").write_text("")
    (tmp_path / "note.txt").write_text("")
    run_log(tmp_path, datetime(2009, 1, 1, tzinfo=UTC)).close()
    kept = lines(tmp_path)
    assert len(kept) == KEPT + 1
    assert kept[0].startswith("20090101"), "a wrong clock does not lose this run's own file"
    assert kept[1] == "20261101T000006-aaaa.log"


def test_old_ones_go(tmp_path: Path) -> None:
    for name, days in (("young", 59), ("old", 61)):
        path = tmp_path / f"{name}.log"
        path.write_text("")
        moment = (NOW - timedelta(days=days)).timestamp()
        os.utime(path, (moment, moment))
    (tmp_path / "gone.log").symlink_to(tmp_path / "nowhere")
    run_log(tmp_path, NOW).close()
    assert lines(tmp_path)[1:] == ["gone.log", "young.log"]


def test_a_full_disk_is_no_error_of_who_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    handler = RunLog(Path("/dev/full"))
    for _ in range(3):
        handler.handle(logging.LogRecord("x", logging.INFO, "", 1, "broke again", (), None))
    with pytest.raises(OSError, match="space"):
        handler.close()


def test_a_file_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("a3check.system.logs.LARGEST", 100)
    handler = run_log(tmp_path, NOW)
    for _ in range(50):
        handler.handle(logging.LogRecord("x", logging.INFO, "", 1, "broke again", (), None))
    handler.close()
    (path,) = tmp_path.iterdir()
    assert 100 <= path.stat().st_size < 120

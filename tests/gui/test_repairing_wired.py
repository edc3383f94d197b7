"""Does the program hand the window its repairs on Windows, and none of them elsewhere?"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from a3check import desktop
from a3check.core.earlier import Earlier, Instant
from a3check.core.profile import builtin
from a3check.core.wishes import Wishes
from a3check.desktop import Runs
from a3check.desktop.mending import Mending
from a3check.ui import application, ignition


def given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    shown: dict[str, Any] = {}

    def show(*_: object, **more: object) -> int:
        shown.update(more)
        return 0

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(desktop, "leave_no_image", lambda: None)
    monkeypatch.setattr(ignition, "ignite", lambda: None)  # garbage would stay where it is
    monkeypatch.setattr(application, "show", show)
    assert desktop.main() == 0
    return shown


def test_here_there_are_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert given(monkeypatch, tmp_path)["repairs"] is None


def test_on_windows_there_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    there = SimpleNamespace(
        platform="win32", stderr=sys.stderr, setswitchinterval=sys.setswitchinterval
    )
    monkeypatch.setattr(desktop, "sys", there)
    repairs = given(monkeypatch, tmp_path)["repairs"]
    assert isinstance(repairs, Mending)


def test_a_run_leaves_what_it_learned() -> None:
    runs = Runs(builtin())
    assert runs.learned() == ()
    earlier = Earlier(datetime.now(UTC), {}, {}, (("store", "a fact"),))
    runs._earlier = desktop._Kept(earlier, runs.profile, Wishes(), Instant(0.0, 0.0))
    assert runs.learned() == ("a fact",)

"""The window's process, looked at from inside."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.gui import scenes

from a3check import app, desktop
from a3check.core.check import Form
from a3check.core.profile import Profile
from a3check.core.resources import resource
from a3check.core.settings import Place, Settings
from a3check.report.renewal import Renewal
from a3check.system.memory import SettingsFile
from a3check.system.profiles import known
from a3check.ui import application

LOOK = """
import ctypes, resource
from a3check import desktop
from a3check.ui import application
PR_GET_DUMPABLE = 3
def show(*_, **__):
    print(ctypes.CDLL(None).prctl(PR_GET_DUMPABLE, 0, 0, 0, 0))
    print(resource.getrlimit(resource.RLIMIT_CORE))
    return 0
application.show = show
raise SystemExit(desktop.main())
"""
SECONDS = 30.0
"""Deadline of a process that begins and ends."""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl(2)")
def test_no_image_of_the_window_s_process_is_left() -> None:
    looked = subprocess.run(
        [sys.executable, "-c", LOOK],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "QT_QPA_PLATFORM": "offscreen",
        },
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    )
    assert looked.stdout.split("\n")[:2] == ["0", "(0, 0)"]


def test_the_settings_are_remembered_and_their_profile_is_tested(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[Any, ...]] = []

    def show(*given: object, **_more: object) -> int:
        shown.append(given)
        return 7

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(desktop, "leave_no_image", lambda: None)
    monkeypatch.setattr(application, "show", show)
    own = tmp_path / "a3check" / "profiles" / "own.toml"
    own.parent.mkdir(parents=True)
    own.write_text(
        resource("profiles/inss.toml").read_text("utf-8").replace("suporte.inss", "ajuda.teste"),
        "utf-8",
    )
    assert desktop.main() == 7
    begin, _export, profiles, settings, remember, ticket = shown[0]
    assert [known.file for known in profiles] == ["", str(own)]
    assert profiles[1].support == "https://ajuda.teste.gov.br/act"
    assert settings == Settings()
    chosen = Settings(Place("Manaus"), Form.CARD, str(own))
    remember(chosen)
    assert SettingsFile(tmp_path / "a3check").load() == chosen
    assert begin.__self__.profile.support.url == "https://ajuda.teste.gov.br/act"
    text = ticket(scenes.EXPIRED_RUN)
    assert "https://ajuda.teste.gov.br/act" in text
    assert "certificate.expired" in text
    assert "Município: Manaus" in text
    assert "JOANA" not in text


def test_the_windows_list_of_cas_is_that_of_the_portal_that_is_tested(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, ...]] = []
    told: list[str] = []

    def update(profile: Profile, *given: object, offline: bool) -> Renewal:
        asked.append((profile, *given, offline))
        return Renewal("current")

    monkeypatch.setattr(app, "update", update)
    profile = known(tmp_path, "")[""]
    assert desktop.Runs(profile).renew(told.append).result == "current"
    assert asked == [(profile, None, None, told.append, False)]

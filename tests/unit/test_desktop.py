"""The window's process, looked at from inside."""

import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from queue import Queue
from typing import Any
from unittest.mock import Mock

import pytest
from tests.gui import scenes

from a3check import app, desktop, world
from a3check.core.earlier import LASTS, Earlier
from a3check.core.model import Diagnosis
from a3check.core.profile import Portal, Profile, builtin
from a3check.core.resources import resource
from a3check.core.run import Observer
from a3check.core.settings import Place, Settings
from a3check.core.stop import Stop
from a3check.core.wishes import Form, Wishes
from a3check.report.addressee import Kind
from a3check.report.groups import NOTHING, Group
from a3check.report.renewal import Renewal
from a3check.system.memory import SettingsFile
from a3check.system.profiles import known
from a3check.ui import application, ignition
from a3check.ui.kept import NotKeptError
from a3check.world import World

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
READ = """
import builtins, linecache, sys
from types import ModuleType
before = builtins.__import__
window = sys.modules["a3check.ui.application"] = ModuleType("application")
def show(*_, **__):
    print("PySide6.QtWidgets" in sys.modules, builtins.__import__ is before)
    print([name for name in linecache.cache if "a3check" in name])
    return 0
window.show = show
from a3check import desktop
raise SystemExit(desktop.main())
"""
SECONDS = 30.0
"""Deadline of a process that begins and ends."""


def looked(source: str) -> list[str]:
    """Return the lines that a process of the window's says; what reads them shows no window."""
    done = subprocess.run(
        [sys.executable, "-c", source],
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
    return done.stdout.splitlines()


@pytest.mark.skipif(sys.platform != "linux", reason="prctl(2)")
def test_no_image_of_the_window_s_process_is_left() -> None:
    assert looked(LOOK)[:2] == ["0", "(0, 0)"]


def test_the_sources_of_what_is_imported_are_not_read_and_kept() -> None:
    """PySide6 would: four megabytes and 20 ms of the first window."""
    assert looked(READ)[:2] == ["True True", "[]"]


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
    monkeypatch.setattr(ignition, "ignite", lambda: None)  # garbage would stay where it is
    monkeypatch.setattr(application, "show", show)
    own = tmp_path / "a3check" / "profiles" / "own.toml"
    own.parent.mkdir(parents=True)
    own.write_text(
        resource("profiles/inss.toml").read_text("utf-8").replace("suporte.inss", "ajuda.teste"),
        "utf-8",
    )
    assert desktop.main() == 7
    begin, _export, profiles, settings, remember, tickets = shown[0]
    assert [known.file for known in profiles] == ["", str(own)]
    assert profiles[1].support == "https://ajuda.teste.gov.br/act"
    assert settings == Settings()
    chosen = Settings(Place("Manaus"), Form.CARD, str(own))
    remember(chosen)
    assert SettingsFile(tmp_path / "a3check").load() == chosen
    assert begin.__self__.profile.support.url == "https://ajuda.teste.gov.br/act"
    assert desktop.main() == 7
    begin, *_ = shown[1]
    assert begin.__self__.profile.support.url == "https://ajuda.teste.gov.br/act", "from the start"
    text = tickets.draw_up(scenes.EXPIRED_RUN, Kind.PORTAL, clear=False).text
    assert "https://ajuda.teste.gov.br/act" in text
    assert "certificate.expired" in text
    assert "Entidade: Manaus\n" in text
    assert "JOANA" not in text
    ended = scenes.EXPIRED_RUN
    tickets.last = tickets._kept(ended)
    tickets._reported = ended
    masked, clear = (tickets.draw_up(ended, Kind.PORTAL, clear=c) for c in (False, True))
    assert masked.id == clear.id == tickets.last.document["id"]
    assert (masked.clear, clear.clear) == (False, True)
    tickets.write(tmp_path / "chamado.txt", b"x")
    assert (tmp_path / "chamado.txt").read_bytes() == b"x"


class Told:
    """Runs whose diagnosis is made up: what is each given of the one before?"""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
        for name in ("DATA", "STATE"):
            monkeypatch.setenv(f"XDG_{name}_HOME", str(home))
        self.steady, self.wall = 1000.0, 5000.0
        self.runs = desktop.Runs(builtin())
        self._given: list[Earlier | None] = []
        self._world = World(Mock())
        monkeypatch.setattr(world, "assemble", lambda *_: self._world)
        monkeypatch.setattr(app, "diagnose_again", self._diagnose)
        monkeypatch.setattr(app, "log_to_file", lambda: None)
        monkeypatch.setattr(desktop, "time", self)

    def monotonic(self) -> float:
        return self.steady

    def time(self) -> float:
        return self.wall

    def passes(self, seconds: float) -> None:
        self.steady += seconds
        self.wall += seconds

    def _diagnose(
        self,
        _world: World,
        _profile: Profile,
        wishes: Wishes,
        _observer: Observer,
        _stop: Stop,
        earlier: Earlier | None,
    ) -> tuple[Diagnosis, Earlier]:
        self._given.append(earlier)
        diagnosis = scenes.EXPIRED_RUN
        ends = {o.check: o for o in diagnosis.outcomes}
        if earlier is not None:
            taken = ends.keys() - wishes.again
            ends |= {name: earlier.outcome(name, spoken=True) for name in taken}
        again = replace(diagnosis, outcomes=tuple(ends.values()))
        return again, Earlier(diagnosis.started, ends, ends)

    def take_over(self, wishes: Wishes = Wishes()) -> bool:  # noqa: B008 - frozen
        wishes = wishes._replace(again=frozenset({"service"}))
        self.runs.begin(wishes, Mock(), Mock(), Stop())
        return self._given[-1] is not None


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Told:
    made = Told(monkeypatch, tmp_path)
    assert not made.take_over()
    return made


def test_what_was_measured_a_quarter_of_an_hour_ago_ends_however_often_it_was_taken_over(
    told: Told,
) -> None:
    for _ in range(2):
        told.passes(LASTS / 3)
        assert told.take_over()
    told.passes(LASTS / 3 + 1)
    assert not told.take_over()
    assert told.take_over(), "all was measured anew, a moment ago"


def test_nothing_is_taken_over_to_another_portal(told: Told) -> None:
    """The way that was walked without a certificate leads to the former portal's hosts."""
    told.runs.profile = replace(builtin(), portal=Portal("https://outro.teste/"))
    assert not told.take_over()
    assert told.take_over()


def test_nothing_is_taken_over_where_something_else_is_asked(told: Told) -> None:
    assert not told.take_over(Wishes(form=Form.CLOUD))
    assert told.take_over(Wishes(form=Form.CLOUD))


@pytest.mark.parametrize("step", [2 * 365 * 86400, -86400, 8 * 3600])
def test_nothing_is_taken_over_past_a_clock_that_was_set_or_a_sleep(
    told: Told, step: float
) -> None:
    """How far the clock was from the trusted time would be added to a clock that is right now."""
    told.passes(60)
    told.wall += step
    assert not told.take_over()


def test_a_run_that_broke_leaves_nothing(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(app, "diagnose_again", Mock(side_effect=RuntimeError))
        with pytest.raises(RuntimeError):
            told.take_over()
    assert not told.take_over()


def test_the_windows_list_of_cas_is_that_of_the_portal_that_is_tested(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, ...]] = []
    told: list[str] = []

    def update(profile: Profile, *given: object, offline: bool, stop: Stop) -> Renewal:
        asked.append((profile, *given, offline, stop))
        return Renewal("current")

    monkeypatch.setattr(app, "update", update)
    profile, stop = known(tmp_path, "")[""], Stop()
    assert desktop.Runs(profile).renew(told.append, stop).result == "current"
    assert asked == [(profile, None, None, told.append, False, stop)]


def test_a_run_that_goes_on_has_one_number_whoever_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    exporter = desktop.Runs(builtin()).export
    partial = replace(scenes.CANCELLED_RUN, complete=False)
    asked: Queue[str] = Queue()
    every = [
        threading.Thread(target=lambda: asked.put(str(exporter.written(partial)["id"])))
        for _ in range(8)
    ]
    for one in every:
        one.start()
    for one in every:
        one.join(SECONDS)
    numbers = {asked.get(timeout=SECONDS) for _ in every}
    shown = exporter.written(partial, frozenset({Group.PERSON}))
    assert numbers == {shown["id"]}
    assert shown["shown"] == ["person"]


def test_what_the_system_says_to_a_saving_is_told_in_one_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    exporter = desktop.Runs(builtin()).export
    with pytest.raises(NotKeptError) as told:
        exporter.keep(scenes.EXPIRED_RUN, NOTHING, (), tmp_path / "gone", screen=False)
    assert told.value.fault == "gone"
    assert not exporter.removable("tmpfs", str(tmp_path))

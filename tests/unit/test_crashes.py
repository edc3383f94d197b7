"""A test process that dies or hangs ends the run, which fails and says where."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest
from tests.judges import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DEADLINE: Final = 60.0
"""Seconds for two processes and two tests; without our eye on them they wait for ever."""

NONE: Final[Mapping[str, str]] = {}

CONFTEST: Final = """
import os, signal, sys
import pytest
from tests import crashes


def die():
    os.kill(os.getpid(), signal.SIGSEGV)

if {start} and "PYTEST_XDIST_WORKER" in os.environ:
    die()

@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    crashes.watch(config)

def pytest_collection_finish():
    crashes.EXIT_SECONDS = 1.0
    if {hangs}:
        crashes.PHASE_SECONDS = 1.0
"""

TESTS: Final = """
import atexit, ctypes, threading
import pytest
from conftest import die

WAIT = threading.Event().wait

@pytest.fixture
def part():
    {setup}
    yield
    {teardown}

def test_broken(part):
    {call}

def test_next():
    pass
"""

OTHER: Final = """
import threading

def test_other():
    threading.Event().wait({seconds})
"""


def run(
    folder: Path,
    *,
    start: bool = False,
    hangs: bool = False,
    processes: int = 1,
    seconds: float = 0,
    phases: Mapping[str, str] = NONE,
) -> tuple[int, str]:
    """Run two tests in a process of their own, with a line for each phase of the first."""
    places = {"setup": "pass", "call": "pass", "teardown": "pass", **phases}
    (folder / "conftest.py").write_text(CONFTEST.format(start=start, hangs=hangs), "utf-8")
    (folder / "test_one.py").write_text(TESTS.format(**places), "utf-8")
    (folder / "test_two.py").write_text(OTHER.format(seconds=seconds), "utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
    options = ["-p", "xdist", "-n", str(processes), "--dist", "loadfile", "--max-worker-restart=0"]
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST_", "COV_", "COVERAGE_"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(folder)],
        cwd=folder,
        env={
            **environment,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}",
        },
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("phase", ["setup", "call", "teardown"])
def test_a_crash_fails_the_test_and_shows_where(phase: str, tmp_path: Path) -> None:
    status, said = run(tmp_path, phases={phase: "die()"})
    assert status == 1
    assert "crashed while running 'test_one.py::test_broken'" in said
    assert "Segmentation fault" in said
    assert "in die" in said
    assert "/_pytest/" not in said.rpartition("died or hung")[2]


def test_who_hangs_in_c_and_keeps_pythons_lock_is_ended(tmp_path: Path) -> None:
    status, said = run(tmp_path, hangs=True, phases={"call": "ctypes.PyDLL(None).sleep(1000)"})
    assert status == 1
    assert "crashed while running 'test_one.py::test_broken'" in said
    assert "Timeout (0:00:01)!" in said
    assert "in test_broken" in said


def test_who_hangs_in_clearing_up_a_failed_test_is_ended(tmp_path: Path) -> None:
    status, said = run(
        tmp_path, hangs=True, phases={"call": "assert 0, 'first'", "teardown": "WAIT()"}
    )
    assert status == 1
    assert "AssertionError: first" in said
    assert "Timeout (0:00:01)!" in said
    assert "in part" in said


@pytest.mark.parametrize(
    ("line", "words"),
    [("atexit.register(die)", "Segmentation fault"), ("atexit.register(WAIT)", "Timeout")],
)
def test_what_happens_after_the_last_test_fails_the_run(
    line: str, words: str, tmp_path: Path
) -> None:
    status, said = run(tmp_path, hangs=words == "Timeout", phases={"call": line})
    assert "3 passed" in said
    assert status == 1
    assert words in said
    assert "the last test it told of: test_" in said


def test_a_run_without_a_test_is_no_good_run(tmp_path: Path) -> None:
    status, said = run(tmp_path, start=True)
    assert status != 0
    assert "no words: killed, or ended before it could leave any" in said


def test_a_healthy_run_says_nothing_of_it(tmp_path: Path) -> None:
    status, said = run(tmp_path)
    assert status == 0
    assert "died or hung" not in said


def test_who_waits_for_another_process_is_left_alone(tmp_path: Path) -> None:
    status, said = run(tmp_path, processes=2, seconds=3)
    assert "died or hung" not in said
    assert status == 0

"""What is left when the program is interrupted or killed, wherever it stands?"""

from __future__ import annotations

import signal
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pytest
from tests.lab import faulty, wizard
from tests.lab.endpoints import Silent
from tests.lab.root import AS_ROOT, needs_namespace
from tests.lab.softhsm import MODULE, PIN, PinFlag
from tests.scenarios.parts import profile
from tests.scenarios.safe_parts import (
    LONG_SECONDS,
    Started,
    broken,
    counted,
    once,
    outlived,
    reads_input,
    valid,
)

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.lab.laboratory import Laboratory
    from tests.lab.softhsm import Token

CANCELLED: Final = 130
PROMPT_SECONDS: Final = 5.0
"""From Ctrl-C to the end of the process: the run's grace, and the report."""


# ---- interrupted and killed, in each phase


class Deaf(Silent):
    """Accepts and reads, and notes that a TLS ClientHello has come."""

    def __init__(self) -> None:
        super().__init__()
        self.greeted = False

    def serve(self, connection: socket.socket) -> None:
        while data := connection.recv(65536):
            self.greeted = self.greeted or data[:1] == b"\x16"


@dataclass
class Phase:
    """A run that has come to a point and stays there."""

    run: Started
    report: Path
    tries: list[int] = field(default_factory=list)
    """What must stand in our own count of wrong PINs."""
    reached: Callable[[], object] = bool
    what: str = ""


class Stage:
    """Brings the command line to a phase: `with stage.at("C_Login hangs") as phase:`."""

    def __init__(self, lab: Laboratory, home: Path, folder: Path, token: Token) -> None:
        self._lab, self._home, self._folder, self._token = lab, home, folder, token

    @contextmanager
    def at(self, name: str) -> Iterator[Phase]:
        report = self._folder / "report.json"
        match name:
            case "its log":
                with self._started(profile(self._lab, MODULE), report) as phase:
                    phase.run.until(lambda: [*self._home.rglob("*.log")], name)
                    yield phase
            case "its first processes":
                with self._started(profile(self._lab, MODULE), report) as phase:
                    phase.run.until(phase.run.descendants, name)
                    yield phase
            case "TLS handshake":
                with Deaf() as deaf:
                    portal: dict[str, Any] = {
                        "start": f"https://{deaf.address}/tarefas",
                        "certificate_urls": [],
                        "needed": [deaf.address],
                    }
                    limits: Any = {"handshake": LONG_SECONDS, "connect": LONG_SECONDS}
                    drivers: Any = {"modules": [str(MODULE)]}
                    known = self._lab.profile(portal=portal, drivers=drivers, limits=limits)
                    with self._started(known, report) as phase:
                        phase.run.until(lambda: deaf.greeted, name)
                        yield phase
            case _:
                limits = dict.fromkeys(("driver_start", "driver_call", "sign"), LONG_SECONDS)
                module, known = broken(self._lab, self._folder / "m", name, **limits)
                with self._started(known, report) as phase:
                    phase.run.until(lambda: "hang" in faulty.calls(module), name)
                    if name == "hang-C_Login":
                        phase.tries = [1]
                    yield phase

    @contextmanager
    def _started(self, known: Path, report: Path) -> Iterator[Phase]:
        asked = ("diagnosticar", "--pin-stdin", "--perfil", str(known), "--json", str(report))
        pin = f"{PIN}\n".encode()
        with Started(self._home, self._token.home.environment, *asked, said=pin) as run:
            yield Phase(run, report)


PHASES: Final = (
    "its log",
    "its first processes",
    "hang-load",
    "hang-C_Initialize",
    "hang-C_GetTokenInfo",
    "hang-C_FindObjects",
    "TLS handshake",
    "hang-C_Login",
    "hang-C_Sign",
    "hang-C_Finalize",
)


@pytest.fixture
def stage(lab: Laboratory, home: Path, tmp_path: Path, token: Token) -> Stage:
    return Stage(lab, home, tmp_path, token)


@pytest.mark.parametrize("name", PHASES)
def test_nothing_outlives_a_killed_parent(name: str, stage: Stage, token: Token) -> None:
    with stage.at(name) as phase:
        children = phase.run.descendants()
        assert children or name == "its log"
        phase.run.process.kill()
        phase.run.process.wait()
        assert not outlived(children)
    if name != "hang-C_Sign":
        assert token.shown == PinFlag(0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("name", PHASES)
def test_an_interrupted_run_leaves_its_report(
    name: str, number: signal.Signals, stage: Stage, home: Path
) -> None:
    with stage.at(name) as phase:
        children = phase.run.descendants()
        phase.run.process.send_signal(number)
        begun = time.monotonic()
        status = phase.run.end()
        assert time.monotonic() - begun < PROMPT_SECONDS
        assert not outlived(children, 0)
        assert "Traceback" not in phase.run.errors
    report = valid(phase.report.read_text("utf-8"))
    if name == "hang-C_Finalize":  # the diagnosis had ended: only the module had not
        assert status in {0, CANCELLED}
    else:
        assert status == CANCELLED
        assert report["complete"] is False
        assert all(
            check["status"] != "crashed" and check.get("because") != "option"
            for check in report["checks"]
        )
        assert (name, report["verdict"]["cause"]) != ("TLS handshake", "login.engine_unavailable")
    assert counted(home) == phase.tries


@needs_namespace
def test_a_run_waiting_for_the_pin_is_cancelled_without_a_word_of_python(
    lab: Laboratory, home: Path
) -> None:
    asked = ("diagnosticar", "--pin-stdin", "--perfil", str(profile(lab, MODULE)))
    with Started(home, lab.environment, *asked, said=b"", before=AS_ROOT) as run:
        run.until(lambda: reads_input(run.process.pid), "reading")
        run.process.send_signal(signal.SIGINT)
        assert run.end() == CANCELLED
        assert "Traceback" not in run.errors


def test_a_second_ctrl_c_changes_nothing(stage: Stage, home: Path) -> None:
    with stage.at("hang-C_Login") as phase:
        for _ in range(3):
            phase.run.process.send_signal(signal.SIGINT)
        assert phase.run.end() == CANCELLED
    assert valid(phase.report.read_text("utf-8"))["complete"] is False
    assert counted(home) == [1]


def test_a_cancelled_run_can_be_repeated(
    stage: Stage, lab: Laboratory, home: Path, token: Token
) -> None:
    """The lock on the token ends with the process, and one lost try does not shut it."""
    with stage.at("hang-C_Login") as phase:
        phase.run.process.kill()
        phase.run.process.wait()
    run = wizard.run(profile(lab, MODULE), home, token.home.environment, pin=PIN)
    assert (run.status, counted(home)) == (0, []), run.errors


def test_the_version_asks_nothing_of_anyone(home: Path) -> None:
    run = once(home, "--version")
    assert (run.status, run.errors) == (0, "")
    assert not [f for f in home.rglob("*") if f.is_file()]


def test_a_full_disk_says_nothing_of_python(lab: Laboratory, home: Path, token: Token) -> None:
    """Neither the log nor the count of tries can be written: the run goes on in memory."""
    full = ("sh", "-c", 'ulimit -f 0; exec "$@"', "sh")
    known = profile(lab, MODULE)
    run = wizard.run(known, home, token.home.environment, pin=PIN, before=full)
    assert (run.status, run.cause) == (0, None)
    assert "Traceback" not in run.errors
    assert "logg" not in run.errors.casefold()

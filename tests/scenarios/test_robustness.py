"""What is left standing when drivers break, and when the program itself is interrupted or killed?"""

from __future__ import annotations

import os
import signal
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pytest
from tests.lab import faulty, wizard
from tests.lab.endpoints import Silent
from tests.lab.softhsm import MODULE, PIN, PinFlag
from tests.scenarios.parts import profile
from tests.scenarios.safe_parts import (
    LONG_SECONDS,
    Started,
    broken,
    counted,
    once,
    outlived,
    own_token,
    valid,
)

from a3check.probes.module import MOST_SLOTS

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.lab.laboratory import Laboratory
    from tests.lab.softhsm import SoftHsm, Token
    from tests.scenarios.table import Table

CANCELLED: Final = 130
HANG_SECONDS: Final = 4.0
MARGIN_SECONDS: Final = 4.0
"""Start of a dozen processes and the rest of the run, on a machine that does much else."""
RATIO: Final = 5.0
"""How much longer twelve modules that break at once may take than the good one alone."""
PROMPT_SECONDS: Final = 5.0
"""From Ctrl-C to the end of the process: the run's grace, and the report."""

AT_ONCE: Final = {
    "segv-load": "driver.crashed",
    "abort-C_Initialize": "driver.crashed",
    "exit-C_GetInfo": "driver.crashed",
    "segv-C_GetSlotList": "driver.crashed",
    "segv-C_GetTokenInfo": "driver.crashed",
    "error-C_Initialize": "driver.refused",
    "vendor-C_GetTokenInfo": "driver.refused",
    "no-function-list": "driver.not_pkcs11",
    "missing-library": "driver.missing_dependency",
    "missing-symbol": "driver.missing_dependency",
    "truncated": "driver.not_a_library",
    "elf32": "driver.wrong_architecture",
}
"""Twelve modules that break at once, and the code of each."""
HANGING: Final = {
    "hang-load": "driver.hung",
    "hang-C_Initialize": "driver.hung",
    "hang-C_GetInfo": "driver.hung",
    "hang-C_GetSlotList": "driver.hung",
    "hang-C_GetSlotInfo": "driver.hung",
    "hang-C_GetTokenInfo": "driver.hung",
    "segv-load": "driver.crashed",
    "exit-C_Initialize": "driver.crashed",
    "uninitialized-C_GetTokenInfo": "driver.refused",
    "no-function-list": "driver.not_pkcs11",
    "empty": "driver.not_a_library",
    "aarch64": "driver.wrong_architecture",
}
"""Twelve of which six hang."""


@pytest.fixture
def token(hsm: SoftHsm, lab: Laboratory) -> Token:
    return own_token(hsm, lab)


# ---- faulty drivers beside a good one


def beside(lab: Laboratory, folder: Path, *names: str, **limits: float) -> Path:
    """Return a profile with these modules and, last, SoftHSM."""
    folder.mkdir()
    return profile(lab, *(faulty.build(name, folder) for name in names), MODULE, **limits)


def told(run: wizard.Run) -> dict[str, set[str]]:
    """Return the driver check's codes by the name of the module."""
    found: dict[str, set[str]] = {}
    for finding in run.check("driver")["findings"]:
        module = finding["evidence"].get("module")
        if module:
            name = module.rpartition("/")[2].removesuffix(".so")
            found.setdefault(name, set()).add(finding["code"])
    return found


@pytest.mark.parametrize("twelve", [AT_ONCE, HANGING], ids=["no hang", "six hang"])
def test_twelve_faulty_drivers_do_no_harm(
    twelve: dict[str, str], lab: Laboratory, home: Path, tmp_path: Path, table: Table, token: Token
) -> None:
    limits = {"driver_start": HANG_SECONDS, "driver_call": HANG_SECONDS}
    known = beside(lab, tmp_path / "m", *twelve, **limits)
    begun = time.monotonic()
    healthy = wizard.run(profile(lab, MODULE), home, token.home.environment, pin=PIN)
    between = time.monotonic()
    run = wizard.run(known, home, token.home.environment, pin=PIN)
    alone, together = between - begun, time.monotonic() - between
    assert (healthy.status, healthy.cause) == (0, None), healthy.errors
    seen = told(run)
    for name, code in twelve.items():
        assert code in seen[name], (name, seen)
        table.beside(run, code, f"module {name} beside a good one")
    assert all(f["lowered"] or f["status"] == "passed" for f in run.check("driver")["findings"])
    if twelve is AT_ONCE:
        assert together < RATIO * alone
    else:
        assert HANG_SECONDS <= together < alone + HANG_SECONDS + MARGIN_SECONDS


@pytest.mark.parametrize("name", faulty.RUDE)
def test_rude_drivers_do_no_harm(
    name: str, lab: Laboratory, home: Path, tmp_path: Path, token: Token
) -> None:
    """One that shouts, moves, closes or lies, beside a good one: the report is unharmed."""
    limits = {"driver_start": HANG_SECONDS, "driver_call": HANG_SECONDS}
    known = beside(lab, tmp_path / "m", name, **limits)
    digest = lab.pki.leaf("ecpf").sha256
    run = wizard.run(known, home, token.home.environment, "--certificado", digest, pin=PIN)
    valid(run.output)
    assert (run.status, run.cause) == (0, None), run.errors
    assert "vendor debug" not in run.output


@pytest.mark.parametrize("name", ["noisy", "chdir", "signals", "closes", "garbage-labels"])
def test_a_rude_driver_serves_its_own_token(
    name: str, lab: Laboratory, home: Path, tmp_path: Path, token: Token
) -> None:
    _, known = broken(lab, tmp_path / "m", name)
    run = wizard.run(known, home, token.home.environment, pin=PIN)
    valid(run.output)
    assert (run.status, run.cause) == (0, None), run.errors


def test_two_hundred_slots(lab: Laboratory, home: Path, tmp_path: Path, hsm: SoftHsm) -> None:
    (tmp_path / "m").mkdir()
    module = faulty.build("slots-200", tmp_path / "m")
    run = wizard.run(profile(lab, module), home, hsm.environment)
    valid(run.output)
    assert run.codes("driver") == ["driver.working"]
    assert run.codes("token") == ["token.ready"] * MOST_SLOTS
    assert run.codes("certificate") == ["certificate.unreadable"]


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
                    limits = {"handshake": LONG_SECONDS, "connect": LONG_SECONDS}
                    drivers = {"modules": [str(MODULE)]}
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
    assert counted(home) == phase.tries


def test_a_run_waiting_for_the_pin_is_cancelled_without_a_word_of_python(
    lab: Laboratory, home: Path
) -> None:
    asked = ("diagnosticar", "--pin-stdin", "--perfil", str(profile(lab, MODULE)))
    with Started(home, lab.environment, *asked, said=b"") as run:
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


def reads_input(pid: int) -> bool:
    """Tell whether a process waits in read(0) or readv(0) (proc(5), /proc/PID/syscall)."""
    with open(f"/proc/{pid}/syscall") as file:  # noqa: PTH123 - a line of /proc
        words = file.read().split()
    return words[:2] in (["0", "0x0"], ["19", "0x0"])


def test_the_version_asks_nothing_of_anyone(home: Path) -> None:
    run = once(home, "--version")
    assert (run.status, run.errors) == (0, "")
    assert not [f for f in home.rglob("*") if f.is_file()], os.listdir(home)

"""Nothing survives a killed parent, and the PIN stands nowhere while a login hangs."""

import base64
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from tests.lab import faulty
from tests.lab.root import AS_ROOT, needs_namespace
from tests.lab.softhsm import MODULE, SoftHsm

pytestmark = pytest.mark.lab

SLACK = 20.0
"""Seconds until a probe has come as far as it should."""
AFTER_KILL = 1.0
"""Seconds after which no child may be left."""
SECRET = "Zq7!xW3-é9kV"
ROOT = Path(__file__).resolve().parents[2]

PARENT = """
import sys
sys.path.insert(0, sys.argv[1])
from a3check.core.cryptoki import Candidate
from a3check.core.profile import Limits
from a3check.core.secret import Secret
from a3check.probes.drivers import ProbedDrivers
from a3check.probes.readers import ProbedReaders
pin = bytearray(sys.stdin.buffer.readline().rstrip(b"\\n"))
if sys.argv[2] == "pcsc":
    print("here", flush=True)
    print(ProbedReaders(Limits()).survey())
    sys.exit()
drivers = ProbedDrivers(Limits())
driver, = drivers.survey([Candidate(sys.argv[2])])
if sys.argv[3] == "login":
    print(drivers.login(driver.tokens[0], Secret(pin)), flush=True)
print("here", repr(driver)[:50], flush=True)
sys.stdin.buffer.read()
"""


def parent(
    module: Path | str, act: str = "survey", before: Sequence[str] = ()
) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [*before, sys.executable, "-c", PARENT, str(ROOT / "src"), str(module), act],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdin is not None
    process.stdin.write(SECRET.encode() + b"\n")
    process.stdin.flush()
    return process


def await_true(condition: Callable[[], object], seconds: float) -> None:
    pause, end = threading.Event(), time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        pause.wait(0.02)


def children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(entry.name))
    return found


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.fixture
def hsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftHsm:
    made = SoftHsm(tmp_path / "hsm")
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    made.add_token("A3 DO LABORATORIO", pin=SECRET)
    return made


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("hang-load", "survey"),
        ("hang-C_Initialize", "survey"),
        ("hang-C_GetTokenInfo", "survey"),
        ("hang-C_Login", "login"),
    ],
)
def test_no_child_survives_a_killed_parent(
    hsm: SoftHsm, tmp_path: Path, name: str, act: str
) -> None:
    module = faulty.build(name, tmp_path, behind=MODULE)
    with parent(module, act) as process:
        await_true(lambda: "hang" in faulty.calls(module), SLACK)
        assert_dies_with(process)


def test_no_idle_child_survives_either(hsm: SoftHsm) -> None:
    with parent(MODULE) as process:
        assert process.stdout is not None
        assert b"here" in process.stdout.readline()
        assert_dies_with(process)


def test_a_child_that_ignores_all_signals_does_not_survive(hsm: SoftHsm, tmp_path: Path) -> None:
    module = faulty.build("signals", tmp_path, behind=MODULE)
    with parent(module) as process:
        assert process.stdout is not None
        assert b"here" in process.stdout.readline()
        assert_dies_with(process)


def assert_dies_with(process: subprocess.Popen[bytes]) -> None:
    probes = children(process.pid)
    assert probes
    assert all(alive(pid) for pid in probes)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(SLACK)
    await_true(lambda: not any(alive(pid) for pid in probes), AFTER_KILL)


def test_an_orderly_end_leaves_nothing(hsm: SoftHsm) -> None:
    with parent(MODULE) as process:
        assert process.stdout is not None
        assert b"here" in process.stdout.readline()
        probes = children(process.pid)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(SLACK) == 0
        await_true(lambda: not any(alive(pid) for pid in probes), AFTER_KILL)


def spellings(pin: str) -> list[bytes]:
    raw = pin.encode()
    return [
        raw,
        pin.encode("utf-16-le"),
        base64.b64encode(raw).rstrip(b"="),
        raw.hex().encode(),
        json.dumps(pin)[1:-1].encode(),
    ]


@needs_namespace
def test_the_pin_stands_in_no_command_line_environment_or_file(
    hsm: SoftHsm, tmp_path: Path
) -> None:
    module = faulty.build("hang-C_Login", tmp_path, behind=MODULE)
    with parent(module, "login", AS_ROOT) as process:
        await_true(lambda: "hang" in faulty.calls(module), SLACK)
        for pid in (process.pid, *children(process.pid)):
            for place in ("cmdline", "environ"):
                content = Path(f"/proc/{pid}/{place}").read_bytes()
                assert not any(spelling in content for spelling in spellings(SECRET))
        for file in tmp_path.rglob("*"):
            if file.is_file():
                content = file.read_bytes()
                assert not any(spelling in content for spelling in spellings(SECRET))
        process.kill()


@pytest.mark.parametrize("end", ["segv", "abort"])
def test_a_crash_with_the_pin_leaves_no_trace(hsm: SoftHsm, tmp_path: Path, end: str) -> None:
    module = faulty.build(f"{end}-C_Login", tmp_path, behind=MODULE)
    with parent(module, "login") as process:
        assert process.stdout is not None
        said = process.stdout.readline() + process.stdout.readline()
        process.kill()
    assert b"FaultKind.DIED" in said
    assert not any(spelling in said for spelling in spellings(SECRET))
    assert not list(tmp_path.rglob("core*"))
    assert not list(Path("/").glob("core*"))

"""Windows' service manager and its list of devices, asked by Windows' own Python under Wine.

Wine 8 has a service manager, without triggers and without denied rights, and neither SCardSvr nor
CertPropSvc: the test makes and removes one. Its Configuration Manager answers and lists nothing,
so devices come from a library of ours that stands in for it. PC/SC does not work there at all,
and that is told apart by what the service manager says.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any, Final

import pytest
from tests.lab.wine import FOLDER, HERE, START, Wine, windows_path

from a3check.core.daemon import Start
from a3check.core.profile import Limits
from a3check.core.smartcard import ServiceState
from a3check.probes import spawner
from a3check.probes.readers import ProbedReaders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMPILER: Final = "x86_64-w64-mingw32-gcc"

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(bool(Wine.why_not()), reason=Wine.why_not() or "ready"),
]


@pytest.fixture(scope="module")
def wine() -> Iterator[Wine]:
    made = Wine()
    made.serve()
    try:
        yield made
    finally:
        made.stop()


def run(wine: Wine, *command: str) -> str:
    done = subprocess.run(
        command,
        env=wine.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=START,
        check=False,
    )
    assert done.returncode == 0, (command, done.stderr)
    return done.stdout


def asked(wine: Wine, *what: str) -> Any:  # noqa: ANN401 - whatever the script answers
    return json.loads(run(wine, *wine.script("ask_system.py", *what)))


def test_the_service_manager_answers(wine: Wine) -> None:
    found = asked(wine, "services", "SCardSvr", "CertPropSvc", "RpcSs")
    absent = [False, "untold", "untold", None, 1060]
    assert found["SCardSvr"] == found["CertPropSvc"] == absent
    installed, start, activity, triggered, error = found["RpcSs"]
    assert (installed, start, activity) == (True, "manual", "running")
    assert (triggered, error) == (None, 124), "Wine 8 knows no triggers: ERROR_INVALID_LEVEL"


@pytest.mark.parametrize(
    ("start", "said"), [("disabled", "disabled"), ("demand", "manual"), ("auto", "automatic")]
)
def test_a_stopped_service_says_how_it_starts(wine: Wine, start: str, said: str) -> None:
    made = ("SCardSvr", "binPath=", "C:\\none.exe", "start=", start)
    run(wine, "wine", "sc", "create", *made)
    try:
        found = asked(wine, "services", "SCardSvr")
    finally:
        run(wine, "wine", "sc", "delete", "SCardSvr")
    assert found["SCardSvr"][:3] == [True, said, "stopped"]


@pytest.mark.skipif(not (FOLDER / "site/smartcard").is_dir(), reason="prepared before pyscard")
def test_pc_sc_that_does_not_work_is_told_apart_by_the_manager(
    wine: Wine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wine 8's winscard answers SCARD_F_INTERNAL_ERROR to all."""
    for name, value in wine.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr(spawner, "command", wine.probe)
    readers = ProbedReaders(Limits(pcsc=START))
    assert readers.survey().state is ServiceState.ABSENT
    run(wine, "wine", "sc", "create", "SCardSvr", "binPath=", "C:\\none.exe", "start=", "disabled")
    try:
        found = readers.survey()
    finally:
        run(wine, "wine", "sc", "delete", "SCardSvr")
    assert (found.state, found.detail) == (ServiceState.STOPPED, "SCARD_F_INTERNAL_ERROR")
    assert found.daemon is not None
    assert found.daemon.start is Start.DISABLED


def test_the_configuration_manager_answers(wine: Wine) -> None:
    assert asked(wine, "devices") == []


@pytest.mark.skipif(shutil.which(COMPILER) is None, reason="no mingw here")
def test_devices_and_their_drivers_are_read(wine: Wine, tmp_path: Path) -> None:
    library = tmp_path / "devices.dll"
    source = str(HERE / "devices.c")
    run(wine, COMPILER, "-shared", "-s", "-O1", "-Wall", "-Werror", "-o", str(library), source)
    found = asked(wine, "devices", windows_path(library))
    assert found == [
        ["0529", "0620", [28, False, "", "", "Token JC", False]],
        [
            "ffff",
            "0001",
            [0, True, "SmartCardReader", "WUDFRd", "Leitor de cartão inteligente", True],
        ],
        ["046d", "c077", None],
        ["1059", "0019", None],
    ]

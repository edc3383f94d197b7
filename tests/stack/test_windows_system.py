"""Windows' service manager and its list of devices, asked by Windows' own Python under Wine.

Wine 8 has a service manager, without triggers and without denied rights, and neither SCardSvr nor
CertPropSvc: the test makes and removes one. Its Configuration Manager answers and lists nothing,
so devices come from a library of ours that stands in for it. PC/SC does not work there at all.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any, Final

import pytest
from tests.lab.wine import HERE, START, Wine, windows_path

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

"""What stands on the disk tells a stopped service from none, and from one out of reach."""

import os
import socket
from pathlib import Path

import pytest

from a3check.core.fault import Fault, FaultKind
from a3check.core.smartcard import ServiceState
from a3check.probes.readers import _state, unix_state


def test_nothing_there_is_absent(tmp_path: Path) -> None:
    assert unix_state(tmp_path / "s", (tmp_path / "pcscd",)) is ServiceState.ABSENT


def test_a_program_without_socket_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "pcscd").touch()
    assert unix_state(tmp_path / "s", (tmp_path / "pcscd",)) is ServiceState.STOPPED


def test_a_stale_socket_is_stopped(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
    assert unix_state(tmp_path / "s", ()) is ServiceState.STOPPED


def test_a_socket_that_we_may_not_write_is_denied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    assert unix_state(tmp_path / "s", ()) is ServiceState.DENIED


def test_a_folder_that_we_may_not_enter_is_denied(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_path: Path) -> os.stat_result:
        raise PermissionError

    monkeypatch.setattr(Path, "stat", forbidden)
    assert unix_state(Path("/run/x"), ()) is ServiceState.DENIED


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (Fault(FaultKind.HUNG, "SCardListReaders"), ServiceState.UNRESPONSIVE),
        (Fault(FaultKind.DIED, "SCardListReaders"), ServiceState.UNRESPONSIVE),
        (Fault(FaultKind.REFUSED, "x", detail="SCARD_W_SECURITY_VIOLATION"), ServiceState.DENIED),
        (Fault(FaultKind.REFUSED, "import", detail="UNAVAILABLE"), ServiceState.ABSENT),
        (
            Fault(FaultKind.REFUSED, "x", detail="SCARD_F_INTERNAL_ERROR"),
            ServiceState.UNRESPONSIVE,
        ),
    ],
)
def test_each_fault_has_its_state(fault: Fault, state: ServiceState) -> None:
    assert _state(fault) is state

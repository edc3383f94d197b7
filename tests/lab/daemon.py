"""A server process of the laboratory that ends with the test, however the test ends."""

from __future__ import annotations

import socket
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

HOST: Final = "127.0.0.1"
READY_SECONDS: Final = 10.0
"""How long a server may take to listen."""
STOP_SECONDS: Final = 5.0
"""How long a server may take to end before it is killed."""

_POLL_SECONDS: Final = 0.02


class NotReadyError(Exception):
    """A server ended, or did not listen in time; `log` holds its last words."""

    def __init__(self, log: str) -> None:
        super().__init__(log)
        self.log = log


class Daemon:
    """A running process; killed by the kernel when the thread that started it ends."""

    def __init__(
        self, command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self._log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=None if environment is None else dict(environment),
            )

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def wait_until_listening(self, ports: Sequence[int]) -> None:
        """Return when every port accepts; raise `NotReadyError` if it ends or takes too long."""
        deadline = time.monotonic() + READY_SECONDS
        for port in ports:
            while not _accepts(port):
                if self._process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    raise NotReadyError(self._log.read_text(errors="replace")[-2000:])
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(_POLL_SECONDS)

        if self._process.poll() is not None:  # somebody else listens on our port
            raise NotReadyError(self._log.read_text(errors="replace")[-2000:])

    def stop(self) -> None:
        """End the process, by force if it does not end in time."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_SECONDS)


def free_port() -> int:
    """Return a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _accepts(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=READY_SECONDS):
            return True
    except OSError:
        return False

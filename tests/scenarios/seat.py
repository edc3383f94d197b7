"""A person's place at a terminal: what is shown, what is typed, and whether it is echoed."""

from __future__ import annotations

import os
import select
import subprocess
import termios
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from tests.lab import wizard
from tests.scenarios.safe_parts import STEP_SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

CTRL_C: Final = b"\x03"
_PIECE: Final = 65536
_LOCAL_MODES: Final = 3
"""Position of the local modes in tcgetattr's list (termios(3))."""


class Seat:
    """The command line on a pseudo-terminal that is its controlling one: Ctrl-C reaches it."""

    def __init__(self, home: Path, extra: Mapping[str, str], *arguments: str) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._command = wizard.command(*arguments, before=("setsid", "--ctty"))
        self._environment = {"TERM": "xterm", **wizard.environment(home, extra)}
        self._shown = bytearray()

    def __enter__(self) -> Self:
        self._master, self._slave = os.openpty()
        self.process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._master)
        os.close(self._slave)

    @property
    def shown(self) -> str:
        """Everything that the terminal was sent until now."""
        self._read(0.0)
        return self._shown.decode("utf-8", "replace")

    @property
    def echoes(self) -> bool:
        """Whether what is typed is shown."""
        return bool(termios.tcgetattr(self._slave)[_LOCAL_MODES] & termios.ECHO)

    def until(self, text: str) -> None:
        """Wait until the terminal shows a text."""
        deadline = time.monotonic() + STEP_SECONDS
        while text not in self.shown:
            assert time.monotonic() < deadline, f"{text!r} never came:\n{self.shown}"
            self._read(0.1)

    def until_silent(self) -> None:
        """Wait until the terminal no longer echoes."""
        deadline = time.monotonic() + STEP_SECONDS
        while self.echoes:
            assert time.monotonic() < deadline, self.shown
            self._read(0.01)

    def type(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._master, keys)

    def end(self) -> int:
        """Wait for its end, reading what it shows, and return the exit status."""
        deadline = time.monotonic() + wizard.DEADLINE
        while self.process.poll() is None:
            assert time.monotonic() < deadline, self.shown
            self._read(0.1)
        return self.process.returncode

    def _read(self, seconds: float) -> None:
        ready, _, _ = select.select([self._master], [], [], seconds)
        while ready:
            with suppress(OSError):
                self._shown += os.read(self._master, _PIECE)
            ready, _, _ = select.select([self._master], [], [], 0)

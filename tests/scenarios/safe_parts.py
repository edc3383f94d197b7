"""The command line in motion: watched while it runs, interrupted, killed, and its heirs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import jsonschema
from tests.lab import faulty, wizard
from tests.lab.softhsm import MODULE, PIN
from tests.scenarios.parts import new_token, profile

from a3check.core.resources import resource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from types import TracebackType

    from tests.lab.laboratory import Laboratory
    from tests.lab.softhsm import SoftHsm, Token

STEP_SECONDS: Final = 30.0
"""Deadline for what must come soon; generous, for a machine that does much else."""
LOOK_SECONDS: Final = 0.01
"""Between two looks at something that is awaited."""
HEIR_SECONDS: Final = 1.0
"""How long a probe may outlive its parent (architecture.md, "Probes that die with us")."""
LONG_SECONDS: Final = 60
"""A deadline of the profile that never passes in a test: what hangs does so until it is killed."""

_STATE, _PARENT, _BORN = 0, 1, 19
"""Positions in /proc/PID/stat behind the name (proc(5): fields 3, 4 and 22)."""
_SCHEMA: Final = jsonschema.Draft202012Validator(
    json.loads(resource("report.schema.json").read_text("utf-8"))
)

Life = tuple[int, str]
"""A process: its id and the moment of its birth, so that a reused id is another one."""


class Started:
    """The real command line while it runs: `with Started(home, env, "diagnosticar", …) as run:`.

    Standard output and error go to files; what `said` is written to its standard input, which
    stays open until `hang_up`. Whatever is left at the end of the block is killed.
    """

    def __init__(
        self,
        home: Path,
        extra: Mapping[str, str],
        *arguments: str,
        said: bytes | None = None,
        before: Sequence[str] = (),
        folder: Path | None = None,
    ) -> None:
        home.mkdir(parents=True, exist_ok=True)
        number = len(list(home.glob("stderr-*")))
        self._out, self._err = home / f"stdout-{number}", home / f"stderr-{number}"
        self._command = wizard.command(*arguments, before=before)
        self._environment = wizard.environment(home, extra)
        self._said, self._folder = said, folder
        self._born: set[Life] = set()

    def __enter__(self) -> Self:
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                self._command,
                env=self._environment,
                stdin=subprocess.DEVNULL if self._said is None else subprocess.PIPE,
                stdout=out,
                stderr=err,
                cwd=self._folder,
                bufsize=0,
            )
        if self.process.stdin is not None and self._said:
            self.process.stdin.write(self._said)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.hang_up()
        for pid, _ in [*self.descendants(), *self._born]:
            if (pid, _) in set(_lives()):
                with suppress(ProcessLookupError):  # it has just ended by itself
                    os.kill(pid, signal.SIGKILL)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    @property
    def output(self) -> str:
        """What stands on standard output until now."""
        return self._out.read_text("utf-8")

    @property
    def errors(self) -> str:
        """What stands on standard error until now."""
        return self._err.read_text("utf-8")

    def descendants(self) -> frozenset[Life]:
        """Return the processes below it, however deep; none once it has ended."""
        self._born |= below(self.process.pid)
        return below(self.process.pid)

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait for a condition while the run lives."""
        deadline = time.monotonic() + STEP_SECONDS
        while not condition():
            assert self.process.poll() is None, f"ended before {what}: {self.errors}"
            assert time.monotonic() < deadline, f"never came: {what}\n{self.errors}"
            pause()

    def hang_up(self) -> None:
        """Close its standard input."""
        if self.process.stdin is not None:
            with suppress(OSError):
                self.process.stdin.close()

    def end(self) -> int:
        """Wait for its end and return the exit status."""
        return self.process.wait(wizard.DEADLINE)


def below(pid: int) -> frozenset[Life]:
    """Return the processes below this one."""
    parents = {life: int(stat[_PARENT]) for life, stat in _lives().items()}
    found: set[Life] = set()
    names = {pid}
    while more := {life for life, parent in parents.items() if parent in names} - found:
        found |= more
        names = {life[0] for life in more}
    return frozenset(found)


def outlived(lives: Iterable[Life], seconds: float = HEIR_SECONDS) -> frozenset[Life]:
    """Return which of these processes still live after so many seconds."""
    watched, deadline = frozenset(lives), time.monotonic() + seconds
    while (left := watched & _lives().keys()) and time.monotonic() < deadline:
        pause()
    return left


def pause() -> None:
    """Let a moment pass between two looks."""
    threading.Event().wait(LOOK_SECONDS)


def own_token(hsm: SoftHsm, lab: Laboratory) -> Token:
    """Return a fresh token with a healthy e-CPF that the laboratory's CAs have issued."""
    return new_token(hsm, lab.pki.leaf("ecpf"))


def broken(
    lab: Laboratory,
    folder: Path,
    name: str,
    **limits: Any,  # noqa: ANN401 - seconds, handed on
) -> tuple[Path, Path]:
    """Return a module that breaks as `name` says and else is SoftHSM, and a profile with it."""
    folder.mkdir(exist_ok=True)
    module = faulty.build(name, folder, behind=MODULE)
    return module, profile(lab, module, **limits)


def valid(text: str) -> dict[str, Any]:
    """Return a report as it was written, and see that it fits its schema."""
    report = json.loads(text)
    _SCHEMA.validate(report)
    assert isinstance(report, dict)
    return report


def one_line(errors: str) -> str:
    """Return the one line that standard error holds, without the program's name."""
    assert errors.startswith("a3check: "), errors
    assert errors.count("\n") == 1, errors
    assert errors.endswith("\n"), errors
    return errors.removeprefix("a3check: ").rstrip("\n")


def once(home: Path, *arguments: str, said: bytes = b"", **extra: str) -> wizard.Run:
    """Run any command of the program, to its end."""
    done = subprocess.run(
        wizard.command(*arguments),
        env=wizard.environment(home, extra),
        input=said,
        capture_output=True,
        timeout=wizard.DEADLINE,
        check=False,
    )
    return wizard.Run(done.returncode, done.stdout.decode(), done.stderr.decode())


def diagnose(known: Path, home: Path, extra: Mapping[str, str], *more: str) -> wizard.Run:
    """Diagnose with these options; the tokens' PIN waits on standard input."""
    asked = ("diagnosticar", "--perfil", str(known), *more)
    return once(home, *asked, said=f"{PIN}\n".encode(), **extra)


def reads_input(pid: int) -> bool:
    """Tell whether a process waits in read(0) or readv(0) (proc(5), /proc/PID/syscall).

    The program lets nobody look but root: start it with `AS_ROOT` before it.
    """
    words = Path(f"/proc/{pid}/syscall").read_text("ascii").split()
    return words[:2] in (["0", "0x0"], ["19", "0x0"])


def counted(home: Path) -> list[int]:
    """Return the wrong PINs that a3check has noted in this home, token by token."""
    file = home / "data" / "a3check" / "tries" / "tries.json"
    table = json.loads(file.read_text("utf-8")) if file.exists() else {}
    return [entry["wrong"] for entry in table.values() if entry["wrong"]]


def _lives() -> dict[Life, list[str]]:
    """Return every process that is no zombie, with its fields of /proc/PID/stat."""
    found: dict[Life, list[str]] = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            stat = file.read_text("utf-8", "replace").rpartition(") ")[2].split()
            if stat and stat[_STATE] not in {"Z", "X"}:
                found[int(file.parent.name), stat[_BORN]] = stat
    return found


assert sys.platform == "linux", "these scenarios read /proc"

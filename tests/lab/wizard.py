"""The real command line, run as a technician would, and what came of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEADLINE: Final = 120.0
"""Seconds for a whole run; every wait of the program itself is far shorter."""
_SOURCES: Final = Path(__file__).parents[2] / "src"
_KEPT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "COVERAGE_PROCESS_START")


@dataclass(frozen=True)
class Run:
    """One finished run: exit status, both outputs, and its report where it wrote one."""

    status: int
    output: str
    errors: str

    @property
    def report(self) -> dict[str, Any]:
        """The report that went to standard output."""
        report = json.loads(self.output)
        assert isinstance(report, dict), self.errors
        return report

    @property
    def verdict(self) -> dict[str, Any]:
        """The report's verdict."""
        verdict = self.report["verdict"]
        assert isinstance(verdict, dict)
        return verdict

    @property
    def cause(self) -> str | None:
        """The code of the cause."""
        cause = self.verdict["cause"]
        return None if cause is None else str(cause)

    def codes(self, check: str | None = None) -> list[str]:
        """The codes of all findings, or of one check's."""
        checks = [c for c in self.report["checks"] if check in {None, c["name"]}]
        return [finding["code"] for c in checks for finding in c["findings"]]

    def finding(self, code: str) -> dict[str, Any]:
        """The first finding of that code."""
        for check in self.report["checks"]:
            for finding in check["findings"]:
                if finding["code"] == code:
                    assert isinstance(finding, dict)
                    return finding
        raise AssertionError(f"no {code}; there are {self.codes()}\n{self.errors}")

    def check(self, name: str) -> dict[str, Any]:
        """A check's entry."""
        entry = next(c for c in self.report["checks"] if c["name"] == name)
        assert isinstance(entry, dict)
        return entry


def command(*arguments: str, before: Sequence[str] = ()) -> list[str]:
    """Return the command line of the program under test; `before` may hold faketime or strace."""
    return [*before, sys.executable, "-m", "a3check", *arguments]


def environment(home: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return a clean environment: a home of its own, nothing of the tester's session."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("DATA", "CACHE", "STATE")}
    local = {"HOME": str(home), "PYTHONPATH": str(_SOURCES), "TZ": "America/Manaus"}
    return {**kept, **local, **folders, **(extra or {})}


def run(
    profile: Path,
    home: Path,
    extra: Mapping[str, str] | None = None,
    *arguments: str,
    pin: str | None = None,
    before: Sequence[str] = (),
) -> Run:
    """Diagnose with `--json -`; `pin` goes through standard input, else `--sem-pin`."""
    with_pin = ("--pin-stdin",) if pin is not None else ("--sem-pin",)
    done = subprocess.run(
        command(
            "diagnosticar",
            "--perfil",
            str(profile),
            "--json",
            "-",
            *with_pin,
            *arguments,
            before=before,
        ),
        env=environment(home, extra),
        input=f"{pin}\n" if pin is not None else "",
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=DEADLINE,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)

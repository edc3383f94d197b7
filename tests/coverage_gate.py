"""Is every part that can be covered wholly covered, and the whole well enough?

Reads what ``pytest --cov`` left in ``.coverage``; the floors stand here and nowhere else.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

from tests.judges import ROOT, judges, modules

if TYPE_CHECKING:
    from collections.abc import Iterator

PERFECT: Final = (
    "core/*.py",
    "pki/*.py",
    "report/*.py",
    "tls/emsa.py",
    "tls/signing.py",
    "tls/transcript.py",
    "ui/actions.py",
    "ui/inquiry.py",
    "ui/outset.py",
    "ui/past.py",
    "ui/place_doubts.py",
    "ui/presenter.py",
    "ui/print_wanted.py",
    "ui/received_state.py",
    "ui/repair_state.py",
    "ui/steps.py",
    "ui/swap_state.py",
    "portal/*.py",
)
"""Pure files, as patterns below ``src/a3check``: every line and every branch."""

FLOOR: Final = 80.0
"""Per cent of lines and branches of the whole package. The probes' own side runs in processes
that are not measured: they are killed, not ended."""

LEAST_CODES: Final = 60
"""Finding codes that the scenarios must have drawn from real parts (build/codes.json)."""

DEADLINE: Final = 120.0
"""Seconds for coverage to write its numbers."""

SHOWN: Final = 8
"""Lines and branches named for each part that falls short."""

PACKAGE: Final = "src/a3check"


def main() -> int:
    """Print what falls short; the exit status is 1 where anything does."""
    measured = _measured()
    short = [*_files(measured), *_judges(measured), *_codes()]
    total = measured["totals"]["percent_covered"]
    if total < FLOOR:
        short.append(f"the whole package: {total:.1f} % (floor {FLOOR:.0f} %)")
    for line in short:
        sys.stdout.write(f"coverage: {line}\n")
    sys.stdout.write(f"coverage: {total:.1f} % of the package; {len(short)} gate(s) missed\n")
    return 1 if short else 0


def _measured() -> dict[str, Any]:
    command = [sys.executable, "-m", "coverage", "json", "-q", "-o", "-"]
    done = subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=DEADLINE
    )
    numbers: dict[str, Any] = json.loads(done.stdout)
    return numbers


def _codes() -> Iterator[str]:
    """Complain where too few codes have been seen to come from real parts."""
    path = ROOT / "build" / "codes.json"
    seen = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    if len(seen) < LEAST_CODES:
        yield f"{len(seen)} codes have a scenario on real parts (floor {LEAST_CODES})"


def _files(measured: dict[str, Any]) -> Iterator[str]:
    """Yield every perfect file that is not, and every pattern that names none."""
    for pattern in PERFECT:
        paths = sorted((ROOT / PACKAGE).glob(pattern))
        if not paths:
            yield f"no file is named {pattern}"
        for path in paths:
            name = path.relative_to(ROOT).as_posix()
            yield from _missed(name, measured["files"].get(name), name)


def _judges(measured: dict[str, Any]) -> Iterator[str]:
    """Yield every judge with a line or a branch that no test went through."""
    for path in modules():
        name = path.relative_to(ROOT).as_posix()
        functions = measured["files"].get(name, {}).get("functions", {})
        for judge in judges(ast.parse(path.read_text("utf-8"))):
            yield from _missed(f"{name}: {judge}", functions.get(judge), name)


def _missed(shown: str, region: dict[str, Any] | None, name: str) -> Iterator[str]:
    if region is None:
        if (ROOT / name).stat().st_size:
            yield f"{shown}: never measured"
        return
    branches = [f"{a}->{b}" for a, b in region.get("missing_branches", ())]
    missed = [*map(str, region["missing_lines"]), *branches]
    if missed:
        more = f" and {len(missed) - SHOWN} more" if len(missed) > SHOWN else ""
        yield f"{shown}: missed {', '.join(missed[:SHOWN])}{more}"


if __name__ == "__main__":
    sys.exit(main())

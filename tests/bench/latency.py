"""The way through the portal with 600 ms of latency: seconds over the round trips it cannot avoid.

The laboratory runs in a network namespace whose loopback is that far away (`tests.lab.latency`),
so it needs root. `python -m tests.bench.latency` is the part inside.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from tests.lab import wizard
from tests.lab.laboratory import Laboratory
from tests.lab.portal import Login

if TYPE_CHECKING:
    from tests.lab.wizard import Run

ROUND_TRIP: Final = 0.6
"""Seconds."""
GOAL: Final = 1.3
HOPS: Final = 3
"""Start, the login's host, and back with a ticket; each its own connection."""
PER_HOP: Final = 3
"""TCP, TLS 1.3, HTTP."""
CLOCK: Final = 3
"""The trusted time: TCP, TLS 1.3, HTTP; the two hosts at once, beside the network's check."""
ANONYMOUS: Final = 2
"""Hops without a certificate: the login's host lets nobody back."""
WHOLE: Final = CLOCK + (ANONYMOUS + HOPS) * PER_HOP
"""The clock, then the anonymous walk, then the one with the key; the rest lies beside them."""
SECONDS: Final = 300


def measure() -> None:
    """Run the part inside a namespace of its own, or say why not."""
    if os.geteuid():
        print("  left out: a network namespace needs root")
        return
    late = [sys.executable, "-m", "tests.lab.latency", str(ROUND_TRIP)]
    command = ["unshare", "--net", *late, sys.executable, "-m", "tests.bench.latency"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=SECONDS, check=False, cwd=Path.cwd()
    )
    print(done.stdout, end="")
    if done.returncode:
        print(f"  left out: {done.stderr.strip()[-500:]}")


def main() -> int:
    """Diagnose once with the PIN and tell the two walks and the whole."""
    with (
        TemporaryDirectory(prefix="a3check-bench-") as name,
        Laboratory(Path(name) / "lab", login=Login.REDIRECT) as lab,
    ):
        profile = lab.profile(limits={"connect": 5.0, "handshake": 30.0, "walk_interval": 0})
        run = wizard.run(profile, Path(name) / "home", lab.environment, pin=lab.pin)
    if "login.accepted" not in run.codes():
        print(f"no login: {run.codes()}", file=sys.stderr)
        return 1
    _print(run)
    return 0


def _print(run: Run) -> None:
    walk = HOPS * PER_HOP
    seconds = float(run.check("login")["seconds"])
    whole = float(run.report["seconds"])
    print(f"  latency {ROUND_TRIP * 1000:.0f} ms, {HOPS} hops, TLS 1.3 (goal: {GOAL})")
    for name, took, trips in (("walk with the key", seconds, walk), ("whole run", whole, WHOLE)):
        least = trips * ROUND_TRIP
        print(
            f"    {name:<20} {took:5.2f} s; {trips} round trips: {least:.1f} s; {took / least:.2f}"
        )
    for check in run.report["checks"]:
        print(f"      {check['name']:<14} {float(check['seconds']):6.2f} s")


if __name__ == "__main__":
    sys.exit(main())

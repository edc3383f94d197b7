"""How long does a run take, beside the tools that a technician would use, in the same minute?

Ratios count, seconds depend on the machine: each round runs every command once,
in turn; the medians are compared.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from tests.lab import wizard
from tests.lab.laboratory import Laboratory
from tests.lab.portal import Login

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROUNDS: Final = 11
WARM_UP: Final = 2


@dataclass
class Timed:
    """One command and what each of its runs took, in seconds of wall clock."""

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str]
    input: str = ""
    seconds: list[float] = field(default_factory=list)
    output: str = ""

    def once(self, *, count: bool) -> None:
        """Run it; an exit status of its own does not matter, a traceback does."""
        begun = time.perf_counter()
        done = subprocess.run(
            self.argv,
            env=dict(self.environment),
            input=self.input,
            capture_output=True,
            text=True,
            timeout=wizard.DEADLINE,
            check=False,
        )
        took = time.perf_counter() - begun
        if "Traceback" in done.stderr:
            raise RuntimeError(done.stderr)
        self.output = done.stdout
        if count:
            self.seconds.append(took)

    @property
    def median(self) -> float:
        """The median of the counted runs."""
        return statistics.median(self.seconds)


def measure() -> None:
    """Measure a whole run without and with the PIN, and say where its time goes."""
    with (
        TemporaryDirectory(prefix="a3check-bench-") as name,
        Laboratory(Path(name) / "lab", login=Login.REDIRECT) as lab,
    ):
        commands = _commands(lab, Path(name))
        for number in range(ROUNDS + WARM_UP):
            for command in commands:
                command.once(count=number >= WARM_UP)
    ours, entering, *peers = commands
    both = sum(peer.median for peer in peers)
    print(f"{ROUNDS} rounds in turn, medians of whole processes\n")
    for command in commands:
        print(f"  {command.name:<34} {command.median * 1000:8.0f} ms")
    print(f"\n  ratio to {' + '.join(p.name for p in peers)}: {ours.median / both:.1f}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"  largest process of all runs: {peak:.0f} MB")
    _where(json.loads(ours.output), ours.median)
    _walks(json.loads(entering.output))


def _commands(lab: Laboratory, folder: Path) -> list[Timed]:
    profile, home = lab.profile(), folder / "home"
    environment = wizard.environment(home, lab.environment)
    certificate = folder / "servidores.pem"
    certificate.write_bytes(lab.pki.servers.roots_pem)
    plain = {**os.environ, **lab.environment}
    ours = wizard.command("diagnosticar", "--perfil", str(profile), "--sem-pin", "--json", "-")
    entering = [*(part for part in ours if part != "--sem-pin"), "--pin-stdin"]
    return [
        Timed("a3check diagnosticar --sem-pin", ours, environment),
        Timed("a3check diagnosticar, with PIN", entering, environment, f"{lab.pin}\n"),
        Timed("pkcs11-tool -O", ["pkcs11-tool", "--module", str(lab.hsm.module), "-O"], plain),
        Timed("curl", ["curl", "-s", "--cacert", str(certificate), lab.portal.url("/")], plain),
    ]


def _walks(report: dict[str, Any]) -> None:
    """Tell how long the two walks on the portal took; the one with the key ends inside."""
    seconds = {check["name"]: float(check["seconds"]) for check in report["checks"]}
    codes = [finding["code"] for check in report["checks"] for finding in check["findings"]]
    if "login.accepted" not in codes:
        raise ValueError(codes)
    print("\n  walks on the portal (last run with the PIN), TLS 1.3 on loopback")
    print(f"  {'without a certificate: 2 hops':<34} {seconds['server'] * 1000:8.0f} ms")
    print(f"  {'with the key: 3 hops, one asks':<34} {seconds['login'] * 1000:8.0f} ms")


def _where(report: dict[str, object], whole: float) -> None:
    inside = report["seconds"]
    checks = report["checks"]
    if not isinstance(inside, int | float) or not isinstance(checks, list):
        raise TypeError("no report")
    print(f"\n  where the time goes (last run; checks overlap): {inside * 1000:.0f} ms inside")
    print(f"  {'start and end of the interpreter':<34} {(whole - inside) * 1000:8.0f} ms")
    slowest = sorted(checks, key=lambda check: -float(check["seconds"]))
    for check in slowest[:8]:
        print(f"  {check['name']:<34} {float(check['seconds']) * 1000:8.0f} ms")

"""`a3check certificado` with 1,000 certificates, beside `openssl verify` on the very same files.

`openssl` checks signatures, dates and CRLs; a3check reads the holder and the type, names every
fault, masks, and writes the JSON as well. Its start is told apart: it is paid once.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from tests.lab import wizard
from tests.lab.laboratory import KEY_CACHE
from tests.lab.pki import Pki

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MANY: Final = 1000
ROUNDS: Final = 3
POOL: Final = Path(__file__).resolve().parents[3] / "shared" / "facts" / "ca"
"""The real CAs, where they are at hand: every certificate then has four hundred to choose from."""


@dataclass
class Command:
    """A command, its environment, and what each run of it took."""

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str]
    certificates: int
    status: int

    def __post_init__(self) -> None:
        self.seconds: list[float] = []
        self.cpu: list[float] = []
        self.peak = 0.0

    def once(self) -> None:
        """Run it to its end; note wall clock, processor time and the largest memory."""
        begun = time.perf_counter()
        with open(os.devnull, "w", encoding="ascii") as nothing:  # noqa: PTH123 - a device
            running = subprocess.Popen(
                self.argv, env=dict(self.environment), stdout=nothing, stderr=nothing
            )
            _, status, used = os.wait4(running.pid, 0)
            running.returncode = os.waitstatus_to_exitcode(status)
        if running.returncode != self.status:
            raise RuntimeError(f"{self.name}: ended with {running.returncode}")
        self.seconds.append(time.perf_counter() - begun)
        self.cpu.append(used.ru_utime + used.ru_stime)
        self.peak = max(self.peak, used.ru_maxrss / 1024)

    @property
    def median(self) -> float:
        """The median of its wall clock."""
        return statistics.median(self.seconds)


def measure() -> None:
    """Time both on one and on a thousand files, in turn, and tell the cost of each."""
    with TemporaryDirectory(prefix="a3check-bench-") as name:
        commands = _commands(Path(name))
        for _ in range(ROUNDS):
            for command in commands:
                command.once()
    print(f"{ROUNDS} rounds in turn, medians; offline, CRLs of three CAs at hand\n")
    for command in commands:
        print(
            f"  {command.name:<44} {command.median:7.2f} s {statistics.median(command.cpu):7.2f} s"
            f" of processor {command.peak:6.0f} MB"
        )
    one, many, pool, peer_one, peer = commands
    print("\n  each, without the start, in ms of processor:")
    print(f"    a3check {_each(many, one):.2f}, openssl verify {_each(peer, peer_one):.2f}")
    if POOL.is_dir():
        print(f"    a3check beside four hundred real CAs {_each(pool, one):.2f}")
    print(f"  ratio of a thousand files: {many.median / peer.median:.2f}")
    loop = peer_one.median * MANY
    print(f"  ratio to a loop of one `openssl verify` a file: {many.median / loop:.2f}")
    print(f"  memory for 999 more: {many.peak - one.peak:.0f} MB")


def _each(many: Command, one: Command) -> float:
    """Return the processor's milliseconds for one more certificate."""
    more = statistics.median(many.cpu) - statistics.median(one.cpu)
    return more / (many.certificates - one.certificates) * 1000


def _commands(folder: Path) -> list[Command]:
    pki = Pki(KEY_CACHE, "http://127.0.0.1:9")
    names = []
    for number in range(MANY):
        names.append(str(folder / f"{number:04}.pem"))
        Path(names[-1]).write_bytes(pki.leaf(serial=2**70 + number).pem)
    root, cas, lists = folder / "raiz.pem", folder / "acs.pem", []
    root.write_bytes(pki.root.pem)
    cas.write_bytes(pki.ac1.pem + pki.ac2.pem)
    for number, issuer in enumerate(pki.authorities):
        lists.append(str(folder / f"{number}.crl"))
        Path(lists[-1]).write_bytes(pki.crl(issuer))
    ours = ["--raiz", str(root), "--ac", str(cas), *(f"--lcr={file}" for file in lists)]
    real = [f"--ac={file}" for file in sorted(POOL.glob("*.pem"))]
    shown = ["--sem-rede", "--json", str(folder / "r.json")]
    home = wizard.environment(folder / "home")

    def certificado(*arguments: str) -> list[str]:
        return wizard.command("certificado", *arguments, *ours, *shown)

    verify = ["openssl", "verify", "-CAfile", str(root), "-untrusted", str(cas), "-crl_check_all"]
    verify += [part for file in lists for part in ("-CRLfile", file)]
    plain = dict(os.environ)
    return [
        Command("a3check certificado, 1 file", certificado(names[0]), home, 1, 0),
        Command(f"a3check certificado, {MANY} files", certificado(*names), home, MANY, 0),
        Command(
            f"the same beside {len(real)} files of CAs", certificado(*names, *real), home, MANY, 0
        ),
        Command("openssl verify, 1 file", [*verify, names[0]], plain, 1, 0),
        Command(f"openssl verify, {MANY} files", [*verify, *names], plain, MANY, 0),
    ]

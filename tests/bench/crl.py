"""How long does a CRL of 400,000 entries take, and how much memory, beside `openssl crl -verify`?

Each round runs a child process of each, in turn: Python's start and its imports count for ours.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding
from tests.unit.pki.lists import crl_of, entry, extension
from tests.unit.pki.maker import ca

ENTRIES: Final = 400_000
SERIAL: Final = 19  # bytes, after a first one that keeps the number positive
ROUNDS, WARM_UP = 9, 1
DEADLINE: Final = 120.0
"""Seconds in which the list has to be made."""
GOAL: Final = 2.0
MEGABYTES: Final = 150
CACHE: Final = Path(__file__).resolve().parents[1] / "lab" / ".cache" / "large-crl"
OURS: Final = """
import sys
from pathlib import Path
from datetime import datetime, UTC
from a3check.pki import crl, certificate, answers
folder, serial, expected = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
ca = certificate.read((folder / "ca.der").read_bytes())
class Asked:
    is_ca, extensions = False, ca.extensions
    serial = serial
answer = answers.Answer((folder / "list.crl").read_bytes(), "list")
said = crl.state(answer, Asked, [ca], datetime(2026, 11, 22, 12, tzinfo=UTC))
assert said.state == expected, said
"""


def measure() -> None:
    """Ask for the last serial and for one that is not listed, each in a process of its own."""
    _made()
    last = int((CACHE / "last.txt").read_text("ascii"))
    listed = CACHE / "list.crl"
    size = listed.stat().st_size / 1e6
    print(
        f"{ENTRIES} entries, {size:.1f} MB; {ROUNDS} rounds in turn, medians of whole processes\n"
    )
    python = (sys.executable, "-c", OURS, str(CACHE))
    rows: dict[str, tuple[str, ...]] = {
        "openssl crl -verify": (
            *("openssl", "crl", "-inform", "DER", "-in", str(listed), "-noout"),
            *("-CAfile", str(CACHE / "ca.pem"), "-verify"),
        ),
        "a3check: the last serial": (*python, str(last), "revoked"),
        "a3check: not listed": (*python, str(last - 1), "good"),
    }
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in rows}
    for number in range(ROUNDS + WARM_UP):
        for name, argv in rows.items():
            one = _once(argv)
            took[name] += [one] if number >= WARM_UP else []
    peer = statistics.median(seconds for seconds, _ in took["openssl crl -verify"])
    for name, seen in took.items():
        seconds = statistics.median(s for s, _ in seen)
        peak = max(memory for _, memory in seen)
        ratio = f"{seconds / peer:.2f} of openssl's"
        print(f"  {name:<28} {seconds * 1000:6.0f} ms   {ratio:<20} peak {peak:5.0f} MB")
    print(f"\n  goal: {GOAL:.0f} times openssl's time at most, under {MEGABYTES} MB")


def _once(argv: tuple[str, ...]) -> tuple[float, float]:
    """Return seconds of wall clock and the peak of its memory in MB."""
    null = os.open(os.devnull, os.O_WRONLY)
    begun = time.perf_counter()
    child = os.posix_spawnp(
        argv[0], argv, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, null, n) for n in (1, 2)]
    )
    _, status, used = os.wait4(child, 0)
    took = time.perf_counter() - begun
    os.close(null)
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"{argv[0]} ended with {os.waitstatus_to_exitcode(status)}")
    return took, used.ru_maxrss / 1024


def _made() -> None:
    """Have the list made once, by a process of its own: a child's peak begins at its parent's."""
    if not (CACHE / "last.txt").exists():
        code = "from tests.bench import crl; crl.make()"
        subprocess.run((sys.executable, "-c", code), check=True, timeout=DEADLINE)


def make() -> None:
    """Write the list, its CA's certificate and its last serial; the key is thrown away."""
    dice = random.Random(2026)  # noqa: S311 - the same serials in every run
    serials = [b"\x40" + dice.randbytes(SERIAL) for _ in range(ENTRIES)]
    CACHE.mkdir(parents=True, exist_ok=True)
    issuer = ca("AC DA LISTA GRANDE", own="rsa large list")
    number = extension(b"\x55\x1d\x14", b"\x02\x01\x07")
    (CACHE / "ca.der").write_bytes(issuer.der)
    (CACHE / "ca.pem").write_bytes(issuer.x509.public_bytes(Encoding.PEM))
    (CACHE / "list.crl").write_bytes(crl_of(map(entry, serials), number, issuer=issuer).body)
    (CACHE / "last.txt").write_text(str(int.from_bytes(serials[-1])), "ascii")

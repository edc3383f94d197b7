"""A thousand handshakes in a row, and eight threads with forty each: memory, and all accepted."""

from __future__ import annotations

import gc
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.stack.tls_load import at_once, in_a_row, resident
from tests.stack.tls_servers import Pki, nginx

from a3check.tls.openssl import load
from a3check.tls.provider import provider

WARM_UP: Final = 100
NUMBER: Final = 1000
THREADS, EACH = 8, 40
BOUND: Final = 1.02
"""Of the memory after the warm-up: what is above grows with each handshake."""


def measure() -> None:
    """Measure; raises AssertionError where memory grows or a login is lost."""
    pki = Pki()
    with TemporaryDirectory(prefix="a3check-bench-") as name, nginx(Path(name), pki) as port:
        assert in_a_row(pki, port, WARM_UP) == WARM_UP
        before = resident()
        assert in_a_row(pki, port, NUMBER) == NUMBER
        gc.collect()
        after = resident()
        assert at_once(pki, port, THREADS, EACH) == THREADS * EACH
    ratio, live = after / before, provider(load()).live
    grown = (after - before) // 1024
    print(
        f"  {NUMBER} handshakes after {WARM_UP}: {grown:+} kB, ratio {ratio:.4f} (bound {BOUND})"
    )
    print(f"  {THREADS} threads x {EACH}: all accepted; the provider holds {live} keys")
    assert ratio <= BOUND
    assert live == 0

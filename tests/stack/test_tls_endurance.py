"""What the TLS client costs: memory, threads at once, imports."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.stack.tls_load import at_once, in_a_row, resident
from tests.stack.tls_servers import Pki, nginx

from a3check.tls.openssl import load
from a3check.tls.provider import provider

pytestmark = pytest.mark.lab


def test_many_handshakes_leave_memory_flat(pki: Pki, tmp_path: Path) -> None:
    """A thousand of them: `make bench`."""
    with nginx(tmp_path, pki) as port:
        assert in_a_row(pki, port, 40) == 40
        before = resident()
        assert in_a_row(pki, port, 200) == 200
        gc.collect()
        after = resident()
    assert after / before < 1.03
    assert provider(load()).live == 0


def test_eight_threads_with_forty_handshakes_each(pki: Pki, tmp_path: Path) -> None:
    with nginx(tmp_path, pki) as port:
        assert at_once(pki, port, 8, 40) == 320
    assert provider(load()).live == 0


def test_importing_the_client_is_light() -> None:
    code = (
        "import sys, a3check.tls.client;"
        "print([m for m in ('PySide6', 'PyKCS11', 'smartcard', 'truststore') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        check=True,
        timeout=30,
        env={**os.environ, "PYTHONPATH": "src"},
    )
    assert done.stdout.strip() == b"[]"

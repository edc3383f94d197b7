"""What the TLS client costs: memory, threads at once, imports."""

import gc
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.stack.tls_asking import body, log_in
from tests.stack.tls_servers import Pki, nginx
from tests.unit.tls.softkey import Holder

from a3check.tls.openssl import load
from a3check.tls.provider import provider

pytestmark = pytest.mark.lab


def test_many_handshakes_leave_memory_flat(pki: Pki, tmp_path: Path) -> None:
    with nginx(tmp_path, pki) as port:
        for _ in range(40):
            assert body(log_in(pki, port, pki.rsa)).startswith(b"verify=SUCCESS")
        before = resident()
        for at in range(200):
            holder = pki.rsa if at % 2 else pki.p256
            log_in(pki, port, holder)
        gc.collect()
        after = resident()
    assert after / before < 1.03
    assert provider(load()).live == 0


def resident() -> int:
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def test_threads_do_not_disturb_each_other(pki: Pki, tmp_path: Path) -> None:
    pages: list[bytes] = []
    with nginx(tmp_path, pki) as port:

        def work(holder: Holder) -> None:
            pages.extend(body(log_in(pki, port, holder)) for _ in range(10))

        threads = [
            threading.Thread(target=work, args=(holder,)) for holder in (pki.rsa, pki.p256) * 4
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert len(pages) == 80
    assert all(page.startswith(b"verify=SUCCESS") for page in pages)


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

"""Many conversations of the TLS client with one server, in a row or in threads at once."""

import os
import threading
from pathlib import Path

from tests.stack.tls_asking import body, log_in
from tests.stack.tls_servers import Pki
from tests.unit.tls.softkey import Holder

WITHIN_SECONDS = 120.0


def resident() -> int:
    """Return the bytes that this process has in memory."""
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def in_a_row(pki: Pki, port: int, number: int) -> int:
    """Log in so many times with RSA and P-256 by turns; return how often it was accepted."""
    holders = (pki.rsa, pki.p256)
    pages = (body(log_in(pki, port, holders[at % 2])) for at in range(number))
    return sum(page.startswith(b"verify=SUCCESS") for page in pages)


def at_once(pki: Pki, port: int, threads: int, each: int) -> int:
    """Log in `each` times in every thread; return how often it was accepted."""
    accepted: list[bool] = []

    def work(holder: Holder) -> None:
        for _ in range(each):
            seen = log_in(pki, port, holder)
            accepted.append(body(seen).startswith(b"verify=SUCCESS"))

    workers = [
        threading.Thread(target=work, args=((pki.rsa, pki.p256)[at % 2],)) for at in range(threads)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(WITHIN_SECONDS)
    return sum(accepted)

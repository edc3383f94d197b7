"""How long does one chain take with some four hundred CAs at hand, beside the libraries?

Each round does the same in turn, from the bytes on, since each run of the program does it once:
read the pool, read the certificate, find its path. What a library cannot read is left out for it.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.serialization import Encoding
from tests.unit.pki.maker import NOW, ROOT, ca, leaf

from a3check.pki import bundle, path, trust
from a3check.pki.certificate import Certificate, read
from a3check.pki.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable

REAL: Final = Path(__file__).resolve().parents[3] / "shared" / "facts" / "ca"
CURRENT: Final = datetime(2026, 11, 22, tzinfo=UTC)
INVENTED: Final = 420
FEW, ROUNDS, WARM_UP = 7, 25, 2
CALLS: Final = 1000
_PEM: Final = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n?", re.DOTALL)


@dataclass(frozen=True)
class Case:
    """A certificate, the files with CAs, and the roots that are trusted."""

    leaf: bytes
    files: tuple[bytes, ...]
    trust: trust.Trust
    moment: datetime

    def blocks(self) -> list[bytes]:
        """Return each certificate in PEM: one that cannot be read must not spoil the others."""
        return [block for file in self.files for block in _PEM.findall(file)]


def measure() -> None:
    """Measure ours and every library that is there, then a thousand certificates on one shelf."""
    case = _real() if REAL.is_dir() else _invented()
    kind = "ICP-Brasil's" if REAL.is_dir() else "invented"
    print(f"{len(case.blocks())} {kind} CAs, from PEM to the verdict; in turn, medians\n")
    ways: dict[str, tuple[int, Callable[[Case], None]]] = {"a3check": (ROUNDS, _ours)}
    if find_spec("OpenSSL"):
        ways["pyOpenSSL, one by one"] = (ROUNDS, _pyopenssl)
        ways["pyOpenSSL, load_locations"] = (ROUNDS, _locations)
    if find_spec("pyhanko_certvalidator"):
        ways["pyhanko-certvalidator"] = (FEW, _pyhanko)
    for module in ("OpenSSL", "pyhanko_certvalidator"):
        if not find_spec(module):
            print(f"  {module} is not installed and not measured")
    took: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(ROUNDS + WARM_UP):
        for name, (rounds, way) in ways.items():
            if number < rounds + WARM_UP:
                seconds = _timed(way, case)
                took[name] += [seconds] if number >= WARM_UP else []
    ours = statistics.median(took["a3check"])
    for name, all_seconds in took.items():
        median = statistics.median(all_seconds)
        print(f"  {name:<28} {median * 1000:7.1f} ms   ours is {ours / median:.2f} of it")
    _thousand(case)


def _timed(way: Callable[[Case], None], case: Case) -> float:
    begun = time.perf_counter()
    way(case)
    return time.perf_counter() - begun


def _thousand(case: Case) -> None:
    shelf, one = Shelf(files=case.files), read(case.leaf)
    assert isinstance(one, Certificate)
    begun = time.perf_counter()
    for _ in range(CALLS):
        path.judge(one, shelf, case.trust, case.moment)
    each = (time.perf_counter() - begun) / CALLS
    print(f"\n  {CALLS} paths with one shelf: {each * 1000:.2f} ms each, signatures checked anew")


def _ours(case: Case) -> None:
    one = read(case.leaf)
    assert isinstance(one, Certificate)
    assert path.judge(one, Shelf(files=case.files), case.trust, case.moment).valid


def _pyopenssl(case: Case) -> None:
    crypto = import_module("OpenSSL.crypto")
    store = crypto.X509Store()
    for block in case.blocks():
        try:
            store.add_cert(crypto.load_certificate(crypto.FILETYPE_PEM, block))
        except ValueError:
            continue
    _verified(case, store)


def _locations(case: Case) -> None:
    """OpenSSL's own reader, which wants a file."""
    crypto = import_module("OpenSSL.crypto")
    store = crypto.X509Store()
    for file in _on_disk(case):
        store.load_locations(file)
    _verified(case, store)


def _verified(case: Case, store: Any) -> None:  # noqa: ANN401 - of a library that may lack
    crypto = import_module("OpenSSL.crypto")
    store.set_time(case.moment)
    one = crypto.load_certificate(crypto.FILETYPE_ASN1, case.leaf)
    crypto.X509StoreContext(store, one).verify_certificate()


def _pyhanko(case: Case) -> None:
    pem, certificate = (
        import_module("asn1crypto.pem"),
        import_module("asn1crypto.x509").Certificate,
    )
    library = import_module("pyhanko_certvalidator")
    held = [certificate.load(pem.unarmor(block)[2]) for block in case.blocks()]
    roots = [one for one in held if one.sha256.hex() in case.trust.roots_sha256]
    context = library.ValidationContext(
        trust_roots=roots, other_certs=held, moment=case.moment, allow_fetching=False
    )
    one = library.CertificateValidator(certificate.load(case.leaf), validation_context=context)
    asyncio.run(one.async_validate_usage(set()))


def _on_disk(case: Case) -> list[str]:
    """Return the real files' own paths; an invented pool is written beside the keys' cache."""
    if REAL.is_dir():
        return [str(file) for file in sorted(REAL.glob("*.pem"))]
    file = Path(__file__).resolve().parents[1] / "lab" / ".cache" / "pool.pem"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(case.files[0])
    return [str(file)]


def _real() -> Case:
    """One of the newest chain's issuing ACs: no holder's certificate is kept anywhere."""
    files = tuple(file.read_bytes() for file in sorted(REAL.glob("*.pem")))
    known = [c for c in bundle.load_pool(files) if c.not_after > CURRENT and not c.self_issued]
    pinned = trust.pinned()
    shelf = Shelf(files=files)
    chains = [c for c in known if path.judge(c, shelf, pinned, CURRENT).valid]
    one = max(chains, key=lambda c: c.not_before)
    return Case(one.der, files, pinned, CURRENT)


def _invented() -> Case:
    cas = [ca(f"AC INVENTADA {number}", ROOT, own="pool") for number in range(INVENTED - 1)]
    made = [ROOT, *cas]
    pem = b"".join(one.x509.public_bytes(Encoding.PEM) for one in made)
    return Case(leaf(cas[-1]).der, (pem,), trust.for_user([ROOT.facts.sha256]), NOW)

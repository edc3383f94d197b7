"""A login with the token's key beside the same key in a file: connect, handshake, GET, answer.

Four ways take turns: Python's ssl with the key in a file; our client with the same key in this
process's memory; our client through the real probes with SoftHSM; curl, with the file and with
OpenSSL's PKCS#11 engine.
"""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import statistics
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from tests.lab.entity import Entity
from tests.lab.softhsm import MODULE, PIN, SoftHsm
from tests.stack.tls_asking import ask, body, shown
from tests.stack.tls_servers import Pki, nginx
from tests.stack.tls_token import signed
from tests.unit.tls.softkey import signer

from a3check.core.cryptoki import Candidate, TokenKey
from a3check.core.fault import Fault
from a3check.core.profile import Limits
from a3check.core.secret import Secret
from a3check.probes.drivers import ProbedDrivers
from a3check.probes.handshakes import ProbedHandshakes
from a3check.tls.client import converse
from a3check.tls.request import Identity
from a3check.tls.signing import schemes
from a3check.tls.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.tls.softkey import Holder

    from a3check.core.cryptoki import Token
    from a3check.core.ports import Signer

ROUNDS, WARM_UP = 25, 5
TOKEN_SECONDS: Final = 0.30
"""What one signature takes an eToken 5110+ (OpenSC's issues 2470 and 3478); SoftHSM 0.7 ms."""
GOAL: Final = 1.15
GET: Final = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
ENGINE: Final = next(Path("/usr/lib").glob("*/engines-3/pkcs11.so"), None)
"""Debian's libengine-pkcs11-openssl."""


class Bench:
    """A holder's key in a file and on a SoftHSM token, and the ways to log in with each."""

    def __init__(self, folder: Path, pki: Pki, holder: Holder) -> None:
        self._folder, self._pki, self._holder = folder, pki, holder
        self._cert, self._cas = folder / "holder.pem", folder / "roots.pem"
        self._cert.write_text(holder.pem + pki.sub.pem + holder.key_pem)
        self._cas.write_text(pki.root.pem)
        hsm = SoftHsm(folder / "hsm")
        os.environ.update(hsm.environment)  # as the probes inherit it
        hsm.add_token("A3").put(Entity(holder.certificate, holder.key), b"\1", "A3")
        self.drivers = ProbedDrivers(Limits())
        self.handshakes = ProbedHandshakes(Limits())
        (driver,) = self.drivers.survey([Candidate(str(MODULE))])
        self._token: Token = driver.tokens[0]
        if isinstance(self.drivers.login(self._token, Secret(bytearray(PIN.encode()))), Fault):
            raise TypeError("no login")
        self._sign_seconds: list[float] = []

    def file(self, port: int) -> float:
        """Python's ssl, the key in a file."""
        begun = time.perf_counter()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self._cas)
        context.load_cert_chain(self._cert)
        with (
            socket.create_connection(("127.0.0.1", port)) as plain,
            context.wrap_socket(plain, server_hostname="localhost") as tls,
        ):
            tls.sendall(GET)
            answer = b"".join(iter(lambda: tls.recv(65536), b""))
        _accepted(answer)
        return time.perf_counter() - begun

    def memory(self, port: int) -> float:
        """Our client, the key in this process."""
        identity = shown(self._pki, self._holder)
        request = ask(self._pki, port, identity=identity, require_trust=True)
        sign = signer(self._holder.key)
        begun = time.perf_counter()
        _accepted(body(converse(request, sign)))
        return time.perf_counter() - begun

    def probes(self, port: int) -> float:
        """Our client in its probe, SoftHSM in another; all that this program waits for."""
        public = self._holder.key.public_key()
        identity = Identity(
            shown(self._pki, self._holder).certificate,
            (self._pki.sub.der,),
            schemes(public, self._token.mechanisms),
        )
        request = ask(self._pki, port, identity=identity, require_trust=True).to_json()
        begun = time.perf_counter()
        reply = self.handshakes.converse(request, self._signer())
        took = time.perf_counter() - begun
        if isinstance(reply, Fault):
            raise TypeError(reply)
        said = Transcript.from_json(reply)
        self._sign_seconds.append(said.timings.sign)
        _accepted(body(said))
        return took

    def curl(self, port: int) -> float:
        """Curl as a whole process, the key in a file."""
        return self._curl(port, "--cert", str(self._cert))

    def engine(self, port: int) -> float:
        """Curl as a whole process, the key on SoftHSM; its PIN is in a file of OpenSSL's."""
        configuration = self._folder / "openssl.cnf"
        configuration.write_text(
            "openssl_conf = a\n[a]\nengines = b\n[b]\npkcs11 = c\n"
            f"[c]\nengine_id = pkcs11\ndynamic_path = {ENGINE}\nMODULE_PATH = {MODULE}\n"
            f"PIN = {PIN}\ninit = 0\n"
        )
        key = ("--engine", "pkcs11", "--key-type", "ENG", "--key", "pkcs11:token=A3;object=A3")
        return self._curl(port, "--cert", str(self._cert), *key, conf=configuration)

    @property
    def sign(self) -> float:
        """The median of the seconds that a signature took, as the TLS probe saw it."""
        return statistics.median(self._sign_seconds[-ROUNDS:])

    def close(self) -> None:
        """End the probes."""
        self.handshakes.cancel()
        self.drivers.cancel()

    def _signer(self) -> Signer:
        key, public = TokenKey(b"\1", "A3"), self._holder.key.public_key()
        return lambda wish: signed(self.drivers, self._token, key, public, wish)

    def _curl(self, port: int, *options: str, conf: Path | None = None) -> float:
        extra = {} if conf is None else {"OPENSSL_CONF": str(conf)}
        address = f"https://localhost:{port}/"
        command = ["curl", "-s", "--noproxy", "*", "--cacert", str(self._cas), *options, address]
        begun = time.perf_counter()
        done = subprocess.run(
            command, capture_output=True, check=True, timeout=30, env={**os.environ, **extra}
        )
        took = time.perf_counter() - begun
        _accepted(done.stdout)
        return took


def measure() -> None:
    """Print medians and ratios for RSA-2048 and P-256, TLS 1.2 and 1.3."""
    pki = Pki()
    for key, holder in (("RSA-2048", pki.rsa), ("P-256", pki.p256)):
        with TemporaryDirectory(prefix="a3check-bench-") as name, ExitStack() as stack:
            bench = Bench(Path(name), pki, holder)
            stack.callback(bench.close)
            for version in ("TLSv1.2", "TLSv1.3"):
                folder = Path(name) / version
                folder.mkdir()
                with nginx(folder, pki, protocols=version) as port:
                    _one(f"{key}, {version}", bench, port)


def _one(title: str, bench: Bench, port: int) -> None:
    ways: dict[str, Callable[[int], float]] = {
        "Python's ssl, key in a file": bench.file,
        "our client, key in memory": bench.memory,
        "our client, probes and SoftHSM": bench.probes,
    }
    if shutil.which("curl"):
        ways["curl, key in a file"] = bench.curl
        if ENGINE is not None:
            ways["curl, PKCS#11 engine"] = bench.engine
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for at in range(ROUNDS + WARM_UP):
        for name, way in ways.items():
            took = way(port)
            if at >= WARM_UP:
                seconds[name].append(took)
    first = statistics.median(next(iter(seconds.values())))
    print(f"  {title}: medians of {ROUNDS} logins in turn (goal of ours to the first: {GOAL})")
    for name, all_of_it in seconds.items():
        median = statistics.median(all_of_it)
        print(f"    {name:<32} {median * 1000:7.1f} ms   {median / first:5.2f}")
    print(f"    {'(of which the token signs)':<32} {bench.sign * 1000:7.1f} ms")
    probes = statistics.median(seconds["our client, probes and SoftHSM"])
    real = (probes + TOKEN_SECONDS) / (first + TOKEN_SECONDS)
    print(f"    {'with a signature of 0.30 s in both, computed from the medians':<65} {real:5.2f}")


def _accepted(answer: bytes) -> None:
    if b"verify=SUCCESS" not in answer:
        raise ValueError(answer[:200])

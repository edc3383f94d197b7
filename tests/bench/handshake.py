"""A login with the token's key beside the same key in a file: connect, handshake, GET, answer.

The ways take turns: Python's ssl with the key in a file; our client with the same key in this
process's memory; our client through the real probes, and curl through OpenSSL's PKCS#11 engine,
each with SoftHSM and with SoftHSM behind a module that takes a real token's time to sign.
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
from tests.lab.filtering import build, pace
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
    from collections.abc import Callable, Iterable, Mapping

    from tests.unit.tls.softkey import Holder

    from a3check.core.cryptoki import Token

    Way = Callable[[int], float]

ROUNDS, WARM_UP = 25, 5
TOKEN_SECONDS: Final = 0.30
"""What one signature takes an eToken 5110+ (OpenSC's issues 2470 and 3478); SoftHSM 0.7 ms."""
GOAL: Final = 1.15
GET: Final = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
ENGINE: Final = next(Path("/usr/lib").glob("*/engines-3/pkcs11.so"), None)
"""Debian's libengine-pkcs11-openssl."""


class Key:
    """A holder's key in a file, and the ways to log in with it there."""

    def __init__(self, folder: Path, pki: Pki, holder: Holder) -> None:
        self.folder, self.pki, self.holder = folder, pki, holder
        self.cas = folder / "roots.pem"
        self._cert = folder / "holder.pem"
        self._cert.write_text(holder.pem + pki.sub.pem + holder.key_pem)
        self.cas.write_text(pki.root.pem)

    def file(self, port: int) -> float:
        """Python's ssl, the key in a file."""
        begun = time.perf_counter()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.cas)
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
        identity = shown(self.pki, self.holder)
        request = ask(self.pki, port, identity=identity, require_trust=True)
        sign = signer(self.holder.key)
        begun = time.perf_counter()
        _accepted(body(converse(request, sign)))
        return time.perf_counter() - begun

    def curl(self, port: int) -> float:
        """Curl as a whole process, the key in a file."""
        return _curl(self.cas, port, "--cert", str(self._cert))


class Held:
    """The same key on a SoftHSM token, and the ways to log in with it through `module`."""

    def __init__(self, key: Key, module: Path) -> None:
        self._key, self._module = key, module
        self._certificate = key.folder / "certificate.pem"
        self._certificate.write_text(key.holder.pem + key.pki.sub.pem)
        self._drivers, self._handshakes = ProbedDrivers(Limits()), ProbedHandshakes(Limits())
        (driver,) = self._drivers.survey([Candidate(str(module))])
        self._token: Token = driver.tokens[0]
        if isinstance(self._drivers.login(self._token, Secret(bytearray(PIN.encode()))), Fault):
            raise TypeError("no login")

    def probes(self, port: int) -> float:
        """Our client in its probe, the module in another; all that this program waits for."""
        key, public = TokenKey(b"\1", "A3"), self._key.holder.key.public_key()
        identity = Identity(
            shown(self._key.pki, self._key.holder).certificate,
            (self._key.pki.sub.der,),
            schemes(public, self._token.mechanisms),
        )
        request = ask(self._key.pki, port, identity=identity, require_trust=True).to_json()
        begun = time.perf_counter()
        reply = self._handshakes.converse(
            request, lambda wish: signed(self._drivers, self._token, key, public, wish)
        )
        took = time.perf_counter() - begun
        if isinstance(reply, Fault):
            raise TypeError(reply)
        _accepted(body(Transcript.from_json(reply)))
        return took

    def engine(self, port: int) -> float:
        """Curl as a whole process; the PIN is in a file of OpenSSL's."""
        configuration = self._key.folder / "openssl.cnf"
        configuration.write_text(
            "openssl_conf = a\n[a]\nengines = b\n[b]\npkcs11 = c\n"
            f"[c]\nengine_id = pkcs11\ndynamic_path = {ENGINE}\nMODULE_PATH = {self._module}\n"
            f"PIN = {PIN}\ninit = 0\n"
        )
        key = ("--engine", "pkcs11", "--key-type", "ENG", "--key", "pkcs11:token=A3;object=A3")
        cert = ("--cert", str(self._certificate))
        return _curl(self._key.cas, port, *cert, *key, conf=configuration)

    def close(self) -> None:
        """End the probes."""
        self._handshakes.cancel()
        self._drivers.cancel()


def measure() -> None:
    """Print medians and ratios for RSA-2048 and P-256, TLS 1.2 and 1.3."""
    pki = Pki()
    for title, holder in (("RSA-2048", pki.rsa), ("P-256", pki.p256)):
        with TemporaryDirectory(prefix="a3check-bench-") as name, ExitStack() as stack:
            folder = Path(name)
            key = Key(folder, pki, holder)
            hsm = SoftHsm(folder / "hsm")
            os.environ.update(hsm.environment)  # as the probes inherit it
            hsm.add_token("A3").put(Entity(holder.certificate, holder.key), b"\1", "A3")
            soft, real = Held(key, MODULE), Held(key, build(folder, pace(TOKEN_SECONDS)))
            stack.callback(soft.close)
            stack.callback(real.close)
            for version in ("TLSv1.2", "TLSv1.3"):
                served = folder / version
                served.mkdir()
                with nginx(served, pki, protocols=version) as port:
                    _one(f"{title}, {version}", key, soft, real, port)


def _one(title: str, key: Key, soft: Held, real: Held, port: int) -> None:
    print(f"  {title}: medians of {ROUNDS} logins in turn")
    quick: dict[str, Way] = {
        "Python's ssl, key in a file": key.file,
        "our client, key in memory": key.memory,
        "our client, probes and SoftHSM": soft.probes,
    }
    paced: dict[str, Way] = {"our client, probes and that token": real.probes}
    if shutil.which("curl"):
        quick["curl, key in a file"] = key.curl
        if ENGINE is not None:
            quick["curl, PKCS#11 engine and SoftHSM"] = soft.engine
            paced["curl, PKCS#11 engine and that token"] = real.engine
    medians = _medians({**quick, **paced}, port)
    first = medians["Python's ssl, key in a file"]
    _print(quick, medians, first)
    print(f"    a token that signs in {TOKEN_SECONDS:.2f} s; to a file's key with that time added")
    print(f"    (goal of ours: {GOAL})")
    _print(paced, medians, first + TOKEN_SECONDS)


def _medians(ways: Mapping[str, Way], port: int) -> dict[str, float]:
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for at in range(ROUNDS + WARM_UP):
        for name, way in ways.items():
            took = way(port)
            if at >= WARM_UP:
                seconds[name].append(took)
    return {name: statistics.median(all_of_it) for name, all_of_it in seconds.items()}


def _print(names: Iterable[str], medians: Mapping[str, float], first: float) -> None:
    for name in names:
        print(f"    {name:<36} {medians[name] * 1000:7.1f} ms   {medians[name] / first:5.2f}")


def _curl(cas: Path, port: int, *options: str, conf: Path | None = None) -> float:
    extra = {} if conf is None else {"OPENSSL_CONF": str(conf)}
    address = f"https://localhost:{port}/"
    command = ["curl", "-s", "--noproxy", "*", "--cacert", str(cas), *options, address]
    begun = time.perf_counter()
    done = subprocess.run(
        command, capture_output=True, check=True, timeout=30, env={**os.environ, **extra}
    )
    took = time.perf_counter() - begun
    _accepted(done.stdout)
    return took


def _accepted(answer: bytes) -> None:
    if b"verify=SUCCESS" not in answer:
        raise ValueError(answer[:200])

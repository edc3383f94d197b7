"""Windows' Python under Wine, in the folder that tests/lab/windows/prepare.py has filled."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import struct
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cryptography.hazmat.primitives.asymmetric import rsa

ROOT: Final = Path(__file__).resolve().parents[2]
HERE: Final = Path(__file__).with_name("windows")
FOLDER: Final = ROOT / "build" / "windows-lab"
PYKCS11: Final = FOLDER / "site" / "PyKCS11"
"""Compiled for Windows; a folder prepared earlier may lack it."""
START: Final = 120.0
"""Seconds for one short script; Wine's own start is part of it."""
CSP: Final = "Microsoft Enhanced RSA and AES Cryptographic Provider"
"""The CSP that Wine has (rsaenh)."""
PIN_CSP: Final = "Cartao Inventado CSP"
"""The one of pin_csp.c."""
_BOOT: Final = (
    "import sys; sys.path[:0] = sys.argv[1:3]; "
    "from a3check.probes.process import main; main(sys.argv[3])"
)


Surveyed = dict[str, Any]
"""What windows/survey.py tells of a module."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A certificate (DER) for the user's store, linked to a container, with or without its key."""

    certificate: bytes
    container: str = ""
    key: rsa.RSAPrivateKey | None = None
    provider: str = CSP

    def wish(self) -> dict[str, str]:
        """Return it as windows/keep_key.py reads it."""
        return {
            "certificate": _packed(self.certificate),
            "key": _packed(capi_blob(self.key)) if self.key else "",
            "container": self.container,
            "provider": self.provider,
            "image": windows_path(FOLDER / "pin_csp.dll") if self.provider == PIN_CSP else "",
        }


class Wine:
    """The prepared prefix; `environment` is what Wine's programs are started with."""

    def __init__(self) -> None:
        self._lock: TextIO | None = None
        self.prefix: Final = FOLDER / "prefix"
        self.environment: Final = {
            **{name: value for name, value in os.environ.items() if name != "DISPLAY"},
            "WINEPREFIX": str(self.prefix),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            # no offers to install anything, and no window of a debugger after a crash
            "WINEDLLOVERRIDES": "mscoree,mshtml=;winedbg.exe=d",
        }

    @staticmethod
    def why_not() -> str:
        """Return why nothing can run under Wine here; empty where it can."""
        if shutil.which("wine") is None:
            return "no wine here"
        ready = (FOLDER / "ready").is_file()
        return "" if ready else "build/windows-lab/ is not prepared (tests/lab/windows/prepare.py)"

    def probe(self, kind: str) -> list[str]:
        """Return the command of a probe of the product's in Windows' Python."""
        return [*self._python(), "-c", _BOOT, *self._paths(), kind]

    def cng_probe(self, kind: str) -> list[str]:
        """Return that of the probe whose key is CNG's."""
        return [*self._python(), windows_path(HERE / "cng_probe.py"), *self._paths(), kind]

    def survey(self, modules: Iterable[Path], start: float) -> dict[str, Surveyed]:
        """Let the product look at PKCS#11 modules, whole under Wine; answer by the files' names.

        ``start`` is the deadline for a module's loading, in seconds.
        """
        drive = self.prefix / "drive_c"
        paths = [
            "C:\\" + str(module.relative_to(drive)).replace("/", "\\")
            if module.is_relative_to(drive)
            else windows_path(module)
            for module in modules
        ]
        done = subprocess.run(
            [*self._python(), windows_path(HERE / "survey.py"), *self._paths()],
            input=json.dumps({"start": start, "paths": paths}),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=2 * START,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)["drivers"]
        return dict(zip([path.rpartition("\\")[2] for path in paths], told, strict=True))

    def run(self, script: Path, *arguments: str) -> str:
        """Run a script of ours in Windows' Python, the product beside it; return what it says."""
        done = subprocess.run(
            [*self._python(), windows_path(script), *self._paths(), *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=START,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def script(self, name: str, *arguments: str) -> list[str]:
        """Return the command of a script of windows/, which is told where the product lies."""
        return [*self._python(), windows_path(HERE / name), *self._paths(), *arguments]

    def keep(self, kept: Iterable[Kept], cas: Iterable[bytes] = ()) -> None:
        """Make the user's store hold these certificates, and those of CAs, and nothing else."""
        self._store([each.wish() for each in kept], [_packed(ca) for ca in cas])

    def serve(self) -> None:
        """Start Wine's server and services, until `stop`: a start costs seconds.

        The services hold the streams of the program that they began with: so of none of ours.
        The prefix is one test file's at a time: another one waits here.
        """
        self._lock = (FOLDER / "lock").open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        for command in (["wineserver", "-p"], ["wine", "cmd", "/c", "exit"]):
            subprocess.run(
                command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=START,
                check=False,
            )

    def stop(self, *, wait: bool = False) -> None:
        """End every program of this prefix as Wine itself does; `wait`: until they have ended."""
        command = ["wineserver", "-w" if wait else "-k"]
        subprocess.run(command, env=self.environment, timeout=START, check=False)
        if self._lock is not None:
            self._lock.close()

    def _store(self, kept: list[dict[str, str]], cas: list[str]) -> None:
        done = subprocess.run(
            self.script("keep_key.py"),
            input=json.dumps({"kept": kept, "cas": cas}),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=START,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def _python(self) -> list[str]:
        return ["wine", str(FOLDER / "python" / "python.exe"), "-I"]

    def _paths(self) -> list[str]:
        return [windows_path(ROOT / "src"), windows_path(FOLDER / "site")]


@contextmanager
def serving() -> Iterator[Wine]:
    """Have Wine's server running meanwhile; the user's store is empty again afterwards."""
    made = Wine()
    made.serve()
    try:
        yield made
    finally:
        made.keep([])
        made.stop()


def windows_path(path: Path) -> str:
    """Return how a program under Wine names a file: the root is its drive Z."""
    return "Z:" + str(path).replace("/", "\\")


def capi_blob(key: rsa.RSAPrivateKey) -> bytes:
    """Return a key as PRIVATEKEYBLOB (BLOBHEADER, RSAPUBKEY), its numbers last byte first."""
    head = struct.pack("<BBHI4sII", 7, 2, 0, 0xA400, b"RSA2", key.key_size, _exponent(key))
    return head + b"".join(n.to_bytes(size, "little") for n, size in _numbers(key, whole=True))


def cng_blob(key: rsa.RSAPrivateKey) -> bytes:
    """Return a key as BCRYPT_RSAPRIVATE_BLOB: exponent, modulus and the two primes."""
    size = key.key_size // 8
    head = struct.pack("<4sIIIII", b"RSA2", key.key_size, 3, size, size // 2, size // 2)
    numbers = [(_exponent(key), 3), *_numbers(key, whole=False)]
    return head + b"".join(number.to_bytes(length, "big") for number, length in numbers)


def _exponent(key: rsa.RSAPrivateKey) -> int:
    return key.public_key().public_numbers().e


def _numbers(key: rsa.RSAPrivateKey, *, whole: bool) -> list[tuple[int, int]]:
    own, size = key.private_numbers(), key.key_size // 8
    half = size // 2
    first = [(own.public_numbers.n, size), (own.p, half), (own.q, half)]
    rest = [(own.dmp1, half), (own.dmq1, half), (own.iqmp, half), (own.d, size)]
    return [*first, *rest] if whole else first


def _packed(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")

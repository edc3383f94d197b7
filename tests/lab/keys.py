"""The laboratory's private keys: made once, kept in a cache folder, shared by parallel runs."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

_RSA_BITS: Final = {"rsa1024": 1024, "rsa2048": 2048, "rsa4096": 4096}


class Algorithm(StrEnum):
    """The kinds of keys that the laboratory makes."""

    RSA_1024 = "rsa1024"
    RSA_2048 = "rsa2048"
    RSA_4096 = "rsa4096"
    P256 = "p256"
    P384 = "p384"


class Keys:
    """Private keys by name and algorithm, made at the first request and then read from `cache`."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._loaded: dict[str, PrivateKey] = {}
        cache.mkdir(parents=True, exist_ok=True)

    def get(self, name: str, algorithm: Algorithm) -> PrivateKey:
        """Return the key `name`; the same one in every run that shares the cache."""
        stem = f"{name}-{algorithm}"
        if stem not in self._loaded:
            path = self._cache / f"{stem}.pem"
            # Two test runs at once must not end up with two keys of one name.
            with _locked(self._cache / f"{stem}.lock"):
                if not path.exists():
                    _write(path, key_pem(_make(algorithm)))
            self._loaded[stem] = _read(path)
        return self._loaded[stem]


def key_pem(key: PrivateKey) -> bytes:
    """Write `key` as unencrypted PKCS#8 PEM."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _make(algorithm: Algorithm) -> PrivateKey:
    if bits := _RSA_BITS.get(algorithm):
        # 1024 bits is one of the faults that the laboratory shows.
        return rsa.generate_private_key(public_exponent=65537, key_size=bits)
    return ec.generate_private_key(
        ec.SECP384R1() if algorithm is Algorithm.P384 else ec.SECP256R1()
    )


def _write(path: Path, pem: bytes) -> None:
    draft = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(pem)
    draft.replace(path)


def _read(path: Path) -> PrivateKey:
    # The validation costs 0.3 s for RSA-4096, and the keys are our own.
    key = load_pem_private_key(path.read_bytes(), None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise TypeError(f"{path} holds no RSA or EC key")
    return key


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

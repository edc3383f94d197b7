"""The key behind a certificate in Windows' personal store: what shows, and how it is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from a3check.core.fault import Fault, FaultKind
from a3check.core.secret import Secret


class KeyApi(StrEnum):
    """Which of Windows' two interfaces serves a key."""

    CNG = "KSP"
    """A key storage provider, asked by NCryptSignHash."""
    CAPI = "CSP"
    """An older cryptographic service provider, asked by CryptSignHash: RSA, no PSS, no ECDSA."""


class Padding(StrEnum):
    """What a provider puts around the digest before the key is applied."""

    PKCS1 = "pkcs1"
    PSS = "pss"
    NONE = "none"
    """ECDSA."""


@dataclass(frozen=True, slots=True)
class StoreKey:
    """A key that was opened: by which interface, and the name of its provider."""

    api: KeyApi
    provider: str


@dataclass(frozen=True, slots=True)
class HashToSign:
    """One call of NCryptSignHash or CryptSignHash; ``salt`` is PSS's, in bytes."""

    padding: Padding
    digest: str
    """sha1, sha256, sha384, sha512, or md5-sha1 as TLS before 1.2 has it."""
    hashed: bytes = field(repr=False)
    salt: int = 0


@dataclass(frozen=True, slots=True)
class StoreLook:
    """What Windows' stores show of a certificate, without its key being touched.

    ``linked`` tells that a private key is named for it (CERT_KEY_PROV_INFO_PROP_ID), ``provider``
    and ``legacy`` (a CSP) by whom it is served. ``installed`` says of each CA above whether it
    lies in the intermediates' or the roots' store.
    """

    present: bool
    linked: bool = False
    provider: str = ""
    legacy: bool = False
    installed: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class StoreCertificate:
    """A certificate (DER) of the user's personal store whose key somebody serves."""

    der: bytes = field(repr=False)
    provider: str = ""
    legacy: bool = False
    """A CSP."""


class StoreKeys(Protocol):
    """Windows' certificate stores and the key of one certificate, in processes of their own.

    One run asks for one key. A given PIN is used once: whatever its first signature answers
    but a signature ends that key.
    """

    @property
    def available(self) -> bool:
        """Whether this system has such a store: elsewhere nothing of this is asked."""
        ...

    def look(self, certificate: bytes, above: Sequence[bytes]) -> StoreLook | Fault:
        """Look for a certificate and the CAs above it (DER) in the current user's stores."""
        ...

    def listed(self) -> tuple[StoreCertificate, ...] | Fault:
        """List the certificates of the user's own store that name a key; no key is touched."""
        ...

    def hold(self, pin: Secret) -> None:
        """Let the key's process keep the PIN, unused, for a signature to come; empties it."""
        ...

    def open(self, certificate: bytes, *, window: bool = False) -> StoreKey | Fault:
        """Open the certificate's key as Chromium does, silently: no window, no PIN yet.

        With ``window`` its provider may ask its user by itself: only after a press that says so.
        """
        ...

    def sign(self, wish: HashToSign) -> bytes | Fault:
        """Sign once, silently; the first time with the PIN, where one is held."""
        ...

    def release(self) -> None:
        """End the key's process, and the PIN in it."""
        ...


class NoStore:
    """A system whose browsers have no such store."""

    available = False

    def listed(self) -> tuple[StoreCertificate, ...] | Fault:
        """Find nothing."""
        return ()

    def look(self, certificate: bytes, above: Sequence[bytes]) -> StoreLook | Fault:
        """Find nothing."""
        del certificate, above
        return StoreLook(present=False)

    def hold(self, pin: Secret) -> None:
        """Empty it: nobody will ask for it."""
        pin.empty()

    def open(self, certificate: bytes, *, window: bool = False) -> StoreKey | Fault:
        """Refuse."""
        del certificate, window
        return _nothing("open")

    def sign(self, wish: HashToSign) -> bytes | Fault:
        """Refuse."""
        del wish
        return _nothing("sign")

    def release(self) -> None:
        """Have nothing to end."""


def _nothing(call: str) -> Fault:
    return Fault(FaultKind.REFUSED, call, detail="NO_STORE")

"""What CNG and CAPI answer, done with a key in memory; and stores that hold it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from a3check.core.fault import Fault, FaultKind
from a3check.core.store_key import (
    HashToSign,
    KeyApi,
    Padding,
    StoreCertificate,
    StoreKey,
    StoreLook,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from a3check.core.secret import Secret

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - what an old server asks for
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


def signed(key: PrivateKey, wish: HashToSign, api: KeyApi = KeyApi.CNG) -> bytes:
    """Sign as NCryptSignHash does, or CryptSignHash, whose last byte comes first."""
    digest = utils.Prehashed(HASHES[wish.digest])
    if isinstance(key, ec.EllipticCurvePrivateKey):
        assert wish.padding is Padding.NONE
        halves = utils.decode_dss_signature(key.sign(wish.hashed, ec.ECDSA(digest)))
        return b"".join(half.to_bytes((key.key_size + 7) // 8, "big") for half in halves)
    if wish.padding is Padding.PSS:
        mask = padding.MGF1(HASHES[wish.digest])
        return key.sign(wish.hashed, padding.PSS(mask, wish.salt), digest)
    signature = key.sign(wish.hashed, padding.PKCS1v15(), digest)
    return signature[::-1] if api is KeyApi.CAPI else signature


@dataclass
class FakeStoreKeys:
    """Windows' stores with one key, and what was asked of it, in order."""

    private: PrivateKey
    looked: StoreLook | Fault = field(
        default_factory=lambda: StoreLook(present=True, linked=True, provider="Chaveiro KSP")
    )
    opened: StoreKey | Fault = field(default_factory=lambda: StoreKey(KeyApi.CNG, "Chaveiro KSP"))
    refusal: Fault | None = None
    events: list[str] = field(default_factory=list)
    pins: list[bytes] = field(default_factory=list)
    wishes: list[HashToSign] = field(default_factory=list)
    above: tuple[bytes, ...] = ()
    available: bool = True
    kept: tuple[StoreCertificate, ...] | Fault = ()

    def listed(self) -> tuple[StoreCertificate, ...] | Fault:
        self.events.append("list")
        return self.kept

    def look(self, certificate: bytes, above: Sequence[bytes]) -> StoreLook | Fault:
        assert certificate
        self.above = tuple(above)
        return self.looked

    def hold(self, pin: Secret) -> None:
        self.events.append("hold")
        with pin.opened() as given:
            self.pins.append(bytes(given))

    def open(self, certificate: bytes, *, window: bool = False) -> StoreKey | Fault:
        assert certificate
        self.events.append("open with a window" if window else "open")
        return self.opened

    def sign(self, wish: HashToSign) -> bytes | Fault:
        self.events.append("sign")
        self.wishes.append(wish)
        assert isinstance(self.opened, StoreKey)
        return self.refusal or signed(self.private, wish, self.opened.api)

    def release(self) -> None:
        self.events.append("release")


def refused(call: str, detail: str) -> Fault:
    return Fault(FaultKind.REFUSED, call, detail=detail)

"""What is known of readers, cards, drivers, clouds, interceptors and the web's roots?"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from a3check.core import tables


class Confidence(StrEnum):
    """How well a fact is attested."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class ProductKind(StrEnum):
    """What a product serves; a ``CLOUD_KSP`` has no PKCS#11 module, ``TEST`` is no real token."""

    TOKEN = "token"  # noqa: S105 - the device, no password
    CARD = "card"
    CLOUD = "cloud"
    CLOUD_KSP = "cloud-ksp"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class KnownDriver:
    """One place where a product's PKCS#11 module is installed.

    ``os`` is ``windows``, ``linux`` or ``macos``; ``arch`` is ``x86_64``,
    ``x86`` or ``any``. ``path`` may hold Windows' ``%VARIABLES%`` and ``*`` for
    a version; it is empty where none is known.
    """

    product_key: str
    product: str
    maker: str
    kind: ProductKind
    os: str
    arch: str
    path: str
    confidence: Confidence
    module: bool = True

    @property
    def loadable(self) -> bool:
        """Whether it may be loaded unasked: a module, and attested well enough."""
        known = self.module and bool(self.path)
        return known and self.confidence is not Confidence.LOW and self.kind is not _TEST

    @property
    def cloud(self) -> bool:
        """Whether it is the agent of a provider of certificates in the cloud."""
        return self.kind in {ProductKind.CLOUD, ProductKind.CLOUD_KSP}


@dataclass(frozen=True, slots=True)
class KnownCard:
    """A card or token chip; ``drivers`` are product keys, the likeliest first.

    ``opensc`` is ``yes``, ``no`` or ``partly``: whether OpenSC's own driver reads it.
    """

    product: str
    drivers: tuple[str, ...]
    opensc: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A USB device: a token (chip inside) or a reader; ids as four lower-case hex digits.

    ``ccid`` is what the free CCID driver says of it (``supported``,
    ``should_work``, ``unsupported``, ``disabled``, ``vendor_only``).
    """

    vid: str
    pid: str
    token: bool
    name: str
    drivers: tuple[str, ...]
    ccid: str


@dataclass(frozen=True, slots=True)
class KnownCloud:
    """A provider of certificates in the cloud; ``agent`` is its product key, where known.

    ``providers`` are words in the names by which Windows knows its key provider. ``platforms``
    are the systems for which its program is made (``windows``, ``linux``, ``macos``); none where
    that is not attested.
    """

    key: str
    brand: str
    company: str
    hosts: tuple[str, ...]
    agent: str
    confidence: Confidence
    providers: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()


_TEST = ProductKind.TEST


def card(atr: bytes) -> KnownCard | None:
    """Return the card with this answer to reset (ISO 7816-3): exact first, then by mask."""
    exact, masked = _cards()
    if atr in exact:
        return exact[atr]
    for value, mask, known in masked:
        if len(atr) == len(mask) and _mask(atr, mask) == _mask(value, mask):
            return known
    return None


def usb(vid: str, pid: str) -> KnownDevice | None:
    """Return the token or reader with these ids (hex, any case)."""
    return _devices().get((vid.lower(), pid.lower()))


def drivers(os: str) -> tuple[KnownDriver, ...]:
    """Return every known place of a module on ``windows``, ``linux`` or ``macos``, in order."""
    return tuple(d for d in _drivers() if d.os == os)


def product_names(keys: Iterable[str]) -> tuple[str, ...]:
    """Return the names for product keys; a key that is not known stands for itself."""
    names = {d.product_key: d.product for d in _drivers()}
    return tuple(names.get(key, key) for key in keys)


def product_of_program(name: str) -> str:
    """Return the product key of an installed program by its name; empty where none is known."""
    folded = name.casefold()
    return next((key for word, key in _programs() if word in folded), "")


def virtual_reader(name: str) -> bool:
    """Tell whether a PC/SC reader is made up in software (Windows Hello, cards in the TPM)."""
    folded = name.casefold()
    return any(word in folded for word in _virtual_readers())


def token_slot(name: str) -> bool:
    """Tell whether a PC/SC reader is a slot that a maker's program keeps ready for its tokens."""
    folded = name.casefold()
    return any(word in folded for word in _token_slots())


def device_trouble(problem: int) -> str:
    """Return what is the matter with a device by Device Manager's code; empty where none is known.

    One of ``disabled``, ``no_driver``, ``broken_driver``, ``blocked_driver``, ``restart``,
    ``replug``, ``failing``.
    """
    return _device_troubles().get(problem, "")


def interceptor(issuer: str) -> str | None:
    """Return the product whose CA this issuer (RFC 4514 text) is, if it is one that intercepts."""
    folded = issuer.casefold().replace(", ", ",")
    return next((name for word, name in _interceptors() if word in folded), None)


def may_intercept(products: Iterable[str]) -> tuple[str, ...]:
    """Return those antivirus products that may open TLS connections; a known harmless one not."""
    harmless = tuple(tables.load("interceptors.toml")["harmless"])
    return tuple(p for p in products if not any(word in p.casefold() for word in harmless))


def public_root(sha256: str) -> bool:
    """Tell whether a root (SHA-256 of its DER, lower-case hex) is, or was, the web's."""
    return sha256 in _public_roots()


@cache
def clouds() -> tuple[KnownCloud, ...]:
    """Return the known providers of certificates in the cloud (PSC, DOC-ICP-17)."""
    return tuple(
        KnownCloud(
            row["key"],
            row["brand"],
            row["company"],
            tuple(row["hosts"]),
            row.get("agent", ""),
            Confidence(row["confidence"]),
            tuple(row.get("providers", ())),
            tuple(row.get("platforms", ())),
        )
        for row in tables.load("cloud.toml")["provider"]
    )


def cloud_of(provider: str) -> KnownCloud | None:
    """Return the cloud whose key provider Windows calls by this name; nothing for any other."""
    plain = "".join(filter(str.isalnum, provider.casefold()))
    return next((c for c in clouds() if any(word in plain for word in c.providers)), None)


@cache
def _cards() -> tuple[dict[bytes, KnownCard], tuple[tuple[bytes, bytes, KnownCard], ...]]:
    exact: dict[bytes, KnownCard] = {}
    masked = []
    for row in tables.load("atrs.toml")["card"]:
        known = KnownCard(
            row["product"], tuple(row["drivers"]), row["opensc"], Confidence(row["confidence"])
        )
        value = bytes.fromhex(row["atr"])
        if "mask" in row:
            masked.append((value, bytes.fromhex(row["mask"]), known))
        else:
            exact[value] = known
    return exact, tuple(masked)


@cache
def _devices() -> dict[tuple[str, str], KnownDevice]:
    return {
        (row["vid"], row["pid"]): KnownDevice(
            row["vid"],
            row["pid"],
            row["kind"] == "token",
            row["name"],
            tuple(row["drivers"]),
            row["ccid"],
        )
        for row in tables.load("usb.toml")["device"]
    }


@cache
def _token_slots() -> tuple[str, ...]:
    return tuple(tables.load("usb.toml")["token_slots"])


@cache
def _virtual_readers() -> tuple[str, ...]:
    return tuple(tables.load("usb.toml")["virtual_readers"])


@cache
def _device_troubles() -> dict[int, str]:
    troubles = tables.load("device_problems.toml")["trouble"]
    return {code: row["name"] for row in troubles for code in row["codes"]}


@cache
def _drivers() -> tuple[KnownDriver, ...]:
    return tuple(
        KnownDriver(
            product["key"],
            product["name"],
            product["maker"],
            ProductKind(product["kind"]),
            file["os"],
            file["arch"],
            file["path"],
            Confidence(file["confidence"]),
            product.get("loadable", True),
        )
        for product in tables.load("drivers.toml")["product"]
        for file in product["files"]
    )


@cache
def _programs() -> tuple[tuple[str, str], ...]:
    rows = tables.load("drivers.toml")["program"]
    return tuple((word, row["product"]) for row in rows for word in row["words"])


@cache
def _interceptors() -> tuple[tuple[str, str], ...]:
    return tuple(
        (word.casefold().replace(", ", ","), product["name"])
        for product in tables.load("interceptors.toml")["product"]
        for word in product["issuers"]
    )


@cache
def _public_roots() -> frozenset[str]:
    return frozenset(tables.load("public_roots.toml")["sha256"])


def _mask(value: bytes, mask: bytes) -> bytes:
    return bytes(v & m for v, m in zip(value, mask, strict=True))

"""Takes DER apart and puts it together again, with one part changed or all shaken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st
from tests.unit.pki.maker import LEAF
from tests.unit.pki.maker import der as encode

from a3check.pki import der

if TYPE_CHECKING:
    from random import Random

VERSION, SERIAL, SCHEME, ISSUER, VALIDITY, SUBJECT, SPKI, EXTENSIONS = range(8)
TAGS = (0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x13, 0x17, 0x18, 0x1E, 0x30, 0x31, 0xA0, 0x86)
DEEPEST = 20


def fields(made: bytes) -> list[bytes]:
    """The fields of a certificate's TBSCertificate."""
    signed = der.sequence(der.element(made))[0]
    return [part.raw for part in der.sequence(signed)]


def with_field(place: int, value: bytes, made: bytes = LEAF.der) -> bytes:
    """The certificate with one field replaced; its signature holds no more."""
    parts = fields(made)
    parts[place] = value
    _, scheme, signature = der.sequence(der.element(made))
    return encode(0x30, encode(0x30, *parts), scheme.raw, signature.raw)


def extension(oid: bytes, value: bytes, *, critical: bool = False) -> bytes:
    flag = (b"\x01\x01\xff",) if critical else ()
    return encode(0x30, encode(0x06, oid), *flag, encode(0x04, value))


def with_extensions(*extensions: bytes, made: bytes = LEAF.der) -> bytes:
    """The certificate with these extensions and no others."""
    return with_field(EXTENSIONS, encode(0xA3, encode(0x30, *extensions)), made)


def spki(oid: str, parameters: bytes, key: bytes) -> bytes:
    head = encode(0x30, encode(0x06, bytes.fromhex(oid)), parameters)
    return encode(0x30, head, encode(0x03, b"\x00", key))


# ---- shaken: a mutation that keeps the lengths right reaches deeper than one of bytes

Node = tuple[int, "bytes | list[Node]"]


def shaken(*seeds: bytes) -> st.SearchStrategy[bytes]:
    """One of the seeds with a few elements changed, doubled, emptied or left out."""
    return st.builds(shake, st.sampled_from(seeds), st.randoms(use_true_random=False))


def shake(seed: bytes, dice: Random) -> bytes:
    """The seed with a few elements changed; raise `DerError` where it is no DER."""
    nodes = _read(seed, 0)
    for _ in range(dice.randint(1, 3)):
        _change(dice, nodes)
    made = bytearray(_write(nodes))
    if made and dice.randint(0, 3) == 0:
        made[dice.randrange(len(made))] ^= 0xFF
    return bytes(made[: dice.randrange(len(made) + 1)] if dice.randint(0, 9) == 0 else made)


def _read(data: bytes, depth: int) -> list[Node]:
    found: list[Node] = []
    for item in der.children(data):
        inner: bytes | list[Node] = item.content
        if depth < DEEPEST and item.content and (item.tag & 0x20 or item.tag == der.OCTET_STRING):
            try:
                inner = _read(item.content, depth + 1)
            except der.DerError:
                inner = item.content
        found.append((item.tag, inner))
    return found


def _write(nodes: list[Node]) -> bytes:
    return b"".join(
        encode(tag, inner if isinstance(inner, bytes) else _write(inner)) for tag, inner in nodes
    )


def _change(dice: Random, nodes: list[Node]) -> None:
    places = _places(nodes)
    if not places:
        return
    home, at = dice.choice(places)
    tag, inner = home[at]
    match dice.choice(("tag", "gone", "twice", "empty", "long", "byte")):
        case "tag":
            home[at] = (dice.choice(TAGS), inner)
        case "gone":
            del home[at]
        case "twice":
            home.insert(at, (tag, inner))
        case "empty":
            home[at] = (tag, b"")
        case "long" if isinstance(inner, bytes):
            home[at] = (tag, inner * 9)
        case _:
            home[at] = (tag, dice.randbytes(dice.randint(0, 6)))


def _places(nodes: list[Node]) -> list[tuple[list[Node], int]]:
    found = [(nodes, at) for at in range(len(nodes))]
    for _, inner in nodes:
        if isinstance(inner, list):
            found += _places(inner)
    return found

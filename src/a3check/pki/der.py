"""The DER encoding (X.690): elements, and the few simple values that certificates hold."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, OID = 0x01, 0x02, 0x03, 0x04, 0x06
SEQUENCE, SET = 0x30, 0x31
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18

_LONGEST_OID = 64  # bytes; the longest one in use has under 20
_UTC_TIME_PIVOT = 50  # RFC 5280 §4.1.2.5.1: 50..99 are of the 20th century
_SHORTEST_TIME = 10  # YYMMDDhhmm


class DerError(ValueError):
    """The bytes are not the DER that was expected; the text says where."""


class Element(NamedTuple):
    """One element: its tag (class and form included), its content, and all its bytes."""

    tag: int
    content: bytes
    raw: bytes


def element(data: bytes, start: int = 0) -> Element:
    """Read the element that begins at ``start``; what follows it is left alone.

    Lengths longer than needed are let pass, since the signature covers the very
    bytes; indefinite lengths and tags of several bytes are not.
    """
    tag, body, end = header(data, start)
    return Element(tag, data[body:end], data[start:end])


def header(data: bytes, start: int = 0) -> tuple[int, int, int]:
    """Return an element's tag and where its content begins and ends, copying nothing."""
    try:
        tag, length = data[start], data[start + 1]
    except IndexError:
        raise DerError("cut short") from None
    body = start + 2
    if tag & 0x1F == 0x1F:  # noqa: PLR2004 - X.690 §8.1.2.4: more bytes of tag follow
        raise DerError("tag of several bytes")
    if length & 0x80:
        size = length & 0x7F
        if not 1 <= size <= 4:  # noqa: PLR2004 - 0x80 is indefinite; over 4 GB is nonsense
            raise DerError("indefinite or absurd length")
        length = int.from_bytes(data[body : body + size])
        body += size
    end = body + length
    if end > len(data):
        raise DerError("cut short")
    return tag, body, end


def encode(tag: int, content: bytes) -> bytes:
    """Return the bytes of an element."""
    size = len(content)
    if size < 0x80:  # noqa: PLR2004 - X.690 §8.1.3.4: one byte of length
        return bytes((tag, size)) + content
    width = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(width))) + width + content


def children(content: bytes) -> tuple[Element, ...]:
    """Read all elements of a constructed one."""
    return tuple(one_by_one(content))


def one_by_one(content: bytes) -> Iterator[Element]:
    """Read a constructed one's elements as they are asked for: there may be very many."""
    at = 0
    while at < len(content):
        found = element(content, at)
        yield found
        at += len(found.raw)


def expect(item: Element, tag: int) -> bytes:
    """Return the content of an element that must have this tag."""
    if item.tag != tag:
        raise DerError(f"tag {item.tag:#04x} where {tag:#04x} was expected")
    return item.content


def sequence(item: Element) -> tuple[Element, ...]:
    """Return the elements of a SEQUENCE."""
    return children(expect(item, SEQUENCE))


@lru_cache(maxsize=1024)
def oid(content: bytes) -> str:
    """Return the dotted form of an OBJECT IDENTIFIER's content."""
    if not content or content[-1] & 0x80 or len(content) > _LONGEST_OID:
        raise DerError("malformed object identifier")
    arcs: list[int] = []
    value = 0
    for byte in content:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def integer(content: bytes) -> int:
    """Return the value of an INTEGER's content."""
    if not content:
        raise DerError("empty integer")
    return int.from_bytes(content, signed=True)


def integer_content(value: int) -> bytes:
    """Return the content of an INTEGER in its fewest bytes (X.690 §8.3.2): -128 needs one."""
    size = (value if value >= 0 else ~value).bit_length() // 8 + 1
    return value.to_bytes(size, signed=True)


def bits(content: bytes) -> bytes:
    """Return the bytes of a BIT STRING's content, without the count of unused bits."""
    if not content:
        raise DerError("empty bit string")
    return content[1:]


def signature(item: Element) -> bytes:
    """Return the bytes of a signature's BIT STRING; empty, thus never good, where bits are unused.

    A signature is whole octets (RFC 5280 §4.1.1.3): OpenSSL refuses all else, and so do servers.
    """
    content = bits(expect(item, BIT_STRING))
    return b"" if item.content[0] else content


def moment(item: Element) -> datetime:
    """Return a UTCTime or GeneralizedTime as an aware moment; seconds and zone may be missing."""
    if item.tag not in {UTC_TIME, GENERALIZED_TIME}:
        raise DerError("no time")
    try:
        return _moment(item.content.decode("ascii"), short=item.tag == UTC_TIME)
    except (ValueError, OverflowError) as error:
        raise DerError(f"malformed time: {error}") from None


def _moment(text: str, *, short: bool) -> datetime:
    digits = text.rstrip("Z")
    offset = timedelta()
    for sign in "+-":
        digits, _, zone = digits.partition(sign)
        if zone:
            offset = timedelta(hours=int(zone[:2]), minutes=int(zone[2:] or 0))
            offset = -offset if sign == "-" else offset
    digits = digits.partition(".")[0]
    if short:
        digits = ("19" if int(digits[:2]) >= _UTC_TIME_PIVOT else "20") + digits
    if not digits.isdigit() or len(digits) < _SHORTEST_TIME + 2:
        raise ValueError("too short")
    parts = [int(digits[:4]), *(int(digits[i : i + 2]) for i in range(4, len(digits), 2))]
    return datetime(*parts[:6], tzinfo=UTC) - offset  # type: ignore[misc, arg-type]  # six numbers at most, of which tzinfo is none

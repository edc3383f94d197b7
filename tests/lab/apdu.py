"""Command and answer of a smart card on the wire (ISO/IEC 7816-4), and their BER-TLV."""

from __future__ import annotations

from dataclasses import dataclass

SHORT_LE = 256
EXTENDED_LE = 65536
_HEADER = 4
_LONG_FORM = 0x80


class Sw:
    """Status words (ISO/IEC 7816-4, SP 800-73-4 part 2)."""

    OK = 0x9000
    MORE = 0x6100
    TRIES = 0x63C0
    WRONG_LENGTH = 0x6700
    NOT_VERIFIED = 0x6982
    BLOCKED = 0x6983
    BAD_DATA = 0x6A80
    NOT_FOUND = 0x6A82
    BAD_P1P2 = 0x6A86
    NO_REFERENCE = 0x6A88
    NO_INS = 0x6D00


@dataclass(frozen=True, slots=True)
class Command:
    """A command APDU; `le` is the number of bytes wanted, 0 when none were asked for."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes
    le: int

    @property
    def p1p2(self) -> int:
        """P1 and P2 as one number."""
        return self.p1 << 8 | self.p2


def parse(raw: bytes) -> Command:
    """Read a short or extended command APDU; ValueError when it is none."""
    if len(raw) < _HEADER:
        raise ValueError("shorter than a header")
    (cla, ins, p1, p2), body = raw[:_HEADER], raw[_HEADER:]
    data, le = _extended(body) if len(body) > 2 and body[0] == 0 else _short(body)
    return Command(cla, ins, p1, p2, data, le)


def _short(body: bytes) -> tuple[bytes, int]:
    if not body:
        return b"", 0
    if len(body) == 1:
        return b"", body[0] or SHORT_LE
    end = 1 + body[0]
    if len(body) not in {end, end + 1}:
        raise ValueError("Lc and the length disagree")
    le = (body[end] or SHORT_LE) if len(body) > end else 0
    return body[1:end], le


def _extended(body: bytes) -> tuple[bytes, int]:
    first = int.from_bytes(body[1:3])
    if len(body) == 3:
        return b"", first or EXTENDED_LE
    end = 3 + first
    if len(body) not in {end, end + 2}:
        raise ValueError("Lc and the length disagree")
    le = (int.from_bytes(body[end:]) or EXTENDED_LE) if len(body) > end else 0
    return body[3:end], le


def tlv(tag: int, value: bytes) -> bytes:
    """Encode one BER-TLV."""
    size = len(value)
    if size < _LONG_FORM:
        length = bytes([size])
    else:
        octets = size.to_bytes((size.bit_length() + 7) // 8)
        length = bytes([_LONG_FORM | len(octets)]) + octets
    return tag.to_bytes((tag.bit_length() + 7) // 8 or 1) + length + value


def parse_tlv(data: bytes) -> dict[int, bytes]:
    """Read a row of TLVs with tags of one byte; ValueError when it is cut short."""
    found: dict[int, bytes] = {}
    while data:
        if len(data) < 2:
            raise ValueError("cut short")
        tag, size, start = data[0], data[1], 2
        if size & _LONG_FORM:
            start += size & 0x7F
            size = int.from_bytes(data[2:start])
        if len(data) < start + size:
            raise ValueError("cut short")
        found[tag] = data[start : start + size]
        data = data[start + size :]
    return found

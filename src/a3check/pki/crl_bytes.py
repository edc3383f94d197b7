"""A certificate revocation list (RFC 5280 §5), read without touching all of its entries.

Real ones have hundreds of thousands of entries: only the one
that is asked for is read.
"""

from dataclasses import dataclass, field
from datetime import datetime

from a3check.pki import der, extensions, keys, names

_SMALLEST_ENTRY = 18  # bytes of content: a serial of one byte, and a UTCTime
_LARGEST_PART = 64 * 1024  # bytes of a name, of the extensions, of one entry
_EXTENSIONS, _SIGNED_TIMES = 0xA0, {der.UTC_TIME, der.GENERALIZED_TIME}
_NUMBER, _AUTHORITY_KEY = "2.5.29.20", "2.5.29.35"
_DELTA, _POINT = "2.5.29.27", "2.5.29.28"
_REASON, _INVALIDITY_DATE = "2.5.29.21", "2.5.29.24"
_UNDERSTOOD = frozenset({_NUMBER, _AUTHORITY_KEY, _DELTA, _POINT})
_UNDERSTOOD_OF_ENTRY = frozenset({_REASON, _INVALIDITY_DATE})
_ENUMERATED = 0x0A
_REASONS = {
    1: "key_compromise",
    2: "ca_compromise",
    3: "affiliation_changed",
    4: "superseded",
    5: "cessation_of_operation",
    6: "certificate_hold",
    8: "remove_from_crl",
    9: "privilege_withdrawn",
    10: "aa_compromise",
}
UNSPECIFIED, HOLD, REMOVED = "unspecified", "certificate_hold", "remove_from_crl"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a list is about (RFC 5280 §5.2.5); ``names`` (DER) are where it stands."""

    names: frozenset[bytes] = frozenset()
    users_only: bool = False
    cas_only: bool = False
    some_reasons: bool = False
    indirect: bool = False
    attributes_only: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A revoked certificate; ``odd`` where a critical extension of it is not understood."""

    date: datetime
    reason: str = UNSPECIFIED
    odd: bool = False


@dataclass(frozen=True, slots=True)
class CrlBytes:
    """A list's facts; ``signature`` by ``scheme`` is over the part within ``bounds``.

    ``data`` is the whole list as it came, uncopied, and ``span`` where its entries are.
    ``authority_key`` names the key that signed; ``refused`` are critical extensions
    that are not understood.
    """

    data: bytes = field(repr=False)
    bounds: tuple[int, int]
    scheme: keys.Algorithm
    signature: bytes = field(repr=False)
    issuer: names.Name
    issued: datetime
    until: datetime | None
    authority_key: bytes | None
    delta: bool
    scope: Scope
    refused: tuple[str, ...]
    span: tuple[int, int]

    @property
    def signed(self) -> memoryview:
        """What the signature is over."""
        return memoryview(self.data)[slice(*self.bounds)]

    def mentions(self, serial: int) -> bool:
        """Tell whether a serial number's bytes occur at all; where not, it is not listed."""
        wanted = der.integer_content(serial).lstrip(b"\x00")
        return self.data.find(wanted, *self.span) >= 0

    def find(self, serial: int) -> Entry | None:
        """Look a serial number up; raise ``DerError`` where the entries are damaged."""
        at = self._walk(der.encode(der.INTEGER, der.integer_content(serial)))
        if at is None and serial and self.mentions(serial):
            at = self._walk_slowly(serial)  # perhaps one that is written with more bytes
        return None if at is None else _entry(_small(self.data, at))

    def _walk(self, wanted: bytes) -> int | None:
        """Return where the entry with this serial begins; every entry is stepped over."""
        data, (at, end) = self.data, self.span
        found = None
        while at < end:
            size = data[at + 1]
            body = at + 2
            if data[at] != der.SEQUENCE or not _SMALLEST_ENTRY <= size < 0x80:  # noqa: PLR2004
                body, size = self._odd(at)
            if data.startswith(wanted, body) and found is None:
                found = at
            at = body + size
        if at != end:
            raise der.DerError("entries that do not end where their list does")
        return found

    def _odd(self, at: int) -> tuple[int, int]:
        """Return where the content of a long entry begins, and its length."""
        tag, body, end = der.header(self.data, at)
        if tag != der.SEQUENCE or end - body < _SMALLEST_ENTRY:
            raise der.DerError("an entry that is none")
        return body, end - body

    def _walk_slowly(self, serial: int) -> int | None:
        at, end = self.span
        while at < end:
            _, body, after = der.header(self.data, at)
            if der.integer(der.expect(der.element(self.data, body), der.INTEGER)) == serial:
                return at
            at = after
        return None


def read(data: bytes) -> CrlBytes:
    """Read a list in DER; raise ``DerError`` or ``ValueError`` where it is none."""
    _, body, end = der.header(data)
    if data[end:].strip(b"\x00\r\n"):
        raise der.DerError("something follows the list")
    tag, _, signed_end = der.header(data, body)
    outer = der.element(data, signed_end)
    signature = der.element(data, signed_end + len(outer.raw))
    if tag != der.SEQUENCE:
        raise der.DerError("no list")
    return _read(data, (body, signed_end), outer, der.signature(signature))


def _read(data: bytes, bounds: tuple[int, int], outer: der.Element, signature: bytes) -> CrlBytes:
    fields = _Fields(data, *der.header(data, bounds[0])[1:])
    if fields.tag == der.INTEGER:  # the version, which a list of version 1 lacks
        fields.take()
    inner, issuer, issued = fields.take(), names.parse(fields.take()), der.moment(fields.take())
    if inner.raw != outer.raw:
        raise der.DerError("two signature algorithms that differ (RFC 5280 §5.1.1.2)")
    until = der.moment(fields.take()) if fields.tag in _SIGNED_TIMES else None
    span = fields.skip() if fields.tag == der.SEQUENCE else (0, 0)
    held = fields.take() if fields.tag == _EXTENSIONS else None
    if fields.tag is not None:
        raise der.DerError("an unknown field")
    known = extensions.split(der.element(held.content)) if held else ()
    values = {oid: value for oid, _, value in known}
    if len(values) != len(known):
        raise der.DerError("an extension twice")
    return CrlBytes(
        data,
        bounds,
        keys.algorithm(inner),
        signature,
        issuer,
        issued,
        until,
        _authority_key(values.get(_AUTHORITY_KEY, b"")),
        delta=_DELTA in values,
        scope=_scope(der.element(values[_POINT])) if _POINT in values else Scope(),
        refused=tuple(o for o, critical, _ in known if critical and o not in _UNDERSTOOD),
        span=span,
    )


class _Fields:
    """The fields of a TBSCertList one after the other; the entries are not copied."""

    def __init__(self, data: bytes, at: int, end: int) -> None:
        self._data, self._at, self._end = data, at, end

    @property
    def tag(self) -> int | None:
        """The next field's tag; nothing at the end."""
        if self._at > self._end:
            raise der.DerError("a field that does not end where its list does")
        return self._data[self._at] if self._at < self._end else None

    def take(self) -> der.Element:
        item = _small(self._data, self._at)
        self._at += len(item.raw)
        return item

    def skip(self) -> tuple[int, int]:
        _, body, self._at = der.header(self._data, self._at)
        return body, self._at


def _small(data: bytes, at: int) -> der.Element:
    _, body, end = der.header(data, at)
    if end - body > _LARGEST_PART:
        raise der.DerError(f"a part of more than {_LARGEST_PART} bytes")
    return der.element(data, at)


def _authority_key(value: bytes) -> bytes | None:
    try:
        return extensions.key_of_authority(der.element(value))
    except der.DerError:  # it only helps to say why a signature does not hold
        return None


def _scope(item: der.Element) -> Scope:
    parts = {part.tag: part.content for part in der.sequence(item)}
    return Scope(
        frozenset(name.raw for name in extensions.point_names(parts.get(0xA0, b""))),
        users_only=any(parts.get(0x81, b"")),
        cas_only=any(parts.get(0x82, b"")),
        some_reasons=0x83 in parts,  # noqa: PLR2004 - [3] onlySomeReasons
        indirect=any(parts.get(0x84, b"")),
        attributes_only=any(parts.get(0x85, b"")),
    )


def _entry(item: der.Element) -> Entry:
    parts = der.sequence(item)
    date = der.moment(parts[1])
    try:
        known = extensions.split(parts[2]) if len(parts) > 2 else ()  # noqa: PLR2004
    except ValueError:
        known = ()  # it is listed all the same
    reason = next((value for oid, _, value in known if oid == _REASON), b"")
    odd = any(critical and oid not in _UNDERSTOOD_OF_ENTRY for oid, critical, _ in known)
    return Entry(date, reason_of(reason), odd)


def reason_of(value: bytes) -> str:
    """Name a CRLReason (RFC 5280 §5.3.1); a damaged one revokes all the same."""
    try:
        number = der.integer(der.expect(der.element(value), _ENUMERATED))
    except ValueError:
        return UNSPECIFIED
    return _REASONS.get(number, UNSPECIFIED)

"""Distinguished names: their text (RFC 4514), and when two are the same (RFC 5280 §7.1)."""

import unicodedata
from dataclasses import dataclass, field

from a3check.pki import der

COMMON_NAME, ORGANIZATION, SERIAL_NUMBER = "2.5.4.3", "2.5.4.10", "2.5.4.5"
_SHORT = {
    COMMON_NAME: "CN",
    ORGANIZATION: "O",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "STREET",
    "2.5.4.11": "OU",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
}
_EIGHT_BIT = frozenset({0x04, 0x0C, 0x12, 0x13, 0x14, 0x16, 0x1A})  # T61String is Latin-1 in fact
_WIDE = {0x1C: "utf-32-be", 0x1E: "utf-16-be"}
STRINGS = _EIGHT_BIT | _WIDE.keys()
"""The tags that ``text`` can show; no text begins with a byte of these values."""

MOST_PARTS = 64
"""Of a name; real ones have under 15, and names are compared at every step of a path."""

Part = frozenset[tuple[str, str]]
Canonical = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A distinguished name: its parts in the encoding's order, each a tuple of (OID, text)."""

    parts: tuple[tuple[tuple[str, str], ...], ...] = ()
    raw: bytes = field(default=b"", compare=False, repr=False)

    def get(self, oid: str) -> str | None:
        """Return the last value of an attribute: the most specific one."""
        values = [value for part in self.parts for kind, value in part if kind == oid]
        return values[-1] if values else None

    @property
    def text(self) -> str:
        """The name as RFC 4514 writes it."""
        return ",".join(
            "+".join(f"{_SHORT.get(kind, kind)}={_escaped(value)}" for kind, value in part)
            for part in reversed(self.parts)
        )

    @property
    def short(self) -> str:
        """What a person calls it: the common name, else the whole."""
        return self.get(COMMON_NAME) or self.text

    @property
    def canonical(self) -> Canonical:
        """A key that is equal for equal names: encoding, case and blanks do not count."""
        return tuple(_canonical(part) for part in self.parts)


def parse(item: der.Element) -> Name:
    """Read a Name; raise ``DerError`` where it is none."""
    return Name(tuple(_pairs(part) for part in _few(der.sequence(item))), item.raw)


def last_part(data: bytes, start: int) -> Part:
    """Return the last part of the Name that begins there, as ``canonical`` has it."""
    at, end = der.header(data, start)[1:]
    last = at
    while at < end:
        last, at = at, der.header(data, at)[2]
    return _canonical(_pairs(der.element(data, last))) if last < end else frozenset()


def _pairs(part: der.Element) -> tuple[tuple[str, str], ...]:
    pairs = [der.sequence(pair) for pair in _few(der.children(der.expect(part, der.SET)))]
    if any(len(pair) != 2 for pair in pairs):  # noqa: PLR2004 - a pair
        raise der.DerError("attribute that is no pair")
    return tuple((der.oid(der.expect(k, der.OID)), text(v)) for k, v in pairs)


def _few(parts: tuple[der.Element, ...]) -> tuple[der.Element, ...]:
    if len(parts) > MOST_PARTS:
        raise der.DerError(f"a name of more than {MOST_PARTS} parts")
    return parts


def _canonical(pairs: tuple[tuple[str, str], ...]) -> Part:
    return frozenset((kind, folded(value)) for kind, value in pairs)


def text(item: der.Element) -> str:
    """Return a string of any ASN.1 type; what cannot be shown becomes U+FFFD."""
    if item.tag in _EIGHT_BIT:
        try:
            words = item.content.decode("utf-8")
        except UnicodeDecodeError:
            words = item.content.decode("latin-1")
    elif item.tag in _WIDE:
        words = item.content.decode(_WIDE[item.tag], "replace")
    else:
        return "#" + item.raw.hex()
    if words.isprintable():
        return words
    return "".join(c if c.isprintable() else "\ufffd" for c in words)


def folded(value: str) -> str:
    """Return a text in which case, blanks and the forms of a letter do not count."""
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())


def _escaped(value: str) -> str:
    inner = "".join("\\" + c if c in ',+"\\<>;' else c for c in value)
    if inner.startswith((" ", "#")):
        inner = "\\" + inner
    if inner.endswith(" ") and len(value) > 1:
        inner = inner[:-1] + "\\ "
    return inner

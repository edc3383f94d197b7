"""A certificate's extensions (RFC 5280 §4.2), one by one: a damaged one spoils no other."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from a3check.pki import der, names

KEY_USAGE, BASIC_CONSTRAINTS = "2.5.29.15", "2.5.29.19"
EXTENDED_KEY_USAGE, POLICIES = "2.5.29.37", "2.5.29.32"
_ALTERNATIVE_NAME, _CRL_POINTS = "2.5.29.17", "2.5.29.31"
_SUBJECT_KEY, _AUTHORITY_KEY = "2.5.29.14", "2.5.29.35"
_AUTHORITY_ACCESS = "1.3.6.1.5.5.7.1.1"
_HARMLESS = frozenset({"2.5.29.46", "2.5.29.18", "1.3.6.1.5.5.7.48.1.5"})
"""Freshest CRL, issuer's other names, OCSP no-check: critical or not, they forbid nothing."""

DIGITAL_SIGNATURE, KEY_CERT_SIGN, CRL_SIGN = 0, 5, 6  # bits of KeyUsage
CLIENT_AUTH, ANY_USAGE = "1.3.6.1.5.5.7.3.2", "2.5.29.37.0"
OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
_OCSP, _CA_ISSUERS = "1.3.6.1.5.5.7.48.1", "1.3.6.1.5.5.7.48.2"

_OTHER_NAME, _DNS_NAME, _URI = 0xA0, 0x82, 0x86  # GeneralName's choices
_WHOLE_BYTE = 8
_MOST_WRAPPED = 3  # strings inside one another


@dataclass(frozen=True, slots=True)
class Extensions:
    """What the known extensions say; ``None`` where an extension is absent.

    ``refused`` are the OIDs of critical extensions that are not known, damaged,
    or there twice: nobody may rely on such a certificate (RFC 5280 §4.2).
    ``repeated`` are those there twice, critical or not; the first of them counts.
    ``crl_names`` are the very names (DER) of where its CRL is, whatever their kind.
    """

    is_ca: bool = False
    path_length: int | None = None
    key_usage: frozenset[int] | None = None
    usages: tuple[str, ...] | None = None
    policies: tuple[str, ...] = ()
    other_names: tuple[tuple[str, str], ...] = ()
    has_dns_name: bool = False
    crl_urls: tuple[str, ...] = ()
    crl_names: frozenset[bytes] = frozenset()
    ocsp_urls: tuple[str, ...] = ()
    aia_urls: tuple[str, ...] = ()
    subject_key: bytes | None = None
    authority_key: bytes | None = None
    refused: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()

    @property
    def unasked_urls(self) -> tuple[str, ...]:
        """Where else its CRL is said to be: by schemes that nobody asks (ldap); in any order."""
        names_ = tuple(der.element(raw) for raw in sorted(self.crl_names))
        return tuple(url for url in _texts(names_) if url not in self.crl_urls)


def parse(item: der.Element) -> Extensions:
    """Read the SEQUENCE of extensions; raise ``DerError`` where it is none."""
    known = Extensions()
    seen: set[str] = set()
    refused: list[str] = []
    repeated: list[str] = []
    for oid, critical, value in split(item):
        understood = oid not in seen
        if understood:
            understood, known = _apply(known, oid, value)
        else:
            repeated.append(oid)
        if critical and not understood:
            refused.append(oid)
        seen.add(oid)
    return replace(known, refused=_each_once(refused), repeated=_each_once(repeated))


def split(item: der.Element) -> tuple[tuple[str, bool, bytes], ...]:
    """Return each extension's OID, whether it is critical, and its value's DER."""
    found = []
    for extension in der.sequence(item):
        parts = der.sequence(extension)
        if len(parts) < 2:  # noqa: PLR2004 - identifier and value
            raise der.DerError("extension without a value")
        oid = der.oid(der.expect(parts[0], der.OID))
        critical = parts[1].tag == der.BOOLEAN and any(parts[1].content)
        found.append((oid, critical, der.expect(parts[-1], der.OCTET_STRING)))
    return tuple(found)


def point_names(content: bytes) -> tuple[der.Element, ...]:
    """Return the names in a DistributionPointName (RFC 5280 §4.2.1.13), whichever choice it is."""
    return tuple(n for choice in der.children(content) for n in der.children(choice.content))


def key_of_authority(item: der.Element) -> bytes | None:
    """Return the keyIdentifier of an AuthorityKeyIdentifier; nothing where it has none."""
    return next((p.content for p in der.sequence(item) if p.tag == 0x80), None)  # noqa: PLR2004 - [0]


def _each_once(oids: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(oids))


def _apply(known: Extensions, oid: str, value: bytes) -> tuple[bool, Extensions]:
    reader = _READERS.get(oid)
    if reader is None:
        return oid in _HARMLESS, known
    try:
        return True, reader(known, der.element(value))
    except (ValueError, IndexError):
        return False, known


def _basic_constraints(known: Extensions, item: der.Element) -> Extensions:
    is_ca, length = False, None
    for part in der.sequence(item):
        if part.tag == der.BOOLEAN:
            is_ca = any(part.content)
        else:
            length = der.integer(der.expect(part, der.INTEGER))
    return replace(known, is_ca=is_ca, path_length=length)


def _key_usage(known: Extensions, item: der.Element) -> Extensions:
    content = der.bits(der.expect(item, der.BIT_STRING))
    total = len(content) * _WHOLE_BYTE
    value = int.from_bytes(content)
    bits = frozenset(i for i in range(min(total, 9)) if value >> (total - 1 - i) & 1)
    return replace(known, key_usage=bits)


def _extended_key_usage(known: Extensions, item: der.Element) -> Extensions:
    usages = tuple(der.oid(der.expect(part, der.OID)) for part in der.sequence(item))
    return replace(known, usages=usages)


def _policies(known: Extensions, item: der.Element) -> Extensions:
    first = (der.sequence(part)[0] for part in der.sequence(item))
    return replace(known, policies=tuple(der.oid(der.expect(p, der.OID)) for p in first))


def _alternative_name(known: Extensions, item: der.Element) -> Extensions:
    general = der.sequence(item)
    others = filter(None, (_other_name(name) for name in general if name.tag == _OTHER_NAME))
    has_dns_name = any(name.tag == _DNS_NAME for name in general)
    return replace(known, other_names=tuple(others), has_dns_name=has_dns_name)


def _other_name(item: der.Element) -> tuple[str, str] | None:
    """Return an otherName's OID and text; nothing of a damaged one, which spoils no other."""
    try:
        kind, value = der.children(item.content)[:2]
        return der.oid(der.expect(kind, der.OID)), _inner_text(value)
    except ValueError:
        return None


def _inner_text(value: der.Element) -> str:
    """Return the text under [0] EXPLICIT; without [0], a string's tag, or with two: the same."""
    inner = value if value.tag in names.STRINGS else value._replace(tag=der.OCTET_STRING)
    for _ in range(_MOST_WRAPPED):
        try:
            deeper = der.element(inner.content)
        except der.DerError:
            break
        if deeper.tag not in names.STRINGS:  # digits and letters look like tags of other kinds
            break
        inner = deeper
    return names.text(inner).strip("\ufffd")


def _crl_points(known: Extensions, item: der.Element) -> Extensions:
    parts = (part for point in der.sequence(item) for part in der.sequence(point))
    points = (part.content for part in parts if part.tag == 0xA0)  # noqa: PLR2004 - [0] its name
    held = tuple(name for point in points for name in point_names(point))
    urls = tuple(dict.fromkeys(_urls(held)))
    return replace(known, crl_urls=urls, crl_names=frozenset(name.raw for name in held))


def _authority_access(known: Extensions, item: der.Element) -> Extensions:
    found: dict[str, list[str]] = {_OCSP: [], _CA_ISSUERS: []}
    for access in der.sequence(item):
        method, location = der.sequence(access)[:2]
        found.get(der.oid(der.expect(method, der.OID)), []).extend(_urls((location,)))
    return replace(known, ocsp_urls=tuple(found[_OCSP]), aia_urls=tuple(found[_CA_ISSUERS]))


def _urls(items: tuple[der.Element, ...]) -> list[str]:
    """Return the addresses that may be asked: http and https only."""
    return [text for text in _texts(items) if text.lower().startswith(("http://", "https://"))]


def _texts(items: tuple[der.Element, ...]) -> list[str]:
    return [names.text(der.Element(0x16, i.content, i.raw)) for i in items if i.tag == _URI]


def _subject_key(known: Extensions, item: der.Element) -> Extensions:
    return replace(known, subject_key=der.expect(item, der.OCTET_STRING))


def _authority_key(known: Extensions, item: der.Element) -> Extensions:
    return replace(known, authority_key=key_of_authority(item))


_READERS: dict[str, Callable[[Extensions, der.Element], Extensions]] = {
    BASIC_CONSTRAINTS: _basic_constraints,
    KEY_USAGE: _key_usage,
    EXTENDED_KEY_USAGE: _extended_key_usage,
    POLICIES: _policies,
    _ALTERNATIVE_NAME: _alternative_name,
    _CRL_POINTS: _crl_points,
    _AUTHORITY_ACCESS: _authority_access,
    _SUBJECT_KEY: _subject_key,
    _AUTHORITY_KEY: _authority_key,
}

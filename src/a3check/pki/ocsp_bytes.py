"""An OCSP response (RFC 6960 §4.2) read from its bytes: responders do not all write strict DER."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from a3check.pki import der, keys, names
from a3check.pki.crl_bytes import reason_of

LARGEST = 256 * 1024
"""Bytes; real responses have under 5000."""
MOST_ANSWERS = 256  # about how many certificates; one was asked for
MOST_CERTIFICATES = 8  # that a response may bring

_ENUMERATED = 0x0A
_BASIC = "1.3.6.1.5.5.7.48.1.1"
_BY_NAME, _BY_KEY = 0xA1, 0xA2  # choices of ResponderID
_GOOD, _REVOKED, _UNKNOWN = 0x80, 0xA1, 0x82  # choices of CertStatus
_STATUSES = {
    1: "malformed_request",
    2: "internal_error",
    3: "try_later",
    5: "sig_required",
    6: "unauthorized",
}


@dataclass(frozen=True, slots=True)
class Single:
    """What is said of one certificate, which hashes name (RFC 6960 §4.1.1).

    ``revoked`` is when; nothing where it is good, or not ``known``.
    """

    hash_oid: str
    name_hash: bytes
    key_hash: bytes
    serial: int
    issued: datetime
    until: datetime | None
    known: bool
    revoked: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OcspBytes:
    """A response's facts; ``signature`` by ``scheme`` is over ``signed``.

    The responder is named by its key's SHA-1 or by its name (RFC 6960 §4.2.1), thus one of
    ``key_hash`` and ``name`` is there.
    """

    signed: bytes = field(repr=False)
    scheme: keys.Algorithm
    signature: bytes = field(repr=False)
    certificates: tuple[bytes, ...] = field(repr=False)
    singles: tuple[Single, ...]
    key_hash: bytes | None = None
    name: names.Canonical | None = None


def read(data: bytes) -> OcspBytes | str:
    """Read a response in DER, or say why none is given (``try_later``).

    Raise ``DerError`` or ``ValueError`` where it is none.
    """
    if len(data) > LARGEST:
        raise der.DerError(f"larger than {LARGEST} bytes")
    status, *held = der.sequence(der.element(data))
    number = der.integer(der.expect(status, _ENUMERATED))
    if number:
        return _STATUSES.get(number, f"status_{number}")
    kind, basic = der.sequence(der.element(held[0].content))
    if der.oid(der.expect(kind, der.OID)) != _BASIC:
        raise der.DerError("a response of an unknown kind")
    signed, scheme, signature, *brought = der.sequence(
        der.element(der.expect(basic, der.OCTET_STRING))
    )
    certificates = der.one_by_one(der.element(brought[0].content).content) if brought else ()
    return OcspBytes(
        signed.raw,
        keys.algorithm(scheme),
        der.signature(signature),
        tuple(c.raw for c in islice(certificates, MOST_CERTIFICATES)),
        _singles(signed),
        *_responder(signed),
    )


def _responder(signed: der.Element) -> tuple[bytes | None, names.Canonical | None]:
    who = next((f for f in der.sequence(signed) if f.tag in {_BY_NAME, _BY_KEY}), None)
    if who is None:
        raise der.DerError("a response of nobody")
    inner = der.element(who.content)
    if who.tag == _BY_KEY:
        return der.expect(inner, der.OCTET_STRING), None
    return None, names.parse(inner).canonical


def _singles(signed: der.Element) -> tuple[Single, ...]:
    fields = [f for f in der.sequence(signed) if f.tag == der.SEQUENCE]  # the others are tagged
    answers = islice(der.one_by_one(fields[0].content), MOST_ANSWERS)
    return tuple(_single(answer) for answer in answers)


def _single(item: der.Element) -> Single:
    named, status, issued, *more = der.sequence(item)
    scheme, name, key, serial = der.sequence(named)
    until = next((f.content for f in more if f.tag == 0xA0), None)  # noqa: PLR2004 - [0]
    revoked, reason = _revoked(status)
    return Single(
        keys.algorithm(scheme).oid,
        der.expect(name, der.OCTET_STRING),
        der.expect(key, der.OCTET_STRING),
        der.integer(der.expect(serial, der.INTEGER)),
        der.moment(issued),
        None if until is None else der.moment(der.element(until)),
        status.tag != _UNKNOWN,
        revoked,
        reason,
    )


def _revoked(status: der.Element) -> tuple[datetime | None, str]:
    if status.tag in {_GOOD, _UNKNOWN}:
        return None, ""
    date, *more = der.children(der.expect(status, _REVOKED))
    return der.moment(date), reason_of(more[0].content if more else b"")

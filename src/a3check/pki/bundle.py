"""Certificates in the forms that files and servers bring them: PEM, DER, PKCS#7 (RFC 5652)."""

import binascii
import re
from collections.abc import Iterable, Iterator
from itertools import islice

from a3check.pki import der
from a3check.pki.certificate import Certificate, Unreadable, read

LARGEST_BUNDLE = 10_000  # certificates; ITI's list has about 400 with all that ever were

_BOUNDARY = re.compile(rb"-----(BEGIN|END) ((?:X509 |TRUSTED )?CERTIFICATE|PKCS7|CMS)-----")
_TRUSTED = b"TRUSTED CERTIFICATE"
_BASE64 = b"MI"  # a SEQUENCE of more than 127 bytes
_INDEFINITE = b"\x30\x80\x06"  # BER, as some ACs' servers write PKCS#7
_LARGEST_BER = 1024 * 1024  # bytes; a CA's own chain has some thousands
_MOST_PARTS = 6  # of a SignedData (RFC 5652 §5.1)
_DEEPEST = 8  # that a certificate lies in a PKCS#7
_OID = bytes([der.OID])
_SIGNED_DATA = "1.2.840.113549.1.7.2"


def certificates(blob: bytes) -> tuple[Certificate | Unreadable, ...]:
    """Read all certificates of a file, in its order; what is none ends as ``Unreadable``."""
    return tuple(read(item) if isinstance(item, bytes) else item for item in encoded(blob))


def load_pool(blobs: Iterable[bytes]) -> tuple[Certificate, ...]:
    """Read the certificates of many files, each once; what cannot be read is left out."""
    found = (item for blob in blobs for item in certificates(blob))
    return tuple(dict.fromkeys(item for item in found if isinstance(item, Certificate)))


def encoded(blob: bytes) -> Iterator[bytes | Unreadable]:
    """Yield what stands for a certificate in a file, before anything of it is read."""
    found = False
    for label, body in islice(_blocks(blob), LARGEST_BUNDLE):
        found = True
        yield from _block(label, body)
    if not found:
        yield from _binary(_unarmoured(blob))


def _blocks(blob: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield what stands between BEGIN and END; a BEGIN without its END begins nothing."""
    opened: re.Match[bytes] | None = None
    for boundary in _BOUNDARY.finditer(blob):
        if boundary[1] == b"BEGIN":
            opened = boundary
        elif opened is not None and opened[2] == boundary[2]:
            yield boundary[2], blob[opened.end() : boundary.start()]
            opened = None


def _block(label: bytes, body: bytes) -> tuple[bytes | Unreadable, ...]:
    text = body
    if b":" in body:  # RFC 1421's headers
        text = b"".join(line for line in body.splitlines() if b":" not in line)
    try:
        held = binascii.a2b_base64(b"".join(text.split()), strict_mode=True)
    except binascii.Error as error:
        return (Unreadable(body, f"damaged base64: {error}"),)
    return (_trusted(held),) if label == _TRUSTED else _binary(held)


def _unarmoured(blob: bytes) -> bytes:
    """Decode base64 that lacks its BEGIN and END, as it is copied out of mails."""
    text = b"".join(blob.split()) if blob.lstrip().startswith(_BASE64) else b""
    try:
        return binascii.a2b_base64(text, strict_mode=True) if text else blob
    except binascii.Error:
        return blob


def _trusted(held: bytes) -> bytes:
    """Leave out what OpenSSL appends to a certificate that somebody trusts (X509_CERT_AUX)."""
    try:
        return held[: der.header(held)[2]]
    except der.DerError:
        return held


def _binary(blob: bytes) -> tuple[bytes, ...]:
    try:
        found = _pkcs7(blob)
    except (ValueError, IndexError):  # a part is missing
        found = None
    return (blob,) if found is None else found


def _pkcs7(blob: bytes) -> tuple[bytes, ...] | None:
    """Return the certificates of a SignedData; nothing where it is no PKCS#7."""
    if blob.startswith(_INDEFINITE) and len(blob) <= _LARGEST_BER:
        blob, _ = _definite(blob, 0)
    _, at, _ = der.header(blob)
    if blob[at : at + 1] != _OID:  # a certificate begins with a SEQUENCE
        return None
    content_type, content = islice(der.one_by_one(der.element(blob).content), 2)
    if der.oid(content_type.content) != _SIGNED_DATA:
        return None
    parts = islice(der.one_by_one(der.element(content.content).content), _MOST_PARTS)
    held = next((part.content for part in parts if part.tag == 0xA0), b"")  # noqa: PLR2004 - [0]
    return tuple(item.raw for item in islice(der.one_by_one(held), LARGEST_BUNDLE))


def _definite(data: bytes, at: int, depth: int = 0) -> tuple[bytes, int]:
    """Rewrite an element that ends by a mark (X.690 §8.1.3.6) with its length; return its end."""
    if data[at + 1] != 0x80 or depth > _DEEPEST:  # noqa: PLR2004 - no length
        _, _, end = der.header(data, at)
        return data[at:end], end
    tag, at, parts = data[at], at + 2, []
    while data[at : at + 2] != b"\x00\x00":
        part, at = _definite(data, at, depth + 1)
        parts.append(part)
    return der.encode(tag, b"".join(parts)), at + 2

"""Certificates in the forms that files and servers bring them: PEM, DER, PKCS#7 (RFC 5652)."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from itertools import islice

from a3check.pki import der
from a3check.pki.certificate import Certificate, Unreadable, read

LARGEST_BUNDLE = 10_000  # certificates; ITI's list has about 400 with all that ever were

_BOUNDARY = re.compile(rb"-----(BEGIN|END) ((?:X509 |TRUSTED )?CERTIFICATE|PKCS7|CMS)-----")
_SIGNED_DATA = "1.2.840.113549.1.7.2"


def certificates(blob: bytes) -> tuple[Certificate | Unreadable, ...]:
    """Read all certificates of a file, in its order; what is none ends as ``Unreadable``."""
    blocks = tuple(islice(_blocks(blob), LARGEST_BUNDLE))
    if not blocks:
        return _binary(blob)
    return tuple(item for body in blocks for item in _block(body))


def load_pool(blobs: Iterable[bytes]) -> tuple[Certificate, ...]:
    """Read the certificates of many files, each once; what cannot be read is left out."""
    found = (item for blob in blobs for item in certificates(blob))
    return tuple(dict.fromkeys(item for item in found if isinstance(item, Certificate)))


def _blocks(blob: bytes) -> Iterator[bytes]:
    """Yield what stands between BEGIN and END; a BEGIN without its END begins nothing."""
    opened: re.Match[bytes] | None = None
    for boundary in _BOUNDARY.finditer(blob):
        if boundary[1] == b"BEGIN":
            opened = boundary
        elif opened is not None and opened[2] == boundary[2]:
            yield blob[opened.end() : boundary.start()]
            opened = None


def _block(body: bytes) -> tuple[Certificate | Unreadable, ...]:
    lines = [line for line in body.splitlines() if b":" not in line]  # RFC 1421's headers
    try:
        return _binary(base64.b64decode(b"".join(b"".join(lines).split()), validate=True))
    except binascii.Error as error:
        return (Unreadable(body, f"damaged base64: {error}"),)


def _binary(blob: bytes) -> tuple[Certificate | Unreadable, ...]:
    try:
        found = _pkcs7(blob)
    except (ValueError, IndexError):  # a part is missing
        found = None
    return (read(blob),) if found is None else found


def _pkcs7(blob: bytes) -> tuple[Certificate | Unreadable, ...] | None:
    """Return the certificates of a SignedData; nothing where it is no PKCS#7."""
    content_type, content = der.sequence(der.element(blob))[:2]
    if content_type.tag != der.OID or der.oid(content_type.content) != _SIGNED_DATA:
        return None
    parts = der.sequence(der.element(content.content))
    held = next((part.content for part in parts if part.tag == 0xA0), b"")  # noqa: PLR2004 - [0]
    return tuple(read(item.raw) for item in der.children(held)[:LARGEST_BUNDLE])

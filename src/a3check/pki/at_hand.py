"""CRLs and OCSP responses in the forms that files bring them: DER and PEM (RFC 7468)."""

import base64
import re
from collections.abc import Callable

from a3check.pki import crl_bytes, ocsp_bytes

_BLOCK = re.compile(rb"-----BEGIN (X509 CRL|OCSP RESPONSE)-----(.*?)-----END \1-----", re.DOTALL)


def crls(blob: bytes) -> tuple[bytes, ...]:
    """Return the CRLs of a file in DER, in its order; none where one is damaged."""
    return _readable(blob, b"X509 CRL", _walked)


def responses(blob: bytes) -> tuple[bytes, ...]:
    """Return the OCSP responses of a file in DER, whatever they say; none where one is damaged."""
    return _readable(blob, b"OCSP RESPONSE", ocsp_bytes.read)


def _walked(der: bytes) -> None:
    """Read a list as whoever judges it, and step over its entries."""
    crl_bytes.read(der).find(0)


def _readable(blob: bytes, label: bytes, load: Callable[[bytes], object]) -> tuple[bytes, ...]:
    blocks = [body for name, body in _BLOCK.findall(blob) if name == label]
    try:
        found = tuple(base64.b64decode(b"".join(b.split()), validate=True) for b in blocks)
        for der in found or (blob,):
            load(der)
    except (ValueError, IndexError):  # base64 and DER; a part is missing
        return ()
    return found or (blob,)

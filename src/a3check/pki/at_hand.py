"""CRLs and OCSP responses in the forms that files bring them: DER and PEM (RFC 7468)."""

import base64
import binascii
import re
from collections.abc import Callable

from cryptography import x509
from cryptography.x509 import ocsp

from a3check.pki.answers import DAMAGED

_BLOCK = re.compile(rb"-----BEGIN (X509 CRL|OCSP RESPONSE)-----(.*?)-----END \1-----", re.DOTALL)


def crls(blob: bytes) -> tuple[bytes, ...]:
    """Return the CRLs of a file in DER, in its order; none where one is damaged."""
    return _readable(blob, b"X509 CRL", x509.load_der_x509_crl)


def responses(blob: bytes) -> tuple[bytes, ...]:
    """Return the OCSP responses of a file in DER, whatever they say; none where one is damaged."""
    return _readable(blob, b"OCSP RESPONSE", ocsp.load_der_ocsp_response)


def _readable(blob: bytes, label: bytes, load: Callable[[bytes], object]) -> tuple[bytes, ...]:
    blocks = [body for name, body in _BLOCK.findall(blob) if name == label]
    try:
        found = tuple(base64.b64decode(b"".join(b.split()), validate=True) for b in blocks)
        for der in found or (blob,):
            load(der)
    except (binascii.Error, *DAMAGED):
        return ()
    return found or (blob,)

"""Is a file a .pfx or .p12, which holds a private key beside its certificate (RFC 7292)?"""

from a3check.pki import der

_BER = b"\x30\x80"
"""A SEQUENCE of indefinite length, as NSS and Java write theirs."""
_INSIDE = bytes([der.INTEGER, 1, 3, der.SEQUENCE])
"""How a PFX goes on (RFC 7292 §4): version 3, then its ContentInfo."""


def is_pfx(blob: bytes) -> bool:
    """Tell it by the first bytes alone: nothing in such a file is opened, nor decrypted."""
    if blob.startswith(_BER):
        return blob.startswith(_INSIDE, len(_BER))
    try:
        tag, body, _ = der.header(blob)
    except der.DerError:
        return False
    return tag == der.SEQUENCE and blob.startswith(_INSIDE, body)

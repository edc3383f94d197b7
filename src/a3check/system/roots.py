"""Which roots for web servers came with this Linux, and were not added by somebody?"""

import binascii
import hashlib
import logging
import re
from collections.abc import Iterator
from pathlib import Path

_log = logging.getLogger(__name__)

_PACKAGED = (
    "usr/share/ca-certificates/mozilla/*.crt",  # Debian, Ubuntu: ca-certificates
    "usr/share/pki/ca-trust-source/*.p11-kit",  # Fedora and its kin: ca-certificates
    "usr/share/ca-certificates/trust-source/*.p11-kit",  # Arch: ca-certificates-mozilla
    "usr/share/pki/trust/*.p11-kit",  # SUSE: ca-certificates-mozilla
)
"""Never the places for an administrator's own, below /usr/local and /etc, nor what
``update-ca-certificates`` and ``update-ca-trust`` make of both."""
_LARGEST = 8 * 1024 * 1024  # bytes; all of Mozilla's are below 1 MB
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)


def shipped(root: Path) -> frozenset[str] | None:
    """Return the SHA-256 of each root's DER; nothing where no package's files are found."""
    files = (path for pattern in _PACKAGED for path in sorted(root.glob(pattern)))
    return frozenset(digest for path in files for digest in _digests(path)) or None


def _digests(path: Path) -> Iterator[str]:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST)
    except OSError as error:
        _log.warning("a package's root cannot be read: %s: %s", path.name, error.strerror)
        return
    for body in _PEM.findall(content):
        try:
            yield hashlib.sha256(binascii.a2b_base64(body)).hexdigest()
        except binascii.Error:
            continue

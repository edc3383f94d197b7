"""A dated list of CA certificates as one file: written whole, known to be whole when read."""

import base64
import hashlib
import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

_HEAD = re.compile(rb"a3check-cas 1 (\d{4}-\d\d-\d\d) sha256:([0-9a-f]{64})\n")
_BEGIN = b"-----BEGIN CERTIFICATE-----"
_COLUMNS = 64  # of a PEM line (RFC 7468 §2)


@dataclass(frozen=True, slots=True)
class CaList:
    """CA certificates and the day as of which they are all of ICP-Brasil's.

    ``pem`` is the whole file: its first line is none of PEM's, and thus none of its readers'.
    """

    day: date
    pem: bytes

    @property
    def count(self) -> int:
        """How many they are."""
        return self.pem.count(_BEGIN)


def dumps(day: date, certificates: Iterable[bytes]) -> bytes:
    """Write a list of certificates (DER); the same ones give the same bytes, in any order."""
    pem = b"".join(map(_block, sorted(certificates)))
    return f"a3check-cas 1 {day} sha256:{_digest(day.isoformat(), pem)}\n".encode() + pem


def loads(blob: bytes) -> CaList | None:
    """Read a list; nothing where it is damaged: then neither its date nor its CAs count."""
    head = _HEAD.match(blob)
    if head is None:
        return None
    written, pem = head[1].decode(), blob[head.end() :]
    if _digest(written, pem) != head[2].decode():
        return None
    try:
        return CaList(date.fromisoformat(written), blob)
    except ValueError:  # a 30th of February that somebody signed for
        return None


def day_of(blobs: Iterable[bytes]) -> date | None:
    """Return the day of the newest list among files of CA certificates; nothing without any."""
    listed = (found.day for blob in blobs if (found := loads(blob)))
    return max(listed, default=None)


def _digest(day: str, pem: bytes) -> str:
    return hashlib.sha256(day.encode() + b"\n" + pem).hexdigest()


def _block(der: bytes) -> bytes:
    lines = textwrap.wrap(base64.b64encode(der).decode(), _COLUMNS)
    return b"\n".join((_BEGIN, *map(str.encode, lines), b"-----END CERTIFICATE-----", b""))

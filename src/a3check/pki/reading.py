"""A CRL that was read: what was found out about it once is not found out for each certificate."""

import base64
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from a3check.pki import crl_bytes, der, keys
from a3check.pki.crl_bytes import CrlBytes, Entry

SMALL = 1024 * 1024
"""Bytes of a list up to which it may stay in memory after it was read."""
MOST_BYTES = 64 * 1024 * 1024
"""Bytes of all longer ones that stay while they are remembered; one alone may have that many."""
_SEQUENCE = bytes([der.SEQUENCE])


class Reading:
    """A list's facts, whose key signed it, and whether its entries were stepped over.

    Many threads may ask at once: each thing is found out by one, and the others wait for it.
    """

    __slots__ = ("_checked", "_lock", "_whole", "crl")

    def __init__(self, crl: CrlBytes) -> None:
        self.crl = crl
        self._checked: dict[bytes, keys.Checked] = {}
        self._whole = False
        self._lock = threading.Lock()

    def signed_by(self, spki: bytes) -> keys.Checked:
        """Check the list's signature with a key."""
        crl = self.crl
        with self._lock:
            if spki not in self._checked:
                self._checked[spki] = keys.verify(spki, crl.scheme, crl.signed, crl.signature)
            return self._checked[spki]

    def find(self, serial: int) -> Entry | None:
        """Look a serial number up; raise ``DerError`` where the entries are damaged.

        Once all entries were stepped over, a serial whose bytes occur nowhere is not listed.
        """
        with self._lock:
            if self._whole and not self.crl.mentions(serial):
                return None
            found = self.crl.find(serial)
            self._whole = True
            return found


class _Long:
    """Long lists, kept as long as somebody remembers them, the latest used ones."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[bytes, Reading] = OrderedDict()
        self._remembering = 0

    def read(self, body: bytes) -> Reading:
        with self._lock:  # one at a time: sixteen threads would hold the same list sixteen times
            known = self._held.pop(body, None) or Reading(crl_bytes.read(_binary(body)))
            if self._remembering and len(body) <= MOST_BYTES:
                self._held[body] = known
                while sum(map(len, self._held)) > MOST_BYTES:
                    self._held.popitem(last=False)
            return known

    def begin(self) -> None:
        with self._lock:
            self._remembering += 1

    def end(self) -> None:
        with self._lock:
            self._remembering -= 1
            if not self._remembering:
                self._held.clear()


_LONG = _Long()


def read(body: bytes) -> Reading:
    """Read a list in DER or PEM; raise ``DerError`` or ``ValueError`` where it is none."""
    return _small(body) if len(body) <= SMALL else _LONG.read(body)


@contextmanager
def remembering() -> Iterator[None]:
    """Keep the long lists that are read meanwhile; the last one to leave forgets them all."""
    _LONG.begin()
    try:
        yield
    finally:
        _LONG.end()


@lru_cache(maxsize=8)
def _small(body: bytes) -> Reading:
    return Reading(crl_bytes.read(_binary(body)))


def _binary(body: bytes) -> bytes:
    if body.startswith(_SEQUENCE):
        return body
    return base64.b64decode(b"".join(body.split(b"-----", 3)[2].split()))  # PEM

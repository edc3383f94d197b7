"""The PIN: bytes that show themselves to nobody and are overwritten after use."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


class Secret:
    """Wraps a PIN as a ``bytearray`` that this object owns from now on.

    It has no readable form: ``repr`` hides it, it cannot be pickled, copied,
    compared or hashed into a set. :meth:`empty` overwrites it in place.
    """

    __slots__ = ("_bytes",)

    def __init__(self, pin: bytearray) -> None:
        self._bytes = pin

    def __len__(self) -> int:
        """Return its length in bytes (UTF-8), the unit of CK_TOKEN_INFO's limits."""
        return len(self._bytes)

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not copied")

    @contextmanager
    def opened(self) -> Iterator[bytearray]:
        """Lend the bytes and overwrite them at the end of the block."""
        try:
            yield self._bytes
        finally:
            self.empty()

    def digest(self, salt: bytes) -> bytes:
        """Return a salted digest (HMAC-SHA-256), to tell a repeated PIN without keeping it."""
        import hashlib  # noqa: PLC0415 - libcrypto, which the first window does without
        import hmac  # noqa: PLC0415 - as above

        return hmac.new(salt, self._bytes, hashlib.sha256).digest()

    def twin(self) -> "Secret":
        """Return a second one with bytes of its own, for its one other reader to empty."""
        return Secret(bytearray(self._bytes))

    def empty(self) -> None:
        """Overwrite it with zeros and forget its length."""
        for index in range(len(self._bytes)):
            self._bytes[index] = 0
        self._bytes.clear()

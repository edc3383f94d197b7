r"""How do a probe process and its parent speak?

One JSON object a line, UTF-8, ``\n``:

=========================================  ===================================================
parent to child                            meaning
``{"parent": PID}``                        the first line: who must be alive
``{"id": 1, "method": M, "params": {…}}``  a request; with ``"secret": N``, N raw bytes follow
``{"answer": 1, "result": {…}}``           the answer to a question of the child's
child to parent
``{"id": 1, "result": {…}}``               the reply
``{"id": 1, "error": {…}}``                the refusal: ``kind``, ``call``, ``detail``
``{"event": "calling", "call": C}``        a call of the vendor's interface begins
``{"event": E, …}``                        something else happened
``{"ask": 1, "method": M, "params": {…}}`` a question to the parent
=========================================  ===================================================

Bytes travel as base64. The PIN is never in a line: it is the raw bytes behind one.
"""

import base64
import binascii
import io
import json
from collections.abc import Mapping

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes; a longer line is garbage."""

UNAVAILABLE = "UNAVAILABLE"
"""The detail of a refusal where a probe's own libraries are not on this computer."""

_CHUNK = 64 * 1024


class BrokenChannelError(Exception):
    """What came is no message: not JSON, no object, too long, or cut."""


class RefusalError(Exception):
    """A call of the child's ended with an error.

    ``kind`` is a value of ``core.fault.FaultKind`` (a plain text, so that the
    child imports less); ``call`` and ``detail`` as in ``core.fault.Fault``.
    """

    def __init__(self, call: str, detail: str, kind: str = "refused") -> None:
        super().__init__(f"{call}: {detail}")
        self.kind, self.call, self.detail = kind, call, detail


class Intake:
    """Reads messages, and the secrets behind them, from an unbuffered stream.

    It keeps no copy of a secret: its own buffer is overwritten.
    """

    def __init__(self, source: io.RawIOBase, longest: int = LONGEST_LINE) -> None:
        self._source = source
        self._longest = longest
        self._chunk = bytearray(_CHUNK)
        self._start = self._end = 0

    def message(self) -> dict[str, object] | None:
        """Return the next message, nothing at the end; raise :class:`BrokenChannelError`."""
        line = bytearray()
        while True:
            newline = self._chunk.find(b"\n", self._start, self._end)
            stop = self._end if newline < 0 else newline
            line += self._chunk[self._start : stop]
            if len(line) > self._longest:
                raise BrokenChannelError("line too long")
            if newline >= 0:
                self._start = newline + 1
                return _parsed(line)
            if not self._fill():
                return None

    def secret(self, length: int) -> bytearray:
        """Return the raw bytes behind the last message."""
        secret = bytearray(length)
        done = 0
        while done < length:
            if self._start == self._end and not self._fill():
                raise BrokenChannelError("secret cut")
            stop = min(self._end, self._start + length - done)
            size = stop - self._start
            for offset in range(size):
                secret[done + offset] = self._chunk[self._start + offset]
                self._chunk[self._start + offset] = 0
            self._start, done = stop, done + size
        return secret

    def _fill(self) -> bool:
        try:
            self._start, self._end = 0, self._source.readinto(self._chunk) or 0
        except (OSError, ValueError):  # closed under us: the end, too
            self._end = 0
        return self._end > 0


def line(message: Mapping[str, object]) -> bytes:
    """Return a message as its line."""
    return json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n"


def packed(data: bytes) -> str:
    """Return bytes as they travel."""
    return base64.b64encode(data).decode("ascii")


def unpacked(text: object) -> bytes:
    """Return the bytes of :func:`packed`; empty for anything else."""
    try:
        return base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        return b""


def wipe(secret: bytearray) -> None:
    """Overwrite and empty it."""
    for index in range(len(secret)):
        secret[index] = 0
    secret.clear()


def _parsed(text: bytearray) -> dict[str, object]:
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BrokenChannelError("no JSON") from error
    if not isinstance(message, dict):
        raise BrokenChannelError("no object")
    return message

"""Splits the one screen of an X server into monitors (RandR 1.5), as cables would.

``xrandr --setmonitor`` of Debian 12 ends before the server has read its request, so the few
requests are written here (X11 protocol, chapters 1 and 8; randrproto, section 7).
"""

import socket
import struct
from types import TracebackType
from typing import Self

_SECONDS = 10.0
_INTERN_ATOM, _QUERY_EXTENSION = 16, 98
_VERSION, _RESOURCES, _SET, _DELETE = 0, 25, 43, 44
_REPLY = 32


class Monitors:
    """The monitors of a display on this computer (``:1``)."""

    def __init__(self, display: str) -> None:
        """Connect; raises ``OSError``."""
        self._wire = socket.socket(socket.AF_UNIX)
        self._wire.settimeout(_SECONDS)
        self._wire.connect(f"/tmp/.X11-unix/X{display.removeprefix(':')}")  # noqa: S108 - X's place
        self._wire.sendall(struct.pack("<cxHHHHxx", b"l", 11, 0, 0, 0))
        *_, length = struct.unpack("<BxHHH", self._take(8))
        setup = self._take(length * 4)
        vendor, formats = struct.unpack_from("<H", setup, 16)[0], setup[21]
        self._root = struct.unpack_from("<I", setup, 32 + _padded(vendor) + formats * 8)[0]
        self._randr = self._named(_QUERY_EXTENSION, b"RANDR")[9]
        self._ask(self._randr, _VERSION, struct.pack("<II", 1, 5))
        self._plugged = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._wire.close()

    def plug(self, name: str, left: int, width: int, height: int) -> None:
        """Make a monitor; the first one takes the place of the whole screen."""
        outputs = b"" if self._plugged else self._output()
        count, self._plugged = len(outputs) // 4, self._plugged + 1
        place = (count, left, 0, width, height, 400, 250)
        info = struct.pack("<IIBBHhhHHII", self._root, self._atom(name), 0, 0, *place)
        self._send(self._randr, _SET, info + outputs)
        self._output()  # an answer: the server has done it

    def unplug(self, name: str) -> None:
        """Take a monitor away."""
        self._send(self._randr, _DELETE, struct.pack("<II", self._root, self._atom(name)))
        self._output()

    def _output(self) -> bytes:
        reply = self._ask(self._randr, _RESOURCES, struct.pack("<I", self._root))
        crtcs = struct.unpack_from("<H", reply, 16)[0]
        return reply[_REPLY + crtcs * 4 :][:4]

    def _atom(self, name: str) -> int:
        return int(struct.unpack_from("<I", self._named(_INTERN_ATOM, name.encode()), 8)[0])

    def _named(self, request: int, name: bytes) -> bytes:
        body = struct.pack("<Hxx", len(name)) + name.ljust(_padded(len(name)), b"\0")
        return self._ask(request, 0, body)

    def _send(self, request: int, minor: int, body: bytes) -> None:
        self._wire.sendall(struct.pack("<BBH", request, minor, 1 + len(body) // 4) + body)

    def _ask(self, request: int, minor: int, body: bytes) -> bytes:
        self._send(request, minor, body)
        head = self._take(_REPLY)
        assert head[0] == 1, f"the X server refused: {head.hex()}"
        return head + self._take(struct.unpack_from("<I", head, 4)[0] * 4)

    def _take(self, size: int) -> bytes:
        taken = b""
        while len(taken) < size:
            more = self._wire.recv(size - len(taken))
            assert more, "the X server hung up"
            taken += more
        return taken


def _padded(size: int) -> int:
    return -(-size // 4) * 4

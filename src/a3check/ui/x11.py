"""Where is the window in front, on an X server whose window manager tells (EWMH)?"""

import ctypes
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

LIBRARY = "libxcb.so.1"
"""Qt's own plugin for X11 is linked with it; Xlib would end the process on an error."""
ACTIVE, EXTENTS = b"_NET_ACTIVE_WINDOW", b"_NET_FRAME_EXTENTS"

_ANY_TYPE = 0
_EXTENTS = 4
"""Left, right, top, bottom."""
_ID = struct.Struct("<xxxxxxxxI")  # a reply's ninth byte and on: an atom, a root
_GEOMETRY = struct.Struct("<12xhhHH")
_PLACE = struct.Struct("<12xhh")
_PROPERTY = struct.Struct("<xBxxxxxxxxxxxxxxI")
_VALUE = 32
"""Bytes before a property's value."""
_MOST = 4
"""Numbers that are read of a property."""


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


class _Screens(ctypes.Structure):
    _fields_ = (("data", ctypes.c_void_p), ("rem", ctypes.c_int), ("index", ctypes.c_int))


def front() -> tuple[int, int, int, int] | None:
    """Return left, top, width and height of the window in front, its frame included.

    Nothing where there is none, or nobody tells: no X server, no window manager.
    """
    try:
        with _server() as server:
            return server.front()
    except (OSError, LookupError):
        return None


class _Server:
    def __init__(self, library: ctypes.CDLL, connection: int) -> None:
        self._library, self._connection = library, connection
        screens: _Screens = library.xcb_setup_roots_iterator(library.xcb_get_setup(connection))
        if not screens.data:
            raise LookupError
        self._root = ctypes.c_uint32.from_address(screens.data).value

    def front(self) -> tuple[int, int, int, int]:
        active = self._numbers(self._root, ACTIVE)
        if not active or not active[0]:
            raise LookupError
        window = active[0]
        _, _, width, height = self._ask("get_geometry", _GEOMETRY, ctypes.c_uint32(window))
        left, top = self._ask(
            "translate_coordinates",
            _PLACE,
            ctypes.c_uint32(window),
            ctypes.c_uint32(self._root),
            ctypes.c_int16(0),
            ctypes.c_int16(0),
        )
        frame = self._numbers(window, EXTENTS)
        west, east, north, south = frame if len(frame) == _EXTENTS else (0, 0, 0, 0)
        return left - west, top - north, width + west + east, height + north + south

    def _numbers(self, window: int, name: bytes) -> tuple[int, ...]:
        """Return the numbers (32 bits each) of a property; none where it is not set."""
        (atom,) = self._ask(
            "intern_atom", _ID, ctypes.c_uint8(1), ctypes.c_uint16(len(name)), name
        )
        asked = (0, window, atom, _ANY_TYPE, 0, _MOST)
        arguments = (ctypes.c_uint8(asked[0]), *map(ctypes.c_uint32, asked[1:]))
        values: list[int] = []
        width, count = self._ask("get_property", _PROPERTY, *arguments, rest=values)
        return tuple(values[:count]) if width == 4 * 8 else ()

    def _ask(
        self, request: str, form: struct.Struct, *arguments: object, rest: list[int] | None = None
    ) -> tuple[int, ...]:
        """Send a request and read its reply; ``rest`` takes the numbers that follow it."""
        send = getattr(self._library, f"xcb_{request}")
        send.restype = _Cookie
        read = getattr(self._library, f"xcb_{request}_reply")
        read.restype = ctypes.c_void_p
        reply = read(ctypes.c_void_p(self._connection), send(self._pointer, *arguments), None)
        if not reply:
            raise LookupError
        try:
            head = form.unpack(ctypes.string_at(reply, form.size))
            if rest is not None:
                size = min(head[-1], _MOST) * 4
                rest.extend(
                    struct.unpack(f"<{size // 4}I", ctypes.string_at(reply + _VALUE, size))
                )
        finally:
            _free(reply)
        return head

    @property
    def _pointer(self) -> ctypes.c_void_p:
        return ctypes.c_void_p(self._connection)


@contextmanager
def _server() -> Iterator[_Server]:
    library = _library()
    connection = library.xcb_connect(None, None)
    try:
        if library.xcb_connection_has_error(connection):
            raise LookupError
        yield _Server(library, connection)
    finally:
        library.xcb_disconnect(connection)


@cache
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(LIBRARY)
    library.xcb_connect.restype = ctypes.c_void_p
    library.xcb_get_setup.restype = ctypes.c_void_p
    library.xcb_setup_roots_iterator.restype = _Screens
    for name in ("connection_has_error", "disconnect", "get_setup", "setup_roots_iterator"):
        getattr(library, f"xcb_{name}").argtypes = (ctypes.c_void_p,)
    return library


def _free(reply: int) -> None:
    free = ctypes.CDLL(None).free
    free.argtypes, free.restype = (ctypes.c_void_p,), None
    free(reply)

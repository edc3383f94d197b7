"""What does the loader say of a PKCS#11 library, and which lists does it give?

Done by ctypes, before and beside PyKCS11: that one drops the loader's words, loads and
initialises in one go, and believes any count that a module claims.
"""

import ctypes
import sys
from collections.abc import Callable

from a3check.probes.opening import opened
from a3check.probes.protocol import RefusalError

MOST = 10_000
"""More slots, mechanisms or objects than this is a defect, not a list."""
SLOT_LIST, MECHANISM_LIST = 4, 7
"""Positions in CK_FUNCTION_LIST (PKCS#11 v2.40 §3.6)."""

_ABSURD = "ABSURD_COUNT"
_BUFFER_TOO_SMALL = 0x150


class _FunctionList(ctypes.Structure):
    if sys.platform == "win32":
        _pack_ = 1  # PKCS#11 v2.40 §2.1.2
    _fields_ = (("version", ctypes.c_ubyte * 2), ("functions", ctypes.c_void_p * 68))


class Library:
    """A loaded PKCS#11 library."""

    def __init__(self, functions: _FunctionList, name: Callable[[int], str]) -> None:
        self._functions = functions
        self._name = name

    def slots(self, *, with_token: bool) -> list[int]:
        """Return the slots' ids (C_GetSlotList)."""
        function = self._function(SLOT_LIST, ctypes.c_ubyte)
        return self._list("C_GetSlotList", lambda *list_: function(int(with_token), *list_))

    def mechanisms(self, slot: int) -> list[int]:
        """Return the numbers of a token's mechanisms (C_GetMechanismList)."""
        function = self._function(MECHANISM_LIST, ctypes.c_ulong)
        return self._list("C_GetMechanismList", lambda *list_: function(slot, *list_))

    def _function(self, index: int, first: type) -> Callable[..., int]:
        counts = ctypes.POINTER(ctypes.c_ulong)
        prototype = ctypes.CFUNCTYPE(ctypes.c_ulong, first, counts, counts)
        address = self._functions.functions[index]
        if not address:
            raise RefusalError("C_GetFunctionList", "NULL")
        return prototype(address)

    def _list(self, call: str, function: Callable[..., int]) -> list[int]:
        count = ctypes.c_ulong(0)
        self._check(call, function(None, ctypes.byref(count)))
        for _ in range(2):  # it may have grown in between
            if count.value > MOST:
                raise RefusalError(call, _ABSURD)
            room = max(1, count.value)
            items = (ctypes.c_ulong * room)()
            code = function(items, ctypes.byref(count))
            if code != _BUFFER_TOO_SMALL:
                break
        self._check(call, code)
        if count.value > room:
            raise RefusalError(call, _ABSURD)
        return list(items[: count.value])

    def _check(self, call: str, code: int) -> None:
        if code:
            raise RefusalError(call, self._name(code))


def load(path: str, calling: Callable[[str], None], name: Callable[[int], str]) -> Library:
    """Load a library from its absolute path; ``name`` gives a CKR code its name.

    Raises :class:`RefusalError` of kind ``not_loaded`` with the loader's words, ``blocked`` with
    who guards this computer, or ``not_pkcs11``.
    """
    calling("load")
    module = opened(path)
    try:
        function = module.C_GetFunctionList
    except AttributeError:
        raise RefusalError("load", "C_GetFunctionList", "not_pkcs11") from None
    pointer = ctypes.POINTER(_FunctionList)()
    function.restype = ctypes.c_ulong
    function.argtypes = (ctypes.POINTER(ctypes.POINTER(_FunctionList)),)
    calling("C_GetFunctionList")
    code = function(ctypes.byref(pointer))
    if code or not ctypes.cast(pointer, ctypes.c_void_p).value:
        raise RefusalError("C_GetFunctionList", name(code) if code else "NULL")
    return Library(pointer.contents, name)

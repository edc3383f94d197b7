"""How is a library's file opened, so that this very file is, and nothing else with it?

On Windows: by its absolute path, in UTF-16; what it needs is looked for in its own folder and in
System32, never in the current folder nor in PATH (Microsoft Learn, ``LoadLibraryExW``).
"""

import ctypes
import os
import sys
from typing import NoReturn

from a3check.probes.protocol import RefusalError

OPEN = "load"
"""The call's name, in what is said of it."""
SEARCH = 0x100 | 0x800
"""LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR, LOAD_LIBRARY_SEARCH_SYSTEM32."""
EXIT_CRASH = 72
"""Vendor code crashed, and Windows or ctypes caught it: nothing here is sound now."""

_NOACCESS = 998
_SAYS_NO = 1114
_BLOCKED = {
    5: "ERROR_ACCESS_DENIED",
    225: "ERROR_VIRUS_INFECTED",
    226: "ERROR_VIRUS_DELETED",
    577: "ERROR_INVALID_IMAGE_HASH",
    1260: "ERROR_ACCESS_DISABLED_BY_POLICY",
    4551: "ERROR_SYSTEM_INTEGRITY_POLICY_VIOLATION",
}
"""Who guards this computer says no (Microsoft Learn, "System Error Codes")."""


def refusal(code: int, words: str) -> RefusalError | None:
    """Return what a code of LoadLibraryExW means; nothing for a crash in the library's start.

    126 and 127, a library or a function that is not there, 193, one for another processor, and
    whatever else are the loader's own words, kind ``not_loaded``.
    """
    if code == _NOACCESS:
        return None  # an exception in DllMain, which the loader has caught
    if code == _SAYS_NO:
        return RefusalError("DllMain", "ERROR_DLL_INIT_FAILED")
    if code in _BLOCKED:
        return RefusalError(OPEN, _BLOCKED[code], "blocked")
    plain = " ".join(words.split()).rstrip(".")
    return RefusalError(OPEN, f"{code}: {plain}" if plain else str(code), "not_loaded")


def ansi_name(path: str, short: str) -> str:
    """Return a spelling for an interface of bytes; empty where there is none.

    The bare name finds the very library that is loaded already, wherever it lies; ``short`` is
    the file's 8.3 name, where Windows keeps one.
    """
    spellings = (path, _last(path), _last(short))
    return next((name for name in spellings if name and name.isascii()), "")


def _last(path: str) -> str:
    return path.replace("/", "\\").rpartition("\\")[2]


if sys.platform == "win32":
    _kernel = ctypes.WinDLL("kernel32.dll", use_last_error=True, winmode=0x800)
    _kernel.LoadLibraryExW.restype = ctypes.c_void_p
    _kernel.LoadLibraryExW.argtypes = (ctypes.c_wchar_p, ctypes.c_void_p, ctypes.c_uint32)
    _kernel.GetModuleHandleW.restype = ctypes.c_void_p
    _kernel.GetModuleHandleW.argtypes = (ctypes.c_wchar_p,)
    _kernel.GetShortPathNameW.restype = ctypes.c_uint32
    _kernel.GetShortPathNameW.argtypes = (ctypes.c_wchar_p, ctypes.c_wchar_p, ctypes.c_uint32)

    def opened(path: str) -> ctypes.CDLL:
        """Open a library; :class:`RefusalError` says why it cannot be."""
        whole = os.path.abspath(path)  # noqa: PTH100 - backslashes, and no link followed
        handle = _kernel.LoadLibraryExW(whole, None, SEARCH)
        if not handle:
            code = ctypes.get_last_error()
            said = refusal(code, ctypes.FormatError(code))
            if said is None:
                _crashed()
            raise said
        return ctypes.CDLL(whole, handle=handle)

    def pykcs11_path(path: str) -> str:
        """Return the spelling for PyKCS11, which on Windows knows bytes of one code page only.

        Raises :class:`RefusalError` where none leads to the library that is open already: another
        one of the same name may be, and a name may have letters that no code page has.
        """
        whole = os.path.abspath(path)  # noqa: PTH100 - as it was opened
        name = ansi_name(whole, _short(whole))
        loaded = _kernel.GetModuleHandleW(whole)
        if not name or not loaded or _kernel.GetModuleHandleW(name) != loaded:
            raise RefusalError(OPEN, "NAME_NOT_USABLE")
        return name

    def _short(path: str) -> str:
        room = ctypes.create_unicode_buffer(32768)
        return room.value if _kernel.GetShortPathNameW(path, room, len(room)) else ""

    def _crashed() -> NoReturn:
        os._exit(EXIT_CRASH)

else:

    def opened(path: str) -> ctypes.CDLL:
        """Open a library; :class:`RefusalError` holds the loader's words."""
        try:
            return ctypes.CDLL(path)  # RTLD_NOW and RTLD_LOCAL
        except OSError as error:
            words = " ".join(str(error).split())
            raise RefusalError(OPEN, words, "not_loaded") from None

    def pykcs11_path(path: str) -> str:
        """Return the spelling for PyKCS11: here a path is bytes anyway."""
        return path

"""What does Windows say of proxies? Nothing at all elsewhere.

WinHTTP is asked, not the registry: it knows policies too, and it is Windows' own interpreter of
automatic configuration (PAC, WPAD); the browsers take the same settings.
"""

import logging
import sys

from a3check.net.settings import Settings

SECONDS = 6.0
"""How long Windows may look for a script (WPAD, by DHCP and DNS), and how long run one."""
DIRECT = ""
_log = logging.getLogger(__name__)

if sys.platform == "win32":
    import ctypes
    from collections.abc import Callable
    from contextlib import suppress
    from ctypes import wintypes
    from dataclasses import replace
    from queue import Empty, SimpleQueue
    from threading import Thread

    from a3check.net.settings import windows

    _CONFIG_URL = 0x2  # WINHTTP_AUTOPROXY_CONFIG_URL
    _BY_DHCP_AND_DNS = 0x1 | 0x2  # WINHTTP_AUTO_DETECT_TYPE_*
    _NAMED_PROXY = 3  # WINHTTP_ACCESS_TYPE_NAMED_PROXY
    _NO_PROXY = 1  # WINHTTP_ACCESS_TYPE_NO_PROXY

    class _CurrentUser(ctypes.Structure):
        """WINHTTP_CURRENT_USER_IE_PROXY_CONFIG."""

        _fields_ = (
            ("auto_detect", wintypes.BOOL),
            ("pac", ctypes.c_void_p),
            ("proxy", ctypes.c_void_p),
            ("bypass", ctypes.c_void_p),
        )

    class _Options(ctypes.Structure):
        """WINHTTP_AUTOPROXY_OPTIONS."""

        _fields_ = (
            ("flags", wintypes.DWORD),
            ("detect", wintypes.DWORD),
            ("pac", wintypes.LPCWSTR),
            ("reserved", ctypes.c_void_p),
            ("more", wintypes.DWORD),
            ("logon", wintypes.BOOL),
        )

    class _Info(ctypes.Structure):
        """WINHTTP_PROXY_INFO."""

        _fields_ = (
            ("access", wintypes.DWORD),
            ("proxy", ctypes.c_void_p),
            ("bypass", ctypes.c_void_p),
        )

    def settings() -> Settings | None:
        """Return the user's settings, as Windows' "Proxy" page holds them.

        Where a script is to be looked for, it is looked for here, once; that none is found is no
        fault: Windows is delivered looking for one. ``wpad`` stays true where nobody answered.
        """
        library, held = _library(), _CurrentUser()
        if not library.WinHttpGetIEProxyConfigForCurrentUser(ctypes.byref(held)):
            return None
        proxy, bypass, pac = (_taken(p) for p in (held.proxy, held.bypass, held.pac))
        given = windows(proxy, bypass, pac)
        if not held.auto_detect:
            return given
        found = _in_time(_detected)
        return replace(given, pac=found or pac, wpad=found is None)

    def scripted(url: str, given: Settings) -> str | None:
        """Return what the script says of an address: a list of proxies, or ``DIRECT``.

        Nothing where there is a script that cannot be had or run.
        """
        return _in_time(lambda: _ask(url, given.pac)) if given.pac else None

    def _in_time(call: Callable[[], str | None]) -> str | None:
        """Call in a thread that is left behind when it is late; then the answer is nothing."""
        answers: SimpleQueue[str | None] = SimpleQueue()
        Thread(target=lambda: answers.put(call()), daemon=True).start()
        with suppress(Empty):
            return answers.get(timeout=SECONDS)
        return None

    def _detected() -> str:
        """Look for a script; return its address, empty where there is none."""
        found = ctypes.c_void_p()
        if _library().WinHttpDetectAutoProxyConfigUrl(_BY_DHCP_AND_DNS, ctypes.byref(found)):
            return _taken(found.value)
        return ""

    def _ask(url: str, pac: str) -> str | None:
        """Ask once without the user's Windows log-on, and once with it, as documented."""
        library = _library()
        session = library.WinHttpOpen("a3check", _NO_PROXY, None, None, 0)
        error = 0
        try:
            for logon in (False, True):
                options, info = _Options(_CONFIG_URL, 0, pac, None, 0, logon), _Info()
                if library.WinHttpGetProxyForUrl(
                    session, url, ctypes.byref(options), ctypes.byref(info)
                ):
                    proxy, _ = _taken(info.proxy), _taken(info.bypass)
                    return proxy if info.access == _NAMED_PROXY else DIRECT
                error = ctypes.get_last_error()
        finally:
            library.WinHttpCloseHandle(session)
        _log.warning("no proxy by script: WinHTTP error %d", error)
        return None

    def _library() -> ctypes.WinDLL:
        library = ctypes.WinDLL("winhttp", use_last_error=True)
        library.WinHttpOpen.restype = ctypes.c_void_p
        library.WinHttpOpen.argtypes = (
            wintypes.LPCWSTR,
            wintypes.DWORD,
            wintypes.LPCWSTR,
            wintypes.LPCWSTR,
            wintypes.DWORD,
        )
        library.WinHttpGetProxyForUrl.argtypes = (
            ctypes.c_void_p,
            wintypes.LPCWSTR,
            ctypes.POINTER(_Options),
            ctypes.POINTER(_Info),
        )
        library.WinHttpGetProxyForUrl.restype = wintypes.BOOL
        library.WinHttpGetIEProxyConfigForCurrentUser.argtypes = (ctypes.POINTER(_CurrentUser),)
        library.WinHttpGetIEProxyConfigForCurrentUser.restype = wintypes.BOOL
        library.WinHttpDetectAutoProxyConfigUrl.argtypes = (
            wintypes.DWORD,
            ctypes.POINTER(ctypes.c_void_p),
        )
        library.WinHttpDetectAutoProxyConfigUrl.restype = wintypes.BOOL
        library.WinHttpCloseHandle.argtypes = (ctypes.c_void_p,)
        library.WinHttpCloseHandle.restype = wintypes.BOOL
        return library

    def _taken(pointer: int | None) -> str:
        """Read a string that WinHTTP has allocated, and free it (GlobalFree)."""
        if not pointer:
            return ""
        text = ctypes.wstring_at(pointer)
        free = ctypes.WinDLL("kernel32").GlobalFree
        free.argtypes, free.restype = (ctypes.c_void_p,), ctypes.c_void_p
        free(pointer)
        return text

else:

    def settings() -> Settings | None:
        """Return nothing: this is no Windows."""
        return None

    def scripted(url: str, given: Settings) -> str | None:  # noqa: ARG001 - the same signature
        """Return nothing: a script cannot be run here."""
        return None

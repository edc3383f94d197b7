"""What does Windows say of proxies? Nothing at all elsewhere.

WinHTTP is asked, not the registry: it knows policies too, and it is Windows' own interpreter of
automatic configuration (PAC, WPAD); the browsers take the same settings.
"""

import logging
import sys

from a3check.net.settings import Settings

SECONDS = 12.0
"""How long WinHTTP may look for and run a script; its own search by DHCP and DNS takes a few."""
DIRECT = ""
_log = logging.getLogger(__name__)

if sys.platform == "win32":
    import ctypes
    from contextlib import suppress
    from ctypes import wintypes
    from queue import Empty, SimpleQueue
    from threading import Thread

    from a3check.net.settings import windows

    _AUTO_DETECT, _CONFIG_URL = 0x1, 0x2  # WINHTTP_AUTOPROXY_*
    _BY_DHCP_AND_DNS = 0x1 | 0x2  # WINHTTP_AUTO_DETECT_TYPE_*
    _NAMED_PROXY = 3  # WINHTTP_ACCESS_TYPE_NAMED_PROXY
    _NO_PROXY = 1  # WINHTTP_ACCESS_TYPE_NO_PROXY
    _NOT_DETECTED = 12180  # ERROR_WINHTTP_AUTODETECTION_FAILED

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
        """Return the user's settings, as Windows' "Proxy" page holds them."""
        library, held = _library(), _CurrentUser()
        if not library.WinHttpGetIEProxyConfigForCurrentUser(ctypes.byref(held)):
            return None
        proxy, bypass, pac = (_taken(p) for p in (held.proxy, held.bypass, held.pac))
        return windows(proxy, bypass, pac, wpad=bool(held.auto_detect))

    def scripted(url: str, given: Settings) -> str | None:
        """Return what the script says of an address: a list of proxies, or ``DIRECT``.

        Nothing where there is a script that cannot be had or run. That none is found is no
        fault: to look for one is how Windows is delivered; then ``given.named`` counts.
        """
        answers: SimpleQueue[str | None] = SimpleQueue()
        Thread(target=lambda: answers.put(_ask(url, given)), daemon=True).start()
        with suppress(Empty):
            return answers.get(timeout=SECONDS)
        return None

    def _ask(url: str, given: Settings) -> str | None:
        if given.wpad:
            found, error = _proxy_for(url, _Options(_AUTO_DETECT, _BY_DHCP_AND_DNS, None))
            if error != _NOT_DETECTED:
                return found
        if not given.pac:
            return DIRECT if given.exempts(url) else given.named(url)
        return _proxy_for(url, _Options(_CONFIG_URL, 0, given.pac))[0]

    def _proxy_for(url: str, options: _Options) -> tuple[str | None, int]:
        """Ask once without the user's Windows log-on, and once with it, as documented."""
        library = _library()
        session = library.WinHttpOpen("a3check", _NO_PROXY, None, None, 0)
        error = 0
        try:
            for logon in (False, True):
                options.logon, info = logon, _Info()
                if library.WinHttpGetProxyForUrl(
                    session, url, ctypes.byref(options), ctypes.byref(info)
                ):
                    proxy, _ = _taken(info.proxy), _taken(info.bypass)
                    return (proxy if info.access == _NAMED_PROXY else DIRECT), 0
                error = ctypes.get_last_error()
        finally:
            library.WinHttpCloseHandle(session)
        _log.warning("no proxy script: WinHTTP error %d", error)
        return None, error

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

"""Windows' service manager, asked about the services that cards need; nothing elsewhere.

Only with the rights that every user has: SC_MANAGER_CONNECT, SERVICE_QUERY_STATUS and
SERVICE_QUERY_CONFIG. Nothing is started, stopped or changed. Source: Microsoft Learn,
``winsvc.h``; SC_HANDLE is a pointer. Loaded from System32 alone.
"""

import ctypes
import sys
from collections.abc import Mapping

from a3check.core.daemon import Answers
from a3check.probes.protocol import packed, unpacked

CARDS, PROPAGATION = "SCardSvr", "CertPropSvc"
NAMES = (CARDS, PROPAGATION)
"""The service that PC/SC is, and the one that takes a card's certificates to Windows' store."""
_CONNECT = 0x0001
_QUERY = 0x0001 | 0x0004  # SERVICE_QUERY_CONFIG, SERVICE_QUERY_STATUS
_STATUS_PROCESS = 0  # SC_STATUS_PROCESS_INFO
_TRIGGERS = 8  # SERVICE_CONFIG_TRIGGER_INFO
_MOST = 8192
"""Bytes; winsvc.h: no answer of these calls is longer."""
_HEADS = (36, 12, 4)
"""Bytes of each answer that are kept: its numbers. Paths and accounts stand behind them."""


def shown(answers: Answers) -> dict[str, object]:
    """Return the manager's answers as they travel to the parent."""
    return {
        "error": answers.error,
        "status": packed(answers.status),
        "config": packed(answers.config),
        "triggers": packed(answers.triggers),
    }


def taken(message: Mapping[str, object]) -> Answers:
    """Return the answers that travelled; what is not as it was sent counts for nothing."""
    error = message.get("error")
    return Answers(
        error if isinstance(error, int) else 0,
        unpacked(message.get("status")),
        unpacked(message.get("config")),
        unpacked(message.get("triggers")),
    )


if sys.platform == "win32":
    from ctypes import c_uint32, c_void_p, c_wchar_p

    def ask(name: str) -> Answers | None:
        """Ask the manager about one service; its refusals are part of the answer."""
        try:
            library = _library()
        except (OSError, AttributeError):
            return None
        manager = library.OpenSCManagerW(None, None, _CONNECT)
        if not manager:
            return Answers(ctypes.get_last_error())
        try:
            service = library.OpenServiceW(manager, name, _QUERY)
            if not service:
                return Answers(ctypes.get_last_error())
            try:
                return _asked(library, service)
            finally:
                library.CloseServiceHandle(service)
        finally:
            library.CloseServiceHandle(manager)

    def _asked(library: ctypes.WinDLL, service: int) -> Answers:
        room, needed = ctypes.create_string_buffer(_MOST), c_uint32()
        rest = (room, _MOST, ctypes.byref(needed))
        error, told = 0, []
        calls = (
            (library.QueryServiceStatusEx, (service, _STATUS_PROCESS, *rest)),
            (library.QueryServiceConfigW, (service, *rest)),
            (library.QueryServiceConfig2W, (service, _TRIGGERS, *rest)),
        )
        for (call, arguments), head in zip(calls, _HEADS, strict=True):
            done = call(*arguments)
            error = error if done or error else ctypes.get_last_error()
            told.append(room.raw[:head] if done else b"")
        return Answers(error, *told)

    def _library() -> ctypes.WinDLL:
        search_system32 = 0x800  # LOAD_LIBRARY_SEARCH_SYSTEM32
        library = ctypes.WinDLL("advapi32.dll", use_last_error=True, winmode=search_system32)
        opened, size, out = c_void_p, c_uint32, c_void_p
        for function, result, arguments in (
            (library.OpenSCManagerW, opened, (c_wchar_p, c_wchar_p, c_uint32)),
            (library.OpenServiceW, opened, (opened, c_wchar_p, c_uint32)),
            (library.QueryServiceStatusEx, ctypes.c_int, (opened, c_uint32, out, size, out)),
            (library.QueryServiceConfigW, ctypes.c_int, (opened, out, size, out)),
            (library.QueryServiceConfig2W, ctypes.c_int, (opened, c_uint32, out, size, out)),
            (library.CloseServiceHandle, ctypes.c_int, (opened,)),
        ):
            function.restype, function.argtypes = result, arguments
        return library

else:

    def ask(name: str) -> Answers | None:  # noqa: ARG001 - the same signature
        """Return nothing: there is no such manager here."""
        return None

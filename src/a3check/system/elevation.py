"""Starts one of two services of Windows with an administrator's rights, which Windows asks for.

Nothing of ours runs with those rights: a program in a folder of the user's could be exchanged
before. What runs is Windows' own ``sc.exe``, by the absolute path that Windows itself names, with
arguments that stand here and nowhere else; which of them it is depends on the repair and on
whether the service is disabled, and on nothing that anybody gives.
"""

import ctypes
import sys
from collections.abc import Callable, Mapping
from ctypes import c_int, c_uint32, c_void_p, c_wchar_p
from dataclasses import dataclass
from types import MappingProxyType

from a3check.core.repair import Repair

PATIENCE = 60.0
"""Seconds for ``sc.exe`` to end, once Windows has let it begin; it waits for no service."""
DISABLED = 4
"""SERVICE_DISABLED, as ``Start`` below ``Services`` has it."""
SERVICES: Mapping[Repair, str] = MappingProxyType(
    {Repair.CARDS: "SCardSvr", Repair.PROPAGATION: "CertPropSvc"}
)
"""Their names are the same in each language of Windows."""
KEY = r"SYSTEM\CurrentControlSet\Services"


@dataclass(frozen=True, slots=True)
class Command:
    """A program and its arguments, and the folder in which it runs."""

    file: str
    arguments: str
    folder: str


Run = Callable[[Command, int], int | None]
"""Run it with rights, its question above a window (HWND); return its exit status.

Or the code with which Windows refused (winerror.h); nothing where it has not ended in time.
"""


def command(repair: Repair, folder: str, *, disabled: bool) -> Command:
    """Return what starts a service; ``folder`` is Windows' own (GetSystemDirectoryW).

    A disabled one gets the start type that Windows ships (manual, by its trigger) before. One
    question for both, thus ``cmd.exe``: ``/d`` without what the registry adds to it.
    """
    service, sc = SERVICES[repair], f'"{folder}\\sc.exe"'
    change = f"{sc} config {service} start= demand && " if disabled else ""
    arguments = f'/d /c "{change}{sc} start {service}"'
    return Command(f"{folder}\\cmd.exe", arguments, folder)


class ExecuteInfo(ctypes.Structure):
    """SHELLEXECUTEINFOW (shellapi.h)."""

    _fields_ = (
        ("size", c_uint32),
        ("mask", c_uint32),
        ("window", c_void_p),
        ("verb", c_wchar_p),
        ("file", c_wchar_p),
        ("arguments", c_wchar_p),
        ("folder", c_wchar_p),
        ("show", c_int),
        ("instance", c_void_p),
        ("id_list", c_void_p),
        ("class_name", c_wchar_p),
        ("class_key", c_void_p),
        ("hot_key", c_uint32),
        ("icon", c_void_p),
        ("process", c_void_p),
    )


if sys.platform == "win32":
    _APARTMENT = 0x2 | 0x4  # COINIT_APARTMENTTHREADED | COINIT_DISABLE_OLE1DDE
    _MASK = 0x40 | 0x100 | 0x400  # SEE_MASK_NOCLOSEPROCESS | NOASYNC | FLAG_NO_UI
    _HIDDEN = 0  # SW_HIDE
    _LONGEST = 260  # MAX_PATH

    def system_folder() -> str:
        """Return Windows' own folder, as Windows names it: no variable can point elsewhere."""
        room = ctypes.create_unicode_buffer(_LONGEST)
        if not _kernel32().GetSystemDirectoryW(room, _LONGEST):
            raise OSError("GetSystemDirectoryW")
        return room.value

    def run(wanted: Command, window: int) -> int | None:
        """Run it as :data:`Run` says; blocks while Windows asks."""
        ole32 = ctypes.WinDLL("ole32.dll")
        begun = ole32.CoInitializeEx(None, _APARTMENT) >= 0  # what ShellExecuteEx asks for
        try:
            return _run(wanted, window)
        finally:
            if begun:
                ole32.CoUninitialize()

    def _run(wanted: Command, window: int) -> int | None:
        shell32 = ctypes.WinDLL("shell32.dll", use_last_error=True)
        shell32.ShellExecuteExW.argtypes = (c_void_p,)
        shell32.ShellExecuteExW.restype = c_int
        asked = ExecuteInfo(
            size=ctypes.sizeof(ExecuteInfo),
            mask=_MASK,
            window=window or None,
            verb="runas",
            file=wanted.file,
            arguments=wanted.arguments,
            folder=wanted.folder,
            show=_HIDDEN,
        )
        if not shell32.ShellExecuteExW(ctypes.byref(asked)):
            return ctypes.get_last_error() or -1
        return _status(asked.process) if asked.process else None

    def _status(process: int) -> int | None:
        kernel32, status = _kernel32(), c_uint32()
        try:
            if kernel32.WaitForSingleObject(process, round(PATIENCE * 1000)):
                return None
            kernel32.GetExitCodeProcess(process, ctypes.byref(status))
            return status.value
        finally:
            kernel32.CloseHandle(process)

    def _kernel32() -> ctypes.WinDLL:
        lib = ctypes.WinDLL("kernel32.dll", use_last_error=True)
        lib.GetSystemDirectoryW.argtypes = (c_void_p, c_uint32)
        lib.WaitForSingleObject.argtypes = (c_void_p, c_uint32)
        lib.WaitForSingleObject.restype = c_uint32
        lib.GetExitCodeProcess.argtypes = (c_void_p, c_void_p)
        lib.CloseHandle.argtypes = (c_void_p,)
        return lib

else:

    def system_folder() -> str:
        """Say that this is no Windows."""
        raise OSError("no Windows")

    def run(wanted: Command, window: int) -> int | None:  # noqa: ARG001 - the same signature
        """Say that this is no Windows."""
        raise OSError("no Windows")

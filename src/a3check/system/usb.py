"""What is on the USB bus?"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from a3check.core.computer import UsbDevice

SYSFS = Path("/sys/bus/usb/devices")

_IDS = re.compile(r"^USB\\VID_([0-9A-F]{4})&PID_([0-9A-F]{4})", re.IGNORECASE)
_HEX_DIGITS = 4

# cfgmgr32.h: only devices of one enumerator, only those that are plugged in now
_CR_SUCCESS = 0
_FILTER_ENUMERATOR = 0x00000001
_FILTER_PRESENT = 0x00000100


def from_sysfs(folder: Path = SYSFS) -> tuple[UsbDevice, ...]:
    """List the devices of Linux' sysfs; empty where it cannot be read."""
    try:
        names = sorted(folder.iterdir())
    except OSError:
        return ()
    pairs = ((_hex(name / "idVendor"), _hex(name / "idProduct")) for name in names)
    return tuple(dict.fromkeys(UsbDevice(vid, pid) for vid, pid in pairs if vid and pid))


def from_instance_ids(ids: Iterable[str]) -> tuple[UsbDevice, ...]:
    r"""Read Windows' device instance ids (``USB\VID_0529&PID_0620\…``); others are left out."""
    found = (_IDS.match(text) for text in ids)
    return tuple(
        dict.fromkeys(UsbDevice(m.group(1).lower(), m.group(2).lower()) for m in found if m)
    )


def from_windows() -> tuple[UsbDevice, ...]:
    """List the devices that Windows has now; empty elsewhere, or where it cannot be asked."""
    return from_instance_ids(_present())


def _hex(path: Path) -> str:
    try:
        text = path.read_text("ascii").strip().lower()
    except (OSError, UnicodeDecodeError):
        return ""
    digits = len(text) == _HEX_DIGITS and all(c in "0123456789abcdef" for c in text)
    return text if digits else ""


if sys.platform == "win32":
    import ctypes

    def _present() -> list[str]:
        """Ask ``CM_Get_Device_ID_ListW`` of cfgmgr32 for the enumerator ``USB``."""
        flags = _FILTER_ENUMERATOR | _FILTER_PRESENT
        try:
            library = ctypes.WinDLL("cfgmgr32.dll", winmode=0x800)  # LOAD_LIBRARY_SEARCH_SYSTEM32
        except OSError:
            return []
        length = ctypes.c_ulong()
        bus = ctypes.c_wchar_p("USB")
        size = library.CM_Get_Device_ID_List_SizeW(ctypes.byref(length), bus, flags)
        if size != _CR_SUCCESS or not length.value:
            return []
        buffer = ctypes.create_unicode_buffer(length.value)
        if library.CM_Get_Device_ID_ListW(bus, buffer, length, flags) != _CR_SUCCESS:
            return []
        return "".join(buffer[: length.value]).split("\0")

else:

    def _present() -> list[str]:
        return []

"""What is on the USB bus?"""

from pathlib import Path

from a3check.core.computer import UsbDevice
from a3check.system import cfgmgr, device_nodes

SYSFS = Path("/sys/bus/usb/devices")

_HEX_DIGITS = 4


def from_sysfs(folder: Path = SYSFS) -> tuple[UsbDevice, ...]:
    """List the devices of Linux' sysfs; empty where it cannot be read."""
    try:
        names = sorted(folder.iterdir())
    except OSError:
        return ()
    pairs = ((_hex(name / "idVendor"), _hex(name / "idProduct")) for name in names)
    return tuple(dict.fromkeys(UsbDevice(vid, pid) for vid, pid in pairs if vid and pid))


def from_windows() -> tuple[UsbDevice, ...]:
    """List the devices that Windows has now; empty elsewhere, or where it cannot be asked."""
    return device_nodes.devices(cfgmgr.nodes())


def _hex(path: Path) -> str:
    try:
        text = path.read_text("ascii").strip().lower()
    except (OSError, UnicodeDecodeError):
        return ""
    digits = len(text) == _HEX_DIGITS and all(c in "0123456789abcdef" for c in text)
    return text if digits else ""

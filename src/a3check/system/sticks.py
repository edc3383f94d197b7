"""Is a volume on something that can be pulled out?"""

import sys
from pathlib import Path

_BLOCKS = Path("/sys/class/block")
_REMOVABLE = 2  # DRIVE_REMOVABLE, GetDriveTypeW

if sys.platform == "win32":
    import ctypes

    def removable(device: str, root: str) -> bool:
        """Tell it of the drive at ``root`` (``E:/``)."""
        del device
        kind = ctypes.windll.kernel32.GetDriveTypeW(root.replace("/", "\\"))
        return bool(kind == _REMOVABLE)

else:

    def removable(device: str, root: str, blocks: Path = _BLOCKS) -> bool:
        """Tell it of a block device (``/dev/sdb1``), as sysfs knows it.

        A hard disk behind USB calls itself fixed, and is pulled out all the same
        (Documentation/ABI/stable/sysfs-block, ``removable``).
        """
        del root
        if not device.startswith("/dev/"):
            return False
        place = (blocks / Path(device).name).resolve()
        if any(part.startswith("usb") for part in place.parts):
            return True
        flags = (
            place / "removable",
            place.parent / "removable",
        )  # a partition has none of its own
        return any(_is_set(flag) for flag in flags)

    def _is_set(flag: Path) -> bool:
        try:
            return flag.read_text("ascii").strip() == "1"
        except (OSError, ValueError):
            return False

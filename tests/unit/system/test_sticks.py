"""What can be pulled out, as sysfs tells it."""

import sys
from pathlib import Path

import pytest

from a3check.system.sticks import removable

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sysfs")


@pytest.fixture
def blocks(tmp_path: Path) -> Path:
    """Return a ``/sys/class/block`` with a fixed disk, a card and a disk behind USB."""
    links = tmp_path / "class" / "block"
    links.mkdir(parents=True)
    for bus, disk, flag in (
        ("pci0000:00/ata1", "sda", "0"),
        ("pci0000:00/mmc0", "mmcblk0", "1"),
        ("pci0000:00/usb2/2-1", "sdb", "0"),
    ):
        for name in (disk, f"{disk}1"):
            place = tmp_path / "devices" / bus / "block" / disk / ("" if name == disk else name)
            place.mkdir(parents=True)
            (links / name).symlink_to(place)
        (tmp_path / "devices" / bus / "block" / disk / "removable").write_text(f"{flag}\n")
    return links


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        ("/dev/sda1", False),
        ("/dev/sda", False),
        ("/dev/mmcblk0", True),
        ("/dev/mmcblk01", True),
        ("/dev/sdb1", True),
        ("/dev/gone", False),
        ("tmpfs", False),
        ("//server/share", False),
        ("", False),
    ],
)
def test_by_device(blocks: Path, device: str, expected: bool) -> None:
    assert removable(device, "/media/x", blocks) is expected


def test_a_flag_that_says_nothing_is_none(blocks: Path) -> None:
    flag = blocks.parent.parent / "devices/pci0000:00/mmc0/block/mmcblk0/removable"
    flag.write_bytes(b"\xff")
    assert not removable("/dev/mmcblk01", "", blocks)

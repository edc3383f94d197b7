"""What is on the USB bus."""

from pathlib import Path

from a3check.core.computer import UsbDevice
from a3check.system import usb


def _device(folder: Path, name: str, vid: bytes, pid: bytes) -> None:
    (folder / name).mkdir()
    (folder / name / "idVendor").write_bytes(vid)
    (folder / name / "idProduct").write_bytes(pid)


def test_sysfs(tmp_path: Path) -> None:
    _device(tmp_path, "1-1", b"08E6\n", b"34cc\n")
    _device(tmp_path, "1-2", b"1059\n", b"0019\n")
    _device(tmp_path, "2-2", b"1059\n", b"0019\n")
    _device(tmp_path, "bad-1", b"\xff\xff", b"0001\n")
    _device(tmp_path, "bad-2", b"12\n", b"0001\n")
    (tmp_path / "1-1:1.0").mkdir()
    assert usb.from_sysfs(tmp_path) == (UsbDevice("08e6", "34cc"), UsbDevice("1059", "0019"))
    assert usb.from_sysfs(tmp_path / "none") == ()


def test_windows_is_not_here() -> None:
    assert usb.from_windows() == ()

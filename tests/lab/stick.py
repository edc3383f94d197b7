"""File systems that a report may be written to: a small disk, a read-only one, a USB stick.

They are mounted where everybody sees them, since tests look into them: only root can, and each is
gone with its context. The stick is exFAT, as sticks are, and knows no links; the program that
serves it (FUSE) is killed when it is pulled out, so that nothing of it answers any more.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Final, Self

import pytest
from tests.lab.root import IS_ROOT
from tests.lab.stacked import Stacked

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECONDS: Final = 30.0
_LOOK: Final = 0.01
_STICK_BYTES: Final = 8 * 1024 * 1024
_NEEDED: Final = ("mkfs.exfat", "mount.exfat-fuse", "losetup")


def _why_no_stick() -> str:
    if not IS_ROOT:
        return "not root: nobody else may mount"
    missing = [name for name in _NEEDED if shutil.which(name) is None]
    if missing:
        return f"{missing[0]} is missing (exfatprogs, exfat-fuse, mount)"
    here = os.access("/dev/fuse", os.W_OK) and Path("/dev/loop-control").exists()
    return "" if here else "this system has no /dev/fuse or no loop devices"


_NO_STICK: Final = _why_no_stick()
needs_stick = pytest.mark.skipif(bool(_NO_STICK), reason=_NO_STICK or "a stick can be had")
needs_disks = pytest.mark.skipif(not IS_ROOT, reason="not root: nobody else may mount")


@contextmanager
def disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """Mount a disk of so many kilobytes (tmpfs)."""
    folder.mkdir(parents=True)
    _do("mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", str(folder))
    try:
        yield folder
    finally:
        _do("umount", "--lazy", str(folder))


@contextmanager
def read_only(folder: Path) -> Iterator[Path]:
    """Let nobody write into a folder, not even root."""
    _do("mount", "--bind", str(folder), str(folder))
    try:
        _do("mount", "-o", "remount,ro,bind", str(folder))
        yield folder
    finally:
        _do("umount", "--lazy", str(folder))


class Stick(Stacked):
    """A USB stick: `with Stick(folder) as stick:`; `stick.path` is where it shows."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.path: Final = folder / "stick"
        self._image = folder / "image"
        super().__init__()

    def __enter__(self) -> Self:
        self.path.mkdir()
        with self._image.open("wb") as image:
            image.truncate(_STICK_BYTES)
        _do("mkfs.exfat", str(self._image))
        self.plug()
        return self

    def plug(self) -> None:
        """Put it in (again)."""
        with ExitStack() as stack:
            device = _do("losetup", "--find", "--show", str(self._image)).strip()
            stack.callback(_do, "losetup", "--detach", device)
            command = ["mount.exfat-fuse", "-d", device, str(self.path)]
            null = subprocess.DEVNULL
            self._served = subprocess.Popen(command, stdin=null, stdout=null, stderr=null)
            stack.callback(self._served.wait, _SECONDS)
            stack.callback(self._served.kill)
            end = monotonic() + _SECONDS
            while not self.path.is_mount():
                assert self._served.poll() is None, "the stick is not served"
                assert monotonic() < end, "the stick never came"
                Event().wait(_LOOK)
            stack.callback(_do, "umount", "--lazy", str(self.path))
            self._stack = stack.pop_all()

    def pull(self) -> None:
        """Pull it out, whatever is being written: from now on everything there fails."""
        self._served.kill()
        self._served.wait(_SECONDS)

    def pull_and_plug(self) -> None:
        """Put it into another computer, so to speak: what is on it now?"""
        self.pull()
        self._stack.close()
        self.plug()


def _do(*command: str) -> str:
    """Run a command that must end well, and return what it says."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True)
    return done.stdout

"""A picture of the screen, or of one monitor of it, where the system gives one."""

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mss import MSS


class NoPrint(Exception):  # noqa: N818 - it is a refusal
    """The screen cannot be taken; ``why`` is a key of ``[print]``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Monitor:
    """One of several monitors: its number, from 1, and its place in the desktop's own pixels.

    They are what is really lit, whatever the scaling: the picture of a monitor has this size.
    """

    number: int
    left: int
    top: int
    width: int
    height: int
    primary: bool = False


def monitors() -> tuple[Monitor, ...]:
    """Return what is plugged in now; raises :class:`NoPrint`."""
    with _camera() as camera:
        return _monitors(camera)


def photograph(monitor: Monitor | None = None) -> QImage:
    """Take a monitor, or all of them as one picture; raises :class:`NoPrint`.

    May run on any thread. A picture in one single colour shows nobody's error (a locked
    screen, a remote session that is minimised).
    """
    with _camera() as camera:
        area = camera.monitors[0]
        if monitor is not None:
            there = [i for i, m in enumerate(_monitors(camera), 1) if _same(m, monitor)]
            if not there:
                raise NoPrint("monitor_gone")
            area = camera.monitors[there[0]]
        taken = camera.grab(area)
    colours = taken.bgra
    if colours == colours[:4] * (len(colours) // 4):
        raise NoPrint("black")
    image = QImage(colours, taken.width, taken.height, QImage.Format.Format_RGB32)
    return image.copy()  # the bytes above go with this function


@contextmanager
def _camera() -> "Iterator[MSS]":
    """Yield what takes pictures.

    Under Wayland no program may look at the others' windows, and what X11 shows there is black
    or old.
    """
    if sys.platform == "linux" and _is_wayland():
        raise NoPrint("wayland")
    from mss import MSS  # noqa: PLC0415 - after the first paint
    from mss.exception import ScreenShotError  # noqa: PLC0415 - as above

    try:
        with MSS() as camera:
            yield camera
    except (ScreenShotError, OSError) as error:
        raise NoPrint("refused") from error


def _monitors(camera: "MSS") -> tuple[Monitor, ...]:
    return tuple(
        Monitor(
            number,
            found["left"],
            found["top"],
            found["width"],
            found["height"],
            primary=bool(found.get("is_primary")),
        )
        for number, found in enumerate(camera.monitors[1:], 1)
    )


def _same(one: Monitor, other: Monitor) -> bool:
    """Tell whether it is the same place and size: the numbers move when one is unplugged."""
    return (one.left, one.top, one.width, one.height) == (
        other.left,
        other.top,
        other.width,
        other.height,
    )


def _is_wayland() -> bool:
    named = os.environ.get("XDG_SESSION_TYPE") == "wayland"
    return named or bool(os.environ.get("WAYLAND_DISPLAY"))

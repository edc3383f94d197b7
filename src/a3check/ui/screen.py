"""A picture of the screen, or of one monitor of it, where the system gives one."""

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mss import MSS


LEAST = 80
"""Pixels of a side: what is smaller is a panel or a menu, and no window with an error."""


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


FRONT = Monitor(0, 0, 0, 0, 0)
"""Stands for the window in front, wherever that will be when the picture is taken."""


def monitors() -> tuple[Monitor, ...]:
    """Return what can be taken now; raises :class:`NoPrint`.

    The monitors, and :data:`FRONT` where the system tells which window is in front.
    """
    with _camera() as camera:
        found = _monitors(camera)
    return found if _front() is None else (*found, FRONT)


def photograph(monitor: Monitor | None = None) -> QImage:
    """Take a monitor, the window in front, or all monitors as one; raises :class:`NoPrint`.

    May run on any thread. A picture in one single colour shows nobody's error (a locked
    screen, a remote session that is minimised).
    """
    with _camera() as camera:
        taken = camera.grab(_area(camera, monitor))
    colours = taken.bgra
    if colours == colours[:4] * (len(colours) // 4):
        raise NoPrint("black")
    image = QImage(colours, taken.width, taken.height, QImage.Format.Format_RGB32)
    return image.copy()  # the bytes above go with this function


@dataclass(frozen=True, slots=True)
class _Area:
    left: int
    top: int
    width: int
    height: int

    @classmethod
    def of(cls, found: "Mapping[str, Any]") -> "_Area":
        return cls(found["left"], found["top"], found["width"], found["height"])

    @property
    def edges(self) -> tuple[int, int, int, int]:
        return self.left, self.top, self.left + self.width, self.top + self.height

    def within(self, other: "_Area") -> "_Area":
        """Return what of it can be seen: windows may hang over the edge of the desktop."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        right, bottom = (min(a, b) for a, b in zip(self.edges[2:], other.edges[2:], strict=True))
        return _Area(left, top, right - left, bottom - top)


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


def _area(camera: "MSS", monitor: Monitor | None) -> tuple[int, int, int, int]:
    """Return the left, top, right and bottom edges of what is to be taken."""
    whole = _Area.of(camera.monitors[0])
    if monitor is None:
        return whole.edges
    if monitor != FRONT:
        if not any(_same(found, monitor) for found in _monitors(camera)):
            raise NoPrint("monitor_gone")
        return _Area(monitor.left, monitor.top, monitor.width, monitor.height).edges
    place = _front()
    if place is None:
        raise NoPrint("no_front")
    seen = _Area(*place).within(whole)
    if min(seen.width, seen.height) < LEAST:
        raise NoPrint("no_front")
    return seen.edges


def _front() -> tuple[int, int, int, int] | None:
    from a3check.ui.front import front  # noqa: PLC0415 - after the first paint

    return front()


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

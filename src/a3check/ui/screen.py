"""A picture of the whole screen, where the system gives one."""

import os
import sys

from PySide6.QtGui import QImage


class NoPrint(Exception):  # noqa: N818 - it is a refusal
    """The screen cannot be taken; ``why`` is a key of ``[window]``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def photograph() -> QImage:
    """Take all monitors as one picture; raises :class:`NoPrint`.

    Under Wayland no program may look at the others' windows, and what X11 shows there is black
    or old; a picture in one single colour shows nobody's error either (a locked screen, a
    remote session that is minimised).
    """
    if sys.platform == "linux" and _is_wayland():
        raise NoPrint("print_wayland")
    from mss import MSS  # noqa: PLC0415 - after the first paint
    from mss.exception import ScreenShotError  # noqa: PLC0415 - as above

    try:
        with MSS() as camera:
            taken = camera.grab(camera.monitors[0])
    except (ScreenShotError, OSError) as error:
        raise NoPrint("print_failed") from error
    colours = taken.bgra
    if colours == colours[:4] * (len(colours) // 4):
        raise NoPrint("print_failed")
    image = QImage(colours, taken.width, taken.height, QImage.Format.Format_RGB32)
    return image.copy()  # the bytes above go with this function


def _is_wayland() -> bool:
    named = os.environ.get("XDG_SESSION_TYPE") == "wayland"
    return named or bool(os.environ.get("WAYLAND_DISPLAY"))

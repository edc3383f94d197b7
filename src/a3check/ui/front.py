"""Where is the window in front, another program's?"""

import ctypes
import sys
from typing import Any

Place = tuple[int, int, int, int]
"""Left, top, width and height in the desktop's own pixels."""

_FRAME = 9
"""DWMWA_EXTENDED_FRAME_BOUNDS: what is seen, without its invisible border (dwmapi.h)."""


def front() -> Place | None:
    """Return where it is; nothing where there is none or the system does not tell."""
    return _asked()


if sys.platform == "win32":

    def _asked() -> Place | None:
        return on_windows(ctypes.windll.user32, ctypes.windll.dwmapi)

else:

    def _asked() -> Place | None:
        from a3check.ui import x11  # noqa: PLC0415 - not on Windows

        return x11.front()


def on_windows(user32: Any, dwmapi: Any) -> Place | None:  # noqa: ANN401 - ctypes' libraries
    """Ask Windows: ``GetForegroundWindow`` (winuser.h), then the desktop's manager."""
    get = user32.GetForegroundWindow
    get.restype = ctypes.c_void_p
    window = get()
    bounds = (ctypes.c_long * 4)()
    if not window or dwmapi.DwmGetWindowAttribute(
        ctypes.c_void_p(window), _FRAME, ctypes.byref(bounds), ctypes.sizeof(bounds)
    ):
        return None
    left, top, right, bottom = bounds
    return left, top, right - left, bottom - top

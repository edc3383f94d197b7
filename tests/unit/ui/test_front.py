"""Where the window in front is: Windows as its documentation has it, X11 on a real server."""

import ctypes
from types import SimpleNamespace

import pytest

from a3check.ui import x11
from a3check.ui.front import front, on_windows


def libraries(window: int, result: int) -> tuple[SimpleNamespace, SimpleNamespace]:
    def bounds(_window: object, attribute: int, place: object, size: int) -> int:
        assert (attribute, size) == (9, ctypes.sizeof(ctypes.c_long * 4))
        rectangle = ctypes.cast(place, ctypes.POINTER(ctypes.c_long))  # type: ignore[arg-type]
        for at, edge in enumerate((-8, 20, 1192, 820)):
            rectangle[at] = edge
        return result

    user32 = SimpleNamespace(GetForegroundWindow=lambda: window)
    return user32, SimpleNamespace(DwmGetWindowAttribute=bounds)


@pytest.mark.parametrize(
    ("window", "result", "place"),
    [(7, 0, (-8, 20, 1200, 800)), (0, 0, None), (7, -2147024809, None)],
)
def test_windows_tells_the_window_as_it_is_seen(
    window: int, result: int, place: tuple[int, int, int, int] | None
) -> None:
    assert on_windows(*libraries(window, result)) == place


def test_without_a_display_nobody_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":no")
    assert front() is None


def test_without_the_library_nobody_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(x11, "LIBRARY", "libxcb-inventada.so.1")
    x11._library.cache_clear()
    assert x11.front() is None
    x11._library.cache_clear()

"""A display without a screen: what is seen on it, and the keys that are pressed there."""

import os
import re
import subprocess
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import mss
from mss import tools as png
from mss.screenshot import ScreenShot

DEADLINE = 180.0
"""Seconds for one program; a loaded computer is slow."""
_STEP = 0.2
_WIDTH, _HEIGHT = 1366, 768
_SAMPLE = 160, 60
"""Pixels of a window's middle."""
_COLOURS = 12
"""The middle of a painted window has more of them; before that it has one."""
_EDGE = 8
"""Pixels from a window's lower left corner: none of ours has anything there."""
_ALIKE = 5
"""Looks, a fifth of a second apart."""
_SHORT = 10.0
"""Seconds for one question to the display."""


class Place(NamedTuple):
    """A part of the screen, in pixels."""

    left: int
    top: int
    width: int
    height: int

    def middle(self, width: int, height: int) -> "Place":
        """Return its middle."""
        left = self.left + (self.width - width) // 2
        return Place(left, self.top + (self.height - height) // 2, width, height)


class Screen:
    """Xvfb with a window manager, from :meth:`start` to :meth:`stop`."""

    def __init__(self) -> None:
        self.display = ""
        self._programs: list[subprocess.Popen[bytes]] = []
        self._camera: mss.MSS | None = None

    def start(self) -> None:
        """Start both; the display's number is what is free."""
        reading, writing = os.pipe()
        size = f"{_WIDTH}x{_HEIGHT}x24"
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp"]
        quiet = subprocess.DEVNULL
        self._programs.append(
            subprocess.Popen(command, pass_fds=[writing], stdout=quiet, stderr=quiet)
        )
        os.close(writing)
        with os.fdopen(reading) as told:
            self.display = f":{told.readline().strip()}"
        manager = subprocess.Popen(["openbox"], env=self._environment, stdout=quiet, stderr=quiet)
        self._programs.append(manager)

    def stop(self) -> None:
        """End both."""
        if self._camera is not None:
            self._camera.close()
        for program in reversed(self._programs):
            program.terminate()
            program.wait(DEADLINE)

    def sees(self, title: str) -> bool:
        """Tell whether a window with this in its title (an expression) is on the screen."""
        return bool(self._windows(title))

    def place(self, title: str) -> Place | None:
        """Return where a window's content is, as far as the screen reaches; nothing: none is."""
        for window in self._windows(title)[-1:]:
            told = self._ask("getwindowgeometry", "--shell", window)
            facts = dict(line.split("=") for line in told.split() if "=" in line)
            if facts:  # else it has just gone
                left, top, wide, high = (int(facts[k]) for k in ("X", "Y", "WIDTH", "HEIGHT"))
                right, low = min(left + wide, _WIDTH), min(top + high, _HEIGHT)
                left, top = max(left, 0), max(top, 0)
                return Place(left, top, right - left, low - top)
        return None

    def painted(self, title: str) -> Place | None:
        """Return where a window is that shows something: more than a few colours."""
        place = self.place(title)
        return place if place and self.shows(place) else None

    def shows(self, place: Place) -> bool:
        """Tell whether the middle of a part of the screen has more than a few colours."""
        pixels = self.look(place.middle(*_SAMPLE))
        return len(set(memoryview(pixels).cast("I"))) > _COLOURS

    def rests(
        self, title: str, former: Collection[bytes] = (), seconds: float = DEADLINE
    ) -> bytes:
        """Return a window's pixels once some looks in a row saw the same; none: they never did.

        ``former`` are looks of other pages: one of these rests no longer than it takes to turn.
        """
        seen = deque([b""] * _ALIKE, maxlen=_ALIKE)

        def rest() -> bool:
            place = self.place(title)
            seen.append(self.look(place) if place else b"")
            return bool(seen[0]) and len(set(seen)) == 1 and seen[0] not in former

        return seen[-1] if eventually(rest, seconds) else b""

    def type(self, keys: str) -> None:
        """Press keys; they go to the window that has the focus."""
        self._ask("key", keys)

    def has_focus(self, title: str) -> bool:
        """Tell whether keys go to a window, as far as X knows."""
        return bool(re.search(title, self._ask("getwindowfocus", "getwindowname")))

    def activate(self, title: str) -> None:
        """Ask the window manager to bring a window to the front."""
        for window in self._windows(title)[-1:]:
            self._ask("windowraise", window, "windowactivate", window)

    def click(self, title: str) -> None:
        """Click into a window that is in front, where nothing is."""
        if place := self.place(title):
            left, low = place.left + _EDGE, place.top + place.height - _EDGE
            self._ask("mousemove", str(left), str(low), "click", "1")

    def look(self, place: Place | None = None) -> bytes:
        """Return the pixels of a part of the screen, or of all of it."""
        return bytes(self._grab(place).raw)

    def picture(self, target: Path) -> None:
        """Keep what is on the screen as PNG."""
        target.parent.mkdir(parents=True, exist_ok=True)
        shown = self._grab(None)
        png.to_png(shown.rgb, shown.size, output=str(target))

    def _grab(self, place: Place | None) -> ScreenShot:
        if self._camera is None:
            self._camera = mss.MSS(display=self.display)
        return self._camera.grab(place._asdict() if place else self._camera.monitors[0])

    def _windows(self, title: str) -> list[str]:
        return self._ask("search", "--onlyvisible", "--name", title).split()

    def _ask(self, *command: str) -> str:
        """Let xdotool do something; what it cannot (a window that has just gone) is no answer."""
        with suppress(subprocess.TimeoutExpired):
            done = subprocess.run(
                ["xdotool", *command],
                env=self._environment,
                check=False,
                capture_output=True,
                text=True,
                timeout=_SHORT,
            )
            return done.stdout
        return ""

    @property
    def _environment(self) -> Mapping[str, str]:
        return {**os.environ, "DISPLAY": self.display}


def eventually(holds: Callable[[], object], seconds: float = DEADLINE) -> bool:
    """Wait until something holds; false where it does not in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(_STEP)
    return False

"""How soon does the installed program's first window stand, beside the same program unpacked?"""

import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from installers import source
from installers.smoke.installing import TITLE, WINDOW
from installers.smoke.screen import DEADLINE, Place, eventually
from installers.smoke.steps import Steps, wants
from installers.smoke.wine import Wine

_ROUNDS = 7
_WARM_UP = 1
_GOAL = 1.1
_LOOK = 0.02
"""Seconds between two looks at the screen."""
_UNPACKED = (
    "import runpy, sys; sys.path[:0] = sys.argv[1:]; del sys.argv[1:]; "
    "runpy.run_module('a3check', run_name='__main__', alter_sys=True)"
)
"""What ``python -m a3check`` does, for a Python that knows no other folders."""


@dataclass(frozen=True, slots=True)
class Starting:
    """The step, with the installed program in ``home``."""

    wine: Wine
    home: Path
    work: Path
    """Where the stage was assembled: the whole Python, and the wheels as they are."""

    def take(self, steps: Steps) -> None:
        """Take it."""
        steps.take(f"first window within {_GOAL} of the unpacked program's", self.compare)

    def compare(self) -> str:
        """Start both in turn, from the command to the first painted window; compare medians."""
        commands = {"installed": (str(self.home / WINDOW),), "unpacked": self._unpacked()}
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        place: Place | None = None
        for turn in range(_WARM_UP + _ROUNDS):
            for name, command in commands.items():
                took, place = self._once(command, place)
                seconds[name] += [took] * (turn >= _WARM_UP)
        middle = {name: statistics.median(each) for name, each in seconds.items()}
        ratio = middle["installed"] / middle["unpacked"]
        medians = ", ".join(f"{name} {took:.2f} s" for name, took in middle.items())
        told = f"{medians}, ratio {ratio:.2f} ({_ROUNDS} starts each)"
        wants(ratio <= _GOAL, told)
        return told

    def _unpacked(self) -> tuple[str, ...]:
        """Put this tree's sources beside the wheels, compiled as after any first start."""
        own, wheels = self.wine.prefix.parent / "unpacked", self.work / "wheels"
        source.copy(own / "a3check", source.version(), None)
        python = str(self.work / "runtime" / "python.exe")
        for folder in (own, wheels):
            compiled = self.wine.run(python, "-m", "compileall", "-q", f"Z:{folder}")
            wants(compiled.status == 0, compiled)
        return (python, "-c", _UNPACKED, f"Z:{own}", f"Z:{wheels}")

    def _once(self, command: tuple[str, ...], place: Place | None) -> tuple[float, Place | None]:
        """Start it once; where the window will be is known from the start before."""
        screen = self.wine.screen
        wants(eventually(lambda: not screen.sees(TITLE)), "the window before is still there")
        begun = time.perf_counter()
        program = self.wine.start(*command)
        while not (screen.shows(place) if place else screen.painted(TITLE)):
            wants(time.perf_counter() - begun < DEADLINE, f"no window: {command[0]}")
            time.sleep(_LOOK)
        took = time.perf_counter() - begun
        wants(where := screen.painted(TITLE), "it has gone")
        self.wine.press("alt+F4", TITLE)
        program.wait(DEADLINE)
        return took, where

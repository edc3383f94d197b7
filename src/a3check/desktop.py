"""The window put together with the run that it shows."""

import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from a3check.core.catalogue import catalogue
from a3check.core.check import Wishes
from a3check.core.earlier import LASTS, Earlier
from a3check.core.model import Diagnosis
from a3check.core.plugged import Plugged
from a3check.core.ports import User
from a3check.core.profile import Profile, builtin
from a3check.core.run import Observer
from a3check.core.stop import Stop
from a3check.probes.isolation import leave_no_image
from a3check.system import folders, lockfile

if TYPE_CHECKING:
    from a3check.app import World

TURN = 0.001
"""Seconds after which a thread of the run lets the window's have its turn; Python's 5 ms, times
the threads that import and parse side by side, are seen as a jerk."""
USAGE = 64
"""Exit status where no window can be shown (sysexits.h, EX_USAGE)."""


@dataclass(slots=True)
class Runs:
    """The window's runs, one after another; the last one's report can be written."""

    profile: Profile
    _wishes: Wishes | None = None
    _earlier: Earlier | None = None
    _ended: float = 0.0
    _world: "World | None" = None

    def begin(
        self, wishes: Wishes, user: User, observer: Observer, stop: threading.Event
    ) -> Diagnosis:
        """Run a diagnosis with ports of its own; ``stop`` ends every wait of it at once.

        Where the wishes name checks to test again, the others are taken over from the last
        run, if that is not long ago.
        """
        from a3check import app  # noqa: PLC0415 - the window is painted before

        app.log_to_file()
        self._wishes = wishes
        world, ended = app.assemble(self.profile, wishes, user), threading.Event()
        self._world = world
        if isinstance(stop, Stop):
            stop.on_leaving(world.interrupt)

        def watch() -> None:
            stop.wait()
            if not ended.is_set():
                world.cancel()

        watcher = threading.Thread(target=watch, name="stop", daemon=True)
        watcher.start()
        try:
            diagnosis, self._earlier = app.diagnose_again(
                world, self.profile, wishes, observer, stop, self._lasting()
            )
            self._ended = time.monotonic()
            return diagnosis
        finally:
            ended.set()
            stop.set()  # over: who waits for the wish to stop waits no longer
            self._world = None
            world.close()

    def rest(self) -> float:
        """Return the seconds until the portal is visited again, as a run begun now would wait."""
        from a3check.portal.pace import PACE  # noqa: PLC0415 - as above

        return PACE.left(self.profile.portal.start, self.profile.limits.walk_interval)

    def waiting(self, check: str) -> tuple[str, ...]:
        """Return the files of a running check that have been asked and have not answered yet."""
        world = self._world
        return () if world is None else world.waiting(check)

    def _lasting(self) -> Earlier | None:
        """Return the last run's, unless the world may be another by now."""
        fresh = time.monotonic() - self._ended <= LASTS
        return self._earlier if fresh else None

    def export(self, diagnosis: Diagnosis, folder: Path) -> Path:
        """Write the last run's report into a folder of its own; return ``relatorio.json``."""
        from a3check import app  # noqa: PLC0415 - as above

        wishes = self._wishes or Wishes()
        report = app.report(self.profile, wishes, diagnosis, masked=True)
        place = folder / f"a3check-{report.document['id']}"
        place.mkdir(parents=True, exist_ok=True)
        app.write_report(report, self.profile, place)
        return place / "relatorio.json"


def _no_screen() -> bool:
    """Tell a Linux session without any display: Qt would abort there."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform == "linux" and not any(os.environ.get(name) for name in named)


def main() -> int:
    """Show the window until it is closed; return the exit status."""
    from a3check.ui.application import show  # noqa: PLC0415 - nothing before the first paint
    from a3check.ui.surroundings import Surroundings  # noqa: PLC0415 - as above

    if _no_screen():
        sys.stderr.write(f"a3check: {catalogue().words('cli', 'no_screen')}\n")
        return USAGE
    leave_no_image()  # the PIN is typed into this process
    sys.setswitchinterval(TURN)
    profile = builtin()
    runs = Runs(profile)
    around = Surroundings(
        runs.rest, runs.waiting, partial(watch, profile), _place(), lockfile.take
    )
    return show(runs.begin, runs.export, profile, (), around)


def watch(profile: Profile, tell: Callable[[Plugged], None]) -> Callable[[], object]:
    """Begin to tell what is plugged in; the answer ends it. Nothing leaves this computer."""
    from a3check.probes.watcher import Watcher  # noqa: PLC0415 - after the first paint
    from a3check.system import here  # noqa: PLC0415

    watcher = Watcher(profile.limits, here(profile).usb, tell)
    watcher.start()
    return watcher.stop


def _place() -> Path | None:
    """Return the user's own folder; nothing where there is none: then each start has a window."""
    try:
        return folders.data()
    except OSError:
        return None

"""The window put together with the run that it shows."""

from __future__ import annotations

import os
import sys
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from a3check.core.catalogue import catalogue
from a3check.core.stop import Stop
from a3check.core.wishes import Wishes
from a3check.desktop.memory import Memory
from a3check.probes.isolation import leave_no_image
from a3check.system import folders, lockfile, profiles
from a3check.system.memory import SettingsFile

if TYPE_CHECKING:  # the window is painted before anything of a run is imported
    from collections.abc import Callable
    from pathlib import Path

    from a3check.app import Report
    from a3check.core.earlier import Earlier, Instant
    from a3check.core.model import Diagnosis
    from a3check.core.plugged import Plugged
    from a3check.core.ports import User
    from a3check.core.profile import Profile
    from a3check.core.run import Observer
    from a3check.core.settings import Settings
    from a3check.desktop.exporter import Exporter
    from a3check.desktop.mending import Mending
    from a3check.report.addressee import Kind
    from a3check.report.groups import Shown
    from a3check.report.renewal import Renewal
    from a3check.report.ticket import Ticket
    from a3check.world import World

TURN = 0.001
"""Seconds after which a thread of the run lets the window's have its turn; Python's 5 ms, times
the threads that import and parse side by side, are seen as a jerk."""
USAGE = 64
"""Exit status where no window can be shown (sysexits.h, EX_USAGE)."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the next run may take over, what was asked for it, and since when its oldest stands."""

    earlier: Earlier
    profile: Profile
    wishes: Wishes
    since: Instant


@dataclass(slots=True)
class Runs:
    """The window's runs, one after another; the last one's report can be written.

    ``last`` is its masked report; the same run has the same number wherever it is written.
    """

    profile: Profile
    last: Report | None = None
    _wishes: Wishes | None = None
    _reported: Diagnosis | None = None
    _other: tuple[Diagnosis, Report] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _earlier: _Kept | None = None
    _world: World | None = None

    def begin(
        self, wishes: Wishes, user: User, observer: Observer, stop: threading.Event
    ) -> Diagnosis:
        """Run a diagnosis with ports of its own; ``stop`` ends every wait of it at once.

        Where the wishes name checks to test again, the others are taken over from the last
        run, if it asked the same of the same portal and nothing of it is old.
        """
        from a3check import app  # noqa: PLC0415 - the window is painted before
        from a3check.world import assemble  # noqa: PLC0415 - as above

        app.log_to_file()
        self._wishes = wishes
        profile, now = self.profile, _instant()
        world, ended = assemble(profile, wishes, user), threading.Event()
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
            kept, self._earlier = self._lasting(profile, wishes, now), None
            diagnosis, earlier = app.diagnose_again(
                world, profile, wishes, observer, stop, kept.earlier if kept else None
            )
            stands = kept is not None and any(o.measured for o in diagnosis.outcomes)
            since = kept.since if kept is not None and stands else now
            self._earlier = _Kept(earlier, profile, wishes, since)
        finally:
            ended.set()
            stop.set()  # over: who waits for the wish to stop waits no longer
            self._world = None
            world.close()
        self._reported, self.last = diagnosis, self._report(diagnosis)
        app.record(self.last)
        return diagnosis

    def rest(self) -> float:
        """Return the seconds until the portal is visited again, as a run begun now would wait."""
        from a3check.portal.pace import PACE  # noqa: PLC0415 - as above
        from a3check.system import walks  # noqa: PLC0415 - as above

        interval = self.profile.limits.walk_interval
        return PACE.left(self.profile.portal.start, interval, walks.walks())

    def waiting(self, check: str) -> tuple[str, ...]:
        """Return the files of a running check that have been asked and have not answered yet."""
        world = self._world
        return () if world is None else world.waiting(check)

    def renew(self, doing: Callable[[str], None], stop: Stop) -> Renewal:
        """Bring the list of CAs; ``doing`` is told a key of ``[update]``, ``stop`` ends it."""
        from a3check import app  # noqa: PLC0415 - as above

        return app.update(self.profile, None, None, doing, offline=False, stop=stop)

    def learned(self) -> tuple[object, ...]:
        """Return the facts of the run that ended last; none while one goes on."""
        kept = self._earlier
        return () if kept is None else tuple(fact for _, fact in kept.earlier.facts)

    def _lasting(self, profile: Profile, wishes: Wishes, now: Instant) -> _Kept | None:
        """Return the last run's, unless the world or the question may be another by now."""
        kept = self._earlier
        if kept is None or not kept.since.lasts(now):
            return None
        same = kept.profile == profile and kept.wishes._replace(again=wishes.again) == wishes
        return kept if same else None

    @property
    def export(self) -> Exporter:
        """What writes these runs' reports."""
        from a3check.desktop.exporter import Exporter  # noqa: PLC0415 - in turn

        return Exporter(self)

    def draw_up(self, diagnosis: Diagnosis, kind: Kind | None, *, clear: bool) -> Ticket:
        """Return a run's ticket for somebody (nobody named: whom the verdict names).

        In clear it shows of what is private the person's own data, and no more.
        """
        from a3check import app  # noqa: PLC0415 - as above
        from a3check.report.groups import NOTHING, Group  # noqa: PLC0415 - as above
        from a3check.report.ticket import drawn_up  # noqa: PLC0415 - as above

        report = self.report(diagnosis, frozenset({Group.PERSON}) if clear else NOTHING)
        support, contact = self.profile.support, app.settings().load().place.contact
        return drawn_up(report.document, catalogue(), support=support, contact=contact, kind=kind)

    def write(self, path: Path, content: bytes) -> None:
        """Write the ticket again."""
        folders.write(path, content)

    def report(self, diagnosis: Diagnosis, shown: Shown = frozenset()) -> Report:
        """Return a run's report under its one number; masked but for the groups ``shown``."""
        masked = self._kept(diagnosis)
        return self._report(diagnosis, shown, id=str(masked.document["id"])) if shown else masked

    def _kept(self, diagnosis: Diagnosis) -> Report:
        """Return a run's masked report: it is written once, and has its number from then on."""
        if diagnosis is self._reported and self.last is not None:
            return self.last
        with self._lock:  # preview and saving may ask at once
            if self._other is None or self._other[0] is not diagnosis:
                self._other = diagnosis, self._report(diagnosis)
            return self._other[1]

    def _report(
        self,
        diagnosis: Diagnosis,
        shown: Shown = frozenset(),
        id: str = "",  # noqa: A002 - the report's own word
    ) -> Report:
        from a3check import app  # noqa: PLC0415 - as above

        wishes, place = self._wishes or Wishes(), app.settings().load().place
        return app.report(
            self.profile, wishes, diagnosis, masked=True, place=place, id=id, shown=shown
        )


def _no_screen() -> bool:
    """Tell a Linux session without any display: Qt would abort there."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform == "linux" and not any(os.environ.get(name) for name in named)


def main(file: str = "") -> int:
    """Show the window until it is closed; return the exit status.

    ``file`` is a report that somebody sent: it is shown first, read only.
    """
    from a3check.ui.ignition import ignite  # noqa: PLC0415 - as below

    ignite()
    from a3check.ui.application import show  # noqa: PLC0415 - nothing before the first paint
    from a3check.ui.surroundings import Surroundings  # noqa: PLC0415 - as above
    from a3check.ui.welcome import KnownProfile  # noqa: PLC0415 - as above

    if _no_screen():
        said = catalogue().words("cli", "no_screen_report" if file else "no_screen", file=file)
        sys.stderr.write(f"a3check: {said}\n")
        return USAGE
    leave_no_image()  # the PIN is typed into this process
    sys.setswitchinterval(TURN)
    data = folders.data_path()
    memory = SettingsFile(data)
    settings = memory.load()
    portals = profiles.known(data / "profiles", settings.profile)
    runs = Runs(portals.get(settings.profile, portals[""]))

    def remember(chosen: Settings) -> None:
        memory.save(chosen)
        runs.profile = portals[chosen.profile]

    shown = [KnownProfile.of(file, profile) for file, profile in portals.items()]
    watching = partial(watch, lambda: runs.profile)
    around = Surroundings(runs.rest, runs.waiting, watching, _place(), lockfile.take, _whole(file))
    return show(
        runs.begin,
        runs.export,
        shown,
        settings,
        remember,
        runs,
        records=Memory(runs),
        renew=runs.renew,
        surroundings=around,
        repairs=_mending(runs) if sys.platform == "win32" else None,
    )


def _whole(file: str) -> str:
    """Return a file's whole path: a window that is there already works in another folder."""
    return os.path.abspath(file) if file else ""  # noqa: PTH100 - a name may be anything


def _mending(runs: Runs) -> Mending:
    """Return what a3check can put right by itself."""
    from a3check.desktop.mending import Mending  # noqa: PLC0415 - after the first paint

    return Mending(runs)


def _instant() -> Instant:
    from a3check.core.earlier import Instant  # noqa: PLC0415 - after the first paint

    return Instant(time.monotonic(), time.time())


def watch(profile: Callable[[], Profile], tell: Callable[[Plugged], None]) -> Callable[[], object]:
    """Begin to tell what is plugged in; the answer ends it. Nothing leaves this computer.

    The deadlines are those of the profile that is chosen, whichever that is at each moment.
    """
    from a3check.probes.watcher import Watcher  # noqa: PLC0415 - after the first paint
    from a3check.system import here  # noqa: PLC0415

    watcher = Watcher(lambda: profile().limits, here(profile()).usb, tell)
    watcher.start()
    return watcher.stop


def _place() -> Path | None:
    """Return the user's own folder; nothing where there is none: then each start has a window."""
    try:
        return folders.data()
    except OSError:
        return None

"""Who notices that a token, a reader or a card is put in or pulled out?"""

import logging
import threading
from collections.abc import Callable, Sequence
from functools import partial

from a3check.core.computer import UsbDevice
from a3check.core.plugged import Plugged
from a3check.core.profile import Limits
from a3check.core.smartcard import Reader
from a3check.probes.readers import ProbedReaders

logger = logging.getLogger(__name__)

LOOK = 0.5
"""Seconds between two looks at the USB bus: some milliseconds of work each."""
SOONEST, LATEST = 0.5, 60.0
"""Seconds until PC/SC is watched again once that ended: doubled each time, until the bus changes.

Windows stops its service with the last reader, and starts it with the next.
"""
END = 1.0
"""Seconds that :meth:`Watcher.stop` waits for its threads."""


class Watcher:
    """Watches PC/SC by its own events, in a process that may die, and the USB bus by looking.

    ``tell`` gets what is plugged in now, on a thread of the watcher's, each time it has changed;
    the first time as soon as it is known. ``limits`` are asked for as it goes on: where others
    were chosen meanwhile, PC/SC is watched anew by those, and nobody hears of that. Nothing of it
    is needed for a run: what fails here costs a notice and nothing else.
    """

    def __init__(
        self,
        limits: Callable[[], Limits],
        bus: Callable[[], Sequence[UsbDevice]],
        tell: Callable[[Plugged], None],
    ) -> None:
        self._limits, self._bus, self._tell = limits, bus, tell
        self._used = limits()
        self._stopped, self._stirred = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._plugged = Plugged()
        self._readers: ProbedReaders | None = None
        works = (("plugs", self._watch_service), ("bus", self._watch_bus))
        self._threads = [
            threading.Thread(target=partial(_calmly, work), name=name, daemon=True)
            for name, work in works
        ]

    def start(self) -> None:
        """Begin to watch."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> bool:
        """End the process at once and tell whether the threads have ended, too."""
        self._stopped.set()
        self._stirred.set()
        with self._lock:
            readers = self._readers
        if readers is not None:
            readers.cancel()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(END)
        return not any(thread.is_alive() for thread in self._threads)

    def _watch_service(self) -> None:
        pause = SOONEST
        while not self._stopped.is_set():
            with self._lock:
                self._used = self._limits()
                self._readers = readers = ProbedReaders(self._used)
            if self._stopped.is_set():
                return
            fault = readers.watch(lambda: None, self._seen)
            if self._limits() != self._used:
                continue
            logger.info("PC/SC is not watched: %s %s", fault.kind, fault.detail)
            if not self._stopped.is_set():
                self._seen(())
            stirred = self._stirred.wait(pause)
            self._stirred.clear()
            pause = SOONEST if stirred else min(pause * 2, LATEST)

    def _watch_bus(self) -> None:
        before: frozenset[UsbDevice] = frozenset()
        while not self._stopped.is_set():
            self._keep_up()
            devices = frozenset(self._bus())
            if devices != before:
                before = devices
                self._on_bus(devices)
                self._stirred.set()
            self._stopped.wait(LOOK)

    def _keep_up(self) -> None:
        """End the watching by deadlines that are no longer the chosen ones."""
        with self._lock:
            readers = self._readers if self._limits() != self._used else None
        if readers is not None:
            readers.interrupt()

    def _on_bus(self, devices: frozenset[UsbDevice]) -> None:
        self._change(lambda plugged: plugged.with_bus(devices))

    def _seen(self, readers: tuple[Reader, ...]) -> None:
        self._change(lambda plugged: plugged.with_seats(readers))

    def _change(self, change: Callable[[Plugged], Plugged]) -> None:
        with self._lock:
            before, self._plugged = self._plugged, change(self._plugged)
            now = self._plugged
            if now != before and not self._stopped.is_set():
                self._tell(now)  # inside: what is told keeps its order


def _calmly(work: Callable[[], None]) -> None:
    """Let a defect here cost the notices and nothing else."""
    try:
        work()
    except Exception:  # the edge of a thread
        logger.exception("what is plugged in is not watched any more")

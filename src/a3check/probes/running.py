"""The processes of one port that run now, and may all have to end at once."""

import threading

from a3check.probes.client import ProbeProcess


class Running:
    """Starts them and keeps them until they are ended; any thread may call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._processes: set[ProbeProcess] = set()
        self._cancelled = False

    @property
    def processes(self) -> tuple[ProbeProcess, ...]:
        """Those that run at this moment."""
        with self._lock:
            return tuple(self._processes)

    def start(self, kind: str) -> ProbeProcess | None:
        """Start a process of a kind (``probes.process``); nothing once cancelled."""
        with self._lock:
            if self._cancelled:
                return None
            process = ProbeProcess(kind)
            self._processes.add(process)
        return process

    def end(self, process: ProbeProcess) -> None:
        """End one, and forget it."""
        process.end()
        with self._lock:
            self._processes.discard(process)

    def cancel(self) -> None:
        """Kill what runs, at once; nothing starts again."""
        with self._lock:
            self._cancelled = True
        self.interrupt()

    def interrupt(self) -> None:
        """Kill what runs, at once; what is started later runs."""
        for process in self.processes:
            process.cancel()

"""What did a probe's vendor code print?"""

import threading

from a3check.probes.spawner import Child

KEPT = 64 * 1024
"""Bytes; of more, the last ones are kept: they tell of the end."""
_SETTLING = 0.5
"""Seconds for the last words of an ended process; a helper of the vendor's may hold the pipe."""


class Stderr:
    """Drains a child's standard error so that it never blocks, and keeps its tail."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._kept = bytearray()
        self._muted = False
        self._thread = threading.Thread(target=self._drain, name="probe stderr", daemon=True)
        self._thread.start()

    def mute(self) -> None:
        """Drop all that comes from now on: it may hold a PIN (OpenSC logs APDUs on demand)."""
        self._muted = True

    def settle(self) -> None:
        """Wait a moment for the rest."""
        self._thread.join(_SETTLING)

    def text(self) -> str:
        """Return what was kept, as text."""
        return bytes(self._kept).decode("utf-8", "replace")

    def _drain(self) -> None:
        stream = self._child.stderr
        if stream is None:
            return
        try:
            while chunk := stream.read(4096):
                if not self._muted:
                    self._kept += chunk
                    del self._kept[:-KEPT]
        except (OSError, ValueError):
            return
        finally:
            stream.close()

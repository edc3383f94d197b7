"""What is plugged in, carried to the window's thread: what is new of it?"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

if TYPE_CHECKING:  # the window is painted before anything of a run is imported
    from a3check.core.plugged import Plugged


class Plugs(QObject):
    """Hears of what is plugged in, from any thread, and tells the window what is new."""

    noticed = Signal(object)
    """A :class:`~a3check.core.plugged.News`."""
    _heard = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._last: Plugged | None = None
        self._heard.connect(self._compare, Qt.ConnectionType.QueuedConnection)

    def hear(self, plugged: Plugged) -> None:
        """Take what is plugged in now; safe from any thread, also once the window has gone."""
        with suppress(RuntimeError):
            self._heard.emit(plugged)

    @Slot(object)
    def _compare(self, plugged: Plugged) -> None:
        from a3check.core.plugged import Plugged, news  # noqa: PLC0415 - as above

        said, self._last = news(self._last or Plugged(), plugged), plugged
        if said is not None:
            self.noticed.emit(said)

"""Which sticks and cards are plugged in, to which something can be written?"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStorageInfo, QTimer, Signal, Slot

from a3check.ui.records import Chores

LOOK = 2_000
"""Milliseconds between two looks."""


@dataclass(frozen=True, slots=True)
class Drive:
    """A removable volume: its name as the user knows it, and where it is."""

    name: str
    path: Path


Removable = Callable[[str, str], bool]
"""Tell whether a volume, by its device and its folder, can be pulled out."""


def plugged(
    removable: Removable,
    volumes: Callable[[], Iterable[QStorageInfo]] = QStorageInfo.mountedVolumes,
) -> tuple[Drive, ...]:
    """Return them by name.

    A network folder that is away may hold this up: not on the window's thread.
    """
    return tuple(sorted(map(_drive, _found(volumes(), removable)), key=lambda drive: drive.name))


def _found(volumes: Iterable[QStorageInfo], removable: Removable) -> Iterable[QStorageInfo]:
    for volume in volumes:
        device = bytes(volume.device().data()).decode("utf-8", "replace")
        if removable(device, volume.rootPath()) and volume.isReady() and not volume.isReadOnly():
            yield volume


def _drive(volume: QStorageInfo) -> Drive:
    path = Path(volume.rootPath())
    letter = path.drive  # Windows': what its own windows call the stick
    name = volume.name() or path.name
    return Drive(f"{name} ({letter})" if letter and name else name or str(path), path)


class Drives(QObject):
    """Looks at what is plugged in, from :meth:`start` to :meth:`stop`."""

    changed = Signal(object)
    """All of them, as a tuple of :class:`Drive`, after each look."""

    def __init__(self, removable: Removable, parent: QObject) -> None:
        super().__init__(parent)
        self._removable, self._looks = removable, False
        self._chores, self._timer = Chores(self), QTimer(self, interval=LOOK)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Look at once, and from now on."""
        self._look()
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    @Slot()
    def _look(self) -> None:
        if not self._looks:  # a look that hangs is not joined by others
            self._looks = True
            self._chores.do(partial(plugged, self._removable), self._seen)

    def _seen(self, found: object) -> None:
        self._looks = False
        if isinstance(found, tuple):
            self.changed.emit(found)

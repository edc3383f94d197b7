"""What the window reaches outside of itself: the browser, the screen's picture, a folder."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices, QImage
from PySide6.QtWidgets import QWidget

from a3check.ui.screen import Monitor, monitors, photograph

CONSOLES = frozenset({"services.msc", "devmgmt.msc", "certmgr.msc"})


@dataclass(frozen=True, slots=True)
class Print:
    """The screen at a moment, after an address was opened in the browser.

    ``pasted``: the user took it with the system's own key, so the moment is that of pasting.
    """

    image: QImage
    moment: datetime
    address: str
    pasted: bool = False


def browse(url: str) -> bool:
    """Open a page in the default browser; tell whether something took it."""
    return url.startswith(("https://", "http://")) and QDesktopServices.openUrl(QUrl(url))


def launch(target: str) -> bool:
    """Open one of our own targets in the system's way; tell whether something took it.

    ``https`` and ``ms-settings`` (Windows' settings), or ``console:NAME`` for one of
    :data:`CONSOLES` in Windows' own folder; anything else is refused.
    """
    scheme, _, name = target.partition(":")
    if scheme == "console" and name in CONSOLES:
        windows = os.environ.get("SystemRoot", r"C:\Windows")  # noqa: SIM112 - Windows' spelling
        console = QUrl.fromLocalFile(f"{windows}\\System32\\{name}")
        return QDesktopServices.openUrl(console)
    if scheme == "ms-settings":
        return QDesktopServices.openUrl(QUrl(target))
    return browse(target)


def _now() -> datetime:
    return datetime.now().astimezone()


class Outside:
    """The browser and the camera of one window."""

    def __init__(
        self,
        browse: Callable[[str], bool] = browse,
        camera: Callable[[Monitor | None], QImage] = photograph,
        now: Callable[[], datetime] = _now,
        launch: Callable[[str], bool] = launch,
        monitors: Callable[[], tuple[Monitor, ...]] = monitors,
    ) -> None:
        self.browse, self._camera, self.now, self.launch = browse, camera, now, launch
        self.monitors = monitors

    def take(self, address: str, monitor: Monitor | None = None) -> Print:
        """Take a monitor, or all of them; raises ``NoPrint``. May run on any thread."""
        return Print(self._camera(monitor), self.now(), address)


def show_folder(folder: Path) -> None:
    """Open a folder in the system's own way."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def ask_folder(parent: QWidget, title: str) -> Path | None:
    """Let the user choose a folder, beginning with the documents."""
    from PySide6.QtWidgets import QFileDialog  # noqa: PLC0415 - after the first paint

    place = QStandardPaths.StandardLocation.DocumentsLocation
    chosen = QFileDialog.getExistingDirectory(
        parent, title, QStandardPaths.writableLocation(place)
    )
    return Path(chosen) if chosen else None

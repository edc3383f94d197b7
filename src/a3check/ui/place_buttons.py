"""The buttons that say where to save: a folder of choice, or a stick that is plugged in."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from a3check.core.catalogue import Catalogue
from a3check.ui.pieces import button, rename

if TYPE_CHECKING:
    from collections.abc import Sequence

    from a3check.ui.drives import Drive

MOST = 3
"""Sticks with a button of their own; the others are reached by choosing a folder."""


class PlaceButtons(QWidget):
    """A row of them; the sticks come and go."""

    folder_wanted = Signal()
    """A folder is to be asked for."""
    place_wanted = Signal(object)
    """A :class:`~pathlib.Path` that was pressed."""

    def __init__(self, words: Catalogue, role: str) -> None:
        super().__init__()
        self._words, self._role = words, role
        self.folder_button = button("", role, self.folder_wanted.emit)
        self.drive_buttons: list[QPushButton] = []
        self._drives: Sequence[Drive] = ()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 8, 0, 0)
        self._row.setSpacing(10)
        self._row.addWidget(self.folder_button)
        self._row.addStretch(1)
        self.rename_folder()

    @property
    def last(self) -> QPushButton:
        """The last button, after which Tab leads on."""
        return (self.folder_button, *self.drive_buttons)[-1]

    def rename_folder(self, *, other: bool = False) -> None:
        """Ask for a folder, or for another one than before."""
        rename(self.folder_button, self._words.words("saving", "other" if other else "folder"))

    def show_drives(self, drives: "Sequence[Drive]") -> None:
        """Show other sticks; what has the focus keeps it while its stick is there."""
        if list(drives) == list(self._drives):
            return
        self._drives = drives
        for old in self.drive_buttons:
            old.hide()
            old.deleteLater()
        self.drive_buttons = [self._made(drive) for drive in drives[:MOST]]
        before: QWidget = self.folder_button
        for made in self.drive_buttons:
            self._row.insertWidget(self._row.indexOf(before) + 1, made)
            self.setTabOrder(before, made)
            before = made

    def _made(self, drive: "Drive") -> QPushButton:
        text = self._words.words("saving", "drive", name=drive.name)
        return button(text, "plain", partial(self.place_wanted.emit, drive.path))

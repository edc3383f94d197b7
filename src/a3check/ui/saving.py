"""Saving what a run has found: the folder that is asked for, the report, the picture."""

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from a3check.core.catalogue import Catalogue
from a3check.core.model import Diagnosis
from a3check.ui.outside import Print, show_folder
from a3check.ui.session import Session

logger = logging.getLogger(__name__)

ChooseFolder = Callable[[QWidget, str], Path | None]


class Saving(QObject):
    """Writes report and picture of one diagnosis, in a folder of the user's choice.

    ``printed`` gives the browser's picture that belongs to the run, if one was taken.
    """

    told = Signal(str)
    """A sentence about what becomes of it."""
    changed = Signal()
    """Something was saved, or could not be."""
    kept = Signal(object)
    """What was saved: a :class:`~a3check.ui.kept.Kept`."""

    def __init__(
        self,
        session: Session,
        words: Catalogue,
        printed: Callable[[], Print | None],
        choose: ChooseFolder,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session, self._words, self._printed = session, words, printed
        self._choose, self._window = choose, window
        self.folder: Path | None = None
        self.writing = False
        session.written.connect(self._photograph)
        session.kept.connect(self._kept)
        session.not_saved.connect(self._not_saved)

    def begin(self, diagnosis: Diagnosis) -> None:
        """Ask where, then write there; nothing follows where nobody chose."""
        folder = self._choose(self._window, self._words.words("window", "folder_title"))
        if folder is not None:
            self.told.emit(self._words.words("window", "saving"))
            self.writing = True
            self.changed.emit()
            self._session.save(diagnosis, folder)

    def forget(self) -> None:
        """Forget the folder of a run that is over."""
        self.folder, self.writing = None, False

    def open_folder(self) -> None:
        """Open the folder of what was saved last."""
        if self.folder is not None:
            show_folder(self.folder)

    @Slot(object, object)
    def _photograph(self, diagnosis: Diagnosis, report: Path) -> None:
        from a3check.ui.screenshot import taken  # noqa: PLC0415 - after the first paint

        try:
            write = taken(diagnosis, report, self._words, self._printed())
        except (OSError, ValueError):
            logger.exception("no picture was taken")
            self._not_saved()
            return
        self._session.keep(write, report.parent)

    @Slot(object)
    def _kept(self, folder: Path) -> None:
        self.folder = folder
        key = "saved" if self._printed() is None else "printed"
        self._end(self._words.words("window", key, folder=str(folder)))

    @Slot()
    def _not_saved(self) -> None:
        self._end(self._words.words("window", "not_saved"))

    def _end(self, said: str) -> None:
        self.writing = False
        self.told.emit(said)
        self.changed.emit()

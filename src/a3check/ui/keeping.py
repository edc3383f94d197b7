"""Writing a report's folder: the draft, the pictures, the files, each where it holds nobody up."""

import logging
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from a3check.core.model import Diagnosis
from a3check.ui.kept import Kept, NotKeptError
from a3check.ui.piecemeal import Piecemeal
from a3check.ui.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from a3check.core.ports import JSON
    from a3check.report.groups import Shown
    from a3check.report.pictures import Picture
    from a3check.ui.album import Album
    from a3check.ui.shot import Shot

logger = logging.getLogger(__name__)

PATIENCE = 10_000
"""Milliseconds after which a folder is slow: it takes one or two, a network's folder more."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be written, and where."""

    diagnosis: Diagnosis
    shown: "Shown"
    folder: Path
    screen: bool


class Keeping(QObject):
    """Writes one wish at a time; another one, or a new run, is not held up by a slow folder."""

    kept = Signal(object)
    """The :class:`~a3check.ui.kept.Kept` that was written."""
    failed = Signal(str, object)
    """Why (``NotKeptError.fault``), and the folder."""
    slow = Signal(object)
    """The folder that does not answer."""

    def __init__(self, session: Session, album: "Album", parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._album = session, album
        self._wish: Wish | None = None
        self._drawn = Piecemeal(self)
        self._patience = QTimer(self, interval=PATIENCE, singleShot=True)
        self._patience.timeout.connect(self._tell_slow)

    @property
    def busy(self) -> bool:
        """Whether somebody waits for it."""
        return self._wish is not None

    def begin(self, diagnosis: Diagnosis, shown: "Shown", folder: Path, *, screen: bool) -> None:
        """Begin; of one begun before nothing is told any more, though it may still be written."""
        wish = Wish(diagnosis, shown, folder, screen)
        self._wish = wish
        self._patience.start()
        self._session.write(partial(self._draft, wish), partial(self._draw, wish))

    def forget(self) -> None:
        """Tell nothing of what is being written."""
        self._wish = None
        self._patience.stop()
        self._drawn.stop()

    def _draft(self, wish: Wish) -> "Mapping[str, JSON]":
        """Write the masked report, which the pictures are drawn of."""
        from a3check.render import stamp  # noqa: F401, PLC0415 - so that the window need not wait
        from a3check.report import caption  # noqa: F401, PLC0415 - as above
        from a3check.ui import screenshot  # noqa: F401, PLC0415 - as above

        return self._session.exports.written(wish.diagnosis)

    def _draw(self, wish: Wish, document: object) -> None:
        if wish is not self._wish:
            return
        if isinstance(document, dict):
            steps = self._album.drawing(wish.diagnosis, document)
            self._drawn.do(steps, partial(self._write, wish))
        else:
            self._end(wish, None)

    def _write(self, wish: Wish, shots: object) -> None:
        """Write what was drawn; a picture that was not is no reason to lose the report."""
        taken = shots if isinstance(shots, tuple) else ()
        self._session.write(partial(self._files, wish, taken), partial(self._end, wish))

    def _files(self, wish: Wish, shots: "Sequence[Shot]") -> Kept | str:
        keep = self._session.exports.keep
        pictures = tuple(_encoded(shots))
        try:
            return keep(wish.diagnosis, wish.shown, pictures, wish.folder, screen=wish.screen)
        except NotKeptError as error:
            return error.fault

    def _end(self, wish: Wish, result: object) -> None:
        if wish is not self._wish:
            return
        self.forget()
        if isinstance(result, Kept):
            self.kept.emit(result)
        else:
            self.failed.emit(result if isinstance(result, str) else "broke", wish.folder)

    @Slot()
    def _tell_slow(self) -> None:
        if self._wish is not None:
            self.slow.emit(self._wish.folder)


def _encoded(shots: "Sequence[Shot]") -> "Iterator[Picture]":
    """Yield them as files; one that cannot be encoded is left out."""
    from a3check.report.pictures import Picture  # noqa: PLC0415 - after the first paint

    for shot in shots:
        try:
            yield Picture(shot.file, shot.kind, shot.moment, shot.png())
        except OSError:
            logger.exception("a picture was not encoded")

"""The pictures of one run: our own window, and the print of the screen that the user took."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from a3check.ui.piecemeal import Steps, at_once

if TYPE_CHECKING:  # the window is painted before anything of a report is imported
    from collections.abc import Mapping
    from datetime import datetime

    from PySide6.QtGui import QImage

    from a3check.core.catalogue import Catalogue
    from a3check.core.model import Diagnosis
    from a3check.core.ports import JSON
    from a3check.report.pictures import Kind
    from a3check.ui.outside import Print
    from a3check.ui.shot import Shot


class Album(QObject):
    """Keeps the print of the screen of one run, and draws what belongs to its report."""

    changed = Signal()
    """There is another print, or none any more."""

    def __init__(self, words: Catalogue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._print: Print | None = None

    @property
    def print(self) -> Print | None:
        """The print of the screen that the user wants to be saved, if there is one."""
        return self._print

    def keep(self, taken: Print) -> None:
        """Keep a print in the last one's place."""
        self._print = taken
        self.changed.emit()

    def forget(self) -> None:
        """Forget the print: it belongs to a run that is over, or the user threw it away."""
        if self._print is not None:
            self._print = None
            self.changed.emit()

    def shots(self, diagnosis: Diagnosis, document: Mapping[str, JSON]) -> tuple[Shot, ...]:
        """Draw and stamp what belongs to a report, all at once (:meth:`drawing`)."""
        return at_once(self.drawing(diagnosis, document))

    def drawing(
        self, diagnosis: Diagnosis, document: Mapping[str, JSON]
    ) -> Steps[tuple[Shot, ...]]:
        """Draw and stamp what belongs to a report in steps: our own window first, then the print.

        Only on the window's thread. ``document`` is the report as it will be written; our
        own window is drawn masked, whatever that shows.
        """
        from a3check.render.stamp import stamp  # noqa: PLC0415 - after the first paint
        from a3check.report.caption import caption, fields, print_caption  # noqa: PLC0415
        from a3check.report.pictures import FILES, Kind  # noqa: PLC0415
        from a3check.ui.screenshot import drawing, masked_facts  # noqa: PLC0415
        from a3check.ui.shot import Shot  # noqa: PLC0415

        def shot(kind: Kind, image: QImage, moment: datetime, lines: tuple[str, ...]) -> Shot:
            told = fields(document, lines, moment)
            return Shot(FILES[kind], kind, moment, stamp(image, lines), told)

        facts = masked_facts(document, diagnosis)
        yield
        own = yield from drawing(diagnosis, self._words, facts)
        reached = diagnosis.started + timedelta(seconds=diagnosis.seconds)
        yield
        shots = [shot(Kind.OWN, own, reached, caption(document, self._words, reached))]
        if self._print is not None:
            yield
            taken = self._print
            lines = print_caption(
                document, self._words, taken.moment, taken.address, pasted=taken.pasted
            )
            shots.append(shot(Kind.SCREEN, taken.image, taken.moment, lines))
        return tuple(shots)

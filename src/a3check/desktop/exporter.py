"""What the window saves of its runs: a folder with the bundle, the ticket and the print."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the window is painted before anything of a run is imported
    from collections.abc import Sequence

    from a3check.app import Report
    from a3check.core.model import Diagnosis
    from a3check.core.past import Document
    from a3check.report.addressee import Kind
    from a3check.report.groups import Shown
    from a3check.report.pictures import Picture
    from a3check.report.ticket import Ticket
    from a3check.ui.kept import Kept

logger = logging.getLogger(__name__)

TICKET = "chamado.txt"


class Reports(Protocol):
    """The runs by their reports (``desktop.Runs``)."""

    def report(self, diagnosis: "Diagnosis", shown: "Shown" = frozenset()) -> "Report":
        """Return a run's report under its one number; masked but for the groups ``shown``."""

    def draw_up(self, diagnosis: "Diagnosis", kind: "Kind | None", *, clear: bool) -> "Ticket":
        """Return a run's ticket for somebody (nobody named: whom the verdict names)."""


class Exporter:
    """Writes reports of the window's runs (``ui.exports.Exports``)."""

    def __init__(self, runs: Reports) -> None:
        self._runs = runs

    def written(self, diagnosis: "Diagnosis", shown: "Shown" = frozenset()) -> "Document":
        """Return the report as it would be saved."""
        return self._runs.report(diagnosis, shown).document

    def keep(
        self,
        diagnosis: "Diagnosis",
        shown: "Shown",
        pictures: "Sequence[Picture]",
        folder: Path,
        *,
        screen: bool,
    ) -> "Kept":
        """Write bundle, ticket and the screen's print into a folder of their own, or nothing."""
        from a3check.system.unwritten import why  # noqa: PLC0415 - the window is painted before
        from a3check.ui.kept import NotKeptError  # noqa: PLC0415 - as above

        try:
            return self._kept(diagnosis, shown, pictures, folder, screen=screen)
        except OSError as error:
            logger.warning("not saved: %s", type(error).__name__)
            raise NotKeptError(why(error)) from error

    def removable(self, device: str, root: str) -> bool:
        """Tell whether a volume can be pulled out."""
        from a3check.system import sticks  # noqa: PLC0415 - as above

        return sticks.removable(device, root)

    def select(self, file: Path) -> bool:
        """Show a file in the file manager."""
        from a3check.system import filemanager  # noqa: PLC0415 - as above

        return filemanager.select(file)

    def _kept(
        self,
        diagnosis: "Diagnosis",
        shown: "Shown",
        pictures: "Sequence[Picture]",
        folder: Path,
        *,
        screen: bool,
    ) -> "Kept":
        from a3check import app  # noqa: PLC0415 - the window is painted before
        from a3check.report import addressee, bundle  # noqa: PLC0415 - as above
        from a3check.report.document import dumps  # noqa: PLC0415 - as above
        from a3check.report.pictures import Kind, with_pictures  # noqa: PLC0415 - as above
        from a3check.system import bundles  # noqa: PLC0415 - as above
        from a3check.ui.kept import Kept  # noqa: PLC0415 - as above

        report = self._runs.report(diagnosis, shown)
        document = with_pictures(report.document, pictures)
        report = replace(report, document=document, text=dumps(document))
        ticket = self._runs.draw_up(diagnosis, addressee.Kind.PORTAL, clear=False).text.encode()
        png = {picture.kind: picture.png for picture in pictures}
        beside = {p.file: p.png for p in pictures if p.kind is not Kind.OWN}
        name = bundle.name(document)

        def fill(place: Path) -> None:
            seen = png.get(Kind.SCREEN, b"") if screen else b""
            app.write_bundle(report, place, png.get(Kind.OWN, b""), screen=seen, apart=True)
            for file, content in {TICKET: ticket, **beside}.items():
                bundles.keep(place, file, content)

        place = bundles.together(folder, Path(name).stem, fill)
        files = tuple(place / file for file in beside)
        size = (place / name).stat().st_size
        return Kept(place, place / name, place / TICKET, files, document, size)

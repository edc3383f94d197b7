"""Tickets of invented runs, what was saved of them, and the companion window on each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize
from tests.gui import scenes
from tests.gui.closing import gone
from tests.gui.scripted import ABOUT, Script, export

from a3check.core.catalogue import catalogue
from a3check.core.profile import Support
from a3check.core.settings import Place
from a3check.report.addressee import Kind
from a3check.report.document import document
from a3check.report.ticket import Ticket, drawn_up
from a3check.ui.filing import Filing
from a3check.ui.kept import Kept
from a3check.ui.session import Session
from a3check.ui.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from a3check.core.model import Diagnosis
    from a3check.ui.companion import Companion
    from a3check.ui.style import Theme

CONTACT = "Joana Inventada, joana@inventada.test, (92) 5555-0100"
PLACE = Place("Manaus", "AM", "Prefeitura Inventada", "12/2024")
NAMES = ("a3check-20261122T143107-7f3a.zip", "chamado.txt", "navegador.png")


@dataclass
class Drawn:
    """Draws tickets up as the program does; ``written`` keeps what became of ``chamado.txt``."""

    place: Place = PLACE
    support: Support = field(default_factory=lambda: Support(scenes.SUPPORT))
    broken: bool = False
    drawn: list[Ticket] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    def draw_up(self, diagnosis: Diagnosis, kind: Kind | None, *, clear: bool) -> Ticket:
        about = replace(ABOUT, place=self.place)
        report = document(diagnosis, about, masked=not clear)
        contact = CONTACT if self.place == PLACE else ""
        made = drawn_up(report, catalogue(), support=self.support, contact=contact, kind=kind)
        self.drawn.append(made)
        return made

    def write(self, path: Path, content: bytes) -> None:
        if self.broken:
            raise OSError
        path.write_bytes(content)
        self.written.append(content.decode())


def kept(folder: Path, number: str = ABOUT.id) -> Kept:
    """Write three files as a saving leaves them, and return them."""
    paths = [folder / name for name in NAMES]
    for path in paths:
        path.write_text(path.name, "utf-8")
    return Kept(folder, paths[0], paths[1], tuple(paths[2:]), {"id": number})


def _ready(filing: Filing, folder: Path) -> None:
    filing.attach(kept(folder))
    filing.open()


def _half(filing: Filing, folder: Path) -> None:
    """Copy the first two fields, and ask for one's own data."""
    _ready(filing, folder)
    for shown in companion(filing).fields[:2]:
        shown.copy()
    companion(filing).head.clear_box.click()


def _supplier(filing: Filing, folder: Path) -> None:
    filing.open()
    companion(filing).chosen.emit(Kind.SUPPLIER)


COMPANIONS: dict[str, tuple[Diagnosis, Callable[[Filing, Path], None]]] = {
    "chamado": (scenes.REJECTED_RUN, _ready),
    "chamado-copiando": (scenes.REJECTED_RUN, _half),
    "chamado-fornecedor": (scenes.EXPIRED_RUN, _supplier),
    "com-quem": (scenes.EXPIRED_RUN, lambda filing, _: filing.open()),
    "com-quem-voce": (scenes.NO_CARD_RUN, lambda filing, _: filing.open()),
    "com-quem-aceito": (scenes.HEALTHY_RUN, lambda filing, _: filing.open()),
    "com-quem-nao-sei": (scenes.SKIPPED_RUN, lambda filing, _: filing.open()),
}
"""What the companion window shows, and how it comes to that."""


def companion(filing: Filing) -> Companion:
    """Return the window that is open."""
    assert filing.companion is not None
    return filing.companion


def companions(
    theme: Theme, size: QSize, only: frozenset[str], settle: Callable[[Callable[[], bool]], None]
) -> Iterator[tuple[str, Companion]]:
    """Yield the companion in each state, on a screen of this size; it is closed afterwards."""
    for name, (diagnosis, act) in COMPANIONS.items():
        if only and name not in only:
            continue
        session = Session(Script(diagnosis), export)
        window = Window(session, catalogue(), theme=theme)
        window.pages.set_theme(theme)
        filing = Filing(window, session, Drawn(), catalogue(), browse=bool)
        with TemporaryDirectory() as folder:
            window.start()
            settle(lambda: not session.busy)  # noqa: B023 - called at once
            act(filing, Path(folder))
            shown = companion(filing)
            shown.place(QRect(QPoint(0, 0), size))
            settle(lambda: shown.isVisible() and not filing.busy)  # noqa: B023 - as above
            yield name, shown
        gone(window, session)

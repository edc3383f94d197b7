"""A computer's memory made of invented runs, and the window on each page that shows it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from pathlib import Path

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QApplication
from tests.gui import scenes
from tests.gui.scripted import ABOUT, Script, export
from tests.unit.pki.zips import packed as zipped

from a3check.core.catalogue import catalogue
from a3check.core.check import found
from a3check.core.erasure import Erasure
from a3check.core.model import Diagnosis, Finding
from a3check.core.past import Document, Past, past_of
from a3check.core.profile import builtin
from a3check.core.settings import Place
from a3check.desktop import Runs
from a3check.desktop.memory import Memory
from a3check.report import bundle
from a3check.report.document import document, dumps
from a3check.report.groups import NOTHING, Group, Shown
from a3check.report.mask import Masker
from a3check.report.parcel import packed
from a3check.report.received import Received, ReceivedError, Refused, received
from a3check.ui.doors import Doors
from a3check.ui.memories import Memories
from a3check.ui.session import Session
from a3check.ui.style import Theme
from a3check.ui.window import Window

KEY = b"k" * 32


def past(diagnosis: Diagnosis, days: int = 0) -> Past:
    """Return an invented run as the history keeps it, so many days ago."""
    started = scenes.STARTED - timedelta(days=days, minutes=37 * days)
    right = found("clock.right", trusted_time=started, seconds=0.4)
    outcomes = tuple(
        replace(o, findings=(right,)) if o.findings == scenes.HEALTHY["clock"] else o
        for o in diagnosis.outcomes
    )
    moved = replace(diagnosis, started=started, outcomes=outcomes)
    about = replace(ABOUT, id=f"{moved.started:%Y%m%dT%H%M%S}-{days:04x}")
    made = past_of(document(moved, about, masker=Masker(key=KEY)))
    assert made is not None
    return made


def driven(version: str, **changed: tuple[Finding, ...]) -> Diagnosis:
    """Return a healthy run with this version of the driver, some findings replaced."""
    driver = found("driver.working", module=scenes.MODULE, module_version=version, seconds=0.8)
    return Diagnosis(scenes.outcomes({"driver": (driver,), **changed}), scenes.STARTED, 9.0)


_BEHIND = scenes.STARTED - timedelta(days=1, minutes=41)
LATE = found(
    "clock.off",
    computer_time=_BEHIND - timedelta(minutes=4),
    trusted_time=_BEHIND,
    minutes=4,
)
READER = found("card.present", reader="Leitora Nova 00 00", atr="3B7F96000080318065")
REJECTED = scenes.REJECTED_RUN.outcome("login").findings


@cache
def runs() -> tuple[Past, ...]:
    """Return what is kept, the latest first; made when the time zone is set."""
    return (
        past(scenes.EXPIRED_RUN),
        past(driven("10.9", card=(READER,), clock=(LATE,), login=REJECTED), 1),
        past(scenes.SKIPPED_RUN, 6),
        past(driven("10.8"), 19),
        past(scenes.WRONG_PIN_RUN, 20),
        past(scenes.NO_CARD_RUN, 48),
        past(driven("10.8"), 83),
    )


@dataclass(slots=True)
class Remembered:
    """Records that keep what they are given; ``erased`` is what erasing answers."""

    kept: Sequence[Past] = field(default_factory=runs)
    last: Document | None = None
    erased: Erasure = field(default_factory=lambda: Erasure(61))
    mark: str = "aaaa"
    erasures: int = 0
    received: list[str] = field(default_factory=list)
    sent: Mapping[str, bytes] = field(default_factory=dict)

    def runs(self) -> tuple[Past, ...]:
        return tuple(self.kept)

    def origin(self) -> str:
        return self.mark

    def write(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)

    def receive(self, file: str) -> Received | Refused:
        self.received.append(file)
        if file not in self.sent:
            return Memory(Runs(builtin())).receive(file)
        try:
            return received(self.sent[file])
        except ReceivedError as error:
            return Refused("received", error.fault, error.where)

    def erase(self) -> Erasure:
        self.erasures += 1
        self.kept = ()
        return self.erased


Act = Callable[[Window, Memories, Remembered], object]


def _history(window: Window, memories: Memories, records: Remembered) -> None:
    memories.show_history()


def _erasing(window: Window, memories: Memories, records: Remembered) -> None:
    memories.show_history()
    memories.history.erase.ask_button.click()


def _erased(window: Window, memories: Memories, records: Remembered) -> None:
    records.erased = Erasure(61, counts=1)
    _erasing(window, memories, records)
    memories.history.erase.yes_button.click()


def _opened(window: Window, memories: Memories, records: Remembered) -> None:
    memories.show_history()
    memories._show(memories._recall())
    memories.history.opened.emit(runs()[1].id)


PLACE = Place(
    "Manacapuru Inventada", "AM", "Prefeitura de Manacapuru Inventada", "12/2026", "", ""
)
MAILED = "/home/suporte/Downloads/a3check-20261122T143107-7f3a.zip"


def sent(diagnosis: Diagnosis, shown: Shown = NOTHING) -> dict[str, bytes]:
    """Return the files of a bundle as a town sends it; ``shown`` is not hidden."""
    about = replace(ABOUT, place=PLACE)
    text = dumps(document(diagnosis, about, masker=Masker(key=KEY, shown=shown)))
    return {bundle.REPORT: text.encode(), bundle.PDF: b"%PDF-1.4 of it", bundle.README: b"LEIA"}


def _opens(content: bytes, file: str = MAILED) -> Act:
    """Return the opening of a file that holds this."""

    def act(window: Window, memories: Memories, records: Remembered) -> None:
        records.sent = {file: content}
        _doors(window).open_report(file)

    return act


def _received(window: Window, memories: Memories, records: Remembered) -> None:
    _opens(bundle.packed(sent(scenes.EXPIRED_RUN)))(window, memories, records)


def _received_open(window: Window, memories: Memories, records: Remembered) -> None:
    """Open a lone JSON that hides nothing of persons, of a run that was cut."""
    shown = frozenset({Group.PERSON, Group.SERIALS})
    content = sent(scenes.CANCELLED_RUN, shown)[bundle.REPORT]
    _opens(content, "/home/suporte/Downloads/relatorio.json")(window, memories, records)


def _refused(window: Window, memories: Memories, records: Remembered) -> None:
    files = sent(scenes.EXPIRED_RUN)
    changed = {**files, bundle.SUMS: bundle.sums({**files, bundle.REPORT: b"{}"}).encode()}
    _opens(zipped(changed))(window, memories, records)


def _doors(window: Window) -> Doors:
    found = window.findChild(Doors)
    assert isinstance(found, Doors)
    return found


def _line(window: Window) -> str:
    return _doors(window).opening.page.line.text()


def _nothing(window: Window, memories: Memories, records: Remembered) -> None:
    memories.show_swap()


def _swap(window: Window, memories: Memories, records: Remembered) -> None:
    records.last = runs()[0].document
    memories.show_swap()


def _concluded(window: Window, memories: Memories, records: Remembered) -> None:
    records.last = runs()[5].document
    memories.show_swap()
    memories._test()
    records.last = past(scenes.HEALTHY_RUN).document


def _loaded(window: Window, memories: Memories, records: Remembered) -> None:
    memories.show_swap()
    path = Path("/nowhere")
    memories._loaded(memories._unpack(path))


def _brought(window: Window, memories: Memories, records: Remembered) -> None:
    from a3check.report.parcel import unpacked  # noqa: PLC0415

    memories.show_swap()
    memories._loaded(unpacked(packed(runs()[4].document, "bbbb"), "aaaa"))


PAGES: dict[str, tuple[Act, Callable[[Window, Memories], bool]]] = {
    "historico": (_history, lambda _, m: bool(m.history.list.rows)),
    "historico-apagar": (_erasing, lambda _, m: bool(m.history.list.rows)),
    "historico-apagado": (_erased, lambda _, m: "apagados" in m.history.erase.text.text()),
    "historico-teste": (_opened, lambda w, _: w.pages.current == "past"),
    "recebido": (_received, lambda w, _: _doors(w).opening.page.shows_report),
    "recebido-json": (_received_open, lambda w, _: _doors(w).opening.page.shows_report),
    "recebido-recusado": (_refused, lambda w, _: "mudou depois" in _line(w)),
    "troca-nada": (_nothing, lambda w, _: w.pages.current == "swap"),
    "troca": (_swap, lambda w, _: w.pages.current == "swap"),
    "troca-conclusao": (_concluded, lambda _, m: bool(m.swap.conclusion.text())),
    "troca-arquivo": (_brought, lambda w, _: w.pages.current == "swap"),
    "troca-arquivo-estragado": (_loaded, lambda w, _: w.pages.current == "swap"),
}
"""How each page is reached, and when it is."""


def pages(
    theme: Theme, size: QSize, only: frozenset[str], settle: Callable[[Callable[[], bool]], None]
) -> Iterator[tuple[str, Window]]:
    """Yield a window on each page of the memory; it is closed afterwards."""
    for name, (act, reached) in PAGES.items():
        if only and name not in only:
            continue
        records, session = Remembered(), Session(Script(scenes.HEALTHY_RUN), export)
        window = Window(session, catalogue(), theme=theme)
        memories = Doors(window, session, records, catalogue()).memories
        window.resize(size)
        window.show()
        window.activateWindow()
        act(window, memories, records)
        settle(lambda: reached(window, memories))  # noqa: B023 - called at once
        yield name, window
        window.close()
        for left in (window, session):
            left.deleteLater()
            QApplication.sendPostedEvents(left, QEvent.Type.DeferredDelete.value)

"""Repairs that do nothing, the runs after which they are offered, and pictures of their cards."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QSize
from tests.gui import scenes
from tests.gui.closing import gone
from tests.gui.scripted import Script, export

from a3check.core.catalogue import Catalogue
from a3check.core.check import found
from a3check.core.model import Diagnosis, Finding
from a3check.core.repair import Mended, Offer, Repair, Result, wanted
from a3check.ui.repairing import Repairing
from a3check.ui.session import Session
from a3check.ui.style import Theme
from a3check.ui.window import Window

CAS = ("AC Inventada Múltipla v5", "AC Inventada v5")
ROOT = "Autoridade Certificadora Raiz Inventada v5"
WAIT = 10.0  # seconds
WINDOWS = Catalogue("windows")
_HERE: dict[str, tuple[Finding, ...]] = {
    "computer": (found("computer.ready", system="Windows 11 23H2", session="local"),),
    "driver": (found("driver.working", module=r"C:\Windows\System32\inventado.dll", seconds=0.8),),
}
_NOT_BROUGHT = found("store.absent", browser="Windows", reason="propagation_stopped")
_PRESENT = found("store.present", browser="Windows")
_MISSING = found("chain.not_installed", subject=(*CAS, ROOT))
LACKING_RUN = Diagnosis(
    scenes.outcomes({**_HERE, "store": (_PRESENT, _MISSING)}),
    scenes.STARTED,
    9.9,
)
"""All is well, and Windows lacks the CAs."""
HIDDEN_RUN = Diagnosis(
    scenes.outcomes(
        {
            **_HERE,
            "store": (_PRESENT, _MISSING),
            "login": (*scenes.HEALTHY["login"], found("store.not_offered", browser="Windows")),
        }
    ),
    scenes.STARTED,
    10.3,
)
"""The portal lets the certificate in, and the browser does not offer it."""
UNSEEN_RUN = Diagnosis(
    scenes.outcomes({**_HERE, "store": (_NOT_BROUGHT,)}),
    scenes.STARTED,
    9.7,
)
STOPPED_RUN = Diagnosis(
    tuple(
        replace(outcome, findings=_HERE.get(outcome.check, outcome.findings))
        for outcome in scenes.STOPPED_SERVICE_RUN.outcomes
    ),
    scenes.STARTED,
    3.1,
)
HEALTHY_RUN = Diagnosis(scenes.outcomes(_HERE), scenes.STARTED, 9.4)


@dataclass(slots=True)
class Faked:
    """Implements ``ui.repairing.Repairs``; it notes what it is asked, and on which thread."""

    result: Mended | None = field(default_factory=lambda: Mended(Result.DONE, CAS))
    root: str = ""
    disabled: bool = False
    installed: tuple[str, ...] = ()
    done: list[Offer] = field(default_factory=list)
    undone: int = 0
    go: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def offers(self, diagnosis: Diagnosis) -> tuple[Offer, ...]:
        made = []
        for repair, again in wanted(diagnosis).items():
            if repair is Repair.AUTHORITIES:
                made.append(Offer(repair, CAS, self.root, installed=self.installed, again=again))
            else:
                made.append(Offer(repair, disabled=self.disabled, again=again))
        if self.installed and not made:
            again = frozenset({"store"})
            made.append(Offer(Repair.AUTHORITIES, installed=self.installed, again=again))
        return tuple(made)

    def do(self, offer: Offer, window: int) -> Mended:
        assert window
        self.done.append(offer)
        return self._end()

    def undo(self) -> Mended:
        self.undone += 1
        return self._end()

    def _end(self) -> Mended:
        self.threads.append(threading.current_thread())
        assert self.go.wait(WAIT)
        if self.result is None:
            raise ValueError("ours")
        return self.result


def _pressed(cards: Repairing, repairs: Faked, mended: Mended, settle: "Settle") -> None:
    (card,) = cards.cards.values()
    repairs.result = mended
    repairs.go.set()
    card.do_button.click()
    settle(lambda: card.again_button.isVisible() or card.do_button.isVisible())


Settle = Callable[[Callable[[], bool]], None]
CARDS: dict[str, tuple[Diagnosis, Faked, Mended | None]] = {
    "remedio-acs": (HIDDEN_RUN, Faked(root=ROOT), None),
    "remedio-acs-feito": (HIDDEN_RUN, Faked(), Mended(Result.DONE, CAS)),
    "remedio-acs-antes": (HEALTHY_RUN, Faked(installed=CAS), None),
    "remedio-servico": (STOPPED_RUN, Faked(disabled=True), None),
    "remedio-servico-nao": (STOPPED_RUN, Faked(), Mended(Result.DECLINED)),
    "remedio-propagacao": (UNSEEN_RUN, Faked(), None),
}
"""What each picture shows: the run, what is offered, and how a press ended."""


def cards(
    theme: Theme, size: QSize, only: frozenset[str], settle: Settle
) -> Iterator[tuple[str, Window]]:
    """Yield a window of Windows' words with each card; it is closed afterwards."""
    for name, (diagnosis, faked, mended) in CARDS.items():
        if only and name not in only:
            continue
        repairs = Faked(root=faked.root, disabled=faked.disabled, installed=faked.installed)
        session = Session(Script(diagnosis), export)
        window = Window(session, WINDOWS, theme=theme)
        made = Repairing(window, session, repairs, WINDOWS)
        window.resize(size)
        window.show()
        window.activateWindow()
        window.start()
        settle(lambda: any(card.isVisible() for card in made.cards.values()))  # noqa: B023
        if mended is not None:
            _pressed(made, repairs, mended, settle)
        (card,) = made.cards.values()
        settle(lambda: True)
        window.page.view.ensureWidgetVisible(card, 0, 24)
        settle(lambda: True)
        yield name, window
        gone(window, session)

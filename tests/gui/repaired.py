"""Repairs that do nothing, and the scenes in which they are offered."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtTest import QTest
from PySide6.QtCore import Qt
from tests.gui import scenes

from a3check.core.model import Diagnosis, Evidence, Finding, Outcome
from a3check.core.repair import Mended, Offer, Repair, Result, wanted

CAS = ("AC Inventada Múltipla v5", "AC Inventada v5")
ROOT = "Autoridade Certificadora Raiz Inventada v5"
WAIT = 10.0  # seconds


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

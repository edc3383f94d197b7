"""A watch that Windows ended begins again in a process, and so in a context, of its own."""

from __future__ import annotations

from queue import SimpleQueue
from typing import TYPE_CHECKING, Final

import pytest

from a3check.core.fault import Fault, FaultKind
from a3check.core.profile import Limits
from a3check.core.smartcard import CardState, Reader
from a3check.probes import watcher
from a3check.probes.watcher import Watcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from a3check.core.plugged import Plugged

SLACK: Final = 20.0
"""Seconds for what takes a fraction of one on a machine at rest."""
READER: Final = Reader("Leitora inventada 0", CardState.EMPTY)


class Watches:
    """What each watching of PC/SC sees before it ends, and with which word of the service's."""

    def __init__(self, *ends: tuple[tuple[Reader, ...] | None, str]) -> None:
        self._ends = list(ends)
        self.made = 0

    def __call__(self, limits: Limits) -> Watches:
        assert limits == Limits()
        self.made += 1
        return self

    def watch(self, _: object, seen: Callable[[tuple[Reader, ...]], None]) -> Fault:
        if not self._ends:
            return Fault(FaultKind.CANCELLED, "watch")
        readers, detail = self._ends.pop(0)
        if readers is not None:
            seen(readers)
        return Fault(FaultKind.REFUSED, "SCardGetStatusChange", detail=detail)

    def cancel(self) -> None:
        pass


@pytest.mark.parametrize("detail", ["SCARD_E_SERVICE_STOPPED", "SCARD_E_NO_SERVICE"])
def test_the_last_reader_out_and_in_again(detail: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watcher, "SOONEST", 0.01)
    watches = Watches(((READER,), detail), (None, "SCARD_E_NO_SERVICE"), ((READER,), detail))
    monkeypatch.setattr(watcher, "ProbedReaders", watches)
    told: SimpleQueue[Plugged] = SimpleQueue()
    watch = Watcher(Limits, tuple, told.put)
    watch.start()
    seats = [told.get(timeout=SLACK).seats for _ in range(4)]
    assert watch.stop()
    there = frozenset({READER.name})
    assert seats == [there, frozenset(), there, frozenset()]
    assert watches.made >= 3

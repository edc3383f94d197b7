"""How is each of many certificates judged, without a token, side by side?"""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import partial

from a3check.checks import certificate, chain, revocation
from a3check.checks.chain import Listed
from a3check.checks.clock import TrustedClock
from a3check.core.check import Context, Run, found
from a3check.core.model import Evidence, Finding, Outcome, Skip
from a3check.core.ports import Ports
from a3check.core.profile import Profile
from a3check.core.run import GRACE, attempt
from a3check.core.wishes import Wishes
from a3check.pki import reading
from a3check.pki.asked import AtHand
from a3check.pki.certificate import Certificate, Unreadable
from a3check.pki.fitness import faults
from a3check.pki.ranking import worst_first
from a3check.pki.shelf import Shelf
from a3check.pki.ways import Path
from a3check.report.examined import CHECKS, Examined

WORKERS = 16
"""Judged at a time: most of it is waiting for what the ACs answer."""
LOOK = 0.2
"""Seconds between two looks at whether the user has stopped the run."""


@dataclass(frozen=True, slots=True)
class Item:
    """One certificate of a file, or why there is none; ``beside`` are others that may be its CAs.

    ``index`` is its place in the file, from 0, ``of`` how many that holds.
    """

    file: str
    index: int
    of: int
    held: Certificate | Unreadable
    beside: tuple[Certificate, ...] = ()


@dataclass(frozen=True, slots=True)
class Examination:
    """All that certificates are judged by: the same for each of a run.

    ``known`` are CAs at hand and trusted roots; ``ports`` must bear to be used from many threads.
    """

    ports: Ports
    profile: Profile
    wishes: Wishes
    clock: TrustedClock
    known: Shelf
    at_hand: AtHand
    listed: Listed

    def examine(self, item: Item, stop: threading.Event) -> Examined:
        """Judge one certificate by the checks of a run; never raises."""
        if isinstance(item.held, Unreadable):
            return Examined(item.file, item.index, item.of, _unread(item.held))
        context = Context(self.ports, self.profile, self.wishes, stop)
        pool = self.known.beside(item.beside) if item.beside else self.known
        for fact in (self.clock, self.listed, self.at_hand):
            context.learn(fact)
        steps: tuple[Run, ...] = (
            partial(_certificate, leaf=item.held),
            partial(chain.build, leaf=item.held, pool=pool),
            _revocation,
        )
        outcomes = (attempt(name, step, context) for name, step in zip(CHECKS, steps, strict=True))
        named = Evidence("holder", _named(item.held), private=_is_somebodys(item.held))
        return Examined(item.file, item.index, item.of, tuple(map(_sorted, outcomes)), named)


def side_by_side(
    examination: Examination, items: Sequence[Item], stop: threading.Event
) -> Iterator[Examined]:
    """Judge all, and yield each in the order of the input as soon as it and those before ended.

    One certificate an issuer goes first: its AC's list is fetched while others are fetched, and
    is at hand for the rest. Once ``stop`` is set, what has not ended is left out.
    """

    def judged(item: Item) -> Examined | None:
        if stop.is_set():
            return None
        result = examination.examine(item, stop)
        return None if stop.is_set() else result  # its answers may have been cut off

    workers = ThreadPoolExecutor(min(WORKERS, len(items)) or 1)
    with reading.remembering():
        try:
            tasks: dict[int, Future[Examined | None]] = {}
            for number in _pioneers_first(items):
                tasks[number] = workers.submit(judged, items[number])
            for number in range(len(items)):
                result = _ended(tasks[number], stop)
                if result is not None:
                    yield result
        finally:
            workers.shutdown(wait=False, cancel_futures=True)


def _ended(task: Future[Examined | None], stop: threading.Event) -> Examined | None:
    """Wait for a task; a stopped run waits for none but a moment."""
    deadline: float | None = None
    while not task.done():
        if stop.is_set():
            deadline = deadline or time.monotonic() + GRACE
            if task.cancel() or time.monotonic() > deadline:
                return None
        wait((task,), LOOK)
    return None if task.cancelled() else task.result()


def _pioneers_first(items: Sequence[Item]) -> tuple[int, ...]:
    """Order the items: the first of each issuer, then the rest."""
    first: dict[object, int] = {}
    for number, item in enumerate(items):
        if isinstance(item.held, Certificate):
            first.setdefault(item.held.issuer_key, number)
    ahead = tuple(first.values())
    rest = set(ahead)
    return (*ahead, *(number for number in range(len(items)) if number not in rest))


def _certificate(context: Context, *, leaf: Certificate) -> tuple[Finding, ...]:
    clock = context.recall(TrustedClock)
    moment = clock.moment(context.ports.clock.now())
    return certificate.judge_alone(leaf, faults(leaf, moment), clock.judged_by)


def _revocation(context: Context) -> Iterator[Finding | Skip]:
    """Ask as a run does; nobody stands above a trusted root who could revoke it."""
    path = context.find(Path)
    if path is not None and path.anchored and len(path.certificates) == 1:
        yield Skip("chain")
    else:
        yield from revocation.run(context)


def _sorted(outcome: Outcome) -> Outcome:
    return replace(outcome, findings=worst_first(outcome.findings))


def _unread(item: Unreadable) -> tuple[Outcome, ...]:
    finding = found("certificate.unreadable", reason=item.reason, source="file")
    first, *rest = CHECKS
    return (Outcome(first, (finding,)), *(Outcome(name, because=first) for name in rest))


def _named(held: Certificate) -> str:
    return held.holder_name or held.common_name


def _is_somebodys(held: Certificate) -> bool:
    """Tell whether it is a person's: one that somebody made for themselves is often a CA, too."""
    return not held.is_ca or held.cpf is not None

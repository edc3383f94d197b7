"""Ask addresses in turn, until one of them answers with what serves."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic

from a3check.core.internet import Ask, Fetched, Inquiry

SILENCE = 3.0
"""Seconds without a word after which the next address is asked beside it."""
PATIENCE = 0.5
"""Part of the time for all after which no slow answer holds up the next address any more."""
MOST_ASKED = 8
"""Addresses that are asked about one certificate; real ones name two to four."""
CANCELLED = "cancelled"
NOT_ASKED = "not_asked"
PROXY = "proxy"
TIMEOUT = "timeout"
_LOOK = 0.1  # seconds between two looks at the stop and the proxy

Bring = Callable[[Ask, float, Event], Fetched]
"""Brings one address's answer by a deadline (of ``time.monotonic``); tells when it is heard."""


@dataclass(slots=True)
class _Begun:
    at: float
    heard: Event = field(default_factory=Event)

    def holds_up(self, now: float, halfway: float) -> bool:
        """Tell whether the next address is better left alone for now."""
        return now < halfway if self.heard.is_set() else now - self.at < SILENCE


@dataclass(slots=True)
class _Turns:
    """One inquiry under way."""

    inquiry: Inquiry
    bring: Bring
    deadline: float
    halfway: float
    waiting: deque[Ask]
    running: dict[Ask, _Begun] = field(default_factory=dict)
    answers: dict[Ask, Fetched] = field(default_factory=dict)
    ended: SimpleQueue[tuple[Ask, Fetched]] = field(default_factory=SimpleQueue)

    def begin(self, now: float) -> None:
        """Ask the next address where nothing speaks against it."""
        if self.waiting and not any(b.holds_up(now, self.halfway) for b in self.running.values()):
            ask = self.waiting.popleft()
            begun = self.running[ask] = _Begun(now)
            Thread(target=self._one, args=(ask, begun.heard), name="inquiry", daemon=True).start()

    def _one(self, ask: Ask, heard: Event) -> None:
        self.ended.put((ask, self.bring(ask, self.deadline, heard)))

    def end(self, ask: Ask, answer: Fetched) -> bool:
        """Note an answer; tell whether it serves. One that was given up is not heard any more."""
        if self.running.pop(ask, None) is None:
            return False
        self.answers[ask] = answer
        return bool(answer.body) and self.inquiry.serves(ask, answer)

    def close(self, running: str, waiting: str) -> dict[Ask, Fetched]:
        """Return what was answered, in the order of the addresses."""
        for ask in tuple(self.running):
            self.end(ask, Fetched(ask.url, fault=running))
        late = {ask: Fetched(ask.url, fault=waiting) for ask in self.waiting}
        said = self.answers | late
        return {ask: said[ask] for ask in self.inquiry.asks if ask in said}


def in_turn(
    inquiry: Inquiry,
    bring: Bring,
    *,
    seconds: float,
    stop: Event,
    hopeless: Callable[[Ask], bool],
) -> dict[Ask, Fetched]:
    """Return what each address said until one served; all together take ``seconds`` at most.

    An address that is silent for :data:`SILENCE` is not waited for alone, nor one whose
    answer takes long: the next is asked beside it. What is given up runs out in
    a daemon thread by the same deadline. ``hopeless`` tells that the way to an address is
    known to be dead by now.
    """
    begun = monotonic()
    asks = deque(tuple(dict.fromkeys(inquiry.asks))[:MOST_ASKED])
    turns = _Turns(inquiry, bring, begun + seconds, begun + seconds * PATIENCE, asks)
    while turns.waiting or turns.running:
        now = monotonic()
        if stop.is_set():
            return turns.close(CANCELLED, CANCELLED)
        if now >= turns.deadline:
            return turns.close(TIMEOUT, NOT_ASKED)
        for ask in filter(hopeless, tuple(turns.running)):
            turns.end(ask, Fetched(ask.url, fault=PROXY, seconds=now - begun))
        turns.begin(now)
        try:
            ask, answer = turns.ended.get(timeout=min(_LOOK, turns.deadline - now))
        except Empty:
            continue
        if turns.end(ask, answer):
            turns.waiting.clear()
            turns.running.clear()
    return turns.close(CANCELLED, CANCELLED)

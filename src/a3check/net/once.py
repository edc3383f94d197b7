"""A network of which each address is asked once, for a run over many certificates."""

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from a3check.core.internet import (
    Ask,
    Endpoint,
    Fetched,
    Inquiry,
    ProxyServer,
    Reached,
    TimeSample,
    Unfollowed,
)
from a3check.core.ports import Network
from a3check.net.inquiry import CANCELLED, NOT_ASKED
from a3check.net.lanes import side_by_side

MOST_BYTES = 64 * 1024 * 1024
"""What is kept of all answers together; the CRLs of one AC have some megabytes."""


class Once:
    """Implements :class:`a3check.core.ports.Network` over another, from many threads at once.

    Whoever asks for an address that is being asked waits for that answer; a failure is an
    answer, too: a host that is away is waited for once, not a thousand times. The oldest
    answers are given up where they grow beyond ``most_bytes``.
    """

    def __init__(self, network: Network, most_bytes: int = MOST_BYTES) -> None:
        self._network, self._most_bytes = network, most_bytes
        self._lock = threading.Lock()
        self._turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._answers: OrderedDict[Ask, Fetched] = OrderedDict()
        self._bytes = 0

    def inquire(self, inquiries: Sequence[Inquiry]) -> tuple[Mapping[Ask, Fetched], ...]:
        """Work off inquiries side by side; what is known of their addresses is not asked again."""
        known = [self._known(inquiry) for inquiry in inquiries]
        calls = [
            partial(self._ask, inquiry)
            for inquiry, said in zip(inquiries, known, strict=True)
            if said is None
        ]
        never = threading.Event()  # a run that is stopped ends the network's own waits
        nothing: list[dict[Ask, Fetched]] = [{} for _ in calls]
        asked = iter(side_by_side(calls, never, nothing))
        return tuple(next(asked) if said is None else said for said in known)

    def _ask(self, inquiry: Inquiry) -> dict[Ask, Fetched]:
        """Ask what nobody has asked yet, after whoever asks the same address now."""
        said = self._said(inquiry)
        first = next((ask for ask in inquiry.asks if ask not in said), inquiry.asks[0])
        if first.data is not None:  # about this very certificate: nobody else asks that
            return self._bring(inquiry)
        with self._lock:
            turn = self._turns[first.url]
        with turn:
            known = self._known(inquiry)
            return self._bring(inquiry) if known is None else known

    def _bring(self, inquiry: Inquiry) -> dict[Ask, Fetched]:
        said = self._said(inquiry)
        left = tuple(ask for ask in inquiry.asks if ask not in said)
        (got,) = self._network.inquire((replace(inquiry, asks=left),))
        self._keep(got)
        said.update(got)
        return {ask: said[ask] for ask in inquiry.asks if ask in said}

    def _known(self, inquiry: Inquiry) -> dict[Ask, Fetched] | None:
        """Return what is known where nothing is left to ask: one serves, or all were asked."""
        said = self._said(inquiry)
        good = (a for a, answer in said.items() if answer.body and inquiry.serves(a, answer))
        serving = next(good, None)
        if serving is not None:
            return {serving: said[serving]}
        return said if len(said) == len(set(inquiry.asks)) else None

    def _said(self, inquiry: Inquiry) -> dict[Ask, Fetched]:
        with self._lock:
            return {ask: self._answers[ask] for ask in inquiry.asks if ask in self._answers}

    def _keep(self, got: Mapping[Ask, Fetched]) -> None:
        with self._lock:
            for ask, answer in got.items():
                if answer.fault not in {NOT_ASKED, CANCELLED}:
                    known = self._answers.pop(ask, None)  # of somebody who asked at the same time
                    self._answers[ask] = answer
                    self._bytes += len(answer.body) - len(known.body if known else b"")
            while self._bytes > self._most_bytes:
                _, oldest = self._answers.popitem(last=False)
                self._bytes -= len(oldest.body)

    def fetch(self, urls: Sequence[str], data: bytes | None = None) -> tuple[Fetched, ...]:
        """Hand on."""
        return self._network.fetch(urls, data)

    def reach(self, endpoints: Sequence[Endpoint]) -> tuple[Reached, ...]:
        """Hand on."""
        return self._network.reach(endpoints)

    def direct(self, endpoints: Sequence[Endpoint]) -> tuple[Reached, ...]:
        """Hand on."""
        return self._network.direct(endpoints)

    def unfollowed(self, endpoints: Sequence[Endpoint]) -> tuple[Unfollowed, ...]:
        """Hand on."""
        return self._network.unfollowed(endpoints)

    def times(self, urls: Sequence[str]) -> tuple[TimeSample, ...]:
        """Hand on."""
        return self._network.times(urls)

    def proxy(self, url: str) -> ProxyServer | None:
        """Hand on."""
        return self._network.proxy(url)

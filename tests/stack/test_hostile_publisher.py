"""Publishers of CRLs that mean harm, on real sockets: the right reason, in time, in little memory.

`EXPECTED` was written before the first run: what must come of each deed of `tests.lab.hostile`.
"""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Final

import pytest
from tests.lab.endpoints import Silent
from tests.lab.hostile import DEEDS, GIGABYTES, Hostile
from tests.unit.checks.test_revocation import crl, points
from tests.unit.checks.world import World, fact, said
from tests.unit.pki.maker import AC1, ca, leaf

from a3check.checks import revocation
from a3check.checks.clock import TrustedClock
from a3check.core.internet import Ask, Endpoint, Fetched, Inquiry, Reach
from a3check.core.profile import Limits
from a3check.net import dial, fetch, inquiry, network
from a3check.net.fetch import FetchFailed, Reason
from a3check.net.network import Internet
from a3check.pki.ways import Path
from a3check.system.kept import KeptFiles

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

DEADLINE: Final = 0.6
"""Seconds for the whole answer, where it will not come."""
PATIENT: Final = 6.0
"""The same where another reason comes first: a loaded machine must not make it a timeout."""
GRACE: Final = 2.0
"""Seconds beyond it that a loaded machine may take; on an idle one it is some hundredths."""
LIMIT: Final = 1_000_000
"""Bytes that a body may have."""
MEMORY: Final = 8 * LIMIT
"""Bytes that an answer may cost at its worst: the body, its buffer's growth, a copy."""

EXPECTED: Final[dict[str, str]] = {
    "silence": "timeout",
    "drip-status": "timeout",
    "drip-headers": "timeout",
    "drip-body": "timeout",
    "drip-chunks": "timeout",
    "continue-for-ever": "timeout too_large",
    "trailers-for-ever": "timeout too_large",
    "drops-at-once": "protocol truncated",
    "drops-in-headers": "body",
    "drops-in-body": "truncated",
    "drops-in-chunk": "truncated",
    "announces-more": "truncated",
    "announces-less": "body",
    "announces-below-nothing": "body",
    "announces-2-gb": "too_large",
    "sends-2-gb": "too_large",
    "chunks-for-ever": "too_large",
    "chunk-of-2-gb": "too_large",
    "chunk-below-nothing": "too_large",
    "chunk-of-nonsense": "truncated protocol",
    "gzip-bomb": "body",
    "garbage-status": "protocol",
    "status-of-letters": "protocol",
    "giant-status": "protocol",
    "giant-header": "protocol",
    "ten-thousand-headers": "protocol",
    "empty-200": "body",
    "page-200": "body",
    "page-404": "http_404",
    "page-500": "http_500",
    "page-511": "http_511",
    "to-a-file": "redirect",
    "to-ldap": "redirect",
    "to-ftp": "redirect",
    "to-nonsense": "redirect",
    "to-nowhere": "redirect",
    "to-elsewhere": "private_address",
    "to-itself": "redirect",
    "redirect-without-a-place": "http_302",
}
"""By deed: the reasons that are right (`body`: it is brought as it came, and judged)."""


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    with Hostile() as server:
        yield server


@pytest.fixture
def hidden(hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hostile]:
    """A server at another address of loopback, which stands for all that are private."""
    monkeypatch.setattr(dial, "public", lambda address: address == "127.0.0.1")
    with Hostile(at="127.0.0.2") as server:
        hostile.elsewhere = server.url("segredo")
        yield server


def came(answer: fetch.Fetched | FetchFailed) -> str:
    if isinstance(answer, FetchFailed):
        return answer.reason.value
    return "body" if answer.ok else f"http_{answer.status}"


def test_the_table_is_whole() -> None:
    assert EXPECTED.keys() == DEEDS.keys()


@pytest.mark.parametrize("deed", EXPECTED)
def test_each_deed_ends_right_in_time_and_in_little_memory(
    deed: str, hostile: Hostile, hidden: Hostile
) -> None:
    seconds = DEADLINE if "timeout" in EXPECTED[deed] else PATIENT
    tracemalloc.start()
    started = monotonic()
    try:
        answer = fetch.fetch(hostile.url(deed), deadline_seconds=seconds, limit_bytes=LIMIT)
        took, (_, peak) = monotonic() - started, tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert came(answer) in EXPECTED[deed].split(), answer
    assert took < seconds + GRACE
    assert peak < MEMORY
    assert hidden.requests == []
    assert hostile.sent < GIGABYTES


def test_a_compressed_body_stays_as_it_came(hostile: Hostile) -> None:
    answer = fetch.fetch(
        hostile.url("gzip-bomb"), deadline_seconds=5, limit_bytes=64, allow_private=True
    )
    assert isinstance(answer, fetch.Fetched)
    assert answer.body.startswith(b"\x1f\x8b")
    assert len(answer.body) == 64


# ---- the whole check


class Case:
    """A certificate whose CRL has two addresses: a hostile one, then an honest one."""

    def __init__(self, folder: pathlib.Path, server: Hostile, *names: str) -> None:
        urls = [server.url(name) for name in names]
        self.issuer = ca("AC DA PROVA v5", AC1, length=0)
        self.holder = leaf(self.issuer, points(*urls))
        self.kept = KeptFiles(lambda: folder)
        self.path = Path((self.holder.facts, self.issuer.facts), anchored=True)
        self.urls = urls
        server.body = crl(self.issuer)

    def run(self, net: Internet) -> World:
        world = World().learn(self.path, TrustedClock(0.0))
        world.context.ports = replace(world.context.ports, network=net, kept=self.kept)
        return world


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inquiry, "SILENCE", 0.1)
    monkeypatch.setattr(network, "LARGEST_BODY", LIMIT)


SEVERAL: Final = (
    "silence",
    "drip-body",
    "drops-in-body",
    "announces-less",
    "chunk-below-nothing",
    "garbage-status",
    "empty-200",
    "page-200",
    "page-404",
    "to-a-file",
    "to-elsewhere",
    "to-itself",
)


@pytest.mark.parametrize("deed", SEVERAL)
def test_the_second_address_serves_and_nothing_of_the_first_is_kept(
    deed: str, tmp_path: pathlib.Path, hostile: Hostile, hidden: Hostile
) -> None:
    case = Case(tmp_path, hostile, deed, "ac.crl")
    net = Internet(Limits(fetch=4.0), proxy="none")
    started = monotonic()
    (finding,) = case.run(net).run(revocation.CHECK)
    assert monotonic() - started < 4.0 + GRACE
    assert said(finding) == ("revocation.good",)
    assert fact(finding, "source", "cached") == (case.urls[1], None)
    assert case.kept.take(case.urls[0]) is None
    assert case.kept.take(case.urls[1]) == hostile.body
    assert hidden.requests == []
    asked = list(hostile.requests)
    (finding,) = case.run(net).run(revocation.CHECK)
    assert fact(finding, "cached") == (True,)
    assert hostile.requests == asked


@pytest.mark.parametrize("deed", SEVERAL)
def test_nothing_can_be_told_of_two_hostile_addresses(
    deed: str, tmp_path: pathlib.Path, hostile: Hostile, hidden: Hostile
) -> None:
    case = Case(tmp_path, hostile, deed, f"{deed}?")
    started = monotonic()
    (finding,) = case.run(Internet(Limits(fetch=DEADLINE), proxy="none")).run(revocation.CHECK)
    assert monotonic() - started < DEADLINE + GRACE
    assert said(finding) == ("revocation.unreachable",)
    assert not list(tmp_path.iterdir())
    assert hidden.requests == []
    (lines,) = fact(finding, "urls")
    assert isinstance(lines, tuple)
    assert str(lines[0]).startswith(case.urls[0])


def test_a_slow_address_does_not_use_up_the_time_of_the_next(
    tmp_path: pathlib.Path, hostile: Hostile, hidden: Hostile
) -> None:
    case = Case(tmp_path, hostile, "drip-headers", "silence", "drip-body", "ac.crl")
    (finding,) = case.run(Internet(Limits(fetch=5.0), proxy="none")).run(revocation.CHECK)
    assert said(finding) == ("revocation.good",)
    assert hostile.requests == ["drip-headers", "silence", "drip-body", "ac.crl"]
    del hidden


def test_a_proxy_that_is_known_to_be_away_is_not_waited_for(tmp_path: pathlib.Path) -> None:
    with Silent() as silent, Hostile() as elsewhere:
        case = Case(tmp_path, elsewhere, "ac.crl", "outra.crl")
        limits = Limits(fetch=60.0, connect=0.3)
        net = Internet(limits, proxy=f"http://127.0.0.1:{silent.port}", allow_private=True)
        world = case.run(net)
        begun = monotonic()
        (reached,) = net.reach([Endpoint("portal.invalid", 443)])
        assert reached.reach is Reach.PROXY_UNREACHABLE
        (finding,) = world.run(revocation.CHECK)
        assert monotonic() - begun < 10.0
    assert said(finding) == ("revocation.unreachable",)
    assert fact(finding, "urls") == (tuple(f"{url}: proxy" for url in case.urls),)
    assert elsewhere.requests == []


def test_a_proxy_that_has_answered_once_is_waited_for(tmp_path: pathlib.Path) -> None:
    with Hostile() as proxy:  # which answers what is plain HTTP, and hangs up on a tunnel
        case = Case(tmp_path, proxy, "ac.crl")
        net = Internet(
            Limits(connect=0.3), proxy=f"http://127.0.0.1:{proxy.port}", allow_private=True
        )
        said_first = net.fetch([case.urls[0]])
        assert said_first[0].body
        net.reach([Endpoint("portal.invalid", 443)])
        assert said(case.run(net).run(revocation.CHECK)) == ("revocation.good",)


def test_cancelling_ends_an_inquiry_at_once(hostile: Hostile) -> None:
    net = Internet(Limits(fetch=60.0), proxy="none", allow_private=True)
    begun = Event()

    def watch(ask: Ask, answer: Fetched) -> bool:
        del ask, answer
        begun.set()
        net.cancel()
        return False

    asks = (Ask(hostile.url("page-200")), Ask(hostile.url("silence")))
    started = monotonic()
    (answers,) = net.inquire([Inquiry(asks, watch)])
    assert monotonic() - started < 10.0
    assert begun.is_set()
    assert [a.fault for a in answers.values()][-1] == "cancelled"


def test_reasons_are_those_of_the_fetcher() -> None:
    assert {inquiry.TIMEOUT, inquiry.PROXY} <= set(Reason)

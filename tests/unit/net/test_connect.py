"""The order of addresses, and silent proxies."""

import socket
from socket import AF_INET, AF_INET6

import pytest

from a3check.core.internet import Endpoint, Reach, Reached, Unnamed
from a3check.net.connect import by_turns, why_unnamed
from a3check.net.proxy import Proxies
from a3check.net.reach import told_apart, way_to

ONE, OTHER = Endpoint("a.invalid", 443), Endpoint("b.invalid", 8443)


def test_families_take_turns() -> None:
    given = [(AF_INET6, ("::1", 1)), (AF_INET6, ("::2", 1)), (AF_INET, ("127.0.0.1", 1))]
    assert [row[1][0] for row in by_turns(given)] == ["::1", "127.0.0.1", "::2"]
    assert by_turns([]) == []


def test_a_proxy_that_answers_nobody_is_the_fault() -> None:
    silent = [Reached(e, Reach.NO_ANSWER, proxy="p:1") for e in (ONE, OTHER)]
    assert {r.reach for r in told_apart(silent)} == {Reach.PROXY_UNREACHABLE}


def test_a_proxy_that_answers_somebody_waits_for_the_host() -> None:
    mixed = [
        Reached(ONE, Reach.CONNECTED, proxy="p:1"),
        Reached(OTHER, Reach.NO_ANSWER, proxy="p:1"),
    ]
    assert [r.reach for r in told_apart(mixed)] == [Reach.CONNECTED, Reach.NO_ANSWER]
    refusing = [
        Reached(ONE, Reach.PROXY_DENIED, proxy="p:1", http_status=403),
        Reached(OTHER, Reach.NO_ANSWER, proxy="p:1"),
    ]
    assert told_apart(refusing)[1].reach is Reach.NO_ANSWER


def test_a_silent_host_without_a_proxy_stays_one() -> None:
    direct = (Reached(ONE, Reach.NO_ANSWER),)
    assert told_apart(direct) == direct


def test_the_proxy_of_an_ipv6_address() -> None:
    way = way_to(Endpoint("2001:db8::1", 443), Proxies("http://proxy.invalid:3128"))
    assert str(way.proxy) == "proxy.invalid:3128"


@pytest.mark.parametrize(
    ("error", "routed", "why"),
    [
        (socket.gaierror(socket.EAI_NONAME, "?"), True, Unnamed.NOT_FOUND),
        (socket.gaierror(socket.EAI_NODATA, "?"), True, Unnamed.NOT_FOUND),
        (socket.gaierror(socket.EAI_AGAIN, "?"), True, Unnamed.SERVER_FAILED),
        (socket.gaierror(socket.EAI_FAIL, "?"), True, Unnamed.SERVER_FAILED),
        (socket.gaierror(socket.EAI_AGAIN, "?"), False, Unnamed.NO_WAY),
        (UnicodeError("label too long"), False, Unnamed.NOT_FOUND),
        (OSError(), True, Unnamed.SERVER_FAILED),
    ],
)
def test_why_a_name_has_no_address(
    error: Exception, routed: bool, why: Unnamed, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Route(socket.socket):
        def connect(self, address: object) -> None:
            if not routed:
                raise OSError(address)

    monkeypatch.setattr(socket, "socket", Route)
    assert why_unnamed(error) is why

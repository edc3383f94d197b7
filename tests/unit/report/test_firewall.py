"""The list for the firewall: how each line went, what is written of it, and what it means."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.checks.world import PROFILE, World, connected

from a3check.core.catalogue import catalogue
from a3check.core.check import found
from a3check.core.internet import Endpoint, Fetched, ProxyServer, Reach, Reached, Unnamed
from a3check.core.register import Status
from a3check.report.allowlist import Line, Purpose
from a3check.report.firewall import Row, Survey, document, survey, text, through_proxy, try_all

WORDS = catalogue()
PORTAL = Line(Endpoint("portal.test", 443), Purpose.PORTAL)
CAS = Line(Endpoint("cas.test", 443), Purpose.PORTAL)
MAYBE = Line(Endpoint("cas.test", 8443, needed=False), Purpose.MAYBE)
TIMES = tuple(
    Line(Endpoint(host, 443, needed=False), Purpose.TIME) for host in ("data.test", "hora.test")
)
CRL = Line(Endpoint("lcr.test", 80, needed=False), Purpose.AUTHORITY, "AC Teste", plain=True)
ALL = (PORTAL, CAS, MAYBE, *TIMES, CRL)


def say(key: str, **facts: str | int) -> str:
    return WORDS.words("firewall", key, **facts)


def ended(line: Line, how: Reach = Reach.CONNECTED, **more: object) -> Row:
    return Row(line, replace(Reached(line.endpoint, how, seconds=0.256), **more))  # type: ignore[arg-type]  # fields


@pytest.mark.parametrize(
    ("row", "status", "result"),
    [
        (Row(PORTAL), Status.SKIPPED, "untested"),
        (ended(PORTAL), Status.PASSED, "connected"),
        (ended(PORTAL, Reach.REFUSED), Status.FAILED, "refused"),
        (ended(MAYBE, Reach.NO_ANSWER), Status.WARNING, "no_answer"),
        (ended(TIMES[0], Reach.UNREACHABLE), Status.WARNING, "unreachable"),
        (ended(CRL, Reach.DNS_FAILED), Status.WARNING, "dns_failed"),
    ],
)
def test_a_row(row: Row, status: Status, result: str) -> None:
    assert (row.status, row.result) == (status, result)
    assert say(result)


@pytest.mark.parametrize("unnamed", Unnamed)
def test_why_a_name_is_not_found_has_words(unnamed: Unnamed) -> None:
    assert say(ended(CRL, Reach.DNS_FAILED, unnamed=unnamed).result)


@pytest.mark.parametrize("how", Reach)
def test_each_end_has_words(how: Reach) -> None:
    assert say(str(how))


@pytest.mark.parametrize(
    ("codes", "status"),
    [
        ((), Status.UNKNOWN),
        (("network.reachable",), Status.PASSED),
        (("network.offline",), Status.FAILED),
    ],
)
def test_the_whole_of_it(codes: tuple[str, ...], status: Status) -> None:
    assert Survey((), tuple(found(code, endpoints=()) for code in codes)).status is status


def test_what_nobody_could_try_is_unknown() -> None:
    odd = found("network.proxy_not_followed", reason="pac", where="gnome")
    well = found("network.reachable", endpoints=())
    assert Survey((), (odd,)).status is Status.UNKNOWN
    assert Survey((), (well, odd.lower())).status is Status.PASSED


@pytest.mark.parametrize(
    ("fault", "reach", "status"),
    [
        ("", Reach.CONNECTED, 0),
        ("http_404", Reach.CONNECTED, 0),
        ("http_499", Reach.CONNECTED, 0),
        ("http_403", Reach.PROXY_DENIED, 403),
        ("http_407", Reach.PROXY_DENIED, 407),
        ("http_500", Reach.UNREACHABLE, 500),
        ("http_502", Reach.UNREACHABLE, 502),
        ("proxy", Reach.PROXY_DENIED, 0),
        ("timeout", Reach.NO_ANSWER, 0),
        ("name", Reach.DNS_FAILED, 0),
        ("private_address", Reach.UNREACHABLE, 0),
    ],
)
def test_a_page_through_a_proxy(fault: str, reach: Reach, status: int) -> None:
    made = through_proxy(CRL, Fetched("u", fault=fault, seconds=0.5), "p:1")
    assert made == Reached(CRL.endpoint, reach, proxy="p:1", seconds=0.5, http_status=status)


def test_all_are_tried_and_judged_as_the_check_does() -> None:
    world = World()
    world.network.shut = {"cas.test:8443": Reached(MAYBE.endpoint, Reach.REFUSED)}
    tested = try_all(ALL, PROFILE, world.network)
    assert [row.line for row in tested.rows] == [*ALL]
    assert [f.code for f in tested.findings] == ["network.port_blocked"]
    assert tested.status is Status.PASSED
    assert tested.proxies == ()
    assert world.network.asked == [], "no page is asked for where the way is direct"


def test_through_a_proxy_a_plain_page_is_asked_for() -> None:
    world = World()
    world.network.through = ProxyServer("p.test", 3128)
    six = replace(CRL, endpoint=Endpoint("2001:db8::1", 80, needed=False))
    tested = try_all((*ALL, six), PROFILE, world.network)
    assert world.network.asked == ["http://lcr.test:80/", "http://[2001:db8::1]:80/"]
    assert [str(e) for e in world.network.tried] == [str(line.endpoint) for line in ALL[:-1]]
    assert tested.proxies == ("p.test:3128",)
    assert tested.rows[-1].reached == Reached(six.endpoint, Reach.CONNECTED, proxy="p.test:3128")


def test_many_that_are_shut_are_named_in_the_list_alone() -> None:
    lines = [replace(CRL, endpoint=Endpoint(f"lcr{n}.test", 80, needed=False)) for n in range(9)]
    rows = tuple(ended(line, Reach.REFUSED) for line in lines)
    assert say("shut_many") in [*text(Survey(rows), PROFILE, WORDS)]
    few = [*text(Survey(rows[1:]), PROFILE, WORDS)]
    assert say("shut_many") not in few
    assert any(line.startswith("Não estão: lcr1.test:80, ") for line in few)


def test_what_reads_alike_is_told_once() -> None:
    hosts = ("a.test", "b.test")
    unnamed = tuple(found("network.dns_failed", host=h, reason="no_names") for h in hosts)
    shut = found("network.port_blocked", host="h", port=1, how="refused").lower()
    told = [*text(Survey((ended(CRL),), (shut, *unnamed)), PROFILE, WORDS)]
    first, other = WORDS.advice(unnamed[0]), WORDS.advice(shut)
    assert told.count(f"✗ {first.title}") == 1
    assert first.explanation in told, "the first's"
    assert told.index(f"✗ {first.title}") < told.index(f"! {other.title}")


@pytest.mark.parametrize(
    ("reach", "status"), [(Reach.PROXY_UNREACHABLE, 0), (Reach.PROXY_DENIED, 407)]
)
def test_a_proxy_s_fault_is_told_alike_in_every_line(reach: Reach, status: int) -> None:
    world = World()
    world.network.through = ProxyServer("p.test", 3128)
    faulty = Reached(PORTAL.endpoint, reach, proxy="p.test:3128", http_status=status)
    world.network.shut = {str(PORTAL.endpoint): faulty}
    world.network.faults = {"http://lcr.test:80/": "proxy"}
    row = try_all(ALL, PROFILE, world.network).rows[-1].reached
    assert row is not None
    assert (row.endpoint, row.reach, row.http_status) == (CRL.endpoint, reach, status)


def test_an_authority_that_answers_shows_that_there_is_an_internet() -> None:
    world = World()
    away = Reached(PORTAL.endpoint, Reach.NO_ANSWER)
    world.network.shut = {str(line.endpoint): away for line in ALL[:-1]}
    tested = try_all(ALL, PROFILE, world.network)
    assert [f.code for f in tested.findings] == ["network.portal_unreachable"]
    world.network.shut |= {"lcr.test:80": away}
    tested = try_all(ALL, PROFILE, world.network)
    assert [f.code for f in tested.findings] == ["network.offline"]


def test_a_host_may_stand_for_two_things() -> None:
    both = replace(PROFILE.network, time_urls=("https://portal.test/",))
    tested = try_all(ALL[:3], replace(PROFILE, network=both), World().network)
    assert [f.code for f in tested.findings] == ["network.reachable"]


def test_offline_the_list_stands_and_nothing_is_tried() -> None:
    world = World()
    tested = survey(world.context.ports, PROFILE, offline=True)
    assert world.network.tried == []
    assert {row.reached for row in tested.rows} == {None}
    assert tested.status is Status.UNKNOWN
    written = [*text(tested, PROFILE, WORDS)]
    assert written[-1] == say("not_tested")
    assert say("direct") not in written
    tried = survey(world.context.ports, PROFILE, offline=False)
    assert len(tried.rows) == len(tested.rows)
    assert tried.status is Status.PASSED


def test_what_a_technician_reads() -> None:
    rows = (
        ended(PORTAL),
        ended(CAS),
        ended(MAYBE),
        *(Row(t, connected(t.endpoint)) for t in TIMES),
    )
    tested = Survey((*rows, ended(CRL)), (found("network.reachable", endpoints=()),))
    assert [*text(tested, replace(PROFILE, title=""), WORDS)] == [
        say("heading", title=PROFILE.name),
        say("direct"),
        "",
        say("for_portal"),
        f"  ✓ portal.test:443  {say('connected')}, 0,26 s",
        f"  ✓ cas.test:443     {say('connected')}, 0,26 s",
        "",
        say("for_maybe"),
        f"  ✓ cas.test:8443    {say('connected')}, 0,26 s",
        "",
        say("for_time"),
        f"  ✓ data.test:443    {say('connected')}, 0,01 s",
        f"  ✓ hora.test:443    {say('connected')}, 0,01 s",
        "",
        say("for_authority"),
        "  AC Teste",
        f"  ✓ lcr.test:80      {say('connected')}, 0,26 s",
        "",
        say("count", open=6, all=6),
        say("all_open"),
    ]


def test_what_is_shut_and_what_to_do() -> None:
    rows = (
        ended(PORTAL, Reach.PROXY_DENIED, proxy="p:1", http_status=403),
        ended(CAS, proxy="p:1"),
        ended(CRL, Reach.NO_ANSWER, proxy="q:1"),
    )
    denied = found("network.proxy_denied", proxy="p:1", http_status=403)
    odd = found("network.proxy_not_followed", reason="socks", where="kde").lower()
    written = [*text(Survey(rows, (odd, denied)), replace(PROFILE, title="Título"), WORDS)]
    assert written[0] == say("heading", title="Título")
    assert written[1] == say("proxy", proxy="p:1, q:1")
    assert f"  ✗ portal.test:443  {say('proxy_denied')} (HTTP 403), 0,26 s" in written
    assert f"  ! lcr.test:80      {say('no_answer')}, 0,26 s" in written
    assert say("for_time") not in written
    at = written.index(say("count", open=1, all=3))
    assert written[at + 1] == say("shut", endpoints="portal.test:443, lcr.test:80")
    advice = WORDS.advice(denied)
    at = written.index(f"✗ {advice.title}")
    assert written[at + 1] == advice.explanation
    assert written[at + 2] == WORDS.words("cli", "acts", acts=WORDS.words("acts", "technician"))
    assert written[at + 3] == f"  1. {advice.steps[0]}"
    assert written.index(f"! {WORDS.advice(odd).title}") > at
    assert written[-1] == WORDS.words("cli", "code", code="network.proxy_not_followed")


def test_a_way_that_is_free_beside_others_that_are_not() -> None:
    rows = (ended(PORTAL), ended(CRL, Reach.REFUSED))
    tested = Survey(rows, (found("network.reachable", endpoints=()),))
    assert [*text(tested, PROFILE, WORDS)][-1] == say("portal_open")


def test_as_data() -> None:
    rows = (
        ended(PORTAL, address="203.0.114.9"),
        ended(CAS, Reach.PROXY_DENIED, proxy="p:1", http_status=403),
        Row(CRL),
    )
    made = document(Survey(rows, (found("network.proxy_denied", proxy="p:1"),)), PROFILE)
    assert {key: made[key] for key in ("format", "version", "status", "proxies", "profile")} == {
        "format": "a3check-network",
        "version": 1,
        "status": "failed",
        "proxies": ["p:1"],
        "profile": {"name": PROFILE.name, "modified": PROFILE.modified},
    }
    assert made["findings"] == [{"code": "network.proxy_denied", "status": "failed"}]
    assert made["lines"] == [
        {
            "host": "portal.test",
            "port": 443,
            "for": "portal",
            "owner": "",
            "result": "connected",
            "status": "passed",
            "seconds": 0.256,
            "address": "203.0.114.9",
        },
        {
            "host": "cas.test",
            "port": 443,
            "for": "portal",
            "owner": "",
            "result": "proxy_denied",
            "status": "failed",
            "seconds": 0.256,
            "proxy": "p:1",
            "http_status": 403,
        },
        {
            "host": "lcr.test",
            "port": 80,
            "for": "authority",
            "owner": "AC Teste",
            "result": "untested",
            "status": "skipped",
        },
    ]

from dataclasses import replace

import pytest
from tests.unit.checks.world import PORTAL, PROFILE, World, connected, fact, said

from a3check.checks import network
from a3check.checks.network import Reachable, endpoint, endpoints, judge, proxy_denied
from a3check.core.internet import Endpoint, Reach, Reached, Unfollowed, Unnamed
from a3check.core.model import Finding
from a3check.core.profile import NetworkWishes
from a3check.core.wishes import Wishes

START, CAS = Endpoint("portal.test", 443), Endpoint("cas.test", 443)
MAYBE = Endpoint("cas.test", 8443, needed=False)
ASIDE = Endpoint("aside.test", 443, needed=False)
CONTROL = connected(Endpoint("hora.test", 443, needed=False))


def shut(
    where: Endpoint, how: Reach = Reach.NO_ANSWER, proxy: str = "", seconds: float = 0.0
) -> Reached:
    return Reached(where, how, proxy=proxy, seconds=seconds)


def denied(where: Endpoint, status: int = 403) -> Reached:
    return Reached(where, Reach.PROXY_DENIED, proxy="proxy:3128", http_status=status)


NO_PROXY = "network.proxy_unreachable"


@pytest.mark.parametrize(
    ("portal", "controls", "codes"),
    [
        ((connected(START), connected(CAS)), (), ("network.reachable",)),
        ((connected(START), connected(CAS)), (shut(START),), ("network.reachable",)),
        # the proxy
        ((shut(START, Reach.PROXY_UNREACHABLE), shut(CAS)), (CONTROL,), (NO_PROXY,)),
        ((denied(START), denied(CAS)), (CONTROL,), ("network.proxy_denied",)),
        ((connected(START), denied(MAYBE)), (), ("network.proxy_denied lowered",)),
        ((denied(MAYBE), denied(START)), (), ("network.proxy_denied",)),
        (
            (connected(START), shut(MAYBE, Reach.PROXY_UNREACHABLE)),
            (),
            ("network.proxy_unreachable lowered",),
        ),
        (
            (connected(START), denied(MAYBE), denied(ASIDE)),
            (),
            ("network.proxy_denied lowered",),
        ),
        (
            (denied(MAYBE), shut(START)),
            (),
            ("network.proxy_denied lowered", "network.portal_unreachable"),
        ),
        # nothing at all
        ((shut(START), shut(CAS, Reach.DNS_FAILED)), (shut(START),), ("network.offline",)),
        ((shut(START, Reach.UNREACHABLE),), (), ("network.offline",)),
        # a port
        ((connected(CAS), shut(MAYBE)), (), ("network.port_blocked lowered",)),
        ((connected(START), shut(ASIDE)), (), ("network.port_blocked lowered",)),
        ((connected(START), shut(CAS), shut(MAYBE)), (), ("network.portal_unreachable",)),
        (
            (connected(MAYBE), shut(CAS, Reach.REFUSED)),
            (),
            ("network.port_blocked",),
        ),
        # a name
        ((connected(START), shut(CAS, Reach.DNS_FAILED)), (), ("network.dns_failed",)),
        (
            (shut(START, Reach.DNS_FAILED), shut(CAS)),
            (CONTROL,),
            ("network.dns_failed", "network.portal_unreachable"),
        ),
        # the portal
        (
            (shut(START, Reach.REFUSED), shut(CAS, Reach.REFUSED)),
            (CONTROL,),
            ("network.portal_down",),
        ),
        ((shut(START, Reach.REFUSED),), (), ("network.portal_unreachable",)),
        ((shut(START, Reach.REFUSED), shut(CAS)), (CONTROL,), ("network.portal_unreachable",)),
        ((shut(START), shut(CAS)), (CONTROL,), ("network.portal_unreachable",)),
        ((connected(START), shut(CAS)), (), ("network.portal_unreachable",)),
        ((connected(START), shut(CAS, Reach.REFUSED)), (), ("network.portal_down",)),
    ],
)
def test_judge(
    portal: tuple[Reached, ...], controls: tuple[Reached, ...], codes: tuple[str, ...]
) -> None:
    assert said(judge(portal, controls, allow_private=False)) == codes


def test_evidence() -> None:
    slow = Reached(START, Reach.CONNECTED, "203.0.114.9", "proxy:3128", 0.25)
    (reached,) = judge((slow,), (), allow_private=False)
    assert fact(reached, "endpoints") == (
        ("portal.test:443 connected 203.0.114.9 proxy:3128 0.250 s",),
    )
    (offline,) = judge((shut(START),), (), allow_private=False)
    assert fact(offline, "endpoints") == (("portal.test:443 no_answer 0.000 s",),)
    (blocked,) = judge((connected(MAYBE), shut(CAS)), (), allow_private=False)
    assert fact(blocked, "host", "port", "how") == ("cas.test", 443, "no_answer")
    (unnamed,) = judge((shut(START, Reach.DNS_FAILED),), (CONTROL,), allow_private=False)
    assert fact(unnamed, "host") == ("portal.test",)
    (away,) = judge((shut(START), shut(CAS), shut(CAS)), (CONTROL,), allow_private=False)
    assert fact(away, "hosts") == (("portal.test", "cas.test"),)
    (no,) = judge((denied(START, 407),), (), allow_private=False)
    assert fact(no, "proxy", "http_status") == ("proxy:3128", 407)
    (no,) = judge((shut(START, Reach.PROXY_UNREACHABLE, proxy="p:1"),), (), allow_private=False)
    assert fact(no, "proxy") == ("p:1",)
    assert fact(proxy_denied("p:1", 0), "http_status") == (None,)


UNNAMED = Reach.DNS_FAILED
PAC = Unfollowed("pac", "gnome", "http://proxy.test/p.pac")


def unnamed(where: Endpoint, why: Unnamed | None) -> Reached:
    return Reached(where, UNNAMED, unnamed=why)


@pytest.mark.parametrize(
    ("rows", "codes", "reason"),
    [
        ([Unnamed.NOT_FOUND] * 2, ("network.dns_failed",), "no_names"),
        ([Unnamed.NO_ANSWER] * 2, ("network.offline",), "no_names"),
        ([Unnamed.NO_ANSWER, Unnamed.SERVER_FAILED], ("network.offline",), "no_names"),
        ([Unnamed.NO_WAY] * 2, ("network.offline",), None),
        ([Unnamed.NOT_FOUND, Unnamed.NO_ANSWER], ("network.offline",), None),
        ([None, None], ("network.offline",), None),
    ],
)
def test_nobody_knows_any_name(
    rows: list[Unnamed | None], codes: tuple[str, ...], reason: str | None
) -> None:
    portal, control = unnamed(START, rows[0]), unnamed(MAYBE, rows[1])
    findings = judge((portal,), (control,), allow_private=False)
    assert said(findings) == codes
    assert fact(findings[0], "reason") == (reason,)
    assert (fact(findings[0], "host") == ("portal.test",)) is (codes[0] != "network.offline")
    assert (fact(findings[0], "endpoints") != (None,)) is (codes[0] == "network.offline")


def test_every_host_without_a_name_is_told_once() -> None:
    rows = tuple(unnamed(e, Unnamed.NOT_FOUND) for e in (START, CAS, MAYBE))
    findings = judge(rows, (), allow_private=False)
    assert [fact(f, "host") for f in findings] == [("cas.test",), ("portal.test",)]


@pytest.mark.parametrize("why", [*Unnamed, None])
def test_why_this_name_alone_is_not_found(why: Unnamed | None) -> None:
    (one,) = judge((unnamed(START, why),), (CONTROL,), allow_private=False)
    assert (one.code, one.get("reason")) == ("network.dns_failed", None if why is None else why)


def test_around_the_proxy() -> None:
    around = (connected(START), shut(CAS, seconds=5.0))
    for row in (denied(START), shut(START, Reach.PROXY_UNREACHABLE, proxy="p:1")):
        (no,) = judge((row, denied(CAS)), (), allow_private=False, direct=around)
        assert fact(no, "direct", "direct_failed") == (
            ("portal.test:443",),
            ("cas.test:443 no_answer 5.000 s",),
        )
        (no,) = judge((row,), (), allow_private=False)
        assert fact(no, "direct", "direct_failed") == (None, None)


def test_a_proxy_setting_that_is_not_followed() -> None:
    wpad = Unfollowed("wpad", "kde")
    odd = (PAC, wpad)
    well = judge((connected(START), shut(MAYBE)), (), allow_private=False, unfollowed=odd)
    assert said(well) == (
        "network.port_blocked lowered",
        "network.proxy_not_followed lowered",
        "network.proxy_not_followed lowered",
    )
    assert fact(well[1], "reason", "where", "setting", "endpoints") == (
        "pac",
        "gnome",
        "http://proxy.test/p.pac",
        None,
    )
    assert fact(well[2], "reason", "where", "setting") == ("wpad", "kde", None)
    # a failure of the way that the browser does not take proves nothing, a poisoned name neither
    astray = Reached(CAS, Reach.NO_ANSWER, "10.0.0.1")
    findings = judge((shut(START), astray), (CONTROL,), allow_private=False, unfollowed=odd)
    assert said(findings) == ("network.proxy_not_followed",) * 2
    assert fact(findings[0], "endpoints") == (
        ("portal.test:443 no_answer 0.000 s", "cas.test:443 no_answer 10.0.0.1 0.000 s"),
    )
    poisoned = replace(astray, reach=Reach.CONNECTED)
    assert said(judge((poisoned,), (), allow_private=False, unfollowed=(PAC,))) == (
        "network.dns_poisoned",
        "network.proxy_not_followed lowered",
    )


def test_windows_is_delivered_looking_for_a_script() -> None:
    wpad = Unfollowed("wpad", "windows")
    assert said(judge((connected(START),), (), allow_private=False, unfollowed=(wpad,))) == (
        "network.reachable",
    )
    (away,) = judge((shut(START),), (CONTROL,), allow_private=False, unfollowed=(wpad,))
    assert said(away) == ("network.proxy_not_followed",)
    assert fact(away, "reason", "where") == ("wpad", "windows")


def test_what_the_rows_say() -> None:
    rows = (
        unnamed(START, Unnamed.NO_ANSWER),
        Reached(CAS, Reach.UNREACHABLE, proxy="p:1", seconds=0.5, http_status=502),
    )
    (away,) = judge(rows[1:], (CONTROL,), allow_private=False)
    assert fact(away, "endpoints") == (("cas.test:443 unreachable p:1 HTTP 502 0.500 s",),)
    (none,) = judge(rows[:1], (), allow_private=False)
    assert fact(none, "endpoints") == (("portal.test:443 dns_failed no_answer 0.000 s",),)
    (down,) = judge((shut(CAS, Reach.REFUSED),), (CONTROL,), allow_private=False)
    assert fact(down, "endpoints") == (("cas.test:443 refused 0.000 s",),)


@pytest.mark.parametrize(
    ("address", "proxy", "codes"),
    [
        ("127.0.0.1", "", ("network.dns_poisoned",)),
        ("10.0.0.1", "", ("network.dns_poisoned",)),
        ("0.0.0.0", "", ("network.dns_poisoned",)),  # noqa: S104 - an answer of a blocking DNS
        ("10.0.0.1", "proxy:3128", ("network.reachable",)),
        ("200.152.32.1", "", ("network.reachable",)),
        ("", "", ("network.reachable",)),
        ("odd", "", ("network.reachable",)),
    ],
)
def test_a_name_that_leads_nowhere_public(
    address: str, proxy: str, codes: tuple[str, ...]
) -> None:
    row = Reached(START, Reach.CONNECTED, address, proxy)
    findings = judge((row,), (), allow_private=False)
    assert said(findings) == codes
    if codes == ("network.dns_poisoned",):
        assert fact(findings[0], "host", "address") == ("portal.test", address)
    assert said(judge((row,), (), allow_private=True)) == ("network.reachable",)


def test_the_proxy_that_led_there_is_named() -> None:
    direct, led = connected(START), Reached(CAS, Reach.CONNECTED, "", "proxy:3128")
    (well,) = judge((direct, led), (), allow_private=False)
    assert fact(well, "proxy") == ("proxy:3128",)
    (well,) = judge((direct,), (), allow_private=False)
    assert "proxy" not in {e.name for e in well.evidence}


def test_what_is_tried() -> None:
    wanted, controls = endpoints(PROFILE)
    assert wanted == (START, CAS, MAYBE)
    assert [str(c) for c in controls] == ["data.test:443", "hora.test:443"]
    assert not any(c.needed for c in controls)
    bare = replace(PROFILE, portal=replace(PORTAL, needed=(), maybe=()))
    assert endpoints(bare)[0] == (START, MAYBE)


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("https://h.test/a", Endpoint("h.test", 443, needed=False)),
        ("http://h.test/", Endpoint("h.test", 80, needed=False)),
        ("http://h.test:8080/", Endpoint("h.test", 8080, needed=False)),
    ],
)
def test_where_an_address_leads(url: str, where: Endpoint) -> None:
    assert endpoint(url, needed=False) == where


def test_run_learns_what_was_reached() -> None:
    world = World()
    assert said(world.run(network.CHECK)) == ("network.reachable",)
    facts = world.context.recall(Reachable)
    assert [str(r.endpoint) for r in facts.portal] == [
        "portal.test:443",
        "cas.test:443",
        "cas.test:8443",
    ]
    assert len(facts.controls) == 2


@pytest.mark.parametrize(
    ("blocked", "learned"),
    [
        (("portal.test:443",), True),
        (("portal.test:443", "cas.test:443"), False),
        (("cas.test:8443",), True),
    ],
)
def test_without_anything_needed_there_is_no_fact(blocked: tuple[str, ...], learned: bool) -> None:
    world = World()
    world.network.shut = {name: shut(START) for name in blocked}
    world.run(network.CHECK)
    assert (world.context.find(Reachable) is not None) is learned


def test_a_laboratorys_portal_may_be_private() -> None:
    near = Reached(START, Reach.CONNECTED, "127.0.0.1")
    for allowed, code in ((False, "network.dns_poisoned"), (True, "network.reachable")):
        world = World(profile=replace(PROFILE, network=NetworkWishes(allow_private=allowed)))
        world.network.shut = {"portal.test:443": near}
        assert said(world.run(network.CHECK)) == (code,)


def test_without_the_network_nothing_is_tried() -> None:
    world = World(Wishes(network=False))
    assert said(world.run(network.CHECK)) == ("skipped: option",)
    assert world.network.tried == []


def test_the_proxy_s_refusal_is_compared_with_the_way_around_it() -> None:
    world = World()
    world.network.shut = {"portal.test:443": denied(START), "cas.test:8443": denied(MAYBE)}
    (no,) = world.run(network.CHECK)
    assert isinstance(no, Finding)
    assert fact(no, "direct", "direct_failed") == (("portal.test:443",), None)
    world.network.around = {"portal.test:443": shut(START)}
    (no,) = world.run(network.CHECK)
    assert isinstance(no, Finding)
    assert fact(no, "direct") == (None,)


def test_run_says_what_is_not_followed() -> None:
    world = World()
    world.network.odd = (PAC,)
    assert said(world.run(network.CHECK)) == (
        "network.reachable",
        "network.proxy_not_followed lowered",
    )


def test_who_stopped_hears_of_no_fault() -> None:
    world = World()
    world.context.stop.set()
    assert said(world.run(network.CHECK)) == ("skipped: user",)

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.checks.world import PORTAL, PROFILE, World, fact, said
from tests.unit.pki.maker import AC2, NOW, Made, ca, leaf
from tests.unit.portal import said as talk
from tests.unit.portal.test_intermediates import at

from a3check.checks import server
from a3check.checks.clock import TrustedClock
from a3check.checks.network import Reachable
from a3check.checks.server import Anonymous, judge, leads_on, server_roots
from a3check.core.check import found
from a3check.core.computer import Surroundings
from a3check.core.fault import Fault, FaultKind
from a3check.core.internet import ProxyServer
from a3check.core.profile import Trust
from a3check.core.wishes import Wishes
from a3check.portal.interception import Roots
from a3check.portal.peer import untrusted
from a3check.portal.walk import Hop, Walk, Walker
from a3check.tls.transcript import Phase, Transcript, Trouble, VerifyError, When

HOST = "portal.test"
AVAST = leaf(ca("Avast Web/Mail Shield Root"), common=HOST, own="avast")
TRUSTED = talk.to(HOST)


def hop(transcript: Transcript = TRUSTED, *, completed: bool = False) -> Hop:
    return Hop(f"https://{transcript.host}/tarefas", transcript, False, completed)


def wrong(*codes: int, **more: object) -> Transcript:
    errors = tuple(VerifyError(code, 0, "") for code in codes)
    return talk.to(HOST, **{"verify_code": codes[0], "verify_errors": errors, **more})


def broken(trouble: Trouble, **more: object) -> Transcript:
    before: dict[str, object] = {"verify_code": None, "answer": None, "server_chain": ()}
    return talk.to(HOST, trouble=trouble, **{**before, **more})


def dropped(trouble: Trouble, phase: Phase = Phase.HTTP) -> Transcript:
    return talk.to(HOST, answer=None, trouble=trouble, phase=phase)


DROPS = (Trouble.RESET, Trouble.EOF, Trouble.TIMEOUT)
CAPTIVE = "server.captive"
TLS, BLOCKED = "server.tls_failed", "network.port_blocked"


@pytest.mark.parametrize(
    ("transcript", "code"),
    [
        (TRUSTED, "server.trusted"),
        (talk.asked(talk.to(HOST, answer=talk.page(status=400))), "server.trusted"),
        (talk.asked(talk.to(HOST, answer=None, trouble=Trouble.ALERT)), "server.trusted"),
        (talk.to(HOST, answer=None), "server.trusted"),
        # who is it
        (wrong(10), "server.expired"),
        (wrong(9), "server.expired"),
        (wrong(10, 62), "server.wrong_name"),
        (wrong(64), "server.wrong_name"),
        (wrong(18, 62), "server.wrong_name"),
        (wrong(20), "server.untrusted"),
        (wrong(20, 10), "server.untrusted"),
        (wrong(20, server_chain=()), "server.untrusted"),
        (wrong(20, server_chain=(b"none",)), "server.untrusted"),
        (wrong(20, server_chain=(AVAST.der,)), "server.intercepted"),
        (wrong(10, server_chain=(AVAST.der,)), "server.intercepted"),
        (talk.to(HOST, server_chain=(AVAST.der,)), "server.intercepted"),
        (wrong(20, answer=None, trouble=Trouble.EOF), "server.untrusted"),
        # no TLS
        (broken(Trouble.TIMEOUT), TLS),
        (broken(Trouble.RESET), TLS),
        (broken(Trouble.ALERT, alerts=talk.alert("protocol_version")), TLS),
        (broken(Trouble.PROTOCOL, received=b"HTTP/1.1 400"), TLS),
        (talk.to(HOST, answer=None, trouble=Trouble.TIMEOUT), TLS),
        # TLS stood, and the request was dropped: perhaps for whose it was
        *((dropped(t), "server.program_refused") for t in DROPS),
        *((talk.asked(dropped(t)), "server.trusted") for t in DROPS),
        *((replace(dropped(t), verify_code=20), "server.untrusted") for t in DROPS),
        (dropped(Trouble.PROTOCOL), TLS),
        (dropped(Trouble.RESET, phase=Phase.HANDSHAKE), TLS),
        # no way
        (broken(Trouble.DNS), "network.dns_failed"),
        (broken(Trouble.REFUSED), BLOCKED),
        (broken(Trouble.NO_ANSWER), BLOCKED),
        (broken(Trouble.UNREACHABLE), BLOCKED),
        (broken(Trouble.PROXY_UNREACHABLE, proxy="p:1"), "network.proxy_unreachable"),
        (broken(Trouble.PROXY_REFUSED, proxy="p:1", proxy_status=403), "network.proxy_denied"),
        (broken(Trouble.PROXY_REFUSED, proxy="p:1"), "network.proxy_denied"),
        (broken(Trouble.PROXY_REFUSED, proxy="p:1", proxy_status=499), "network.proxy_denied"),
        (broken(Trouble.PROXY_REFUSED, proxy="p:1", proxy_status=500), BLOCKED),
        # the page
        (talk.to(HOST, answer=talk.page(status=500)), "server.error"),
        (talk.to(HOST, answer=talk.page(status=503)), "server.error"),
        (talk.to(HOST, answer=talk.page(status=499)), "server.trusted"),
        (talk.to(HOST, answer=talk.page(status=403)), "server.program_refused"),
        (talk.to(HOST, answer=talk.page("PROTEÇÃO de sistemas")), "server.program_refused"),
        (talk.to(HOST, answer=talk.page(status=404)), "server.trusted"),
        (talk.to(HOST, answer=talk.page("HTTP Error 403.7", 403)), "server.trusted"),
        (talk.to(HOST, answer=talk.page("Sistema em manutenção")), "server.error"),
        (talk.to(HOST, answer=talk.page("proteção de sistemas", 503)), "server.program_refused"),
        (talk.asked(talk.to(HOST, answer=talk.page("em manutenção"))), "server.trusted"),
        # the line's own page
        (broken(Trouble.PROTOCOL, received=b"HTTP/1.1 302 Found"), CAPTIVE),
        (broken(Trouble.PROTOCOL, received=b"HTTP/1.0 511 Network"), CAPTIVE),
        (broken(Trouble.PROTOCOL, received=b"HTTP/1.1 200 OK"), TLS),
        (broken(Trouble.HTTP, received=b"HTTP/1.1 302 Found"), TLS),
    ],
)
def test_one_host(transcript: Transcript, code: str) -> None:
    (finding,) = judge(Walk((hop(transcript),)), PORTAL, timed=True)
    assert said(finding) == (code,)
    if "proxy" not in code:
        assert fact(finding, "host") == (HOST,)


def one(transcript: Transcript) -> Callable[..., tuple[object, ...]]:
    (finding,) = judge(Walk((hop(transcript),)), PORTAL, timed=True)
    return lambda *names: fact(finding, *names)


def test_evidence() -> None:
    names = ("port", "tls_version", "cipher", "issuer", "not_after")
    until = talk.SERVER.facts.not_after
    assert one(TRUSTED)(*names) == (443, "TLSv1.3", "TLS_AES", talk.ISSUER, until)
    bare = talk.to(HOST, server_chain=(), version=None, cipher=None)
    assert one(bare)(*names) == (443, "", None, "", None)
    assert one(wrong(20))("issuer") == (talk.ISSUER,)
    assert one(wrong(20, server_chain=()))("issuer") == ("",)
    assert one(wrong(62))("names") == (HOST,)
    assert one(wrong(10))("not_after") == (until,)
    assert one(wrong(20, server_chain=(AVAST.der,)))("issuer", "product") == (
        "Avast Web/Mail Shield Root",
        "Avast",
    )
    assert one(broken(Trouble.TIMEOUT))("port", "reason", "alert") == (443, "timeout", None)
    by_alert = broken(Trouble.ALERT, alerts=talk.alert("protocol_version"))
    assert one(by_alert)("reason", "alert") == ("alert", "protocol_version")
    plain = broken(Trouble.PROTOCOL, received=b"HTTP/1.1 400")
    assert one(plain)("reason") == ("plain_http",)
    assert one(replace(plain, received=b"SSH-2.0"))("reason") == ("not_tls",)
    assert one(replace(plain, received=b"\x16\x03\x03"))("reason") == ("protocol",)
    assert one(replace(plain, received=b"HTTP/", trouble=Trouble.EOF))("reason") == ("eof",)
    assert one(replace(plain, trouble=Trouble.EOF))("reason") == ("eof",)
    assert one(replace(plain, trouble=None, received=b""))("reason") == ("protocol",)
    assert one(broken(Trouble.REFUSED))("port", "how") == (443, "refused")
    gone = broken(Trouble.PROXY_REFUSED, proxy="p:1", proxy_status=502)
    assert one(gone)("how") == ("unreachable",)
    proxied = ("proxy", "http_status")
    no = broken(Trouble.PROXY_REFUSED, proxy="p:1", proxy_status=407)
    assert one(no)(*proxied) == ("p:1", 407)
    assert one(replace(no, proxy=None, proxy_status=None))(*proxied) == ("", None)
    assert one(broken(Trouble.PROXY_UNREACHABLE, proxy="p:1"))("proxy") == ("p:1",)
    assert one(broken(Trouble.PROXY_UNREACHABLE))("proxy") == ("",)
    assert one(talk.to(HOST, answer=talk.page(status=503)))("http_status") == (503,)
    assert one(talk.to(HOST, answer=talk.page(status=429)))("http_status") == (429,)


def test_a_server_that_is_not_trusted_and_leads_elsewhere() -> None:
    away = replace(hop(wrong(18)), away="10.0.0.1")
    (finding,) = judge(Walk((away,)), PORTAL, timed=True)
    assert said(finding) == (CAPTIVE,)
    assert fact(finding, "host", "leads_to") == (HOST, "10.0.0.1")
    assert one(broken(Trouble.PROTOCOL, received=b"HTTP/1.1 307 x"))("leads_to") == (None,)


def test_when_each_host_asked() -> None:
    late = talk.to("cas.test", requests=(talk.asking(when=When.POST_HANDSHAKE),))
    hops = (hop(), hop(talk.to("cas.test")), hop(late), hop(talk.asked(talk.to("b.test"))))
    findings = judge(Walk(hops), PORTAL, timed=True)
    assert [fact(f, "host", "asked") for f in findings] == [
        (HOST, "no"),
        ("cas.test", "post-handshake"),
        ("b.test", "handshake"),
    ]


def test_without_a_trusted_time_a_server_out_of_its_dates_may_be_our_own_clock() -> None:
    walk = Walk((hop(wrong(10)), hop(wrong(62))))
    assert said(judge(walk, PORTAL, timed=False)) == (
        "server.expired lowered",
        "server.wrong_name",
    )
    sure = judge(walk, PORTAL, timed=True)
    assert said(sure) == ("server.expired", "server.wrong_name")
    assert fact(sure[0], "source") == (None,)
    assert fact(judge(walk, PORTAL, timed=False)[0], "source", "not_after") == (
        "computer",
        talk.SERVER.facts.not_after,
    )


PUBLIC = "portal.example.com"
TOWN = ca("Firewall da Prefeitura", organization="Prefeitura")
SYSTEM = Roots(frozenset())


def signed(root: Made, host: str = PUBLIC) -> Transcript:
    made = leaf(root, common=host, own=host)
    return talk.to(host, server_chain=(made.der,), trust_path=(made.der, root.der))


def test_a_stranger_s_root_and_who_else_it_signs() -> None:
    also = (signed(TOWN, "www.gov.br"),)
    walk = Walk((hop(signed(TOWN)),))
    (finding,) = judge(walk, PORTAL, timed=True, roots=SYSTEM, witnesses=also)
    assert said(finding) == ("server.intercepted",)
    facts = ("host", "issuer", "product", "hosts")
    assert fact(finding, *facts) == (PUBLIC, "Firewall da Prefeitura", None, ("www.gov.br",))
    assert said(judge(walk, PORTAL, timed=True)) == ("server.trusted",)
    (alone,) = judge(walk, PORTAL, timed=True, roots=SYSTEM)
    assert fact(alone, "product", "hosts") == (None, None)


def test_hosts_that_speak_against_a_stranger_count_where_the_portal_asks() -> None:
    web = ca("Raiz da Web", organization="Web")
    roots = Roots(frozenset({web.facts.sha256}))
    against = (signed(web, "www.gov.br"),)
    asked = Walk((hop(signed(TOWN)), hop(talk.asked(signed(TOWN, "cas.example.com")))))
    mild = judge(asked, PORTAL, timed=True, roots=roots, witnesses=against)
    assert said(mild) == ("server.intercepted lowered", "server.intercepted lowered")
    assert leads_on(asked, mild)
    silent = Walk((hop(signed(TOWN)),))
    hard = judge(silent, PORTAL, timed=True, roots=roots, witnesses=against)
    assert said(hard) == ("server.intercepted",)
    assert not leads_on(silent, hard)


@pytest.mark.parametrize("version", ["SSLv3", "TLSv1", "TLSv1.1"])
def test_a_version_that_no_browser_speaks_is_named(version: str) -> None:
    for said_ in (
        broken(Trouble.PROTOCOL, version=version),
        wrong(20, version=version, trouble=Trouble.PROTOCOL, answer=None),
        talk.to(HOST, version=version),
        talk.asked(talk.to(HOST, version=version)),
    ):
        (finding,) = judge(Walk((hop(said_),)), PORTAL, timed=True)
        assert said(finding) == (TLS,)
        assert fact(finding, "reason", "tls_version") == ("old_tls", version)
    modern = broken(Trouble.PROTOCOL, version="TLSv1.2")
    assert one(modern)("reason", "tls_version") == ("protocol", None)


def test_each_host_is_judged_once() -> None:
    other = hop(talk.to("cas.test"))
    findings = judge(Walk((hop(), hop(), other)), PORTAL, timed=True)
    assert [fact(f, "host") for f in findings] == [(HOST,), ("cas.test",)]


def test_a_chain_that_had_to_be_completed() -> None:
    findings = judge(Walk((hop(completed=True),)), PORTAL, timed=True)
    assert said(findings) == ("server.incomplete_chain", "server.trusted")
    assert fact(findings[0], "host", "issuer") == (HOST, talk.ISSUER)
    in_vain = hop(wrong(20), completed=True)
    assert said(judge(Walk((in_vain,)), PORTAL, timed=True)) == ("server.untrusted",)
    unread = hop(talk.to(HOST, server_chain=()), completed=True)
    assert said(judge(Walk((unread,)), PORTAL, timed=True)) == ("server.trusted",)


def test_no_walk_at_all() -> None:
    (finding,) = judge(Walk(), PORTAL, timed=True)
    assert said(finding) == (TLS,)
    assert fact(finding, "host", "port", "reason") == (HOST, 443, "not_https")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault(FaultKind.DIED, "converse", detail="signal 11"), "signal 11"),
        (Fault(FaultKind.HUNG, "converse"), "hung"),
    ],
)
def test_our_own_tls_engine_is_nobodys_fault(fault: Fault, reason: str) -> None:
    bare = Walk((hop(replace(TRUSTED, host="")),), fault)
    assert len(judge(bare, PORTAL, timed=True)) == 2
    findings = judge(Walk((hop(),), fault), PORTAL, timed=True)
    assert said(findings) == ("server.trusted", "login.engine_unavailable")
    assert fact(findings[1], "reason") == (reason,)
    assert said(judge(Walk((), fault), PORTAL, timed=True)) == ("login.engine_unavailable",)


def test_a_product_is_named_in_the_second_walk_too() -> None:
    finding = untrusted(wrong(20, server_chain=(AVAST.der,)))
    assert said(finding) == ("server.intercepted",)
    assert fact(finding, "product", "hosts") == ("Avast", None)


def test_a_code_that_was_not_seen_is_not_called_expired() -> None:
    assert said(untrusted(talk.to(HOST, verify_code=18))) == ("server.untrusted",)


def test_a_product_s_page_is_not_the_portal_s() -> None:
    blocked = talk.to(HOST, server_chain=(AVAST.der,), answer=talk.page(status=403))
    assert said(judge(Walk((hop(blocked),)), PORTAL, timed=True)) == ("server.intercepted",)


@pytest.mark.parametrize(
    ("antivirus", "named"),
    [
        ((), None),
        (("Microsoft Defender Antivirus",), None),
        (("Antivírus da Casa", "Windows Defender"), ("Antivírus da Casa",)),
    ],
)
def test_whom_to_look_at_first_where_no_product_is_known(
    antivirus: tuple[str, ...], named: tuple[str, ...] | None
) -> None:
    a = World()
    around = Surroundings(antivirus=antivirus)
    a.system.described = replace(a.system.described, around=around)
    stranger = found("server.intercepted", host=HOST, issuer="Raiz Estranha")
    known = found("server.intercepted", host=HOST, issuer="Avast", product="Avast")
    other = found("server.error", host=HOST, http_status=503)
    told = server._with_suspects(a.context, (stranger, known, other))
    assert fact(told[0], "antivirus") == (named,)
    assert said(told) == said((stranger, known, other))
    assert told[1:] == (known, other)
    assert server._with_suspects(a.context, (known, other)) == (known, other)


# ---- may the same way be gone with the certificate?

ASKED = Walk((hop(talk.asked(TRUSTED)),))
FAULT = Fault(FaultKind.DIED, "converse")


@pytest.mark.parametrize(
    ("walk", "code", "result"),
    [
        (Walk((hop(),)), "server.trusted", True),
        (ASKED, "server.trusted", True),
        (ASKED, "server.error", True),
        (Walk((hop(),)), "server.error", False),
        (ASKED, "server.intercepted", False),
        (ASKED, "server.program_refused", False),
        (ASKED, "server.tls_failed", False),
        (ASKED, "server.captive", False),
        (Walk((hop(), hop(wrong(20)))), "server.untrusted", False),
        (Walk(), "server.tls_failed", False),
        (replace(ASKED, fault=FAULT), "login.engine_unavailable", False),
    ],
)
def test_where_the_way_leads_on(walk: Walk, code: str, result: bool) -> None:
    assert leads_on(walk, (found(code),)) is result


# ---- run


def world(*transcripts: Transcript, offset: float | None = 0.0) -> World:
    a = World().learn(Reachable((), ()), TrustedClock(offset))
    for transcript in transcripts:
        a.handshakes.script[f"{transcript.host}{transcript.path}"] = [transcript]
    return a


START = talk.to(HOST, path="/tarefas", answer=talk.page("<html>"))
CAS = talk.to("cas.test", path="/login", port=8443)


def test_run_walks_and_learns_the_way() -> None:
    a = world(START, talk.asked(CAS))
    a.network.through = ProxyServer("proxy", 3128, "Basic eA==")
    assert said(a.run(server.CHECK)) == ("server.trusted", "server.trusted")
    anonymous = a.context.recall(Anonymous)
    assert anonymous.hosts == ("cas.test", HOST)
    assert a.handshakes.signers == [None, None]
    first = a.handshakes.requests[0]
    assert first["proxy"] == ["proxy", 3128]
    assert first["proxy_authorization"] == "Basic eA=="
    assert first["moment"] == int(NOW.timestamp())
    assert first["identity"] is None


def test_without_a_trusted_time_the_computers_clock_judges() -> None:
    a = world(START, CAS, offset=None)
    a.run(server.CHECK)
    assert a.handshakes.requests[0]["moment"] is None
    b = World().learn(Reachable((), ()))
    b.handshakes.script = a.handshakes.script
    b.run(server.CHECK)
    assert b.handshakes.requests[0]["moment"] is None


def test_an_untrusted_server_is_no_way() -> None:
    a = world(replace(START, verify_code=18, verify_errors=()), CAS)
    assert "server.untrusted" in said(a.run(server.CHECK))
    assert a.context.find(Anonymous) is None


def test_run_completes_a_chain() -> None:
    made = leaf(AC2, at("http://a/ac2"), common=HOST)
    short = replace(START, server_chain=(made.der,), verify_code=20)
    a = world(CAS)
    a.handshakes.script["portal.test/tarefas"] = [short, replace(short, verify_code=0)]
    a.network.bodies = {"http://a/ac2": AC2.der}
    assert said(a.run(server.CHECK))[:2] == ("server.incomplete_chain", "server.trusted")


def test_control_hosts_are_asked_where_a_stranger_signs_and_only_there() -> None:
    start = replace(PROFILE.portal, start=f"https://{PUBLIC}/", certificate_urls=())
    profile = replace(PROFILE, portal=start, network=replace(PROFILE.network, time_urls=TIMES))
    for root, shipped, asked in (
        (TOWN, frozenset(), ["www.gov.br", "www.google.com"]),
        (TOWN, frozenset({TOWN.facts.sha256}), []),
    ):
        a = World(profile=profile).learn(Reachable((), ()), TrustedClock(0.0))
        a.system.shipped = shipped
        a.handshakes.script = {
            f"{PUBLIC}/": [signed(root)],
            "www.gov.br/": [signed(root, "www.gov.br")],
            "www.google.com/hora": [FAULT],
        }
        (finding,) = a.run(server.CHECK)
        assert [r["host"] for r in a.handshakes.requests] == [PUBLIC, *asked]
        assert fact(finding, "hosts") == (("www.gov.br",) if asked else None,)


TIMES = ("https://www.gov.br/", "https://www.google.com/hora")


def test_hosts_that_the_profile_does_not_name_are_not_shown_to_the_user() -> None:
    walker = Walker(PROFILE, World().handshakes.converse)
    foreign = hop(talk.asked(talk.to("foreign.test")))
    cas = hop(talk.asked(talk.to("cas.test")))
    assert Anonymous(Walk((hop(), foreign, cas)), walker).hosts == ("cas.test", HOST)
    assert Anonymous(Walk((hop(), foreign)), walker).hosts == ("cas.test", HOST)
    assert Anonymous(Walk((hop(),)), walker).hosts == ()


def test_without_the_network_nobody_is_asked() -> None:
    a = World(Wishes(network=False))
    assert said(a.run(server.CHECK)) == ("skipped: option",)
    assert a.handshakes.requests == []


def test_roots(tmp_path: Path) -> None:
    pem = tmp_path / "roots.pem"
    pem.write_text("PEM")
    assert server_roots("system") is None
    assert server_roots(str(pem)) == "PEM"
    a = World(profile=replace(PROFILE, trust=Trust(server_roots=str(pem))))
    a.learn(Reachable((), ()))
    a.handshakes.script = world(START, CAS).handshakes.script
    a.run(server.CHECK)
    assert a.handshakes.requests[0]["server_roots_pem"] == "PEM"


def test_where_nothing_was_reached_nobody_walks() -> None:
    world = World()
    assert said(world.run(server.CHECK)) == ("skipped: network",)
    assert world.handshakes.requests == []


def test_who_stopped_hears_of_no_fault() -> None:
    a = world(TRUSTED)
    a.handshakes.script = {"portal.test/tarefas": [Fault(FaultKind.CANCELLED, "converse")]}
    a.context.stop.set()
    assert said(a.run(server.CHECK)) == ("skipped: user",)

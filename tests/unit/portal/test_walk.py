from collections.abc import Mapping
from dataclasses import replace

import pytest
from tests.unit.checks.world import PORTAL, PROFILE, FakeHandshakes
from tests.unit.portal import said as talk

from a3check import __version__
from a3check.core.fault import Fault, FaultKind
from a3check.core.internet import ProxyServer
from a3check.core.ports import JSON
from a3check.portal.cookies import Jar
from a3check.portal.walk import FIRST, HOPS, VISITS, Hop, Walk, Walker, again, hosts
from a3check.tls.request import Identity
from a3check.tls.transcript import Answer, Transcript

START, CAS = "portal.test/tarefas", "cas.test/login"
WHO = Identity(b"certificate", (b"ca",), talk.SCHEMES)
DIED = Fault(FaultKind.DIED, "converse")


def walker(
    script: dict[str, list[Transcript | Fault]], identity: Identity | None = None
) -> Walker:
    return Walker(PROFILE, FakeHandshakes(script).converse, identity=identity)


def asked(made: Walker) -> list[Mapping[str, JSON]]:
    handshakes = made.converse.__self__  # type: ignore[attr-defined] # a bound method
    assert isinstance(handshakes, FakeHandshakes)
    return handshakes.requests


def places(made: Walker) -> list[str]:
    return [f"{r['host']}:{r['port']}{r['path']}" for r in asked(made)]


def to(host: str, answer: Answer | None = None) -> Transcript:
    return talk.to(host, answer=answer or talk.page("oi"))


# ---- where it goes


def test_redirects_are_followed_to_who_asks() -> None:
    made = walker(
        {
            START: [to("portal.test", talk.sent_to("https://cas.test:8443/login?service=x"))],
            CAS: [talk.asked(to("cas.test"))],
        }
    )
    walk = made.walk()
    assert places(made) == ["portal.test:443/tarefas", "cas.test:8443/login?service=x"]
    assert hosts(walk.hops) == ("portal.test", "cas.test")
    assert [h.host for h in walk.asked] == ["cas.test"]
    assert walk.fault is None
    assert walk.hops[1].page == "/login"


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("", "/"),
        ("/tarefas;jsessionid=A1/1;x=2?ticket=ST-1#f", "/tarefas/1"),
        ("/sso/AQIC5wM2LY4Sfczw1234/fim", "/sso/***/fim"),
        ("/ticket/ST-1-abcdefghijklmnop-cas01", "/ticket/***"),
        ("/acompanhamento-de-requerimentos", "/acompanhamento-de-requerimentos"),
    ],
)
def test_evidence_of_an_address_holds_no_session(path: str, page: str) -> None:
    assert Hop(f"https://portal.test{path}", to("portal.test"), shown=True).page == page


def test_the_fallback_is_tried_where_nobody_asked() -> None:
    made = walker({START: [to("portal.test")], CAS: [to("cas.test")]})
    made.walk()
    assert places(made) == ["portal.test:443/tarefas", "cas.test:8443/login"]


def test_no_fallback_where_somebody_asked() -> None:
    made = walker({START: [talk.asked(to("portal.test"))]})
    made.walk()
    assert places(made) == ["portal.test:443/tarefas"]


@pytest.mark.parametrize("answer", [talk.page("", 403), talk.page("PROTEÇÃO DE SISTEMAS")])
def test_no_further_request_after_the_program_was_refused(answer: Answer) -> None:
    made = walker({START: [to("portal.test", answer)], CAS: [to("cas.test")]})
    made.walk()
    assert places(made) == ["portal.test:443/tarefas"]


def test_a_silent_start_does_not_stop_the_fallback() -> None:
    silent = talk.to("portal.test", answer=None)
    made = walker({START: [silent], CAS: [talk.asked(to("cas.test"))]})
    made.walk()
    assert len(asked(made)) == 2


def test_a_broken_engine_ends_the_walk() -> None:
    assert walker({START: [DIED]}).walk() == Walk((), DIED)
    walk = walker({START: [to("portal.test")], CAS: [DIED]}).walk()
    assert (len(walk.hops), walk.fault) == (1, DIED)


@pytest.mark.parametrize("where", ["http://portal.test/", "mailto:a@b"])
def test_only_https_is_followed(where: str) -> None:
    made = walker({START: [talk.asked(to("portal.test", talk.sent_to(where)))]})
    assert len(made.walk().hops) == 1


def test_a_portal_without_https_is_not_walked() -> None:
    profile = replace(PROFILE, portal=replace(PORTAL, start="http://h/", certificate_urls=()))
    assert Walker(profile, FakeHandshakes().converse).walk() == Walk()


def test_a_circle_ends() -> None:
    home = to("portal.test", talk.sent_to("https://cas.test:8443/login"))
    back = to("cas.test", talk.sent_to("https://portal.test/tarefas"))
    made = walker({START: [home], CAS: [back]})
    walk = made.walk()
    assert len(walk.hops) <= HOPS
    assert places(made).count("portal.test:443/tarefas") == 2


def test_a_circle_that_takes_the_certificate_ends() -> None:
    made = walker({START: [talk.proved(to("portal.test", talk.sent_to("/tarefas")))]}, WHO)
    assert len(made.walk().hops) == VISITS == 2


def test_ever_new_addresses_end_at_the_limit() -> None:
    class Endless:
        count = 0

        def converse(self, _: Mapping[str, JSON]) -> Mapping[str, JSON]:
            self.count += 1
            return to("portal.test", talk.sent_to(f"/{self.count}")).to_json()

    endless = Endless()
    first = Walker(PROFILE, endless.converse)
    walk = first.walk()
    # One request is left for the fallback, which is as endless.
    assert (len(walk.hops), endless.count) == (FIRST, FIRST)
    rest = again(first, endless.converse, WHO).walk()
    assert (len(rest.hops), endless.count) == (HOPS - FIRST, HOPS) == (6, 12)


# ---- what is shown to whom


def test_the_certificate_goes_to_named_hosts_alone_and_only_where_they_are_trusted() -> None:
    script: dict[str, list[Transcript | Fault]] = {
        START: [talk.asked(to("portal.test", talk.sent_to("https://cas.test:8443/login")))],
        CAS: [talk.asked(to("cas.test", talk.sent_to("https://foreign.test/x")))],
        "foreign.test/x": [talk.asked(to("foreign.test"))],
    }
    made = walker(script, WHO)
    walk = made.walk()
    shown = [(r["identity"] is not None, r["require_trust"]) for r in asked(made)]
    assert shown == [(True, True), (True, True), (False, False)]
    assert [h.shown for h in walk.hops] == [True, True, False]
    bare = walker(script)
    assert not any(h.shown for h in bare.walk().hops)
    assert not any(r["identity"] or r["require_trust"] for r in asked(bare))


def test_each_address_has_its_own_way_through_the_proxy() -> None:
    made = walker(
        {
            START: [to("portal.test", talk.sent_to("https://cas.test:8443/login"))],
            CAS: [to("cas.test")],
        }
    )
    made.proxy = lambda url: ProxyServer("proxy", 3128) if "cas.test" in url else None
    made.walk()
    assert [r["proxy"] for r in asked(made)][:2] == [None, ["proxy", 3128]]


def test_the_request_says_who_we_are_and_how_long_we_wait() -> None:
    made = walker({START: [talk.asked(to("portal.test"))]})
    made.proxy = lambda _: ProxyServer("proxy", 3128, "Basic eA==")
    made.moment, made.roots_pem = 77, "PEM"
    made.walk()
    (request,) = asked(made)
    assert request["proxy"] == ["proxy", 3128]
    assert request["proxy_authorization"] == "Basic eA=="
    assert request["moment"] == 77
    assert request["server_roots_pem"] == "PEM"
    assert (request["connect_seconds"], request["handshake_seconds"]) == (5.0, 30.0)
    assert request["total_seconds"] == 60.0
    headers = request["headers"]
    assert isinstance(headers, list)
    assert [name for name, _ in headers] == ["User-Agent", "Accept"]
    assert headers[0][1].endswith(f"a3check/{__version__})")


def test_an_address_without_a_path() -> None:
    profile = replace(PROFILE, portal=replace(PORTAL, start="https://portal.test"))
    made = Walker(
        profile, FakeHandshakes({"portal.test/": [talk.asked(to("portal.test"))]}).converse
    )
    assert made.walk().hops[0].page == "/"
    assert asked(made)[0]["path"] == "/"


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://a", "/"),
        ("https://a/b?ticket=1#x", "/b"),
        ("https://a/b;jsessionid=1?ticket=1", "/b"),
        ("https://a/;jsessionid=1", "/"),
    ],
)
def test_evidence_holds_no_query_and_no_session(url: str, page: str) -> None:
    assert Hop(url, talk.to("a"), shown=False).page == page


# ---- what is remembered


def test_cookies_go_back_to_their_own_host() -> None:
    set_it = Answer(
        302,
        (
            ("Set-Cookie", "a=1; Path=/; HttpOnly"),
            ("set-cookie", "b=2"),
            ("Set-Cookie", "no cookie;;"),
            ("Location", "https://cas.test:8443/login"),
        ),
    )
    back = to("cas.test", talk.sent_to("https://portal.test/2"))
    made = walker(
        {
            START: [talk.to("portal.test", answer=set_it)],
            CAS: [back],
            "portal.test/2": [talk.asked(to("portal.test"))],
        }
    )
    made.walk()
    cookies = [dict(r["headers"]).get("Cookie") for r in asked(made)]  # type: ignore[arg-type] # pairs
    assert cookies == [None, None, "a=1; b=2"]


def test_who_is_not_verified_sets_no_cookie() -> None:
    answer = Answer(200, (("Set-Cookie", "a=1"),))
    stranger = replace(to("portal.test", answer), verify_code=20)
    made = walker({START: [stranger], CAS: [to("cas.test")]})
    made.walk()
    assert len(asked(made)) == 2
    assert made.cookies.cookies == []


def test_a_cookie_that_is_none_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = Answer(200, (("Set-Cookie", "expires=0; a\x00=1"), ("Set-Cookie", "a/b=1")))
    made = walker({START: [talk.asked(talk.to("portal.test", answer=odd))]})
    made.walk()
    assert "Cookie" not in str(asked(made))


def test_a_second_walk_remembers_nothing_but_the_way() -> None:
    made = walker({START: [talk.asked(to("portal.test"))]})
    made.walk()
    made.cookies.keep("https://portal.test/", [("Set-Cookie", "a=1")])
    made.intermediates["portal.test"] = (b"ca",)
    other = FakeHandshakes()
    second = again(made, other.converse, WHO)
    assert (second.hops, second.cookies, second.identity) == ([], Jar(), WHO)
    assert second.converse == other.converse
    assert second.intermediates == {"portal.test": (b"ca",)}
    assert len(made.hops) == 1


# ---- a server that forgets its CAs

SHORT = talk.to("portal.test", verify_code=20)


@pytest.mark.parametrize("code", [20, 21])
def test_a_chain_is_completed_once(code: int) -> None:
    made = walker({START: [replace(SHORT, verify_code=code), talk.asked(to("portal.test"))]})
    made.complete = lambda said: (b"ca",) if said.host == "portal.test" else ()
    walk = made.walk()
    assert (len(walk.hops), len(asked(made))) == (1, 2)
    assert walk.hops[0].completed
    assert walk.hops[0].transcript.trusted
    assert [r["server_intermediates"] for r in asked(made)] == [[], ["Y2E="]]


def test_a_chain_that_stays_broken_is_not_completed_again() -> None:
    calls = []
    made = walker({START: [SHORT], CAS: [to("cas.test")]})

    def complete(said: Transcript) -> tuple[bytes, ...]:
        calls.append(said.host)
        return (b"ca",)

    made.complete = complete
    made._follow("https://portal.test/tarefas")
    made._follow("https://portal.test/tarefas")
    assert calls == ["portal.test"]
    assert len(asked(made)) == 3


def test_a_chain_that_cannot_be_completed() -> None:
    for complete in (None, lambda _: ()):
        made = walker({START: [SHORT], CAS: [to("cas.test")]})
        made.complete = complete
        walk = made.walk()
        assert not walk.hops[0].completed
        assert len(asked(made)) == 2
    other = walker({START: [talk.to("portal.test", verify_code=18)], CAS: [to("cas.test")]})
    other.complete = lambda _: (b"ca",)
    assert not other.walk().hops[0].completed


def test_an_engine_that_breaks_over_a_completed_chain() -> None:
    made = walker({START: [SHORT, DIED]})
    made.complete = lambda _: (b"ca",)
    assert made.walk().fault == DIED

"""What leads a walk on, what ends it, and whom it shows the certificate to."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from tests.unit.checks.world import PORTAL, PROFILE, FakeHandshakes
from tests.unit.portal import said as talk
from tests.unit.portal.test_walk import CAS, DIED, START, WHO, asked, places, to

from a3check.core.fault import Fault
from a3check.core.ports import JSON
from a3check.core.profile import Profile
from a3check.portal.walk import FIRST, HOPS, SECONDS, Walker, again
from a3check.tls.request import Identity
from a3check.tls.transcript import Answer, Timings, Transcript

Script = dict[str, list[Transcript | Fault]]
HERE = replace(PROFILE, portal=replace(PORTAL, follow=("certificado",), certificate_urls=()))
LINK = talk.page('<a href="https://cas.test:8443/login">Certificado</a>')


def walker(script: Script, identity: Identity | None = None, profile: Profile = HERE) -> Walker:
    return Walker(profile, FakeHandshakes(script).converse, identity=identity)


def proved(host: str, answer: Answer) -> Transcript:
    return talk.proved(to(host, answer))


# ---- what leads on


def test_a_link_and_a_form_lead_on() -> None:
    field = "<input type=hidden name=lt value=1>"
    form = f"<form method=post action=/f>{field}<button>Certificado</button></form>"
    made = walker(
        {
            START: [to("portal.test", LINK)],
            CAS: [to("cas.test", talk.page(form))],
            "cas.test/f": [talk.asked(to("cas.test"))],
        }
    )
    made.walk()
    requests = asked(made)
    assert places(made)[1:] == ["cas.test:8443/login", "cas.test:8443/f"]
    assert [r["body"] for r in requests] == [None, None, "bHQ9MQ=="]
    headers = [dict(r["headers"]) for r in requests]  # type: ignore[arg-type] # pairs
    assert [h.get("Origin") for h in headers] == [None, None, "https://cas.test:8443"]


def _walked(made: Walker) -> Walker:
    made.walk()
    return made


# ---- what ends it


@pytest.mark.parametrize(
    "answer",
    [
        talk.page(LINK.body.decode()),  # a page of someone who is in
        talk.page("autenticador <input>" + LINK.body.decode()),
        talk.page("sem perfil" + LINK.body.decode()),
    ],
)
def test_nothing_is_asked_once_inside(answer: Answer) -> None:
    profile = replace(HERE, portal=replace(HERE.portal, not_authorised=("sem perfil",)))
    made = walker({START: [proved("portal.test", answer)]}, WHO, profile)
    assert len(made.walk().hops) == 1


def test_a_place_that_proves_nothing_leads_on_before_the_certificate() -> None:
    made = walker({START: [to("portal.test", LINK)], CAS: [proved("cas.test", LINK)]}, WHO)
    assert places(_walked(made))[:2] == ["portal.test:443/tarefas", "cas.test:8443/login"]


def test_the_words_of_the_code_prove_nothing_before_the_certificate() -> None:
    """A login that asks for the letters of a picture uses the same words."""
    answer = talk.page("autenticador <input>" + LINK.body.decode())
    script: Script = {START: [to("portal.test", answer)], CAS: [talk.asked(to("cas.test"))]}
    assert len(walker(script).walk().hops) == 2


def test_the_words_of_the_code_prove_nothing_where_anybody_is_shown_them() -> None:
    """A host that asks in the handshake and lets everybody see its login, letters included."""
    answer = talk.page("autenticador <input>" + LINK.body.decode())
    first = walker({START: [talk.asked(to("portal.test", answer))]})
    first.walk()
    other = proved("cas.test", talk.page("autenticador <input>"))
    script: Script = {START: [proved("portal.test", answer)], CAS: [other]}
    second = again(first, FakeHandshakes(script).converse, WHO)
    assert [hop.host for hop in second.walk().hops] == ["portal.test", "cas.test"]


def test_a_portal_that_rests_is_asked_once_with_a_certificate() -> None:
    answer = talk.page("em manutenção", refresh="5;url=/")
    first = walker({START: [talk.asked(to("portal.test", answer))]})
    first.walk()
    script: Script = {START: [proved("portal.test", answer)]}
    assert len(again(first, FakeHandshakes(script).converse, WHO).walk().hops) == 1


def test_without_a_certificate_it_ends_where_the_portal_asks() -> None:
    answer = talk.sent_to("https://cas.test:8443/login")
    script: Script = {START: [talk.asked(to("portal.test", answer))], CAS: [to("cas.test")]}
    assert len(walker(script).walk().hops) == 1
    assert len(walker(script, WHO).walk().hops) == 2


@pytest.mark.parametrize("code", [18, 62])
def test_who_is_not_trusted_leads_nowhere(code: int) -> None:
    answer = talk.sent_to("http://10.0.0.1/entrar")
    made = walker({START: [talk.to("portal.test", answer=answer, verify_code=code)]})
    (hop,) = made.walk().hops
    assert hop.away == "10.0.0.1"
    (hop,) = walker({START: [talk.to("portal.test", answer=None, verify_code=code)]}).walk().hops
    assert hop.away is None
    (hop,) = walker({START: [to("portal.test", answer)]}).walk().hops
    assert hop.away is None


def test_a_page_that_refuses_the_program_leads_nowhere() -> None:
    answer = talk.page("proteção de sistemas" + LINK.body.decode())
    assert len(walker({START: [to("portal.test", answer)]}).walk().hops) == 1


def test_a_walk_has_an_end_in_time() -> None:
    slow = Timings(total=SECONDS, sign=0.0)
    answer = talk.sent_to("https://cas.test:8443/login")
    script: Script = {
        START: [replace(to("portal.test", answer), timings=slow)],
        CAS: [to("cas.test")],
    }
    assert len(walker(script).walk().hops) == 1
    signing = Timings(total=SECONDS, sign=1.0)
    script[START] = [replace(to("portal.test", answer), timings=signing)]
    assert len(walker(script).walk().hops) == 2


def test_many_fallbacks_leave_the_start_its_half() -> None:
    urls = tuple(f"https://cas.test/{number}" for number in range(HOPS))
    profile = replace(HERE, portal=replace(HERE.portal, certificate_urls=urls))
    endless = Endless()
    made = Walker(profile, endless.converse)
    made.walk()
    assert endless.count == FIRST
    assert [h.host for h in made.hops].count("portal.test") == FIRST // 2


class Endless:
    """Sends each reader to an address that nobody has seen."""

    count = 0

    def converse(self, request: Mapping[str, JSON]) -> Mapping[str, JSON]:
        self.count += 1
        return to(str(request["host"]), talk.sent_to(f"/{self.count}")).to_json()


def test_a_chain_that_could_be_completed_with_the_last_request_is_not() -> None:
    made = walker({START: [talk.to("portal.test", verify_code=20)]})
    made.complete = lambda _: (b"ca",)
    made.left = 1
    assert len(made.walk().hops) == len(asked(made)) == 1


def test_both_passes_share_the_requests() -> None:
    first = walker({START: [to("portal.test")]})
    first.walk()
    assert again(first, first.converse, WHO).left == HOPS - 1


# ---- strangers

STRANGER = "foreign.test/x"
AWAY = talk.sent_to("https://foreign.test/x")
HOME = talk.sent_to("https://portal.test/tarefas")


def strange(*answers: Transcript | Fault) -> Script:
    back = to("portal.test", AWAY)
    return {START: [back, to("portal.test", LINK)], STRANGER: list(answers), CAS: [back]}


@pytest.mark.parametrize("yes", [True, False])
def test_the_user_decides_about_a_stranger_once(yes: bool) -> None:
    asking = talk.asked(to("foreign.test", HOME))
    made = walker(strange(asking, proved("foreign.test", HOME) if yes else asking), WHO)
    questions = []

    def may_show(said: Transcript) -> bool:
        questions.append(said.host)
        return yes

    made.may_show = may_show
    walk = made.walk()
    assert questions == ["foreign.test"]
    to_it = [r for r in asked(made) if r["host"] == "foreign.test"]
    shown = [(r["identity"] is not None, r["require_trust"]) for r in to_it]
    assert shown == [(False, False), (True, True)] if yes else [(False, False)] * len(shown)
    assert next(h.shown for h in walk.hops if h.host == "foreign.test") is yes
    assert made.left == HOPS - FIRST - len(asked(made))


@pytest.mark.parametrize(
    ("answer", "identity", "left"),
    [
        (talk.asked(to("foreign.test")), None, 9),
        (to("foreign.test"), WHO, 9),
        (replace(talk.asked(to("foreign.test")), verify_code=20), WHO, 9),
        (talk.asked(to("foreign.test")), WHO, 2),
    ],
    ids=["no key", "does not ask", "not verified", "no request left"],
)
def test_nobody_is_asked_about_a_stranger_without_need(
    answer: Transcript, identity: Identity | None, left: int
) -> None:
    made = walker(strange(answer), identity)
    made.left = left

    def may_show(said: Transcript) -> bool:
        raise AssertionError(said)

    made.may_show = may_show
    assert made.walk().hops


def test_an_engine_that_breaks_at_a_stranger() -> None:
    made = walker(strange(talk.asked(to("foreign.test")), DIED), WHO)
    made.may_show = lambda _: True
    assert made.walk().fault == DIED


def test_nobody_answers_no() -> None:
    made = walker(strange(talk.asked(to("foreign.test"))), WHO)
    assert not any(h.shown for h in made.walk().hops if h.host == "foreign.test")
    assert made.answers == {"foreign.test": False}


def test_a_start_that_is_not_of_https() -> None:
    portal = replace(HERE.portal, start="http://portal.test/", certificate_urls=())
    assert walker({}, None, replace(HERE, portal=portal)).walk().hops == ()

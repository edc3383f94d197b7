"""A recorded walk: nothing private is in it, and it is judged as the walk itself."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from tests.unit.checks.world import PROFILE, World
from tests.unit.pki.maker import ca, leaf
from tests.unit.portal import said as talk
from tests.unit.report.samples import IDENTITY, STARTED

from a3check.checks.server import judge
from a3check.core.fault import Fault, FaultKind
from a3check.portal.walk import Hop, Walk
from a3check.report.mask import Masker
from a3check.report.recording import FORMAT, Recording, Site, record, visit
from a3check.tls.transcript import Answer, Phase, Transcript, Trouble, VerifyError

MASKER = Masker(IDENTITY)
AVAST = leaf(ca("Avast Web/Mail Shield Root"), common="portal.test", own="avast")
SECRETS = (
    "segredo",
    "ST-1-4711-abcdefghijkl-cas",
    "PC-INVENTADO",
    "192.168.77.5",
    "jinventada",
    "10.9.8.7",
    "proxy.prefeitura",
    "529.982.247-25",
)


def recorded(*hops: Hop, fault: Fault | None = None, timed: bool = True) -> Recording:
    return record(Walk(hops, fault), PROFILE, STARTED, MASKER, timed=timed)


def hop(transcript: Transcript, url: str = "", *, completed: bool = False) -> Hop:
    return Hop(url or f"https://{transcript.host}/tarefas", transcript, False, completed)


def broken(trouble: Trouble, **more: Any) -> Transcript:  # noqa: ANN401 - any field
    before: dict[str, Any] = {"verify_code": None, "answer": None, "server_chain": ()}
    return talk.to("portal.test", trouble=trouble, **{**before, **more})


def wrong(code: int, **more: Any) -> Transcript:  # noqa: ANN401 - any field
    return talk.to(
        "portal.test", verify_code=code, verify_errors=(VerifyError(code, 0, ""),), **more
    )


@pytest.mark.parametrize(
    "transcript",
    [
        talk.to("portal.test"),
        talk.asked(talk.to("cas.test", answer=talk.page(status=400)), talk.name_of()),
        talk.to("portal.test", answer=talk.page("<p>Proteção de Sistemas</p>")),
        talk.to("portal.test", answer=talk.page("<script>x='Proteção de Sistemas'</script>")),
        talk.to("portal.test", answer=talk.page("<p>Sistema em manutenção</p>")),
        talk.to("portal.test", answer=talk.page("manutenção " + "e mais palavras " * 200)),
        talk.to(
            "portal.test", answer=talk.page("<p>400 No required SSL certificate was sent", 400)
        ),
        talk.to("portal.test", answer=talk.page(status=503)),
        talk.to("portal.test", answer=talk.page(status=403)),
        wrong(10),
        wrong(62),
        wrong(20),
        wrong(20, server_chain=(AVAST.der,)),
        broken(Trouble.DNS),
        broken(Trouble.REFUSED),
        broken(Trouble.PROXY_REFUSED, proxy="proxy.prefeitura:1", proxy_status=403),
        broken(Trouble.PROTOCOL, received=b"HTTP/1.1 400 segredo"),
        broken(Trouble.PROTOCOL, received=b"HTTP/1.1 302 segredo"),
        broken(Trouble.PROTOCOL, received=b"SSH-2.0-segredo"),
        broken(Trouble.ALERT, alerts=talk.alert("protocol_version")),
    ],
)
@pytest.mark.parametrize("timed", [True, False])
def test_it_is_judged_as_the_walk(transcript: Transcript, timed: bool) -> None:
    walk = Walk((hop(transcript),))
    made = Recording.load(recorded(*walk.hops, timed=timed).dumps())
    live = judge(walk, PROFILE.portal, timed=timed)
    again = judge(made.walk, made.portal, timed=made.timed)
    assert [(f.code, f.lowered) for f in again] == [(f.code, f.lowered) for f in live]
    if transcript.proxy is None:
        assert again == live


def test_a_chain_that_was_completed_stays_told() -> None:
    made = recorded(hop(talk.to("portal.test"), completed=True))
    codes = [f.code for f in judge(made.walk, made.portal, timed=True)]
    assert codes == ["server.incomplete_chain", "server.trusted"]


def test_a_line_with_a_page_of_its_own_stays_told() -> None:
    made = recorded(replace(hop(wrong(62)), away="PC-INVENTADO"))
    (finding,) = judge(made.walk, made.portal, timed=True)
    assert (finding.code, finding.get("leads_to")) == ("server.captive", "***")


def test_an_engine_that_failed() -> None:
    fault = Fault(FaultKind.DIED, "converse", detail="/home/jinventada/x: segredo")
    made = Recording.load(recorded(fault=fault).dumps())
    assert made.walk.fault == Fault(FaultKind.DIED, "")
    assert [f.code for f in judge(made.walk, made.portal, timed=True)] == [
        "login.engine_unavailable"
    ]


PAGE = Answer(
    200,
    (
        ("Set-Cookie", "JSESSIONID=segredo; Path=/"),
        ("Location", "https://ana:segredo@cas.test/login;jsessionid=segredo?service=segredo#x"),
        ("X-PC-INVENTADO", "segredo"),
    ),
    b"<p>JOANA segredo, CPF 529.982.247-25</p><p>Autenticador</p><INPUT name=segredo>",
)


def test_nothing_private_is_in_it() -> None:
    secret = talk.to(
        "portal.test",
        path="/cas/ST-1-4711-abcdefghijkl-cas/x;jsessionid=segredo?ticket=segredo#segredo",
        answer=PAGE,
        peer=("10.9.8.7", 443),
        proxy="proxy.prefeitura:3128",
        detail="segredo 192.168.77.5",
        received=b"segredo",
        signer_code="segredo",
    )
    url = "https://ana:segredo@portal.test/cas/ST-1-4711-abcdefghijkl-cas?x=segredo"
    captive = talk.to("PC-INVENTADO", answer=talk.sent_to("http://[::1/segredo"))
    made = recorded(hop(secret, url), hop(captive, "https://192.168.77.5/jinventada"))
    text = made.dumps()
    assert not [word for word in SECRETS if word.casefold() in text.casefold()]
    step = made.steps[0]
    assert step.url == "https://portal.test/cas/***"
    assert step.transcript.path == "/cas/***/x"
    assert step.transcript.proxy == "***"
    assert step.transcript.answer == Answer(
        200,
        (("Set-Cookie", ""), ("Location", "https://cas.test/login"), ("X-***", "")),
        b"<p>autenticador</p>\n<input>",
    )
    assert made.steps[1].transcript.answer == Answer(302, (("location", "***"),))
    assert (made.steps[1].url, made.steps[1].transcript.host) == ("https://***/***", "***")


def test_every_field_of_a_conversation_was_thought_of() -> None:
    """A new one stays out until somebody decides: add it to `recording._said`, or to this list."""
    left_out = {
        "peer",
        "detail",
        "identity_ready",
        "offered_schemes",
        "certificates_sent",
        "client_schemes",
        "signatures",
        "signer_code",
    }
    values: dict[str, Any] = {
        "path": "/p",
        "proxy": "***",
        "phase": Phase.HTTP,
        "verify_text": "ok",
        "server_scheme": "ecdsa",
        "trust_path": (AVAST.der,),
        "verify_errors": (VerifyError(1, 0, ""),),
        "renegotiations": 1,
        "trouble": Trouble.HTTP,
        "proxy_status": 502,
        "received": b"HTTP/",
        "alerts": talk.alert("unknown_ca"),
    }
    full = talk.asked(talk.to("portal.test", **values))
    kept = recorded(hop(full)).steps[0].transcript
    names = [f.name for f in fields(Transcript) if f.name not in left_out]
    assert {n: getattr(kept, n) for n in names} == {n: getattr(full, n) for n in names}
    blank = Transcript("h", 1)
    assert all(getattr(kept, n) == getattr(blank, n) for n in left_out)


def test_what_it_says_of_itself() -> None:
    made = recorded(hop(talk.to("portal.test")))
    written = json.loads(made.dumps())
    assert [*written][:3] == ["format", "version", "app"]
    assert (written["format"], written["version"], written["profile"]) == (FORMAT, 1, "teste")
    assert written["recorded"] == "2026-11-22T14:31:07-04:00"
    assert Recording.load(made.dumps()) == made
    assert made.portal == replace(PROFILE.portal, user_agent=made.portal.user_agent)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"site": {"start": "https://h/"}}',
        '{"format": "a3check-report", "version": 1, "site": {"start": "https://h/"}}',
        '{"format": "a3check-walk", "version": 2, "site": {"start": "https://h/"}}',
        '{"format": "a3check-walk", "version": 1, "site": {}}',
        '{"format": "a3check-walk", "version": 1, "site": {"start": 3}}',
        '{"format": "a3check-walk", "version": 1, "site": {"start": ""}, "steps": [{"url": 1}]}',
    ],
)
def test_what_is_no_recording(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Recording.load(text)


def test_fields_of_a_later_program_are_ignored() -> None:
    text = '{"format": "a3check-walk", "version": 1, "new": 1, "site": {"start": "s", "new": 2}}'
    assert Recording.load(text) == Recording(site=Site("s"), app=Recording.load(text).app)


def test_a_visit() -> None:
    world = World()
    world.handshakes.script = {
        "portal.test/tarefas": [talk.to("portal.test")],
        "cas.test/login": [talk.to("cas.test")],
    }
    made = visit(world.context.ports, PROFILE, MASKER)
    assert made.steps[0].url == "https://portal.test/tarefas"
    assert made.timed
    world.network.offsets = dict.fromkeys(PROFILE.network.time_urls)
    assert not visit(world.context.ports, PROFILE, MASKER).timed

from dataclasses import replace

import pytest
from tests.unit.checks.test_certificate import held
from tests.unit.checks.world import EC_MECHANISMS, KEY, PORTAL, PROFILE, TOKEN, World, fact, said
from tests.unit.pki.maker import AC1, AC2, LEAF, NOW, ROOT, ca
from tests.unit.portal import said as talk

from a3check.checks import login
from a3check.checks.certificate import Chosen
from a3check.checks.driver import Released
from a3check.checks.login import judge
from a3check.checks.server import Anonymous
from a3check.checks.signature import TokenSigner
from a3check.core.check import found
from a3check.core.cryptoki import Candidate, Driver
from a3check.core.fault import Fault, FaultKind
from a3check.core.model import Finding, Outcome
from a3check.core.question import Assisted, Step
from a3check.pki.ways import Path
from a3check.portal.cookies import Jar
from a3check.portal.forecast import Offer
from a3check.portal.refused import Shown
from a3check.portal.walk import Hop, Walk, Walker
from a3check.tls.transcript import Answer, CertificateRequest, Phase, Transcript, Trouble, When

HOST, FOREIGN = "portal.test", "foreign.test"
STRANGER = talk.name_of(ca("AC de Outra Gente", own="stranger"))
CHAIN = (LEAF.facts, AC2.facts, AC1.facts, ROOT.facts)
OFFER = Offer(frozenset(c.issuer_key for c in CHAIN), talk.SCHEMES, whole=True)
SHOWN = Shown(OFFER, "AC INVENTADA MULTIPLA v5")
BODY = "segredo da página"
PROVED = talk.proved(talk.to(HOST, answer=talk.page(BODY)))


KNOWN = replace(PROFILE, portal=replace(PORTAL, not_authorised=("Sem perfil",)))


def hop(said_: Transcript, path: str = "/tarefas", *, shown: bool = True) -> Hop:
    return Hop(f"https://{said_.host}{path}?ticket=SECRET", said_, shown)


def judged(*hops: Hop, shown: Shown = SHOWN) -> tuple[Finding, ...]:
    findings = judge(Walk(hops), KNOWN, shown)
    for finding in findings:
        values = [str(e.value) for e in finding.evidence]
        assert not any("SECRET" in v or BODY in v for v in values), "no query, no body"
    return findings


def after(body: str = "", status: int = 200, path: str = "/tarefas") -> Hop:
    """A page that follows a completed client authentication."""
    return hop(replace(PROVED, answer=talk.page(BODY + body, status)), path)


# ---- the page


NGINX_NONE = "<h1>400</h1>No required SSL certificate was sent"
NGINX = "<title>400 The SSL certificate error</title>"


@pytest.mark.parametrize(
    ("page", "codes"),
    [
        (after(), ("login.accepted",)),
        (after(path="/tarefas/"), ("login.accepted",)),
        (after(path="/tarefas/1"), ("login.accepted",)),
        (after(path="/tarefas;jsessionid=SECRET"), ("login.accepted",)),
        (after(path="/tarefas-antigas"), ("login.page_unknown",)),
        (after(path="/"), ("login.page_unknown",)),
        (after(status=300), ("login.page_unknown",)),
        (after("autenticador <input>", 300, "/cas"), ("login.page_unknown",)),
        (after(status=299), ("login.accepted",)),
        (after(status=302), ("login.page_unknown",)),
        (after("Autenticador <input>", path="/cas"), ("login.accepted", "login.second_factor")),
        (after("autenticador", path="/cas"), ("login.page_unknown",)),
        (after("autenticador <input>", 302, "/cas"), ("login.page_unknown",)),
        (after(status=400), ("login.portal_error",)),
        (after(status=404), ("login.portal_error",)),
        (after(status=399, path="/tarefas"), ("login.page_unknown",)),
        (after(status=503), ("login.portal_error",)),
        (after(NGINX, 400), ("login.rejected",)),
        (after(NGINX, 200), ("login.accepted",)),
        (after(NGINX_NONE, 400), ("login.nothing_sent",)),
        (after("HTTP Error 403.16", 403), ("login.rejected_unknown_ca",)),
        (after("HTTP Error 403.17", 403), ("login.rejected_expired",)),
        (after("HTTP Error 403.13", 403), ("login.rejected_revoked",)),
        (after("Sem perfil"), ("login.accepted", "login.not_authorised")),
        (after("Sem perfil", 403), ("login.accepted", "login.not_authorised")),
        (after("HTTP Error 403.12", 403), ("login.not_authorised",)),
        (after("Sistema em manutenção"), ("server.error",)),
        (after("Sistema em manutenção", 503), ("server.error",)),
        (after("Proteção de Sistemas"), ("server.program_refused",)),
        (after("Proteção de Sistemas", 403), ("server.program_refused",)),
    ],
)
def test_the_page_that_follows(page: Hop, codes: tuple[str, ...]) -> None:
    assert said(judged(page)) == codes


@pytest.mark.parametrize(
    ("before", "codes"),
    [
        (after(), ("login.page_unknown",)),
        (after("outra"), ("login.accepted",)),
        (after(status=201), ("login.accepted",)),
        (after(path="/tarefas/1"), ("login.accepted",)),
        (hop(replace(PROVED, answer=None)), ("login.accepted",)),
    ],
)
def test_what_anybody_is_shown_proves_nothing(before: Hop, codes: tuple[str, ...]) -> None:
    findings = judge(Walk((after(),)), KNOWN, SHOWN, Walk((before,)))
    assert said(findings) == codes
    longer = judge(Walk((before, after())), KNOWN, SHOWN, Walk((before,)))
    assert said(longer) == ("login.accepted",), "another way: the certificate opened it"


def test_who_answers_nothing_shows_no_page_to_compare() -> None:
    silent = hop(replace(PROVED, answer=None))
    assert not Walk((silent,)).same_as(Walk((silent,)))
    assert not Walk().same_as(Walk())


def test_evidence_of_pages() -> None:
    (accepted,) = judged(after(path="/tarefas;jsessionid=SECRET"))
    assert fact(accepted, "host", "port", "tls_version", "signature_scheme", "asked", "page") == (
        HOST,
        443,
        "TLSv1.3",
        talk.SCHEMES[0],
        "handshake",
        "/tarefas",
    )
    (_, second) = judged(after("autenticador <input>", path="/cas"))
    assert fact(second, "host", "page") == (HOST, "/cas")
    (error,) = judged(after(status=503))
    assert fact(error, "host", "http_status") == (HOST, 503)
    (unknown,) = judged(after(path="/x"))
    assert fact(unknown, "host", "page", "http_status") == (HOST, "/x", 200)
    (rejected,) = judged(after(NGINX, 400))
    assert fact(rejected, "host", "http_status", "words", "alert") == (
        HOST,
        400,
        "the ssl certificate error",
        None,
    )
    (none,) = judged(after(NGINX_NONE, 400))
    assert fact(none, "host", "schemes_server", "schemes_token") == (
        HOST,
        talk.SCHEMES,
        talk.SCHEMES,
    )
    (accepted, barred) = judged(after("sem PERFIL", 403))
    assert fact(barred, "host", "words") == (HOST, "Sem perfil")
    assert fact(accepted, "page") == ("/tarefas",)
    (mapped,) = judged(after("HTTP Error 403.12", 403))
    assert fact(mapped, "host", "words", "http_status") == (HOST, "403.12", 403)
    (resting,) = judged(after("em manutenção"))
    assert fact(resting, "host", "http_status") == (HOST, 200)
    (refused,) = judged(after("proteção de sistemas", 403))
    assert fact(refused, "host", "http_status") == (HOST, 403)


def test_the_page_may_come_from_another_host_than_the_login() -> None:
    cas = hop(
        talk.proved(talk.to("cas.test", port=8443, version="TLSv1.2", answer=talk.sent_to("/x")))
    )
    (accepted,) = judged(cas, hop(talk.to(HOST)))
    assert said(accepted) == ("login.accepted",)
    assert fact(accepted, "host", "port", "tls_version", "page") == (
        "cas.test",
        8443,
        "TLSv1.2",
        "/tarefas",
    )
    bare = hop(replace(cas.transcript, version=None))
    assert fact(judged(bare, hop(talk.to(HOST)))[0], "tls_version") == ("",)


def test_a_page_without_an_answer_is_a_lost_connection() -> None:
    (lost,) = judged(hop(replace(PROVED, answer=None, phase=Phase.HTTP)))
    assert said(lost) == ("login.connection_lost",)
    assert fact(lost, "host", "phase") == (HOST, "http")


# ---- whom the server accepts


def rejected(*named: bytes, body: str = NGINX, shown: Shown = SHOWN) -> tuple[Finding, ...]:
    said_ = talk.proved(talk.to(HOST, answer=talk.page(body, 400)), *named)
    return judged(hop(said_), shown=shown)


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ((), "login.rejected"),
        ((talk.name_of(AC2),), "login.rejected"),
        ((STRANGER, talk.name_of(ROOT)), "login.rejected"),
        ((STRANGER,), "login.issuer_not_listed"),
        ((b"odd",), "login.issuer_not_listed"),
    ],
)
def test_the_list_of_cas_says_why(named: tuple[bytes, ...], code: str) -> None:
    findings = rejected(*named)
    assert said(findings) == (code,)
    if code == "login.issuer_not_listed":
        assert fact(findings[0], "host", "issuer", "http_status") == (
            HOST,
            "AC INVENTADA MULTIPLA v5",
            400,
        )


def test_a_chain_without_its_end_may_be_on_the_list() -> None:
    assert said(rejected(STRANGER, shown=replace(SHOWN, offer=replace(OFFER, whole=False)))) == (
        "login.rejected",
    )


# ---- what ended the conversation


def ended(trouble: Trouble | None, **more: object) -> Hop:
    return hop(talk.proved(talk.to(HOST, **{"answer": None, "trouble": trouble, **more})))


def by_alert(name: str, *named: bytes) -> Hop:
    said_ = talk.to(HOST, answer=None, trouble=Trouble.ALERT, alerts=talk.alert(name, Phase.HTTP))
    return hop(talk.proved(said_, *named))


def unlisted(trouble: Trouble | None) -> Hop:
    """A connection that broke, after the server had named the CAs of others."""
    return hop(talk.proved(talk.to(HOST, answer=None, trouble=trouble), STRANGER))


UNSEEN = talk.to(HOST, answer=None, verify_code=None, server_chain=())


@pytest.mark.parametrize(
    ("last", "code"),
    [
        (ended(Trouble.TOKEN, signer_code="CKR_DEVICE_ERROR"), "login.token_failed"),
        (ended(Trouble.TOKEN, alerts=talk.alert("unknown_ca")), "login.token_failed"),
        (ended(Trouble.IDENTITY), "login.engine_unavailable"),
        (ended(Trouble.VERIFY, verify_code=20), "server.untrusted"),
        (ended(Trouble.VERIFY, verify_code=18, answer=talk.page(status=511)), "server.untrusted"),
        (hop(talk.to(HOST, verify_code=20)), "server.untrusted"),
        (replace(hop(talk.to(HOST, verify_code=20)), away="10.0.0.1"), "server.captive"),
        (ended(Trouble.RESET), "login.connection_lost"),
        (unlisted(Trouble.RESET), "login.issuer_not_listed"),
        (unlisted(None), "login.issuer_not_listed"),
        (ended(Trouble.EOF), "login.connection_lost"),
        (ended(Trouble.TIMEOUT), "login.connection_lost"),
        (by_alert("unknown_ca"), "login.rejected_unknown_ca"),
        (by_alert("unknown_ca", talk.name_of(AC1)), "login.rejected_unknown_ca"),
        (by_alert("unknown_ca", STRANGER), "login.issuer_not_listed"),
        (by_alert("certificate_expired"), "login.rejected_expired"),
        (by_alert("certificate_expired", STRANGER), "login.rejected_expired"),
        (by_alert("certificate_revoked", STRANGER), "login.rejected_revoked"),
        (by_alert("bad_certificate"), "login.rejected"),
        (by_alert("bad_certificate", STRANGER), "login.issuer_not_listed"),
        (
            hop(replace(UNSEEN, trouble=Trouble.REFUSED, phase=Phase.CONNECT)),
            "network.port_blocked",
        ),
        (hop(replace(UNSEEN, trouble=Trouble.DNS, phase=Phase.CONNECT)), "network.dns_failed"),
        (
            hop(replace(UNSEEN, trouble=Trouble.PROXY_REFUSED, phase=Phase.PROXY)),
            "network.proxy_denied",
        ),
        (
            hop(replace(UNSEEN, trouble=Trouble.ALERT, alerts=talk.alert("handshake_failure"))),
            "server.tls_failed",
        ),
        (hop(replace(UNSEEN, trouble=Trouble.RESET)), "login.connection_lost"),
        (hop(replace(UNSEEN, trouble=Trouble.PROTOCOL)), "server.tls_failed"),
        (ended(Trouble.PROTOCOL), "login.connection_lost"),
    ],
)
def test_what_ended_the_conversation(last: Hop, code: str) -> None:
    assert said(judged(last)) == (code,)
    assert said(judged(hop(PROVED), last)) == (code,)


def test_evidence_of_ends() -> None:
    (failed,) = judged(ended(Trouble.TOKEN, signer_code="CKR_DEVICE_ERROR"))
    assert fact(failed, "host", "ckr") == (HOST, "CKR_DEVICE_ERROR")
    assert fact(judged(ended(Trouble.TOKEN))[0], "ckr") == ("",)
    assert fact(judged(ended(Trouble.IDENTITY))[0], "reason") == ("identity",)
    told = ended(Trouble.IDENTITY, detail="id-RSASSA-PSS")
    assert fact(judged(told)[0], "reason") == ("id-RSASSA-PSS",)
    (lost,) = judged(ended(Trouble.RESET, phase=Phase.HANDSHAKE))
    assert fact(lost, "host", "phase") == (HOST, "handshake")
    (other,) = judged(unlisted(Trouble.RESET))
    assert fact(other, "host", "issuer", "phase") == (HOST, "AC INVENTADA MULTIPLA v5", "done")
    for named in ((), (STRANGER,)):
        (refused,) = judged(by_alert("unknown_ca", *named))
        assert fact(refused, "host", "alert", "phase") == (HOST, "unknown_ca", "http")


def test_a_late_trouble_does_not_undo_an_answer() -> None:
    done = replace(PROVED, trouble=Trouble.RESET)
    assert said(judged(hop(done))) == ("login.accepted",)


def test_nothing_in_common_to_sign() -> None:
    wish = CertificateRequest(When.POST_HANDSHAKE, (), ("rsa_pss_rsae_sha256",))
    empty = talk.to(HOST, requests=(wish,), identity_ready=True, certificates_sent=(0,))
    for more in (empty, replace(empty, alerts=talk.alert("certificate_required"), answer=None)):
        (none,) = judged(hop(more))
        assert said(none) == ("login.nothing_sent",)
        assert fact(none, "host", "schemes_server", "schemes_token") == (
            HOST,
            ("rsa_pss_rsae_sha256",),
            talk.SCHEMES,
        )


NOTHING = talk.to(
    HOST,
    requests=(CertificateRequest(When.HANDSHAKE, (), ("rsa_pss_rsae_sha256",)),),
    identity_ready=True,
    certificates_sent=(0,),
)


@pytest.mark.parametrize(
    ("older", "works"),
    [
        (replace(PROVED, version="TLSv1.2"), True),
        (replace(PROVED, answer=talk.page(NGINX, 400)), False),
        (replace(PROVED, answer=None, trouble=Trouble.ALERT), False),
        (replace(NOTHING, version="TLSv1.2"), False),
        (talk.to(HOST, answer=None, trouble=Trouble.ALERT, version=None), False),
        (Fault(FaultKind.HUNG, "converse"), None),
    ],
)
def test_what_tls13_has_no_scheme_for_is_tried_under_tls12(
    older: Transcript | Fault, works: bool | None
) -> None:
    a = world()
    a.handshakes.script = {"portal.test/tarefas": [NOTHING, older]}
    (none,) = [f for f in a.run(login.CHECK) if isinstance(f, Finding)]
    assert said(none) == ("login.nothing_sent",)
    assert fact(none, "tls12_works") == (works,)
    first, second = a.handshakes.requests
    assert second == {**first, "max_version": "TLSv1.2"}
    assert a.handshakes.signers[1] is not None


def test_tls12_is_not_tried_where_it_was_or_where_it_costs() -> None:
    a = world()
    a.handshakes.script = {"portal.test/tarefas": [replace(NOTHING, version="TLSv1.2")]}
    assert [fact(f, "tls12_works") for f in a.run(login.CHECK)] == [(False,)]
    b = world()
    signer = b.context.recall(TokenSigner)
    signer.key = replace(signer.key, always_authenticate=True)
    b.handshakes.script = {"portal.test/tarefas": [NOTHING]}
    assert [fact(f, "tls12_works") for f in b.run(login.CHECK)] == [(None,)]
    assert len(a.handshakes.requests) == len(b.handshakes.requests) == 1


# ---- nobody asked, or a stranger did


def test_nobody_asked() -> None:
    (none,) = judged(hop(talk.to(HOST)), hop(talk.to("cas.test")), hop(talk.to(HOST)))
    assert said(none) == ("login.not_requested",)
    assert fact(none, "hosts") == ((HOST, "cas.test"),)
    (none,) = judged()
    assert said(none) == ("login.not_requested",)
    assert fact(none, "hosts") == ((),)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (talk.page("Proteção de Sistemas"), "server.program_refused"),
        (talk.page("", 429), "server.program_refused"),
        (talk.page("", 502), "server.error"),
        (talk.page("Sistema em manutenção"), "server.error"),
        (talk.page("", 404), "login.not_requested"),
        (None, "login.not_requested"),
    ],
)
def test_nobody_asked_and_the_page_says_why(answer: Answer | None, code: str) -> None:
    (none,) = judged(hop(talk.to("cas.test")), hop(talk.to(HOST, answer=answer)))
    assert said(none) == (code,)
    if answer is not None and code != "login.not_requested":
        assert fact(none, "host", "http_status") == (HOST, answer.status)


def test_a_strangers_tasks_prove_nothing() -> None:
    (unknown,) = judged(hop(PROVED), hop(talk.to(FOREIGN)))
    assert said(unknown) == ("login.page_unknown",)


STRANGE = hop(talk.asked(talk.to(FOREIGN)), shown=False)


@pytest.mark.parametrize(
    "hops",
    [
        (STRANGE,),
        (hop(talk.to(HOST)), STRANGE),
        (STRANGE, hop(talk.to(HOST))),
        (
            hop(
                replace(
                    STRANGE.transcript, alerts=talk.alert("certificate_required"), answer=None
                ),
                shown=False,
            ),
        ),
        (hop(replace(STRANGE.transcript, answer=talk.page(NGINX_NONE, 400)), shown=False),),
        (hop(PROVED), STRANGE),
        (STRANGE, after(path="/x")),
    ],
)
def test_a_stranger_asked(hops: tuple[Hop, ...]) -> None:
    (other,) = judged(*hops)
    assert said(other) == ("login.other_host",)
    assert fact(other, "host", "issuer") == (FOREIGN, talk.ISSUER)


def test_a_stranger_without_a_readable_certificate() -> None:
    (other,) = judged(hop(replace(STRANGE.transcript, server_chain=()), shown=False))
    assert fact(other, "host", "issuer") == (FOREIGN, None)


@pytest.mark.parametrize(
    ("last", "code"),
    [(after(), "login.accepted"), (after(NGINX, 400), "login.rejected")],
)
def test_a_stranger_on_the_way_does_not_matter_in_the_end(last: Hop, code: str) -> None:
    assert said(judged(STRANGE, last)) == (code,)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault(FaultKind.DIED, "converse", detail="signal 11"), "signal 11"),
        (Fault(FaultKind.HUNG, "converse"), "hung"),
    ],
)
def test_our_own_tls_engine_is_nobodys_fault(fault: Fault, reason: str) -> None:
    (finding,) = judge(Walk((hop(PROVED),), fault), PROFILE, SHOWN)
    assert said(finding) == ("login.engine_unavailable",)
    assert fact(finding, "reason") == (reason,)


# ---- run


def world(path: Path | None = None) -> World:
    a = World()
    chosen = held(LEAF, KEY, token=replace(TOKEN, mechanisms=EC_MECHANISMS))
    a.learn(Chosen(chosen))
    a.learn(TokenSigner(a.drivers, chosen, KEY, LEAF.facts.public_key, a.tries))  # type: ignore[arg-type] # EC
    way = Walk((hop(talk.asked(talk.to(HOST)), shown=False),))
    old = Jar()
    old.keep(f"https://{HOST}/", [("Set-Cookie", "old=1")])
    a.learn(Anonymous(way, Walker(PROFILE, a.handshakes.converse, cookies=old)))
    if path is not None:
        a.learn(path)
    answer = talk.sent_to("https://foreign.test/x")
    a.handshakes.script = {
        "portal.test/tarefas": [talk.proved(talk.to(HOST, answer=answer))],
        "foreign.test/x": [talk.asked(talk.to(FOREIGN))],
    }
    return a


def test_run_shows_the_certificate_to_named_hosts_alone() -> None:
    a = world(Path(CHAIN, anchored=True))
    assert said(a.run(login.CHECK)) == ("login.other_host",)
    first, second = a.handshakes.requests
    identity = first["identity"]
    assert isinstance(identity, dict)
    assert len(identity["chain"]) == 2
    assert identity["schemes"] == list(talk.SCHEMES)
    assert first["require_trust"] is True
    assert "old" not in str(first["headers"])
    assert (second["identity"], second["require_trust"]) == (None, False)
    assert all(signer is not None for signer in a.handshakes.signers)
    (question,) = a.user.shows
    assert (question.host, question.issuer) == (FOREIGN, talk.ISSUER)


def test_run_shows_it_to_a_stranger_by_the_users_word() -> None:
    a = world(Path(CHAIN, anchored=True))
    a.user.shown = True
    home = talk.sent_to("https://portal.test/tarefas/1")
    a.handshakes.script["foreign.test/x"] += [talk.proved(talk.to(FOREIGN, answer=home))]
    a.handshakes.script["portal.test/tarefas/1"] = [talk.to(HOST)]
    (accepted,) = a.run(login.CHECK)
    assert said(accepted) == ("login.accepted",)
    assert fact(accepted, "host") == (FOREIGN,)
    shown = [r["identity"] is not None for r in a.handshakes.requests]
    assert shown == [True, False, True, True]
    assert len(a.user.shows) == 1


def test_who_stopped_hears_of_no_fault() -> None:
    a = world()
    a.handshakes.script["foreign.test/x"] = [Fault(FaultKind.CANCELLED, "converse")]
    a.context.stop.set()
    assert said(a.run(login.CHECK)) == ("skipped: user",)
    a = world()
    a.context.stop.set()
    assert said(a.run(login.CHECK)) == ("login.other_host",), "what had ended is told"


def test_run_does_not_walk_again_where_nobody_asks() -> None:
    a = world()
    a.context.recall(Anonymous)
    a.learn(Anonymous(Walk((hop(talk.to(HOST)),)), a.context.recall(Anonymous).walker))
    assert said(a.run(login.CHECK)) == ("login.not_requested",)
    assert a.handshakes.requests == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (Path(CHAIN, anchored=True), "login.issuer_not_listed"),
        (Path(CHAIN[:2]), "login.rejected"),
        (None, "login.rejected"),
    ],
)
def test_run_knows_whether_the_chain_is_whole(path: Path | None, code: str) -> None:
    a = world(path)
    refusing = talk.proved(talk.to(HOST, answer=talk.page(NGINX, 400)), STRANGER)
    a.handshakes.script = {"portal.test/tarefas": [refusing]}
    assert said(a.run(login.CHECK)) == (code,)


def test_without_a_way_or_a_key_there_is_nothing_to_do() -> None:
    a, b = World(), world()
    assert said(a.run(login.CHECK)) == ("skipped: signature",)
    a.learn(b.context.recall(Anonymous))
    assert said(a.run(login.CHECK)) == ("skipped: signature",)
    c = World().learn(b.context.recall(TokenSigner))
    assert said(c.run(login.CHECK)) == ("skipped: server",)


# ---- the browser


def untold(*ended: Outcome) -> World:
    """A world in which nobody asks, after these checks have ended."""
    a = world()
    a.learn(Anonymous(Walk((hop(talk.to(HOST)),)), a.context.recall(Anonymous).walker))
    for outcome in ended:
        a.context.end(outcome)
    return a


@pytest.mark.parametrize(
    ("seen", "codes"),
    [
        (None, ("login.not_requested",)),
        (Assisted(None), ("login.not_requested", "login.user_entered")),
        (Assisted(Step.CODE), ("login.not_requested", "login.second_factor")),
        (Assisted(Step.PIN, "não veio"), ("login.not_requested", "login.user_stopped")),
    ],
)
def test_the_browser_is_tried_where_the_walk_cannot_tell(
    seen: Assisted | None, codes: tuple[str, ...]
) -> None:
    a = untold()
    a.user.saw = seen
    assert said(a.run(login.CHECK)) == codes
    (question,) = a.user.assists
    assert (question.url, question.code) == (PORTAL.start, "login.not_requested")


def test_what_the_user_saw() -> None:
    stopped = login.told(Assisted(Step.NOT_LISTED, "lista vazia"))
    assert fact(stopped, "step", "words") == ("not_listed", "lista vazia")
    assert [e.name for e in stopped.evidence if e.private] == ["words"]
    assert fact(login.told(Assisted(Step.OTHER)), "step", "words") == ("other", None)
    assert login.told(Assisted(None, "x")).evidence == ()


def test_the_browser_is_not_tried_where_the_login_was_told() -> None:
    a = world()
    a.handshakes.script = {"portal.test/tarefas": [PROVED]}
    assert said(a.run(login.CHECK)) == ("login.accepted",)
    assert a.user.assists == []


@pytest.mark.parametrize(
    ("ended", "asked"),
    [
        (Outcome("revocation", (found("revocation.good"),)), True),
        (Outcome("revocation", (found("revocation.revoked", when=NOW),)), False),
        (Outcome("store", (found("store.not_applicable"),)), True),
    ],
)
def test_the_browser_is_not_tried_where_a_cause_is_known(ended: Outcome, asked: bool) -> None:
    a = untold(ended)
    a.user.saw = Assisted(None)
    assert ("login.user_entered" in said(a.run(login.CHECK))) is asked
    assert bool(a.user.assists) is asked


def test_the_browser_is_not_tried_by_who_stopped() -> None:
    a = untold()
    a.context.stop.set()
    assert said(a.run(login.CHECK)) == ("login.not_requested",)
    assert a.user.assists == []


def test_the_token_is_let_go_of_before_the_browser_needs_it() -> None:
    broken = Driver(Candidate("/opt/bad.so"), faults=(Fault(FaultKind.DIED, "C_Finalize"),))
    a = untold()
    a.drivers.broken = (broken,)
    a.run(login.CHECK)
    assert a.context.recall(Released).drivers == (broken,)


def refused(*findings: Finding) -> World:
    a = World()
    a.learn(world().context.recall(TokenSigner))
    a.context.end(Outcome("server", findings))
    return a


def test_the_browser_is_tried_where_the_program_was_refused() -> None:
    finding = found("server.program_refused", host=HOST, http_status=403)
    a = refused(finding)
    assert said(a.run(login.CHECK)) == ("skipped: server",)
    a.user.saw = Assisted(None)
    assert said(a.run(login.CHECK)) == ("login.user_entered",)
    assert {q.code for q in a.user.assists} == {"server.program_refused"}
    b = refused(found("login.engine_unavailable", reason="x"))
    assert said(b.run(login.CHECK)) == ("skipped: server",)
    assert b.user.assists == []

"""Windows' stores and the browser's key in a run: what is looked at, and where the PIN goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.unit.checks.test_certificate import held
from tests.unit.checks.world import KEY, MODULE, PIN, PROFILE, TOKEN, World, fact, said
from tests.unit.pki.maker import AC1, AC2, LEAF, ROOT, key
from tests.unit.portal import said as talk
from tests.unit.tls.storekey import FakeStoreKeys, refused

from a3check.checks import driver, login, pin, store
from a3check.checks.certificate import Chosen
from a3check.checks.driver import Released
from a3check.checks.pin import LoggedIn
from a3check.checks.server import Anonymous
from a3check.checks.signature import TokenSigner
from a3check.checks.store import InStore
from a3check.checks.token import Tokens
from a3check.core.cryptoki import Candidate, Driver, LoginAnswer
from a3check.core.fault import Fault, FaultKind
from a3check.core.question import TryEnd
from a3check.core.secret import Secret
from a3check.core.store_key import StoreLook
from a3check.pki.ways import Path
from a3check.portal.walk import Hop, Walk, Walker

if TYPE_CHECKING:
    from a3check.core.cryptoki import Token

CAS = (AC2.facts, AC1.facts, ROOT.facts)
CHAIN = Path((LEAF.facts, *CAS), anchored=True)
ALL, NONE = (True, True, True), (False, False, False)
LOOK = StoreLook(present=True, linked=True, provider="Chaveiro KSP", installed=ALL)

BASE = "Microsoft Base Smart Card Crypto Provider"


def keys(look: StoreLook | Fault = LOOK) -> FakeStoreKeys:
    private = key("leaf")
    return FakeStoreKeys(private, look)  # type: ignore[arg-type] # P-256


# ---- the store


@pytest.mark.parametrize(
    ("look", "codes"),
    [
        (LOOK, ("store.present",)),
        (replace(LOOK, legacy=True), ("store.legacy_provider",)),
        (replace(LOOK, legacy=True, provider=BASE), ("store.present",)),
        (replace(LOOK, linked=False), ("store.no_key",)),
        (replace(LOOK, present=False), ("store.absent",)),
        (replace(LOOK, installed=NONE), ("store.present", "chain.not_installed")),
        (replace(LOOK, installed=(True, False, True)), ("store.present", "chain.not_installed")),
        (replace(LOOK, installed=(True, True, False)), ("store.present",)),
        (refused("CertOpenStore", "ERROR_ACCESS_DENIED"), ("store.unreadable",)),
        (Fault(FaultKind.HUNG, "CertOpenStore", 25.0), ("any.timeout",)),
        (Fault(FaultKind.CANCELLED, "look"), ("any.timeout",)),
        (Fault(FaultKind.DIED, "CertOpenStore", detail="exit 5"), ("any.driver_died",)),
    ],
)
def test_what_the_stores_show(look: StoreLook | Fault, codes: tuple[str, ...]) -> None:
    a = World(store_keys=keys(look)).learn(Chosen(held()), CHAIN)
    findings = a.run(store.CHECK)
    assert said(findings) == codes
    known = a.context.find(InStore)
    assert known == (None if isinstance(look, Fault) else InStore(look, CAS))
    assert a.system.shown_by == (), "no browser's own database is read there"


def test_the_missing_are_named_and_the_provider() -> None:
    a = World(store_keys=keys(replace(LOOK, installed=(True, False, False))))
    present, missing = a.learn(Chosen(held()), CHAIN).run(store.CHECK)
    assert fact(present, "browser", "provider") == ("Windows", "Chaveiro KSP")
    assert fact(missing, "subject") == ((AC1.facts.common_name, ROOT.facts.common_name),)


def test_how_long_a_silent_store_was_waited_for() -> None:
    (late,) = store.judge_windows(Fault(FaultKind.HUNG, "CertOpenStore", 25.04), ())
    assert fact(late, "call", "seconds") == ("CertOpenStore", 25.0)


def test_without_a_chain_only_the_certificate_is_looked_for() -> None:
    stores = keys(replace(LOOK, installed=()))
    a = World(store_keys=stores).learn(Chosen(held()))
    assert said(a.run(store.CHECK)) == ("store.present",)
    assert stores.above == ()


# ---- the PIN


def asked(stores: FakeStoreKeys, look: StoreLook = LOOK, token: Token = TOKEN) -> World:
    a = World(store_keys=stores).learn(
        Chosen(held(LEAF, KEY, token=token)), Tokens(((token,),)), InStore(look, CAS)
    )
    stores.events = a.events
    a.user.given = Secret(bytearray(PIN))
    return a


def test_the_browser_s_key_holds_the_pin_that_the_token_took() -> None:
    stores = keys()
    a = asked(stores)
    assert said(a.run(pin.CHECK)) == ("pin.accepted",)
    assert a.events == ["asked", "hold", "begin", f"login {MODULE}", "end accepted"]
    assert (stores.pins, a.drivers.pins) == ([PIN], [PIN])
    assert a.context.recall(LoggedIn) == LoggedIn(TOKEN, kept=True)


@pytest.mark.parametrize(
    "answer",
    [
        LoginAnswer("CKR_PIN_INCORRECT", 0.2),
        LoginAnswer("CKR_PIN_LOCKED", 0.2),
        LoginAnswer("CKR_USER_ALREADY_LOGGED_IN", 0.2),
        Fault(FaultKind.HUNG, "C_Login", 25.0),
    ],
)
def test_a_pin_that_was_not_accepted_is_gone_there_too(answer: LoginAnswer | Fault) -> None:
    a = asked(keys())
    a.drivers.answer = answer
    a.run(pin.CHECK)
    assert a.events.count("hold") == 1
    assert a.events[-1] == "release"
    assert "sign" not in a.events
    logged_in = a.context.find(LoggedIn)
    assert logged_in is None or not logged_in.kept


def test_a_token_that_another_program_tries_now_leaves_no_pin_there() -> None:
    a = asked(keys())
    a.tries.free = False
    (finding,) = a.run(pin.CHECK)
    assert fact(finding, "reason") == ("busy",)
    assert a.events == ["asked", "hold", "begin", "release"]


def test_who_stops_while_the_pin_is_handed_over_spends_no_try() -> None:
    class Stopping(FakeStoreKeys):
        def hold(self, given: Secret) -> None:
            super().hold(given)
            a.context.stop.set()

    a = asked(Stopping(key("leaf"), LOOK))  # type: ignore[arg-type] # P-256
    (finding,) = a.run(pin.CHECK)
    assert fact(finding, "reason") == ("user",)
    assert a.events == ["asked", "hold", "release"]
    assert a.drivers.pins == []


def test_a_defect_of_ours_leaves_no_pin_there() -> None:
    class Broken:
        ckr = property(lambda _: 1 / 0)

    a = asked(keys())
    a.drivers.answer = Broken()  # type: ignore[assignment] # a defect of our own
    with pytest.raises(ZeroDivisionError):
        a.run(pin.CHECK)
    assert a.events[-1] == "release"


@pytest.mark.parametrize(
    ("look", "token"),
    [(replace(LOOK, linked=False), TOKEN), (LOOK, replace(TOKEN, pinpad=True))],
)
def test_no_pin_goes_where_no_key_is_or_none_was_typed(look: StoreLook, token: Token) -> None:
    stores = keys()
    a = asked(stores, look, token)
    a.run(pin.CHECK)
    assert stores.pins == []
    assert a.context.recall(LoggedIn) == LoggedIn(token)


# ---- the login


def accepted(stores: FakeStoreKeys, look: StoreLook = LOOK, *named: bytes) -> World:
    """A world in which the portal takes the token's certificate."""
    a = World(store_keys=stores)
    chosen = held(LEAF, KEY)
    a.learn(Chosen(chosen), InStore(look, CAS), CHAIN)
    a.learn(TokenSigner(a.drivers, chosen, KEY, LEAF.facts.public_key, a.tries))  # type: ignore[arg-type] # EC
    said_so = talk.asked(talk.to("portal.test"), *named)
    way = Walk((Hop("https://portal.test/tarefas", said_so, shown=False),))
    a.learn(Anonymous(way, Walker(PROFILE, a.handshakes.converse)))
    proof = talk.proved(talk.to("portal.test", answer=talk.page("dentro")), *named)
    a.handshakes.script = {"portal.test/tarefas": [proof]}
    a.learn(LoggedIn(TOKEN, kept=True))
    a.tries.events = a.events
    stores.events = a.events
    return a


def test_after_the_portal_took_the_token_the_browser_s_key_signs_once() -> None:
    stores = keys()
    a = accepted(stores)
    released = Driver(Candidate("/opt/bad.so"))
    a.drivers.broken = (released,)
    first, works = a.run(login.CHECK)
    assert said((first, works)) == ("login.accepted", "login.browser_way_works")
    assert fact(works, "signature_scheme", "provider") == (talk.SCHEMES[0], "Chaveiro KSP")
    assert a.events == ["begin key", "open", "sign", "end key accepted", "release"]
    assert len(a.handshakes.requests) == 1, "the portal is not asked again"
    assert a.context.recall(Released).drivers == (released,), "the token is let go of before"


def test_what_the_portal_asked_for_decides_and_not_the_page_that_followed() -> None:
    stores = keys()
    a = accepted(stores)
    home = talk.sent_to("https://portal.test/tarefas/1")
    proof = talk.proved(talk.to("portal.test", answer=home))
    (request,) = proof.requests
    unable = replace(proof, requests=(replace(request, schemes=("rsa_pkcs1_sha256",)),))
    a.handshakes.script = {
        "portal.test/tarefas": [unable],
        "portal.test/tarefas/1": [talk.to("portal.test", answer=talk.page("dentro"))],
    }
    _, finding = a.run(login.CHECK)
    assert fact(finding, "error", "reason") == ("NO_SCHEME", "old")


@pytest.mark.parametrize(
    ("detail", "code", "end"),
    [
        ("NTE_BAD_ALGID", "login.browser_way_fails", TryEnd.UNTOUCHED),
        ("SCARD_W_WRONG_CHV", "login.browser_way_fails", TryEnd.SPENT),
        ("NTE_SILENT_CONTEXT", "login.browser_way_untold", TryEnd.UNTOUCHED),
    ],
)
def test_a_refusal_is_told_and_counted(detail: str, code: str, end: TryEnd) -> None:
    stores = keys()
    stores.refusal = refused("NCryptSignHash", detail)
    a = accepted(stores)
    assert said(a.run(login.CHECK)) == ("login.accepted", code)
    assert a.tries.key_ends == [end]
    assert a.events.count("sign") == 1
    assert a.events[-1] == "release"


def test_a_key_that_rests_is_left_alone() -> None:
    a = accepted(keys())
    a.tries.key_free = False
    _, untold = a.run(login.CHECK)
    assert said(untold) == ("login.browser_way_untold",)
    assert fact(untold, "reason", "provider") == ("rests", "Chaveiro KSP")
    assert "sign" not in a.events


def test_without_an_accepted_pin_it_is_not_asked() -> None:
    a = accepted(keys()).learn(LoggedIn(TOKEN))
    _, untold = a.run(login.CHECK)
    assert fact(untold, "reason") == ("no_pin",)
    assert a.events == []


def test_where_the_store_has_no_key_that_was_said_before() -> None:
    a = accepted(keys(), replace(LOOK, linked=False))
    assert said(a.run(login.CHECK)) == ("login.accepted",)
    a = accepted(keys())
    a.context.stop.set()
    assert said(a.run(login.CHECK)) == ("login.accepted",)


def test_a_certificate_that_the_browser_hides() -> None:
    a = accepted(keys(), replace(LOOK, installed=NONE), talk.name_of(ROOT))
    codes = said(a.run(login.CHECK))
    assert codes == ("login.accepted", "store.not_offered", "login.browser_way_works")


def test_who_stops_meanwhile_hears_of_no_fault() -> None:
    class Stopping(FakeStoreKeys):
        def open(self, certificate: bytes, *, window: bool = False) -> Fault:
            del certificate, window
            a.context.stop.set()
            return Fault(FaultKind.CANCELLED, "open")

    a = accepted(Stopping(key("leaf"), LOOK))  # type: ignore[arg-type] # P-256
    assert said(a.run(login.CHECK)) == ("login.accepted",)
    assert a.tries.key_ends == [TryEnd.UNTOUCHED]


def test_another_driver_is_another_way_to_the_key() -> None:
    one, other = (login._guarded(b"der", name) for name in ("A KSP", "B KSP"))
    assert one.id != other.id
    assert (one.always_authenticate, one.label) == (True, "")


def test_the_end_of_the_modules_is_the_end_of_the_key() -> None:
    stores = keys()
    a = World(store_keys=stores)
    assert driver.CHECK.afterword is not None
    assert list(driver.CHECK.afterword(a.context)) == []
    assert stores.events == ["release"]

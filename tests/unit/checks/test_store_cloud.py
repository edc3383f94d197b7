"""A run for a certificate that only Windows' store shows: from the store to the portal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.unit.checks.world import MODULE, PROFILE, TOKEN, World, fact, said
from tests.unit.pki.maker import AC2, DAY, LEAF, NOW, key, leaf
from tests.unit.portal import said as talk
from tests.unit.tls.storekey import FakeStoreKeys, refused

from a3check.checks import certificate, cloud, driver, login, pin, signature, token
from a3check.checks.card import Cards
from a3check.checks.certificate import Chosen
from a3check.checks.driver import Drivers, Stored
from a3check.checks.pin import LoggedIn
from a3check.checks.server import Anonymous
from a3check.checks.store import InStore
from a3check.core.cryptoki import Candidate, Driver
from a3check.core.fault import Fault, FaultKind
from a3check.core.internet import Endpoint, Reach, Reached
from a3check.core.question import NoPin
from a3check.core.secret import Secret
from a3check.core.smartcard import CardState, Reader
from a3check.core.store_key import KeyApi, NoStore, StoreCertificate, StoreKey, StoreLook
from a3check.core.wishes import Form, Wishes
from a3check.portal.browser_way import StoreSigner
from a3check.portal.walk import Hop, Walk, Walker

if TYPE_CHECKING:
    from a3check.core.store_key import StoreKeys

KSP = "SafeID Key Storage Provider"
OWN = StoreCertificate(LEAF.der, KSP)
CARD = StoreCertificate(LEAF.der, "Microsoft Smart Card Key Storage Provider")
HOST = "psc.safeweb.com.br"


def keys(*kept: StoreCertificate) -> FakeStoreKeys:
    private = key("leaf")
    opened = StoreKey(KeyApi.CNG, KSP)
    return FakeStoreKeys(private, opened=opened, kept=kept)  # type: ignore[arg-type] # P-256


def world(stores: StoreKeys, form: Form = Form.CLOUD, *, network: bool = True) -> World:
    """Windows without any PKCS#11 module."""
    a = World(Wishes(form=form, network=network), store_keys=stores)
    a.system.found, a.drivers.drivers = (), ()
    if isinstance(stores, FakeStoreKeys):
        stores.events = a.events
    return a


def until_the_certificate(stores: FakeStoreKeys) -> World:
    a = world(stores)
    assert said(a.run(driver.CHECK)) == ("driver.working",)
    assert said(a.run(token.CHECK)) == ("token.ready",)
    a.run(certificate.CHECK)
    return a


# ---- the store


@pytest.mark.parametrize("form", [Form.CLOUD, Form.UNKNOWN])
def test_the_store_s_certificate_is_a_token_s(form: Form) -> None:
    a = world(keys(CARD, OWN), form)
    (working,) = a.run(driver.CHECK)
    assert (said(working), fact(working, "module")) == (("driver.working",), (KSP,))
    assert fact(working, "source") == ("store",)
    (ready,) = a.run(token.CHECK)
    assert fact(ready, "token_model", "module", "source") == ("SafeID", KSP, "store")
    assert "certificate.usable" in said(a.run(certificate.CHECK))
    chosen = a.context.recall(Chosen).held
    assert chosen.certificate == LEAF.facts
    assert chosen.key is not None
    assert said(a.run(cloud.CHECK)) == ("cloud.agent_ready",)
    assert a.events == ["list"], "no key was touched"


@pytest.mark.parametrize(
    ("form", "codes"),
    [
        (Form.CLOUD, ("skipped: cloud",)),
        (Form.UNKNOWN, ("driver.absent",)),
        (Form.TOKEN, ("driver.absent",)),
    ],
)
@pytest.mark.parametrize("stores", [NoStore(), keys(), keys(CARD)], ids=["none", "empty", "card"])
def test_without_a_cloud_s_certificate_all_is_as_before(
    form: Form, codes: tuple[str, ...], stores: StoreKeys
) -> None:
    assert said(world(stores, form).run(driver.CHECK)) == codes


@pytest.mark.parametrize("stores", [keys(), keys(CARD)], ids=["empty", "card"])
def test_a_store_looked_into_in_vain_leaves_no_token(stores: StoreKeys) -> None:
    """The driver's check has given a fact, so what needs it begins all the same."""
    a = world(stores, Form.UNKNOWN)
    assert said(a.run(driver.CHECK)) == ("driver.absent",)
    assert a.context.find(Stored) is not None
    assert said(a.run(token.CHECK)) == ("skipped: driver",)


def test_where_a_token_or_a_card_is_there_the_store_is_not_asked() -> None:
    a = world(keys(OWN), Form.UNKNOWN)
    a.learn(Cards((Reader("Leitora 00", CardState.PRESENT, atr=b"\x3b"),)))
    assert said(a.run(driver.CHECK)) == ("driver.absent",)
    b = world(keys(OWN), Form.UNKNOWN)
    b.system.found = (Candidate(MODULE),)
    b.drivers.drivers = (Driver(Candidate(MODULE), tokens=(TOKEN,)),)
    b.run(driver.CHECK)
    c = world(keys(OWN), Form.CARD)
    c.run(driver.CHECK)
    assert a.events == b.events == c.events == []


def test_an_agent_that_shows_nothing_is_no_rival() -> None:
    a = world(keys(OWN))
    agent = Candidate("C:\\agent.dll", "soluti-birdid", "BirdID", cloud=True)
    a.system.found, a.drivers.drivers = (agent,), (Driver(agent),)
    assert said(a.run(driver.CHECK)) == ("driver.working", "driver.working")
    assert [d.candidate.path for d in a.context.recall(Drivers).drivers] == ["C:\\agent.dll", KSP]
    assert fact(a.run(cloud.CHECK)[0], "product") == ("SafeID",)


@pytest.mark.parametrize(
    ("form", "codes"),
    [(Form.CLOUD, ("driver.working",)), (Form.UNKNOWN, ("driver.absent",))],
)
def test_what_has_expired_counts_only_where_the_cloud_is_meant(
    form: Form, codes: tuple[str, ...]
) -> None:
    old = StoreCertificate(leaf(AC2, ends=NOW - DAY).der, KSP)
    a = world(keys(old), form)
    assert said(a.run(driver.CHECK)) == codes
    b = world(keys(old, OWN), form)
    assert said(b.run(driver.CHECK)) == ("driver.working",)
    kept = b.context.recall(Stored).certificates
    assert kept == ((old, OWN) if form is Form.CLOUD else (OWN,))


def test_the_last_second_counts_and_what_cannot_be_read() -> None:
    until = LEAF.facts.not_after
    odd = StoreCertificate(b"0", KSP)
    assert driver.in_force((OWN, odd), until) == (OWN, odd)
    assert driver.in_force((OWN, odd), until + DAY) == (odd,)


# ---- the cloud's program


@pytest.mark.parametrize(
    ("providers", "code", "reason"),
    [
        ((), "cloud.agent_absent", None),
        (("Microsoft Software Key Storage Provider",), "cloud.agent_absent", None),
        (("Microsoft Software Key Storage Provider", KSP), "cloud.session_closed", "store"),
    ],
)
def test_a_program_that_shows_no_certificate(
    providers: tuple[str, ...], code: str, reason: str | None
) -> None:
    a = world(keys())
    a.system.providers = providers
    a.run(driver.CHECK)
    (finding,) = a.run(cloud.CHECK)
    assert (said(finding), fact(finding, "reason")) == ((code,), (reason,))
    assert a.network.tried == ([Endpoint(HOST, 443)] if reason else [])


@pytest.mark.parametrize(
    ("kept", "codes"),
    [
        ((), ("cloud.unreachable",)),
        ((OWN,), ("cloud.agent_ready", "cloud.unreachable lowered")),
    ],
)
def test_a_provider_that_does_not_answer(
    kept: tuple[StoreCertificate, ...], codes: tuple[str, ...]
) -> None:
    a = world(keys(*kept))
    a.system.providers = (KSP,)
    a.network.shut[f"{HOST}:443"] = Reached(Endpoint(HOST, 443), Reach.NO_ANSWER)
    a.run(driver.CHECK)
    findings = a.run(cloud.CHECK)
    assert said(findings) == codes
    assert fact(findings[-1], "host") == (HOST,)


def test_a_provider_is_not_asked_without_the_network_nor_where_no_host_is_known() -> None:
    a = world(keys(OWN), network=False)
    a.run(driver.CHECK)
    assert said(a.run(cloud.CHECK)) == ("cloud.agent_ready",)
    b = world(keys(replace(OWN, provider="Syngular KSP")))
    b.run(driver.CHECK)
    assert said(b.run(cloud.CHECK)) == ("cloud.agent_ready",)
    assert a.network.tried == b.network.tried == []


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (refused("CertOpenStore", "ERROR_ACCESS_DENIED"), "store.unreadable"),
        (Fault(FaultKind.HUNG, "CertEnumCertificatesInStore", 25.0), "any.timeout"),
        (Fault(FaultKind.DIED, "CertOpenStore", detail="exit 5"), "any.driver_died"),
    ],
)
def test_a_store_that_could_not_be_read(fault: Fault, code: str) -> None:
    stores = keys()
    stores.kept = fault
    a = world(stores)
    assert said(a.run(driver.CHECK)) == ("skipped: cloud",)
    assert a.context.recall(Stored) == Stored(fault=fault)
    assert said(a.run(cloud.CHECK)) == (code,)


# ---- the provider's own question


def test_the_press_sends_no_pin_anywhere() -> None:
    stores = keys(OWN)
    a = until_the_certificate(stores)
    a.user.given = Secret(bytearray())
    (finding,) = a.run(pin.CHECK)
    assert (said(finding), fact(finding, "product")) == (("pin.by_provider",), ("SafeID",))
    (question,) = a.user.questions
    assert question.token.in_store
    assert not question.tried_before
    assert (stores.pins, a.drivers.pins) == ([], [])
    assert a.events == ["list", "asked"], "no try is counted: none is ours"
    assert not a.context.recall(LoggedIn).kept


def test_without_a_press_the_provider_is_not_asked() -> None:
    stores = keys(OWN)
    a = until_the_certificate(stores)
    a.user.given = NoPin.USER
    assert said(a.run(pin.CHECK)) == ("pin.not_tried",)
    assert said(a.run(signature.CHECK)) == ("skipped: pin",)
    assert a.events == ["list", "asked"]


def authorised(stores: FakeStoreKeys) -> World:
    a = until_the_certificate(stores)
    a.user.given = Secret(bytearray())
    a.run(pin.CHECK)
    a.events.clear()
    return a


def test_the_provider_signs_a_challenge_and_then_for_the_portal() -> None:
    stores = keys(OWN)
    a = authorised(stores)
    (valid,) = a.run(signature.CHECK)
    assert said(valid) == ("signature.valid",)
    assert a.events == ["open with a window", "sign"]
    way = Walk((Hop("https://portal.test/tarefas", talk.asked(talk.to("portal.test")), False),))
    a.learn(Anonymous(way, Walker(PROFILE, a.handshakes.converse)))
    a.learn(InStore(StoreLook(present=True, linked=True, provider=KSP), ()))
    proof = talk.proved(talk.to("portal.test", answer=talk.page("dentro")))
    a.handshakes.script = {"portal.test/tarefas": [proof]}
    assert said(a.run(login.CHECK)) == ("login.accepted",)
    assert a.handshakes.signers == [a.context.recall(StoreSigner).answer]
    assert a.events == ["open with a window", "sign"], "the browser's way was this very way"
    assert stores.pins == []


def test_a_yes_that_did_not_come_ends_it() -> None:
    stores = keys(OWN)
    a = authorised(stores)
    stores.refusal = refused("NCryptSignHash", "NTE_USER_CANCELLED")
    assert said(a.run(signature.CHECK)) == ("signature.not_authorised",)
    assert said(a.run(login.CHECK)) == ("skipped: signature",)
    assert a.events == ["open with a window", "sign"]

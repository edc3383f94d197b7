from dataclasses import replace

import pytest
from tests.unit.checks.world import World, fact, said

from a3check.checks import card
from a3check.checks.card import Cards, judge
from a3check.checks.reader import Readers
from a3check.core.catalogue import Catalogue
from a3check.core.check import found
from a3check.core.daemon import Activity, Daemon, Start
from a3check.core.model import Finding, Outcome
from a3check.core.smartcard import CardState, Reader, Service, ServiceState

STARSIGN = bytes.fromhex("3BF99600008131FE4553434537200E00202028")
EMPTY = Reader("A", CardState.EMPTY)
BUSY, MUTE = Reader("B", CardState.BUSY), Reader("C", CardState.MUTE)
KNOWN, STRANGE = Reader("D", CardState.PRESENT, STARSIGN), Reader("E", CardState.PRESENT, b"\x3b")


@pytest.mark.parametrize(
    ("readers", "codes"),
    [
        ((EMPTY,), ("card.absent",)),
        ((EMPTY, MUTE), ("card.mute",)),
        ((MUTE, BUSY), ("card.busy",)),
        ((BUSY, MUTE, KNOWN), ("card.present",)),
        ((STRANGE,), ("card.present", "card.unknown")),
        ((STRANGE, KNOWN), ("card.present", "card.unknown", "card.present")),
    ],
)
def test_judge(readers: tuple[Reader, ...], codes: tuple[str, ...]) -> None:
    assert said(judge(readers)) == codes


def test_evidence() -> None:
    assert fact(judge((EMPTY,))[0], "readers") == (("A",),)
    assert fact(judge((BUSY,))[0], "reader") == ("B",)
    assert fact(judge((MUTE,))[0], "reader") == ("C",)
    assert fact(judge((STRANGE,))[0], "reader", "atr", "product") == ("E", "3B", None)
    assert fact(judge((STRANGE,))[1], "reader", "atr") == ("E", "3B")
    reader, atr, product, drivers = fact(judge((KNOWN,))[0], "reader", "atr", "product", "drivers")
    assert (reader, atr) == ("D", STARSIGN.hex().upper())
    assert product
    assert drivers
    assert str(drivers[0]).startswith("SafeSign")  # type: ignore[index] # a tuple of names


def test_only_answering_cards_are_a_fact() -> None:
    world = World().learn(Readers((EMPTY, KNOWN, MUTE)))
    world.run(card.CHECK)
    assert world.context.recall(Cards).cards == (KNOWN,)
    world = World().learn(Readers((EMPTY,)))
    assert said(world.run(card.CHECK)) == ("card.absent",)
    assert world.context.find(Cards) is None


def test_without_readers_there_is_nothing_to_do() -> None:
    assert said(World().run(card.CHECK)) == ("skipped: reader",)


# ---- what the end has shown

HUNG = found("driver.hung", module="/opt/a.so", call="C_GetTokenInfo", seconds=3)
PULLED = Reader("D", CardState.EMPTY)
BACK = replace(KNOWN, changes=2)


def later(cause: Finding | None, now: Service, *, known: bool = True) -> World:
    """A run whose cause stands, and what PC/SC says now."""
    world = World()
    if known:
        world.learn(Cards((KNOWN,)))
    if cause is not None:
        world.context.end(Outcome("driver", (cause,)))
    world.readers.service = now
    return world


AT_REST = Daemon(True, Start.MANUAL, Activity.STOPPED)
"""Windows ended the service with the last reader."""


def spoken(world: World) -> tuple[Finding, ...]:
    assert card.CHECK.afterword is not None
    return tuple(card.CHECK.afterword(world.context))


def running(*readers: Reader) -> Service:
    return Service(ServiceState.RUNNING, readers)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card, "MISSED", 0.001)


@pytest.mark.parametrize(
    ("now", "codes"),
    [
        (running(KNOWN), ()),
        (running(PULLED), ("token.removed",)),
        (running(), ("token.removed",)),
        (running(BACK), ("token.removed",)),
        (running(replace(KNOWN, state=CardState.MUTE)), ()),
        (Service(ServiceState.STOPPED, detail="SCARD_E_NO_SERVICE"), ("service.stopped",)),
        (Service(ServiceState.STOPPED, daemon=AT_REST), ("token.removed",)),
    ],
)
def test_a_card_that_went_away_is_named(now: Service, codes: tuple[str, ...]) -> None:
    findings = spoken(later(HUNG, now))
    assert said(findings) == codes
    if codes == ("token.removed",):
        assert fact(findings[0], "module", "call") == ("/opt/a.so", "C_GetTokenInfo")


READY = found(
    "token.ready", module="/opt/ready.so", token_model="M", token_maker="C", pin_state="ok"
)


@pytest.mark.parametrize(
    ("cause", "more", "module", "call"),
    [
        (found("certificate.absent", module="/opt/a.so"), (), "/opt/a.so", "C_FindObjects"),
        (
            found("certificate.absent", module="/opt/a.so"),
            (READY,),
            "/opt/ready.so",
            "C_FindObjects",
        ),
        (found("token.absent", modules=("/opt/m.so",)), (), "/opt/m.so", "C_GetTokenInfo"),
        (found("signature.failed", attempts=()), (), "", "C_Sign"),
        (
            found("any.timeout", call="C_OpenSession", seconds=3, module="/opt/a.so"),
            (),
            "/opt/a.so",
            "C_OpenSession",
        ),
    ],
)
def test_through_which_module_and_in_which_call(
    cause: Finding, more: tuple[Finding, ...], module: str, call: str
) -> None:
    world = later(cause, running(PULLED))
    world.context.end(Outcome("token", more))
    (removed,) = spoken(world)
    assert said(removed) == ("token.removed",)
    assert fact(removed, "module", "call") == (module, call)


def test_a_card_that_pc_sc_misses_at_first() -> None:
    world = later(HUNG, running(KNOWN))
    surveys = [running(KNOWN), running(PULLED)]

    class Later:
        def survey(self) -> Service:
            return surveys.pop(0)

    world.context.ports = replace(world.context.ports, readers=Later())
    assert said(spoken(world)) == ("token.removed",)


def test_nothing_is_looked_at_without_need() -> None:
    gone = running(PULLED)
    assert spoken(later(None, gone)) == ()
    assert spoken(later(found("driver.absent"), gone)) == ()
    assert spoken(later(HUNG, gone, known=False)) == ()


def test_a_stopped_run_looks_no_more() -> None:
    world = later(HUNG, running(PULLED))
    world.context.stop.set()
    assert spoken(world) == ()


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (("AKS ifdh 0", "AKS ifdh 1", "Rainbow Technologies iKeyVirtualReader 0"), "token_slots"),
        (("AKS ifdh 0", "ACS ACR38U 00"), None),
        (("ACS ACR38U 00",), None),
    ],
)
def test_slots_that_wait_for_a_token_are_no_readers(
    names: tuple[str, ...], reason: str | None
) -> None:
    (absent,) = judge([Reader(name, CardState.EMPTY) for name in names])
    assert said(absent) == ("card.absent",)
    assert fact(absent, "readers", "reason") == (names, reason)
    words = Catalogue("windows").advice(absent)
    assert ("Nenhum token" in words.title) is bool(reason)
    assert names[0] in words.title + words.explanation

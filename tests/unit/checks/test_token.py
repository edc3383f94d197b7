from dataclasses import replace

import pytest
from tests.unit.checks.world import MODULE, TOKEN, World, fact, said

from a3check.checks import token
from a3check.checks.card import Cards
from a3check.checks.driver import Drivers
from a3check.checks.token import Tokens, judge, pin_state
from a3check.core.cryptoki import Candidate, Driver, Token, physical
from a3check.core.fault import Fault, FaultKind
from a3check.core.smartcard import CardState, Reader

BLANK = replace(TOKEN, initialized=False)
LOCKED, LAST = replace(TOKEN, pin_locked=True), replace(TOKEN, pin_final_try=True)
LOW = replace(TOKEN, pin_count_low=True)
ELSE = replace(TOKEN, serial="77", model="M2")
AS_OTHERS_SHOW_IT = replace(TOKEN, module="/opt/b.so", serial="42", maker="CASA ", label="tok-en")


def drivers(*tokens: Token) -> tuple[Driver, ...]:
    return (Driver(Candidate(MODULE), tokens=tokens),)


@pytest.mark.parametrize(
    ("groups", "codes"),
    [
        (((TOKEN,),), ("token.ready",)),
        (((LOCKED,),), ("token.ready", "token.pin_locked")),
        (((TOKEN, LOCKED),), ("token.ready", "token.pin_locked")),
        (((LAST,),), ("token.ready", "token.pin_last_try")),
        (((LOW,),), ("token.ready", "token.pin_count_low")),
        (((LOCKED,), (ELSE,)), ("token.ready", "token.pin_locked lowered", "token.ready")),
        (
            ((LOCKED,), (replace(ELSE, pin_locked=True),)),
            ("token.ready", "token.pin_locked", "token.ready", "token.pin_locked"),
        ),
    ],
)
def test_judge(groups: tuple[tuple[Token, ...], ...], codes: tuple[str, ...]) -> None:
    assert said(judge((), groups)) == codes


def test_no_token() -> None:
    works = Driver(Candidate("/opt/works.so"))
    broke = Driver(Candidate("/opt/broke.so"), faults=(Fault(FaultKind.DIED, "C_GetInfo"),))
    (found,) = judge((works, broke), ())
    assert said(found) == ("token.absent",)
    assert fact(found, "modules") == (("/opt/works.so",),)
    (found,) = judge((works, *drivers(BLANK)), ())
    assert said(found) == ("token.uninitialized",)
    assert fact(found, "module") == (MODULE,)


def test_evidence() -> None:
    ready, flag = judge((), ((LOCKED,),))
    assert fact(ready, "module", "token_model", "token_maker", "pin_state", "reader") == (
        MODULE,
        "M1",
        "Casa",
        "locked",
        "Leitora 00",
    )
    assert fact(ready, "token_label", "token_serial") == ("Token", "0042")
    assert {e.name for e in ready.evidence if e.private} == {"token_label", "token_serial"}
    assert fact(flag, "module", "token_model") == (MODULE, "M1")
    (bare,) = judge((), ((replace(TOKEN, label="", serial=""),),))
    assert said(bare) == ("token.ready",)
    assert fact(bare, "token_label", "token_serial") == (None, None)


@pytest.mark.parametrize(
    ("group", "state"),
    [
        ((TOKEN,), "ok"),
        ((TOKEN, LOW), "count_low"),
        ((LOW, LAST), "final_try"),
        ((LAST, LOCKED), "locked"),
    ],
)
def test_the_worst_that_any_module_tells(group: tuple[Token, ...], state: str) -> None:
    assert pin_state(group) == state


def test_two_modules_that_show_one_token() -> None:
    assert physical(iter((TOKEN, ELSE, AS_OTHERS_SHOW_IT)), ()) == (
        (TOKEN, AS_OTHERS_SHOW_IT),
        (ELSE,),
    )


def test_two_slots_of_one_module_are_two_tokens() -> None:
    twin = replace(TOKEN, slot=TOKEN.slot + 1)
    assert physical((TOKEN, twin, AS_OTHERS_SHOW_IT), ()) == ((TOKEN, AS_OTHERS_SHOW_IT), (twin,))


def test_two_modules_that_name_the_token_in_one_reader_differently() -> None:
    theirs = replace(TOKEN, module="/opt/b.so", serial="1", maker="piv_II", label="TAL (PIN)")
    sign_pin = replace(TOKEN, label="Token (Sign PIN)")
    seats = (f" {TOKEN.reader.upper()}",)
    assert physical((TOKEN, theirs), seats) == ((TOKEN, theirs),)
    assert physical((TOKEN, sign_pin), seats) == ((TOKEN,), (sign_pin,)), "each has its own PIN"
    assert physical((TOKEN, theirs), ()) == ((TOKEN,), (theirs,)), "no reader of PC/SC"
    elsewhere = replace(theirs, reader="Leitora 01")
    assert physical((TOKEN, elsewhere), (*seats, "Leitora 01")) == ((TOKEN,), (elsewhere,))
    cut = replace(TOKEN, reader="L" * 64), replace(theirs, reader="L" * 64)
    assert physical(cut, ("L" * 70,)) == (cut,)


def test_run_knows_the_cards() -> None:
    theirs = replace(TOKEN, module="/opt/b.so", serial="1")
    world = World().learn(Drivers(drivers(TOKEN, theirs)))
    world.learn(Cards((Reader(TOKEN.reader, CardState.PRESENT),)))
    assert said(world.run(token.CHECK)) == ("token.ready",)
    assert world.context.recall(Tokens).groups == ((TOKEN, theirs),)


def test_run_learns_initialised_tokens_alone() -> None:
    world = World().learn(Drivers(drivers(BLANK, TOKEN)))
    assert said(world.run(token.CHECK)) == ("token.ready",)
    assert world.context.recall(Tokens).groups == ((TOKEN,),)
    world = World().learn(Drivers(drivers(BLANK)))
    assert said(world.run(token.CHECK)) == ("token.uninitialized",)
    assert world.context.find(Tokens) is None

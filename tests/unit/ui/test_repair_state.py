"""What the card says before a press and after it, and what may be pressed then."""

from __future__ import annotations

import tomllib
from itertools import product
from typing import TYPE_CHECKING

import pytest

from a3check.core.catalogue import Catalogue
from a3check.core.repair import Mended, Offer, Repair, Result
from a3check.core.resources import resource
from a3check.ui.repair_state import RepairState, busy, ended, offering

if TYPE_CHECKING:
    from a3check.core.model import Value

WORDS = Catalogue("windows")
CAS, OLDER = ("AC Inventada v5", "AC Inventada Múltipla v5"), ("AC Antiga v5",)
SERVICE = Offer(Repair.CARDS, again=frozenset({"service"}))
LACKING = Offer(Repair.AUTHORITIES, CAS, again=frozenset({"store"}))
REFUSED, HALF = Mended(Result.FAILED, code="E_FAIL"), Mended(Result.FAILED, CAS[:1], "E_FAIL")
HIDDEN = Offer(Repair.AUTHORITIES, CAS, again=frozenset({"store", "login"}))


def text(state: RepairState) -> str:
    return " ".join((state.title, state.what, *(said for _, said in state.lines)))


def pressable(state: RepairState) -> tuple[bool, ...]:
    """Tell what can be pressed: do, undo, again, not now."""
    return tuple(map(bool, (state.do, state.undo, state.again, state.shut)))


@pytest.mark.parametrize("repair", [Repair.CARDS, Repair.PROPAGATION])
@pytest.mark.parametrize("disabled", [False, True])
def test_a_service_says_what_with_which_rights_and_how_back(
    repair: Repair,
    disabled: bool,
) -> None:
    state = offering(Offer(repair, disabled=disabled), WORDS)
    service = "SCardSvr" if repair is Repair.CARDS else "CertPropSvc"
    assert service in state.what
    assert ("“Manual”" in state.what) is disabled
    assert "administrador" in text(state)
    assert ("“Desativado”" in text(state)) is disabled
    assert pressable(state) == (True, False, False, True)


def test_cas_are_named_and_the_root_is_left_to_windows() -> None:
    state = offering(Offer(Repair.AUTHORITIES, CAS, "Raiz Inventada v5", installed=OLDER), WORDS)
    assert all(name in text(state) for name in (*CAS, *OLDER, "Raiz Inventada v5"))
    assert "Não precisa de administrador" in text(state)
    assert pressable(state) == (True, True, False, True)
    plain = offering(LACKING, WORDS)
    assert "raiz também falta" not in text(plain)
    assert pressable(plain) == (True, False, False, True)


def test_what_was_put_there_before_can_be_taken_away() -> None:
    state = offering(Offer(Repair.AUTHORITIES, installed=OLDER), WORDS)
    assert OLDER[0] in state.what
    assert pressable(state) == (False, True, False, False)


@pytest.mark.parametrize(
    ("offer", "undoing", "said"),
    [
        (SERVICE, False, "vai perguntar"),
        (LACKING, False, "Instalando"),
        (LACKING, True, "Retirando"),
    ],
)
def test_meanwhile_nothing_can_be_pressed(offer: Offer, undoing: bool, said: str) -> None:
    state = busy(offering(offer, WORDS), offer, WORDS, undoing=undoing)
    assert said in state.what
    assert pressable(state) == (False, False, False, False)


@pytest.mark.parametrize(
    ("result", "pressed"),
    [
        (Result.DONE, (False, False, True, False)),
        (Result.NOTHING, (False, False, True, False)),
        (Result.LATE, (False, False, True, False)),
        (Result.DISABLED, (False, False, True, False)),
        (Result.DECLINED, (True, False, False, True)),
        (Result.FAILED, (True, False, False, True)),
        (Result.DENIED, (False, False, False, False)),
        (Result.ABSENT, (False, False, False, False)),
    ],
)
def test_every_end_of_a_service_has_its_words(result: Result, pressed: tuple[bool, ...]) -> None:
    before = offering(SERVICE, WORDS)
    state = ended(before, SERVICE, Mended(result, code="1234"), WORDS, undoing=False)
    assert ("1234" in state.what) is (result is Result.FAILED)
    assert (state.title == "Feito pelo a3check") is (result is Result.DONE)
    assert pressable(state) == pressed


@pytest.mark.parametrize(
    ("mended", "undoing", "said", "pressed"),
    [
        (Mended(Result.DONE, CAS), False, "Instalados: AC", (False, True, True, False)),
        (Mended(Result.NOTHING), False, "já tinha", (False, False, True, False)),
        (REFUSED, False, "E_FAIL. Nada", (True, False, False, True)),
        (HALF, False, "No certificado seguinte", (True, True, False, True)),
        (Mended(Result.UNDONE, CAS), True, "Retirados: AC", (False, False, True, False)),
        (Mended(Result.NOTHING), True, "já não estavam", (False, False, True, False)),
        (REFUSED, True, "Nada foi retirado", (False, True, False, False)),
        (HALF, True, "Retirados: AC", (False, True, False, False)),
        (None, False, "defeito", (False, False, False, False)),
    ],
)
def test_every_end_of_the_cas_has_its_words(
    mended: Mended | None, undoing: bool, said: str, pressed: tuple[bool, ...]
) -> None:
    state = ended(offering(LACKING, WORDS), LACKING, mended, WORDS, undoing=undoing)
    assert said in state.what
    assert pressable(state) == pressed


def test_a_test_that_asks_for_the_pin_says_so() -> None:
    for offer in (LACKING, HIDDEN):
        done = Mended(Result.DONE, CAS)
        state = ended(offering(offer, WORDS), offer, done, WORDS, undoing=False)
        assert ("(PIN)" in text(state)) is (offer is HIDDEN)


class Noting(Catalogue):
    """Words that note which were asked for."""

    def __init__(self) -> None:
        super().__init__("windows")
        self.asked: set[str] = set()

    def words(self, section: str, key: str, /, **facts: Value) -> str:
        assert section == "repair"
        self.asked.add(key)
        return super().words(section, key, **facts)


def test_every_word_can_be_asked_for_and_every_end_has_one() -> None:
    words = Noting()
    services = {Result.UNDONE}
    cas = {Result.DONE, Result.NOTHING, Result.FAILED}
    full = Offer(Repair.AUTHORITIES, CAS, "Raiz", installed=OLDER, again=frozenset({"login"}))
    offers = [full, Offer(Repair.AUTHORITIES, installed=OLDER)]
    offers += [Offer(r, disabled=d) for r in Repair if r.elevated for d in (False, True)]
    for offer in offers:
        state = offering(offer, words)
        ends = set(Result) - services if offer.repair.elevated else cas
        for result, names in product(ends, ((), CAS) if not offer.repair.elevated else ((),)):
            ended(state, offer, Mended(result, names), words, undoing=False)
        busy(state, offer, words, undoing=False)
    for result, names in product((Result.UNDONE, Result.NOTHING, Result.FAILED), ((), CAS)):
        ended(offering(full, words), full, Mended(result, names), words, undoing=True)
    busy(offering(full, words), full, words, undoing=True)
    ended(offering(full, words), full, None, words, undoing=True)
    table = tomllib.loads(resource("pt_BR.toml").read_text("utf-8"))["repair"]
    assert words.asked == table.keys()

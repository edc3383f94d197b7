"""What does a3check remember of wrong PINs, for how long, and for which key?"""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Final

from tests.lab import faulty, wizard
from tests.lab.card import Card
from tests.lab.pcscd import Pcscd
from tests.lab.softhsm import MODULE, PIN, PinFlag
from tests.scenarios.parts import CARD_PIN, WRONG_PIN, new_card, profile
from tests.scenarios.safe_parts import broken, counted
from tests.scenarios.seat import Seat

from a3check import app
from a3check.core.catalogue import catalogue
from a3check.core.profile import load
from a3check.core.secret import Secret
from a3check.core.wishes import Wishes
from a3check.system.tries import FADES
from a3check.world import assemble

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest
    from tests.lab.laboratory import Laboratory
    from tests.lab.softhsm import SoftHsm, Token
    from tests.scenarios.table import Table

    from a3check.core.model import Diagnosis, Outcome
    from a3check.core.question import (
        AssistQuestion,
        Choice,
        FetchQuestion,
        PinQuestion,
        ShowQuestion,
    )

TRIES: Final = 3
SIGN_PIN: Final = b"975310"


# ---- a key with a PIN of its own


def test_a_key_with_its_own_pin_loses_one_try_in_three_runs(
    lab: Laboratory, home: Path, table: Table, pcscd: Pcscd
) -> None:
    entity = lab.pki.leaf()
    keys = {"9C": (entity.key, entity.der)}
    card = Card(
        keys, pin=CARD_PIN.encode(), puk=b"31415926", sign_pin=SIGN_PIN, strict_always=True
    )
    with card.inserted(pcscd):
        for number in range(3):
            run = wizard.run(profile(lab), home, pcscd.environment, pin=CARD_PIN)
            part = "key with a PIN of its own" + (", tried before" if number else "")
            finding = table.cause(run, "signature.key_pin_refused", part)
            assert finding["evidence"]["spent"] == ("before" if number else "now")
            assert card.sign_tries_left == TRIES - 1
    assert card.tries_left == TRIES
    assert counted(home) == []


def test_a_key_that_takes_the_users_pin_is_forgotten_each_time(
    lab: Laboratory, home: Path, hsm: SoftHsm
) -> None:
    hsm.add_token("A3 SEMPRE").put(lab.pki.leaf(), always_authenticate=True)
    for _ in range(2):
        run = wizard.run(profile(lab, MODULE), home, hsm.environment, pin=PIN)
        assert (run.status, run.cause) == (0, None), run.errors
    kept = home / "data" / "a3check" / "tries" / "keys.json"
    assert json.loads(kept.read_text("utf-8")) == {}


# ---- two presses in one window


class Presses:
    """Gives the same wrong PIN at each press, and hears nothing."""

    def pin(self, question: PinQuestion) -> Secret:
        assert not question.token.pinpad
        return Secret(bytearray(WRONG_PIN.encode()))

    def choose(self, choices: Sequence[Choice]) -> None:
        assert choices

    def cloud(self, brands: Sequence[str]) -> None:
        raise AssertionError(brands)

    def may_show(self, question: ShowQuestion) -> bool:
        raise AssertionError(question)

    def may_fetch(self, question: FetchQuestion) -> bool:
        raise AssertionError(question)

    def assist(self, question: AssistQuestion) -> None:
        raise AssertionError(question)

    def started(self, check: str) -> None:
        assert check

    def slow(self, check: str, seconds: float) -> None:
        assert check
        assert seconds

    def finished(self, outcome: Outcome) -> None:
        assert outcome.check


def press(known: Path) -> Diagnosis:
    """Run once more in this process, as a window's button does."""
    given, nobody, wishes = load(known), Presses(), Wishes()
    world = assemble(given, wishes, nobody)
    try:
        return app.diagnose(world, given, wishes, nobody, threading.Event())
    finally:
        world.close()


def test_the_same_wrong_pin_in_two_presses_is_sent_once(
    lab: Laboratory, home: Path, pcscd: Pcscd, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in wizard.environment(home, pcscd.environment).items():
        monkeypatch.setenv(name, value)
    card = new_card(lab)
    with card.inserted(pcscd):
        found = [press(profile(lab)).outcome("pin").findings[0] for _ in range(2)]
    assert [f.code for f in found] == ["pin.incorrect", "pin.refused_last_try"]
    assert found[1].get("reason") == "repeated"
    assert (card.verifies, card.tries_left) == (1, TRIES - 1)


# ---- how long a count holds


def test_flags_that_work_and_are_gone_tell_of_a_right_pin_elsewhere(
    lab: Laboratory, home: Path, token: Token
) -> None:
    known, extra = profile(lab, MODULE), token.home.environment
    for sent in (1, 2):
        assert wizard.run(known, home, extra, pin=WRONG_PIN).cause == "pin.incorrect"
        assert counted(home) == [sent]
    refused = wizard.run(known, home, extra, pin=PIN)
    assert refused.finding("pin.refused_last_try")["evidence"]["reason"] == "count"
    assert token.shown == PinFlag.COUNT_LOW
    token.show(PinFlag(0))  # as a right PIN in the maker's program does
    run = wizard.run(known, home, extra, pin=PIN)
    assert run.codes("pin") == ["pin.accepted"]
    assert counted(home) == []


def test_after_a_day_a_token_without_flags_is_tried_again(
    lab: Laboratory, home: Path, token: Token
) -> None:
    known, extra = profile(lab, MODULE), token.home.environment
    for _ in range(2):
        wizard.run(known, home, extra, pin=WRONG_PIN)
        token.show(PinFlag(0))
    assert wizard.run(known, home, extra, pin=PIN).codes("pin") == ["pin.refused_last_try"]
    kept = home / "data" / "a3check" / "tries" / "tries.json"
    table = json.loads(kept.read_text("utf-8"))
    (count,) = table.values()
    count["at"] -= FADES
    kept.write_text(json.dumps(table), "utf-8")
    assert wizard.run(known, home, extra, pin=PIN).codes("pin") == ["pin.accepted"]


# ---- not under their hands, not to another's


def test_leaving_the_signature_out_does_not_end_a_login(
    lab: Laboratory, home: Path, tmp_path: Path, token: Token
) -> None:
    module, known = broken(lab, tmp_path / "m", "slow")
    run = wizard.run(known, home, token.home.environment, "--pular", "signature", pin=PIN)
    assert run.codes("pin") == ["pin.accepted"]
    assert run.codes("driver") == ["driver.working"]
    assert faulty.calls(module) == ["user", "finalize"]
    assert counted(home) == []


def test_one_certificate_on_two_cards_is_no_ones_to_guess(
    lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    entity = lab.pki.leaf()
    (tmp_path / "readers").mkdir()
    with Pcscd(tmp_path / "readers", readers=2) as pcscd:
        first, second = new_card(lab, entity), new_card(lab, entity, serial=bytes(range(16)))
        with first.inserted(pcscd, 0), second.inserted(pcscd, 1):
            wished = ("--certificado", entity.sha256)
            run = wizard.run(profile(lab), home, pcscd.environment, *wished, pin=CARD_PIN)
    finding = table.cause(run, "pin.not_tried", "one certificate on two cards")
    assert finding["evidence"]["reason"] == "certificate"
    assert (first.verifies, second.verifies) == (0, 0)


# ---- a reader with keys of its own


def test_a_piped_pin_does_not_go_to_a_reader_with_keys(
    lab: Laboratory, home: Path, tmp_path: Path, table: Table, token: Token
) -> None:
    module, known = broken(lab, tmp_path / "m", "keypad")
    run = wizard.run(known, home, token.home.environment, pin=PIN)
    finding = table.cause(run, "pin.not_tried", "reader with keys of its own, PIN from a pipe")
    assert finding["evidence"]["reason"] == "keypad"
    assert faulty.calls(module) == ["finalize"]


def test_at_a_terminal_the_reader_asks_for_the_pin(
    lab: Laboratory, home: Path, tmp_path: Path, token: Token
) -> None:
    module, known = broken(lab, tmp_path / "m", "keypad")
    asked = ("diagnosticar", "--perfil", str(known), "--so", "pin")
    with Seat(home, token.home.environment, *asked) as seat:
        seat.until(catalogue().words("cli", "pinpad_prompt"))
        seat.type(b"\n")
        seat.end()
    assert faulty.calls(module) == ["user", "null", "finalize"]
    assert counted(home) == []

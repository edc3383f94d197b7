"""How many tries does a PIN cost, as the card itself counts them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from tests.lab import faulty, wizard
from tests.lab.card import Card
from tests.lab.softhsm import MODULE, PIN
from tests.scenarios.parts import CARD_PIN, WRONG_PIN, profile
from tests.scenarios.safe_parts import (
    counted,
    once,
    one_line,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.lab.laboratory import Laboratory
    from tests.lab.pcscd import Pcscd
    from tests.lab.softhsm import SoftHsm, Token
    from tests.scenarios.table import Table

TRIES: Final = 3
SIGN_PIN: Final = b"770077"
USAGE: Final = 64

REFUSED: Final = {
    "UTF-8 with a BOM": b"\xef\xbb\xbf" + CARD_PIN.encode() + b"\n",
    "UTF-16LE with a BOM": b"\xff\xfe" + CARD_PIN.encode("utf-16-le") + b"\n\0",
    "UTF-16BE with a BOM": b"\xfe\xff" + CARD_PIN.encode("utf-16-be") + b"\0\n",
    "UTF-16LE without a BOM": CARD_PIN.encode("utf-16-le") + b"\n\0",
    "NUL in it": b"246\x00810\n",
    "NUL at its end": b"246810\0\n",
    "blank and CR before LF": b"246810 \r\n",
    "CR alone at the end of input": b"246810\r",
    "two CR": b"246810\r\r\n",
    "leading blank": b" 246810\n",
    "trailing blank": b"246810 \n",
    "no-break space": "246810\u00a0\n".encode(),
    "trailing tab": b"246810\t\n",
    "empty line": b"\n246810\n",
    "empty line, CRLF": b"\r\n246810\r\n",
    "end of input": b"",
    "escape": b"\x1b246810\n",
    "backspace": b"2468100\x08\n",
    "delete": b"246810\x7f\n",
    "C1 control": "246810\u0085\n".encode(),
    "zero width joiner": "246810\u200d\n".encode(),
    "right-to-left mark": "\u200f246810\n".encode(),
    "Latin-1": b"sen\xe7a12\n",
    "surrogate in UTF-8": b"246810\xed\xa0\x80\n",
    "too long": b"2" * 256 + b"\n",
    "far too long": b"2" * 100_000,
}
ACCEPTED: Final = {
    "LF": b"246810\n",
    "CRLF": b"246810\r\n",
    "end of input after it": b"246810",
    "more lines behind it": b"246810\n135790\n",
}


def piped(
    known: Path, home: Path, extra: Mapping[str, str], said: bytes, *more: str
) -> wizard.Run:
    asked = ("diagnosticar", "--perfil", str(known), "--json", "-", *more)
    return once(home, *asked, "--pin-stdin", said=said, **extra)


# ---- the card's own counter


def test_without_a_pin_none_is_sent(
    lab: Laboratory, home: Path, table: Table, pcscd: Pcscd, inserted: Card
) -> None:
    run = wizard.run(profile(lab), home, pcscd.environment)
    finding = table.cause(run, "pin.not_tried", "nothing (--sem-pin)")
    assert finding["evidence"]["reason"] == "option"
    assert (inserted.verifies, inserted.tries_left) == (0, TRIES)


def test_a_right_pin_is_sent_once(
    lab: Laboratory, home: Path, table: Table, pcscd: Pcscd, inserted: Card
) -> None:
    run = wizard.run(profile(lab), home, pcscd.environment, pin=CARD_PIN)
    table.beside(run, "pin.accepted", "healthy card")
    assert (inserted.verifies, inserted.tries_left) == (1, TRIES)
    assert counted(home) == []


def test_a_wrong_pin_costs_one_try(
    lab: Laboratory, home: Path, table: Table, pcscd: Pcscd, inserted: Card
) -> None:
    run = wizard.run(profile(lab), home, pcscd.environment, pin=WRONG_PIN)
    table.cause(run, "pin.incorrect", "PIN that is not the card's")
    assert (inserted.verifies, inserted.tries_left) == (1, TRIES - 1)
    assert run.check("login")["because"] == "pin"
    assert counted(home) == [1]


def test_on_the_last_try_nothing_is_sent(
    lab: Laboratory, home: Path, table: Table, pcscd: Pcscd, inserted: Card
) -> None:
    inserted.tries_left = 1
    run = wizard.run(profile(lab), home, pcscd.environment, pin=CARD_PIN)
    assert (inserted.verifies, inserted.tries_left) == (0, 1)
    part, code = "card with one try left", "pin.refused_last_try"
    assert table.cause(run, code, part)["evidence"]["reason"] == "flag"
    table.beside(run, "token.pin_last_try", part, cause=code)


def test_a_locked_card_is_sent_nothing(
    lab: Laboratory, home: Path, table: Table, pcscd: Pcscd, inserted: Card
) -> None:
    inserted.tries_left = 0
    run = wizard.run(profile(lab), home, pcscd.environment, pin=CARD_PIN)
    assert inserted.verifies == 0
    table.cause(run, "token.pin_locked", "card whose PIN is blocked")


@pytest.mark.parametrize("wrong", ["246", "246810246810"])
def test_a_pin_out_of_the_cards_limits_is_not_sent(
    wrong: str, lab: Laboratory, home: Path, table: Table, pcscd: Pcscd, inserted: Card
) -> None:
    run = wizard.run(profile(lab), home, pcscd.environment, pin=wrong)
    assert inserted.verifies == 0
    finding = table.cause(run, "pin.invalid_length", f"PIN of {len(wrong)} digits")
    assert (finding["evidence"]["minimum"], finding["evidence"]["maximum"]) == (4, 8)
    assert counted(home) == []


# ---- what comes through standard input


@pytest.mark.parametrize("form", REFUSED)
def test_what_can_be_no_pin_is_refused_before_any_login(
    form: str, lab: Laboratory, home: Path, pcscd: Pcscd, inserted: Card
) -> None:
    run = piped(profile(lab), home, pcscd.environment, REFUSED[form])
    assert run.status == USAGE
    assert run.output == ""
    said = one_line(run.errors)
    assert "--pin-stdin" in said
    assert "246" not in said
    assert (inserted.verifies, inserted.tries_left) == (0, TRIES)


@pytest.mark.parametrize("form", ACCEPTED)
def test_one_line_end_is_removed(
    form: str, lab: Laboratory, home: Path, pcscd: Pcscd, inserted: Card
) -> None:
    run = piped(profile(lab), home, pcscd.environment, ACCEPTED[form], "--so", "pin")
    assert run.codes("pin") == ["pin.accepted"]
    assert (inserted.verifies, inserted.tries_left) == (1, TRIES)


# ---- the other PIN of the card


def test_a_key_without_a_pin_of_its_own_is_preferred(
    lab: Laboratory, home: Path, table: Table, pcscd: Pcscd
) -> None:
    entity = lab.pki.leaf()
    held = (entity.key, entity.der)
    card = Card(
        {"9A": held, "9C": held}, pin=CARD_PIN.encode(), puk=b"31415926", sign_pin=SIGN_PIN
    )
    with card.inserted(pcscd):
        run = wizard.run(profile(lab), home, pcscd.environment, pin=CARD_PIN)
    table.beside(run, "signature.valid", "the same certificate in 9A and in 9C")
    assert (card.verifies, card.tries_left, card.sign_tries_left) == (1, TRIES, TRIES)


@pytest.fixture
def signer(lab: Laboratory, pcscd: Pcscd) -> Iterator[Card]:
    """A card whose only key asks for a PIN of its own at each use."""
    entity = lab.pki.leaf()
    keys = {"9C": (entity.key, entity.der)}
    card = Card(keys, pin=CARD_PIN.encode(), puk=b"31415926", sign_pin=SIGN_PIN)
    with card.inserted(pcscd):
        yield card


def test_a_wrong_pin_does_not_reach_the_signatures_counter(
    lab: Laboratory, home: Path, table: Table, pcscd: Pcscd, signer: Card
) -> None:
    run = wizard.run(profile(lab), home, pcscd.environment, pin=WRONG_PIN)
    table.cause(run, "pin.incorrect", "PIN that is neither the card's nor the key's")
    assert (signer.verifies, signer.tries_left, signer.sign_tries_left) == (1, TRIES - 1, TRIES)


def test_the_keys_own_pin_is_tried_once_at_most(
    lab: Laboratory, home: Path, table: Table, pcscd: Pcscd, signer: Card
) -> None:
    run = wizard.run(profile(lab), home, pcscd.environment, pin=CARD_PIN)
    table.cause(run, "signature.key_pin_refused", "key with a PIN of its own")
    assert signer.tries_left == TRIES
    assert signer.verifies == 2
    assert signer.sign_tries_left == TRIES - 1


def test_the_context_login_comes_after_the_users(
    lab: Laboratory, home: Path, hsm: SoftHsm, tmp_path: Path, table: Table
) -> None:
    token = hsm.add_token("A3 SEMPRE")
    token.put(lab.pki.leaf(), always_authenticate=True)
    module = faulty.build("good", tmp_path, behind=MODULE)
    run = wizard.run(profile(lab, module), home, hsm.environment, pin=PIN)
    table.beside(run, "signature.valid", "key with CKA_ALWAYS_AUTHENTICATE")
    logins = [call for call in faulty.calls(module) if call != "finalize"]
    assert logins[0] == "user"
    assert set(logins[1:]) == {"context"}


def test_a_refused_user_gets_no_context_login(
    lab: Laboratory, home: Path, hsm: SoftHsm, tmp_path: Path
) -> None:
    token = hsm.add_token("A3 SEMPRE")
    token.put(lab.pki.leaf(), always_authenticate=True)
    module = faulty.build("good", tmp_path, behind=MODULE)
    run = wizard.run(profile(lab, module), home, hsm.environment, pin=WRONG_PIN)
    assert run.cause == "pin.incorrect"
    assert [call for call in faulty.calls(module) if call != "finalize"] == ["user"]


def test_the_first_context_login_refused_is_the_last(
    lab: Laboratory, home: Path, token: Token, tmp_path: Path
) -> None:
    other = token.home.add_token("A3 SEMPRE")
    other.put(lab.pki.leaf("ecnpj"), always_authenticate=True)
    module = faulty.build("context", tmp_path, behind=MODULE)
    digest = lab.pki.leaf("ecnpj").sha256
    run = wizard.run(
        profile(lab, module),
        home,
        token.home.environment,
        "--certificado",
        digest,
        pin=PIN,
    )
    assert run.cause == "signature.key_pin_refused", run.errors
    assert [c for c in faulty.calls(module) if c != "finalize"] == ["user", "context"]

"""What the card of each question shows: pure, every branch."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from a3check.core.catalogue import catalogue
from a3check.core.check import found
from a3check.core.cryptoki import Token
from a3check.core.question import (
    AssistQuestion,
    Choice,
    FetchQuestion,
    PinQuestion,
    ShowQuestion,
    Step,
)
from a3check.core.verdict import LEFT_TO_BROWSER
from a3check.ui import inquiry

WORDS = catalogue()
NOW = datetime(2026, 11, 22, 14, 31, 7, tzinfo=UTC)
TOKEN = Token(
    "/usr/lib/x.so", 0, "Leitora 0", "Etiqueta", "Marca", "Modelo", "00A1", initialized=True
)


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (False, "Este token não diz quantas tentativas restam."),
        (True, WORDS.words("window", "pin_tried_before")),
    ],
)
def test_wrong_pins_before_are_told(*, before: bool, said: str) -> None:
    assert inquiry.pin_state(PinQuestion(TOKEN, "J", ("h",), before), WORDS).tries == said


def test_the_question_for_the_pin() -> None:
    state = inquiry.pin_state(PinQuestion(TOKEN, "Joana", ("a.br", "b.br")), WORDS)
    assert state.facts == (
        ("Token", "Etiqueta · Modelo"),
        ("Titular", "Joana"),
        ("O certificado será mostrado a", "a.br, b.br"),
    )
    assert state.length == ""
    assert not state.pinpad
    bare = replace(TOKEN, label="", model="", pin_min=4, pin_max=8, pinpad=True)
    other = inquiry.pin_state(PinQuestion(bare, ""), WORDS)
    assert next(value for _, value in other.facts) == "Leitora 0"
    assert len(other.facts) == 2
    assert other.length == "Este token aceita senhas de 4 a 8 caracteres."
    assert other.title == "Digite a senha (PIN) no teclado da leitora"


def test_certificates_to_choose_from() -> None:
    rows = inquiry.choice_rows(
        (
            Choice("ab", "Joana", "AC", "e-CPF A3", NOW, "Modelo"),
            Choice("cd", "Prefeitura", "AC", "e-CNPJ A3", NOW, place="1"),
        ),
        WORDS,
    )
    assert [r.key for r in rows] == ["ab", "cd@1"]
    assert rows[0].spoken == (
        "Joana. e-CPF A3, emitido por AC, vale até 22/11/2026. Token: Modelo"
    )
    assert len(rows[1].facts) == 1
    assert all(row.usable for row in rows)


def test_what_cannot_be_used_says_why() -> None:
    fault = found("certificate.expired", not_after=NOW, days=3)
    common = ("Joana", "AC", "A3", NOW)
    rows = inquiry.choice_rows(
        (
            Choice("ab", *common, kind="person", usable=False, fault=fault),
            Choice("cd", *common, kind="company", usable=False),
        ),
        WORDS,
    )
    assert [row.usable for row in rows] == [False, False]
    assert rows[0].facts[0].startswith("e-CPF A3, emitido")
    assert rows[0].facts[1] == f"Não dá para usar: {WORDS.advice(fault).title}"
    assert rows[1].facts[0].startswith("e-CNPJ A3, emitido")
    assert "mais novo" in rows[1].facts[1]


def test_who_asks_for_the_certificate() -> None:
    state = inquiry.show_state(ShowQuestion("outro.test", "AC Inventada"), WORDS)
    assert state.facts[:2] == (("Endereço", "outro.test"), ("Quem o garante", "AC Inventada"))
    assert "CPF" in state.facts[2][1]
    assert state.title
    assert state.unsure.startswith("Na dúvida, não mostre")
    bare = inquiry.show_state(ShowQuestion("outro.test", ""), WORDS)
    assert [name for name, _ in bare.facts] == ["Endereço", "O que ele recebe"]


def test_where_a_missing_ca_may_be_had() -> None:
    state = inquiry.fetch_state(FetchQuestion("AC\x1bX", "ac.test"), WORDS)
    assert state.facts[:2] == (("Autoridade (AC)", "AC X"), ("Endereço", "ac.test"))
    assert "Só o pedido" in state.facts[2][1]
    shown = inquiry.show_state(ShowQuestion("outro.test", ""), WORDS)
    assert len({state.no, state.yes, shown.no, shown.yes}) == 4
    assert state.title != shown.title


@pytest.mark.parametrize("code", [*LEFT_TO_BROWSER, "login.other_host"])
def test_how_it_went_in_the_browser(code: str) -> None:
    state = inquiry.assist_state(AssistQuestion("https://portal.test/", code), WORDS)
    assert state.why == WORDS.words("assist", f"why_{LEFT_TO_BROWSER.get(code, 'other')}")
    assert [step for step, _ in state.answers] == [None, *Step]
    assert len({text for _, text in state.answers}) == len(Step) + 1
    assert state.answers[0][1] == "Sim, entrei no portal"


def test_a_provider_asks_by_itself_and_no_pin_is_typed_here() -> None:
    cloud = replace(TOKEN, label="", model="SafeID", pinpad=True, in_store=True)
    state = inquiry.pin_state(PinQuestion(cloud, "Joana", ("a.br",)), WORDS)
    assert state.title == "O provedor vai pedir a sua autorização"
    assert state.facts[0] == ("Provedor", "SafeID")
    assert state.pinpad
    assert "celular" in state.tries
    assert "duas vezes" in state.cost
    assert "Nenhuma senha passa pelo a3check" in state.kept
    assert "token" not in f"{state.tries} {state.cost} {state.kept} {state.unsure}"

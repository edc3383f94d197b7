"""Do the words for the user fit the register, and are they kind and well formed?"""

import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from a3check.core.resources import resource

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "design" / "findings.toml"
WORDS: dict[str, Any] = tomllib.loads(resource("pt_BR.toml").read_text("utf-8"))
REGISTER: dict[str, Any] = tomllib.loads(resource("findings.toml").read_text("utf-8"))
CHECKS: list[str] = REGISTER["checks"]
ROWS: dict[str, dict[str, Any]] = {row["code"]: row for row in REGISTER["finding"]}
OWNERS = (*CHECKS, "any")
SYSTEMS = ("windows", "linux")
TITLE_MOST = 90
EXPLANATION_MOST = 330
SENTENCES_MOST = 3
STEP_MOST = 220
STEPS_MOST = 7

FORBIDDEN = (
    r"você errou",
    r"\binválid[oa]s?\b",
    r"erro fatal",
    r"usuário final",
    r"clique aqui",
    r"\bfavor\b",
    r"\b(please|error|failed|invalid|unknown|warning|the|reader|card|chain|login)\b",
    r"!",
)
CODE_OR_QUOTE = r"“[^”]*”|\{\w+\}|\S*[./_]\S+"
IMPERATIVES = frozenset(
    re.findall(
        r"\S+",
        """
Abra Acerte Anexe Anote Apague Ative Atualize Autorize Avise Baixe Clique Compare Conecte
Conecte-se Confira Configure Confirme Conte Copie Corrija Crie Deixe Descreva Desinstale
Desligue Digite Dê Entre Envie Escolha Espere Execute Faça Fale Feche Gere Inclua Informe Inicie
Insira Instale Libere Ligue Limpe Não Peça Planeje Pergunte Pressione Procure Reinicie
Restaure Retire Registre Salve Tente Teste Tire Traga Troque Use Veja Verifique
""",
    )
)
NO_MORE_TRIES = (
    "token.pin_locked",
    "token.pin_last_try",
    "token.pin_count_low",
    "pin.incorrect",
    "pin.locked",
    "pin.refused_last_try",
    "pin.unanswered",
)
BOUGHT_ANEW = (
    "certificate.expired",
    "certificate.expires_soon",
    "certificate.not_icp_brasil",
    "certificate.software_type",
    "certificate.company",
    "revocation.revoked",
    "token.pin_locked",
    "pin.locked",
)


def entry(code: str) -> dict[str, Any]:
    check, _, name = code.partition(".")
    found: dict[str, Any] = WORDS[check][name]
    return found


def variants(code: str) -> Iterator[dict[str, Any]]:
    """Give the words as each system shows them, and those for any other system."""
    base = entry(code)
    plain = {key: value for key, value in base.items() if key not in {*SYSTEMS, "when"}}
    yield plain
    for system in SYSTEMS:
        if system in base:
            yield {**plain, **base[system]}
    for case in base.get("when", {}).values():
        yield {**plain, **case}


def texts(code: str) -> Iterator[str]:
    for words in variants(code):
        yield words["title"]
        yield from [words["explanation"]] if "explanation" in words else []
        yield from words.get("steps", ())


def places(text: str) -> set[str]:
    """Return the placeholders; unbalanced braces raise ``ValueError``."""
    found = set()
    for _, name, spec, conversion in string.Formatter().parse(text):
        if name is not None:
            assert re.fullmatch(r"[a-z_]+", name), text
            assert not spec, text
            assert not conversion, text
            found.add(name)
    return found


def test_every_code_has_its_table_in_the_registers_order() -> None:
    written = [
        f"{owner}.{name}"
        for owner in WORDS
        if owner in OWNERS
        for name, value in WORDS[owner].items()
        if isinstance(value, dict)
    ]
    assert written == list(ROWS)


def test_checks_stand_in_their_order_at_the_end_of_the_file() -> None:
    tables = list(WORDS)
    assert tuple(tables[tables.index(CHECKS[0]) :]) == OWNERS


@pytest.mark.parametrize("check", CHECKS)
def test_check_says_its_name_and_what_it_does(check: str) -> None:
    names = {key: value for key, value in WORDS[check].items() if isinstance(value, str)}
    assert names.keys() == {"title", "doing"}
    for text in names.values():
        assert text[0].isupper()
        assert not text.endswith(".")
        assert not places(text)


@pytest.mark.parametrize("code", ROWS)
def test_table_holds_known_keys_only(code: str) -> None:
    assert entry(code).keys() <= {"title", "explanation", "steps", "when", *SYSTEMS}
    for case in entry(code).get("when", {}).values():
        assert case
        assert case.keys() <= {"title", "explanation", "steps"}
    for system in SYSTEMS:
        words = entry(code).get(system, {"steps": ()})
        assert words
        assert words.keys() <= {"explanation", "steps"}


@pytest.mark.parametrize("code", ROWS)
def test_whoever_must_act_is_told_what_it_means_and_what_to_do(code: str) -> None:
    if ROWS[code]["status"] == "passed":
        return
    for words in variants(code):
        assert words["explanation"]
        assert 1 <= len(words["steps"]) <= STEPS_MOST


@pytest.mark.parametrize("code", ROWS)
def test_title_is_one_short_line(code: str) -> None:
    title = entry(code)["title"]
    assert len(title) <= TITLE_MOST
    assert "\n" not in title
    assert title[0].isupper()
    assert title[-1] not in ".!?:;,"


@pytest.mark.parametrize("code", ROWS)
def test_explanation_is_a_few_whole_sentences(code: str) -> None:
    for words in variants(code):
        text = words.get("explanation", "Nada.")
        assert len(text) <= EXPLANATION_MOST
        assert text[0].isupper()
        assert text.endswith(".")
        assert len(re.findall(r"\.(?:\s|$)", text)) <= SENTENCES_MOST


@pytest.mark.parametrize("code", ROWS)
def test_step_is_an_order_and_a_whole_sentence(code: str) -> None:
    for words in variants(code):
        steps = words.get("steps", ())
        assert len(set(steps)) == len(steps)
        for step in steps:
            assert step.split()[0].rstrip(",") in IMPERATIVES, step
            assert step.endswith("."), step
            assert len(step) <= STEP_MOST, step


@pytest.mark.parametrize("code", ROWS)
def test_placeholders_are_facts_of_the_finding(code: str) -> None:
    always = set(ROWS[code].get("evidence", ()))
    sometimes = always | set(ROWS[code].get("optional", ()))
    for words in variants(code):
        assert places(words["title"]) <= always
        assert places(words.get("explanation", "")) <= always
        for step in words.get("steps", ()):
            assert places(step) <= sometimes, step


@pytest.mark.parametrize("code", ROWS)
def test_some_step_is_left_when_no_fact_is_known(code: str) -> None:
    for words in variants(code):
        steps = words.get("steps")
        assert steps is None or any(not places(step) for step in steps)


@pytest.mark.parametrize("code", ROWS)
def test_no_word_blames_shouts_or_is_foreign(code: str) -> None:
    for text in texts(code):
        prose = re.sub(CODE_OR_QUOTE, "", text)
        for pattern in FORBIDDEN:
            assert not re.search(pattern, prose, re.IGNORECASE), text


@pytest.mark.parametrize("code", ROWS)
def test_blanks_and_quotes_are_those_of_print(code: str) -> None:
    for text in texts(code):
        assert text == text.strip()
        assert "  " not in text
        assert not re.search(r"['\"`]", text), text
        assert re.sub(r"[^“”]", "", text).replace("“”", "") == "", text


@pytest.mark.parametrize("code", ROWS)
def test_driver_is_explained_where_it_first_stands(code: str) -> None:
    for words in variants(code):
        before, driver, _ = words.get("explanation", "").partition("(driver")
        assert not driver or re.search(r"programas? d[eo] fabricante", before), code
        assert "driver" not in before, code


@pytest.mark.parametrize("code", NO_MORE_TRIES)
def test_tries_are_guarded(code: str) -> None:
    assert any(step.startswith("Não tente") for step in entry(code)["steps"])


@pytest.mark.parametrize("code", BOUGHT_ANEW)
def test_a_new_certificate_comes_from_the_official_list(code: str) -> None:
    assert any("listaars.iti.gov.br" in step for step in entry(code)["steps"])


@pytest.mark.parametrize("code", [c for c, row in ROWS.items() if row["acts"] == "portal"])
def test_what_the_portal_resolves_ends_in_its_ticket(code: str) -> None:
    steps = " ".join(entry(code)["steps"])
    assert "suporte.inss.gov.br/act" in steps
    assert "“Certificado Digital ACT”" in steps
    assert "print" in steps


def test_a_refused_pin_is_not_accepted_and_nobody_is_wrong() -> None:
    assert entry("pin.incorrect")["title"] == "A senha (PIN) do certificado não foi aceita"
    said = " ".join(text for code in ROWS for text in texts(code)).casefold()
    for harsh in ("senha errada", "senha incorreta", "culpa sua", "erro do usuário"):
        assert harsh not in said


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_file(), reason="the design's folder is not beside the checkout")
def test_register_holds_all_of_the_design() -> None:
    design = tomllib.loads(SHARED.read_text("utf-8"))
    named = [row["code"] for row in design["finding"]]
    assert [code for code in ROWS if code in set(named)] == named
    assert [check for check in CHECKS if check in design["checks"]] == design["checks"]
    for check, needs in design["requires"].items():
        assert REGISTER["requires"][check] == needs
    for row in design["finding"]:
        ours = ROWS[row["code"]]
        assert [ours[key] for key in ("status", "blame", "acts")] == [
            row[key] for key in ("status", "blame", "acts")
        ]

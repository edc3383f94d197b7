import pytest
from tests.unit.portal import said as talk

from a3check.core.profile import Portal
from a3check.core.register import register
from a3check.portal import page
from a3check.tls.transcript import Answer

PORTAL = Portal(
    "https://h.test/",
    second_factor=("autenticador", "código"),
    refusal=("Proteção de Sistemas",),
)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (talk.page("No required SSL certificate was sent", 400), "login.nothing_sent"),
        (talk.page("NO REQUIRED SSL CERTIFICATE WAS SENT", 400), "login.nothing_sent"),
        (talk.page("No required SSL certificate was sent", 200), None),
        (talk.page("Error 403.16", 403), "login.rejected_unknown_ca"),
        (talk.page("Nada", 400), None),
    ],
)
def test_words_of_a_refusal(answer: Answer, code: str | None) -> None:
    refusal = page.refusal(answer)
    assert (refusal.code if refusal else None) == code


def test_the_table_names_codes_of_the_register() -> None:
    assert page.refusals()
    assert {r.code for r in page.refusals()} <= register().codes.keys()
    assert all(r.words == r.words.casefold() for r in page.refusals())
    assert page.Refusal("w", "login.rejected").status == 0


@pytest.mark.parametrize(
    ("body", "words", "found"),
    [
        ("Um CÓDIGO aqui", ("autenticador", "código"), "código"),
        ("autenticador e código", ("código", "autenticador"), "código"),
        ("nada", ("código",), ""),
        ("nada", (), ""),
    ],
)
def test_the_first_of_the_profiles_words(body: str, words: tuple[str, ...], found: str) -> None:
    assert page.matched(talk.page(body), words) == found


@pytest.mark.parametrize(
    ("body", "asks"),
    [
        ("Código: <INPUT name=c>", True),
        ("Código", False),
        ("<input>", False),
        ("", False),
    ],
)
def test_the_second_factor_has_a_field(body: str, asks: bool) -> None:
    assert page.asks_second_factor(talk.page(body), PORTAL) is asks


@pytest.mark.parametrize(
    ("answer", "abuse", "refuses"),
    [
        (talk.page("proteção DE sistemas"), True, True),
        (talk.page("bem-vindo"), False, False),
        *((talk.page("", status), False, True) for status in (400, 401, 403, 429)),
        *((talk.page("", status), False, False) for status in (302, 404, 500)),
    ],
)
def test_what_is_for_programs(answer: Answer, abuse: bool, refuses: bool) -> None:
    assert page.is_anti_abuse(answer, PORTAL) is abuse
    assert page.refuses_program(answer, PORTAL) is refuses


def test_a_body_in_any_bytes() -> None:
    assert page.text(Answer(200, (), b"\xff\xfe A")).endswith(" a")

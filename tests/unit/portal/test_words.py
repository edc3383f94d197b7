import pytest

from a3check.portal import words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Solução de PROTEÇÃO", "solucao de protecao"),
        ("  a\n\t b\u00a0c ", "a b c"),
        ("Straße", "strasse"),
        ("", ""),
    ],
)
def test_case_accents_and_blanks_do_not_matter(text: str, folded: str) -> None:
    assert words.fold(text) == words.folded(text) == folded


def test_the_first_word_as_it_was_given() -> None:
    assert words.first_in("o codigo e o autenticador", ("Autenticador", "Código")) == (
        "Autenticador"
    )
    assert words.first_in("o codigo", ("Autenticador", "Código")) == "Código"
    assert words.first_in("nada", ("Código",)) == ""
    assert words.first_in("nada", ()) == ""

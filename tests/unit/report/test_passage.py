"""Shortened to a form's room: never longer, and never without what must be told."""

from hypothesis import given
from hypothesis import strategies as st

from a3check.report.passage import Line, Passage, Rank, cut, fitted, length, whole

REST = "[O resto está no anexo.]"
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=120)
LINES = st.builds(Line, WORDS.filter(bool), st.sampled_from([r for r in Rank if r > Rank.KEPT]))
PASSAGES = st.lists(
    st.builds(Passage, st.lists(LINES, max_size=6).map(tuple), st.sampled_from(["", "TÍTULO"])),
    max_size=4,
)
MUST = Line("Código: login.rejected_unknown_ca", Rank.KEPT)
ROOM = 80
"""Characters in which what must be told and the word on the rest have their place."""


@given(PASSAGES, st.integers(ROOM, 600))
def test_it_fits_and_keeps_what_must_be_told(passages: list[Passage], limit: int) -> None:
    given_ = [*passages, Passage((MUST,))]
    text = fitted(given_, limit, REST)
    assert length(text) <= limit
    lines = text.split("\n")
    assert MUST.text in lines
    all_ = whole(given_)
    if length(all_) <= limit:
        assert text == all_
    else:
        assert lines[-1] == REST
    headed = [at for at, line in enumerate(lines) if line == "TÍTULO"]
    assert all(lines[at + 1 :][:1] not in ([], [""]) for at in headed), "a heading over nothing"


@given(st.text(max_size=300), st.integers(1, 120))
def test_a_line_that_is_cut_fits(text: str, limit: int) -> None:
    made = cut(text, limit)
    assert length(made) <= limit
    assert made == text or made.endswith("…")


@given(st.text(max_size=300))
def test_without_a_limit_nothing_is_cut(text: str) -> None:
    assert cut(text, 0) == text
    assert fitted((Passage((Line(text),)),), 0, REST) == text


def test_lengths_are_a_form_s() -> None:
    assert length("é") == 1
    assert length("𝄞") == 2, "UTF-16"
    assert length("a\nb") == 4, "a line's end is sent as two"


def test_it_is_cut_after_a_word() -> None:
    assert cut("um dois, tres quatro", 12) == "um dois…"
    assert cut("a" * 30, 10) == "a" * 9 + "…", "one word is cut within"


def test_what_matters_least_goes_first_and_a_story_in_part() -> None:
    story = Line(
        "Uma história comprida que conta tudo o que foi feito antes de aparecer o erro.",
        Rank.STORY,
    )
    tried = Passage(
        (Line("- Leitora: OK.", Rank.TRIED), Line("- Token: OK.", Rank.TRIED)), "FEITO"
    )
    facts = Passage((Line("ATR: 3B", Rank.FACTS),), "DADOS")
    given_ = (Passage((story, Line("O que acontece: x."), MUST)), tried, facts)
    most = fitted(given_, length(whole(given_)) - 1, REST)
    assert "DADOS" not in most
    assert "FEITO\n- Leitora: OK." in most
    least = fitted(given_, 140, REST)
    assert least.startswith("Uma história comprida que conta tudo o que")
    assert "…\nO que acontece: x.\n" in least
    assert "FEITO" not in least
    none = fitted(given_, 120, REST)
    assert none.split("\n")[0] == "O que acontece: x.", "a few words of it tell nothing"

"""What the guided swap shows, and when it concludes."""

from tests.gui import scenes
from tests.unit.ui.test_past import kept

from a3check.core.catalogue import catalogue
from a3check.core.past import Past
from a3check.report.parcel import Parcel
from a3check.report.swap import Kind
from a3check.ui.state import Mark
from a3check.ui.swap_state import RunLine, Swap, SwapState, conclusion, fit, offer

WORDS = catalogue()
FAILED = kept(scenes.WRONG_PIN_RUN, days=1)
HEALTHY = kept(scenes.HEALTHY_RUN)


def test_only_a_run_that_failed_can_be_compared() -> None:
    assert offer(None, None, WORDS) == offer(HEALTHY.document, None, WORDS) == SwapState()
    assert fit(HEALTHY.document) is None
    state = offer(FAILED.document, None, WORDS)
    assert state.first is not None
    assert (state.first.name, state.first.mark) == ("Primeiro teste", Mark.FAILED)
    assert state.first.text.startswith("21/11/2026 14:31: ")
    assert (state.kind, state.second) == (None, None)


def test_a_run_that_was_brought_here() -> None:
    state = offer(None, Parcel(FAILED, "aaaa"), WORDS)
    assert state.kind is Kind.COMPUTER
    assert state.first is not None
    assert state.first.name == "Primeiro teste, do outro computador"


def test_the_conclusion_names_both_runs() -> None:
    state = conclusion(FAILED, HEALTHY, Kind.COMPUTER, WORDS)
    ready = "22/11/2026 14:31: Pronto para o INSS Digital"
    assert state.second == RunLine("Segundo teste", Mark.PASSED, ready)
    assert state.mark is Mark.UNKNOWN, "the fault may have gone by itself"
    assert state.title.startswith("Não deu para concluir")
    assert state.unsure == ""


def test_a_conclusion_says_what_it_rests_on() -> None:
    first, second = kept(scenes.NO_CARD_RUN, days=1), kept(scenes.HEALTHY_RUN)
    state = conclusion(first, second, Kind.TOKEN, WORDS)
    assert (state.mark, state.title) == (Mark.WARNING, "O problema está no primeiro token")
    assert state.unsure == WORDS.words("swap", "token_unsure")


def test_a_swap_ends_with_the_next_run_and_only_once() -> None:
    swap = Swap()
    assert swap.end(HEALTHY.document, WORDS) is None
    swap.begin(Kind.TOKEN, FAILED)
    assert isinstance(swap.first, Past)
    assert swap.end(HEALTHY.document, WORDS) is not None
    assert swap.end(HEALTHY.document, WORDS) is None


def test_a_run_that_left_no_report_ends_it_without_a_word() -> None:
    swap = Swap()
    for last in (None, FAILED.document):
        swap.begin(Kind.TOKEN, FAILED)
        assert swap.end(last, WORDS) is None
        assert swap.first is None

"""Do the checks of a step stand together as a person would say it: pure, every branch."""

from datetime import UTC, datetime

import pytest

from a3check.core.catalogue import catalogue
from a3check.core.check import found
from a3check.core.model import Diagnosis, Finding, Outcome
from a3check.core.register import register
from a3check.ui import outset, presenter
from a3check.ui.progress import Progress
from a3check.ui.state import Mark, PageState, Step

WORDS = catalogue()
NOW = datetime(2026, 11, 22, 14, 31, 7, tzinfo=UTC)
COMPUTER = found("computer.ready", system="Linux", session="local")
CLOCK = found("clock.right", trusted_time=NOW, seconds=1)
NO_CARD = found("card.absent", readers=("Leitora 0",))
NO_TOKEN = found("token.absent", modules=("/usr/lib/x.so",))


def step(page: PageState, name: str) -> Step:
    return next(step for step in page.steps if step.name == name)


def running(*outcomes: Outcome, busy: str = "", slow: bool = False) -> PageState:
    progress = Progress()
    for outcome in outcomes:
        progress = progress.end(outcome)
    progress = progress.begin(busy, 0.0) if busy else progress
    return presenter.running(progress.linger(busy, 0.0) if slow else progress, 9.0, WORDS)


def concluded(*findings: Finding, because: str | None = None) -> PageState:
    def own(name: str) -> tuple[Finding, ...]:
        return tuple(f for f in findings if f.code.partition(".")[0] == name)

    made = tuple(
        Outcome(name, own(name), because=None if own(name) else because)
        for name in register().checks
    )
    return presenter.concluded(Diagnosis(made, NOW, 1.0), WORDS)


def test_every_check_belongs_to_one_step_and_the_last_step_is_the_verdict() -> None:
    grouped = [check for checks in register().steps.values() for check in checks]
    assert sorted(grouped) == sorted(register().checks)
    assert list(register().steps.values())[-1] == ()
    assert len(register().steps) == 8


def test_before_anything_every_step_waits() -> None:
    page = outset.welcome(WORDS)
    assert [s.title for s in page.steps] == [
        "Computador",
        "Leitora e token",
        "Driver",
        "Certificado",
        "Rede e portal",
        "PIN",
        "Acesso ao INSS",
        "Resultado",
    ]
    assert {(s.mark, s.word, s.said) for s in page.steps} == {(Mark.WAITING, "aguardando", ())}
    assert page.steps[1].spoken == "Etapa 2 de 8, Leitora e token: aguardando"


@pytest.mark.parametrize(
    ("slow", "mark", "word"),
    [(False, Mark.RUNNING, "em andamento"), (True, Mark.SLOW, "está demorando")],
)
def test_what_runs_comes_first(slow: bool, mark: Mark, word: str) -> None:
    page = running(Outcome("clock", (CLOCK,)), busy="computer", slow=slow)
    assert (step(page, "computer").mark, step(page, "computer").word) == (mark, word)
    assert step(page, "computer").said == ()


def test_a_step_in_order_waits_for_the_rest_of_it_and_then_says_one_sentence() -> None:
    half = step(running(Outcome("computer", (COMPUTER,))), "computer")
    assert (half.mark, half.said) == (Mark.WAITING, ())
    whole = running(Outcome("computer", (COMPUTER,)), Outcome("clock", (CLOCK,)))
    assert step(whole, "computer").mark is Mark.PASSED
    assert step(whole, "computer").said == ("Computador em ordem: Linux",)


def test_what_is_wrong_is_said_before_the_rest_has_ended() -> None:
    early = step(running(Outcome("card", (NO_CARD,))), "token")
    assert early.mark is Mark.WARNING  # soft, until the lane has ended
    assert early.said == ("Não há cartão na leitora: Leitora 0",)


def test_all_that_is_equally_wrong_is_said_and_nothing_else() -> None:
    page = concluded(NO_CARD, NO_TOKEN, COMPUTER, because="token")
    wrong = step(page, "token")
    assert wrong.mark is Mark.FAILED
    assert "Não há cartão na leitora: Leitora 0" in wrong.said
    assert wrong.spoken.startswith("Etapa 2 de 8, Leitora e token: falhou. Não há cartão")
    skipped = step(page, "certificate")
    assert skipped.mark is Mark.SKIPPED
    assert skipped.said == ("Não verificado, pois depende de “Token”",)


def test_the_last_step_is_the_verdict() -> None:
    result = concluded(NO_CARD, because="token").steps[-1]
    assert (result.mark, result.word) == (Mark.FAILED, "falhou")
    assert result.said == ("Não há cartão na leitora: Leitora 0",)
    broken = outset.broken(WORDS).steps[-1]
    assert (broken.mark, broken.word) == (Mark.CRASHED, "erro do programa")

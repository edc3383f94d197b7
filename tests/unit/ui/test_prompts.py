"""A question waits for one answer; a late PIN is emptied."""

import threading
from datetime import UTC, datetime

import pytest

from a3check.core.cryptoki import Token
from a3check.core.question import (
    Assisted,
    AssistQuestion,
    Choice,
    FetchQuestion,
    NoPin,
    PinQuestion,
    ShowQuestion,
    Step,
)
from a3check.core.secret import Secret
from a3check.ui import prompts
from a3check.ui.prompts import (
    Asker,
    AssistRequest,
    ChoiceRequest,
    CloudRequest,
    FetchRequest,
    PinRequest,
    Request,
    ShowRequest,
)

DEADLINE = 5.0  # seconds
QUESTION = PinQuestion(Token("m", 0, "r", "l", "f", "m", "s", initialized=True), "Joana")
SHOW = ShowQuestion("outro.test", "AC")
FETCH = FetchQuestion("AC", "ac.test")
ASSIST = AssistQuestion("https://portal.test", "login.not_requested")
CHOICE = Choice("ab", "Joana", "AC", "A3", datetime(2026, 1, 1, tzinfo=UTC))


def test_the_first_answer_counts_and_a_late_pin_is_emptied() -> None:
    request = PinRequest(QUESTION)
    first, late = Secret(bytearray(b"1234")), Secret(bytearray(b"9999"))
    assert request.answer(first)
    assert not request.answer(late)
    assert not request.answer(NoPin.USER)
    assert len(late) == 0
    assert not request.open
    assert request.wait(DEADLINE, NoPin.NOBODY) is first
    assert len(first) == 4


def test_time_is_over_once() -> None:
    request = PinRequest(QUESTION)
    assert request.wait(0.0, NoPin.NOBODY) is NoPin.NOBODY
    late = Secret(bytearray(b"1234"))
    assert not request.answer(late)
    assert len(late) == 0


def asker(answer: Secret | None) -> tuple[Asker, list[Request], list[Request]]:
    told: list[Request] = []
    withdrawn: list[Request] = []

    def tell(request: Request) -> None:
        told.append(request)
        if answer is not None:
            assert isinstance(request, PinRequest)
            request.answer(answer)

    return Asker(tell, withdrawn.append), told, withdrawn


def test_the_pin_comes_back_and_the_question_goes() -> None:
    secret = Secret(bytearray(b"1234"))
    user, told, withdrawn = asker(secret)
    assert user.pin(QUESTION) is secret
    assert told == withdrawn
    assert isinstance(told[0], PinRequest)


@pytest.mark.parametrize(("answer", "chosen"), [("ab", "ab"), ("", None)])
def test_a_certificate_is_chosen_or_none(answer: str, chosen: str | None) -> None:
    told: list[Request] = []

    def tell(request: Request) -> None:
        told.append(request)
        assert isinstance(request, ChoiceRequest)
        request.answer(answer)

    assert Asker(tell, told.append).choose([CHOICE]) == chosen
    assert told[0].question == (CHOICE,)


@pytest.mark.parametrize(("answer", "chosen"), [("BirdID", "BirdID"), ("", None)])
def test_a_cloud_is_named_or_not_known(answer: str, chosen: str | None) -> None:
    told: list[Request] = []

    def tell(request: Request) -> None:
        told.append(request)
        assert isinstance(request, CloudRequest)
        request.answer(answer)

    assert Asker(tell, told.append).cloud(["SafeID", "BirdID"]) == chosen
    assert [request.question for request in told] == [("SafeID", "BirdID")] * 2
    assert {request.check for request in told} == {"cloud"}


@pytest.mark.parametrize("answer", [True, False])
@pytest.mark.parametrize("question", [SHOW, FETCH])
def test_a_yes_or_a_no_is_heard(question: ShowQuestion | FetchQuestion, *, answer: bool) -> None:
    told: list[Request] = []

    def tell(request: Request) -> None:
        told.append(request)
        assert isinstance(request, ShowRequest | FetchRequest)
        request.answer(answer)

    asker = Asker(tell, told.append)
    if isinstance(question, ShowQuestion):
        assert asker.may_show(question) is answer
    else:
        assert asker.may_fetch(question) is answer
    assert [request.question for request in told] == [question, question]
    assert {request.check for request in told} == {"login" if question is SHOW else "chain"}


@pytest.mark.parametrize("answer", [Assisted(None), Assisted(Step.CODE, "x"), None])
def test_what_the_browser_showed_or_nothing(answer: Assisted | None) -> None:
    told: list[Request] = []

    def tell(request: Request) -> None:
        told.append(request)
        assert isinstance(request, AssistRequest)
        request.answer(answer)

    assert Asker(tell, told.append).assist(ASSIST) == answer
    assert {request.check for request in told} == {"login"}


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompts, "ANSWER_WAIT", 0.0)
    user, _, withdrawn = asker(None)
    assert user.pin(QUESTION) is NoPin.NOBODY
    assert user.choose([CHOICE]) is None
    assert user.cloud(["SafeID"]) is None
    assert user.may_show(SHOW) is False
    assert user.may_fetch(FETCH) is False
    assert user.assist(ASSIST) is None
    assert len(withdrawn) == 6


def test_cancelling_answers_what_is_open_and_what_comes() -> None:
    asked = threading.Barrier(7)
    user = Asker(lambda _: _pass(asked), lambda _: None)
    heard: list[object] = []
    waiting = [
        threading.Thread(target=lambda: heard.append(user.pin(QUESTION))),
        threading.Thread(target=lambda: heard.append(user.choose([CHOICE]))),
        threading.Thread(target=lambda: heard.append(user.cloud(["SafeID"]))),
        threading.Thread(target=lambda: heard.append(user.may_show(SHOW))),
        threading.Thread(target=lambda: heard.append(user.may_fetch(FETCH))),
        threading.Thread(target=lambda: heard.append(user.assist(ASSIST))),
    ]
    for thread in waiting:
        thread.start()
    asked.wait(DEADLINE)
    user.cancel()
    for thread in waiting:
        thread.join(DEADLINE)
    assert len(heard) == 6
    assert set(heard) == {NoPin.USER, None, False}
    assert user.pin(QUESTION) is NoPin.USER
    assert user.choose([CHOICE]) is None
    assert user.may_show(SHOW) is False
    assert user.assist(ASSIST) is None


def _pass(barrier: threading.Barrier) -> None:
    barrier.wait(DEADLINE)

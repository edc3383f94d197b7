"""A question of the run to the person: the run's thread waits until the window answers."""

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from a3check.core.question import (
    Assisted,
    AssistQuestion,
    Choice,
    FetchQuestion,
    NoPin,
    PinQuestion,
    ShowQuestion,
)
from a3check.core.secret import Secret

ANSWER_WAIT = 900.0
"""Seconds that a person has for an answer; after that nobody is there."""

Q = TypeVar("Q")
A = TypeVar("A")


class PromptRequest(Generic[Q, A]):
    """One question with room for one answer; the first answer counts, from any thread."""

    def __init__(self, question: Q) -> None:
        self.question = question
        self._answered = threading.Event()
        self._lock = threading.Lock()
        self._answer: A | None = None

    def answer(self, answer: A) -> bool:
        """Answer; a later answer is refused, and a PIN in it emptied."""
        with self._lock:
            if not self._answered.is_set():
                self._answer = answer
                self._answered.set()
                return True
        if isinstance(answer, Secret):
            answer.empty()
        return False

    @property
    def open(self) -> bool:
        """Whether an answer is still awaited."""
        return not self._answered.is_set()

    def wait(self, seconds: float, otherwise: A) -> A:
        """Wait for the answer; ``otherwise`` is it when the time is over."""
        if not self._answered.wait(seconds):
            self.answer(otherwise)
        with self._lock:
            answer, self._answer = self._answer, None
        return otherwise if answer is None else answer


class PinRequest(PromptRequest[PinQuestion, Secret | NoPin]):
    """The question for the PIN."""

    check = "pin"


class ChoiceRequest(PromptRequest[tuple[Choice, ...], str]):
    """The question which certificate is theirs; an empty answer means none of them."""

    check = "certificate"


class CloudRequest(PromptRequest[tuple[str, ...], str]):
    """The question which cloud keeps the certificate; an empty answer means: not known."""

    check = "cloud"


class ShowRequest(PromptRequest[ShowQuestion, bool]):
    """The question whether a host may see the certificate."""

    check = "login"


class FetchRequest(PromptRequest[FetchQuestion, bool]):
    """The question whether a missing CA may be asked for."""

    check = "chain"


class AssistRequest(PromptRequest[AssistQuestion, Assisted | None]):
    """The question how it went in the browser; nothing where the user does not say."""

    check = "login"


Request = PinRequest | ChoiceRequest | CloudRequest | ShowRequest | FetchRequest | AssistRequest


class Asker:
    """The :class:`~a3check.core.ports.User` of a window.

    ``tell`` carries a request to the window and returns at once; ``withdraw``
    says that nobody waits for it any more.
    """

    def __init__(
        self, tell: Callable[[Request], None], withdraw: Callable[[Request], None]
    ) -> None:
        self._tell, self._withdraw = tell, withdraw
        self._lock = threading.Lock()
        self._open: list[Request] = []
        self._cancelled = False

    def pin(self, question: PinQuestion) -> Secret | NoPin:
        """Ask for the PIN and wait; nobody within :data:`ANSWER_WAIT` is ``NoPin.NOBODY``."""
        request = PinRequest(question)
        if not self._ask(request):
            return NoPin.USER
        try:
            return request.wait(ANSWER_WAIT, NoPin.NOBODY)
        finally:
            self._close(request)

    def choose(self, choices: Sequence[Choice]) -> str | None:
        """Ask which certificate is theirs and wait; nothing where none was chosen."""
        return self._chosen(ChoiceRequest(tuple(choices)))

    def cloud(self, brands: Sequence[str]) -> str | None:
        """Ask which cloud keeps the certificate and wait; nothing where nobody knows."""
        return self._chosen(CloudRequest(tuple(brands)))

    def may_show(self, question: ShowQuestion) -> bool:
        """Ask whether a host may see the certificate and wait; only a yes is one."""
        return self._agreed(ShowRequest(question))

    def may_fetch(self, question: FetchQuestion) -> bool:
        """Ask whether a missing CA may be asked for and wait; only a yes is one."""
        return self._agreed(FetchRequest(question))

    def assist(self, question: AssistQuestion) -> Assisted | None:
        """Ask how it went in the browser and wait; nothing where nobody says."""
        request = AssistRequest(question)
        if not self._ask(request):
            return None
        try:
            return request.wait(ANSWER_WAIT, None)
        finally:
            self._close(request)

    def cancel(self) -> None:
        """Answer what is open, and whatever will be asked, as the user's no."""
        with self._lock:
            self._cancelled = True
            waiting = tuple(self._open)
        for request in waiting:
            _decline(request)

    def _chosen(self, request: ChoiceRequest | CloudRequest) -> str | None:
        if not self._ask(request):
            return None
        try:
            return request.wait(ANSWER_WAIT, "") or None
        finally:
            self._close(request)

    def _agreed(self, request: ShowRequest | FetchRequest) -> bool:
        if not self._ask(request):
            return False
        try:
            return request.wait(ANSWER_WAIT, otherwise=False)
        finally:
            self._close(request)

    def _ask(self, request: Request) -> bool:
        with self._lock:
            if self._cancelled:
                return False
            self._open.append(request)
        self._tell(request)
        return True

    def _close(self, request: Request) -> None:
        with self._lock:
            self._open.remove(request)
        self._withdraw(request)


def _decline(request: Request) -> None:
    match request:
        case PinRequest():
            request.answer(NoPin.USER)
        case ChoiceRequest() | CloudRequest():
            request.answer("")
        case ShowRequest() | FetchRequest():
            request.answer(answer=False)
        case AssistRequest():
            request.answer(None)

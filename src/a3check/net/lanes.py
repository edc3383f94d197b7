"""Run calls side by side, and wait for them no longer than the user wants."""

from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TypeVar

_T = TypeVar("_T")
_LOOK = 0.1  # seconds between two looks at the stop


def side_by_side(
    calls: Sequence[Callable[[], _T]], stop: Event, otherwise: Sequence[_T]
) -> tuple[_T, ...]:
    """Return what the calls return, in their order.

    Once ``stop`` is set, those that have not ended are answered by ``otherwise``; they
    run out in daemon threads, each by its own deadline. What a call raises is raised here.
    """
    answers = list(otherwise)
    ended: SimpleQueue[tuple[int, _T | None, BaseException | None]] = SimpleQueue()

    def run(index: int, call: Callable[[], _T]) -> None:
        try:
            ended.put((index, call(), None))
        except BaseException as error:  # noqa: BLE001 - raised again by the one who waits
            ended.put((index, None, error))

    for index, call in enumerate(calls):
        Thread(target=run, args=(index, call), name=f"lane {index}", daemon=True).start()
    missing = len(calls)
    while missing and not stop.is_set():
        try:
            index, answer, error = ended.get(timeout=_LOOK)
        except Empty:
            continue
        missing -= 1
        if error is not None:
            raise error
        if answer is not None:
            answers[index] = answer
    return tuple(answers)

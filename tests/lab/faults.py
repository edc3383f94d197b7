"""What a virtual card does wrong on demand."""

from __future__ import annotations

import threading
from enum import Enum, auto

_QUESTION_SIZE = 5  # a header and at most one byte of Le: a command without data


class Fault(Enum):
    """What happens to a command instead of an answer."""

    SILENCE = auto()
    DROP = auto()
    REMOVAL = auto()


class Faults:
    """The faults that are set; every method may be called at any time, from any thread.

    A fault for an INS hits only commands that carry data (a VERIFY without is a question for the
    counter), unless it was set with `questions=True`.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._silent: dict[int | None, bool] = {}
        self._answers: dict[int, tuple[bytes, bool]] = {}
        self._drops: set[int] = set()
        self._commands_left: int | None = None

    def remove_after(self, apdus: int) -> None:
        """Answer this many more commands and be pulled out at the next."""
        with self._lock:
            self._commands_left = apdus

    def silent_from(self, ins: int | None, *, questions: bool = False) -> None:
        """Fall silent at the next command with this INS (None: any command, questions too)."""
        with self._lock:
            self._silent[ins] = questions or ins is None

    def status_for(self, ins: int, sw: int | None, *, questions: bool = False) -> None:
        """Answer this INS with this status word and do nothing; None: as it should again."""
        self.answer_for(ins, None if sw is None else sw.to_bytes(2), questions=questions)

    def answer_for(self, ins: int, raw: bytes | None, *, questions: bool = False) -> None:
        """Answer this INS with these bytes, status word included, and do nothing; None: healed."""
        with self._lock:
            self._answers.pop(ins, None)
            if raw is not None:
                self._answers[ins] = (raw, questions)

    def drop_at(self, ins: int) -> None:
        """Cut the connection once at this INS, as by a loose contact; it is felt again at once."""
        with self._lock:
            self._drops.add(ins)

    def heal(self) -> None:
        """Take every fault away (a command that found silence stays without its answer)."""
        with self._lock:
            self._silent.clear()
            self._answers.clear()
            self._drops.clear()
            self._commands_left = None

    def of(self, raw: bytes) -> Fault | bytes | None:
        """Tell what this command meets: a fault, an answer put in its place, or nothing."""
        ins, question = raw[1], len(raw) <= _QUESTION_SIZE
        with self._lock:
            if self._commands_left is not None:
                self._commands_left -= 1
                if self._commands_left < 0:
                    self._commands_left = None
                    return Fault.REMOVAL
            heard = (key for key in (ins, None) if key in self._silent)
            if any(self._silent[key] or not question for key in heard):
                # From here on nothing is answered, whatever its INS.
                self._silent[None] = True
                return Fault.SILENCE
            if ins in self._drops and not question:
                self._drops.remove(ins)
                return Fault.DROP
            answer, questions = self._answers.get(ins, (None, False))
            return answer if questions or not question else None

"""A person at the computer who answers what the program asks, in this very process."""

from __future__ import annotations

import json
import os
import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tests.lab.wizard import Run, environment

from a3check import app
from a3check.core.profile import load
from a3check.core.secret import Secret
from a3check.core.wishes import Wishes
from a3check.world import assemble

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pytest
    from tests.lab.laboratory import Laboratory

    from a3check.core.model import Outcome
    from a3check.core.profile import Limits
    from a3check.core.question import (
        Assisted,
        AssistQuestion,
        Choice,
        FetchQuestion,
        PinQuestion,
        ShowQuestion,
    )
    from a3check.core.store_key import StoreKeys

_EXIT = {"passed": 0, "failed": 1, "unknown": 2}


@dataclass
class Person:
    """Gives the PIN once, and says what the browser showed; `shows`: may a stranger see it?"""

    secret: str
    shows: bool = False
    saw: Assisted | None = None
    fetches: bool = False
    asked_to_fetch: list[FetchQuestion] = field(default_factory=list)
    asked_to_show: list[ShowQuestion] = field(default_factory=list)
    asked_to_look: list[AssistQuestion] = field(default_factory=list)
    modules: list[int] = field(default_factory=list)
    """How many processes held a token's module when each question was asked."""

    def pin(self, question: PinQuestion) -> Secret:
        assert not question.token.pinpad
        given, self.secret = self.secret, ""
        assert given, "asked for the PIN twice"
        return Secret(bytearray(given.encode()))

    def choose(self, choices: Sequence[Choice]) -> None:
        raise AssertionError(choices)

    def cloud(self, brands: Sequence[str]) -> None:
        raise AssertionError(brands)

    def may_show(self, question: ShowQuestion) -> bool:
        self.asked_to_show.append(question)
        self.modules.append(held_modules())
        return self.shows

    def may_fetch(self, question: FetchQuestion) -> bool:
        self.asked_to_fetch.append(question)
        return self.fetches

    def assist(self, question: AssistQuestion) -> Assisted | None:
        self.asked_to_look.append(question)
        self.modules.append(held_modules())
        return self.saw

    def started(self, check: str) -> None:
        assert check

    def slow(self, check: str, seconds: float) -> None:
        assert check
        assert seconds

    def finished(self, outcome: Outcome) -> None:
        assert outcome.check


def held_modules() -> int:
    """Count this process's probes that hold a PKCS#11 module."""
    count = 0
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            parent = (place / "stat").read_text().rpartition(")")[2].split()[1]
            words = (place / "cmdline").read_bytes().split(b"\0")
            count += parent == str(os.getpid()) and words[-2:-1] == [b"pkcs11"]
    return count


def sit_down(
    lab: Laboratory,
    home: Path,
    profile: Path,
    person: Person,
    monkeypatch: pytest.MonkeyPatch,
    stores: Callable[[Limits], StoreKeys] | None = None,
    wishes: Wishes | None = None,
) -> Run:
    """Diagnose the laboratory's own healthy token with somebody there, as a window does.

    `stores`: what makes the part that asks Windows' stores, in place of none.
    """
    for name, value in environment(home, lab.environment).items():
        monkeypatch.setenv(name, value)
    given, wishes = load(profile), wishes or Wishes()
    world = assemble(given, wishes, person)
    if stores is not None:
        world.ports = replace(world.ports, store_keys=stores(given.limits))
    try:
        diagnosis = app.diagnose(world, given, wishes, person, threading.Event())
    finally:
        world.close()
    text = app.report(given, wishes, diagnosis, masked=True).text
    return Run(_EXIT[json.loads(text)["verdict"]["status"]], text, "")

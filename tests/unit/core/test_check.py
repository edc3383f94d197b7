import threading

import pytest
from tests.unit.checks.world import PROFILE, World

from a3check.core.check import Context
from a3check.core.model import Outcome
from a3check.core.wishes import Form, Wishes

PATIENCE = 10.0
"""Seconds after which a test gives up waiting; never reached."""


def context() -> Context:
    return World().context


def test_facts_are_keyed_by_their_type() -> None:
    made = context()
    made.learn(Wishes(form=Form.CARD))
    made.learn("text")
    assert made.recall(Wishes).form is Form.CARD
    assert made.find(str) == "text"
    assert made.find(int) is None
    with pytest.raises(LookupError, match="int"):
        made.recall(int)


def test_a_fact_is_its_givers() -> None:
    made = context()
    giver = threading.Thread(target=made.learn, args=("fact",), name="driver")
    giver.start()
    giver.join(PATIENCE)
    assert made.gave("driver")
    assert not made.gave("card")


def test_ends_are_a_copy() -> None:
    made = context()
    made.end(Outcome("card"))
    before = made.ended()
    made.end(Outcome("driver"))
    assert list(before) == ["card"]
    assert list(made.ended()) == ["card", "driver"]


def test_nobody_waits_for_what_does_not_take_part_or_has_ended() -> None:
    made = context()
    made.wait_for("card")
    made.expect(["card"])
    made.end(Outcome("card"))
    made.wait_for("card")


def test_a_wait_ends_with_its_seconds() -> None:
    made = context()
    made.expect(["card"])
    waiting = threading.Thread(target=made.wait_for, args=("card", 0.05), daemon=True)
    waiting.start()
    waiting.join(PATIENCE)
    assert not waiting.is_alive()
    assert "card" not in made.ended()


@pytest.mark.parametrize("news", ["end", "stop"])
def test_a_wait_ends_with_the_check_or_with_the_user(news: str) -> None:
    made = context()
    made.expect(["card"])
    waiting = threading.Thread(target=made.wait_for, args=("card",), daemon=True)
    waiting.start()
    if news == "end":
        made.end(Outcome("card"))
    else:
        made.stop.set()
    waiting.join(PATIENCE)
    assert not waiting.is_alive()


def test_wishes_of_nobody() -> None:
    made = Context(context().ports, PROFILE)
    assert made.wishes == Wishes(Form.UNKNOWN, None, True, frozenset(), frozenset())
    assert not made.stop.is_set()

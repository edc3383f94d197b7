"""What is taken over from an earlier run, and what is tested again with what."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import pytest
from tests.unit.core.test_run import Watcher, context

from a3check.core.catalogue import catalogue
from a3check.core.check import Check, Context, found
from a3check.core.earlier import Earlier, anew, remember
from a3check.core.model import Diagnosis, Outcome
from a3check.core.register import Status, register
from a3check.core.run import diagnose
from a3check.core.stop import Stop
from a3check.core.wishes import Wishes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from a3check.core.model import Finding

STARTED: Final = datetime(2026, 11, 22, 11, tzinfo=UTC)
PATIENCE: Final = 10.0
"""Seconds after which a test gives up waiting; never reached."""
LANE: Final = {
    *("service", "reader", "card", "driver", "cloud", "token", "certificate"),
    *("chain", "revocation", "store", "pin", "signature", "login"),
}


@dataclass(frozen=True)
class Card:
    value: int


@dataclass(frozen=True)
class Way:
    value: int


def everything(**special: Outcome) -> Earlier:
    """Return an earlier run in which all went well, but for these."""
    names = register().checks
    outcomes = {
        name: special.get(name, Outcome(name, (found("computer.ready"),))) for name in names
    }
    return Earlier(STARTED, outcomes, outcomes)


def chosen(earlier: Earlier, *wanted: str) -> set[str]:
    return set(anew(earlier, wanted, catalogue().checks()))


@pytest.mark.parametrize(
    ("wanted", "with_it"),
    [
        ("store", {"store"}),
        ("cloud", {"cloud"}),
        ("revocation", {"revocation"}),
        ("pin", LANE),
        ("service", LANE),
        ("driver", LANE),
        ("card", LANE),
        ("chain", LANE),
        ("computer", LANE | {"computer"}),
        ("network", LANE | {"network", "server"}),
        ("clock", LANE | {"clock", "server"}),
    ],
)
def test_what_is_tested_again_with_a_check(wanted: str, with_it: set[str]) -> None:
    assert chosen(everything(), wanted) == with_it


def test_what_was_left_out_because_of_it_is_tested_again() -> None:
    pin = Outcome("pin", because="revocation")
    assert chosen(everything(pin=pin), "revocation") == LANE


@pytest.mark.parametrize(
    "outcome", [Outcome("store", because="user"), Outcome("store", crash="ValueError")]
)
def test_what_never_ended_is_tested_again(outcome: Outcome) -> None:
    assert chosen(everything(store=outcome), "cloud") == {"cloud", "store"}


def test_what_is_unknown_to_the_earlier_run_is_tested_again() -> None:
    whole = everything()
    others = {name: o for name, o in whole.outcomes.items() if name != "store"}
    assert chosen(replace(whole, outcomes=others), "cloud") == {"cloud", "store"}


def test_a_walk_that_has_served_is_walked_again() -> None:
    served = replace(everything(), used_up=frozenset({"server"}))
    assert chosen(served, "pin") == LANE | {"server"}
    assert chosen(served, "store") == {"store"}


def counted(runs: list[str], name: str, *facts: Callable[[int], object], **more: object) -> Check:
    def run(given: Context) -> Iterator[Finding]:
        runs.append(name)
        for fact in facts:
            given.learn(fact(len(runs)))
        yield found("computer.ready")

    return Check(run, **more)  # type: ignore[arg-type] # the rest of a check


def first_run(checks: dict[str, Check]) -> tuple[Diagnosis, Earlier]:
    given = context()
    diagnosis = diagnose(checks, given, Watcher())
    return diagnosis, remember(given, diagnosis.outcomes, diagnosis.started)


def test_only_what_hangs_together_runs_and_the_rest_is_taken_over_with_its_facts() -> None:
    runs: list[str] = []
    checks = {
        "network": counted(runs, "network", Way),
        "service": counted(runs, "service", Card),
        "reader": counted(runs, "reader", requires=("service",)),
    }
    before, earlier = first_run(checks)
    runs.clear()
    given, watcher = context(Wishes(again=frozenset({"reader"}))), Watcher()
    after = diagnose(checks, given, watcher, earlier)
    assert sorted(runs) == ["reader", "service"]
    assert given.recall(Way) == Way(1)
    assert [o.check for o in after.taken_over] == ["network"]
    assert after.outcome("network").measured == before.started
    assert after.outcome("network").findings == before.outcome("network").findings
    assert watcher.heard[0] == "finished network passed"
    assert "started network" not in watcher.heard
    assert after.complete


def test_a_fact_of_what_is_tested_again_is_gone() -> None:
    seen: list[Card | None] = []

    def looks(given: Context) -> Iterator[Finding]:
        seen.append(given.find(Card))
        if len(seen) == 1:
            given.learn(Card(1))
        yield found("card.absent")

    checks = {"service": Check(looks), "store": counted([], "store", Way)}
    _, earlier = first_run(checks)
    given = context(Wishes(again=frozenset({"service"})))
    diagnose(checks, given, Watcher(), earlier)
    assert seen == [None, None]
    assert given.find(Card) is None
    assert given.gave("store")
    assert not given.gave("service")


def test_the_moment_of_the_measurement_outlives_a_third_run() -> None:
    checks = {"network": counted([], "network"), "store": counted([], "store")}
    _, earlier = first_run(checks)
    kept = {**earlier.outcomes, "network": earlier.outcome("network", spoken=True)}
    later = replace(earlier, started=STARTED + timedelta(minutes=5), outcomes=kept)
    third = diagnose(checks, context(Wishes(again=frozenset({"store"}))), Watcher(), later)
    assert third.outcome("network").measured == earlier.started


def test_an_afterword_holds_until_what_it_waits_for_is_tested_again() -> None:
    said = [found("clock.wrong", days=3), found("clock.off", minutes=3)]
    checks = {
        "clock": Check(
            counted([], "clock").run, afterword=lambda _: (said.pop(0),), until=("store",)
        ),
        "store": counted([], "store"),
        "cloud": counted([], "cloud"),
    }
    _, earlier = first_run(checks)
    for again, code in (("cloud", "clock.wrong"), ("store", "clock.off")):
        given = context(Wishes(again=frozenset({again})))
        after = diagnose(checks, given, Watcher(), earlier)
        assert [f.code for f in after.outcome("clock").findings] == ["computer.ready", code]
        earlier = remember(given, after.outcomes, after.started)
    assert [f.code for f in earlier.first["clock"].findings] == ["computer.ready"]


def test_without_an_earlier_run_all_is_tested() -> None:
    runs: list[str] = []
    checks = {"store": counted(runs, "store"), "cloud": counted(runs, "cloud")}
    diagnose(checks, context(Wishes(again=frozenset({"store"}))), Watcher())
    assert sorted(runs) == ["cloud", "store"]


def test_what_was_not_wished_for_is_not_taken_for_tested() -> None:
    checks = {"store": counted([], "store"), "cloud": counted([], "cloud")}
    given = context(Wishes(skip=frozenset({"cloud"})))
    first = diagnose(checks, given, Watcher())
    earlier = remember(given, first.outcomes, first.started)
    after = diagnose(checks, context(Wishes(again=frozenset({"store"}))), Watcher(), earlier)
    assert after.outcome("cloud").because == "option"


def test_a_fact_that_has_served_is_its_givers() -> None:
    given = context()
    given.use_up(Card)
    giver = threading.Thread(target=given.learn, args=(Card(1),), name="server")
    giver.start()
    giver.join(PATIENCE)
    assert given.used_up() == frozenset()
    given.use_up(Card)
    assert given.used_up() == {"server"}
    assert given.given() == (("server", Card(1)),)


def test_a_check_that_is_left_out_ends_at_once_and_is_not_heard_any_more() -> None:
    stop, begun, release = Stop(), threading.Event(), threading.Event()
    late = threading.Event()

    def hangs(given: Context) -> Iterator[Finding]:
        begun.set()
        assert release.wait(PATIENCE)
        given.learn(Card(1))
        late.set()
        yield found("driver.working")

    def waits(given: Context) -> Iterator[Finding]:
        assert begun.wait(PATIENCE)
        stop.leave_out("driver")
        given.wait_for("driver")
        release.set()
        assert late.wait(PATIENCE)
        yield found("computer.ready")

    checks = {
        "driver": Check(hangs),
        "cloud": Check(waits),
        "token": counted([], "token", requires=("driver",)),
    }
    given, watcher = context(), Watcher()
    given.stop = stop
    diagnosis = diagnose(checks, given, watcher)
    assert diagnosis.outcome("driver").because == "user"
    assert diagnosis.outcome("driver").seconds > 0
    assert diagnosis.outcome("token").because == "user"
    assert diagnosis.outcome("cloud").status is Status.PASSED
    assert watcher.heard.count("finished driver skipped") == 1
    assert given.find(Card) is None
    assert diagnosis.complete

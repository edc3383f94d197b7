"""The runner: order, skipping, crashes, cancelling, afterwords."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from a3check.core import run
from a3check.core.check import Check, Context, found
from a3check.core.model import Diagnosis, Finding, Outcome, Skip
from a3check.core.profile import Portal, Profile
from a3check.core.register import Status
from a3check.core.run import diagnose, wished
from a3check.core.wishes import Wishes

if TYPE_CHECKING:
    from a3check.core.ports import Ports

PATIENCE = 10.0
"""Seconds after which a test gives up waiting; never reached."""


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass
class Watcher:
    heard: list[str] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)

    def started(self, check: str) -> None:
        self._hear(f"started {check}")

    def slow(self, check: str, seconds: float) -> None:
        assert seconds > 0
        self._hear(f"slow {check}")

    def finished(self, outcome: Outcome) -> None:
        self._hear(f"finished {outcome.check} {outcome.status}")

    def _hear(self, text: str) -> None:
        self.heard.append(text)
        self.threads.add(threading.current_thread().name)


@dataclass(frozen=True)
class Fact:
    value: int = 0


def context(wishes: Wishes | None = None) -> Context:
    ports = cast("Ports", SimpleNamespace(clock=FixedClock()))
    return Context(ports, Profile("p", Portal("https://h/")), wishes or Wishes())


def ok(code: str = "computer.ready", *, fact: bool = True) -> Check:
    def run(given: Context) -> Iterator[Finding]:
        if fact:
            given.learn(Fact())
        yield found(code)

    return Check(run)


def needing(*requires: str) -> Check:
    def run(given: Context) -> Iterator[Finding]:
        given.learn(Fact())
        yield found("computer.ready")

    return Check(run, requires=requires)


def done(checks: dict[str, Check], wishes: Wishes | None = None) -> Diagnosis:
    return diagnose(checks, context(wishes), Watcher())


def test_outcomes_keep_the_order_of_the_checks() -> None:
    release = threading.Event()

    def slow(given: Context) -> Iterator[Finding]:
        assert release.wait(PATIENCE)
        yield found("computer.ready")

    def quick(given: Context) -> Iterator[Finding]:
        release.set()
        yield found("clock.right")

    diagnosis = done({"a": Check(slow), "b": Check(quick)})
    assert [o.check for o in diagnosis.outcomes] == ["a", "b"]
    assert diagnosis.complete
    assert diagnosis.started == FixedClock().now()


def test_the_observer_hears_on_the_callers_thread() -> None:
    watcher = Watcher()
    diagnose({"a": ok()}, context(), watcher)
    assert watcher.heard == ["started a", "finished a passed"]
    assert watcher.threads == {threading.current_thread().name}


@pytest.mark.parametrize(
    ("code", "fact", "runs"),
    [
        ("token.absent", False, False),
        ("certificate.expired", True, True),
        ("computer.remote_session", False, True),
        ("clock.unverified", False, True),
        ("computer.ready", False, True),
    ],
)
def test_what_stops_a_dependent_check(code: str, *, fact: bool, runs: bool) -> None:
    diagnosis = done({"a": ok(code, fact=fact), "b": needing("a")})
    outcome = diagnosis.outcome("b")
    assert (outcome.status is Status.PASSED) is runs
    assert outcome.because == (None if runs else "a")


def test_the_root_of_a_chain_of_skips_is_named() -> None:
    checks = {"a": ok("token.absent", fact=False), "b": needing("a"), "c": needing("b")}
    assert done(checks).outcome("c").because == "a"


def test_a_crash_is_an_outcome_and_stops_what_needs_it(caplog: pytest.LogCaptureFixture) -> None:
    def broken(given: Context) -> Iterator[Finding]:
        raise ValueError("a secret word")

    diagnosis = done({"a": Check(broken), "b": needing("a")})
    assert diagnosis.outcome("a").status is Status.CRASHED
    assert diagnosis.outcome("a").crash == "ValueError"
    assert diagnosis.outcome("b").because == "a"
    assert diagnosis.crashed
    assert "check a crashed" in caplog.text


def test_a_check_that_concludes_nothing_is_a_defect() -> None:
    assert done({"a": Check(lambda _: ())}).outcome("a").status is Status.CRASHED


def test_a_check_may_skip_itself() -> None:
    outcome = done({"a": Check(lambda _: (Skip("reader"),))}).outcome("a")
    assert (outcome.status, outcome.because) == (Status.SKIPPED, "reader")


def test_findings_beside_a_skip_are_kept() -> None:
    outcome = done({"a": Check(lambda _: (found("clock.off"), Skip("x")))}).outcome("a")
    assert (outcome.status, outcome.because) == (Status.WARNING, None)


def test_after_waits_for_any_end() -> None:
    order: list[str] = []

    def first(given: Context) -> Iterator[Finding]:
        order.append("first")
        yield found("token.absent")

    def second(given: Context) -> Iterator[Finding]:
        order.append("second")
        yield found("computer.ready")

    done({"b": Check(second, after=("a",)), "a": Check(first)})
    assert order == ["first", "second"]


def test_wait_for_ends_with_the_other_check() -> None:
    seen: list[bool] = []

    def waiting(given: Context) -> Iterator[Finding]:
        given.wait_for("b")
        given.wait_for("no such check")
        seen.append("b" in given.ended())
        yield found("computer.ready")

    done({"a": Check(waiting), "b": ok()})
    assert seen == [True]


def test_only_runs_what_it_requires_too() -> None:
    checks = {"a": ok(), "b": needing("a"), "c": ok()}
    assert wished(checks, frozenset({"b"}), frozenset()) == {"a", "b"}
    diagnosis = done(checks, Wishes(only=frozenset({"b"})))
    assert diagnosis.outcome("c").because == "option"
    assert diagnosis.outcome("a").status is Status.PASSED


def test_skip_skips_what_depends_on_it() -> None:
    diagnosis = done({"a": ok(), "b": needing("a")}, Wishes(skip=frozenset({"a"})))
    assert [o.because for o in diagnosis.outcomes] == ["option", "option"]


def test_cancelling_ends_the_run_incomplete() -> None:
    given = context()
    begun, release = threading.Event(), threading.Event()

    def endless(_: Context) -> Iterator[Finding]:
        begun.set()
        release.wait(PATIENCE)
        yield found("computer.ready")

    def stopper() -> None:
        assert begun.wait(PATIENCE)
        given.stop.set()
        release.set()

    threading.Thread(target=stopper).start()
    diagnosis = diagnose({"a": Check(endless), "b": needing("a")}, given, Watcher())
    assert not diagnosis.complete
    assert diagnosis.outcome("b").because == "user"
    assert diagnosis.outcome("a").status is Status.PASSED


def test_a_crash_after_the_users_stop_is_no_defect() -> None:
    given = context()

    def broken(_: Context) -> Iterator[Finding]:
        given.stop.set()
        raise OSError

    outcome = diagnose({"a": Check(broken)}, given, Watcher()).outcome("a")
    assert (outcome.status, outcome.because) == (Status.SKIPPED, "user")


def test_a_stopped_run_waits_a_moment_for_what_is_about_to_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits, release, turns = run._Runner._wait, threading.Event(), []

    def waiting(runner: run._Runner) -> None:
        turns.append(runner.context.stop.is_set())
        if turns[-2:] == [True, True]:
            release.set()
        waits(runner)

    def ending(given: Context) -> Iterator[Finding]:
        given.stop.set()
        assert release.wait(PATIENCE)
        yield found("computer.ready")

    monkeypatch.setattr(run._Runner, "_wait", waiting)
    diagnosis = done({"a": Check(ending)})
    assert diagnosis.outcome("a").status is Status.PASSED
    assert not diagnosis.complete


def test_a_stopped_run_gives_up_a_check_that_does_not_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("a3check.core.run.GRACE", 0.0)
    given, release = context(), threading.Event()

    def endless(_: Context) -> Iterator[Finding]:
        given.stop.set()
        release.wait(PATIENCE)
        yield found("computer.ready")

    diagnosis = diagnose({"a": Check(endless)}, given, Watcher())
    release.set()
    assert diagnosis.outcome("a").because == "user"


def test_impatience_is_told_once() -> None:
    watcher, heard = Watcher(), threading.Event()

    def slow(_: Context) -> Iterator[Finding]:
        assert heard.wait(PATIENCE)
        yield found("computer.ready")

    original = watcher.slow

    def told(check: str, seconds: float) -> None:
        original(check, seconds)
        heard.set()

    watcher.slow = told  # type: ignore[method-assign] # it ends the wait
    diagnose({"a": Check(slow, patience=0.01)}, context(), watcher)
    assert watcher.heard.count("slow a") == 1


def test_an_afterword_adds_to_its_own_outcome() -> None:
    spoken = Check(
        ok().run, afterword=lambda _: (found("driver.crashed", call="C_Finalize"),), until=("b",)
    )
    watcher = Watcher()
    diagnosis = diagnose({"a": spoken, "b": ok()}, context(), watcher)
    assert [f.code for f in diagnosis.outcome("a").findings] == [
        "computer.ready",
        "driver.crashed",
    ]
    assert "finished a failed" in watcher.heard


def test_an_afterword_may_have_nothing_to_say_or_crash(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(_: Context) -> Iterator[Finding]:
        raise ValueError

    silent = Check(ok().run, afterword=lambda _: (), until=())
    crashing = Check(ok().run, afterword=broken, until=())
    diagnosis = done({"a": silent, "b": crashing})
    assert diagnosis.outcome("a").status is Status.PASSED
    assert diagnosis.outcome("b").status is Status.CRASHED
    assert caplog.records


@pytest.mark.parametrize("skip", ["user", "last"])
def test_an_afterword_waits_for_all_that_it_names_whichever_is_left_out(skip: str) -> None:
    """Whichever check of `until` was left out: nobody's driver is ended under their hands."""
    events: list[str] = []

    def release(_: Context) -> Iterator[Finding]:
        events.append("release")
        yield from ()

    def use(_: Context) -> Iterator[Finding]:
        events.append("used")
        yield found("computer.ready")

    checks = {
        "driver": Check(ok().run, afterword=release, until=("user", "also", "last")),
        "between": Check(ok().run, requires=("driver",)),
        "user": Check(use, requires=("between",)),
        "also": Check(use, requires=("between",)),
        "last": Check(ok().run, requires=("user",)),
    }
    done(checks, Wishes(skip=frozenset({skip})))
    assert events.count("used") == (1 if skip == "user" else 2)
    assert events[-1] == "release"
    assert events.count("release") == 1


def test_a_check_that_never_ran_has_no_afterword() -> None:
    check = Check(ok().run, afterword=lambda _: (found("clock.off"),), until=())
    assert done({"a": check}, Wishes(skip=frozenset({"a"}))).outcome("a").findings == ()


def test_facts_are_kept_by_type() -> None:
    given = context()
    given.learn(Fact(7))
    assert given.recall(Fact).value == 7
    assert given.find(int) is None
    with pytest.raises(LookupError):
        given.recall(cast("type[Fact]", str))

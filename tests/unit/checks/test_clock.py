from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.unit.checks.world import World, fact, said
from tests.unit.pki.maker import NOW

from a3check.checks import clock
from a3check.checks.clock import (
    Lifetime,
    TrustedClock,
    agreed,
    built,
    judge,
    judge_by,
    with_service,
)
from a3check.core.computer import TimeService
from a3check.core.internet import TimeSample
from a3check.core.wishes import Wishes

DAY, YEAR = 24 * 3600.0, 365 * 24 * 3600.0


def samples(*offsets: float | None) -> tuple[TimeSample, ...]:
    return tuple(TimeSample(f"https://{i}.test/", offset) for i, offset in enumerate(offsets))


@pytest.mark.parametrize(
    ("offsets", "result"),
    [
        ((), None),
        ((None,), None),
        ((None, None), None),
        ((YEAR,), YEAR),
        ((1.0, 2.0), 1.0),
        ((2.0, 1.0), 1.0),
        ((60.0, 0.0), 0.0),
        ((60.5, 0.0), None),
        ((YEAR, YEAR + 60), YEAR),
        ((0.0, YEAR), None),
        ((-YEAR, 0.0, 30.0), 0.0),
        ((None, 300.0), 300.0),
        ((None, -300.0), -300.0),
        ((None, 301.0), None),
    ],
)
def test_two_witnesses_agree(offsets: tuple[float | None, ...], result: float | None) -> None:
    assert agreed(samples(*offsets)) == result


@pytest.mark.parametrize(
    ("offset", "code"),
    [
        (0.0, "clock.right"),
        (300.0, "clock.right"),
        (-300.0, "clock.right"),
        (301.0, "clock.off"),
        (-301.0, "clock.off"),
        (DAY - 1, "clock.off"),
        (DAY, "clock.wrong"),
        (-DAY, "clock.wrong"),
        (YEAR, "clock.wrong"),
        (None, "clock.unverified"),
    ],
)
def test_how_far_a_clock_is_off(offset: float | None, code: str) -> None:
    assert said(judge(NOW, offset, "America/Manaus", brazilian=True)) == (code,)


def test_a_right_clock_says_by_how_much() -> None:
    (found,) = judge(NOW, 12.34, "America/Manaus", brazilian=True)
    assert fact(found, "trusted_time", "seconds") == (NOW + timedelta(seconds=12.34), 12.3)


def test_a_wrong_clock_says_both_times_and_the_difference() -> None:
    (found,) = judge(NOW, -2 * DAY - 90, "America/Manaus", brazilian=True)
    assert fact(found, "computer_time", "trusted_time", "days", "minutes") == (
        NOW,
        NOW - timedelta(days=2, seconds=90),
        2,
        2 * 1440 + 2,
    )
    (found,) = judge(NOW, 420.0, "America/Manaus", brazilian=True)
    assert fact(found, "minutes", "days") == (7, None)


def test_a_zone_that_is_not_brazilian() -> None:
    right = judge(NOW, 0.0, "Europe/Berlin", brazilian=False)
    assert said(right) == ("clock.right", "clock.wrong_zone")
    assert fact(right[1], "zone") == ("Europe/Berlin",)
    assert said(judge(NOW, YEAR, "Europe/Berlin", brazilian=False)) == ("clock.wrong",)


def test_a_clock_before_this_program_was_made() -> None:
    early = built() - timedelta(seconds=1)
    (found,) = judge(early, None, "America/Manaus", brazilian=True)
    assert said(found) == ("clock.wrong",)
    assert fact(found, "computer_time", "trusted_time", "source") == (early, built(), "build")
    assert said(judge(built(), None, "z", brazilian=True)) == ("clock.unverified",)


@pytest.mark.parametrize(("asked", "reason"), [(True, None), (False, "option")])
def test_an_unverified_clock_says_whether_anybody_was_asked(
    asked: bool, reason: str | None
) -> None:
    (found,) = judge(NOW, None, "z", brazilian=True, asked=asked)
    assert fact(found, "computer_time", "reason") == (NOW, reason)
    assert fact(judge(NOW, None, "z", brazilian=True)[0], "reason") == (None,)


def test_the_trusted_clock() -> None:
    assert TrustedClock(None).judged_by == "computer"
    assert TrustedClock(0.0).judged_by == "trusted"
    assert TrustedClock(60.0).moment(NOW) == NOW + timedelta(minutes=1)
    assert TrustedClock(None).moment(NOW) == NOW
    assert TrustedClock(None).moment(datetime(2009, 1, 1, tzinfo=UTC)) == built()
    assert built().date().isoformat() == "2026-11-01"


LIFE = Lifetime(NOW - timedelta(hours=2), NOW + timedelta(hours=2))


@pytest.mark.parametrize(
    ("offset", "code"),
    [
        (7199.0, ()),
        (7200.0, ()),
        (7201.0, ("clock.wrong",)),
        (-7200.0, ()),
        (-7201.0, ("clock.wrong",)),
        (DAY, ()),
        (-DAY, ()),
    ],
)
def test_a_certificate_inside_its_dates_by_one_clock_only(
    offset: float, code: tuple[str, ...]
) -> None:
    assert said(judge_by(LIFE, NOW, offset)) == code


def test_the_clocks_that_disagree_are_named() -> None:
    (found,) = judge_by(LIFE, NOW, 3 * 3600.0)
    assert fact(found, "trusted_time") == (NOW + timedelta(hours=3),)
    assert said(judge_by(LIFE, NOW + timedelta(hours=3), -3 * 3600.0)) == ("clock.wrong",)


def test_run_learns_the_trusted_time() -> None:
    world = World()
    world.network.offsets = {"https://hora.test/": 400.0, "https://data.test/": 401.0}
    assert said(world.run(clock.CHECK)) == ("clock.off",)
    assert world.context.recall(TrustedClock) == TrustedClock(400.0)


def test_without_the_network_nobody_is_asked() -> None:
    world = World(Wishes(network=False))
    (unverified,) = world.run(clock.CHECK)
    assert fact(unverified, "reason") == ("option",)
    assert world.network.asked == []
    assert world.context.recall(TrustedClock) == TrustedClock(None)


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ((), ()),
        ((LIFE,), ()),
        ((TrustedClock(8000.0),), ()),
        ((LIFE, TrustedClock(None)), ()),
        ((LIFE, TrustedClock(0.0)), ()),
        ((LIFE, TrustedClock(8000.0)), ("clock.wrong",)),
    ],
)
def test_the_afterword(facts: tuple[object, ...], codes: tuple[str, ...]) -> None:
    world = World().learn(*facts)
    assert clock.CHECK.afterword is not None
    assert said(clock.CHECK.afterword(world.context)) == codes


def test_a_moment_that_was_named_is_taken_as_it_is() -> None:
    early = built() - timedelta(days=9000)
    named = TrustedClock(5.0, given=early)
    assert named.moment(NOW) == early
    assert named.judged_by == "option"


@pytest.mark.parametrize("service", [TimeService.DISABLED, TimeService.NO_SOURCE])
def test_a_clock_that_nothing_sets(service: TimeService) -> None:
    world = World()
    world.system.described = replace(world.system.described, time_service=service)
    world.network.offsets = {"https://hora.test/": 400.0, "https://data.test/": 401.0}
    (off,) = world.run(clock.CHECK)
    assert fact(off, "reason") == (str(service),)
    world.learn(LIFE, TrustedClock(8000.0))
    assert clock.CHECK.afterword is not None
    (wrong,) = clock.CHECK.afterword(world.context)
    assert fact(wrong, "reason") == (str(service),)


def test_the_service_is_named_beside_a_clock_that_differs_alone() -> None:
    for moment, offset in ((NOW, 0.0), (built() - timedelta(days=3), None)):
        judged = judge(moment, offset, "America/Manaus", brazilian=True)
        assert with_service(judged, TimeService.DISABLED) == judged
    off = judge(NOW, 400.0, "America/Manaus", brazilian=True)
    assert with_service(off, TimeService.ON) == off

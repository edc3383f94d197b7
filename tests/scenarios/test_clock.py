"""The clock, broken two ways: servers that tell another time, and a computer that lives in it."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pytest
from tests.lab import wizard
from tests.lab.endpoints import Refused
from tests.lab.web import TimeServer
from tests.scenarios.parts import new_token
from tests.scenarios.portals import enter

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.holder import Overrides
    from tests.lab.laboratory import Laboratory
    from tests.lab.softhsm import SoftHsm
    from tests.scenarios.table import Table

HOSTS: Final = ("localhost", "127.0.0.1")
HOURS: Final = 3


def at(moment: str) -> tuple[str, ...]:
    """Have the whole program, its probes too, live at this moment (absolute, or +7m)."""
    return ("faketime", "-f", moment)


def test_a_clock_that_is_right(lab: Laboratory, home: Path, table: Table) -> None:
    run = enter(lab, home, lab.profile())
    finding = table.beside(run, "clock.right", "computer and both time servers agree")
    assert abs(finding["evidence"]["seconds"]) <= 2


@pytest.mark.parametrize(
    ("offsets", "code", "cause", "part"),
    [
        ((7 / 60, 7 / 60), "clock.off", None, "both time servers 7 minutes ahead"),
        ((48, 48), "clock.wrong", "clock.wrong", "both time servers two days ahead"),
        ((0, 48), "clock.unverified", None, "two time servers that disagree"),
    ],
)
def test_servers_that_tell_another_time(
    offsets: tuple[float, float],
    code: str,
    cause: str | None,
    part: str,
    lab: Laboratory,
    home: Path,
    table: Table,
) -> None:
    with ExitStack() as stack:
        servers = [
            stack.enter_context(TimeServer(lab.pki, timedelta(hours=hours), host=host))
            for host, hours in zip(HOSTS, offsets, strict=True)
        ]
        profile = lab.profile(network={"time_urls": [server.url for server in servers]})
        run = enter(lab, home, profile)
    if cause is None:
        table.beside(run, code, part)
    else:
        table.cause(run, code, part)


def test_no_time_to_be_had(lab: Laboratory, home: Path, table: Table) -> None:
    with Refused() as shut:
        run = enter(lab, home, lab.profile(network={"time_urls": [f"https://{shut.address}/"]}))
    table.beside(run, "clock.unverified", "the time server refuses the connection")


@pytest.mark.parametrize(
    ("moment", "days"),
    [("2009-06-01 12:00:00", 5000), ("2040-06-01 12:00:00", 4000)],
)
def test_a_computer_years_off(
    moment: str, days: int, lab: Laboratory, home: Path, table: Table
) -> None:
    run = enter(lab, home, lab.profile(), before=at(moment))
    finding = table.cause(run, "clock.wrong", f"computer's clock at {moment[:4]} (faketime)")
    assert finding["evidence"]["days"] >= days
    # The trusted time judges: nothing else may be found wrong by the wrong clock.
    assert not [c for c in run.verdict["also"] if c.split(".")[0] in {"certificate", "chain"}]
    assert run.codes("server") == ["server.trusted"]
    assert run.codes("login") == ["login.accepted"]


def test_a_dead_battery_and_no_time_to_be_had(lab: Laboratory, home: Path, table: Table) -> None:
    with Refused() as shut:
        profile = lab.profile(network={"time_urls": [f"https://{shut.address}/"]})
        run = enter(lab, home, profile, before=at("2009-06-01 12:00:00"))
    table.cause(run, "clock.wrong", "computer's clock at 2009 (faketime), no time server")


def test_a_clock_decades_ahead_and_no_time_to_be_had(
    lab: Laboratory, home: Path, table: Table
) -> None:
    with Refused() as shut:
        profile = lab.profile(network={"time_urls": [f"https://{shut.address}/"]})
        run = enter(lab, home, profile, before=at("2040-06-01 12:00:00"))
    # Nobody can tell this clock from a right one: the catalogue judges by it, and says so.
    finding = table.cause(run, "certificate.expired", "clock at 2040 (faketime), no time server")
    assert finding["evidence"]["judged_by"] == "computer"
    assert "clock.unverified" in run.verdict["also"]


@pytest.mark.parametrize(
    ("clock", "dates", "code", "part"),
    [
        (
            f"+{HOURS}h",
            {"ends": timedelta(hours=HOURS - 1)},
            "clock.wrong",
            "clock 3 h ahead: past the end of a certificate that is still valid",
        ),
        (
            f"-{HOURS}h",
            {"begins": -timedelta(hours=HOURS - 1)},
            "clock.wrong",
            "clock 3 h behind: before the beginning of a certificate that is valid already",
        ),
        (
            f"-{HOURS}h",
            {"ends": -timedelta(hours=HOURS - 1)},
            "certificate.expired",
            "certificate expired 2 h ago, by a clock 3 h behind still valid",
        ),
    ],
)
def test_a_certificate_between_two_clocks(
    clock: str,
    dates: Overrides,
    code: str,
    part: str,
    lab: Laboratory,
    home: Path,
    hsm: SoftHsm,
    table: Table,
) -> None:
    token = new_token(hsm, lab.pki.leaf(**dates))
    run = wizard.run(lab.profile(), home, hsm.environment, pin=token.pin, before=at(clock))
    table.cause(run, code, part)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
def test_a_foreign_time_zone(zone: str, lab: Laboratory, home: Path, table: Table) -> None:
    run = enter(lab, home, lab.profile(), extra={"TZ": zone})
    finding = table.beside(run, "clock.wrong_zone", f"time zone {zone}")
    assert finding["evidence"]["zone"] == zone

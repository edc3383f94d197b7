"""The clock, broken two ways: servers that tell another time, and a computer that lives in it."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pytest
from tests.lab import wizard
from tests.lab.endpoints import Refused, Silent
from tests.lab.server_pki import ServerFault
from tests.lab.web import TimeServer
from tests.scenarios.parts import at, new_token, untouched
from tests.scenarios.portals import SHORT, enter, way

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.holder import Overrides
    from tests.lab.laboratory import Laboratory
    from tests.lab.softhsm import SoftHsm
    from tests.lab.wizard import Run
    from tests.scenarios.table import Table

HOSTS: Final = ("localhost", "127.0.0.1")
HOURS: Final = 3


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


def test_nobody_is_asked_without_the_network(lab: Laboratory, home: Path, table: Table) -> None:
    run = enter(lab, home, lab.profile(), "--sem-rede")
    part = "--sem-rede: no time server is asked"
    finding = table.beside(run, "clock.unverified", part, cause="clock.unverified")
    assert finding["evidence"]["reason"] == "option"


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("ontem", "time servers whose Date is none"),
        ("Sun, 22 Nov 99999999999999999999 12:00:00 GMT", "time servers with an absurd Date"),
    ],
)
def test_a_date_that_is_none(
    words: str, part: str, lab: Laboratory, home: Path, table: Table
) -> None:
    with ExitStack() as stack:
        servers = [stack.enter_context(TimeServer(lab.pki, host=host)) for host in HOSTS]
        for server in servers:
            server.date = words
        profile = lab.profile(network={"time_urls": [server.url for server in servers]})
        run = enter(lab, home, profile)
    table.beside(run, "clock.unverified", part)


def test_a_foreign_authority_tells_no_time(lab: Laboratory, home: Path, table: Table) -> None:
    two_days = timedelta(days=2)
    foreign = ServerFault.UNTRUSTED
    with ExitStack() as stack:
        servers = [
            stack.enter_context(
                TimeServer(lab.pki, two_days, server_certificate=foreign, host=host)
            )
            for host in HOSTS
        ]
        profile = lab.profile(network={"time_urls": [server.url for server in servers]})
        run = enter(lab, home, profile)
        assert not any(server.requests for server in servers), "nothing is said to a stranger"
    table.beside(run, "clock.unverified", "time servers that a foreign CA vouches for")


YEARS_OFF: Final = [("2009-06-01 12:00:00", 5000), ("2040-06-01 12:00:00", 4000)]


def failed(run: Run) -> set[str]:
    """Return the codes of all findings that failed."""
    found = (finding for check in run.report["checks"] for finding in check["findings"])
    return {finding["code"] for finding in found if finding["status"] == "failed"}


@pytest.mark.parametrize(("moment", "days"), YEARS_OFF)
def test_a_computer_years_off(
    moment: str, days: int, lab: Laboratory, home: Path, table: Table
) -> None:
    run = enter(lab, home, lab.profile(), before=at(moment))
    finding = table.cause(run, "clock.wrong", f"computer's clock at {moment[:4]} (faketime)")
    assert finding["evidence"]["days"] >= days
    # The trusted time judges: nothing else may be found wrong by the wrong clock.
    assert failed(run) == {"clock.wrong"}
    assert run.codes("server") == ["server.trusted"]
    assert run.codes("revocation") == ["revocation.good"]
    assert run.codes("login") == ["login.accepted"]


@pytest.mark.parametrize(("moment", "days"), YEARS_OFF)
def test_a_computer_years_off_without_a_pin(
    moment: str, days: int, lab: Laboratory, home: Path, table: Table
) -> None:
    run = wizard.run(lab.profile(), home, lab.environment, before=at(moment))
    finding = table.cause(run, "clock.wrong", f"clock at {moment[:4]} (faketime), --sem-pin")
    assert finding["evidence"]["days"] >= days
    assert failed(run) == {"clock.wrong"}
    assert untouched(lab.token)


@pytest.mark.parametrize("moment", [moment for moment, _ in YEARS_OFF])
def test_deadlines_pass_by_a_clock_that_nobody_sets(
    moment: str, lab: Laboratory, home: Path, table: Table
) -> None:
    with Silent() as server:
        start = f"https://{server.address}/tarefas"
        run = enter(lab, home, way(lab, start, limits=SHORT), before=at(moment))
    table.cause(run, "clock.wrong", f"clock at {moment[:4]} (faketime), portal that is silent")
    assert run.finding("server.tls_failed")["evidence"]["reason"] == "timeout"
    assert run.report["seconds"] < wizard.DEADLINE
    assert not run.codes("pin"), "no PIN is spent where no login is possible"


def test_a_certificate_that_expired_before_a_clock_that_is_years_behind(
    lab: Laboratory, home: Path, hsm: SoftHsm, table: Table
) -> None:
    token = new_token(hsm, lab.pki.leaf(ends=-timedelta(days=2)))
    back = at("2009-06-01 12:00:00")
    run = wizard.run(lab.profile(), home, hsm.environment, pin=token.pin, before=back)
    finding = table.cause(run, "certificate.expired", "expired 2 days ago, clock at 2009")
    assert finding["evidence"]["judged_by"] == "trusted"
    assert "clock.wrong" in run.verdict["also"]
    assert untouched(token)


def test_a_dead_battery_and_no_time_to_be_had(lab: Laboratory, home: Path, table: Table) -> None:
    with Refused() as shut:
        profile = lab.profile(network={"time_urls": [f"https://{shut.address}/"]})
        run = enter(lab, home, profile, before=at("2009-06-01 12:00:00"))
    table.cause(run, "clock.wrong", "computer's clock at 2009 (faketime), no time server")
    expired = run.finding("server.expired")
    assert (expired["status"], expired["evidence"]["source"]) == ("warning", "computer")
    assert failed(run) == {"clock.wrong"}
    assert not run.codes("pin"), "no PIN is spent where no login is possible"


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

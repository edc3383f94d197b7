"""Faults of a town's network, made of real packets: which code, and how soon?

The desk and the internet are two network namespaces with a line between them (`tests.lab.town`).
Each row of `FAULTS` names what is broken, the code that must come of it, and the table at the end
of the tests says how long it took: never longer than its deadline and one second.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest
from tests.lab import wizard
from tests.lab.endpoints import Resetting, Silent
from tests.lab.line import PORT_UNREACHABLE, PROHIBITED
from tests.lab.portal import Login, Portal
from tests.lab.resolver import Mood
from tests.lab.root import NO_NETWORK, needs_own_network
from tests.lab.town import OTHER, WORLD, WORLD6, Town, needs_town

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.lab.laboratory import Laboratory
    from tests.lab.profile import Value
    from tests.scenarios.table import Table

NAME: Final = "portal.laboratorio.invalid"
CAS: Final = "cas.laboratorio.invalid"
CLOCK: Final = "hora.laboratorio.invalid"
CONNECT: Final = 2.0
"""Seconds: the profile's deadline for a connection, a name's look-up included."""
PATIENT: Final = 10.0
"""The same where the connection comes about in the end: a lost packet costs a second or more."""
GRACE: Final = 1.0
"""Seconds beyond its deadline that a check may take; a loaded machine needs some."""
BROKEN_IPV6: Final = 1.5
"""Seconds that an IPv6 which leads nowhere may cost: one head start of 0.25 s (RFC 8305), and what
a loaded machine adds; the deadline would be 10."""
SLOW: Final = 0.3
"""Seconds one way: a round trip of 600 ms, as over a satellite."""
PROXY: Final = 3


@dataclass
class Streets:
    """The town with the laboratory's portal and clock in the world beyond it."""

    town: Town
    lab: Laboratory
    portal: Portal

    @property
    def ports(self) -> tuple[int, int]:
        """The portal's port where a user begins, and that of its login (another name)."""
        return self.portal.port, self.portal.login_port

    def mend(self) -> None:
        """Make all of it healthy."""
        self.town.faults.clear()
        self.town.resolver.moods.clear()
        self.town.resolver.names |= {NAME: (WORLD,), CAS: (WORLD,), CLOCK: (WORLD,)}

    def profile(self, **tables: Any) -> Path:  # noqa: ANN401 - lab.profile's tables
        """Return a profile that begins at the town's portal."""
        port, login = self.ports
        known: dict[str, Value] = {
            "start": f"https://{NAME}:{port}/tarefas",
            "certificate_urls": [],
            "needed": [f"{NAME}:{port}", f"{CAS}:{login}"],
            "maybe": [],
        }
        network = {
            "time_urls": [f"https://{CLOCK}:{self.lab.times[0].port}/"],
            "allow_private": False,
            **tables.pop("network", {}),
        }
        limits = {"connect": CONNECT, "handshake": 10.0, **tables.pop("limits", {})}
        return self.lab.profile(
            portal={**known, **tables.pop("portal", {})}, network=network, limits=limits
        )


@pytest.fixture(scope="module")
def streets(lab: Laboratory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Streets]:
    """Build the town once; each test breaks a part and the next one finds it mended."""
    folder = tmp_path_factory.mktemp("town")
    with ExitStack() as stack:
        portal = Portal(folder / "portal", lab.pki, login=Login.REDIRECT, host=NAME)
        stack.enter_context(portal)
        town = stack.enter_context(Town(folder / "town"))
        for port in (portal.port, portal.login_port, lab.times[0].port):
            stack.enter_context(town.relay(port))
        yield Streets(town, lab, portal)


def dropped(*which: int) -> Callable[[Streets], None]:
    return lambda s: s.town.faults.dropped.update(s.ports[i] for i in which)


def rejected(code: int, *which: int) -> Callable[[Streets], None]:
    return lambda s: s.town.faults.rejected.update({s.ports[i]: code for i in which})


def named(mood: Mood, *names: str) -> Callable[[Streets], None]:
    return lambda s: s.town.resolver.moods.update(dict.fromkeys(names, mood))


def line(**faults: float) -> Callable[[Streets], None]:
    def change(streets: Streets) -> None:
        for name, value in faults.items():
            setattr(streets.town.faults, name, value)

    return change


def broken_ipv6(streets: Streets) -> None:
    streets.town.faults.no_v6 = True
    streets.town.resolver.names |= dict.fromkeys((NAME, CAS, CLOCK), (WORLD6, WORLD))


ALL = ""

FAULTS: Final[dict[str, tuple[Callable[[Streets], None], str, str | None]]] = {
    "nothing is broken": (line(), "network.reachable", None),
    "600 ms there and back": (line(delay=SLOW), "network.reachable", None),
    "5 % of the packets are lost": (line(loss=0.05), "network.reachable", None),
    "IPv6 leads nowhere, IPv4 works": (broken_ipv6, "network.reachable", None),
    "the line is cut": (line(cut=True), "network.offline", "no_names"),
    "the portal's ports are dropped": (dropped(0, 1), "network.portal_unreachable", None),
    "the login's port is dropped": (dropped(1), "network.portal_unreachable", None),
    "the portal's ports are prohibited": (
        rejected(PROHIBITED, 0, 1),
        "network.portal_unreachable",
        None,
    ),
    "the portal's ports are refused": (
        rejected(PORT_UNREACHABLE, 0, 1),
        "network.portal_down",
        None,
    ),
    "the DNS server is silent": (named(Mood.SILENT, ALL), "network.offline", "no_names"),
    "the DNS server always fails": (named(Mood.FAILING, ALL), "network.offline", "no_names"),
    "the DNS server knows no name": (
        named(Mood.NOT_FOUND, ALL),
        "network.dns_failed",
        "no_names",
    ),
    "the DNS server is silent on the portal": (
        named(Mood.SILENT, NAME, CAS),
        "network.dns_failed",
        "no_answer",
    ),
    "the DNS server fails on the portal": (
        named(Mood.FAILING, NAME, CAS),
        "network.dns_failed",
        "server_failed",
    ),
    "the DNS server says that there is no portal": (
        named(Mood.NOT_FOUND, NAME, CAS),
        "network.dns_failed",
        "not_found",
    ),
    "the DNS server lies about the portal": (
        named(Mood.LYING, NAME),
        "network.dns_poisoned",
        None,
    ),
}
"""What is broken: how, the code that it must give, and the reason in its evidence."""


def at_desk(streets: Streets, home: Path, profile: Path, **more: Any) -> wizard.Run:  # noqa: ANN401
    """Run the network's check alone, at the desk."""
    asked = {"before": streets.town.before, **more}
    return wizard.run(profile, home, asked.pop("extra", None), "--so", "network", **asked)


def judged(run: wizard.Run, code: str, part: str, table: Table, deadline: float) -> dict[str, Any]:
    """See that the code came in time, and add it to the table with the time that it took."""
    seconds = run.check("network")["seconds"]
    assert seconds <= deadline + GRACE, f"{part}: {seconds} s of {deadline} s"
    timed = f"{part}: {seconds:.2f} s of {deadline:.1f} s"
    if code == "network.reachable":
        assert run.codes("network") == [code], run.errors
        return table.alone(run, code, timed)
    return table.cause(run, code, timed)


@needs_town
@pytest.mark.parametrize("part", FAULTS)
def test_a_fault_of_the_network(part: str, streets: Streets, home: Path, table: Table) -> None:
    fault, code, reason = FAULTS[part]
    streets.mend()
    fault(streets)
    deadline = PATIENT if code == "network.reachable" else CONNECT
    run = at_desk(streets, home, streets.profile(limits={"connect": deadline}))
    finding = judged(run, code, part, table, deadline)
    assert finding["evidence"].get("reason") == reason
    if part.startswith("IPv6"):
        costs = [float(row.split()[-2]) for row in finding["evidence"]["endpoints"]]
        assert min(costs) <= BROKEN_IPV6, costs
        assert all(WORLD in row for row in finding["evidence"]["endpoints"])


@needs_town
@pytest.mark.parametrize(
    ("part", "fault", "how"),
    [
        ("one port of the portal is dropped", dropped(1), "no_answer"),
        ("one port of the portal is refused", rejected(PORT_UNREACHABLE, 1), "refused"),
        ("one port of the portal is prohibited", rejected(PROHIBITED, 1), "unreachable"),
    ],
)
def test_one_port_is_shut(
    part: str,
    fault: Callable[[Streets], None],
    how: str,
    streets: Streets,
    home: Path,
    table: Table,
) -> None:
    streets.mend()
    fault(streets)
    port, login = streets.ports
    known = streets.profile(portal={"needed": [f"{NAME}:{port}", f"{NAME}:{login}"]})
    run = at_desk(streets, home, known)
    finding = judged(run, "network.port_blocked", part, table, CONNECT)
    assert finding["evidence"] == {"host": NAME, "port": login, "how": how}


@needs_own_network
def test_no_interface_is_up(lab: Laboratory, home: Path, table: Table) -> None:
    known = lab.profile(
        portal={"start": f"https://{NAME}/tarefas", "needed": [], "certificate_urls": []},
        network={"time_urls": [f"https://{CLOCK}/"]},
        limits={"connect": CONNECT},
    )
    run = wizard.run(known, home, None, "--so", "network", before=NO_NETWORK)
    finding = judged(run, "network.offline", "no interface is up", table, CONNECT)
    assert "reason" not in finding["evidence"]


@needs_town
@pytest.mark.parametrize(
    ("part", "make", "code"),
    [
        ("the proxy is dropped", None, "network.proxy_unreachable"),
        ("the proxy accepts and is silent", Silent, "network.proxy_unreachable"),
        ("the proxy resets every connection", Resetting, "network.proxy_unreachable"),
    ],
)
def test_a_proxy_that_is_away(
    part: str,
    make: type[Silent | Resetting] | None,
    code: str,
    streets: Streets,
    home: Path,
    table: Table,
) -> None:
    streets.mend()
    with streets.town.part(make or Silent) as proxy:
        address = proxy.address
        if make is None:
            streets.town.faults.dropped.add(proxy.port)
        known = streets.profile(network={"proxy": f"http://{proxy.address}"})
        run = at_desk(streets, home, known)
    finding = judged(run, code, part, table, PROXY * CONNECT)
    port, login = streets.ports
    assert finding["evidence"]["proxy"] == address
    assert address.startswith(OTHER)
    assert finding["evidence"]["direct"] == [f"{NAME}:{port}", f"{CAS}:{login}"]
    assert any(f"{NAME}:{port}" in step for step in run.verdict["steps"])


@needs_town
def test_a_setting_that_is_not_followed_proves_nothing(
    streets: Streets, home: Path, table: Table
) -> None:
    """The desk leaves by SOCKS; the direct way is shut, and that is nobody's fault."""
    streets.mend()
    dropped(0, 1)(streets)
    extra = {"https_proxy": "socks5://proxy.laboratorio.invalid:1080", "no_proxy": ""}
    known = streets.profile(network={"proxy": "system"})
    run = at_desk(streets, home, known, extra=extra)
    part = "a SOCKS proxy is set, the direct way is dropped"
    finding = judged(run, "network.proxy_not_followed", part, table, CONNECT)
    assert finding["evidence"]["reason"] == "socks"
    whole = wizard.run(known, home, extra, "--so", "server", before=streets.town.before)
    assert whole.codes("server") == []
    assert whole.check("server")["because"] == "network"


@needs_town
@pytest.mark.parametrize("faults", [{"delay": SLOW}, {"loss": 0.05}])
def test_the_whole_way_over_a_bad_line(
    faults: dict[str, float], streets: Streets, home: Path, table: Table
) -> None:
    streets.mend()
    line(**faults)(streets)
    lab, town, portal = streets.lab, streets.town, streets.portal
    known = streets.profile(
        portal={"needed": list(portal.addresses)},
        network={"allow_private": True, "time_urls": [server.url for server in lab.times]},
        limits={"connect": PATIENT, "handshake": 30.0},
    )
    ports = (lab.crls.port, *(server.port for server in lab.times))
    with ExitStack() as stack:
        for port in ports:
            stack.enter_context(town.at_desk(port))
        run = wizard.run(known, home, lab.environment, pin=lab.pin, before=town.before)
    assert "login.accepted" in run.codes(), (run.codes(), run.errors)
    (name, value) = next(iter(faults.items()))
    seconds = run.check("login")["seconds"]
    table.beside(run, "login.accepted", f"the whole way, {name} {value}: {seconds:.1f} s")

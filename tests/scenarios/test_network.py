"""The network, broken part by part: cable, proxy, names, ports, portal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from tests.lab.daemon import HOST
from tests.lab.endpoints import Dropping, Refused
from tests.lab.nginx import Page
from tests.lab.portal import Login, Portal, Verify
from tests.lab.proxy import Proxy, ProxyMood
from tests.lab.root import NO_NETWORK, needs_own_network
from tests.lab.server_pki import ServerFault
from tests.scenarios.portals import SHORT, enter, to, way

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.laboratory import Laboratory
    from tests.scenarios.table import Table

NAME: Final = "portal.laboratorio.invalid"
"""Stands in the server's certificate; no DNS knows it."""


def test_everything_reachable(lab: Laboratory, home: Path, table: Table) -> None:
    run = enter(lab, home, lab.profile())
    finding = table.beside(run, "network.reachable", "portal and time servers up")
    assert [row.split()[1] for row in finding["evidence"]["endpoints"]] == ["connected"]


def test_through_a_proxy_that_alone_knows_the_names(
    lab: Laboratory, home: Path, table: Table
) -> None:
    names = {NAME: "127.0.0.1"}
    with Proxy(names=names) as proxy:
        start = f"https://{NAME}:{lab.portal.port}/tarefas"
        run = enter(lab, home, way(lab, start, network={"proxy": proxy.url}))
    table.beside(run, "network.reachable", "proxy that works, and a DNS that knows nothing")
    assert f"{NAME}:{lab.portal.port}" in proxy.tunnels


@needs_own_network
def test_no_network_at_all(lab: Laboratory, home: Path, table: Table) -> None:
    run = enter(lab, home, lab.profile(), before=NO_NETWORK)
    table.cause(run, "network.offline", "no network interface is up (unshare --net)")
    assert not run.codes("pin"), "no PIN is spent where no login is possible"


@pytest.mark.parametrize(
    ("mood", "code", "status"),
    [
        (ProxyMood.DEAD, "network.proxy_unreachable", None),
        (ProxyMood.FORBIDDEN, "network.proxy_denied", 403),
        (ProxyMood.CREDENTIALS, "network.proxy_denied", 407),
    ],
)
def test_a_proxy_in_the_way(
    mood: ProxyMood, code: str, status: int | None, lab: Laboratory, home: Path, table: Table
) -> None:
    with Proxy(mood) as proxy:
        profile = lab.profile(network={"proxy": proxy.url}, limits={**SHORT, "fetch": 2.0})
        run = enter(lab, home, profile)
        finding = table.cause(run, code, f"proxy: {mood.value}")
        assert finding["evidence"].get("http_status") == status
        assert str(proxy.port) in finding["evidence"]["proxy"]


@pytest.mark.parametrize("named", ["needed", "maybe", "sent there"])
def test_a_proxy_that_lets_one_port_through(
    named: str, lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    with Portal(tmp_path / "portal", lab.pki, login=Login.REDIRECT) as portal:
        times = [server.port for server in lab.times]
        open_ports = {portal.port, *times} if named == "sent there" else {lab.portal.port, *times}
        start = portal.url() if named == "sent there" else lab.portal.url()
        other = f"localhost:{portal.login_port}"
        ports: dict[str, list[str]] = {"needed": [other]} if named == "needed" else {}
        ports |= {"maybe": [other]} if named != "needed" else {}
        with Proxy(only=open_ports) as proxy:
            known = way(lab, start, network={"proxy": proxy.url}, **ports)
            run = enter(lab, home, known)
    part = f"proxy that tunnels to one port alone; the other: {named}"
    if named == "sent there":
        table.cause(run, "network.proxy_denied", part)
    else:
        table.beside(run, "network.proxy_denied", part)


def test_a_proxy_that_is_off(lab: Laboratory, home: Path, table: Table) -> None:
    with Refused() as shut:
        run = enter(lab, home, lab.profile(network={"proxy": f"http://{shut.address}"}))
    table.cause(run, "network.proxy_unreachable", "nobody listens on the proxy's port")


def test_the_proxy_of_the_environment(lab: Laboratory, home: Path, table: Table) -> None:
    with Refused() as shut:
        extra = {"https_proxy": f"http://{shut.address}", "no_proxy": ""}
        run = enter(lab, home, lab.profile(network={"proxy": "system"}), extra=extra)
    table.cause(run, "network.proxy_unreachable", "https_proxy leads nowhere")


def test_a_name_that_nobody_knows(lab: Laboratory, home: Path, table: Table) -> None:
    run = enter(lab, home, way(lab, f"https://{NAME}/tarefas"))
    finding = table.cause(run, "network.dns_failed", "the portal's name does not resolve")
    assert finding["evidence"]["host"] == NAME


@pytest.mark.parametrize("part", [Refused, Dropping])
def test_a_port_that_may_be_needed(
    part: type[Refused | Dropping], lab: Laboratory, home: Path, table: Table
) -> None:
    with part() as shut:
        maybe = (shut.address,)
        profile = way(
            lab, lab.portal.url(), needed=lab.portal.addresses, maybe=maybe, limits=SHORT
        )
        run = enter(lab, home, profile)
    finding = table.beside(run, "network.port_blocked", f"'maybe' port: {part.__name__}")
    assert finding["lowered"]
    assert finding["status"] == "warning"


@pytest.mark.parametrize("named", ["needed", "maybe"])
@pytest.mark.parametrize("part", [Refused, Dropping])
def test_a_port_to_which_the_walk_is_sent(
    part: type[Refused | Dropping],
    named: str,
    lab: Laboratory,
    home: Path,
    tmp_path: Path,
    table: Table,
) -> None:
    with part() as shut:
        login = Page(status=302, location=f"https://localhost:{shut.port}/cas/login")
        with Portal(
            tmp_path / "portal", lab.pki, verify=Verify.OFF, pages={"/tarefas": login}
        ) as portal:
            names = {"needed": [portal.address], "maybe": []}
            names[named].append(f"localhost:{shut.port}")
            run = enter(lab, home, way(lab, portal.url(), limits=SHORT, **names))
        what = f"{named!r} port of the login: {part.__name__}"
        finding = table.cause(run, "network.port_blocked", what)
        assert finding["evidence"]["port"] == shut.port
    assert finding["evidence"]["how"] in {"refused", "no_answer"}
    assert not run.codes("pin"), "no PIN is spent where no login is possible"


def test_a_needed_port_that_the_login_did_not_need(
    lab: Laboratory, home: Path, table: Table
) -> None:
    with Refused() as shut:
        needed = (*lab.portal.addresses, f"localhost:{shut.port}")
        run = enter(lab, home, way(lab, lab.portal.url(), needed=needed))
    table.beside(run, "network.port_blocked", "a 'needed' port that the login went without")


@pytest.mark.parametrize(
    ("part", "code"),
    [(Refused, "network.portal_down"), (Dropping, "network.portal_unreachable")],
)
def test_a_portal_that_is_away(
    part: type[Refused | Dropping], code: str, lab: Laboratory, home: Path, table: Table
) -> None:
    with part() as shut:
        # Not localhost: where that is ::1, too, the address that refuses tells more than this one.
        start = f"https://{shut.address}/tarefas"
        run = enter(lab, home, way(lab, start, limits=SHORT))
    finding = table.cause(run, code, f"the portal's only port: {part.__name__}")
    assert finding["evidence"]["hosts"] == [HOST]


@pytest.mark.parametrize(
    ("fault", "part"),
    [
        (ServerFault.SELF_SIGNED, "the portal's name leads to a blocking page on loopback"),
        (ServerFault.WRONG_NAME, "the portal's name leads to another server on loopback"),
    ],
)
def test_a_dns_that_lies(
    fault: ServerFault, part: str, lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    with Portal(tmp_path / "portal", lab.pki, server_certificate=fault) as portal:
        run = enter(lab, home, to(lab, portal, network={"allow_private": False}))
    finding = table.cause(run, "network.dns_poisoned", part)
    assert finding["evidence"] == {"host": "localhost", "address": "127.0.0.1"}
    assert not run.codes("pin"), "no PIN is spent where no login is possible"


def test_a_dns_that_leads_nowhere(lab: Laboratory, home: Path, table: Table) -> None:
    with Refused() as shut:
        start = f"https://localhost:{shut.port}/tarefas"
        run = enter(lab, home, way(lab, start, network={"allow_private": False}))
    table.cause(run, "network.dns_poisoned", "the portal's name leads to loopback: refused")

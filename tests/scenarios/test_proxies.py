"""Real proxies between the program and the portal, and servers that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.lab import wizard
from tests.lab.endpoints import Babbling, Closing, Flooding, Refused, Resetting, Silent
from tests.lab.tinyproxy import PASSWORD, Tinyproxy
from tests.scenarios.portals import SHORT, enter, way

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.endpoints import Endpoint
    from tests.lab.laboratory import Laboratory
    from tests.scenarios.table import Table

HANDSHAKE, FETCH = 2.0, 2.0
"""Seconds: the profile's deadlines for a server that never comes to an end."""


def alone(known: Path, home: Path, check: str, **extra: str) -> wizard.Run:
    """Run one check and what it requires."""
    return wizard.run(known, home, extra, "--so", check)


def through(lab: Laboratory, url: str, **tables: Any) -> Path:  # noqa: ANN401 - lab.profile's
    return lab.profile(network={"proxy": url}, **tables)


@pytest.mark.parametrize("credentials", [False, True])
def test_the_whole_way_through_tinyproxy(
    credentials: bool, lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    with Tinyproxy(tmp_path / "proxy", credentials=credentials) as proxy:
        run = enter(lab, home, through(lab, proxy.url_with_credentials))
        assert f"localhost:{lab.portal.port}" in proxy.log
    part = f"tinyproxy that {'gets its BasicAuth' if credentials else 'lets all through'}"
    table.beside(run, "login.accepted", part)
    assert PASSWORD not in run.output + run.errors
    assert not [log for log in home.rglob("*.log") if PASSWORD in log.read_text("utf-8")]


def test_a_tinyproxy_that_asks_for_credentials(
    lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    with Tinyproxy(tmp_path / "proxy", credentials=True) as proxy:
        run = alone(through(lab, proxy.url), home, "network")
    finding = table.cause(run, "network.proxy_denied", "tinyproxy without its BasicAuth: 407")
    assert finding["evidence"]["http_status"] == 407
    assert finding["evidence"]["direct"] == [f"localhost:{lab.portal.port}"]


def test_a_tinyproxy_that_lets_no_other_port_through(
    lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    with Tinyproxy(tmp_path / "proxy", ports=(443,)) as proxy:
        run = alone(through(lab, proxy.url), home, "network")
    finding = table.cause(run, "network.proxy_denied", "tinyproxy: ConnectPort 443 alone: 403")
    assert finding["evidence"]["http_status"] == 403


def test_a_tinyproxy_that_does_not_find_the_portal(
    lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    """Its 5xx is not a refusal: it got no connection itself."""
    with Refused() as shut, Tinyproxy(tmp_path / "proxy") as proxy:
        start = f"https://{shut.address}/tarefas"
        known = way(lab, start, network={"proxy": proxy.url})
        run = alone(known, home, "network")
    finding = table.cause(run, "network.portal_unreachable", "tinyproxy gets no connection: 5xx")
    (row,) = finding["evidence"]["endpoints"]
    assert " HTTP 5" in row
    assert proxy.address in row


def test_both_the_environment_s_proxy_and_its_exceptions(
    lab: Laboratory, home: Path, tmp_path: Path
) -> None:
    known = lab.profile(network={"proxy": "system"})
    with Tinyproxy(tmp_path / "proxy") as proxy:
        for exempt, used in (("", True), ("localhost,127.0.0.0/8", False)):
            run = alone(known, home, "network", https_proxy=proxy.url, no_proxy=exempt)
            (row,) = run.finding("network.reachable")["evidence"]["endpoints"]
            assert (proxy.address in row) is used


def test_gnome_s_proxy_is_used(lab: Laboratory, home: Path, tmp_path: Path) -> None:
    folder = home / ".config" / "glib-2.0" / "settings"
    folder.mkdir(parents=True)
    known = lab.profile(network={"proxy": "system"})
    gnome = {
        "XDG_CURRENT_DESKTOP": "GNOME",
        "XDG_CONFIG_HOME": str(home / ".config"),
        "GSETTINGS_BACKEND": "keyfile",
    }
    with Tinyproxy(tmp_path / "proxy") as proxy:
        (folder / "keyfile").write_text(
            "[system/proxy]\nmode='manual'\nignore-hosts=@as []\n"
            f"[system/proxy/https]\nhost='127.0.0.1'\nport={proxy.port}\n"
        )
        run = alone(known, home, "network", **gnome)
        (row,) = run.finding("network.reachable")["evidence"]["endpoints"]
        if proxy.address not in row:
            pytest.skip("no gsettings with GNOME's schemas on this system")
    (folder / "keyfile").write_text(
        "[system/proxy]\nmode='auto'\nautoconfig-url='http://proxy.invalid/p.pac'\n"
    )
    run = alone(known, home, "network", **gnome)
    assert run.codes("network") == ["network.reachable", "network.proxy_not_followed"]
    odd = run.finding("network.proxy_not_followed")
    assert (odd["status"], odd["evidence"]["reason"]) == ("warning", "pac")
    assert odd["evidence"]["setting"] == "http://proxy.invalid/p.pac"


def test_kde_s_socks_proxy_is_said(lab: Laboratory, home: Path, table: Table) -> None:
    (home / ".config").mkdir(parents=True)
    (home / ".config" / "kioslaverc").write_text(
        "[Proxy Settings]\nProxyType=1\nsocksProxy=socks://proxy.invalid 1080\n"
    )
    known = lab.profile(network={"proxy": "system"})
    extra = {"XDG_CURRENT_DESKTOP": "KDE"}
    run = enter(lab, home, known, extra=extra)
    finding = table.beside(run, "network.proxy_not_followed", "KDE's SOCKS; the direct way works")
    assert finding["lowered"]


@pytest.mark.parametrize("kind", [Resetting, Silent, Babbling, Closing, Flooding])
def test_a_server_that_is_none(
    kind: type[Endpoint], lab: Laboratory, home: Path, table: Table
) -> None:
    """TCP stands, and what answers speaks no TLS; in time, and without reading for ever."""
    with kind() as server:
        start = f"https://{server.address}/tarefas"
        known = way(lab, start, limits={**SHORT, "handshake": HANDSHAKE, "fetch": FETCH})
        run = alone(known, home, "server")
    seconds = run.check("server")["seconds"]
    limit = HANDSHAKE + FETCH
    assert seconds <= limit + 1.0
    part = f"a server: {kind.__name__}: {seconds:.2f} s of {limit:.1f} s"
    finding = table.cause(run, "server.tls_failed", part)
    assert finding["evidence"]["port"] == server_port(start)


def server_port(url: str) -> int:
    return int(url.rpartition(":")[2].partition("/")[0])

"""Somebody between this computer and the portal: a real TLS proxy, its root in the real store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

import pytest
from tests.lab import system_store
from tests.lab.interceptor import Interceptor
from tests.lab.portal import Portal
from tests.lab.proxy import Proxy
from tests.lab.root import needs_mounts
from tests.lab.stacked import Stacked
from tests.lab.web import TimeServer
from tests.scenarios.parts import untouched
from tests.scenarios.portals import enter, to

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.lab.entity import Entity
    from tests.lab.laboratory import Laboratory
    from tests.lab.wizard import Run
    from tests.scenarios.table import Table

pytestmark = [needs_mounts, system_store.needs_tool]

PORTAL: Final = "atendimento.inss.gov.br"
CONTROLS: Final = ("www.gov.br", "www.google.com")
NAMES: Final = dict.fromkeys((PORTAL, *CONTROLS), "127.0.0.1")
TOWN: Final = "Prefeitura de Exemplo - CA do Firewall"


class Town(Stacked):
    """A town hall's network: the portal and the control hosts, reached through one proxy.

    The laboratory's root for servers counts as one that came with the system; `added` are roots
    that somebody installed. A portal that is `spared` by the interceptor is reached untouched.
    """

    def __init__(self, lab: Laboratory, folder: Path, *added: Entity) -> None:
        self._lab, self._folder, self._added = lab, folder, added
        super().__init__()

    def __enter__(self) -> Self:
        servers, portal = self._lab.pki.servers, self._folder / "portal"
        self.before = system_store.store(self._folder / "store", servers.root, self._added)
        own = servers.issue(PORTAL)
        self.portal = self._stack.enter_context(
            Portal(portal, self._lab.pki, server_certificate=own, host=PORTAL)
        )
        self.times = [
            self._stack.enter_context(
                TimeServer(self._lab.pki, server_certificate=servers.issue(name), host=name)
            )
            for name in CONTROLS
        ]
        return self

    def enter(self, home: Path, proxy: Proxy) -> Run:
        """Run the whole program, with the system's store instead of the profile's."""
        urls = [server.url for server in self.times]
        profile = to(
            self._lab,
            self.portal,
            trust={"server_roots": "system"},
            network={"proxy": proxy.url, "time_urls": urls},
        )
        return enter(self._lab, home, profile, before=self.before)


def test_a_healthy_town(lab: Laboratory, home: Path, tmp_path: Path, table: Table) -> None:
    # A root that nobody uses lies in the store, too: many computers hold such ones.
    unused = lab.pki.servers.stranger(TOWN)
    with Town(lab, tmp_path, unused) as town, Proxy(names=NAMES) as proxy:
        run = town.enter(home, proxy)
    table.beside(run, "server.trusted", "system's store, a stranger's root unused in it")
    assert run.codes("server") == ["server.trusted"]
    assert run.codes("clock") == ["clock.right"]


@pytest.mark.parametrize(
    ("installed", "spared", "hosts", "part"),
    [
        (True, (), CONTROLS, "firewall whose root is in the system's store"),
        (False, (), CONTROLS, "firewall whose root nobody installed"),
        (True, CONTROLS, None, "firewall that opens the portal alone, root in the store"),
    ],
)
def test_a_firewall_with_a_name_of_its_own(
    installed: bool,
    spared: Sequence[str],
    hosts: Sequence[str] | None,
    part: str,
    lab: Laboratory,
    home: Path,
    tmp_path: Path,
    table: Table,
) -> None:
    servers = lab.pki.servers
    root = servers.stranger(TOWN)
    added = (root,) if installed else ()
    with (
        Town(lab, tmp_path, *added) as town,
        Interceptor(servers, root, NAMES, spared=spared) as proxy,
    ):
        run = town.enter(home, proxy)
        assert PORTAL in proxy.opened
    finding = table.cause(run, "server.intercepted", part)
    assert finding["evidence"]["issuer"] == TOWN
    assert finding["evidence"].get("hosts") == (list(hosts) if hosts else None)
    assert not run.codes("pin"), "no PIN is spent where no login is possible"
    assert untouched(lab.token)


def test_an_antivirus_by_its_name(
    lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    servers = lab.pki.servers
    root = servers.stranger("Kaspersky Anti-Virus Personal Root Certificate")
    with Town(lab, tmp_path, root) as town, Interceptor(servers, root, NAMES) as proxy:
        run = town.enter(home, proxy)
    finding = table.cause(run, "server.intercepted", "antivirus, its root in the system's store")
    assert finding["evidence"]["product"] == "Kaspersky"


def test_a_laboratory_of_one_s_own_is_no_interceptor(
    lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    servers = lab.pki.servers
    before = system_store.store(tmp_path / "store", servers.stranger(TOWN), [servers.root])
    profile = lab.profile(trust={"server_roots": "system"})
    run = enter(lab, home, profile, before=before)
    table.beside(run, "server.trusted", "house's own root in the store, host of the house's own")

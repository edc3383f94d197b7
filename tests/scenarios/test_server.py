"""The portal's server, broken: its certificate, its TLS, its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.lab.endpoints import Babbling, Closing, Resetting, Silent
from tests.lab.nginx import Page
from tests.lab.portal import MAINTENANCE, REFUSAL, Portal, Verify
from tests.lab.server_pki import ServerFault
from tests.lab.sserver import SServer
from tests.scenarios.parts import at
from tests.scenarios.portals import SHORT, enter, to, way

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.endpoints import Endpoint
    from tests.lab.laboratory import Laboratory
    from tests.scenarios.table import Table


def test_a_server_in_order(lab: Laboratory, home: Path, table: Table) -> None:
    run = enter(lab, home, lab.profile())
    finding = table.beside(run, "server.trusted", "portal with a good certificate")
    assert finding["evidence"]["tls_version"] == "TLSv1.3"
    assert finding["evidence"]["host"] == "localhost"


@pytest.mark.parametrize(
    ("fault", "code", "evidence"),
    [
        (ServerFault.EXPIRED, "server.expired", "not_after"),
        (ServerFault.NOT_YET_VALID, "server.expired", "not_after"),
        (ServerFault.WRONG_NAME, "server.wrong_name", "names"),
        (ServerFault.UNTRUSTED, "server.untrusted", "issuer"),
        (ServerFault.SELF_SIGNED, "server.untrusted", "issuer"),
        (ServerFault.INTERCEPTED, "server.intercepted", "product"),
    ],
)
def test_a_server_certificate(
    fault: ServerFault,
    code: str,
    evidence: str,
    lab: Laboratory,
    home: Path,
    tmp_path: Path,
    table: Table,
) -> None:
    with Portal(tmp_path / "portal", lab.pki, server_certificate=fault) as portal:
        run = enter(lab, home, to(lab, portal))
        assert not any(request.client for request in portal.requests())
    finding = table.cause(run, code, f"server's certificate: {fault.value}")
    assert finding["evidence"][evidence]
    assert not run.codes("pin"), "no PIN is spent where no login is possible"


def test_an_interceptor_whose_root_was_installed(
    lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    presented = lab.pki.servers.certificate(ServerFault.INTERCEPTED)
    roots = tmp_path / "roots.pem"
    roots.write_bytes(lab.pki.servers.roots_pem + presented.entity.path[-1].pem)
    with Portal(
        tmp_path / "portal", lab.pki, server_certificate=presented, verify=Verify.OFF
    ) as portal:
        run = enter(lab, home, to(lab, portal, trust={"server_roots": str(roots)}))
    table.cause(run, "server.intercepted", "antivirus whose root this system trusts")
    assert not run.codes("pin"), "no PIN is spent where no login is possible"


def test_an_incomplete_chain(lab: Laboratory, home: Path, tmp_path: Path, table: Table) -> None:
    incomplete = ServerFault.INCOMPLETE
    with Portal(tmp_path / "portal", lab.pki, server_certificate=incomplete) as portal:
        run = enter(lab, home, to(lab, portal))
    table.beside(run, "server.incomplete_chain", "the server does not send its intermediate")


# ---- no TLS


def test_plain_http(lab: Laboratory, home: Path, tmp_path: Path, table: Table) -> None:
    with Portal(tmp_path / "portal", lab.pki, plain=True) as portal:
        run = enter(lab, home, to(lab, portal))
    finding = table.cause(run, "server.tls_failed", "plain HTTP on the portal's port")
    assert finding["evidence"]["reason"] == "plain_http"


@pytest.mark.parametrize(
    ("server", "reason"),
    [(Silent, "timeout"), (Resetting, "reset"), (Closing, "eof"), (Babbling, "not_tls")],
)
def test_a_server_without_words(
    server: type[Endpoint], reason: str, lab: Laboratory, home: Path, table: Table
) -> None:
    with server() as endpoint:
        # Not localhost: where that is ::1, too, a port that refuses stands beside this one.
        start = f"https://{endpoint.address}/tarefas"
        run = enter(lab, home, way(lab, start, limits=SHORT))
    finding = table.cause(run, "server.tls_failed", f"server: {server.__name__}")
    assert finding["evidence"]["reason"] == reason


@pytest.mark.parametrize(
    ("options", "reason", "version", "part"),
    [
        (("-tls1", "-cipher", "ALL:@SECLEVEL=0"), "old_tls", "TLSv1", "only TLS 1.0"),
        (("-tls1_1", "-cipher", "ALL:@SECLEVEL=0"), "old_tls", "TLSv1.1", "only TLS 1.1"),
        (
            ("-tls1_2", "-cipher", "NULL:@SECLEVEL=0"),
            "alert",
            None,
            "only ciphers that do not encipher",
        ),
    ],
)
def test_nothing_in_common(
    options: tuple[str, ...],
    reason: str,
    version: str | None,
    part: str,
    lab: Laboratory,
    home: Path,
    tmp_path: Path,
    table: Table,
) -> None:
    with SServer(tmp_path / "server", lab.pki, *options, asks=False) as server:
        run = enter(lab, home, way(lab, server.url, limits=SHORT))
    finding = table.cause(run, "server.tls_failed", f"server with {part}")
    assert finding["evidence"]["reason"] == reason
    assert finding["evidence"].get("tls_version") == version
    assert version is None or any(version in step for step in run.verdict["steps"])


# ---- several at once


def test_each_host_of_the_way_is_judged(
    lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    first = lab.pki.servers.issue("localhost")
    with (
        Portal(
            tmp_path / "login",
            lab.pki,
            server_certificate=ServerFault.WRONG_NAME,
            host="127.0.0.1",
        ) as login,
        Portal(
            tmp_path / "front",
            lab.pki,
            server_certificate=first,
            verify=Verify.OFF,
            pages={"/tarefas": Page(status=302, location=login.url("/cas/login"))},
        ) as front,
    ):
        run = enter(lab, home, way(lab, front.url(), needed=[front.address, login.address]))
    finding = table.cause(run, "server.wrong_name", "second host of the way has a wrong name")
    assert finding["evidence"]["host"] == "127.0.0.1"
    assert run.codes("server") == ["server.trusted", "server.wrong_name"]
    assert not run.codes("pin")


def test_an_expired_portal_and_a_clock_that_is_wrong(
    lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    with Portal(tmp_path / "portal", lab.pki, server_certificate=ServerFault.EXPIRED) as portal:
        run = enter(lab, home, to(lab, portal), before=at("2009-06-01 12:00:00"))
    table.cause(run, "clock.wrong", "clock at 2009 (faketime), portal expired by the true time")
    assert run.finding("server.expired")["status"] == "failed"
    assert "server.expired" in run.verdict["also"]


# ---- pages instead of the portal


@pytest.mark.parametrize(
    ("page", "code", "part"),
    [
        (MAINTENANCE, "server.error", "503 and the maintenance page"),
        (Page("<html>Bad gateway</html>", 502), "server.error", "502"),
        (REFUSAL, "server.program_refused", "the anti-abuse page, with status 200"),
        (Page("<html>Forbidden</html>", 403), "server.program_refused", "403 by a WAF"),
    ],
)
def test_a_page_instead_of_the_portal(
    page: Page,
    code: str,
    part: str,
    lab: Laboratory,
    home: Path,
    tmp_path: Path,
    table: Table,
) -> None:
    pages = {"/tarefas": page}
    with Portal(tmp_path / "portal", lab.pki, verify=Verify.OFF, pages=pages) as portal:
        run = enter(lab, home, way(lab, portal.url(), portal.url("/cas/login")))
        asked = [request.path for request in portal.requests(1)]
    finding = table.cause(run, code, f"portal: {part}")
    assert finding["evidence"]["http_status"] == page.status
    if code == "server.program_refused":
        assert asked == ["/tarefas"], "after a refusal no further request is made"
    assert not run.codes("login")

"""`a3check rede`: the list for the firewall, and the visit that is judged elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest
from tests.lab.endpoints import Dropping, Refused, Silent
from tests.lab.nginx import Page
from tests.lab.portal import MAINTENANCE, REFUSAL, Login, Portal, Verify
from tests.lab.server_pki import ServerFault
from tests.lab.tinyproxy import PASSWORD, Tinyproxy
from tests.scenarios.portals import SHORT, to, way
from tests.scenarios.safe_parts import once

from a3check.checks.server import judge
from a3check.core.catalogue import catalogue
from a3check.report.recording import Recording

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab import wizard
    from tests.lab.laboratory import Laboratory
    from tests.lab.portal import Portal as LabPortal

OWN: Final = "SEGREDO-4711"


def rede(known: Path, home: Path, *more: str) -> wizard.Run:
    return once(home, "rede", "--perfil", str(known), *more)


def test_an_open_network(lab: Laboratory, home: Path) -> None:
    run = rede(lab.profile(), home)
    assert (run.status, run.errors) == (0, "")
    shown = [line.split()[:2] for line in run.output.splitlines() if line.startswith("  ✓")]
    crls, times = f"127.0.0.1:{lab.crls.port}", {f"127.0.0.1:{lab.times[1].port}"}
    assert {address for _, address in shown} >= {*lab.portal.addresses, crls, *times}
    data = json.loads(rede(lab.profile(), home, "--json", "-").output)
    assert data["status"] == "passed"
    assert {row["result"] for row in data["lines"]} == {"connected"}


def test_what_is_shut_is_told_line_by_line(lab: Laboratory, home: Path) -> None:
    with Refused() as refused, Dropping() as dropping:
        start, port, other = lab.portal.url(), refused.port, dropping.port
        needed = [lab.portal.address, f"localhost:{port}"]
        known = way(lab, start, needed=needed, maybe=[dropping.address], limits=SHORT)
        run = rede(known, home)
        data = json.loads(rede(known, home, "--json", "-").output)
    assert run.status == 1, run.output
    assert f"✗ localhost:{port} " in run.output
    assert f"! 127.0.0.1:{other} " in run.output
    assert run.output.splitlines()[-1].endswith("network.port_blocked")
    rows = {(row["host"], row["port"]): row for row in data["lines"]}
    assert rows["localhost", port]["result"] == "refused"
    assert rows["127.0.0.1", other]["result"] == "no_answer"
    assert rows["127.0.0.1", other]["seconds"] <= float(str(SHORT["connect"])) + 1.0


def test_a_port_that_may_be_needed_fails_nothing(lab: Laboratory, home: Path) -> None:
    with Refused() as shut:
        known = way(lab, lab.portal.url(), maybe=[f"localhost:{shut.port}"])
        assert rede(known, home).status == 0


def test_through_a_real_proxy_plain_pages_too(lab: Laboratory, home: Path, tmp_path: Path) -> None:
    ports = (lab.portal.port, *(server.port for server in lab.times))
    with Tinyproxy(tmp_path / "proxy", ports=ports, credentials=True) as proxy:
        known = lab.profile(network={"proxy": proxy.url_with_credentials})
        run = rede(known, home)
        assert run.status == 0, run.output
        assert f"127.0.0.1:{lab.crls.port}" in proxy.log, "a plain page is asked for, no tunnel"
        denied = rede(lab.profile(network={"proxy": proxy.url}), home)
    assert proxy.address in run.output.splitlines()[1]
    assert PASSWORD not in run.output
    assert denied.status == 1
    assert denied.output.count("(HTTP 407)") == len(ports) + 1, "the plain page's line, too"
    refused = catalogue().words("firewall", "proxy_denied")
    assert denied.output.count(refused) == len(ports) + 1


def test_offline_nothing_is_asked(lab: Laboratory, home: Path) -> None:
    with Silent() as server:
        known = way(lab, f"https://{server.address}/tarefas")
        run = rede(known, home, "--sem-rede")
        assert server.accepted == 0
    assert run.status == 2
    assert f"· {server_name(run)}" in run.output


def server_name(run: wizard.Run) -> str:
    return next(line.split()[1] for line in run.output.splitlines() if line.startswith("  ·"))


# ---- the visit

VISITS: Final[dict[str, dict[str, Any]]] = {
    "a healthy portal": {"login": Login.REDIRECT},
    "an interceptor": {"server_certificate": ServerFault.INTERCEPTED},
    "an incomplete chain": {"server_certificate": ServerFault.INCOMPLETE},
    "plain HTTP": {"plain": True},
    "maintenance": {"verify": Verify.OFF, "pages": {"/tarefas": MAINTENANCE}},
    "the anti-abuse page": {"verify": Verify.OFF, "pages": {"/tarefas": REFUSAL}},
    "a page with somebody's data": {
        "verify": Verify.OFF,
        "pages": {"/tarefas": Page(f"<p>{OWN}</p>", status=302, location=f"/x;s={OWN}?t={OWN}")},
    },
}


@pytest.mark.parametrize("what", VISITS)
def test_a_recorded_visit_is_judged_as_the_live_one(
    what: str, lab: Laboratory, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "visita.json"
    with Portal(tmp_path / "portal", lab.pki, **VISITS[what]) as portal:
        lab.crls.publish(lab.pki.servers.published)
        run = rede(to(lab, portal), home, "--gravar", str(file))
        live = diagnosed(to(lab, portal), home)
        check_log(portal)
    assert str(file) in run.output.splitlines()[-1]
    text = file.read_text("utf-8")
    recording = Recording.load(text)
    again = judge(recording.walk, recording.portal, timed=recording.timed)
    assert [f.code for f in again] == live
    assert file.stat().st_mode & 0o077 == 0
    assert not [word for word in (OWN, str(home)) if word in text]


def diagnosed(known: Path, home: Path) -> list[str]:
    """Return what the diagnosis finds of the portal's servers, with a trusted time as `rede`."""
    asked = ("--sem-pin", "--so", "server,clock", "--json", "-")
    run = once(home, "diagnosticar", "--perfil", str(known), *asked)
    return run.codes("server")


def check_log(portal: LabPortal) -> None:
    """See that nobody was shown a certificate."""
    assert not [request for request in portal.requests() if request.client]


def test_a_visit_where_nothing_answers_is_recorded_too(lab: Laboratory, home: Path) -> None:
    with Refused() as shut:
        known = way(lab, f"https://{shut.address}/tarefas")
        run = rede(known, home, "--gravar", "-")
    assert run.status == 1
    (step,) = Recording.load(run.output).steps
    assert str(step.transcript.trouble) == "refused"
    assert "✗" in run.errors

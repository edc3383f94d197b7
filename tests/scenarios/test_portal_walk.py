"""The way through a portal with a memory: pages, forms, cookies, and what is never pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.lab.cas import Cas, Ending
from tests.lab.portal import Login, Portal
from tests.scenarios.portals import enter, way

from a3check.portal.walk import HOPS
from a3check.tls.client import Request, converse

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.laboratory import Laboratory
    from tests.lab.wizard import Run
    from tests.scenarios.table import Table


def through(lab: Laboratory, home: Path, cas: Cas) -> Run:
    """Diagnose the healthy token on a CAS, whose fallback leads nowhere."""
    nowhere = cas.url("application", "/nada")
    return enter(lab, home, way(lab, cas.start, nowhere, needed=cas.addresses))


def paths(cas: Cas) -> list[str]:
    return [f"{seen.method} {seen.port} {seen.path}" for seen in cas.seen]


def test_from_the_start_to_the_page_of_the_code(lab: Laboratory, home: Path, table: Table) -> None:
    with Cas(lab.pki) as cas:
        run = through(lab, home, cas)
    finding = table.beside(run, "login.second_factor", "CAS: link, form of hidden fields, code")
    assert finding["evidence"] == {"host": "localhost", "page": "/cas/codigo"}
    accepted = run.finding("login.accepted")["evidence"]
    assert accepted == {
        "host": "localhost",
        "port": cas.port("certificate"),
        "tls_version": "TLSv1.3",
        "signature_scheme": "rsa_pss_rsae_sha256",
        "asked": "handshake",
        "page": "/cas/codigo",
    }
    leading = ["GET application /tarefas", "GET login /cas/login", "GET login /cas/certificado"]
    # Without a certificate the third port answers nothing: its alert comes in the handshake.
    after = ["POST certificate /cas/x509", "GET login /cas/codigo"]
    assert paths(cas) == [*leading, *leading, *after]
    assert len(cas.seen) + 1 <= HOPS
    assert [seen.port for seen in cas.seen if seen.certificate] == ["certificate"]


def test_a_request_that_names_no_ca_at_all(lab: Laboratory) -> None:
    """The certificate's port of every walk here is such a one."""
    with Cas(lab.pki) as cas:
        roots = lab.pki.servers.roots_pem.decode()
        port = cas.port("certificate")
        said = converse(Request("localhost", port, "/cas/x509", server_roots_pem=roots))
    assert [request.issuers for request in said.requests] == [()]


def test_the_fields_that_the_form_hides_are_carried_along(lab: Laboratory, home: Path) -> None:
    with Cas(lab.pki) as cas:
        through(lab, home, cas)
    (sent,) = (seen for seen in cas.seen if seen.method == "POST")
    flow = sent.cookies["CAS"]
    button = {"ir": "Certificado digital"}
    hidden = {"execution": flow, "lt": "LT&ç", "_eventId": "certificado"}
    assert sent.fields == {**hidden, **button}
    assert sent.origin == cas.url("login", "")


def test_a_form_that_a_script_sends_and_the_way_back_with_a_ticket(
    lab: Laboratory, home: Path, table: Table
) -> None:
    with Cas(lab.pki, Ending.INSIDE, by_script=True) as cas:
        run = through(lab, home, cas)
    finding = table.beside(run, "login.accepted", "CAS: form sent by a script, ticket, session")
    assert finding["evidence"]["page"] == "/tarefas"
    tasks = [seen for seen in cas.seen if seen.path == "/tarefas"]
    assert [seen.status for seen in tasks] == [302, 302, 302, 200]
    assert len(cas.seen) + 1 <= HOPS
    assert not any("ticket" in str(value) or "ST-" in str(value) for value in [run.output])


def test_a_circle_through_the_page_of_the_code(lab: Laboratory, home: Path, table: Table) -> None:
    with Cas(lab.pki, Ending.CIRCLE) as cas:
        run = through(lab, home, cas)
    table.cause(run, "login.page_unknown", "CAS: the page of the code sends round in a circle")
    assert len(cas.seen) + 1 <= HOPS


def test_cookies_go_where_they_may(lab: Laboratory, home: Path) -> None:
    lines = (
        "alheio=1; Domain=outro.laboratorio.invalid; Path=/",
        "todos=1; Domain=invalid; Path=/",
        "longe=1; Path=/outra",
        "velho=1; Path=/; Expires=Thu, 01 Jan 2015 00:00:00 GMT",
        "breve=1; Path=/; Max-Age=600; Expires=Thu, 01 Jan 2015 00:00:00 GMT",
        "raiz=1; Path=/",
    )
    with Cas(lab.pki, cookies=lines) as cas:
        through(lab, home, cas)
    names = {seen.path: set(seen.cookies) for seen in cas.seen}
    assert names["/cas/certificado"] == names["/cas/x509"] == {"CAS", "breve", "raiz"}
    # One session per pass: the one with the key remembers nothing of the first.
    assert [set(seen.cookies) for seen in cas.seen if seen.path == "/tarefas"] == [set(), set()]


@pytest.mark.parametrize("login", [Login.BUTTON, Login.REFRESH, Login.FORM])
def test_ways_from_a_page_to_the_certificate(
    login: Login, lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    with Portal(tmp_path / "portal", lab.pki, login=login) as portal:
        profile = way(lab, portal.url(), needed=portal.addresses)
        run = enter(lab, home, profile)
        requests = portal.requests(6)
    finding = table.beside(run, "login.accepted", f"portal whose page leads on by: {login.value}")
    assert finding["evidence"]["port"] == portal.login_port
    assert len(requests) <= HOPS
    service = [r.query.get("service") for r in requests if r.client]
    assert service == [[portal.url("/tarefas")]]


def test_a_page_that_only_a_script_understands(
    lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    with Portal(tmp_path / "portal", lab.pki, login=Login.SCRIPT) as portal:
        run = enter(lab, home, way(lab, portal.url(), needed=portal.addresses))
        assert not any(request.client for request in portal.requests(2))
    table.cause(run, "login.not_requested", "portal whose button only a script understands")


def test_the_fallback_serves_where_a_script_leads(
    lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    with Portal(tmp_path / "portal", lab.pki, login=Login.SCRIPT) as portal:
        profile = way(lab, portal.url(), portal.login_url(), needed=portal.addresses)
        run = enter(lab, home, profile)
        assert len(portal.requests()) <= HOPS
    table.beside(run, "login.accepted", "script before it, and the profile names the login")

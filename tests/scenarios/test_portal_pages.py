"""What the portal's pages say before and after the certificate, and who else asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from tests.lab.nginx import Page
from tests.lab.portal import INSIDE, MAINTENANCE, NOT_AUTHORISED, REFUSAL, Login, Portal, Verify
from tests.lab.server_pki import ServerFault
from tests.scenarios.parts import untouched
from tests.scenarios.person import Person, sit_down
from tests.scenarios.portals import enter, to, way

from a3check.core.question import Assisted, Step
from a3check.portal.walk import HOPS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.lab.laboratory import Laboratory
    from tests.scenarios.table import Table

RESTING = Page("<html><h1>Sistema em manutenção</h1><p>Volte às 18 horas</p></html>")
NO_PROFILE = Page("<html><p>Usuário SEM perfil de acesso a este sistema</p></html>")
WORDS: Mapping[str, Any] = {"not_authorised": ["sem perfil de acesso", "acordo encerrado"]}


ROOM = 64_000
"""Bytes of CA names that fit into a request beside the laboratory's own (RFC 8446, 4.2.4)."""


# ---- after the certificate


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (NOT_AUTHORISED, "login.not_authorised"),
        (NO_PROFILE, "login.not_authorised"),
        (RESTING, "server.error"),
        (REFUSAL, "server.program_refused"),
    ],
    ids=["403 of a person", "200 of a person", "200 resting", "anti-abuse"],
)
def test_a_page_after_the_certificate(
    page: Page, code: str, lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    with Portal(tmp_path / "portal", lab.pki, pages={"/tarefas": page}) as portal:
        profile = way(lab, portal.url(), needed=portal.addresses, portal=WORDS)
        run = enter(lab, home, profile)
        assert len(portal.requests(2)) == 2
    finding = table.cause(run, code, f"after the certificate, {page.status}: {page.body[6:40]}…")
    if code == "login.not_authorised":
        assert finding["evidence"]["words"] == "sem perfil de acesso"
        assert "login.accepted" in run.codes("login")


# ---- before it


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (REFUSAL, "server.program_refused"),
        (Page("<html>Não</html>", 403), "server.program_refused"),
        (RESTING, "server.error"),
        (MAINTENANCE, "server.error"),
    ],
    ids=["anti-abuse", "403", "200 resting", "503 resting"],
)
def test_a_page_before_the_certificate(
    page: Page, code: str, lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    pages = {"/tarefas": page}
    with Portal(tmp_path / "portal", lab.pki, verify=Verify.OFF, pages=pages) as portal:
        run = enter(lab, home, way(lab, portal.url(), needed=portal.addresses))
        assert len(portal.requests(1)) == 1
    part = f"before the certificate, {page.status}: {page.body[6:40]}…"
    assert table.cause(run, code, part)["evidence"]["http_status"] == page.status


def test_a_guard_that_drops_the_request_without_a_word(
    lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    """TLS stands and the server is the portal: no firewall of the town stands between."""
    pages = {"/tarefas": Page(status=444)}  # nginx closes the connection
    with Portal(tmp_path / "portal", lab.pki, verify=Verify.OFF, pages=pages) as portal:
        run = enter(lab, home, way(lab, portal.url(), needed=portal.addresses))
        assert len(portal.requests(1)) == 1
    finding = table.cause(run, "server.program_refused", "before the certificate, no answer")
    assert finding["evidence"] == {"host": "localhost", "reason": "eof"}


def test_a_line_that_shows_a_page_of_its_own(
    lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    pages = {"/tarefas": Page(status=302, location="http://10.9.8.7/entrar?mac=00")}
    bad = ServerFault.SELF_SIGNED
    options: dict[str, Any] = {"server_certificate": bad, "verify": Verify.OFF, "pages": pages}
    with Portal(tmp_path / "portal", lab.pki, **options) as portal:
        run = enter(lab, home, way(lab, portal.url(), needed=portal.addresses))
    finding = table.cause(run, "server.captive", "a self-signed server that leads to 10.9.8.7")
    assert finding["evidence"] == {"host": "localhost", "leads_to": "10.9.8.7"}


def test_200_on_every_path_to_anybody(
    lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    pages = {"/tarefas": INSIDE, "/cas/login": INSIDE}
    with Portal(tmp_path / "portal", lab.pki, verify=Verify.OFF, pages=pages) as portal:
        run = enter(lab, home, way(lab, portal.url(), portal.url("/cas/login")))
        assert [r.path for r in portal.requests(2)] == ["/tarefas", "/cas/login"]
    table.cause(run, "login.not_requested", "200 with the right path to anybody")
    assert run.finding("server.trusted")["evidence"]["asked"] == "no"


# ---- whom the server names


@dataclass
class Named:
    """A CA of which only the certificate is known."""

    pem: bytes


def crowd(lab: Laboratory) -> list[Any]:
    """Return as many CAs as have room: one certificate's bytes with other letters in its name."""
    model = lab.pki.authority("AC 00000", None, key="crowd")
    many = ROOM // (len(model.certificate.subject.public_bytes()) + 2)
    return [Named(_pem(model.der.replace(b"AC 00000", b"AC %05d" % n))) for n in range(many)]


def _pem(der: bytes) -> bytes:
    from ssl import DER_cert_to_PEM_cert  # noqa: PLC0415

    return DER_cert_to_PEM_cert(der).encode()


@pytest.mark.parametrize("tls", ["TLSv1.2", "TLSv1.3"])
def test_as_many_cas_as_a_request_holds(
    tls: str, lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    strangers = crowd(lab)
    cas = [*strangers, *lab.pki.authorities]
    with Portal(tmp_path / "portal", lab.pki, tls=(tls,), client_cas=cas) as portal:
        run = enter(lab, home, to(lab, portal))
    table.beside(run, "login.accepted", f"{len(strangers)} CA names before the right ones ({tls})")


# ---- a stranger asks


@pytest.mark.parametrize("yes", [True, False])
def test_a_stranger_sees_the_certificate_by_the_users_word_alone(
    yes: bool,
    lab: Laboratory,
    home: Path,
    tmp_path: Path,
    table: Table,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    back = Page("<html>Entre</html>")
    person = Person(lab.pin, shows=yes)
    with Portal(tmp_path / "start", lab.pki, verify=Verify.OFF) as inner:
        pages = {"/cas/login": Page(status=302, location=inner.url("/tarefas"))}
        with Portal(tmp_path / "other", lab.pki, host="127.0.0.1", pages=pages) as other:
            leading = {"/inicio": Page(status=302, location=other.url("/cas/login"))}
            options: dict[str, Any] = {"verify": Verify.OFF, "pages": {"/": back, **leading}}
            with Portal(tmp_path / "portal", lab.pki, **options) as portal:
                profile = way(lab, portal.url("/inicio"), needed=portal.addresses)
                run = sit_down(lab, home, profile, person, monkeypatch)
            shown = [request.client for request in other.requests(3 if yes else 2)]
    (asked,) = person.asked_to_show
    assert asked.host == "127.0.0.1"
    assert asked.issuer == "AC de Servidores TESTE"
    assert any(shown) is yes
    assert len(shown) <= HOPS
    if yes:
        evidence = table.beside(run, "login.accepted", "a stranger, by the user's word")[
            "evidence"
        ]
        assert evidence["host"] == "127.0.0.1"
    else:
        table.cause(run, "login.other_host", "a stranger, and the user says no")
        assert [q.code for q in person.asked_to_look] == ["login.other_host"]
    assert person.modules == ([1] if yes else [1, 0])


def test_a_stranger_that_is_not_verified_is_no_question(
    lab: Laboratory, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = Person(lab.pin, shows=True)
    bad = ServerFault.UNTRUSTED
    place = tmp_path / "other"
    with Portal(place, lab.pki, host="127.0.0.1", server_certificate=bad) as other:
        pages = {"/tarefas": Page(status=302, location=other.url("/cas/login"))}
        with Portal(tmp_path / "portal", lab.pki, verify=Verify.OFF, pages=pages) as portal:
            profile = way(lab, portal.url(), needed=portal.addresses)
            sit_down(lab, home, profile, person, monkeypatch)
        assert not any(request.client for request in other.requests(1))
    assert person.asked_to_show == []


# ---- the browser


@pytest.mark.parametrize(
    ("saw", "code", "cause"),
    [
        (Assisted(None), "login.user_entered", None),
        (Assisted(Step.CODE), "login.second_factor", None),
        (Assisted(Step.NOT_LISTED, "Ana viu"), "login.user_stopped", "login.user_stopped"),
        (None, "login.not_requested", "login.not_requested"),
    ],
    ids=["entered", "code", "stopped", "nobody"],
)
def test_the_browser_is_asked_where_the_walk_cannot_tell(
    saw: Assisted | None,
    code: str,
    cause: str | None,
    lab: Laboratory,
    home: Path,
    tmp_path: Path,
    table: Table,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person = Person(lab.pin, saw=saw)
    with Portal(tmp_path / "portal", lab.pki, login=Login.SCRIPT) as portal:
        profile = way(lab, portal.url(), needed=portal.addresses)
        run = sit_down(lab, home, profile, person, monkeypatch)
    (asked,) = person.asked_to_look
    assert (asked.url, asked.code) == (portal.url(), "login.not_requested")
    part = f"only a script leads on; the browser: {saw.step if saw else 'not tried'}"
    table.beside(run, code, part, cause=cause)
    assert "Ana viu" not in run.output
    assert person.modules == [0], "the browser needs the token, and nobody else holds it"
    assert untouched(lab.token)


@pytest.mark.parametrize(
    ("page", "asked"),
    [(REFUSAL, ["server.program_refused"]), (RESTING, [])],
    ids=["refused", "a cause is known"],
)
def test_the_browser_where_the_program_was_refused_and_not_where_a_cause_is_known(
    page: Page,
    asked: list[str],
    lab: Laboratory,
    home: Path,
    tmp_path: Path,
    table: Table,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person = Person(lab.pin, saw=Assisted(None))
    pages = {"/tarefas": page}
    with Portal(tmp_path / "portal", lab.pki, verify=Verify.OFF, pages=pages) as portal:
        profile = way(lab, portal.url(), needed=portal.addresses)
        run = sit_down(lab, home, profile, person, monkeypatch)
        assert len(portal.requests(1)) == 1
    assert [question.code for question in person.asked_to_look] == asked
    if asked:
        table.beside(run, "login.user_entered", "anti-abuse page, and the browser enters")
    else:
        table.cause(run, "server.error", "maintenance: nobody is sent to the browser")

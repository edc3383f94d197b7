"""The login at the portal, broken: who asks, whom it accepts, what it answers, what breaks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pytest
from tests.lab import filtering, wizard
from tests.lab.cutting import Cutting
from tests.lab.nginx import Page
from tests.lab.portal import BROKEN, INSIDE, SECOND_FACTOR, Login, Portal, Verify
from tests.lab.sserver import SServer
from tests.scenarios.parts import new_token
from tests.scenarios.portals import SHORT, enter, to, way

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.lab.laboratory import Laboratory, PortalOptions
    from tests.lab.softhsm import SoftHsm
    from tests.scenarios.table import Table

SIZE_WITHOUT_CERTIFICATE: Final = 2000
"""Bytes that a client without a certificate stays below, and one with its chain exceeds."""


# ---- accepted


@pytest.mark.parametrize("tls", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize(
    ("kind", "hidden", "schemes"),
    [
        ("ecpf", (), {"TLSv1.2": "rsa_pss_rsae_sha256", "TLSv1.3": "rsa_pss_rsae_sha256"}),
        ("ecpf_ec", (), {"TLSv1.2": "ecdsa_secp256r1_sha256"}),
        ("ecpf", filtering.RAW_ONLY, {"TLSv1.2": "rsa_pss_rsae_sha256"}),
    ],
    ids=["rsa", "p256", "rsa by CKM_RSA_X_509 alone"],
)
def test_accepted(
    tls: str,
    kind: str,
    hidden: tuple[int, ...],
    schemes: dict[str, str],
    lab: Laboratory,
    home: Path,
    hsm: SoftHsm,
    tmp_path: Path,
    table: Table,
) -> None:
    token = new_token(hsm, lab.pki.leaf(kind))
    module = filtering.build(tmp_path / "module", *filtering.hide(hidden))
    with Portal(tmp_path / "portal", lab.pki, tls=(tls,)) as portal:
        profile = to(lab, portal, drivers={"modules": [str(module)]})
        run = wizard.run(profile, home, hsm.environment, pin=token.pin)
        assert [request.verify for request in portal.requests(2)] == ["NONE", "SUCCESS"]
    key = "P-256" if kind == "ecpf_ec" else "RSA-2048"
    how = " by CKM_RSA_X_509 alone" if hidden else ""
    evidence = table.beside(run, "login.accepted", f"{tls}, {key}{how}")["evidence"]
    assert evidence["tls_version"] == tls
    assert evidence["signature_scheme"] == schemes.get(tls, schemes["TLSv1.2"])
    assert evidence["page"] == "/tarefas"


@pytest.mark.parametrize("mechanism", ["CKM_RSA_PKCS", "CKM_SHA256_RSA_PKCS"])
def test_accepted_without_pss(
    mechanism: str, lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    keep = {"CKM_RSA_PKCS": filtering.RSA_PKCS, "CKM_SHA256_RSA_PKCS": filtering.SHA_RSA_PKCS[1]}
    hidden = set(filtering.ALL_RSA) - {keep[mechanism]}
    module = filtering.build(tmp_path / "module", *filtering.hide(hidden))
    with Portal(tmp_path / "portal", lab.pki, tls=("TLSv1.2",)) as portal:
        run = enter(lab, home, to(lab, portal, drivers={"modules": [str(module)]}))
    table.beside(run, "signature.no_pss", f"token with {mechanism} alone, TLS 1.2")
    assert run.finding("login.accepted")["evidence"]["signature_scheme"] == "rsa_pkcs1_sha256"
    assert run.finding("signature.valid")["evidence"]["mechanism"] == mechanism


def test_accepted_through_the_redirects_of_a_cas(
    lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    with Portal(tmp_path / "portal", lab.pki, login=Login.REDIRECT) as portal:
        run = enter(lab, home, to(lab, portal))
    finding = table.beside(run, "login.accepted", "portal with a CAS on another port")
    assert finding["evidence"]["port"] == portal.login_port


# ---- who asks


def test_nobody_asks(lab: Laboratory, home: Path, tmp_path: Path, table: Table) -> None:
    with Portal(tmp_path / "portal", lab.pki, verify=Verify.OFF) as portal:
        run = enter(lab, home, to(lab, portal))
    finding = table.cause(run, "login.not_requested", "ssl_verify_client off")
    assert finding["evidence"]["hosts"] == ["localhost"]


def test_a_server_that_shows_the_same_page_to_anybody(
    lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    """It asks, and does not care: no proof that the certificate was taken."""
    with Portal(tmp_path / "portal", lab.pki, verify=Verify.OPTIONAL_NO_CA) as portal:
        run = enter(lab, home, to(lab, portal))
        assert [bool(request.client) for request in portal.requests(2)] == [False, True]
    part = "ssl_verify_client optional_no_ca, 200 with the right path to anybody"
    table.cause(run, "login.page_unknown", part)


def test_a_login_that_asks_and_shows_its_letters_to_anybody(
    lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    """The whole host asks in the handshake; its login has words and a field as the code's page."""
    login = Page(
        '<html><p>Código de verificação da imagem</p><input name="letras">'
        '<a href="/x509">Entrar com Certificado Digital</a></html>'
    )
    more = {"/cas/login": login, "/x509": Page(status=302, location="/tarefas")}
    pages = {**more, "/tarefas": INSIDE}
    with Portal(tmp_path / "portal", lab.pki, verify=Verify.OPTIONAL, pages=pages) as portal:
        run = enter(lab, home, way(lab, portal.url("/cas/login"), needed=portal.addresses))
        paths = [request.path for request in portal.requests(4)]
    assert paths == ["/cas/login", "/cas/login", "/x509", "/tarefas"]
    table.beside(run, "login.accepted", "a login for anybody on a host that asks (optional)")
    assert "login.second_factor" not in run.codes()


def test_a_foreign_host_asks(lab: Laboratory, home: Path, tmp_path: Path, table: Table) -> None:
    with Portal(tmp_path / "other", lab.pki, host="127.0.0.1") as other:
        pages = {"/tarefas": Page(status=302, location=other.url("/cas/login"))}
        with Portal(tmp_path / "portal", lab.pki, verify=Verify.OFF, pages=pages) as portal:
            run = enter(lab, home, to(lab, portal))
        assert not any(request.client for request in other.requests(1))
    finding = table.cause(run, "login.other_host", "redirect to a host not in the profile")
    assert finding["evidence"]["host"] == "127.0.0.1"


# ---- whom it accepts


def _unrelated(lab: Laboratory) -> PortalOptions:
    return {"client_cas": lab.pki.variant("not_icp_brasil").path[1:]}


def _namesakes(lab: Laboratory) -> PortalOptions:
    return {"client_cas": lab.pki.variant("fake_root").path[1:]}


def _revoking(lab: Laboratory) -> PortalOptions:
    revoked = lab.pki.revoke(lab.pki.leaf())
    lists = [lab.pki.crl(lab.pki.ac2, revoked=[revoked])]
    return {"crls": [*lists, *(lab.pki.crl(ca) for ca in (lab.pki.root, lab.pki.ac1))]}


@pytest.mark.parametrize(
    ("options", "code", "part"),
    [
        (_unrelated, "login.issuer_not_listed", "portal that trusts and names another PKI"),
        (_namesakes, "login.rejected", "portal that trusts CAs of the same names, other keys"),
        (_revoking, "login.rejected", "portal whose newer CRL lists the certificate"),
    ],
)
@pytest.mark.parametrize("tls", ["TLSv1.2", "TLSv1.3"])
def test_a_portal_that_refuses_by_page(
    tls: str,
    options: Callable[[Laboratory], PortalOptions],
    code: str,
    part: str,
    lab: Laboratory,
    home: Path,
    tmp_path: Path,
    table: Table,
) -> None:
    wanted: PortalOptions = {**options(lab), "tls": (tls,)}
    with Portal(tmp_path / "portal", lab.pki, **wanted) as portal:
        run = enter(lab, home, to(lab, portal))
    finding = table.cause(run, code, f"{part} ({tls})")
    assert finding["evidence"]["http_status"] == 400
    assert finding["evidence"]["words"]


@pytest.mark.parametrize("tls", ["-tls1_2", "-tls1_3"])
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("unknown_ca", "login.rejected_unknown_ca"),
        ("certificate_expired", "login.rejected_expired"),
        ("certificate_revoked", "login.rejected_revoked"),
    ],
)
def test_a_server_that_refuses_by_alert(
    fault: str,
    code: str,
    tls: str,
    lab: Laboratory,
    home: Path,
    hsm: SoftHsm,
    tmp_path: Path,
    table: Table,
) -> None:
    leaf = lab.pki.leaf(ends=timedelta(days=40))
    token = new_token(hsm, leaf)
    later = str(int((lab.pki.now + timedelta(days=45)).timestamp()))
    clock = ("-attime", later) if fault == "certificate_expired" else ()
    lists = [lab.pki.crl(lab.pki.ac2, revoked=[lab.pki.revoke(leaf)])]
    with SServer(
        tmp_path / "server",
        lab.pki,
        tls,
        *clock,
        client_cas=lab.pki.variant("fake_root").path[1:] if fault == "unknown_ca" else None,
        crls=lists if fault == "certificate_revoked" else (),
    ) as server:
        run = wizard.run(way(lab, server.url), home, hsm.environment, pin=token.pin)
    finding = table.cause(run, code, f"server that answers by the alert {fault} ({tls[1:]})")
    assert finding["evidence"]["alert"] == fault


def test_a_company_certificate(
    lab: Laboratory, home: Path, hsm: SoftHsm, tmp_path: Path, table: Table
) -> None:
    company = lab.pki.leaf("ecnpj")
    token = new_token(hsm, company)
    lists = [lab.pki.crl(lab.pki.ac2, revoked=[lab.pki.revoke(company)])]
    crls = [*lists, *(lab.pki.crl(ca) for ca in (lab.pki.root, lab.pki.ac1))]
    with Portal(tmp_path / "portal", lab.pki, crls=crls) as portal:
        run = wizard.run(to(lab, portal), home, hsm.environment, pin=token.pin)
    # The warning that explains the refusal takes its place.
    table.cause(run, "certificate.company", "e-CNPJ at a portal that refuses it")


# ---- what it answers


@pytest.mark.parametrize(
    ("page", "code", "part"),
    [
        (BROKEN, "login.portal_error", "500 after the certificate was accepted"),
        (Page("<html>Nada</html>", 404), "login.portal_error", "404 after it was accepted"),
        (Page(status=302, location="/outra"), "login.page_unknown", "a page nobody knows"),
    ],
)
def test_a_page_after_the_certificate(
    page: Page,
    code: str,
    part: str,
    lab: Laboratory,
    home: Path,
    tmp_path: Path,
    table: Table,
) -> None:
    pages = {"/tarefas": page, "/outra": Page("<html>Outra coisa</html>")}
    with Portal(tmp_path / "portal", lab.pki, pages=pages) as portal:
        run = enter(lab, home, to(lab, portal))
    finding = table.cause(run, code, f"portal: {part}")
    assert finding["evidence"]["host"] == "localhost"


def test_the_second_factor(lab: Laboratory, home: Path, tmp_path: Path, table: Table) -> None:
    pages = {"/tarefas": SECOND_FACTOR}
    with Portal(tmp_path / "portal", lab.pki, pages=pages) as portal:
        run = enter(lab, home, to(lab, portal))
    table.beside(run, "login.second_factor", "portal that asks for the six-digit code")
    assert "login.accepted" in run.codes("login")


# ---- what breaks


@pytest.mark.parametrize("verify", [Verify.ON, Verify.OPTIONAL, None])
def test_nothing_to_send(
    verify: Verify | None, lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    module = filtering.build(tmp_path / "module", *filtering.hide(filtering.ALL_PSS))
    drivers = {"modules": [str(module)]}
    if verify is None:
        with SServer(tmp_path / "server", lab.pki, "-tls1_3") as server:
            run = enter(lab, home, way(lab, server.url, drivers=drivers))
    else:
        with Portal(tmp_path / "portal", lab.pki, tls=("TLSv1.3",), verify=verify) as portal:
            run = enter(lab, home, to(lab, portal, drivers=drivers))
    how = "alert certificate_required" if verify is None else f"nginx, {verify.value}"
    part = f"token without PSS, portal with TLS 1.3 alone ({how})"
    evidence = table.cause(run, "login.nothing_sent", part)["evidence"]
    assert "rsa_pss_rsae_sha256" in evidence["schemes_server"]
    assert not any(scheme.startswith("rsa_pss") for scheme in evidence["schemes_token"])
    assert "signature.no_pss" in run.codes("signature")


@pytest.mark.parametrize("ckr", [filtering.DEVICE_ERROR, filtering.DEVICE_REMOVED])
def test_a_token_that_fails_in_the_handshake(
    ckr: int, lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    rule = filtering.answer("C_Sign", ckr, after=1)
    module = filtering.build(tmp_path / "module", rule)
    run = enter(lab, home, lab.profile(drivers={"modules": [str(module)]}))
    finding = table.cause(run, "login.token_failed", f"second C_Sign answers 0x{ckr:x}")
    assert finding["evidence"]["ckr"] in {"CKR_DEVICE_ERROR", "CKR_DEVICE_REMOVED"}


@pytest.mark.parametrize("tls", ["TLSv1.2", "TLSv1.3"])
def test_a_connection_that_breaks(
    tls: str, lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    with (
        Portal(tmp_path / "portal", lab.pki, tls=(tls,)) as portal,
        Cutting(portal.port, SIZE_WITHOUT_CERTIFICATE) as wire,
    ):
        start = f"https://localhost:{wire.port}/tarefas"
        run = enter(lab, home, way(lab, start, limits=SHORT))
    part = f"the connection is reset once the certificate is shown ({tls})"
    table.cause(run, "login.connection_lost", part)

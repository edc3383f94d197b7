"""Which servers the TLS client trusts, and that only those see the certificate."""

import ssl
import time
from dataclasses import replace
from pathlib import Path

import pytest
from tests.stack.tls_asking import LOOPBACK, ask, body, log_in, shown
from tests.stack.tls_servers import Pki, nginx, s_server
from tests.unit.tls.softkey import issue, signer

from a3check.tls.client import Request, Transcript, Trouble, converse
from a3check.tls.transcript import Phase

pytestmark = pytest.mark.lab


@pytest.mark.parametrize("version", ["tls1_2", "tls1_3"])
def test_the_certificate_leaves_only_for_a_trusted_server(
    pki: Pki, tmp_path: Path, version: str
) -> None:
    said = f"<<< TLS 1.{version[-1]}, Handshake [length"
    other = issue("Outra", ca=True).pem
    with s_server(tmp_path, pki, "-Verify", "3", f"-{version}") as port:
        wrong_root = log_in(pki, port, pki.rsa, server_roots_pem=other)
        wrong_name = log_in_as(pki, port, "example.invalid")
        heard = (tmp_path / "s_server.out").read_text(errors="replace")
        assert not certificates_heard(heard, said)
        assert "FULANA" not in heard
        log_in(pki, port, pki.rsa)
        heard = (tmp_path / "s_server.out").read_text(errors="replace")
    assert certificates_heard(heard, said)
    for seen in (wrong_root, wrong_name):
        assert (seen.trouble, seen.phase) == (Trouble.VERIFY, Phase.HANDSHAKE)
        assert seen.certificates_sent == ()
        assert seen.signatures == 0
    assert wrong_name.verify_code == 62  # X509_V_ERR_HOSTNAME_MISMATCH


def log_in_as(pki: Pki, port: int, host: str) -> Transcript:
    request = Request(
        host,
        port,
        server_roots_pem=pki.root.pem,
        addresses=LOOPBACK,
        identity=shown(pki, pki.rsa),
        require_trust=True,
    )
    return converse(request, signer(pki.rsa.key))


def certificates_heard(text: str, said: str) -> list[str]:
    return [
        line
        for line in text.splitlines()
        if line.startswith(said) and line.endswith("], Certificate")
    ]


def test_an_expired_server_and_the_moment(pki: Pki, tmp_path: Path) -> None:
    with nginx(tmp_path, pki, server=pki.expired_server, verify="off") as port:
        expired = converse(ask(pki, port, require_trust=True))
        undated = converse(ask(pki, port, require_trust=True, check_dates=False))
        then = int(time.time()) - 8 * 86400
        back_then = converse(ask(pki, port, require_trust=True, moment=then))
    assert (expired.trouble, expired.verify_code) == (Trouble.VERIFY, 10)
    assert undated.trusted
    assert back_then.trusted
    assert not back_then.asked


def test_a_missing_intermediate_can_be_given(pki: Pki, tmp_path: Path) -> None:
    with nginx(tmp_path, pki, send_sub=False) as port:
        alone = converse(ask(pki, port))
        helped = converse(ask(pki, port, server_intermediates=(pki.sub.der, b"no certificate")))
        no_root = converse(
            ask(pki, port, server_roots_pem="", server_intermediates=(pki.sub.der,))
        )
    assert alone.verify_code == 20
    assert helped.trusted
    assert not no_root.trusted


def test_the_systems_roots(pki: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "root.pem").write_text(pki.root.pem)
    with nginx(tmp_path, pki, verify="off") as port:
        stranger = converse(ask(pki, port, server_roots_pem=None))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "root.pem"))
        known = converse(ask(pki, port, server_roots_pem=None))
    assert (stranger.trusted, known.trusted) == (False, True)


def test_a_python_built_elsewhere_finds_the_systems_roots(
    pki: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "root.pem").write_text(pki.root.pem)
    nowhere = ssl.get_default_verify_paths()._replace(cafile=None, capath=None)  # type: ignore[arg-type]  # as it is then
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: nowhere)
    monkeypatch.setattr("a3check.tls.context._BUNDLES", ("/nowhere", str(tmp_path / "root.pem")))
    with nginx(tmp_path, pki, verify="off") as port:
        assert converse(ask(pki, port, server_roots_pem=None)).trusted


def test_an_address_as_host_is_checked_as_one(pki: Pki, tmp_path: Path) -> None:
    with nginx(tmp_path, pki, verify="off") as port:
        seen = converse(Request("127.0.0.1", port, server_roots_pem=pki.root.pem))
    assert seen.verify_code == 64  # X509_V_ERR_IP_ADDRESS_MISMATCH


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_a_session_and_a_form_are_told_to_a_verified_server_alone(
    pki: Pki, tmp_path: Path, version: str
) -> None:
    echo = 'location /f { return 200 "$request_method $request_uri [$http_cookie] $http_x"; }'
    headers = (("Cookie", "TGC=sessao"), ("X", "sim"))
    with nginx(tmp_path, pki, protocols=version, verify="optional", extra=echo) as port:
        request = ask(pki, port, path="/f?ticket=ST-1", headers=headers, body=b"execution=e1")
        known = converse(request)
        strangers = [
            converse(replace(request, server_roots_pem="")),
            converse(replace(request, host="example.invalid")),
        ]
    assert body(known) == b"POST /f?ticket=ST-1 [TGC=sessao] sim"
    assert [body(seen) for seen in strangers] == [b"GET /f [] sim"] * 2
    assert not any(seen.trusted for seen in strangers)

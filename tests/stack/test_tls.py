"""Logins of the TLS client to real servers, with a key in memory in the token's place."""

import contextlib
import select
import socket
import ssl
import threading
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from tests.stack.tls_asking import ask, body, log_in, shown
from tests.stack.tls_servers import (
    Pki,
    free_port,
    nginx,
    s_server,
    s_server_on_command,
    scripted,
)
from tests.unit.tls.softkey import BOTH, IN_TOKEN, NO_PSS, RAW, Holder, issue, signer

from a3check.tls.client import Identity, SignerFailed, Transcript, Trouble, converse
from a3check.tls.deadline import Deadline
from a3check.tls.signing import SignatureRequest
from a3check.tls.transcript import Direction, Phase, When
from a3check.tls.wire import Wire

pytestmark = pytest.mark.lab


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize("kind", ["rsa", "p256"])
@pytest.mark.parametrize("mechanisms", [BOTH, RAW, IN_TOKEN])
def test_nginx_accepts_the_certificate(
    pki: Pki, tmp_path: Path, version: str, kind: str, mechanisms: frozenset[str]
) -> None:
    holder = pki.rsa if kind == "rsa" else pki.p256
    if kind == "p256" and mechanisms is RAW:
        mechanisms = BOTH
    with nginx(tmp_path, pki, protocols=version) as port:
        seen = log_in(pki, port, holder, mechanisms)
    assert body(seen).startswith(b"verify=SUCCESS dn=CN="), seen
    assert (seen.version, seen.phase, seen.trouble) == (version, Phase.DONE, None)
    assert seen.proved
    assert seen.trusted
    assert seen.signatures == 1
    assert seen.certificates_sent == (2,)
    assert [issuer.text for issuer in seen.requests[0].issuers] == [
        "CN=Raiz Inventada",
        "CN=AC Inventada",
    ]
    assert seen.server_chain == (pki.server.der, pki.sub.der)
    assert seen.trust_path == (pki.server.der, pki.sub.der, pki.root.der)
    assert Transcript.from_json(seen.to_json()) == seen


def test_the_anonymous_pass_sees_all_and_shows_nothing(pki: Pki, tmp_path: Path) -> None:
    with nginx(tmp_path, pki) as port:
        seen = converse(ask(pki, port, server_roots_pem=issue("Outra", ca=True).pem))
    assert seen.asked
    assert not seen.trusted
    assert [error.code for error in seen.verify_errors] == [20]
    assert seen.verify_code == 20
    assert seen.certificates_sent == (0,)
    assert not seen.nothing_sent
    assert b"No required SSL certificate was sent" in body(seen)


def test_a_token_without_pss_logs_in_under_tls12(pki: Pki, tmp_path: Path) -> None:
    with nginx(tmp_path, pki, protocols="TLSv1.2") as port:
        seen = log_in(pki, port, pki.rsa, NO_PSS)
    assert body(seen).startswith(b"verify=SUCCESS")
    assert seen.client_schemes[0].startswith("rsa_pkcs1_")


def test_a_token_without_pss_sends_nothing_under_tls13(pki: Pki, tmp_path: Path) -> None:
    with nginx(tmp_path, pki, protocols="TLSv1.3") as port:
        seen = log_in(pki, port, pki.rsa, NO_PSS)
    assert seen.nothing_sent
    assert seen.signatures == 0
    assert seen.offered_schemes == tuple(
        f"rsa_pkcs1_{digest}" for digest in ("sha256", "sha384", "sha512", "sha1")
    )
    assert not set(seen.offered_schemes) & set(seen.requests[0].schemes[:10])


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_a_failing_signer_is_asked_once(pki: Pki, tmp_path: Path, version: str) -> None:
    asked = []

    def refuse(request: SignatureRequest) -> bytes:
        asked.append(request)
        raise SignerFailed("CKR_DEVICE_REMOVED")

    with nginx(tmp_path, pki, protocols=version) as port:
        seen = converse(ask(pki, port, identity=shown(pki, pki.rsa)), refuse)
    assert (seen.trouble, seen.signer_code) == (Trouble.TOKEN, "CKR_DEVICE_REMOVED")
    assert len(asked) == 1 == seen.signatures
    assert seen.alerts[-1].direction is Direction.SENT
    assert not seen.client_schemes


@pytest.mark.parametrize("made", [b"", b"nonsense", bytes(256), bytes(10_000)])
def test_a_bad_signature_never_leaves(pki: Pki, tmp_path: Path, made: bytes) -> None:
    with nginx(tmp_path, pki) as port:
        seen = converse(ask(pki, port, identity=shown(pki, pki.rsa)), lambda _request: made)
    assert (seen.trouble, seen.signer_code) == (Trouble.TOKEN, "BAD_SIGNATURE")
    assert not seen.client_schemes


def test_a_key_of_another_pair_is_a_bad_signature(pki: Pki, tmp_path: Path) -> None:
    with nginx(tmp_path, pki) as port:
        request = ask(pki, port, identity=shown(pki, pki.rsa))
        seen = converse(request, signer(pki.expired.key))
    assert seen.signer_code == "BAD_SIGNATURE"


def test_a_defect_in_the_signer_comes_out(pki: Pki, tmp_path: Path) -> None:
    def stumble(_request: SignatureRequest) -> bytes:
        raise ZeroDivisionError

    with nginx(tmp_path, pki) as port, pytest.raises(ZeroDivisionError):
        converse(ask(pki, port, identity=shown(pki, pki.rsa)), stumble)


@pytest.mark.parametrize("version", ["tls1_2", "tls1_3"])
@pytest.mark.parametrize(
    ("who", "name"), [("expired", "certificate_expired"), ("stranger", "unknown_ca")]
)
def test_s_server_says_why(pki: Pki, tmp_path: Path, version: str, who: str, name: str) -> None:
    holder: Holder = getattr(pki, who)
    options = ("-Verify", "3", "-verify_return_error", f"-{version}")
    with s_server(tmp_path, pki, *options) as port:
        identity = Identity(holder.der)
        seen = converse(ask(pki, port, identity=identity), signer(holder.key))
    assert seen.trouble is Trouble.ALERT, seen
    assert seen.refusal is not None
    assert seen.refusal.name == name
    assert seen.refusal.phase is (Phase.HTTP if version == "tls1_3" else Phase.HANDSHAKE)
    assert seen.proved


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize("who", ["expired", "stranger"])
def test_nginx_refuses_by_a_page(pki: Pki, tmp_path: Path, version: str, who: str) -> None:
    holder: Holder = getattr(pki, who)
    with nginx(tmp_path, pki, protocols=version) as port:
        seen = converse(ask(pki, port, identity=Identity(holder.der)), signer(holder.key))
    assert seen.answer is not None
    assert seen.answer.status == 400
    assert b"The SSL certificate error" in seen.answer.body
    assert seen.proved


def test_renegotiation_asks_and_is_answered(pki: Pki, tmp_path: Path) -> None:
    # As Apache does: a resumed session would carry no CertificateRequest.
    options = ("-tls1_2", "-no_resumption_on_reneg")
    with s_server_on_command(tmp_path, pki, b"R\n", *options) as port:
        seen = log_in(pki, port, pki.rsa)
    assert [request.when for request in seen.requests] == [When.RENEGOTIATION], seen
    assert body(seen) == b"entrou"
    assert seen.renegotiations >= 1
    assert seen.proved


def test_post_handshake_authentication(pki: Pki, tmp_path: Path) -> None:
    with s_server_on_command(tmp_path, pki, b"c\n", "-tls1_3") as port:
        seen = log_in(pki, port, pki.p256)
    assert [request.when for request in seen.requests] == [When.POST_HANDSHAKE], seen
    assert seen.client_schemes == ("ecdsa_secp256r1_sha256",)
    assert seen.proved
    assert body(seen) == b"entrou"


def test_an_unusable_certificate_is_told(pki: Pki) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    name = pki.root.certificate.subject
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    certificate = (
        builder.public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(pki.root.certificate.not_valid_before_utc)
        .not_valid_after(pki.root.certificate.not_valid_after_utc)
        .sign(key, None)
    )
    for identity in (
        Identity(b"no certificate"),
        Identity(certificate.public_bytes(Encoding.DER)),
        Identity(pki.rsa.der, (b"no certificate",)),
        Identity(pki.rsa.der, schemes=("of_the_future",)),
    ):
        seen = converse(ask(pki, free_port(), identity=identity), signer(pki.rsa.key))
        assert (seen.trouble, seen.phase) == (Trouble.IDENTITY, Phase.CONNECT), seen


def test_an_identity_needs_a_signer(pki: Pki) -> None:
    with pytest.raises(ValueError, match="sign"):
        converse(ask(pki, 443, identity=Identity(pki.rsa.der)))


def test_a_late_alert_survives_a_broken_pipe(
    pki: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TLS 1.3: the server refuses and closes before we have written our request."""
    write = Wire.write

    def write_late(wire: Wire, data: bytes, deadline: Deadline) -> None:
        hung_up = select.poll()
        hung_up.register(wire._connection, select.POLLRDHUP)
        assert hung_up.poll(5000)
        write(wire, data, deadline)  # answered with a reset
        hung_up.modify(wire._connection, select.POLLHUP)
        assert hung_up.poll(5000)
        write(wire, data, deadline)

    monkeypatch.setattr(Wire, "write", write_late)
    (tmp_path / "server.pem").write_text(pki.server.pem + pki.sub.pem + pki.server.key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    context.load_verify_locations(cadata=pki.root.pem)
    context.verify_mode = ssl.CERT_REQUIRED
    context.minimum_version = ssl.TLSVersion.TLSv1_3

    def refuse(connection: socket.socket, _over: threading.Event) -> None:
        with contextlib.suppress(ssl.SSLError):
            context.wrap_socket(connection, server_side=True).close()

    with scripted(refuse) as port:
        identity = Identity(pki.stranger.der)
        request = ask(pki, port, identity=identity, settle_seconds=0.0)
        seen = converse(request, signer(pki.stranger.key))
    assert (seen.trouble, seen.phase) == (Trouble.ALERT, Phase.HTTP), repr(seen)
    assert seen.detail == "unknown_ca"

"""The TLS client against real servers, with a key in memory in the token's place."""

import contextlib
import gc
import os
import select
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from tests.stack.tls_servers import (
    Pki,
    free_port,
    nginx,
    s_server,
    s_server_on_command,
    scripted,
)
from tests.unit.tls.softkey import BOTH, IN_TOKEN, NO_PSS, RAW, Holder, issue, signer

from a3check.tls.client import Identity, Request, SignerFailed, Transcript, Trouble, converse
from a3check.tls.deadline import Deadline
from a3check.tls.openssl import load
from a3check.tls.provider import provider
from a3check.tls.signing import SignatureRequest, schemes
from a3check.tls.transcript import Direction, Phase, When
from a3check.tls.wire import Wire

pytestmark = pytest.mark.lab

LATE_SECONDS = 1.0
LOOPBACK = ("127.0.0.1",)


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()


def ask(pki: Pki, port: int, **more: object) -> Request:
    settings: dict[str, object] = {
        "server_roots_pem": pki.root.pem,
        "addresses": LOOPBACK,
        "handshake_seconds": 5.0,
        "total_seconds": 10.0,
        **more,
    }
    return Request("localhost", port, **settings)  # type: ignore[arg-type]  # test's keywords


def shown(pki: Pki, holder: Holder, mechanisms: frozenset[str] = BOTH) -> Identity:
    return Identity(holder.der, (pki.sub.der,), schemes(holder.key.public_key(), mechanisms))


def log_in(
    pki: Pki, port: int, holder: Holder, mechanisms: frozenset[str] = BOTH, **more: object
) -> Transcript:
    identity = shown(pki, holder, mechanisms)
    request = ask(pki, port, identity=identity, require_trust=True, **more)
    return converse(request, signer(holder.key, mechanisms))


def body(transcript: Transcript) -> bytes:
    assert transcript.answer is not None, transcript
    return transcript.answer.body


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


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_plain_http_on_the_port(pki: Pki, version: str) -> None:
    def answer(connection: socket.socket, _over: threading.Event) -> None:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with scripted(answer) as port:
        seen = converse(ask(pki, port, min_version=version))
    assert seen.trouble is Trouble.PROTOCOL
    assert seen.received.startswith(b"HTTP/1.1 400")
    assert seen.version is None


def test_closed_at_once(pki: Pki) -> None:
    def leave(connection: socket.socket, _over: threading.Event) -> None:
        connection.recv(1000)

    with scripted(leave) as port:
        seen = converse(ask(pki, port))
    assert (seen.trouble, seen.phase) == (Trouble.EOF, Phase.HANDSHAKE)


def test_reset(pki: Pki) -> None:
    def reset(connection: socket.socket, _over: threading.Event) -> None:
        connection.recv(10)  # closing with unread bytes makes the system send RST

    with scripted(reset) as port:
        seen = converse(ask(pki, port))
    assert (seen.trouble, seen.phase) == (Trouble.RESET, Phase.HANDSHAKE)


def stall(_connection: socket.socket, over: threading.Event) -> None:
    over.wait(10)


def trickle(connection: socket.socket, over: threading.Event) -> None:
    head = b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc"
    for byte in head + bytes(1000):
        connection.sendall(bytes([byte]))
        if over.wait(0.05):
            return


@pytest.mark.parametrize("play", [stall, trickle])
@pytest.mark.parametrize(("handshake", "total"), [(0.5, 30.0), (30.0, 0.5)])
def test_deadlines_hold(
    pki: Pki,
    play: Callable[[socket.socket, threading.Event], None],
    handshake: float,
    total: float,
) -> None:
    with scripted(play) as port:
        started = time.monotonic()
        seen = converse(ask(pki, port, handshake_seconds=handshake, total_seconds=total))
        seconds = time.monotonic() - started
    assert seen.trouble is Trouble.TIMEOUT
    assert 0.5 <= seconds < 0.5 + LATE_SECONDS


def test_a_page_that_trickles_ends_at_the_total(pki: Pki, tmp_path: Path) -> None:
    extra = f"limit_rate 1000; root {tmp_path}; location /big {{ }}"
    (tmp_path / "big").write_bytes(b"x" * 200_000)
    with nginx(tmp_path, pki, verify="off", extra=extra) as port:
        started = time.monotonic()
        seen = converse(ask(pki, port, path="/big", total_seconds=1.0))
        seconds = time.monotonic() - started
    assert (seen.trouble, seen.phase) == (Trouble.TIMEOUT, Phase.HTTP)
    assert seen.answer is not None
    assert not seen.answer.complete
    assert seconds < 1.0 + LATE_SECONDS


def test_the_signers_time_is_not_the_servers(pki: Pki, tmp_path: Path) -> None:
    pause = threading.Event()
    quick = signer(pki.rsa.key)

    def slow(request: SignatureRequest) -> bytes:
        pause.wait(0.8)
        return quick(request)

    with nginx(tmp_path, pki) as port:
        identity = shown(pki, pki.rsa)
        seen = converse(
            ask(pki, port, identity=identity, handshake_seconds=0.5, total_seconds=0.7), slow
        )
    assert seen.trouble is None
    assert seen.timings.sign >= 0.8


def test_a_big_page_is_cut(pki: Pki, tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * 400_000)
    extra = f"root {tmp_path}; location /big {{ }}"
    with nginx(tmp_path, pki, verify="off", extra=extra) as port:
        seen = converse(ask(pki, port, path="/big"))
    assert len(body(seen)) == 256 * 1024
    assert seen.answer is not None
    assert not seen.answer.complete
    assert seen.trouble is None


def test_refused(pki: Pki) -> None:
    seen = converse(ask(pki, free_port()))
    assert (seen.trouble, seen.phase) == (Trouble.REFUSED, Phase.CONNECT)


def test_a_name_that_does_not_exist(pki: Pki) -> None:
    seen = converse(Request("a3check.invalid", server_roots_pem=pki.root.pem))
    assert (seen.trouble, seen.phase) == (Trouble.DNS, Phase.CONNECT)


def test_a_silent_first_address_costs_little(pki: Pki, tmp_path: Path) -> None:
    with nginx(tmp_path, pki, verify="off") as port:
        seen = converse(ask(pki, port, addresses=("::1", "127.0.0.1")))
    assert seen.peer == ("127.0.0.1", port)
    assert seen.trusted


@pytest.mark.parametrize(
    ("answer", "trouble", "status"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", Trouble.PROXY_REFUSED, 407),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", Trouble.PROXY_REFUSED, 403),
        (b"HTTP/1.0 502 Bad Gateway\r\n\r\n", Trouble.PROXY_REFUSED, 502),
        (b"SSH-2.0-x\r\n\r\n", Trouble.PROXY_REFUSED, None),
        (b"", Trouble.PROXY_REFUSED, None),
    ],
)
def test_a_proxy_says_no(pki: Pki, answer: bytes, trouble: Trouble, status: int | None) -> None:
    def play(connection: socket.socket, _over: threading.Event) -> None:
        connection.recv(1000)
        connection.sendall(answer)

    with scripted(play) as port:
        seen = converse(ask(pki, 443, proxy=("127.0.0.1", port)))
    assert (seen.trouble, seen.proxy_status, seen.phase) == (trouble, status, Phase.PROXY)


def test_a_proxy_that_is_not_there(pki: Pki) -> None:
    seen = converse(ask(pki, 443, proxy=("127.0.0.1", free_port())))
    assert (seen.trouble, seen.phase) == (Trouble.PROXY_UNREACHABLE, Phase.CONNECT)


def test_through_a_proxy(pki: Pki, tmp_path: Path) -> None:
    with nginx(tmp_path, pki) as port:

        def relay(connection: socket.socket, over: threading.Event) -> None:
            asked = connection.recv(1000)
            assert asked.startswith(f"CONNECT localhost:{port} HTTP/1.1".encode())
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with socket.create_connection(("127.0.0.1", port), 5) as server:
                pump(connection, server, over)

        with scripted(relay) as proxy:
            seen = log_in(pki, port, pki.rsa, proxy=("127.0.0.1", proxy))
    assert body(seen).startswith(b"verify=SUCCESS")
    assert seen.proxy == f"127.0.0.1:{proxy}"


def pump(one: socket.socket, other: socket.socket, over: threading.Event) -> None:
    def copy(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while not over.is_set() and (data := source.recv(16384)):
                target.sendall(data)

    thread = threading.Thread(target=copy, args=(one, other), daemon=True)
    thread.start()
    copy(other, one)
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def test_what_is_no_http_inside(pki: Pki, tmp_path: Path) -> None:
    with s_server_on_command(tmp_path, pki, b"", "-tls1_3", answer=b"220 mail\r\n") as port:
        seen = converse(ask(pki, port))
    assert seen.trouble is Trouble.HTTP
    assert seen.received.startswith(b"220")


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


def test_what_is_no_host_name() -> None:
    assert converse(Request("a..b")).trouble is Trouble.DNS


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


def test_many_handshakes_leave_memory_flat(pki: Pki, tmp_path: Path) -> None:
    with nginx(tmp_path, pki) as port:
        for _ in range(40):
            assert body(log_in(pki, port, pki.rsa)).startswith(b"verify=SUCCESS")
        before = resident()
        for at in range(200):
            holder = pki.rsa if at % 2 else pki.p256
            log_in(pki, port, holder)
        gc.collect()
        after = resident()
    assert after / before < 1.03
    assert provider(load()).live == 0


def resident() -> int:
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def test_threads_do_not_disturb_each_other(pki: Pki, tmp_path: Path) -> None:
    pages: list[bytes] = []
    with nginx(tmp_path, pki) as port:

        def work(holder: Holder) -> None:
            pages.extend(body(log_in(pki, port, holder)) for _ in range(10))

        threads = [
            threading.Thread(target=work, args=(holder,)) for holder in (pki.rsa, pki.p256) * 4
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert len(pages) == 80
    assert all(page.startswith(b"verify=SUCCESS") for page in pages)


def test_importing_the_client_is_light() -> None:
    code = (
        "import sys, a3check.tls.client;"
        "print([m for m in ('PySide6', 'PyKCS11', 'smartcard', 'truststore') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        check=True,
        timeout=30,
        env={**os.environ, "PYTHONPATH": "src"},
    )
    assert done.stdout.strip() == b"[]"

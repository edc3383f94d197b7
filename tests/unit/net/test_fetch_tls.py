"""HTTPS: through a proxy's tunnel, not led back, and only where it is trusted."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.unit.net.fetching import (
    SOON,
    Server,
    body,
    get,
    read_request,
    redirect,
    serving,
    why,
)

from a3check.net.fetch import Fetched, Reason

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context for 127.0.0.1 and ::1, and a client's that trusts it."""
    folder: Path = tmp_path_factory.mktemp("tls")
    secret = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "lcr.teste.invalid")])
    alternatives = x509.SubjectAlternativeName(
        [x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("lcr.teste.invalid")]
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(
            named, named, secret.public_key(), 7, now - timedelta(1), now + timedelta(1)
        )
        .add_extension(alternatives, critical=False)
        .sign(secret, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + made.public_bytes(Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    client = ssl.create_default_context(cafile=str(pem))
    return server, client


@contextmanager
def secure(context: ssl.SSLContext, answer: bytes) -> Iterator[Server]:
    def tunnel(client: socket.socket, request: bytes) -> None:
        """Play the proxy: say yes, then be the server behind it."""
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with context.wrap_socket(client, server_side=True) as inner:
            server.requests.append(read_request(inner))
            inner.sendall(answer)

    with serving(tunnel) as server:
        yield server


def test_https_through_a_proxy_s_tunnel(
    contexts: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    with secure(contexts[0], body(b"lista")) as proxy:
        url = "https://lcr.teste.invalid/x"
        answer = get(url, private=False, proxy=proxy.url, context=contexts[1])
    assert isinstance(answer, Fetched)
    assert answer.body == b"lista"
    assert proxy.requests[0].startswith(b"CONNECT lcr.teste.invalid:443 HTTP/1.1\r\n")
    assert proxy.requests[1].startswith(b"GET /x HTTP/1.1\r\n")
    assert b"Proxy-Authorization" not in proxy.requests[1]


def test_https_is_not_led_back_to_http(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    with secure(contexts[0], redirect("http://lcr.teste.invalid/")) as proxy:
        answer = get("https://lcr.teste.invalid/", proxy=proxy.url, context=contexts[1])
        assert why(answer) is Reason.REDIRECT


def test_a_server_that_is_not_trusted(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    with secure(contexts[0], body(b"lista")) as proxy:
        assert why(get("https://lcr.teste.invalid/", proxy=proxy.url)) is Reason.TLS
    with secure(contexts[0], body(b"lista")) as proxy:
        answer = get("https://outro.teste.invalid/", proxy=proxy.url, context=contexts[1])
        assert why(answer) is Reason.TLS


def test_no_tls_where_it_was_wanted() -> None:
    def silent(client: socket.socket, request: bytes) -> None:
        server.stopping.wait(SOON)

    with serving(silent) as server:
        secured = server.url.replace("http:", "https:")
        assert why(get(secured, seconds=0.3)) is Reason.TIMEOUT

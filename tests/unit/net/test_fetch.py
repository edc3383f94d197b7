"""Real sockets on loopback: a server that is slow, drops, lies, redirects and floods."""

from __future__ import annotations

import base64
import errno
import socket
import ssl
import threading
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from a3check.net import dial
from a3check.net.address import RefusedUrlError, may_name, public, target
from a3check.net.fetch import Fetched, FetchFailed, Reason, fetch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SOON = 10.0
LIMIT = 100_000
OK = b"HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 12:00:00 GMT\r\n"


class Server:
    """Answers each connection by a function of socket and request; remembers the requests."""

    def __init__(self, answer: Callable[[socket.socket, bytes], None]) -> None:
        self.requests: list[bytes] = []
        self.stopping = threading.Event()
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def close(self) -> None:
        self.stopping.set()
        socket.create_connection(("127.0.0.1", self.port)).close()
        for thread in self._threads:
            thread.join(SOON)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            client, _ = self._listener.accept()
            if self.stopping.is_set():
                client.close()
                return
            thread = threading.Thread(target=self._one, args=(client,))
            self._threads.append(thread)
            thread.start()

    def _one(self, client: socket.socket) -> None:
        client.settimeout(SOON)
        with closing(client):
            try:
                request = read_request(client)
                self.requests.append(request)
                self._answer(client, request)
            except OSError:
                return  # the client hung up: what several tests want


def read_request(client: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request:
        piece = client.recv(65536)
        if not piece:
            return request
        request += piece
    head, _, body = request.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            while len(body) < int(line.split(b":")[1]):
                body += client.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def serving(answer: Callable[[socket.socket, bytes], None] | bytes) -> Iterator[Server]:
    if isinstance(answer, bytes):
        fixed = answer
        server = Server(lambda client, _: client.sendall(fixed))
    else:
        server = Server(answer)
    try:
        yield server
    finally:
        server.close()


def get(
    url: str,
    *,
    seconds: float = SOON,
    data: bytes | None = None,
    private: bool = True,
    proxy: str | None = None,
    context: ssl.SSLContext | None = None,
) -> Fetched | FetchFailed:
    return fetch(
        url,
        data=data,
        deadline_seconds=seconds,
        limit_bytes=LIMIT,
        allow_private=private,
        proxy=proxy,
        context=context,
    )


def why(answer: Fetched | FetchFailed) -> Reason:
    assert isinstance(answer, FetchFailed), answer
    return answer.reason


def body(text: bytes, *headers: bytes) -> bytes:
    lines = b"".join(h + b"\r\n" for h in (b"Content-Length: %d" % len(text), *headers))
    return OK + lines + b"\r\n" + text


def redirect(to: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


# ---- what is brought


def test_a_body_its_date_and_its_status() -> None:
    with serving(body(b"lista")) as server:
        answer = get(server.url + "lista.crl?a=1")
    assert isinstance(answer, Fetched)
    assert (answer.body, answer.status, answer.ok) == (b"lista", 200, True)
    assert answer.date == datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert 0 < answer.seconds < SOON
    head = server.requests[0]
    assert head.startswith(b"GET /lista.crl?a=1 HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{server.port}\r\n".encode() in head
    assert b"Accept-Encoding: identity" in head


def test_a_body_without_a_length_and_in_chunks() -> None:
    with serving(OK + b"\r\nlista") as server:
        answer = get(server.url)
    assert isinstance(answer, Fetched)
    assert answer.body == b"lista"
    chunked = OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nlis\r\n2\r\nta\r\n0\r\n\r\n"
    with serving(chunked) as server:
        answer = get(server.url)
    assert isinstance(answer, Fetched)
    assert answer.body == b"lista"


def test_a_post_carries_its_data() -> None:
    with serving(body(b"resposta")) as server:
        get(server.url, data=b"pergunta")
    head, _, sent = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST / ")
    assert b"Content-Type: application/ocsp-request" in head
    assert sent == b"pergunta"


def test_a_refusal_is_an_answer_too() -> None:
    with serving(b"HTTP/1.1 404 Not Found\r\nDate: x\r\nContent-Length: 0\r\n\r\n") as server:
        answer = get(server.url)
    assert isinstance(answer, Fetched)
    assert (answer.status, answer.ok, answer.date) == (404, False, None)


def test_redirects_are_followed() -> None:
    def answer(client: socket.socket, request: bytes) -> None:
        client.sendall(body(b"lista") if b"GET /la" in request else redirect("/la"))

    with serving(answer) as server:
        found = get(server.url + "x", data=b"pergunta")
    assert isinstance(found, Fetched)
    assert found.body == b"lista"
    assert found.url.endswith("/la")


def test_a_redirected_post_stays_one_where_the_status_says_so() -> None:
    def answer(client: socket.socket, request: bytes) -> None:
        client.sendall(body(b"ok") if b"POST /la" in request else redirect("/la", 307))

    with serving(answer) as server:
        assert isinstance(get(server.url + "x", data=b"pergunta"), Fetched)
    assert server.requests[1].endswith(b"pergunta")


# ---- what is refused


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://teste.invalid/",
        "http://",
        "lista",
        "http://a:b@teste.invalid/",
        "http://teste.invalid:99999/",
        "http://teste.invalid/\r\nX: y",
        "http://teste.invalid/é",
        "http://[::1/",
        "http://" + "a" * 70 + ".invalid/",
    ],
)
def test_urls_that_are_not_asked(url: str) -> None:
    assert why(get(url)) is Reason.BAD_URL


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "ftp://teste.invalid/", "http://a:b@127.0.0.1/"]
)
def test_redirects_to_what_is_not_asked(to: str) -> None:
    with serving(redirect(to)) as server:
        assert why(get(server.url)) is Reason.REDIRECT


def test_a_private_address_is_not_connected_to() -> None:
    with serving(body(b"segredo")) as server:
        assert why(get(server.url, private=False)) is Reason.PRIVATE_ADDRESS
        named = server.url.replace("127.0.0.1", "localhost")
        assert why(get(named, private=False)) is Reason.PRIVATE_ADDRESS
    assert server.requests == []


def test_a_redirect_to_a_private_address(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = []

    def first_only(address: str) -> bool:
        allowed.append(address)
        return len(allowed) == 1

    monkeypatch.setattr(dial, "public", first_only)
    with serving(body(b"segredo")) as hidden, serving(redirect(hidden.url)) as server:
        assert why(get(server.url, private=False)) is Reason.PRIVATE_ADDRESS
    assert hidden.requests == []


def test_endless_redirects() -> None:
    with serving(redirect("/")) as server:
        assert why(get(server.url)) is Reason.REDIRECT
    assert len(server.requests) == 6


# ---- servers that lie, drop and stall


def test_announced_and_sent_sizes_over_the_limit() -> None:
    with serving(OK + b"Content-Length: 2000000000\r\n\r\n") as server:
        assert why(get(server.url)) is Reason.TOO_LARGE

    def flood(client: socket.socket, request: bytes) -> None:
        client.sendall(OK + b"\r\n")
        while True:
            client.sendall(b"\0" * 65536)

    with serving(flood) as server:
        assert why(get(server.url)) is Reason.TOO_LARGE


def test_less_than_announced() -> None:
    with serving(OK + b"Content-Length: 50\r\n\r\nlista") as server:
        assert why(get(server.url)) is Reason.TRUNCATED


@pytest.mark.parametrize("answer", [b"", b"hello\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_what_is_no_http(answer: bytes) -> None:
    with serving(answer) as server:
        assert why(get(server.url)) in {Reason.PROTOCOL, Reason.TRUNCATED}


def test_a_connection_that_is_reset() -> None:
    def reset(client: socket.socket, request: bytes) -> None:
        linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    with serving(reset) as server:
        assert why(get(server.url)) is Reason.TRUNCATED


@pytest.mark.parametrize("opening", [b"", OK, OK + b"\r\n", OK + b"Content-Length: 90\r\n\r\n"])
def test_silence_and_trickling_end_by_the_deadline(opening: bytes) -> None:
    def trickle(client: socket.socket, request: bytes) -> None:
        client.sendall(opening)
        while not server.stopping.wait(0.05):
            client.sendall(b"X" if opening else b"")

    started = monotonic()
    with serving(trickle) as server:
        assert why(get(server.url, seconds=0.4)) is Reason.TIMEOUT
        assert 0.3 < monotonic() - started < 3


def test_nobody_there() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    assert why(get(f"http://127.0.0.1:{port}/")) is Reason.CONNECT
    assert why(get("http://nobody.invalid/")) is Reason.NAME


def test_a_resolver_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def hang(*_: object, **__: object) -> list[object]:
        released.wait(SOON)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    assert why(get("http://teste.invalid/", seconds=0.2)) is Reason.TIMEOUT
    released.set()


def test_a_host_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect_ex", lambda *_: errno.ETIMEDOUT)
    assert why(get("http://127.0.0.1/")) is Reason.TIMEOUT


# ---- through a proxy


def test_a_proxy_gets_the_whole_address_and_the_credentials() -> None:
    with serving(body(b"lista")) as proxy:
        asked = f"http://ana:s%40nha@127.0.0.1:{proxy.port}"
        answer = get("http://lcr.teste.invalid/x", private=False, proxy=asked)
    assert isinstance(answer, Fetched)
    head = proxy.requests[0]
    assert head.startswith(b"GET http://lcr.teste.invalid/x HTTP/1.1\r\n")
    assert base64.b64encode(b"ana:s@nha") in head


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f000001", "10.0.0.1", "[::1]"])
def test_a_proxy_is_not_asked_for_private_hosts(host: str) -> None:
    answer = get(f"http://{host}/", private=False, proxy="http://127.0.0.1:1")
    assert why(answer) is Reason.PRIVATE_ADDRESS


def test_proxies_that_do_not_serve() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    for proxy in (f"http://127.0.0.1:{port}", "http://127.0.0.1:99999", "http://none.invalid:1"):
        assert why(get("http://teste.invalid/", proxy=proxy)) is Reason.PROXY
    with serving(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n") as server:
        answer = get("https://teste.invalid/", proxy=server.url)
        assert why(answer) is Reason.PROXY
        assert isinstance(answer, FetchFailed)
        assert "407" in answer.detail
        assert why(get("http://teste.invalid/", proxy=server.url)) is Reason.PROXY
    with serving(b"") as server:
        assert why(get("https://teste.invalid/", proxy=server.url)) is Reason.PROXY

    def silent(client: socket.socket, request: bytes) -> None:
        server.stopping.wait(SOON)

    with serving(silent) as server:
        answer = get("https://teste.invalid/", proxy=server.url, seconds=0.3)
        assert why(answer) is Reason.TIMEOUT


# ---- TLS


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


# ---- addresses


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("200.152.38.155", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - an address to refuse
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::1", False),
        ("::127.0.0.1", False),
        ("::ffff:0:10.0.0.1", False),
        ("64:ff9b:1::a00:1", False),
        ("fec0::1", False),
        ("ff0e::1", False),
        ("64:ff9b::c898:269b", True),
        ("2804:d59::1", True),
    ],
)
def test_public_addresses(address: str, expected: bool) -> None:
    assert public(address) is expected


def test_hosts_that_a_proxy_may_be_asked_for() -> None:
    assert may_name("acraiz.icpbrasil.gov.br")
    assert may_name("200.152.38.155")
    assert may_name("2804:d59::1")
    for inside in (
        "x.localhost.",
        "intranet",
        "proxy.LOCAL",
        "a.lan",
        "router.home.arpa",
        "wpad.",
    ):
        assert not may_name(inside), inside


def test_private_addresses_among_public_ones_are_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A DNS answer that mixes both, as a rebinding attack's does."""
    with serving(body(b"segredo")) as server:
        places = [(a, server.port) for a in ("10.0.0.1", "127.0.0.1", "198.41.0.4")]
        rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", place) for place in places]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)
        tried = []

        def refuse(_: socket.socket, place: tuple[str, int]) -> int:
            tried.append(place[0])
            return errno.ECONNREFUSED

        monkeypatch.setattr(socket.socket, "connect_ex", refuse)
        assert why(get("http://misto.test/", private=False)) is Reason.CONNECT
        assert tried == ["198.41.0.4"]
        monkeypatch.undo()
    assert server.requests == []


def test_targets() -> None:
    assert target("http://Teste.invalid").url == "http://teste.invalid/"
    assert target("https://teste.invalid:8443/a?b#c").url == "https://teste.invalid:8443/a?b"
    assert target("http://[2804:d59::1]:80/").url == "http://[2804:d59::1]/"
    assert target("http://teste.invalid/a b").path == "/a%20b"
    with pytest.raises(RefusedUrlError):
        target("http://teste.invalid/é")

"""The network port on loopback's real sockets: whom it reaches, how, and what time it is."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Event, Thread
from time import monotonic, time
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.lab import endpoints as lab
from tests.lab.daemon import HOST
from tests.lab.proxy import Proxy, ProxyMood

from a3check.core.internet import Endpoint, Reach
from a3check.core.profile import Limits
from a3check.net.connect import connect
from a3check.net.network import Internet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 5.0
"""No answer here may take longer, deadlines included."""
SHORT = 0.4
"""The deadline of what is known to stay silent."""
NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def _net(proxy: str = "none", *, roots: Path | None = None, seconds: float = SHORT) -> Internet:
    limits = Limits(connect=seconds, handshake=seconds, fetch=seconds)
    return Internet(limits, proxy=proxy, server_roots=roots, allow_private=True)


def _at(server: lab.Endpoint) -> Endpoint:
    return Endpoint(HOST, server.port)


# ---- reach


def test_each_end_has_its_name_and_all_run_side_by_side() -> None:
    with lab.Silent() as open_, lab.Refused() as refused, lab.Dropping() as dropped:
        asked = [_at(open_), _at(refused), _at(dropped), _at(dropped), _at(dropped)]
        asked.append(Endpoint("nome.invalid", 443))
        started = monotonic()
        answers = _net(seconds=1.0).reach(asked)
        took = monotonic() - started
    assert [a.reach for a in answers] == [
        Reach.CONNECTED,
        Reach.REFUSED,
        Reach.NO_ANSWER,
        Reach.NO_ANSWER,
        Reach.NO_ANSWER,
        Reach.DNS_FAILED,
    ]
    assert [a.endpoint for a in answers] == asked
    assert [a.address for a in answers] == [HOST] * 5 + [""]
    assert took < 2.9


def test_a_server_that_resets_was_reached() -> None:
    with lab.Resetting() as server:
        assert _net().reach([_at(server)])[0].reach is Reach.CONNECTED


def test_a_dead_address_does_not_cost_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    with lab.Dropping() as dead, lab.Silent() as alive:
        rows = [(HOST, dead.port), (HOST, dead.port), ("192.0.2.1", 1), (HOST, alive.port)]
        _resolve_to(monkeypatch, rows)
        answer = _net(seconds=PATIENCE).reach([Endpoint("dois.invalid", 443)])[0]
    assert answer.reach is Reach.CONNECTED
    assert answer.seconds < PATIENCE / 2


def test_the_clearest_of_several_failures_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with lab.Dropping() as dead, lab.Refused() as refused:
        _resolve_to(monkeypatch, [(HOST, refused.port), (HOST, dead.port)])
        assert _net().reach([Endpoint("dois.invalid", 443)])[0].reach is Reach.REFUSED


def test_a_family_that_is_not_there_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with lab.Silent() as alive:
        rows = [
            (socket.AF_APPLETALK, 1, 6, "", ("::1", 1)),
            (socket.AF_INET, 1, 6, "", (HOST, alive.port)),
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)
        assert _net().reach([Endpoint("dois.invalid", 443)])[0].reach is Reach.CONNECTED


def test_a_resolver_that_hangs_ends_with_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    release = Event()

    def hang(*_: object, **__: object) -> list[object]:
        release.wait(PATIENCE)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    try:
        answer = _net().reach([Endpoint("lento.invalid", 443)])[0]
    finally:
        release.set()
    assert answer.reach is Reach.DNS_FAILED
    assert SHORT <= answer.seconds < PATIENCE / 2


def test_a_lost_question_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first question hangs, as after a lost packet; the second one is answered."""
    release, asked = Event(), iter([True])
    with lab.Silent() as server:
        rows = [(socket.AF_INET, 1, 6, "", (HOST, server.port))]

        def answer(*_: object, **__: object) -> list[object]:
            if next(asked, False):
                release.wait(PATIENCE)
            return list(rows)

        monkeypatch.setattr(socket, "getaddrinfo", answer)
        monkeypatch.setattr("a3check.net.connect.ASK_AT", (0.0, 0.2))
        try:
            answered = _net(seconds=PATIENCE).reach([Endpoint("perdido.invalid", 443)])[0]
        finally:
            release.set()
    assert answered.reach is Reach.CONNECTED
    assert answered.seconds < PATIENCE / 2


def test_a_stop_before_the_first_try_says_nothing_of_the_host() -> None:
    stop = Event()
    stop.set()
    with lab.Refused() as refused:
        assert connect("127.0.0.1", refused.port, seconds=5, stop=stop).reach is Reach.NO_ANSWER


def test_a_cancel_ends_the_wait_at_once() -> None:
    net = _net(seconds=60.0)
    with lab.Dropping() as dropped:
        answers: list[Reach] = []
        waiting = Thread(target=lambda: answers.extend(a.reach for a in net.reach([_at(dropped)])))
        waiting.start()
        net.cancel()
        waiting.join(PATIENCE)
        assert not waiting.is_alive()
    assert answers == [Reach.NO_ANSWER]


# ---- proxy


@pytest.mark.parametrize(
    ("mood", "reach", "status"),
    [
        (ProxyMood.FORBIDDEN, Reach.PROXY_DENIED, 403),
        (ProxyMood.CREDENTIALS, Reach.PROXY_DENIED, 407),
        (ProxyMood.BAD_GATEWAY, Reach.UNREACHABLE, 502),
        (ProxyMood.DEAD, Reach.PROXY_UNREACHABLE, 0),
    ],
)
def test_a_proxy_that_does_not_let_through(mood: ProxyMood, reach: Reach, status: int) -> None:
    with Proxy(mood) as proxy:
        answer = _net(proxy.url).reach([Endpoint("portal.invalid", 8443)])[0]
        assert proxy.tunnels == ["portal.invalid:8443"]
        assert (answer.reach, answer.http_status) == (reach, status)
        assert answer.proxy == f"{HOST}:{proxy.port}"
    assert not answer.address


def test_through_a_proxy() -> None:
    with lab.Silent() as server, Proxy(names={"portal.invalid": HOST}) as proxy:
        answer = _net(proxy.url).reach([Endpoint("portal.invalid", server.port)])[0]
    assert (answer.reach, answer.address, answer.http_status) == (Reach.CONNECTED, "", 0)


def test_a_proxy_that_is_not_there() -> None:
    with lab.Refused() as nobody:
        answer = _net(f"http://{nobody.address}").reach([Endpoint("portal.invalid", 443)])[0]
        assert (answer.reach, answer.proxy) == (Reach.PROXY_UNREACHABLE, nobody.address)


@pytest.mark.parametrize("kind", [lab.Closing, lab.Resetting])
def test_what_is_no_proxy(kind: type[lab.Endpoint]) -> None:
    with kind() as server:
        answer = _net(f"http://{server.address}").reach([Endpoint("portal.invalid", 443)])[0]
    assert answer.reach is Reach.PROXY_UNREACHABLE


def test_the_environment_s_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with Proxy(ProxyMood.FORBIDDEN) as proxy, lab.Silent() as server:
        monkeypatch.setenv("https_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", HOST)
        answers = _net("system").reach([Endpoint("portal.invalid", 443), _at(server)])
    assert [a.reach for a in answers] == [Reach.PROXY_DENIED, Reach.CONNECTED]


def test_around_a_proxy_that_refuses() -> None:
    with Proxy(ProxyMood.FORBIDDEN) as proxy, lab.Silent() as server, lab.Refused() as shut:
        net = _net(proxy.url)
        asked = [_at(server), _at(shut)]
        assert {a.reach for a in net.reach(asked)} == {Reach.PROXY_DENIED}
        around = net.direct(asked)
    assert [a.reach for a in around] == [Reach.CONNECTED, Reach.REFUSED]
    assert {a.proxy for a in around} == {""}


def test_a_setting_that_is_not_followed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "socks5://ana:segredo@proxy.invalid:1080")
    monkeypatch.setenv("no_proxy", HOST)
    with lab.Silent() as server:
        net = _net("system")
        portal = Endpoint("portal.invalid", 443)
        assert net.unfollowed([_at(server)]) == ()
        (odd,) = net.unfollowed([portal, _at(server), portal])
        assert (odd.kind, odd.source, odd.value) == (
            "socks",
            "environment",
            "socks5://proxy.invalid:1080",
        )
        assert net.reach([_at(server)])[0].reach is Reach.CONNECTED


# ---- time


class _Authority:
    """An invented CA for servers, and what it signs."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"AC {name} TESTE")])
        basic = x509.BasicConstraints(ca=True, path_length=None)
        own = self._sign(self.subject, self._key, NOW + 3000 * DAY, basic)
        self.pem = folder / f"{name}.pem"
        self.pem.write_bytes(own.public_bytes(serialization.Encoding.PEM))

    def server(self, host: str = HOST, *, until: datetime = NOW + 90 * DAY) -> ssl.SSLContext:
        """Return the context of a server for a host (an IP address or a name)."""
        key = ec.generate_private_key(ec.SECP256R1())
        name: x509.GeneralName = x509.DNSName(host)
        if host[0].isdigit():
            name = x509.IPAddress(ipaddress.ip_address(host))
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        leaf = self._sign(subject, key, until, x509.SubjectAlternativeName([name]))
        path = self._folder / f"{self._name}-server.pem"
        path.write_bytes(
            leaf.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _sign(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        until: datetime,
        extension: x509.ExtensionType,
    ) -> x509.Certificate:
        builder = x509.CertificateBuilder(
            self.subject, subject, key.public_key(), x509.random_serial_number()
        )
        builder = builder.not_valid_before(NOW - 4000 * DAY).not_valid_after(until)
        return builder.add_extension(extension, critical=True).sign(self._key, hashes.SHA256())


class _Clock(lab.Endpoint):
    """An HTTPS server whose Date is some way off; ``words`` stands for the whole answer."""

    def __init__(
        self, context: ssl.SSLContext, off: timedelta, words: bytes | None = None
    ) -> None:
        super().__init__()
        self._context, self._off, self._words = context, off, words

    def serve(self, connection: socket.socket) -> None:
        with self._context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(4096)
            date = format_datetime(datetime.fromtimestamp(time(), UTC) + self._off, usegmt=True)
            answer = f"HTTP/1.1 405 Method Not Allowed\r\nDate: {date}\r\n\r\n".encode()
            secure.sendall(answer if self._words is None else self._words)
            if self._words == b"":
                secure.recv(1)  # silent until the client gives up


@contextmanager
def _clock(
    context: ssl.SSLContext, off: timedelta = timedelta(), words: bytes | None = None
) -> Iterator[str]:
    with _Clock(context, off, words) as server:
        yield f"https://{server.address}/hora"


@pytest.fixture
def authority(tmp_path: Path) -> _Authority:
    return _Authority(tmp_path, "Horas")


@pytest.mark.parametrize("off", [timedelta(), timedelta(days=-2900), timedelta(days=400)])
def test_the_clock_s_error_is_measured(authority: _Authority, off: timedelta) -> None:
    with _clock(authority.server(), off) as url:
        sample = _net(roots=authority.pem, seconds=PATIENCE).times([url])[0]
    assert sample.url == url
    assert sample.offset == pytest.approx(off.total_seconds(), abs=3)


def test_dates_are_not_verified(authority: _Authority) -> None:
    expired = authority.server(until=NOW - 800 * DAY)
    with _clock(expired) as url:
        sample = _net(roots=authority.pem, seconds=PATIENCE).times([url])[0]
    assert sample.offset == pytest.approx(0, abs=3)


def test_a_foreign_ca_is_refused(authority: _Authority, tmp_path: Path) -> None:
    foreign = _Authority(tmp_path, "Estranha")
    with _clock(foreign.server()) as url:
        samples = _net(roots=authority.pem, seconds=PATIENCE).times([url])
        samples += _net(roots=None, seconds=PATIENCE).times([url])
    assert [s.offset for s in samples] == [None, None]
    assert all(s.detail.startswith("untrusted: ") for s in samples)


def test_another_host_s_certificate_is_refused(authority: _Authority) -> None:
    with _clock(authority.server("outra.invalid")) as url:
        sample = _net(roots=authority.pem, seconds=PATIENCE).times([url])[0]
    assert sample.offset is None
    assert sample.detail.startswith("untrusted: ")


@pytest.mark.parametrize(
    ("words", "detail"),
    [
        (b"", "no_answer"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "ValueError: no Date"),
        (b"220 smtp\r\n\r\n", "ValueError: no HTTP"),
        (b"HTTP/1.1 200 OK\r\n", "ValueError: no whole HTTP answer"),
    ],
)
def test_an_answer_without_a_time(authority: _Authority, words: bytes, detail: str) -> None:
    with _clock(authority.server(), words=words) as url:
        sample = _net(roots=authority.pem).times([url])[0]
    assert (sample.offset, sample.detail) == (None, detail)


def test_silence_instead_of_a_handshake_ends_with_the_deadline(authority: _Authority) -> None:
    started = monotonic()
    with lab.Silent() as server, lab.Refused() as nobody, lab.Resetting() as reset:
        urls = [f"https://{s.address}/" for s in (server, nobody, reset)]
        samples = _net(roots=authority.pem).times(urls)
    assert [s.offset for s in samples] == [None] * 3
    assert [s.detail for s in samples][:2] == ["no_answer", "refused"]
    assert monotonic() - started < PATIENCE


def test_the_time_comes_through_a_proxy_too(authority: _Authority) -> None:
    with _clock(authority.server(), 2 * DAY) as url, Proxy() as proxy:
        sample = _net(proxy.url, roots=authority.pem, seconds=PATIENCE).times([url])[0]
        assert proxy.tunnels == [url.removeprefix("https://").removesuffix("/hora")]
    assert sample.offset == pytest.approx(2 * DAY.total_seconds(), abs=3)


# ---- fetch


def test_fetches_run_side_by_side_and_end_with_a_cancel() -> None:
    net = _net(seconds=60.0)
    with lab.Silent() as server:
        url = f"http://{server.address}/ac.crl"
        faults: list[str] = []
        waiting = Thread(target=lambda: faults.extend(f.fault for f in net.fetch([url, url])))
        waiting.start()
        net.cancel()
        waiting.join(PATIENCE)
        assert not waiting.is_alive()
    assert faults == ["cancelled", "cancelled"]


def test_a_fetch_that_hears_nothing_ends_with_the_deadline() -> None:
    with lab.Silent() as server:
        answer = _net().fetch([f"http://{server.address}/ac.crl"])[0]
    assert answer.fault == "timeout"
    assert answer.seconds < PATIENCE


def _resolve_to(monkeypatch: pytest.MonkeyPatch, rows: list[tuple[str, int]]) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", row) for row in rows]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


# ---- fetch


def test_a_host_that_drops_everything_is_not_waited_for_until_the_deadline() -> None:
    limits = Limits(connect=SHORT, fetch=60.0)
    net = Internet(limits, proxy="none", allow_private=True)
    with lab.Dropping() as dropped:
        started = monotonic()
        (answer,) = net.fetch([f"http://{dropped.address}/ac.crl"])
    assert answer.fault == "timeout"
    assert monotonic() - started < SHORT + PATIENCE

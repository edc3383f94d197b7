"""A whole client authentication: TLS in one probe, the token's key in another."""

import socket
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from tests.lab.entity import Entity
from tests.lab.softhsm import MODULE, PIN, SoftHsm
from tests.stack.tls_servers import Pki, nginx, scripted
from tests.stack.tls_token import signed

from a3check.core.cryptoki import Candidate, TokenKey
from a3check.core.fault import Fault, FaultKind
from a3check.core.ports import JSON
from a3check.core.profile import Limits
from a3check.core.secret import Secret
from a3check.probes.drivers import ProbedDrivers
from a3check.probes.handshakes import ProbedHandshakes
from a3check.tls.request import Identity, Request
from a3check.tls.signing import schemes
from a3check.tls.transcript import Transcript

pytestmark = pytest.mark.lab


@pytest.fixture
def drivers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pki: Pki) -> Iterator[ProbedDrivers]:
    hsm = SoftHsm(tmp_path / "hsm")
    for name, value in hsm.environment.items():
        monkeypatch.setenv(name, value)
    token = hsm.add_token("A3 DO LABORATORIO")
    token.put(Entity(pki.rsa.certificate, pki.rsa.key), b"\1")
    token.put(Entity(pki.p256.certificate, pki.p256.key), b"\2")
    made = ProbedDrivers(Limits())
    yield made
    made.cancel()


def ask(pki: Pki, port: int, **more: object) -> Mapping[str, JSON]:
    settings: dict[str, object] = {
        "server_roots_pem": pki.root.pem,
        "addresses": ("127.0.0.1",),
        "total_seconds": 20.0,
        **more,
    }
    return Request("localhost", port, **settings).to_json()  # type: ignore[arg-type] # keywords


@pytest.mark.parametrize("kind", ["rsa", "p256"])
def test_the_token_signs_for_the_server(
    pki: Pki, tmp_path: Path, drivers: ProbedDrivers, kind: str
) -> None:
    holder = pki.rsa if kind == "rsa" else pki.p256
    (driver,) = drivers.survey([Candidate(str(MODULE))])
    token = driver.tokens[0]
    answer = drivers.login(token, Secret(bytearray(PIN.encode())))
    assert not isinstance(answer, Fault)
    public = holder.key.public_key()
    key = TokenKey(b"\1" if kind == "rsa" else b"\2", "Certificado A3")
    possible = schemes(public, token.mechanisms)

    def sign(wish: Mapping[str, JSON]) -> Mapping[str, JSON]:
        return signed(drivers, token, key, public, wish)

    with nginx(tmp_path, pki) as port:
        identity = Identity(holder.der, (pki.sub.der,), possible)
        request = ask(pki, port, identity=identity, require_trust=True)
        reply = ProbedHandshakes(Limits()).converse(request, sign)
    assert not isinstance(reply, Fault), reply
    transcript = Transcript.from_json(reply)
    assert transcript.answer is not None, transcript
    assert transcript.answer.status == 200
    assert drivers.release() == ()


def test_a_signer_that_fails_ends_the_conversation(pki: Pki, tmp_path: Path) -> None:
    asked: list[object] = []

    def sign(wish: Mapping[str, JSON]) -> Mapping[str, JSON]:
        asked.append(wish["algorithm"])
        return {"error": "CKR_DEVICE_REMOVED"}

    with nginx(tmp_path, pki) as port:
        identity = Identity(pki.rsa.der, (pki.sub.der,))
        reply = ProbedHandshakes(Limits()).converse(ask(pki, port, identity=identity), sign)
    assert not isinstance(reply, Fault)
    assert "CKR_DEVICE_REMOVED" in str(reply)
    assert len(asked) == 1


def test_an_anonymous_conversation(pki: Pki, tmp_path: Path) -> None:
    with nginx(tmp_path, pki) as port:
        reply = ProbedHandshakes(Limits()).converse(ask(pki, port))
    assert not isinstance(reply, Fault)
    assert Transcript.from_json(reply).requests


def test_a_silent_server_is_cut_by_the_conversations_own_deadline(pki: Pki) -> None:
    def say_nothing(_connection: socket.socket, over: threading.Event) -> None:
        over.wait(30)

    with scripted(say_nothing) as port:
        request = ask(pki, port, handshake_seconds=1.0, total_seconds=2.0)
        reply = ProbedHandshakes(Limits()).converse(request)
    assert not isinstance(reply, Fault)


def test_cancelled(pki: Pki) -> None:
    handshakes = ProbedHandshakes(Limits())
    handshakes.cancel()
    reply = handshakes.converse(ask(pki, 1))
    assert isinstance(reply, Fault)
    assert reply.kind is FaultKind.CANCELLED


def test_nonsense_is_refused(pki: Pki) -> None:
    reply = ProbedHandshakes(Limits()).converse({"port": "x"})
    assert isinstance(reply, Fault)
    assert reply.kind is FaultKind.REFUSED

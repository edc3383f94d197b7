"""What the tests ask of the TLS client, and the page it brought back."""

from tests.stack.tls_servers import Pki
from tests.unit.tls.softkey import BOTH, Holder, signer

from a3check.tls.client import Identity, Request, Transcript, converse
from a3check.tls.signing import schemes

LATE_SECONDS = 1.0
"""Seconds past its deadline that an answer may need on a busy machine."""
LOOPBACK = ("127.0.0.1",)


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

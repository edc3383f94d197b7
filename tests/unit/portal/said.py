"""Conversations with servers as the TLS probe would tell them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.unit.pki.maker import LEAF, ca, leaf

from a3check.tls.transcript import (
    AcceptedIssuer,
    Alert,
    Answer,
    CertificateRequest,
    Direction,
    Phase,
    Transcript,
    When,
)

SERVER = leaf(ca("CA de Servidores"), common="portal.test", own="server")
ISSUER = "CA de Servidores"
SCHEMES = ("ecdsa_secp256r1_sha256",)


def to(host: str, **more: Any) -> Transcript:  # noqa: ANN401 - any field
    """A trusted server that answers with an empty page."""
    known: dict[str, Any] = {
        "port": 443,
        "phase": Phase.DONE,
        "version": "TLSv1.3",
        "cipher": "TLS_AES",
        "server_chain": (SERVER.der,),
        "verify_code": 0,
        "answer": Answer(200),
    }
    return Transcript(host, **{**known, **more})


def page(body: str = "", status: int = 200, **headers: str) -> Answer:
    return Answer(status, tuple(headers.items()), body.encode())


def sent_to(where: str, status: int = 302, **headers: str) -> Answer:
    return page("", status, location=where, **headers)


def asking(*issuers: bytes, when: When = When.HANDSHAKE) -> CertificateRequest:
    return CertificateRequest(when, tuple(AcceptedIssuer(i, "") for i in issuers), SCHEMES)


def asked(transcript: Transcript, *issuers: bytes) -> Transcript:
    """The server asks, and nothing is shown."""
    return replace(transcript, requests=(asking(*issuers),))


def proved(transcript: Transcript, *issuers: bytes) -> Transcript:
    """The server asks, is shown a certificate, and the key proves it."""
    return replace(
        asked(transcript, *issuers),
        identity_ready=True,
        certificates_sent=(3,),
        client_schemes=SCHEMES,
    )


def alert(name: str, phase: Phase = Phase.HANDSHAKE) -> tuple[Alert, ...]:
    return (Alert(Direction.RECEIVED, "fatal", name, phase),)


def name_of(made: Any = LEAF) -> bytes:  # noqa: ANN401 - a certificate of the maker
    """Return the subject of a CA as it stands in a CertificateRequest."""
    name: bytes = made.x509.subject.public_bytes()
    return name

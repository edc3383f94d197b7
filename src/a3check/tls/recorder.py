"""Writes down a conversation while it happens, and makes a transcript of it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from a3check.tls import messages
from a3check.tls.request import Request
from a3check.tls.transcript import (
    AcceptedIssuer,
    Alert,
    Answer,
    CertificateRequest,
    Direction,
    Phase,
    Timings,
    Transcript,
    Trouble,
    VerifyError,
    When,
)
from a3check.tls.trouble import Broken

_MOST_RECEIVED = 256


@dataclass(slots=True)
class Recorder:
    """Everything that was seen so far."""

    request: Request
    name_text: Callable[[bytes], str]
    """Writes a DER name as RFC 4514 does."""
    started: float = field(default_factory=time.monotonic)
    phase: Phase = Phase.CONNECT
    peer: tuple[str, int] | None = None
    version: str | None = None
    cipher: str | None = None
    trust_path: tuple[bytes, ...] = ()
    verified: bool = False
    """Did OpenSSL judge the server's chain?"""
    verify_errors: dict[tuple[int, int], VerifyError] = field(default_factory=dict)
    server_chain: tuple[bytes, ...] = ()
    server_scheme: str | None = None
    requests: list[CertificateRequest] = field(default_factory=list)
    certificates_sent: list[int] = field(default_factory=list)
    client_schemes: list[str] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    renegotiations: int = 0
    signatures: int = 0
    sign_seconds: float = 0.0
    seconds: dict[Phase, float] = field(default_factory=dict)
    answer: Answer | None = None
    agreed: bool = False
    """Has the server said ServerHello?"""
    modern: bool = False
    """TLS 1.3?"""
    first_bytes: bytes = b""
    """What the other end sent first."""

    @contextmanager
    def enter(self, phase: Phase) -> Iterator[None]:
        """Be in a phase and measure it; an error leaves the phase as the one reached."""
        self.phase = phase
        started = time.monotonic()
        try:
            yield
        finally:
            self.seconds[phase] = time.monotonic() - started

    def receive(self, data: bytes) -> None:
        """Note what came from the network."""
        missing = _MOST_RECEIVED - len(self.first_bytes)
        if missing > 0:
            self.first_bytes += data[:missing]

    def message(self, *, sent: bool, version: int, content: int, data: bytes) -> None:
        """Note a TLS message, as OpenSSL's message callback shows it."""
        if content == messages.ALERT:
            direction = Direction.SENT if sent else Direction.RECEIVED
            self.alerts.append(Alert(direction, *messages.alert(data), self.phase))
        elif content == messages.HANDSHAKE and sent:
            self._sent(version, data)
        elif content == messages.HANDSHAKE:
            self._received(version, data)

    def verify_error(self, error: VerifyError) -> None:
        """Note what OpenSSL has against the server's chain; each thing once."""
        self.verify_errors.setdefault((error.code, error.depth), error)

    def transcript(self, broken: Broken | None, signer_code: str | None) -> Transcript:
        """Return all as one value."""
        first = next(iter(self.verify_errors.values()), None)
        text = "ok" if self.verified else ""
        identity = self.request.identity
        return Transcript(
            host=self.request.host,
            port=self.request.port,
            path=self.request.path,
            proxy="{}:{}".format(*self.request.proxy) if self.request.proxy else None,
            peer=self.peer,
            phase=self.phase,
            version=self.version,
            cipher=self.cipher,
            server_chain=self.server_chain,
            trust_path=self.trust_path,
            verify_code=first.code if first else (0 if self.verified else None),
            verify_text=first.text if first else text,
            verify_errors=tuple(self.verify_errors.values()),
            server_scheme=self.server_scheme,
            requests=tuple(self.requests),
            identity_ready=identity is not None,
            offered_schemes=identity.schemes if identity else (),
            certificates_sent=tuple(self.certificates_sent),
            client_schemes=tuple(self.client_schemes),
            alerts=tuple(self.alerts),
            renegotiations=self.renegotiations,
            signatures=self.signatures,
            signer_code=signer_code,
            answer=self.answer,
            trouble=broken.trouble if broken else None,
            proxy_status=broken.proxy_status if broken else None,
            received=broken.received if broken else b"",
            detail=broken.detail if broken else "",
            timings=self._timings(),
        )

    @property
    def trusted(self) -> bool:
        """Was the server verified, and nothing found against it?"""
        return self.verified and not self.verify_errors

    @property
    def refused(self) -> Alert | None:
        """The server's fatal alert."""
        fatal = (a for a in reversed(self.alerts) if a.level == "fatal")
        return next((alert for alert in fatal if alert.direction is Direction.RECEIVED), None)

    def _timings(self) -> Timings:
        return Timings(
            connect=self.seconds.get(Phase.CONNECT, 0.0),
            proxy=self.seconds.get(Phase.PROXY, 0.0),
            handshake=self.seconds.get(Phase.HANDSHAKE, 0.0),
            sign=self.sign_seconds,
            total=time.monotonic() - self.started,
        )

    def _sent(self, version: int, data: bytes) -> None:
        match data[0]:
            case messages.CERTIFICATE:
                self.certificates_sent.append(len(messages.certificates(data, version)))
            case messages.CERTIFICATE_VERIFY:
                self.modern = version >= messages.TLS13
                self.client_schemes.append(messages.signature_scheme(data, version))

    def _received(self, version: int, data: bytes) -> None:
        match data[0]:
            case messages.HELLO_REQUEST:
                self.renegotiations += 1
            case messages.SERVER_HELLO:
                self.agreed = True
            case messages.CERTIFICATE:
                self.server_chain = messages.certificates(data, version)
            case messages.CERTIFICATE_REQUEST:
                self.requests.append(self._wish(version, data))
            case messages.CERTIFICATE_VERIFY:
                self.server_scheme = messages.signature_scheme(data, version)
            case messages.SERVER_KEY_EXCHANGE:
                scheme = messages.key_exchange_scheme(data, version)
                self.server_scheme = scheme or self.server_scheme

    def _wish(self, version: int, data: bytes) -> CertificateRequest:
        wish = messages.certificate_request(data, version)
        issuers = tuple(AcceptedIssuer(der, self.name_text(der)) for der in wish.issuers)
        when = When.HANDSHAKE
        if self.phase is not Phase.HANDSHAKE:
            modern = version >= messages.TLS13
            when = When.POST_HANDSHAKE if modern else When.RENEGOTIATION
        return CertificateRequest(when, issuers, wish.schemes, wish.types)


def no_tls(received: bytes) -> bool:
    """Do these first bytes begin no TLS record (RFC 8446, 5.1)?"""
    return bool(received) and not (
        received[0] in range(20, 24) and (len(received) == 1 or received[1] == 3)  # noqa: PLR2004
    )


def why_failed(recorder: Recorder, detail: str) -> Broken:
    """Tell what made OpenSSL give up, from what was written down."""
    if recorder.refused:
        return Broken(Trouble.ALERT, recorder.refused.name)
    if no_tls(recorder.first_bytes):
        return Broken(Trouble.PROTOCOL, detail, received=recorder.first_bytes)
    if recorder.request.require_trust and recorder.verify_errors:
        return Broken(Trouble.VERIFY, detail)
    return Broken(Trouble.PROTOCOL, detail, received=recorder.first_bytes)

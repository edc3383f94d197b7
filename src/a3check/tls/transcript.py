"""What was said between this computer and a server, decoded, as values."""

from dataclasses import dataclass, field
from enum import StrEnum

from a3check.tls.plain import Plain


class Trouble(StrEnum):
    """What ended a conversation before its time. The transcript's other fields say the rest."""

    DNS = "dns"
    """The name has no address, or no resolver answered."""
    REFUSED = "refused"
    """The port is closed (TCP RST to our SYN)."""
    NO_ANSWER = "no_answer"
    """Nothing came back within connect_seconds."""
    UNREACHABLE = "unreachable"
    """This computer or a router says that there is no way to the address."""
    PROXY_UNREACHABLE = "proxy_unreachable"
    """The proxy itself has no address, is closed or does not answer."""
    PROXY_REFUSED = "proxy_refused"
    """The proxy said no to CONNECT: `proxy_status` 407, 403, 502…; None where it spoke no HTTP."""
    RESET = "reset"
    """The connection was torn down (TCP RST) in the phase reached."""
    EOF = "eof"
    """The connection was closed without an alert and before an answer."""
    TIMEOUT = "timeout"
    """A deadline passed after the TCP connection stood."""
    ALERT = "alert"
    """The server refused with an alert: the last one received."""
    PROTOCOL = "protocol"
    """What came is no TLS (see `received`), or TLS that OpenSSL does not go along with."""
    VERIFY = "verify"
    """The server is not trusted, and trust was required: our certificate was not shown."""
    TOKEN = "token"  # noqa: S105 - the word, no secret
    """The signer failed: `signer_code`."""
    IDENTITY = "identity"
    """OpenSSL does not take the certificate to be shown (unreadable, key too small)."""
    HTTP = "http"
    """TLS stood, and what came through it is no HTTP answer."""


class Phase(StrEnum):
    """How far a conversation came."""

    CONNECT = "connect"
    PROXY = "proxy"
    HANDSHAKE = "handshake"
    HTTP = "http"
    DONE = "done"


class When(StrEnum):
    """At which moment the server asked for a certificate."""

    HANDSHAKE = "handshake"
    RENEGOTIATION = "renegotiation"
    POST_HANDSHAKE = "post-handshake"


class Direction(StrEnum):
    """Who sent it."""

    SENT = "sent"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class Alert(Plain):
    """A TLS alert (RFC 8446, 6)."""

    direction: Direction
    level: str
    """warning, fatal, or the number."""
    name: str
    """Of IANA's registry, e.g. unknown_ca; the number where it has none."""
    phase: Phase
    """http is where TLS 1.3's late refusals arrive."""


@dataclass(frozen=True, slots=True)
class AcceptedIssuer(Plain):
    """A CA that the server accepts certificates from."""

    der: bytes = field(repr=False)
    text: str
    """RFC 4514; empty where the bytes are no name."""


@dataclass(frozen=True, slots=True)
class CertificateRequest(Plain):
    """The server's wish for a client certificate."""

    when: When
    issuers: tuple[AcceptedIssuer, ...] = ()
    """Empty: any."""
    schemes: tuple[str, ...] = ()
    """Signature schemes by their TLS names, in the server's order."""
    certificate_types: tuple[str, ...] = ()
    """TLS 1.2 and older: rsa_sign, ecdsa_sign…"""


@dataclass(frozen=True, slots=True)
class VerifyError(Plain):
    """One thing that OpenSSL has against the server's chain."""

    code: int
    """X509_V_ERR_*."""
    depth: int
    """0 is the server's own certificate."""
    text: str


@dataclass(frozen=True, slots=True)
class Timings(Plain):
    """Seconds that each part took; 0 where it did not happen."""

    connect: float = 0.0
    """Names and TCP, to the proxy where there is one."""
    proxy: float = 0.0
    handshake: float = 0.0
    """First handshake, the signer's time included."""
    sign: float = 0.0
    """All the time the signer took."""
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer(Plain):
    """An HTTP answer; its text is the portal's page and never goes into a report."""

    status: int
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """As received, in their order, repeated ones too."""
    body: bytes = field(default=b"", repr=False)
    complete: bool = True
    """False where it was cut: by the 256 KiB limit, the connection's end or a deadline."""

    def header(self, name: str) -> str | None:
        """Return the first value of a header, whatever the case of its name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Transcript(Plain):
    """A whole conversation: one TCP connection, one TLS session, one GET."""

    host: str
    port: int
    path: str = "/"
    proxy: str | None = None
    peer: tuple[str, int] | None = None
    """Address and port of the other TCP end (the proxy's where there is one)."""
    phase: Phase = Phase.CONNECT
    version: str | None = None
    """TLSv1.2, TLSv1.3…; None where it was not agreed upon."""
    cipher: str | None = None
    server_chain: tuple[bytes, ...] = field(default=(), repr=False)
    """DER, as received."""
    trust_path: tuple[bytes, ...] = field(default=(), repr=False)
    """DER, as OpenSSL built it from the server's certificate towards a root."""
    verify_code: int | None = None
    """X509_V_*: 0 = trusted by the given roots and name, else the first error; None = not seen."""
    verify_text: str = ""
    verify_errors: tuple[VerifyError, ...] = ()
    """All of them, where trust was not required; else the one that ended it."""
    server_scheme: str | None = None
    requests: tuple[CertificateRequest, ...] = ()
    identity_ready: bool = False
    """Had we a certificate and a signer to offer?"""
    offered_schemes: tuple[str, ...] = ()
    """What the signer can do, in TLS names; empty = no limit was given."""
    certificates_sent: tuple[int, ...] = ()
    """How many certificates each Certificate message of ours held."""
    client_schemes: tuple[str, ...] = ()
    """The scheme of each CertificateVerify of ours."""
    alerts: tuple[Alert, ...] = ()
    renegotiations: int = 0
    signatures: int = 0
    """How often the signer was asked."""
    signer_code: str | None = None
    answer: Answer | None = None
    trouble: Trouble | None = None
    proxy_status: int | None = None
    received: bytes = field(default=b"", repr=False)
    """The first bytes of what came instead of what was expected."""
    detail: str = ""
    """For the log: the system's or OpenSSL's own words."""
    timings: Timings = Timings()

    @property
    def trusted(self) -> bool:
        """Was the server verified, its chain and its name?"""
        return self.verify_code == 0

    @property
    def asked(self) -> bool:
        """Did the server ask for a certificate, at any moment?"""
        return bool(self.requests)

    @property
    def nothing_sent(self) -> bool:
        """Was a certificate asked for, one ready, and an empty message all that left?

        OpenSSL does so when signer and server share no signature scheme; no error appears, and
        the server's refusal that follows is not about the certificate.
        """
        return self.identity_ready and self.asked and self.certificates_sent[-1:] == (0,)

    @property
    def proved(self) -> bool:
        """Did we show a certificate and prove its key? Says nothing of the server's opinion."""
        return self.asked and self.certificates_sent[-1:] > (0,) and bool(self.client_schemes)

    @property
    def refusal(self) -> Alert | None:
        """The server's last fatal alert."""
        fatal = (a for a in reversed(self.alerts) if a.direction is Direction.RECEIVED)
        return next((alert for alert in fatal if alert.level == "fatal"), None)

"""What is to be said to a server, and with which certificate."""

from dataclasses import dataclass, field, replace
from urllib.parse import quote

from a3check.tls.plain import Plain

_PATH = "!#$%&'()*+,/:;=?@[]~"  # RFC 3986's reserved ones and %: an escaped path stays as it is
_PRIVATE = frozenset({"cookie", "origin"})
"""Headers that tell of a session."""


@dataclass(frozen=True, slots=True)
class Identity(Plain):
    """The certificate to show; its key is behind the signer."""

    certificate: bytes = field(repr=False)
    """DER."""
    chain: tuple[bytes, ...] = field(default=(), repr=False)
    """DER of the CAs to send with it, the issuer first, without the root."""
    schemes: tuple[str, ...] = ()
    """TLS names of what the signer can do (`signing.schemes`); empty = no limit."""


@dataclass(frozen=True, slots=True)
class Request(Plain):
    """One request to one host: a GET, or the POST of a form."""

    host: str
    port: int = 443
    path: str = "/"
    """Path and query."""
    body: bytes | None = field(default=None, repr=False)
    """A form's fields (application/x-www-form-urlencoded), sent by POST; None = a GET."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Besides Host and Connection, which are ours."""
    server_roots_pem: str | None = field(default=None, repr=False)
    """Who may sign the server's certificate; None = this system's roots."""
    server_intermediates: tuple[bytes, ...] = field(default=(), repr=False)
    """DER of CAs that the server fails to send (had from its AIA); they are no roots."""
    addresses: tuple[str, ...] = ()
    """IP addresses to connect to instead of asking DNS."""
    proxy: tuple[str, int] | None = None
    """An HTTP proxy that is asked to CONNECT."""
    proxy_authorization: str = field(default="", repr=False)
    """The value of Proxy-Authorization; a secret, in no transcript."""
    connect_seconds: float = 5.0
    """DNS and TCP together; again for the proxy's answer."""
    handshake_seconds: float = 30.0
    total_seconds: float = 60.0
    """For everything; neither this nor handshake_seconds counts the signer's time."""
    settle_seconds: float = 0.3
    """TLS 1.3, certificate shown: how long to wait for a refusal before the GET is written. Some
    systems throw the alert away when a reset follows it."""
    min_version: str | None = None
    """TLSv1.2, TLSv1.3; None = OpenSSL's."""
    max_version: str | None = None
    identity: Identity | None = None
    require_trust: bool = False
    """End the handshake before our certificate leaves unless the server is verified."""
    check_dates: bool = True
    """False: an expired server passes (for the trusted time only)."""
    moment: int | None = None
    """Seconds since 1970 at which the chain is judged; None = this computer's clock."""

    def public(self) -> "Request":
        """Return what may be said to a server that is not verified: no session, ticket, field."""
        open_headers = tuple(h for h in self.headers if h[0].casefold() not in _PRIVATE)
        return replace(self, path=self.path.partition("?")[0], headers=open_headers, body=None)

    def message(self) -> bytes:
        """Write the HTTP/1.1 request; what does not belong into its lines is escaped."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        where = name if self.port == 443 else f"{name}:{self.port}"  # noqa: PLR2004 - https
        method = "GET" if self.body is None else "POST"
        lines = [
            f"{method} {quote(self.path, safe=_PATH)} HTTP/1.1",
            f"Host: {where}",
            *(f"{_one_line(key)}: {_one_line(value)}" for key, value in self.headers),
            *([] if self.body is None else _about(self.body)),
            "Connection: close",
        ]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
        return head + (self.body or b"")


def _about(body: bytes) -> list[str]:
    return ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]


def _one_line(text: str) -> str:
    return text.translate({ord("\r"): None, ord("\n"): None, 0: None})

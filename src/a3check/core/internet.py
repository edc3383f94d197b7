"""What the network answers."""

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A host and a TCP port; ``needed`` is false where the login may do without it."""

    host: str
    port: int
    needed: bool = True

    def __str__(self) -> str:
        """Return ``host:port``."""
        return f"{self.host}:{self.port}"


class Reach(StrEnum):
    """How an attempt to connect ended."""

    CONNECTED = "connected"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    DNS_FAILED = "dns_failed"
    UNREACHABLE = "unreachable"
    PROXY_UNREACHABLE = "proxy_unreachable"
    PROXY_DENIED = "proxy_denied"


@dataclass(frozen=True, slots=True)
class Reached:
    """One attempt: address that was tried last, proxy in use (``host:port``), time in seconds."""

    endpoint: Endpoint
    reach: Reach
    address: str = ""
    proxy: str = ""
    seconds: float = 0.0
    http_status: int = 0


@dataclass(frozen=True, slots=True)
class TimeSample:
    """The Date of one HTTPS answer whose chain was verified (its dates were not).

    ``offset`` is that Date minus this computer's clock, in seconds, halfway
    through the exchange; nothing where the host gave no trustworthy answer.
    """

    url: str
    offset: float | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered; ``body`` is empty and ``fault`` set where nothing could be had."""

    url: str
    body: bytes = b""
    fault: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ProxyServer:
    """An HTTP proxy; ``authorization`` is the value of Proxy-Authorization, a secret."""

    host: str
    port: int
    authorization: str = field(default="", repr=False)

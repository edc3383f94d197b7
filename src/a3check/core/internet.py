"""What the network answers."""

from collections.abc import Callable
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


class Unnamed(StrEnum):
    """Why a name has no address."""

    NOT_FOUND = "not_found"
    """The DNS server says that there is no such name (NXDOMAIN), or no address of it."""
    NO_ANSWER = "no_answer"
    """No DNS server answered within the deadline."""
    SERVER_FAILED = "server_failed"
    """A DNS server could not tell (SERVFAIL, REFUSED), or none can be asked."""
    NO_WAY = "no_way"
    """This computer has no way out: no interface with a route is up."""


@dataclass(frozen=True, slots=True)
class Reached:
    """One attempt: address that was tried last, proxy in use (``host:port``), time in seconds.

    ``unnamed`` goes with ``DNS_FAILED``.
    """

    endpoint: Endpoint
    reach: Reach
    address: str = ""
    proxy: str = ""
    seconds: float = 0.0
    http_status: int = 0
    unnamed: Unnamed | None = None


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
class Ask:
    """An address to get, or to post ``data`` to (an OCSP request)."""

    url: str
    data: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Addresses that say the same: asked in turn, until ``serves`` is content with an answer.

    ``serves`` is asked on another thread, once an answer with a body.
    """

    asks: tuple[Ask, ...]
    serves: Callable[[Ask, Fetched], bool]


@dataclass(frozen=True, slots=True)
class ProxyServer:
    """An HTTP proxy; ``authorization`` is the value of Proxy-Authorization, a secret."""

    host: str
    port: int
    authorization: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """A proxy setting of this system that is not followed: what it wants is not tried.

    ``kind`` is ``pac``, ``wpad``, ``socks`` or ``unreadable``; ``source`` is ``environment``,
    ``windows``, ``gnome`` or ``kde``; ``value`` is what is set, without credentials.
    """

    kind: str
    source: str
    value: str = ""

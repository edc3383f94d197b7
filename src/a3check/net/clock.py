"""What time is it, by a host whose certificate is verified but for its dates?"""

import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic, time
from urllib.parse import SplitResult, urlsplit

from a3check.core.internet import Endpoint, Reach, TimeSample
from a3check.net.lanes import side_by_side
from a3check.net.proxy import Proxies
from a3check.net.reach import way_to
from a3check.net.route import open_route
from a3check.net.secure import secured

# X509_V_FLAG_NO_CHECK_TIME (OpenSSL, x509_vfy.h): a clock years off must not spoil the chain
_NO_CHECK_TIME = 0x200000
_LONGEST_HEAD = 65536  # bytes
_PIECE = 4096
_CANCELLED = "cancelled"
_LIKELY = range(2000, 2100)
"""Years that a server may tell: with others a later sum would leave the calendar."""


@dataclass(frozen=True, slots=True)
class Source:
    """How the time is asked for.

    ``roots`` is a PEM file of who may sign the hosts, or nothing for this system's;
    ``proxies`` lead there; ``connect_seconds`` bounds the connection,
    ``seconds`` handshake and answer together; ``now`` is this computer's clock
    (seconds since 1970, UTC).
    """

    roots: Path | None
    proxies: Proxies
    connect_seconds: float
    seconds: float
    stop: Event
    now: Callable[[], float] = time

    def times(self, urls: Sequence[str]) -> tuple[TimeSample, ...]:
        """Ask each address for its Date, side by side.

        A redirect is not followed: every answer has a Date.
        """
        calls = [partial(self._sample, url) for url in urls]
        return side_by_side(calls, self.stop, [TimeSample(url, None, _CANCELLED) for url in urls])

    def _sample(self, url: str) -> TimeSample:
        try:
            return self._connected(url, verifier(self.roots), urlsplit(url))
        except ssl.SSLCertVerificationError as error:
            return TimeSample(url, None, f"untrusted: {error.verify_message}")
        except TimeoutError:
            return TimeSample(url, None, Reach.NO_ANSWER.value)
        except (OSError, ValueError) as error:
            return TimeSample(url, None, f"{type(error).__name__}: {error}")

    def _connected(self, url: str, context: ssl.SSLContext, parts: SplitResult) -> TimeSample:
        if parts.scheme != "https" or not parts.hostname:
            raise ValueError("no https address")
        endpoint = Endpoint(parts.hostname, parts.port or 443)
        proxy = way_to(endpoint, self.proxies).proxy
        route = open_route(endpoint, proxy, seconds=self.connect_seconds, stop=self.stop)
        if route.sock is None:
            return TimeSample(url, None, route.reached.reach.value)
        deadline = monotonic() + self.seconds
        with route.sock:
            route.sock.settimeout(_left(deadline))
            with secured(context, route.sock, endpoint.host) as secure:
                return TimeSample(url, self._offset(secure, parts, deadline))

    def _offset(self, secure: ssl.SSLSocket, parts: SplitResult, deadline: float) -> float:
        lines = (
            f"HEAD {parts.path or '/'} HTTP/1.1",
            f"Host: {parts.netloc.rpartition('@')[2]}",
            "User-Agent: Mozilla/5.0 (compatible; a3check)",
            "Connection: close",
        )
        sent = self.now()
        secure.settimeout(_left(deadline))
        secure.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("ascii"))
        head = _head(secure, deadline)
        return date_of(head).timestamp() - (sent + self.now()) / 2


def verifier(roots: Path | None) -> ssl.SSLContext:
    """Return a context that verifies chain and host name, but no dates.

    Not OpenSSL's strict mode: roots that an antivirus made often fail it, and
    browsers take them. Raises ``OSError`` where ``roots`` cannot be read.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if roots is None:
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    else:
        context.load_verify_locations(cafile=roots)
    context.verify_flags |= _NO_CHECK_TIME
    return context


def date_of(head: bytes) -> datetime:
    """Return the Date of an HTTP answer's head (RFC 9110 §6.6.1).

    Raises ``ValueError`` where it has none that can be read and believed.
    """
    status, _, rest = head.decode("latin-1").partition("\r\n")
    if not status.startswith("HTTP/1."):
        raise ValueError("no HTTP")
    for line in rest.split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == "date":
            return _moment(value.strip())
    raise ValueError("no Date")


def _moment(text: str) -> datetime:
    try:
        moment = parsedate_to_datetime(text)
    except OverflowError as error:  # a number that no machine word holds
        raise ValueError("no Date") from error
    if moment.year not in _LIKELY:
        raise ValueError("no likely Date")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _head(secure: ssl.SSLSocket, deadline: float) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        secure.settimeout(_left(deadline))
        piece = secure.recv(_PIECE)
        if not piece or len(head) > _LONGEST_HEAD:
            raise ValueError("no whole HTTP answer")
        head += piece
    return head.partition(b"\r\n\r\n")[0]


def _left(deadline: float) -> float:
    seconds = deadline - monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds

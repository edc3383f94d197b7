"""Bring what an HTTP address answers, within a deadline, a size and a set of rules."""

import http.client
import io
import math
import ssl
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from time import monotonic
from urllib.parse import urljoin

from a3check.core.stop import Stop
from a3check.net.address import RefusedUrlError, Target, target
from a3check.net.dial import Dialer, DialError, FloodedError, nothing

REDIRECTS = 5
OCSP_REQUEST = "application/ocsp-request"
USER_AGENT = "Mozilla/5.0 (compatible; a3check)"  # ITI's firewall refuses what is no browser's
_CHUNK = 65536
_AROUND = 1024 * 1024  # bytes of headers, chunk sizes and trailers beside the body
_REDIRECTING = frozenset({301, 302, 303, 307, 308})
_KEEPS_METHOD = frozenset({307, 308})


class Reason(StrEnum):
    """Why nothing was brought."""

    BAD_URL = "bad_url"
    PRIVATE_ADDRESS = "private_address"
    NAME = "name"
    CONNECT = "connect"
    PROXY = "proxy"
    TLS = "tls"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    TRUNCATED = "truncated"
    PROTOCOL = "protocol"
    REDIRECT = "redirect"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, whatever its status; ``date`` is its Date header, ``url`` the last one asked."""

    url: str
    body: bytes = field(repr=False)
    status: int
    seconds: float
    date: datetime | None = None

    @property
    def ok(self) -> bool:
        """Whether the body is what was asked for."""
        return self.status == http.client.OK


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """Why there is no answer; ``detail`` is in English, without secrets."""

    url: str
    reason: Reason
    detail: str = ""
    seconds: float = 0.0


class _FailureError(Exception):
    """Ends a fetch with a reason."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def fetch(
    url: str,
    *,
    data: bytes | None = None,
    deadline_seconds: float,
    limit_bytes: int,
    allow_private: bool = False,
    proxy: str | None = None,
    context: ssl.SSLContext | None = None,
    content_type: str = OCSP_REQUEST,
    heard: Callable[[], None] = nothing,
    connect_seconds: float = math.inf,
    stop: Stop | None = None,
) -> Fetched | FetchFailed:
    """Get an address, or post ``data`` to it; never raises.

    ``deadline_seconds`` bounds everything from the name's resolution to the
    last byte, redirects included; ``connect_seconds`` each connection, its name's
    resolution included; ``limit_bytes`` the body. Unless
    ``allow_private``, only public IP addresses are connected to. ``proxy`` is
    ``http://host:port`` and may hold credentials; it may have a private address.
    ``context`` verifies TLS; without it the system's store does. ``heard`` is called
    once a server, or a proxy in its name, begins to answer. ``stop`` ends it at once.
    """
    started, stop = monotonic(), stop or Stop()
    dialer = Dialer(
        started + deadline_seconds,
        proxy,
        context,
        allow_private=allow_private,
        heard=heard,
        most=limit_bytes + limit_bytes // 8 + _AROUND,
        connecting=connect_seconds,
        stop=stop,
    )
    with closing(dialer), stop.ending(dialer.cut):
        answer = _tried([url], data, content_type, dialer, limit_bytes)
    if stop.is_set():  # what was cut may look whole
        answer = FetchFailed(answer.url, Reason.CUT)
    return replace(answer, seconds=monotonic() - started)


def _tried(
    asked: list[str], data: bytes | None, content_type: str, dialer: Dialer, limit: int
) -> Fetched | FetchFailed:
    """Follow an address to its answer; else say which of the addresses had none, and why."""
    try:
        return _followed(asked, data, content_type, dialer, limit)
    except _FailureError as failure:
        return FetchFailed(asked[-1], failure.reason, failure.detail)
    except RefusedUrlError as failure:
        reason = Reason.BAD_URL if len(asked) == 1 else Reason.REDIRECT
        return FetchFailed(asked[-1], reason, str(failure))


def _followed(
    asked: list[str], data: bytes | None, content_type: str, dialer: Dialer, limit: int
) -> Fetched:
    """Ask the last of the addresses, and those to which it leads: they are added."""
    for _ in range(REDIRECTS + 1):
        answer, location = _exchange(asked[-1], data, content_type, dialer, limit)
        if location is None:
            return answer
        data = data if answer.status in _KEEPS_METHOD else None
        asked.append(_next(asked[-1], location))
    raise _FailureError(Reason.REDIRECT, f"more than {REDIRECTS}")


def _next(asked: str, location: str) -> str:
    """Return where an answer leads; a server may write anything there."""
    try:
        following = urljoin(asked, location)
        led_down = target(asked).secure and not target(following).secure
    except ValueError as error:
        raise _FailureError(Reason.REDIRECT, str(error)) from error
    if led_down:
        raise _FailureError(Reason.REDIRECT, "from https to http")
    return following


def _exchange(
    url: str, data: bytes | None, content_type: str, dialer: Dialer, limit: int
) -> tuple[Fetched, str | None]:
    """Ask once; return the answer and where it sends us, if it does."""
    where = target(url)
    headers = {"User-Agent": USER_AGENT, "Accept": "*/*", "Connection": "close"}
    if data is not None:
        headers["Content-Type"] = content_type
    try:
        with dialer.dial(where) as wire:
            connection = http.client.HTTPConnection(where.host, where.port)
            connection.sock = wire  # all that http.client asks of a socket
            asked = where.path
            if wire.for_proxy is not None:
                asked, headers = where.url, headers | dict(wire.for_proxy)
            return _converse(connection, where, (asked, data), headers, limit)
    except DialError as error:
        raise _FailureError(Reason(error.stage), error.detail) from error
    except TimeoutError:
        raise _FailureError(Reason.TIMEOUT) from None
    except FloodedError:
        raise _FailureError(Reason.TOO_LARGE, f"far more than {limit} bytes") from None
    except ssl.SSLError as error:
        raise _FailureError(Reason.TLS, str(error)) from error
    except http.client.IncompleteRead as error:
        raise _FailureError(Reason.TRUNCATED, str(error)) from error
    except (http.client.HTTPException, ValueError) as error:
        raise _FailureError(Reason.PROTOCOL, f"{type(error).__name__}: {error}") from error
    except OSError as error:
        raise _FailureError(Reason.TRUNCATED, str(error)) from error


def _converse(
    connection: http.client.HTTPConnection,
    where: Target,
    request: tuple[str, bytes | None],
    headers: Mapping[str, str],
    limit: int,
) -> tuple[Fetched, str | None]:
    asked, data = request
    connection.putrequest(
        "GET" if data is None else "POST", asked, skip_host=True, skip_accept_encoding=True
    )
    connection.putheader("Host", where.authority)
    connection.putheader("Accept-Encoding", "identity")
    if data is not None:
        connection.putheader("Content-Length", str(len(data)))
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders(data)
    response = connection.getresponse()
    if response.status == http.client.PROXY_AUTHENTICATION_REQUIRED:
        raise _FailureError(Reason.PROXY, f"{response.status} {response.reason}")
    location = response.headers["Location"] if response.status in _REDIRECTING else None
    body = b"" if location else _body(response, limit)
    date = _date(response.headers["Date"])
    return Fetched(where.url, body, response.status, 0.0, date), location


def _body(response: http.client.HTTPResponse, limit: int) -> bytes:
    if (response.length or 0) > limit:
        raise _FailureError(Reason.TOO_LARGE, f"{response.length} bytes announced")
    body = io.BytesIO()
    announced = response.length
    while chunk := response.read(_CHUNK):
        body.write(chunk)
        if body.tell() > limit:
            raise _FailureError(Reason.TOO_LARGE, f"more than {limit} bytes")
    if announced is not None and body.tell() < announced:
        raise _FailureError(Reason.TRUNCATED, f"{body.tell()} of {announced} bytes")
    return body.getvalue()


def _date(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

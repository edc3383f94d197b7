"""Open the way to a host and port, directly or through a proxy."""

import socket
from dataclasses import dataclass, replace
from threading import Event
from time import monotonic

from a3check.core.internet import Endpoint, Reach, Reached
from a3check.net.connect import connect
from a3check.net.proxy import Proxy
from a3check.tls import tunnel as connecting

_PIECE = 4096
_GATEWAY_TIMEOUT = 504
_SERVER_ERRORS = range(500, 600)


@dataclass(frozen=True, slots=True)
class Route:
    """How the way ended; ``sock`` is open where it is ``CONNECTED``."""

    reached: Reached
    sock: socket.socket | None = None


def open_route(endpoint: Endpoint, proxy: Proxy | None, *, seconds: float, stop: Event) -> Route:
    """Connect; through a proxy by CONNECT (RFC 9110 §9.3.6). Never raises.

    ``seconds`` bounds the connection, and once more the proxy's answer: a proxy has to
    connect itself first. A proxy that takes the request and never answers is
    ``NO_ANSWER``: it may be waiting for a port that is dropped behind it.
    """
    started = monotonic()
    if proxy is None:
        attempt = connect(endpoint.host, endpoint.port, seconds=seconds, stop=stop)
        reached = Reached(endpoint, attempt.reach, attempt.address, unnamed=attempt.unnamed)
        route = Route(reached, attempt.sock)
    else:
        route = _through(endpoint, proxy, seconds, stop)
    return replace(route, reached=replace(route.reached, seconds=monotonic() - started))


def _through(endpoint: Endpoint, proxy: Proxy, seconds: float, stop: Event) -> Route:
    name = str(proxy)
    attempt = connect(proxy.host, proxy.port, seconds=seconds, stop=stop)
    if attempt.sock is None:
        return Route(Reached(endpoint, Reach.PROXY_UNREACHABLE, proxy=name))
    try:
        status = tunnel(attempt.sock, endpoint, proxy, monotonic() + seconds)
    except TimeoutError:
        attempt.sock.close()
        return Route(Reached(endpoint, Reach.NO_ANSWER, proxy=name))
    except OSError:
        status = None
    if connecting.opened(status):
        return Route(Reached(endpoint, Reach.CONNECTED, proxy=name), attempt.sock)
    attempt.sock.close()
    return Route(Reached(endpoint, _refusal(status), proxy=name, http_status=status or 0))


def tunnel(sock: socket.socket, endpoint: Endpoint, proxy: Proxy, deadline: float) -> int | None:
    """Ask a proxy for a way through; return its status, nothing where its answer is no HTTP.

    ``deadline`` is of ``time.monotonic``; raises ``OSError``, past it ``TimeoutError``.
    """
    sock.settimeout(left(deadline))
    sock.sendall(connecting.ask(endpoint.host, endpoint.port, proxy.authorization))
    answer = b""
    # the server behind a tunnel is silent until we speak: nothing of it can be in a piece
    while connecting.END not in answer and len(answer) < connecting.LONGEST_ANSWER:
        sock.settimeout(left(deadline))
        piece = sock.recv(_PIECE)
        if not piece:
            break
        answer += piece
    sock.settimeout(None)
    return connecting.status(answer)


def _refusal(status: int | None) -> Reach:
    if status is None:
        return Reach.PROXY_UNREACHABLE
    if status == _GATEWAY_TIMEOUT:
        return Reach.NO_ANSWER
    return Reach.UNREACHABLE if status in _SERVER_ERRORS else Reach.PROXY_DENIED


def left(deadline: float) -> float:
    """Return the seconds left; raise ``TimeoutError`` where there are none."""
    seconds = deadline - monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds

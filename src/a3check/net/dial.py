"""Connect to where a URL leads, by the rules, under one deadline for all that follows."""

import io
import math
import socket
import ssl
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from types import TracebackType
from typing import Self

import truststore

from a3check.core.internet import Endpoint, Reach
from a3check.core.stop import Stop
from a3check.net.address import Target, may_name, public
from a3check.net.connect import connect
from a3check.net.proxy import Proxy, parse
from a3check.net.route import left, tunnel
from a3check.net.secure import secured
from a3check.tls.tunnel import opened

_never = Stop()
"""A run's fetches are not stopped: who waits for them leaves them behind (``net.lanes``)."""


def nothing() -> None:
    """Do nothing, where nobody wants to hear."""


class DialError(Exception):
    """No connection: ``stage`` is one of ``fetch.Reason``'s values, ``detail`` in English."""

    def __init__(self, stage: str, detail: str = "") -> None:
        super().__init__(stage, detail)
        self.stage = stage
        self.detail = detail


class FloodedError(Exception):
    """More came than the whole answer may have, headers and all."""


class Wire:
    """A socket of which every operation ends by one deadline, as ``http.client`` uses it.

    A plain timeout starts anew at each byte: a server that trickles would hold us for ever.
    ``for_proxy`` are the headers of a proxy that is asked for the whole URL; nothing
    where the server itself is spoken with. ``heard`` is called whenever something comes;
    once more than ``most`` bytes came, :class:`FloodedError` is raised: ``http.client``
    itself reads to the end of the stream where a chunk says that its size is -1.
    """

    def __init__(
        self,
        sock: socket.socket,
        deadline: float,
        for_proxy: Mapping[str, str] | None = None,
        heard: Callable[[], None] = nothing,
        most: int = sys.maxsize,
    ) -> None:
        self._sock = sock
        self._deadline = deadline
        self._heard = heard
        self._most = most
        self.for_proxy = for_proxy

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._sock.close()

    def sendall(self, data: bytes) -> None:
        """Send everything (the timeout of ``socket.sendall`` is for the whole)."""
        self._sock.settimeout(left(self._deadline))
        self._sock.sendall(data)

    def makefile(self, mode: str = "rb") -> io.BufferedReader:
        """Return what is received, as a file; ``mode`` is always for reading."""
        del mode
        return io.BufferedReader(_Received(self._sock, self._deadline, self._heard, self._most))

    def close(self) -> None:
        """Leave the socket open: ``http.client`` closes it while the answer is still read."""


class _Received(io.RawIOBase):
    def __init__(
        self, sock: socket.socket, deadline: float, heard: Callable[[], None], most: int
    ) -> None:
        super().__init__()
        self._sock = sock
        self._deadline = deadline
        self._heard = heard
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what BufferedReader gives
        self._sock.settimeout(left(self._deadline))
        size = self._sock.recv_into(buffer)
        if size:
            self._heard()
        self._left -= size
        if self._left < 0:
            raise FloodedError
        return size


@dataclass(slots=True)
class Dialer:
    """Connects until ``deadline`` (of ``time.monotonic``), directly or through a proxy.

    ``connecting`` bounds each connection, in seconds. ``stop`` is seen while one is made; give it
    :meth:`cut`, and it ends what waits on the one that was made, whatever speaks on it.
    """

    deadline: float
    proxy: str | None = None
    context: ssl.SSLContext | None = None
    allow_private: bool = field(default=False, kw_only=True)
    heard: Callable[[], None] = field(default=nothing, kw_only=True)
    most: int = field(default=sys.maxsize, kw_only=True)
    connecting: float = field(default=math.inf, kw_only=True)
    stop: Stop = field(default=_never, kw_only=True)
    _held: socket.socket | None = field(default=None, init=False)
    _guard: Lock = field(default_factory=Lock, init=False)

    def cut(self) -> None:
        """Shut the connection down, from any thread: who waits on it meets its end."""
        with self._guard, suppress(OSError):
            if self._held is not None:
                self._held.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the connection that was made last."""
        self._hold(None)

    def _hold(self, sock: socket.socket | None) -> None:
        """Keep another handle of it: TLS takes the descriptor for a socket of its own."""
        with self._guard:
            if self._held is not None:
                self._held.close()
            self._held = None if sock is None else sock.dup()

    def dial(self, where: Target) -> Wire:
        """Return a connection to speak HTTP on; raise ``DialError``, ``OSError`` or its kin."""
        headers: dict[str, str] | None = None
        if self.proxy:
            sock, headers = self._proxied(where)
        else:
            sock = self._connect(where.host, where.port, private=self.allow_private)
        if not where.secure:
            return Wire(sock, self.deadline, headers, self.heard, self.most)
        try:
            safe = self._secured(sock, where.host)
            return Wire(safe, self.deadline, None, self.heard, self.most)
        except BaseException:
            sock.close()
            raise

    def _proxied(self, where: Target) -> tuple[socket.socket, dict[str, str]]:
        if not self.allow_private and not may_name(where.host):
            raise DialError("private_address", where.host)
        proxy = parse(self.proxy or "")
        if proxy is None:
            raise DialError("proxy", "malformed")
        try:
            sock = self._connect(proxy.host, proxy.port, private=True)
        except DialError as error:
            raise DialError(
                "timeout" if error.stage == "timeout" else "proxy", error.detail
            ) from None
        if where.secure:
            self._tunnel(sock, where, proxy)
        credentials = proxy.authorization
        return sock, {"Proxy-Authorization": credentials} if credentials else {}

    def _tunnel(self, sock: socket.socket, where: Target, proxy: Proxy) -> None:
        """Ask the proxy for a way through."""
        try:
            status = tunnel(sock, Endpoint(where.host, where.port), proxy, self.deadline)
        except BaseException:
            sock.close()
            raise
        if not opened(status):
            sock.close()
            raise DialError("proxy", f"CONNECT: {status or 'no HTTP'}")

    def _secured(self, sock: socket.socket, host: str) -> socket.socket:
        context = self.context or truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        sock.settimeout(left(self.deadline))
        return secured(context, sock, host)

    def _connect(self, host: str, port: int, *, private: bool) -> socket.socket:
        """Connect to the first address that answers and that the rules allow."""
        seconds = min(left(self.deadline), self.connecting)
        may = _any if private else public
        attempt = connect(host, port, seconds=seconds, stop=self.stop, may=may)
        if attempt.sock is not None:
            self._hold(attempt.sock)
            if self.stop.is_set():  # before it was held, perhaps
                self.cut()
            return attempt.sock
        if attempt.barred:
            raise DialError("private_address", attempt.address)
        if attempt.reach is Reach.NO_ANSWER or monotonic() >= self.deadline:
            raise DialError("timeout", f"connecting to {attempt.address or host}")
        if attempt.reach is Reach.DNS_FAILED:
            raise DialError("name", host)
        raise DialError("connect", f"{attempt.address}: {attempt.reach}")


def _any(_address: str) -> bool:
    return True

"""Connect to where a URL leads, by the rules, under one deadline for all that follows."""

import base64
import io
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

import truststore

from a3check.net.address import Target, may_name, public

_LONGEST_REPLY = 16384  # bytes of a proxy's answer to CONNECT
_Address = tuple[socket.AddressFamily, socket.SocketKind, int, tuple[str, int]]


class DialError(Exception):
    """No connection: ``stage`` is one of ``fetch.Reason``'s values, ``detail`` in English."""

    def __init__(self, stage: str, detail: str = "") -> None:
        super().__init__(stage, detail)
        self.stage = stage
        self.detail = detail


class Wire:
    """A socket of which every operation ends by one deadline, as ``http.client`` uses it.

    A plain timeout starts anew at each byte: a server that trickles would hold us for ever.
    ``for_proxy`` are the headers of a proxy that is asked for the whole URL; nothing
    where the server itself is spoken with.
    """

    def __init__(
        self, sock: socket.socket, deadline: float, for_proxy: Mapping[str, str] | None = None
    ) -> None:
        self._sock = sock
        self._deadline = deadline
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
        return io.BufferedReader(_Received(self._sock, self._deadline))

    def close(self) -> None:
        """Leave the socket open: ``http.client`` closes it while the answer is still read."""


class _Received(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: float) -> None:
        super().__init__()
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what BufferedReader gives
        self._sock.settimeout(left(self._deadline))
        return self._sock.recv_into(buffer)


@dataclass(slots=True)
class Dialer:
    """Connects until ``deadline`` (of ``time.monotonic``), directly or through a proxy."""

    deadline: float
    proxy: str | None = None
    context: ssl.SSLContext | None = None
    allow_private: bool = field(default=False, kw_only=True)

    def dial(self, where: Target) -> Wire:
        """Return a connection to speak HTTP on; raise ``DialError``, ``OSError`` or its kin."""
        headers: dict[str, str] | None = None
        if self.proxy:
            sock, headers = self._proxied(where)
        else:
            sock = self._connect(where.host, where.port, private=self.allow_private)
        if not where.secure:
            return Wire(sock, self.deadline, headers)
        try:
            return Wire(self._secured(sock, where.host), self.deadline)
        except BaseException:
            sock.close()
            raise

    def _proxied(self, where: Target) -> tuple[socket.socket, dict[str, str]]:
        if not self.allow_private and not may_name(where.host):
            raise DialError("private_address", where.host)
        parts = urlsplit(self.proxy or "")
        try:
            host, port = parts.hostname or "", parts.port or 80
        except ValueError as error:
            raise DialError("proxy", str(error)) from None
        headers = {}
        if parts.username is not None:
            credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            encoded = base64.b64encode(credentials.encode()).decode("ascii")
            headers["Proxy-Authorization"] = f"Basic {encoded}"
        try:
            sock = self._connect(host, port, private=True)
        except DialError as error:
            raise DialError(
                "timeout" if error.stage == "timeout" else "proxy", error.detail
            ) from None
        if where.secure:
            self._tunnel(sock, where, headers)
        return sock, headers

    def _tunnel(self, sock: socket.socket, where: Target, headers: Mapping[str, str]) -> None:
        """Ask the proxy for a way through (RFC 9110 §9.3.6)."""
        host = f"[{where.host}]" if ":" in where.host else where.host
        lines = [f"CONNECT {host}:{where.port} HTTP/1.1", f"Host: {host}:{where.port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        reply = b""
        try:
            sock.settimeout(left(self.deadline))
            sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("ascii"))
            while b"\r\n\r\n" not in reply and len(reply) < _LONGEST_REPLY:
                sock.settimeout(left(self.deadline))
                byte = sock.recv(1)  # no byte of what follows belongs to us
                if not byte:
                    break
                reply += byte
        except BaseException:
            sock.close()
            raise
        status = reply.split(b"\r\n")[0].decode("latin-1")
        if not status.startswith("HTTP/1.") or status.split()[1:2] != ["200"]:
            sock.close()
            raise DialError("proxy", status[:80])

    def _secured(self, sock: socket.socket, host: str) -> socket.socket:
        context = self.context or truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        sock.settimeout(left(self.deadline))
        return context.wrap_socket(sock, server_hostname=host)

    def _connect(self, host: str, port: int, *, private: bool) -> socket.socket:
        """Connect to the first address that answers, and hold it to the rules once more."""
        last = DialError("connect", "no address")
        found = self._resolve(host, port)
        for place, (family, kind, protocol, address) in enumerate(found):
            if not private and not public(address[0]):
                last = DialError("private_address", address[0])
                continue
            sock = socket.socket(family, kind, protocol)
            try:
                # A dead address (IPv6 without a route, say) leaves time for the others.
                sock.settimeout(left(self.deadline) / (len(found) - place))
                sock.connect(address)
            except TimeoutError:
                sock.close()
                last = DialError("timeout", f"connecting to {address[0]}")
            except OSError as error:
                sock.close()
                last = DialError("connect", f"{address[0]}: {error.strerror or error}")
            else:
                return sock
        raise last

    def _resolve(self, host: str, port: int) -> list[_Address]:
        """Ask for a host's addresses, in a thread: the resolver knows no deadline."""
        answers: list[list[_Address]] = []
        errors: list[OSError] = []

        def ask() -> None:
            try:
                found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
                answers.append([(f, k, p, (str(a[0]), port)) for f, k, p, _, a in found])
            except (OSError, UnicodeError) as error:
                errors.append(error if isinstance(error, OSError) else OSError(str(error)))

        thread = threading.Thread(target=ask, name=f"resolve {host}", daemon=True)
        thread.start()
        thread.join(left(self.deadline))
        if answers:
            return answers[0]
        if errors:
            raise DialError("name", f"{host}: {errors[0].strerror or errors[0]}")
        raise DialError("timeout", f"resolving {host}")


def left(deadline: float) -> float:
    """Return the seconds left; raise ``TimeoutError`` where there are none."""
    seconds = deadline - monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds

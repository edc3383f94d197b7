"""An HTTP proxy that opens TLS: it signs every server anew, as firewalls and antivirus do."""

from __future__ import annotations

import select
import ssl
from threading import Lock
from typing import TYPE_CHECKING, Final

from tests.lab.proxy import TUNNEL_SECONDS, Proxy
from tests.lab.web import server_context

if TYPE_CHECKING:
    import socket
    from collections.abc import Collection, Mapping

    from tests.lab.entity import Entity
    from tests.lab.server_pki import ServerPki

_PIECE: Final = 65536


class Interceptor(Proxy):
    """Makes a certificate from `root` for each host on the fly and reads what passes.

    It asks nobody for a client certificate and has none of its own, so the server behind it sees
    none. `spared`: hosts that it tunnels untouched. `names`: as `Proxy` has it.
    """

    def __init__(
        self,
        servers: ServerPki,
        root: Entity,
        names: Mapping[str, str],
        *,
        spared: Collection[str] = (),
    ) -> None:
        super().__init__(names=names)
        self._servers, self._root = servers, root
        self._spared = frozenset(spared)
        self._made: dict[str, ssl.SSLContext] = {}
        self._making = Lock()
        self.opened: Final[list[str]] = []
        """Every host whose connection it opened."""

    def _tunnel(self, connection: socket.socket, target: str) -> None:
        host = target.rpartition(":")[0]
        if host in self._spared:
            super()._tunnel(connection, target)
            return
        with self._connect(target) as other:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with self._context(host).wrap_socket(connection, server_side=True) as inner:
                self.opened.append(host)
                with _anyone().wrap_socket(other, server_hostname=host) as outer:
                    _relay(inner, outer)

    def _context(self, host: str) -> ssl.SSLContext:
        with self._making:
            if host not in self._made:
                forged = self._servers.issue(host, signer=self._root)
                self._made[host] = server_context(self._servers, forged)
            return self._made[host]


def _anyone() -> ssl.SSLContext:
    """Return a client's context that takes any server: whose it is does not matter here."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _relay(one: ssl.SSLSocket, other: ssl.SSLSocket) -> None:
    towards = {one: other, other: one}
    while True:
        waiting = [each for each in towards if each.pending()]
        for source in waiting or select.select([one, other], [], [], TUNNEL_SECONDS)[0]:
            piece = _received(source)
            if piece == b"":
                return
            if piece is not None:
                towards[source].sendall(piece)


def _received(source: ssl.SSLSocket) -> bytes | None:
    """Read what is there; nothing where it was TLS's own (a session ticket)."""
    source.settimeout(0)
    try:
        return source.recv(_PIECE)
    except ssl.SSLWantReadError:
        return None
    finally:
        source.settimeout(TUNNEL_SECONDS)

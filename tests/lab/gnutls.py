"""A portal of the laboratory that is not OpenSSL: GnuTLS's own test server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lab.listening import ListeningTls

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.lab.entity import Entity
    from tests.lab.pki import Pki


class GnuTls(ListeningTls):
    """`gnutls-serv`, which wants a certificate; `tls` is a version as GnuTLS writes it: "1.2"."""

    def __init__(
        self, folder: Path, pki: Pki, *, tls: str, client_cas: Sequence[Entity] | None = None
    ) -> None:
        super().__init__(folder, pki, client_cas=client_cas)
        self._tls = tls

    def command(self) -> Sequence[str]:
        """Return it with every file of its own."""
        files = ["--x509certfile", str(self.pem), "--x509keyfile", str(self.pem)]
        wanted = ["--x509cafile", str(self.cas), "--require-client-cert", "--verify-client-cert"]
        versions = f"NORMAL:-VERS-ALL:+VERS-TLS{self._tls}"
        where = ["--port", str(self.port), "--http", "--quiet", "--priority", versions]
        return ["gnutls-serv", *where, *files, *wanted]

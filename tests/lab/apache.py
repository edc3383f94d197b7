"""A portal of the laboratory that asks for the certificate late: Apache, for one path alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.lab.listening import ListeningTls

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.lab.entity import Entity
    from tests.lab.pki import Pki

APACHE: Final = "/usr/sbin/apache2"
_MODULES: Final = "/usr/lib/apache2/modules"
_LOADED: Final = ("mpm_event", "authz_core", "status", "socache_shmcb", "ssl")


class Apache(ListeningTls):
    """`SSLVerifyClient require` for `/tarefas`; any other path is open (and not found).

    Under TLS 1.2 it renegotiates when it knows the path, under 1.3 it asks after the handshake.
    `tls`: nginx's names of the versions. `port_wide`: it asks in the first handshake instead.
    """

    def __init__(
        self,
        folder: Path,
        pki: Pki,
        *,
        tls: Sequence[str] = ("TLSv1.2", "TLSv1.3"),
        port_wide: bool = False,
        client_cas: Sequence[Entity] | None = None,
    ) -> None:
        super().__init__(folder, pki, client_cas=client_cas)
        self._tls = tls
        self._port_wide = port_wide

    def command(self) -> Sequence[str]:
        """Write httpd.conf anew, since it holds the port."""
        configuration = self.folder / "httpd.conf"
        configuration.write_text(self._configuration())
        return [APACHE, "-X", "-d", str(self.folder), "-f", str(configuration)]

    def _configuration(self) -> str:
        modules = "\n".join(f"LoadModule {m}_module {_MODULES}/mod_{m}.so" for m in _LOADED)
        asks = "SSLVerifyClient require\n    SSLVerifyDepth 5"
        # The status page is a page that needs no file, which Apache's own user could not read.
        return f"""\
{modules}
ServerName localhost
User nobody
Group nogroup
PidFile {self.folder}/httpd.pid
ErrorLog {self.folder}/error.log
LogLevel warn ssl:info
Listen 127.0.0.1:{self.port}
SSLSessionCache none
SSLSessionTickets off
<VirtualHost 127.0.0.1:{self.port}>
    SSLEngine on
    SSLProtocol -all {" ".join(f"+{version}" for version in self._tls)}
    SSLCertificateFile {self.pem}
    SSLCACertificateFile {self.cas}
    {asks if self._port_wide else ""}
    <Location /tarefas>
    {"" if self._port_wide else asks}
        SetHandler server-status
    </Location>
</VirtualHost>
"""

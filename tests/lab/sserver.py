"""A portal of the laboratory that answers by TLS alerts: OpenSSL's own test server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lab.listening import ListeningTls

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from tests.lab.entity import Entity
    from tests.lab.pki import Pki


class SServer(ListeningTls):
    """`openssl s_server`, which wants a certificate and says by an alert what it dislikes.

    `client_cas`: whom it trusts; it sends their names too. `options`: more of its own options,
    as `-attime` or `-tls1_3`. `crls`: DER; with any, the holder's certificate is looked up.
    `asks`: whether a certificate is wanted at all.
    """

    def __init__(
        self,
        folder: Path,
        pki: Pki,
        *options: str,
        client_cas: Iterable[Entity] | None = None,
        crls: Iterable[bytes] = (),
        asks: bool = True,
    ) -> None:
        cas = None if client_cas is None else tuple(client_cas)
        super().__init__(folder, pki, client_cas=cas)
        self._options = [*self._files(), *(self._verification(tuple(crls)) if asks else ())]
        self._options += options

    def command(self) -> Sequence[str]:
        """Return it with the options that were given."""
        place = ["-accept", f"127.0.0.1:{self.port}", "-www"]
        return ["openssl", "s_server", *place, *self._options]

    def _files(self) -> list[str]:
        pem = str(self.pem)
        return ["-cert", pem, "-key", pem, "-cert_chain", pem]

    def _verification(self, crls: tuple[bytes, ...]) -> list[str]:
        cas = str(self.cas)
        options = ["-Verify", "5", "-verify_return_error", "-CAfile", cas]
        for number, crl in enumerate(crls):
            file = self.folder / f"{number}.crl"
            file.write_bytes(crl)
            options += ["-CRL", str(file), "-CRLform", "DER"]
        return [*options, "-crl_check"] if crls else options

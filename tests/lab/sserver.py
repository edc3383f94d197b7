"""A portal of the laboratory that answers by TLS alerts: OpenSSL's own test server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

from tests.lab.daemon import Daemon, NotReadyError, free_port

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType

    from tests.lab.entity import Entity
    from tests.lab.pki import Pki

START_TRIES: Final = 5
"""Between choosing a free port and listening on it another program may take it."""


class SServer:
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
        folder.mkdir(parents=True)
        server = pki.servers.certificate()
        (folder / "server.pem").write_bytes(server.chain_pem + server.entity.key_pem)
        trusted = pki.authorities if client_cas is None else tuple(client_cas)
        (folder / "cas.pem").write_bytes(b"".join(ca.pem for ca in trusted))
        self._folder = folder
        self._options = [*self._files(), *(self._verification(tuple(crls)) if asks else ())]
        self._options += options
        self._daemon: Daemon | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """The address where a user begins."""
        return f"https://localhost:{self.port}/tarefas"

    def __enter__(self) -> Self:
        for attempt in range(START_TRIES):
            self.port = free_port()
            command = ["openssl", "s_server", "-accept", f"127.0.0.1:{self.port}", "-www"]
            daemon = Daemon([*command, *self._options], self._folder / "output.log")
            try:
                daemon.wait_until_listening([self.port])
            except NotReadyError:
                if attempt == START_TRIES - 1:
                    raise
            else:
                self._daemon = daemon
                break
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it."""
        if self._daemon is not None:
            self._daemon.stop()

    def _files(self) -> list[str]:
        pem = str(self._folder / "server.pem")
        return ["-cert", pem, "-key", pem, "-cert_chain", pem]

    def _verification(self, crls: tuple[bytes, ...]) -> list[str]:
        cas = str(self._folder / "cas.pem")
        options = ["-Verify", "5", "-verify_return_error", "-CAfile", cas]
        for number, crl in enumerate(crls):
            file = self._folder / f"{number}.crl"
            file.write_bytes(crl)
            options += ["-CRL", str(file), "-CRLform", "DER"]
        return [*options, "-crl_check"] if crls else options

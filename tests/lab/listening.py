"""A server's process on a free port, as a context manager; with TLS or without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

from tests.lab.daemon import Daemon, NotReadyError, free_port

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from tests.lab.entity import Entity
    from tests.lab.pki import Pki

START_TRIES: Final = 5
"""Between choosing a free port and listening on it another program may take it."""


class Listening:
    """Runs a program in `folder` that listens on `port` while its context lasts."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.port = 0
        self._daemon: Daemon | None = None

    def command(self) -> Sequence[str]:
        """Return the command that listens on `port`, and write what it reads."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        for attempt in range(START_TRIES):
            self.port = free_port()
            daemon = Daemon(self.command(), self.folder / "output.log")
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


class ListeningTls(Listening):
    """Writes the laboratory's server certificate and client CAs into its folder, too.

    `client_cas`: whom it trusts, and whose names it sends (default: the healthy CAs).
    """

    def __init__(
        self, folder: Path, pki: Pki, *, client_cas: Sequence[Entity] | None = None
    ) -> None:
        super().__init__(folder)
        server = pki.servers.certificate()
        self.pem, self.cas = folder / "server.pem", folder / "cas.pem"
        self.pem.write_bytes(server.chain_pem + server.entity.key_pem)
        trusted = pki.authorities if client_cas is None else client_cas
        self.cas.write_bytes(b"".join(ca.pem for ca in trusted))

    @property
    def url(self) -> str:
        """The address where a user begins."""
        return f"https://localhost:{self.port}/tarefas"

"""A real proxy of the laboratory: tinyproxy, with its own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

from tests.lab.daemon import HOST, Daemon, NotReadyError, free_port

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path
    from types import TracebackType

TINYPROXY: Final = "/usr/bin/tinyproxy"
USER, PASSWORD = "ana", "senha-inventada"
_TRIES: Final = 5


class Tinyproxy:
    """A running tinyproxy, as a context manager.

    `ports`: to which alone it lets CONNECT through (its ConnectPort; empty: to any);
    `credentials`: it asks for `USER` and `PASSWORD` (its BasicAuth).
    """

    def __init__(
        self, folder: Path, *, ports: Collection[int] = (), credentials: bool = False
    ) -> None:
        self._folder, self._ports, self._credentials = folder, tuple(ports), credentials
        self._daemon: Daemon | None = None
        self.port = 0

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        for attempt in range(_TRIES):
            self.port = free_port()
            file = self._folder / "tinyproxy.conf"
            file.write_text("\n".join(self._lines()) + "\n")
            daemon = Daemon([TINYPROXY, "-d", "-c", str(file)], self._folder / "output.log")
            try:
                daemon.wait_until_listening([self.port])
            except NotReadyError:
                if attempt == _TRIES - 1:
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

    @property
    def address(self) -> str:
        """`host:port`."""
        return f"{HOST}:{self.port}"

    @property
    def url(self) -> str:
        """The address without credentials."""
        return f"http://{self.address}"

    @property
    def url_with_credentials(self) -> str:
        """The address with what it asks for."""
        return f"http://{USER}:{PASSWORD}@{self.address}"

    @property
    def log(self) -> str:
        """What it has noted."""
        return (self._folder / "tinyproxy.log").read_text("utf-8", "replace")

    def _lines(self) -> list[str]:
        return [
            f"Port {self.port}",
            f"Listen {HOST}",
            "Timeout 30",
            "MaxClients 50",
            "LogLevel Connect",
            f'LogFile "{self._folder / "tinyproxy.log"}"',
            f"Allow {HOST}",
            *(f"ConnectPort {port}" for port in self._ports),
            *([f"BasicAuth {USER} {PASSWORD}"] if self._credentials else []),
        ]

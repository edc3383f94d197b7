"""A real proxy of the laboratory: tinyproxy, with its own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.lab.daemon import HOST
from tests.lab.listening import Listening

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

TINYPROXY: Final = "/usr/bin/tinyproxy"
USER, PASSWORD = "ana", "senha-inventada"


class Tinyproxy(Listening):
    """A running tinyproxy, as a context manager.

    `ports`: to which alone it lets CONNECT through (its ConnectPort; empty: to any);
    `credentials`: it asks for `USER` and `PASSWORD` (its BasicAuth).
    """

    def __init__(
        self, folder: Path, *, ports: Collection[int] = (), credentials: bool = False
    ) -> None:
        super().__init__(folder)
        self._ports, self._credentials = tuple(ports), credentials

    def command(self) -> Sequence[str]:
        """Return the command, and write its configuration."""
        file = self.folder / "tinyproxy.conf"
        file.write_text("\n".join(self._lines()) + "\n")
        return [TINYPROXY, "-d", "-c", str(file)]

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
        return (self.folder / "tinyproxy.log").read_text("utf-8", "replace")

    def _lines(self) -> list[str]:
        return [
            f"Port {self.port}",
            f"Listen {HOST}",
            "Timeout 30",
            "MaxClients 50",
            "LogLevel Connect",
            f'LogFile "{self.folder / "tinyproxy.log"}"',
            f"Allow {HOST}",
            *(f"ConnectPort {port}" for port in self._ports),
            *([f"BasicAuth {USER} {PASSWORD}"] if self._credentials else []),
        ]

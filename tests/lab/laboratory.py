"""The whole laboratory: PKI, published CRLs, time, portal, token, and their profile."""

from __future__ import annotations

import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import TYPE_CHECKING, Final, Self, TypedDict, Unpack

from tests.lab.entity import Entity
from tests.lab.pki import Pki
from tests.lab.portal import Login, Portal, Verify
from tests.lab.profile import Tables, profile_text
from tests.lab.softhsm import PIN, SoftHsm, Token
from tests.lab.stacked import Stacked
from tests.lab.web import CrlServer, TimeServer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from types import FrameType

    from tests.lab.nginx import Page
    from tests.lab.server_pki import ServerCertificate, ServerFault

KEY_CACHE: Final = Path(__file__).with_name(".cache")
TOKEN_LABEL: Final = "TOKEN DO LABORATORIO"


class PortalOptions(TypedDict, total=False):
    """The options of `Portal` that a laboratory hands on."""

    tls: tuple[str, ...]
    verify: Verify | str
    login: Login | str
    server_certificate: ServerCertificate | ServerFault
    client_cas: Iterable[Entity] | None
    crls: Iterable[bytes]
    pages: Mapping[str, Page] | None
    front_pages: Mapping[str, Page] | None
    plain: bool
    host: str


class Laboratory(Stacked):
    """Everything that a healthy run needs, on loopback, while its context lasts.

    `certificates`: what the token holds, by `variants.VARIANTS`' names or as entities, under the
    CKA_IDs 1, 2, …; empty: no token is made (`hsm` stays, for the test to fill). `portal`: the
    options of `Portal`; `now`: the PKI's moment. Not reusable.
    """

    def __init__(
        self,
        folder: Path,
        *,
        certificates: Iterable[str | Entity] = ("ecpf",),
        now: datetime | None = None,
        **portal: Unpack[PortalOptions],
    ) -> None:
        super().__init__()
        self._folder = folder
        self._wanted = tuple(certificates)
        self.crls: Final = CrlServer()
        self.pki: Final = Pki(KEY_CACHE, self.crls.base, now)
        self.entities: Final = tuple(self._entity(each) for each in self._wanted)
        # Two, on two names: the trusted time wants hosts that agree.
        self.times: Final = tuple(
            TimeServer(self.pki, host=host) for host in ("localhost", "127.0.0.1")
        )
        self.portal: Final = Portal(folder / "portal", self.pki, **portal)
        self.hsm: Final = SoftHsm(folder / "softhsm")
        self.pin: Final = PIN
        self._token: Token | None = None
        self._profiles = 0

    @property
    def token(self) -> Token:
        """The token that holds `certificates`."""
        if self._token is None:
            raise LookupError("this laboratory has no token, or has not been started")
        return self._token

    @property
    def environment(self) -> Mapping[str, str]:
        """What the program needs in its environment to see the token."""
        return self.hsm.environment

    def profile(
        self,
        name: str = "laboratorio",
        *,
        cas: Iterable[Entity] | None = None,
        **changes: Unpack[Tables],
    ) -> Path:
        """Write a profile for this laboratory and return its file.

        `cas`: the CAs in `extra_cas` (default: the healthy ones and those above the token's
        certificates); `changes`: keys to replace, by table, as `portal={"needed": []}`.
        """
        self._profiles += 1
        folder = self._folder / f"profile-{self._profiles}"
        folder.mkdir()
        above = [ca for entity in self.entities for ca in entity.path[1:]]
        pool = (*self.pki.authorities, *above) if cas is None else tuple(cas)
        cas_file = folder / "acs.pem"
        cas_file.write_bytes(b"".join(dict.fromkeys(ca.pem for ca in pool)))
        roots_file = folder / "servidores.pem"
        roots_file.write_bytes(self.pki.servers.roots_pem)
        file = folder / f"{name}.toml"
        defaults = self._defaults(str(cas_file), str(roots_file))
        file.write_text(profile_text(name, defaults, changes), encoding="utf-8")
        return file

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.crls)
            for server in self.times:
                stack.enter_context(server)
            stack.enter_context(self.portal)
            self.crls.publish(self.pki.published(*self.entities))
            if self.entities:
                self._token = self.hsm.add_token(TOKEN_LABEL)
            for position, entity in enumerate(self.entities, 1):
                self.token.put(entity, bytes([position]), f"Certificado {position}")
            self._stack = stack.pop_all()
        return self

    def _entity(self, wanted: str | Entity) -> Entity:
        return wanted if isinstance(wanted, Entity) else self.pki.variant(wanted)

    def _defaults(self, cas_file: str, roots_file: str) -> Tables:
        return {
            "portal": {
                "start": self.portal.url("/tarefas"),
                "certificate_urls": [self.portal.login_url("/cas/login")],
                "needed": list(self.portal.addresses),
                "maybe": [],
                "follow": ["certificado"],
                "reached": ["/tarefas", "/requerimentos"],
                "second_factor": ["autenticador", "código de verificação"],
                "refusal": ["Solução de Proteção de Sistemas"],
                "user_agent": "Mozilla/5.0 (compatible; a3check/{version})",
            },
            "trust": {
                "roots_sha256": [self.pki.root_sha256],
                "extra_cas": [cas_file],
                "server_roots": roots_file,
            },
            "drivers": {"modules": [str(self.hsm.module)], "only_these": True},
            "network": {
                "proxy": "none",
                "time_urls": [server.url for server in self.times],
                "allow_private": True,
            },
            "support": {
                "url": "https://suporte.laboratorio.invalid/act",
                "category": "Certificado Digital ACT",
            },
            "limits": {"walk_interval": 0},
        }


def main() -> None:
    """Start a healthy laboratory, say how to use it, and keep it until Ctrl-C or SIGTERM."""
    ended = Event()

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        ended.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    with TemporaryDirectory(prefix="a3check-lab-") as folder, Laboratory(Path(folder)) as lab:
        variables = " ".join(f"{name}={value}" for name, value in lab.environment.items())
        profile = lab.profile()
        sys.stdout.write(
            f"portal   {lab.portal.url()}\n"
            f"profile  {profile}\n"
            f"module   {lab.hsm.module}\n"
            f"PIN      {lab.pin} (invented)\n\n"
            f"{variables} a3check diagnosticar --perfil {profile}\n\n"
            "Ctrl-C ends the laboratory.\n"
        )
        sys.stdout.flush()
        ended.wait()


if __name__ == "__main__":
    main()

"""A portal of the laboratory: a real nginx that may ask for the holder's certificate."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from enum import StrEnum
from threading import Event
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import parse_qs, urlsplit

from tests.lab.daemon import Daemon, NotReadyError, free_port
from tests.lab.nginx import Listener, Page, configuration
from tests.lab.server_pki import ServerFault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from types import TracebackType

    from tests.lab.entity import Entity
    from tests.lab.pki import Pki
    from tests.lab.server_pki import ServerCertificate

NGINX: Final = "/usr/sbin/nginx"
START_TRIES: Final = 5
"""Between choosing a free port and listening on it another program may take it."""
LOG_SECONDS: Final = 5.0
"""How long nginx may take to write the line of a request that was answered."""

TLS_VERSIONS: Final = ("TLSv1.2", "TLSv1.3")
INSIDE: Final = Page("<html><title>Tarefas</title><h1>Tarefas</h1><p>Bem-vindo</p></html>")
SECOND_FACTOR: Final = Page(
    "<html><h1>Código de verificação</h1><p>Abra o autenticador</p>"
    '<form method="post"><input name="codigo" type="text"><button>Entrar</button></form></html>'
)
REFUSAL: Final = Page("<html><p>Solução de Proteção de Sistemas</p><p>123456789012345</p></html>")
NOT_AUTHORISED: Final = Page("<html><p>Usuário sem perfil de acesso</p></html>", 403)
MAINTENANCE: Final = Page("<html><p>Sistema em manutenção</p></html>", 503)
BROKEN: Final = Page("<html><p>Internal Server Error</p></html>", 500)


class Verify(StrEnum):
    """What nginx does about the client's certificate (its `ssl_verify_client`)."""

    ON = "on"
    OPTIONAL = "optional"
    OFF = "off"
    OPTIONAL_NO_CA = "optional_no_ca"


class Login(StrEnum):
    """The way from `start` to the certificate."""

    DIRECT = "direct"
    """`/tarefas` itself asks for the certificate."""
    REDIRECT = "redirect"
    """`/tarefas` sends to `/cas/login` on a port that asks, and that back with a ticket (CAS)."""
    BUTTON = "button"
    """As `REDIRECT`, and between them stands a page with a link "Certificado Digital"."""
    REFRESH = "refresh"
    """As `BUTTON`, and the page sends on by <meta http-equiv=refresh>."""
    FORM = "form"
    """As `BUTTON`, and the page holds a form (GET) of hidden fields."""
    SCRIPT = "script"
    """As `BUTTON`, and only a script knows where the button leads."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request that nginx answered, as its log has it."""

    port: int
    path: str
    """Without the query."""
    query: Mapping[str, list[str]]
    status: int
    client: str
    """The subject of the client's certificate (RFC 4514); empty: none was sent."""
    tls_version: str
    cipher: str
    verify: str
    """SUCCESS, NONE, or FAILED:reason."""
    server_name: str
    """What the client asked for by SNI."""
    user_agent: str

    @property
    def authenticated(self) -> bool:
        """A certificate came with it, was verified, and the answer was no error."""
        return self.verify == "SUCCESS" and self.status < 400


_WAYS: Final = {
    Login.BUTTON: '<html><a href="{asking}">Entrar com Certificado Digital</a></html>',
    Login.REFRESH: '<html><meta http-equiv="refresh" content="0; url={asking}">Aguarde</html>',
    Login.FORM: '<html><form action="{action}"><input type="hidden" name="service"'
    ' value="{service}"><button>Certificado digital</button></form></html>',
    Login.SCRIPT: '<html><div id="app"></div><button type="button" onclick="entrar()">'
    "Certificado digital</button><script>function entrar(){{}}</script></html>",
}


class Portal:
    """A running portal, as a context manager; `url("/tarefas")` is where a user begins.

    `client_cas`: the CAs whose names the server sends and whom it trusts (default: the healthy
    ones); `crls`: DER, checked for every certificate of the chain, so all the CAs' are needed.
    `pages` replaces or adds pages by path on the port that asks for the certificate,
    `front_pages` on the other one (unless DIRECT). `plain`: HTTP where TLS is expected.
    """

    def __init__(
        self,
        folder: Path,
        pki: Pki,
        *,
        tls: tuple[str, ...] = TLS_VERSIONS,
        verify: Verify | str = Verify.ON,
        login: Login | str = Login.DIRECT,
        server_certificate: ServerCertificate | ServerFault = ServerFault.NONE,
        client_cas: Iterable[Entity] | None = None,
        crls: Iterable[bytes] = (),
        pages: Mapping[str, Page] | None = None,
        front_pages: Mapping[str, Page] | None = None,
        plain: bool = False,
        host: str = "localhost",
    ) -> None:
        self.host: Final = host
        self._folder = folder
        self._pki = pki
        self._tls = tls
        self._verify = Verify(verify)
        self._login = Login(login)
        self._server = server_certificate
        self._client_cas = tuple(pki.authorities if client_cas is None else client_cas)
        self._crls = tuple(crls)
        self._pages = dict(pages or {})
        self._front_pages = dict(front_pages or {})
        self._plain = plain
        self._daemon: Daemon | None = None
        self.port = 0
        """Where a user begins."""
        self.login_port = 0
        """Where the certificate is asked for; the same as `port` with DIRECT."""

    def url(self, path: str = "/tarefas") -> str:
        """Return the address of `path` on the port where a user begins."""
        return f"https://{self.host}:{self.port}{path}"

    def login_url(self, path: str = "/cas/login") -> str:
        """Return the address of `path` on the port that asks for the certificate."""
        return f"https://{self.host}:{self.login_port}{path}"

    @property
    def address(self) -> str:
        """`host:port` where a user begins."""
        return f"{self.host}:{self.port}"

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every `host:port` of the way, for a profile's `needed`."""
        ports = dict.fromkeys((self.port, self.login_port))
        return tuple(f"{self.host}:{port}" for port in ports)

    def requests(self, expected: int = 0) -> list[Request]:
        """Return what nginx answered so far, waiting until its log has `expected` lines."""
        deadline = time.monotonic() + LOG_SECONDS
        lines = self._log_lines()
        while len(lines) < expected and time.monotonic() < deadline:
            Event().wait(0.02)
            lines = self._log_lines()
        return [_request(line) for line in lines]

    def start(self) -> None:
        """Start nginx and wait until it listens."""
        for attempt in range(START_TRIES):
            self._choose_ports()
            self._write_configuration()
            try:
                self._launch()
            except NotReadyError:
                if attempt == START_TRIES - 1:
                    raise
            else:
                return

    def stop(self) -> None:
        """Stop nginx; its log stays readable."""
        if self._daemon is not None:
            self._daemon.stop()
            self._daemon = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop nginx."""
        self.stop()

    def _launch(self) -> None:
        file = self._folder / "nginx.conf"
        log = self._folder / "error.log"
        command = [NGINX, "-p", str(self._folder), "-c", str(file), "-e", str(log)]
        daemon = Daemon(command, self._folder / "output.log")
        daemon.wait_until_listening([self.port, self.login_port])
        self._daemon = daemon

    def _choose_ports(self) -> None:
        self.port = free_port()
        self.login_port = self.port if self._login is Login.DIRECT else free_port()

    def _write_configuration(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        listeners = [Listener(self.login_port, self._verify, self._inner_pages())]
        if self._login is not Login.DIRECT:
            listeners.append(Listener(self.port, Verify.OFF, self._outer_pages()))
        server = self._server
        if isinstance(server, ServerFault):
            server = self._pki.servers.certificate(server)
        text = configuration(
            self._folder,
            listeners,
            tls=() if self._plain else self._tls,
            server=server,
            client_cas=self._client_cas,
            crls=self._crls,
        )
        (self._folder / "nginx.conf").write_text(text)

    def _inner_pages(self) -> Mapping[str, Page]:
        if self._login is Login.DIRECT:
            return {"/tarefas": INSIDE, "/cas/login": INSIDE, **self._pages}
        back = Page(status=302, location=self.url("/tarefas?ticket=ST-1-laboratorio"))
        return {"/cas/login": back, **self._pages}

    def _outer_pages(self) -> Mapping[str, Page]:
        service = f"?service={self.url('/tarefas')}"
        asking = self.login_url("/cas/login" + service)
        link = _WAYS.get(self._login, "").format(
            asking=asking, action=self.login_url(), service=service[9:]
        )
        first = asking if self._login is Login.REDIRECT else self.url("/cas/login" + service)
        start = Page(INSIDE.body, without_ticket=first)
        return {"/tarefas": start, "/cas/login": Page(link), **self._front_pages}

    def _log_lines(self) -> list[str]:
        log = self._folder / "access.log"
        return log.read_text().splitlines() if log.exists() else []


def _request(line: str) -> Request:
    entry = json.loads(line)
    address = urlsplit(entry["target"])
    return Request(
        port=int(entry["port"]),
        path=address.path,
        query=parse_qs(address.query),
        status=int(entry["status"]),
        client=entry["client"],
        tls_version=entry["tls"],
        cipher=entry["cipher"],
        verify=entry["verify"],
        server_name=entry["name"],
        user_agent=entry["agent"],
    )

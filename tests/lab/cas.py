"""A CAS-like portal with a memory: application, login, and the certificate's own port."""

from __future__ import annotations

import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from tempfile import NamedTemporaryFile
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import parse_qsl, urlsplit

from tests.lab.daemon import HOST
from tests.lab.server_pki import ServerFault
from tests.lab.web import CLIENT_SECONDS, server_context

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from types import TracebackType

    from tests.lab.pki import Pki

CODE_PAGE: Final = """\
<html><h1>Código de verificação</h1><p>Abra o autenticador e digite o código</p>
<form method="post" action="/cas/codigo"><input type="hidden" name="execution" value="{flow}">
<input name="token" type="text"><button name="_eventId_submit">Entrar</button></form>
<form method="post" action="/cas/reiniciar"><input type="hidden" name="execution" value="{flow}">
<button name="_eventId_requestDeviceReset" title="Certificado digital">Reiniciar Dispositivo MFA
</button></form><a href="/cas/certificado">Certificado digital</a></html>"""
LOGIN_PAGE: Final = """\
<html><!-- <a href="/cas/antigo">Certificado digital</a> -->
<form method="post" action="/cas/senha"><input name="username"><input name="password"
type="password"><button>Entrar</button></form><a href="/cas/esqueci">Esqueci a senha</a>
<a href="/cas/certificado?execution={flow}" title="Entrar com Certificado Digital">
<img alt="Certificado Digital"></a></html>"""
FORM_PAGE: Final = """\
<html><form id="f" method="post" action="{action}">
<input type="hidden" name="execution" value="{flow}">
<input type="hidden" name="lt" value="LT&amp;ç">
<input type="hidden" name="_eventId" value="certificado">{button}</form>{script}</html>"""
BUTTON: Final = '<input type="submit" name="ir" value="Certificado digital">'
SCRIPT: Final = (
    "<noscript>Ligue o JavaScript</noscript><script>document.forms[0].submit()</script>"
)


class Ending(StrEnum):
    """What follows the certificate."""

    CODE = "code"
    """The page that asks for the one-time code."""
    INSIDE = "inside"
    """Back to the application with a ticket, which it trades for a session."""
    CIRCLE = "circle"
    """The page of the code sends on to the login, for ever."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that was answered, on `port`, and whether a client's certificate came with it."""

    port: str
    method: str
    path: str
    fields: Mapping[str, str]
    cookies: Mapping[str, str]
    certificate: bool
    status: int
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered."""

    body: str = ""
    status: int = 200
    location: str = ""
    cookies: tuple[str, ...] = ()


@dataclass
class Cas:
    """The portal, as a context manager: `start` is where a user begins.

    `by_script`: the form of hidden fields is sent by a script, not by a button. `cookies`: more
    Set-Cookie lines of the login's first page.
    """

    pki: Pki
    ending: Ending = Ending.CODE
    by_script: bool = False
    cookies: tuple[str, ...] = ()
    seen: list[Seen] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = Lock()
        self._number = count(1)
        self._flows: set[str] = set()
        self._used: set[str] = set()
        self._tickets: set[str] = set()
        self._sessions: set[str] = set()
        self._ports = {name: _Port(self, name) for name in ("application", "login", "certificate")}

    @property
    def start(self) -> str:
        """Where a user begins."""
        return self.url("application", "/tarefas")

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every `host:port`, for a profile's `needed`."""
        return tuple(f"localhost:{port.server_port}" for port in self._ports.values())

    def url(self, port: str, path: str) -> str:
        """Return an address on one of the ports."""
        return f"https://localhost:{self._ports[port].server_port}{path}"

    def port(self, name: str) -> int:
        """Return the number of a port."""
        return int(self._ports[name].server_port)

    def __enter__(self) -> Self:
        for port in self._ports.values():
            Thread(target=port.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening."""
        for port in self._ports.values():
            port.shutdown()
            port.server_close()

    def answer(self, port: str, path: str, given: _Given) -> Reply:
        """Decide what is at a path, by what was remembered."""
        with self._lock:
            match port, path:
                case "application", "/tarefas":
                    return self._tasks(given)
                case "login", "/cas/login":
                    flow = self._new("e", self._flows)
                    made = (f"CAS={flow}; Path=/cas; Secure; HttpOnly", *self.cookies)
                    return Reply(LOGIN_PAGE.format(flow=flow), cookies=made)
                case "login", "/cas/certificado" if given.cookies.get("CAS") in self._flows:
                    return self._form(given.cookies["CAS"])
                case "certificate", "/cas/x509":
                    return self._authenticate(given)
                case "login", "/cas/codigo" if given.cookies.get("CAS") in self._used:
                    flow = given.cookies["CAS"]
                    circle = self.ending is Ending.CIRCLE
                    again = self.url("certificate", f"/cas/x509?execution={flow}")
                    body = CODE_PAGE.format(flow=flow)
                    return Reply(body, 302, again) if circle else Reply(body)
        return Reply("<html>Acesso inválido</html>", 404)

    def _tasks(self, given: _Given) -> Reply:
        if given.cookies.get("SESSION") in self._sessions:
            return Reply("<html><title>Tarefas</title><h1>Tarefas</h1></html>")
        ticket = given.fields.get("ticket")
        if ticket in self._tickets:
            self._tickets.discard(ticket)
            session = self._new("s", self._sessions)
            cookie = f"SESSION={session}; Path=/; HttpOnly"
            return Reply("", 302, "/tarefas", (cookie,))
        return Reply("", 302, self.url("login", f"/cas/login?service={self.start}"))

    def _form(self, flow: str) -> Reply:
        action = self.url("certificate", "/cas/x509")
        button, script = ("", SCRIPT) if self.by_script else (BUTTON, "")
        return Reply(FORM_PAGE.format(action=action, flow=flow, button=button, script=script))

    def _authenticate(self, given: _Given) -> Reply:
        flow = given.fields.get("execution", "")
        if flow not in self._flows or given.cookies.get("CAS") != flow:
            return Reply("<html>Fluxo desconhecido</html>", 404)
        self._used.add(flow)
        if self.ending is not Ending.INSIDE:
            return Reply("", 303, self.url("login", "/cas/codigo"))
        ticket = self._new("ST-", self._tickets)
        return Reply("", 303, f"{self.start}?ticket={ticket}")

    def _new(self, kind: str, among: set[str]) -> str:
        made = f"{kind}{next(self._number)}"
        among.add(made)
        return made


@dataclass(frozen=True, slots=True)
class _Given:
    fields: Mapping[str, str]
    cookies: Mapping[str, str]


class _Port(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, owner: Cas, name: str) -> None:
        self.owner: Final = owner
        self.name: Final = name
        self._tls = server_context(owner.pki.servers, ServerFault.NONE)
        if name == "certificate":
            self._tls.verify_mode = ssl.CERT_REQUIRED
            with NamedTemporaryFile("wb", suffix=".pem") as file:
                file.write(b"".join(ca.pem for ca in owner.pki.authorities))
                file.flush()
                self._tls.load_verify_locations(file.name)
        super().__init__((HOST, 0), _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        connection.settimeout(CLIENT_SECONDS)
        # The handshake belongs to the connection's thread.
        wrapped = self._tls.wrap_socket(
            connection, server_side=True, do_handshake_on_connect=False
        )
        return wrapped, address

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - socketserver's
        """A client that shows no certificate is what the first pass is for."""


class _Handler(BaseHTTPRequestHandler):
    timeout = CLIENT_SECONDS
    server: _Port
    connection: ssl.SSLSocket

    def do_GET(self) -> None:
        self._reply(urlsplit(self.path).query)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        self._reply(self.rfile.read(length).decode("ascii"))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - http.server's
        """`Cas.seen` is the log."""

    def _reply(self, data: str) -> None:
        owner, path = self.server.owner, urlsplit(self.path).path
        jar = SimpleCookie(self.headers.get("Cookie", ""))
        given = _Given(dict(parse_qsl(data)), {name: each.value for name, each in jar.items()})
        reply = owner.answer(self.server.name, path, given)
        shown = bool(self.connection.getpeercert(binary_form=True))
        origin = self.headers.get("Origin", "")
        owner.seen.append(
            Seen(
                self.server.name,
                self.command,
                path,
                given.fields,
                given.cookies,
                shown,
                reply.status,
                origin,
            )
        )
        body = reply.body.encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for cookie in reply.cookies:
            self.send_header("Set-Cookie", cookie)
        if reply.location:
            self.send_header("Location", reply.location)
        self.send_header("Connection", "close")
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(body)

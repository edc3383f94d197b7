"""The configuration of a portal's nginx: one process, its own folder, no privileges needed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from tests.lab.entity import Entity
    from tests.lab.server_pki import ServerCertificate

_LOG_FORMAT: Final = (
    '\'{"port":"$server_port","target":"$request_uri","status":"$status",\'\n'
    '        \'"client":"$ssl_client_s_dn","tls":"$ssl_protocol","cipher":"$ssl_cipher",\'\n'
    '        \'"verify":"$ssl_client_verify","name":"$ssl_server_name",\'\n'
    '        \'"agent":"$http_user_agent"}\''
)
_TEMPORARY: Final = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True, slots=True)
class Page:
    """What a portal answers at one path."""

    body: str = ""
    status: int = 200
    location: str | None = None
    """Where a redirect leads to; the body is then nginx's own."""
    without_ticket: str | None = None
    """Where a request without `?ticket=` is sent instead."""


@dataclass(frozen=True, slots=True)
class Listener:
    """One port of a portal."""

    port: int
    verify: str
    pages: Mapping[str, Page]


def configuration(
    folder: Path,
    listeners: Sequence[Listener],
    *,
    tls: tuple[str, ...],
    server: ServerCertificate,
    client_cas: Iterable[Entity],
    crls: Iterable[bytes],
) -> str:
    """Write into `folder` the files that nginx reads and return its nginx.conf.

    An empty `tls` makes every port plain HTTP.
    """
    (folder / "server.pem").write_bytes(server.chain_pem)
    (folder / "server.key").write_bytes(server.entity.key_pem)
    (folder / "server.key").chmod(0o600)
    (folder / "client-cas.pem").write_bytes(b"".join(ca.pem for ca in client_cas))
    lists = [x509.load_der_x509_crl(crl).public_bytes(Encoding.PEM) for crl in crls]
    (folder / "crls.pem").write_bytes(b"".join(lists))
    crl_line = f"ssl_crl {folder}/crls.pem;" if lists else ""
    servers = "\n".join(_server(folder, each, tls, crl_line) for each in listeners)
    temporary = "\n    ".join(f"{kind}_temp_path {folder}/{kind};" for kind in _TEMPORARY)
    return f"""\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
events {{ worker_connections 256; }}
http {{
    log_format laboratory escape=json {_LOG_FORMAT};
    access_log {folder}/access.log laboratory;
    {temporary}
    default_type "text/html; charset=utf-8";
    ssl_session_cache off;
    ssl_session_tickets off;
{servers}
}}
"""


def _server(folder: Path, listener: Listener, tls: tuple[str, ...], crl_line: str) -> str:
    locations = "\n".join(_location(folder, path, page) for path, page in listener.pages.items())
    if not tls:
        return f"    server {{ listen 127.0.0.1:{listener.port};\n{locations}\n    }}"
    # The depth counts the CAs above the holder: nginx's default of 1 refuses every such chain.
    return f"""\
    server {{
        listen 127.0.0.1:{listener.port} ssl;
        ssl_protocols {" ".join(tls)};
        ssl_certificate {folder}/server.pem;
        ssl_certificate_key {folder}/server.key;
        ssl_verify_client {listener.verify};
        ssl_client_certificate {folder}/client-cas.pem;
        ssl_verify_depth 5;
        {crl_line}
{locations}
    }}"""


def _location(folder: Path, path: str, page: Page) -> str:
    if page.location:
        return f'        location = {path} {{ return {page.status} "{page.location}"; }}'
    # Two listeners may answer one path differently.
    digest = hashlib.sha256(f"{path} {page}".encode()).hexdigest()[:12]
    body = folder / f"page-{digest}.html"
    body.write_text(page.body)
    guard = f'if ($arg_ticket = "") {{ return 302 "{page.without_ticket}"; }}'
    rule = guard if page.without_ticket else ""
    if page.status == 200:
        return f"        location = {path} {{ types {{}} {rule} alias {body}; }}"
    named = f"/{body.name}"
    return (
        f"        location = {path} {{ {rule} error_page {page.status} {named};"
        f" return {page.status}; }}\n"
        f"        location = {named} {{ internal; types {{}} alias {body}; }}"
    )

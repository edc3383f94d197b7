"""The laboratory's servers serve, refuse and misbehave as their names say."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.lab.endpoints import Closing, Dropping, Refused, Resetting, Silent
from tests.lab.laboratory import KEY_CACHE, Laboratory
from tests.lab.nginx import Page
from tests.lab.pki import Pki
from tests.lab.portal import BROKEN, Login, Portal, Verify
from tests.lab.proxy import Proxy, ProxyMood
from tests.lab.server_pki import ServerFault
from tests.lab.web import CrlServer, TimeServer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.lab.entity import Entity

pytestmark = pytest.mark.lab

RUN_SECONDS: Final = 30.0
ANSWER_SECONDS: Final = 1.0
"""For what must not answer; what must has RUN_SECONDS."""


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki(KEY_CACHE, "http://127.0.0.1:9")


def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, timeout=RUN_SECONDS, check=False
    )


def curl(
    url: str, roots: bytes, folder: Path, entity: Entity | None = None, *more: str
) -> tuple[int, str]:
    """Return the HTTP status (0: none) and the body."""
    (folder / "roots.pem").write_bytes(roots)
    command = ["curl", "-sS", "--noproxy", "*", "--cacert", str(folder / "roots.pem")]
    if entity:
        (folder / "client.pem").write_bytes(entity.pem + entity.key_pem)
        command += ["--cert", str(folder / "client.pem")]
    result = run([*command, "-w", "\n%{http_code}", *more, url])
    body, _, status = result.stdout.rpartition("\n")
    return int(status), body + result.stderr


def fetch(
    url: str, *, trust: ssl.SSLContext | None = None, seconds: float = RUN_SECONDS
) -> tuple[bytes, str]:
    """Return the body and the Date."""
    direct = urllib.request.ProxyHandler({})
    secure = urllib.request.HTTPSHandler(context=trust)
    with urllib.request.build_opener(direct, secure).open(url, timeout=seconds) as answer:
        return answer.read(), answer.headers["Date"]


def refuses(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=RUN_SECONDS).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:  # it was still in the queue when the server went
        return False
    return False


@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize("kind", ["ecpf", "ecpf_ec"])
def test_the_portal_lets_the_holder_in(
    lab: Laboratory, tmp_path: Path, version: str, kind: str
) -> None:
    seen = len(lab.portal.requests())
    flags = ("--tlsv" + version, "--tls-max", version)
    entity = lab.pki.leaf("ecpf" if kind == "ecpf" else "ecpf_ec")
    roots = lab.pki.servers.roots_pem
    assert curl(lab.portal.url(), roots, tmp_path, entity, *flags)[0] == 200
    request = lab.portal.requests(seen + 1)[-1]
    assert request.authenticated
    assert request.path == "/tarefas"
    assert request.tls_version == f"TLSv{version}"
    assert "FULANO DE TAL TESTE" in request.client
    assert request.server_name == "localhost"


def test_the_portal_refuses_whom_it_does_not_know(lab: Laboratory, tmp_path: Path) -> None:
    seen = len(lab.portal.requests())
    roots = lab.pki.servers.roots_pem
    status, body = curl(lab.portal.url(), roots, tmp_path)
    assert (status, "No required SSL certificate was sent" in body) == (400, True)
    for name in ("expired", "unknown_root"):
        status, body = curl(lab.portal.url(), roots, tmp_path, lab.pki.variant(name))
        assert (status, "The SSL certificate error" in body) == (400, True)
    log = lab.portal.requests(seen + 3)[seen:]
    assert [each.verify.split(":")[0] for each in log] == ["NONE", "FAILED", "FAILED"]
    assert not any(each.authenticated for each in log)


@pytest.mark.parametrize("login", [Login.REDIRECT, Login.BUTTON])
def test_the_login_may_lead_over_another_port(
    lab: Laboratory, tmp_path: Path, login: Login
) -> None:
    with Portal(tmp_path / "portal", lab.pki, login=login) as portal:
        roots = lab.pki.servers.roots_pem
        status, body = curl(portal.url(), roots, tmp_path, lab.pki.leaf(), "-L")
        if login is Login.BUTTON:
            assert portal.login_url() in body
            status, body = curl(portal.login_url(), roots, tmp_path, lab.pki.leaf(), "-L")
        assert status == 200
        assert "Bem-vindo" in body
        assert portal.port != portal.login_port
        asked = [each for each in portal.requests(3) if each.port == portal.login_port]
        assert [each.authenticated for each in asked] == [True]


def test_pages_verification_lists_and_plain_http(lab: Laboratory, tmp_path: Path) -> None:
    pages = {"/tarefas": BROKEN, "/fora": Page(status=302, location="https://outro.invalid/")}
    roots = lab.pki.servers.roots_pem
    with Portal(tmp_path / "a", lab.pki, pages=pages, verify=Verify.OPTIONAL) as portal:
        assert curl(portal.url(), roots, tmp_path)[0] == 500
        assert curl(portal.url("/fora"), roots, tmp_path)[0] == 302
        assert curl(portal.url("/nada"), roots, tmp_path)[0] == 404
        assert [each.status for each in portal.requests(3)] == [500, 302, 404]
    with Portal(tmp_path / "b", lab.pki, plain=True) as portal:
        address = portal.url().replace("https", "http")
        assert curl(address, roots, tmp_path)[0] == 200
        assert "wrong version number" in curl(portal.url(), roots, tmp_path)[1]
    others = [lab.pki.variant("unknown_root").path[-1]]
    with Portal(tmp_path / "c", lab.pki, client_cas=others) as portal:
        asked = run(["openssl", "s_client", "-connect", portal.address]).stdout
        assert "Raiz Desconhecida" in asked
        assert "AC LABORATORIO" not in asked
        assert curl(portal.url(), roots, tmp_path, lab.pki.leaf())[0] == 400
    crls = [lab.pki.crl(ca) for ca in lab.pki.authorities]
    with Portal(tmp_path / "d", lab.pki, crls=crls) as portal:
        assert curl(portal.url(), roots, tmp_path, lab.pki.leaf())[0] == 200
        assert curl(portal.url(), roots, tmp_path, lab.pki.variant("revoked"))[0] == 400
        assert portal.requests(2)[1].verify == "FAILED:certificate revoked"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (ServerFault.EXPIRED, "certificate has expired"),
        (ServerFault.NOT_YET_VALID, "certificate is not yet valid"),
        (ServerFault.WRONG_NAME, "no alternative certificate subject name matches"),
        (ServerFault.UNTRUSTED, "unable to get local issuer"),
        (ServerFault.INTERCEPTED, "unable to get local issuer"),
        (ServerFault.INCOMPLETE, "unable to get local issuer"),
        (ServerFault.SELF_SIGNED, "self-signed certificate"),
    ],
)
def test_a_server_with_a_fault(pki: Pki, tmp_path: Path, fault: ServerFault, words: str) -> None:
    with Portal(tmp_path / "portal", pki, server_certificate=fault) as portal:
        status, said = curl(portal.url(), pki.servers.roots_pem, tmp_path, pki.leaf())
        assert status == 0
        assert words in said
        assert portal.requests() == []


def test_crls_are_published_and_verify(lab: Laboratory) -> None:
    for authority in lab.pki.authorities:
        for path in lab.pki.crl_paths(authority):
            crl = x509.load_der_x509_crl(fetch(lab.crls.base + path)[0])
            public = authority.key.public_key()
            assert isinstance(public, rsa.RSAPublicKey)
            assert crl.is_signature_valid(public)
    assert lab.crls.requests


def test_a_crl_server_may_lack_files_be_slow_or_talk_nonsense() -> None:
    with CrlServer() as server:
        address = f"{server.base}/lcr.crl"
        with pytest.raises(urllib.error.HTTPError) as absent:
            fetch(address)
        absent.value.close()
        server.publish({"/lcr.crl": b"<html>"})
        assert fetch(address)[0] == b"<html>"
        server.delay = RUN_SECONDS
        with pytest.raises(TimeoutError):
            fetch(address, seconds=ANSWER_SECONDS)
        assert server.requests == ["/lcr.crl"] * 3


def test_a_time_server_is_as_far_off_as_asked(pki: Pki) -> None:
    trust = ssl.create_default_context(cadata=pki.servers.roots_pem.decode())
    with TimeServer(pki, timedelta(days=-400), host="127.0.0.1") as server:
        date = parsedate_to_datetime(fetch(server.url, trust=trust)[1])
        off = date - datetime.now(UTC)
        assert abs(off + timedelta(days=400)) < timedelta(minutes=1)
    with (
        TimeServer(pki, server_certificate=ServerFault.EXPIRED) as server,
        pytest.raises(urllib.error.URLError, match="expired"),
    ):
        fetch(server.url, trust=trust)


def test_endpoints_misbehave_as_named() -> None:
    with Silent() as silent, socket.create_connection(("127.0.0.1", silent.port)) as client:
        client.settimeout(ANSWER_SECONDS)
        client.sendall(b"hello")
        with pytest.raises(TimeoutError):
            client.recv(1)
    with Refused() as refused, pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", refused.port), timeout=RUN_SECONDS)
    with (
        Resetting(after_first_bytes=True) as resetting,
        socket.create_connection(("127.0.0.1", resetting.port), timeout=RUN_SECONDS) as client,
    ):
        client.sendall(b"hello")
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    with (
        Closing() as closing,
        socket.create_connection(("127.0.0.1", closing.port), timeout=RUN_SECONDS) as client,
    ):
        client.sendall(b"hello")
        assert client.recv(1) == b""
    with Dropping() as dropping, pytest.raises(TimeoutError):
        socket.create_connection(("127.0.0.1", dropping.port), timeout=ANSWER_SECONDS)


@pytest.mark.parametrize(
    ("mood", "status", "words"),
    [
        (ProxyMood.OK, 200, "Bem-vindo"),
        (ProxyMood.FORBIDDEN, 0, "403"),
        (ProxyMood.CREDENTIALS, 0, "407"),
        (ProxyMood.BAD_GATEWAY, 0, "502"),
        (ProxyMood.DEAD, 0, "timed out"),
    ],
)
def test_a_proxy_tunnels_or_refuses(
    lab: Laboratory, tmp_path: Path, mood: ProxyMood, status: int, words: str
) -> None:
    name = "portal.laboratorio.invalid"
    address = f"https://{name}:{lab.portal.port}/tarefas"
    with Proxy(mood, {name: "127.0.0.1"}) as proxy:
        more = ("--noproxy", "", "--proxy", proxy.url, "--max-time", "2")
        roots = lab.pki.servers.roots_pem
        got, body = curl(address, roots, tmp_path, lab.pki.leaf(), *more)
        assert (got, words in body) == (status, True), body
        assert proxy.tunnels == [f"{name}:{lab.portal.port}"]


def test_the_profile_names_the_laboratory(lab: Laboratory) -> None:
    file = lab.profile("outro", portal={"needed": []}, limits={"pcsc": 2.5})
    profile = tomllib.loads(file.read_text(encoding="utf-8"))
    assert profile["format"] == 1
    assert profile["name"] == "outro"
    assert profile["portal"]["needed"] == []
    assert profile["portal"]["start"] == lab.portal.url()
    assert profile["trust"]["roots_sha256"] == [lab.pki.root_sha256]
    assert profile["limits"] == {"walk_interval": 0, "pcsc": 2.5}
    for name in (*profile["trust"]["extra_cas"], profile["trust"]["server_roots"]):
        assert x509.load_pem_x509_certificates(Path(name).read_bytes())


def test_servers_die_with_a_killed_test(tmp_path: Path) -> None:
    # The child starts a portal, prints its process's number, and is killed while it waits.
    code = (
        "import sys, pathlib\n"
        "from tests.lab.laboratory import KEY_CACHE\n"
        "from tests.lab.pki import Pki\n"
        "from tests.lab.portal import Portal\n"
        "portal = Portal(pathlib.Path(sys.argv[1]), Pki(KEY_CACHE, 'http://127.0.0.1:9'))\n"
        "portal.start()\n"
        "print(portal.port, flush=True)\n"
        "sys.stdin.read()\n"
    )
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout
        port = int(child.stdout.readline())
        socket.create_connection(("127.0.0.1", port), timeout=RUN_SECONDS).close()
        child.kill()
        child.wait(RUN_SECONDS)
    deadline = time.monotonic() + RUN_SECONDS
    while not refuses(port) and time.monotonic() < deadline:
        pass
    assert refuses(port)

"""The list of CAs: brought by the real program from real servers, good and bad."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
from typing import TYPE_CHECKING, Final

import pytest
from tests.lab import wizard
from tests.lab.server_pki import ServerFault
from tests.lab.softhsm import MODULE
from tests.lab.web import Answer, CrlServer, WebServer, server_context
from tests.scenarios.parts import new_token, profile
from tests.scenarios.safe_parts import Started, once, one_line
from tests.unit.pki.zips import packed

from a3check.net.listing import official
from a3check.system.authorities import LIST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.lab.laboratory import Laboratory
    from tests.lab.profile import Table as Settings
    from tests.lab.softhsm import SoftHsm
    from tests.scenarios.table import Table

DIRECT: Final[Settings] = {"proxy": "none"}
FAILED, UNKNOWN, CANCELLED = 1, 2, 130


@pytest.fixture
def site() -> Iterator[CrlServer]:
    """A server that publishes lists."""
    with CrlServer() as server:
        yield server


@pytest.fixture
def known(lab: Laboratory) -> Path:
    """A profile that trusts the laboratory's root and has no CA at hand."""
    return profile(lab, MODULE, cas=(), network=DIRECT)


def cas(lab: Laboratory) -> dict[str, bytes]:
    return {f"{ca.common_name}.crt": ca.der for ca in lab.pki.authorities}


def publish(site: CrlServer, blob: bytes, digest: str | None = None) -> str:
    """Publish a list with its hash, and return its address."""
    listed = f"{digest or hashlib.sha512(blob).hexdigest()}  lista.zip\n"
    site.publish({"/lista.zip": blob, "/hashsha512.txt": listed.encode()})
    return f"{site.base}/lista.zip"


def list_of(home: Path) -> Path:
    return home / "cache/a3check/cas" / LIST


def test_from_a_missing_ca_to_a_whole_chain(
    lab: Laboratory, home: Path, hsm: SoftHsm, known: Path, site: CrlServer, table: Table
) -> None:
    token = new_token(hsm, lab.pki.leaf())
    before = wizard.run(known, home, token.home.environment)
    finding = table.cause(before, "chain.issuer_missing", "AC that no list has brought yet")
    assert finding["evidence"]["reason"] == "no_list"
    assert "a3check atualizar" in before.verdict["steps"][0]
    assert before.report["app"]["ca_bundle"] is None

    address = publish(site, packed(cas(lab)))
    update = once(home, "atualizar", "--perfil", str(known), "--de", address, "--json", "-")
    told = json.loads(update.output)
    assert update.status == 0, update.errors
    assert (told["result"], told["certificates"], told["hash_verified"]) == ("updated", 3, True)
    assert told["added"] == sorted(ca.common_name for ca in lab.pki.authorities)

    after = wizard.run(known, home, token.home.environment)
    assert "chain.valid" in after.codes("chain")
    assert after.report["app"]["ca_bundle"] == told["ca_bundle"]


def test_the_official_list_by_the_network_s_proxy(
    lab: Laboratory, home: Path, site: CrlServer
) -> None:
    by_proxy = profile(lab, cas=(), network={"proxy": site.base})
    blob = packed(cas(lab))
    digest = f"{hashlib.sha512(blob).hexdigest()}  ACcompactado.zip\n".encode()
    iti, mirror = official()
    site.publish({mirror.url: blob, mirror.digest: digest})
    run = once(home, "atualizar", "--perfil", str(by_proxy))
    assert run.status == 0, run.errors
    assert run.output.startswith("ACs da ICP-Brasil atualizadas: 3 certificados")
    assert site.requests == [iti.digest, iti.url, mirror.digest, mirror.url]
    again = once(home, "atualizar", "--perfil", str(by_proxy))
    assert again.output.startswith("Nenhuma AC nova.")
    assert again.status == 0


def test_bad_lists_leave_the_old_one(
    lab: Laboratory, home: Path, known: Path, site: CrlServer
) -> None:
    healthy = packed(cas(lab))
    assert once(home, *de(known, publish(site, healthy))).status == 0
    before = list_of(home).read_bytes()
    foreign = lab.pki.variant("unknown_root").path[1:]
    bad: Mapping[str, tuple[bytes, str]] = {
        "ZIP": (b"<html>Acesso negado pelo proxy</html>", ""),
        "grande": (packed({"bomba.crt": bytes(50_000_000)}), ""),
        "nenhum certificado": (packed({f"../../{ca.sha256}": ca.der for ca in foreign}), ""),
        "SHA-512": (healthy, "0" * 128),
    }
    for word, (blob, digest) in bad.items():
        run = once(home, *de(known, publish(site, blob, digest)))
        said = one_line(run.errors)
        assert (run.status, run.output) == (FAILED, ""), word
        assert word in said
        assert "continua valendo" in said
        assert list_of(home).read_bytes() == before, word
    assert {path.name for path in list_of(home).parent.iterdir()} == {LIST, ".lock"}
    assert not (home.parent / foreign[0].sha256).exists()


def de(known: Path, origin: str) -> tuple[str, ...]:
    return ("atualizar", "--perfil", str(known), "--de", origin)


def test_a_list_in_a_file_for_a_computer_without_a_network(
    lab: Laboratory, home: Path, known: Path, tmp_path: Path
) -> None:
    nothing = once(home, "atualizar", "--sem-rede")
    assert nothing.status == UNKNOWN
    assert "ainda não tem" in one_line(nothing.errors)
    path = tmp_path / "lista.zip"
    path.write_bytes(packed(cas(lab)))
    assert once(home, *de(known, str(path)), "--sem-rede").status == 0
    shown = once(home, "atualizar", "--sem-rede")
    assert shown.status == 0
    assert "em uso: 3 certificados" in shown.output
    bundle = tmp_path / "cas"
    assert once(home, *de(known, str(path)), "--pasta", str(bundle)).status == 0
    assert (bundle / LIST).read_bytes() == list_of(home).read_bytes()  # the same zip


def test_no_network_no_right_and_no_space(
    lab: Laboratory, home: Path, known: Path, tmp_path: Path, site: CrlServer
) -> None:
    dead = once(home, *de(known, "http://127.0.0.1:1/lista.zip"))
    assert dead.status == UNKNOWN
    assert "conectar" in one_line(dead.errors)
    no_proxy = profile(lab, cas=(), network={"proxy": "http://127.0.0.1:1"})
    refused = once(home, "atualizar", "--perfil", str(no_proxy))
    assert refused.status == FAILED
    assert "proxy" in one_line(refused.errors)
    address = publish(site, packed(cas(lab)))
    (tmp_path / "arquivo").write_bytes(b"")
    run = once(home, *de(known, address), XDG_CACHE_HOME=str(tmp_path / "arquivo"))
    assert run.status == FAILED
    assert "permissões" in one_line(run.errors)
    full = subprocess.run(
        wizard.command(*de(known, address), before=("prlimit", "--fsize=1024")),
        env=wizard.environment(home),
        capture_output=True,
        text=True,
        timeout=wizard.DEADLINE,
        check=False,
    )
    assert full.returncode == FAILED
    assert "espaço" in one_line(full.stderr)
    assert not list_of(home).exists()
    assert not [path for path in list_of(home).parent.iterdir() if path.name != ".lock"]


class SecureSite(WebServer):
    """The same by HTTPS, under the laboratory's root."""

    def __init__(self, lab: Laboratory, files: Mapping[str, bytes]) -> None:
        super().__init__(server_context(lab.pki.servers, ServerFault.NONE))
        self._files = files

    def answer(self, path: str) -> Answer:
        content = self._files.get(path)
        return Answer(404) if content is None else Answer(200, content)


def test_by_https_where_the_site_is_trusted(
    lab: Laboratory, home: Path, known: Path, tmp_path: Path
) -> None:
    with SecureSite(lab, {"/lista.zip": packed(cas(lab))}) as site:
        address = f"https://localhost:{site.port}/lista.zip"
        strange = once(home, *de(known, address))
        assert strange.status == FAILED
        assert "conexão segura" in one_line(strange.errors)
        roots = tmp_path / "raizes.pem"
        roots.write_bytes(lab.pki.servers.root.pem)
        trusted = once(home, *de(known, address), SSL_CERT_FILE=str(roots))
        assert trusted.status == 0, trusted.errors


def test_two_at_once_and_one_that_is_stopped(
    lab: Laboratory, home: Path, known: Path, site: CrlServer
) -> None:
    address = publish(site, packed(cas(lab)))
    update = de(known, address)
    with Started(home, {}, *update) as one, Started(home, {}, *update) as two:
        assert [one.process.wait(wizard.DEADLINE), two.process.wait(wizard.DEADLINE)] == [0, 0]
    before = list_of(home).read_bytes()
    assert before.startswith(b"a3check-cas 1 ")
    site.delay = 30.0
    with Started(home, {}, *update) as run:
        asked = len(site.requests)
        run.until(lambda: len(site.requests) > asked, "the request")
        run.process.send_signal(signal.SIGINT)
        assert run.process.wait(wizard.DEADLINE) == CANCELLED
    assert list_of(home).read_bytes() == before

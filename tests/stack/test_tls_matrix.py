"""Server by key by what the token can sign: the code that each of them must end with."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from tests.lab.apache import Apache
from tests.lab.entity import Entity
from tests.lab.gnutls import GnuTls
from tests.lab.keys import Algorithm
from tests.lab.laboratory import KEY_CACHE
from tests.lab.pki import Pki
from tests.lab.portal import Portal, Verify
from tests.lab.sserver import SServer
from tests.unit.checks.world import PROFILE
from tests.unit.tls.softkey import signer

from a3check.checks.login import judge
from a3check.core.fault import Fault
from a3check.core.model import Finding
from a3check.core.ports import JSON
from a3check.pki.certificate import Certificate, read
from a3check.portal.forecast import Offer
from a3check.portal.older import works_in_tls12
from a3check.portal.refused import Shown
from a3check.portal.walk import Walker
from a3check.tls.client import Identity, Request, converse
from a3check.tls.signing import schemes

pytestmark = pytest.mark.lab

TABLE = """
                            RSA-2048                RSA-4096                P-256   P-384
                            both  pss  raw  pkcs1   both  pss  raw  pkcs1   ecdsa   ecdsa
nginx on, 1.2                A     A    A    A       A     A    A    A       A       A
nginx on, 1.3                A     A    A    N       A     A    A    N       A       A
nginx on, 1.2 and 1.3        A     A    A    n       A     A    A    n       A       A
nginx optional, 1.2          A     A    A    A       A     A    A    A       A       A
nginx optional, 1.3          A     A    A    N       A     A    A    N       A       A
nginx optional_no_ca, 1.2    A     A    A    A       A     A    A    A       A       A
nginx optional_no_ca, 1.3    A     A    A    N       A     A    A    N       A       A
nginx, namesakes' CAs, 1.2   R     R    R    R       R     R    R    R       R       R
nginx, namesakes' CAs, 1.3   R     R    R    N       R     R    R    N       R       R
apache, renegotiation 1.2    A     A    A    A       A     A    A    A       A       A
apache, post-handshake 1.3   A     A    A    N       A     A    A    N       A       A
apache, 1.2 and 1.3          A     A    A    n       A     A    A    n       A       A
s_server 1.2                 A     A    A    A       A     A    A    A       A       A
s_server 1.3                 A     A    A    N       A     A    A    N       A       A
s_server PKCS#1 only         A     N    A    A       A     N    A    A       N       N
s_server PSS only, 1.2       A     A    A    N       A     A    A    N       N       N
s_server SHA-512 only, 1.2   A     N    A    A       A     N    A    A       N       N
s_server SHA-512 only, 1.3   A     A    A    N       A     A    A    N       N       N
s_server SHA-1 only          A     N    A    A       A     N    A    A       N       N
s_server 1.0 only            T     T    T    T       T     T    T    T       T       T
s_server 1.1 only            T     T    T    T       T     T    T    T       T       T
s_server RSA key exchange    A     A    A    A       A     A    A    A       A       A
s_server, namesakes' CAs 1.2 U     U    U    U       U     U    U    U       U       U
s_server, namesakes' CAs 1.3 U     U    U    N       U     U    U    N       U       U
gnutls-serv 1.2              A     A    A    A       A     A    A    A       A       A
gnutls-serv 1.3              A     A    A    N       A     A    A    N       A       A
"""
CODES = {
    "A": "login.accepted",
    "N": "login.nothing_sent",
    "n": "login.nothing_sent",  # and TLS 1.2 would work
    "T": "server.tls_failed",
    "R": "login.rejected",
    "U": "login.rejected_unknown_ca",
}
NAME = 28
"""Columns of TABLE that hold a server's name."""

KEYS = {
    "RSA-2048": Algorithm.RSA_2048,
    "RSA-4096": Algorithm.RSA_4096,
    "P-256": Algorithm.P256,
    "P-384": Algorithm.P384,
}
ABILITIES = {
    "both": frozenset({"CKM_RSA_PKCS", "CKM_RSA_PKCS_PSS"}),
    "pss": frozenset({"CKM_RSA_PKCS_PSS"}),
    "raw": frozenset({"CKM_RSA_X_509"}),
    "pkcs1": frozenset({"CKM_RSA_PKCS"}),
    "ecdsa": frozenset({"CKM_ECDSA"}),
}
COLUMNS = [
    *((key, ability) for key in ("RSA-2048", "RSA-4096") for ability in list(ABILITIES)[:4]),
    ("P-256", "ecdsa"),
    ("P-384", "ecdsa"),
]
EXPECTED = {
    row[:NAME].strip(): dict(zip(COLUMNS, row[NAME:].split(), strict=True))
    for row in TABLE.strip("\n").splitlines()[2:]
}

TLS12, TLS13 = ("TLSv1.2",), ("TLSv1.3",)
OLD = ("-cipher", "DEFAULT@SECLEVEL=0")
Server = Portal | Apache | SServer | GnuTls
Made = Callable[[Path, Pki], AbstractContextManager[Server]]


def _s_server(*options: str) -> Made:
    return lambda folder, pki: SServer(folder, pki, *options)


def _namesakes(version: str) -> Made:
    return lambda folder, pki: SServer(folder, pki, version, client_cas=_fake(pki))


def _nginx_namesakes(tls: tuple[str, ...]) -> Made:
    return lambda folder, pki: Portal(folder, pki, tls=tls, client_cas=_fake(pki))


def _fake(pki: Pki) -> tuple[Entity, ...]:
    return pki.variant("fake_root").path[1:]


def _only(schemes: str, *options: str) -> Made:
    return _s_server("-client_sigalgs", schemes, *options)


SERVERS: Mapping[str, Made] = {
    "nginx on, 1.2": partial(Portal, tls=TLS12),
    "nginx on, 1.3": partial(Portal, tls=TLS13),
    "nginx on, 1.2 and 1.3": Portal,
    "nginx optional, 1.2": partial(Portal, tls=TLS12, verify=Verify.OPTIONAL),
    "nginx optional, 1.3": partial(Portal, tls=TLS13, verify=Verify.OPTIONAL),
    "nginx optional_no_ca, 1.2": partial(Portal, tls=TLS12, verify=Verify.OPTIONAL_NO_CA),
    "nginx optional_no_ca, 1.3": partial(Portal, tls=TLS13, verify=Verify.OPTIONAL_NO_CA),
    "nginx, namesakes' CAs, 1.2": _nginx_namesakes(TLS12),
    "nginx, namesakes' CAs, 1.3": _nginx_namesakes(TLS13),
    "apache, renegotiation 1.2": partial(Apache, tls=TLS12),
    "apache, post-handshake 1.3": partial(Apache, tls=TLS13),
    "apache, 1.2 and 1.3": Apache,
    "s_server 1.2": _s_server("-tls1_2"),
    "s_server 1.3": _s_server("-tls1_3"),
    "s_server PKCS#1 only": _only("RSA+SHA256:RSA+SHA384", "-tls1_2"),
    "s_server PSS only, 1.2": _only("rsa_pss_rsae_sha256:rsa_pss_rsae_sha384", "-tls1_2"),
    "s_server SHA-512 only, 1.2": _only("RSA+SHA512", "-tls1_2"),
    "s_server SHA-512 only, 1.3": _only("rsa_pss_rsae_sha512", "-tls1_3"),
    "s_server SHA-1 only": _only("RSA+SHA1", "-tls1_2", *OLD),
    "s_server 1.0 only": _s_server("-tls1", *OLD),
    "s_server 1.1 only": _s_server("-tls1_1", *OLD),
    "s_server RSA key exchange": _s_server("-tls1_2", "-cipher", "kRSA"),
    "s_server, namesakes' CAs 1.2": _namesakes("-tls1_2"),
    "s_server, namesakes' CAs 1.3": _namesakes("-tls1_3"),
    "gnutls-serv 1.2": partial(GnuTls, tls="1.2"),
    "gnutls-serv 1.3": partial(GnuTls, tls="1.3"),
}


@pytest.fixture(scope="module")
def lab_pki() -> Pki:
    return Pki(KEY_CACHE, "http://127.0.0.1:9")


@pytest.fixture(scope="module")
def addresses(
    lab_pki: Pki, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], str]]:
    """Return where a server listens; each is started once, when it is first asked for."""
    running: dict[str, str] = {}
    with ExitStack() as stack:

        def address(name: str) -> str:
            if name not in running:
                folder = tmp_path_factory.mktemp("server") / "files"
                server = stack.enter_context(SERVERS[name](folder, lab_pki))
                running[name] = server.url() if isinstance(server, Portal) else server.url
            return running[name]

        yield address


def walked(url: str, pki: Pki, entity: Entity, ability: frozenset[str]) -> Finding:
    """Walk with the certificate, as the check does, and judge; the key is in memory."""
    asked: list[Mapping[str, JSON]] = []
    public, sign = entity.key.public_key(), signer(entity.key, ability)

    def ask(request: Mapping[str, JSON]) -> Mapping[str, JSON] | Fault:
        asked.append(request)
        wish = replace(Request.from_json(request), settle_seconds=0.05)
        return converse(wish, sign).to_json()

    portal = replace(PROFILE.portal, start=url, certificate_urls=(), needed=("localhost:443",))
    profile = replace(PROFILE, portal=portal)
    able = schemes(public, ability)
    identity = Identity(entity.der, tuple(ca.der for ca in entity.path[1:-1]), able)
    roots = pki.servers.roots_pem.decode()
    walk = Walker(profile, ask, roots_pem=roots, identity=identity).walk()
    tls12 = works_in_tls12(walk, asked[-1], ask, may_ask=True)
    chain = [c for c in map(read, (e.der for e in entity.path)) if isinstance(c, Certificate)]
    issuers = frozenset(c.issuer_key for c in chain)
    offer = Offer(issuers, able, whole=True)
    shown = Shown(offer, chain[0].issuer_common_name, tls12)
    (finding,) = judge(walk, profile, shown)
    return finding


def test_the_table_is_whole() -> None:
    assert list(EXPECTED) == list(SERVERS)
    assert len(EXPECTED) * len(COLUMNS) == 260
    assert {code for row in EXPECTED.values() for code in row.values()} == set(CODES)


@pytest.mark.parametrize(("key", "ability"), COLUMNS, ids=[" ".join(c) for c in COLUMNS])
@pytest.mark.parametrize("server", SERVERS)
def test_cell(
    server: str, key: str, ability: str, lab_pki: Pki, addresses: Callable[[str], str]
) -> None:
    entity = lab_pki.leaf(algorithm=KEYS[key], key="matrix")
    mechanisms = ABILITIES[ability]
    finding = walked(addresses(server), lab_pki, entity, mechanisms)
    expected = EXPECTED[server][key, ability]
    assert finding.code == CODES[expected], finding
    if expected in {"N", "n"}:
        facts = {e.name: e.value for e in finding.evidence}
        assert facts["tls12_works"] is (expected == "n")
        assert facts["schemes_token"] == schemes(entity.key.public_key(), mechanisms)
        assert facts["schemes_server"]

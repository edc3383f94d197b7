"""Server by key by what the token can sign, with the whole program and SoftHSM.

`tests/stack/test_tls_matrix.py` has the whole table; these cells show that the program says what
the TLS client alone does.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from tests.lab import filtering, wizard
from tests.lab.apache import Apache
from tests.lab.gnutls import GnuTls
from tests.lab.keys import Algorithm
from tests.lab.sserver import SServer
from tests.scenarios.parts import new_token
from tests.scenarios.portals import enter, way

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.lab.laboratory import Laboratory
    from tests.lab.softhsm import SoftHsm
    from tests.scenarios.table import Table

RSA_2048, RSA_4096, P384 = Algorithm.RSA_2048, Algorithm.RSA_4096, Algorithm.P384
PKCS1, RAW, BOTH = filtering.ALL_PSS, filtering.RAW_ONLY, ()
PSS = (filtering.RSA_PKCS, filtering.RSA_X_509, *filtering.SHA_RSA_PKCS)
ACCEPTED, NOTHING = "login.accepted", "login.nothing_sent"
AFTER, AGAIN = "post-handshake", "renegotiation"


def _sha1(folder: Path, pki: Any) -> SServer:  # noqa: ANN401 - the laboratory's Pki
    old = ("-cipher", "DEFAULT@SECLEVEL=0", "-client_sigalgs", "RSA+SHA1")
    return SServer(folder, pki, "-tls1_2", *old)


@pytest.mark.parametrize(
    ("part", "server", "key", "hidden", "code", "evidence"),
    [
        ("apache 1.3", Apache, RSA_2048, BOTH, ACCEPTED, {"asked": AFTER}),
        (
            "apache 1.2",
            partial(Apache, tls=("TLSv1.2",)),
            RSA_2048,
            RAW,
            ACCEPTED,
            {"asked": AGAIN, "tls_version": "TLSv1.2"},
        ),
        ("apache 1.3", Apache, RSA_2048, PKCS1, NOTHING, {"tls12_works": True}),
        (
            "gnutls-serv 1.3",
            partial(GnuTls, tls="1.3"),
            RSA_4096,
            PSS,
            ACCEPTED,
            {"signature_scheme": "rsa_pss_rsae_sha256"},
        ),
        (
            "gnutls-serv 1.3",
            partial(GnuTls, tls="1.3"),
            P384,
            BOTH,
            ACCEPTED,
            {"signature_scheme": "ecdsa_secp384r1_sha384"},
        ),
        (
            "s_server SHA-1 only",
            _sha1,
            RSA_2048,
            PKCS1,
            ACCEPTED,
            {"signature_scheme": "rsa_pkcs1_sha1"},
        ),
        ("s_server SHA-1 only", _sha1, RSA_2048, PSS, NOTHING, {"tls12_works": False}),
    ],
)
def test_cell(
    part: str,
    server: Callable[..., Any],
    key: Algorithm,
    hidden: tuple[int, ...],
    code: str,
    evidence: dict[str, object],
    lab: Laboratory,
    home: Path,
    hsm: SoftHsm,
    tmp_path: Path,
    table: Table,
) -> None:
    token = new_token(hsm, lab.pki.leaf(algorithm=key, key="matrix"))
    module = filtering.build(tmp_path / "module", *filtering.hide(hidden))
    with server(tmp_path / "server", lab.pki) as running:
        profile = way(lab, running.url, drivers={"modules": [str(module)]})
        run = wizard.run(profile, home, hsm.environment, pin=token.pin)
    text = f"{part}, {key}, {len(hidden)} mechanisms hidden"
    judged = table.beside if code == ACCEPTED else table.cause
    assert judged(run, code, text)["evidence"].items() >= evidence.items()


def test_a_python_whose_openssl_cannot_be_reached(
    lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    """As one that carries OpenSSL inside: the TLS probe alone believes so."""
    module = tmp_path / "sitecustomize.py"
    module.write_text("import sys, _ssl\nif 'tls' in sys.argv: _ssl.__file__ = '/x/_ssl.so'\n")
    paths = {"PYTHONPATH": f"{wizard.environment(home)['PYTHONPATH']}:{tmp_path}"}
    run = enter(lab, home, lab.profile(), extra=paths)
    finding = table.cause(run, "login.engine_unavailable", "a Python with OpenSSL inside")
    assert "/x/_ssl.so" in finding["evidence"]["reason"]
    assert not run.codes("login")

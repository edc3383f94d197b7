"""Does what a request foretells, before the certificate is shown, agree with what comes of it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.lab import filtering
from tests.lab.portal import Portal
from tests.scenarios.portals import enter, to

from a3check.pki import certificate as x509
from a3check.portal.forecast import Offer, expected
from a3check.tls.client import Request, converse
from a3check.tls.signing import PublicKey, schemes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.laboratory import Laboratory
    from tests.scenarios.table import Table


@pytest.mark.parametrize(
    ("tls", "old", "strangers", "code"),
    [
        ("TLSv1.3", True, False, "login.nothing_sent"),
        ("TLSv1.2", False, True, "login.issuer_not_listed"),
        ("TLSv1.2", True, False, None),
    ],
    ids=["no PSS under 1.3", "other CAs", "all is well"],
)
def test_the_codes_before_and_after_agree(
    tls: str,
    old: bool,
    strangers: bool,
    code: str | None,
    lab: Laboratory,
    home: Path,
    tmp_path: Path,
    table: Table,
) -> None:
    hidden = filtering.ALL_PSS if old else ()
    module = filtering.build(tmp_path / "module", *filtering.hide(hidden))
    others = lab.pki.variant("not_icp_brasil").path[1:]
    options: dict[str, Any] = {"tls": (tls,), "client_cas": others if strangers else None}
    with Portal(tmp_path / "portal", lab.pki, **options) as portal:
        roots = lab.pki.servers.roots_pem.decode()
        request = Request("localhost", portal.port, "/tarefas", server_roots_pem=roots)
        foretold = expected(converse(request), offer(lab, old=old))
        run = enter(lab, home, to(lab, portal, drivers={"modules": [str(module)]}))
    assert foretold == code
    part = f"foretold by the request ({tls}, {'PKCS#1 alone' if old else 'PSS'})"
    if code is None:
        table.beside(run, "login.accepted", part)
    else:
        table.cause(run, code, part)


def offer(lab: Laboratory, *, old: bool) -> Offer:
    """Return what the laboratory's token can show."""
    (entity,) = lab.entities
    chain = [x509.read(each.der) for each in entity.path]
    read = [c for c in chain if isinstance(c, x509.Certificate)]
    able = frozenset({"CKM_RSA_PKCS"} | (set() if old else {"CKM_RSA_PKCS_PSS"}))
    key = entity.certificate.public_key()
    assert isinstance(key, PublicKey)
    return Offer(frozenset(c.issuer_key for c in read), schemes(key, able), whole=True)

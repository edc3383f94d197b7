"""What the ACs publish about the certificate, broken one by one: CRLs over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from tests.lab import wizard
from tests.lab.keys import Algorithm
from tests.lab.softhsm import MODULE, PIN
from tests.lab.variants import VARIANTS
from tests.scenarios.parts import WRONG_PIN, new_issuer, new_token, on_token, profile, untouched

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.lab.entity import Entity
    from tests.lab.laboratory import Laboratory
    from tests.lab.softhsm import SoftHsm, Token
    from tests.lab.web import CrlServer
    from tests.lab.wizard import Run
    from tests.scenarios.table import Table

DAY: Final = timedelta(days=1)
PAGE: Final = b"<html>Acesso bloqueado</html>"

REVOKED: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "revoked": (
        "certificate that its AC revoked",
        {"reason": "key_compromise", "judged_by": "trusted"},
    ),
    "suspended": ("certificate that its AC suspended", {}),
    "ca_revoked": ("AC that the one above revoked", {"subject": "AC REVOGADA TESTE"}),
}
"""By variant: the part, and what the evidence must hold."""


def test_a_good_certificate(lab: Laboratory, home: Path, table: Table, hsm: SoftHsm) -> None:
    entity = lab.pki.leaf()
    run = on_token(lab, home, new_token(hsm, entity), entity, pin=PIN)
    finding = table.beside(run, "revocation.good", "fresh CRLs of all ACs")
    assert finding["evidence"]["source"].startswith(lab.crls.base)


@pytest.mark.parametrize("name", REVOKED)
def test_a_revoked_certificate(
    name: str, lab: Laboratory, home: Path, table: Table, hsm: SoftHsm
) -> None:
    entity, (part, evidence) = lab.pki.variant(name), REVOKED[name]
    token = new_token(hsm, entity)
    run = on_token(lab, home, token, entity)
    finding = table.cause(run, VARIANTS[name].code, part)
    assert finding["evidence"].items() >= evidence.items()
    assert untouched(token)


@pytest.fixture
def slow_crls(lab: Laboratory) -> Iterator[CrlServer]:
    """Let what the ACs publish come late, well after all else has been looked at."""
    lab.crls.delay = 2.0
    yield lab.crls
    lab.crls.delay = 0.0


def test_a_revocation_that_comes_late_still_costs_no_try(
    lab: Laboratory, home: Path, table: Table, hsm: SoftHsm, slow_crls: CrlServer
) -> None:
    entity = lab.pki.variant("revoked")
    token = new_token(hsm, entity)
    run = on_token(lab, home, token, entity)
    table.cause(run, "revocation.revoked", "revoked, and the CRL comes after two seconds")
    assert slow_crls.requests
    assert run.check("pin")["because"] == "revocation"
    assert untouched(token)


class Publisher:
    """A holder below an AC of its own, whose CRL may be anything."""

    def __init__(self, lab: Laboratory, home: Path, hsm: SoftHsm) -> None:
        self.lab, self._home = lab, home
        self.authority = new_issuer(lab, "AC PUBLICADORA TESTE", "ac_publisher")
        self.entity: Entity = lab.pki.leaf(parent=self.authority)
        self.token: Token = new_token(hsm, self.entity)

    def run(self, *crls: bytes, pin: str | None = None) -> Run:
        """Publish these CRLs at its addresses (none: nothing is there) and diagnose."""
        paths = self.lab.pki.crl_paths(self.authority)
        self.lab.crls.withdraw(*paths)
        self.lab.crls.publish(dict(zip(paths, crls, strict=False)))
        known = profile(self.lab, MODULE, cas=(*self.lab.pki.authorities, self.authority))
        return wizard.run(known, self._home, self.token.home.environment, pin=pin)

    def crl(self, begins: timedelta, ends: timedelta) -> bytes:
        """Return its CRL with these dates, counted from now."""
        now = self.lab.pki.now
        return self.lab.pki.crl(self.authority, this_update=now + begins, next_update=now + ends)

    def forged(self) -> bytes:
        """Return its CRL as a stranger would sign it."""
        stranger = self.lab.pki.keys.get("stranger", Algorithm.RSA_2048)
        return self.lab.pki.crl(self.authority, signer=stranger)


@pytest.fixture
def publisher(lab: Laboratory, home: Path, hsm: SoftHsm) -> Publisher:
    """Return a holder whose AC publishes what the test wants."""
    return Publisher(lab, home, hsm)


def test_an_old_crl(publisher: Publisher, table: Table) -> None:
    run = publisher.run(publisher.crl(-40 * DAY, -10 * DAY))
    table.cause(run, "revocation.stale", "CRL that should have been renewed ten days ago")
    assert untouched(publisher.token)


def test_a_crl_of_the_future(publisher: Publisher, table: Table) -> None:
    run = publisher.run(publisher.crl(5 * DAY, 9 * DAY))
    table.cause(run, "revocation.not_yet_valid", "CRL dated five days ahead")
    assert untouched(publisher.token)


@pytest.mark.parametrize("crls", [(), (PAGE, PAGE)], ids=["nothing", "a page"])
def test_no_crl(
    crls: tuple[bytes, ...],
    publisher: Publisher,
    table: Table,
    request: pytest.FixtureRequest,
) -> None:
    run = publisher.run(*crls)
    finding = table.cause(
        run, "revocation.unreachable", f"CRL's addresses: {request.node.callspec.id}"
    )
    assert len(finding["evidence"]["urls"]) == 2
    assert untouched(publisher.token)


def test_a_forged_crl(publisher: Publisher, table: Table) -> None:
    run = publisher.run(publisher.forged(), publisher.forged(), pin=WRONG_PIN)
    table.cause(run, "revocation.forged", "CRL signed by a stranger")
    assert untouched(publisher.token)


def test_a_mirror_that_holds(publisher: Publisher, table: Table) -> None:
    run = publisher.run(publisher.forged(), publisher.crl(-DAY, DAY), pin=PIN)
    table.beside(run, "revocation.good", "forged CRL at one address, the real one at the other")


def test_no_crl_and_the_login_is_accepted(publisher: Publisher, table: Table) -> None:
    run = publisher.run(pin=PIN)
    finding = table.beside(run, "revocation.unreachable", "no CRL, and the portal lets in")
    assert finding["lowered"]

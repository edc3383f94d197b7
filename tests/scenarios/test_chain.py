"""The path from the certificate to a root of ICP-Brasil, broken one by one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from tests.lab import wizard
from tests.lab.softhsm import MODULE, PIN
from tests.lab.variants import VARIANTS
from tests.scenarios.parts import new_issuer, new_token, on_token, profile, untouched
from tests.scenarios.person import Person, sit_down

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.laboratory import Laboratory
    from tests.lab.softhsm import SoftHsm
    from tests.scenarios.table import Table

FAILED: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "policy_not_issued": ("AC that does not issue this policy", {"policy": "2.16.76.1.2.3.99"}),
    "ca_expired": ("expired AC", {"subject": "AC VENCIDA TESTE"}),
    "root_expired": ("expired root, not a trusted one either", {}),
    "fake_root": ("root and ACs of the real ones' names", {}),
    "unknown_root": ("root that nobody trusts", {}),
    "homologation": ("root for tests", {}),
    "bad_signature": ("certificate signed by a stranger's key", {}),
    "ca_bad_signature": ("AC signed by a stranger's key", {"subject": "AC FALSIFICADA TESTE"}),
    "issuer_not_ca": ("issuer that is no AC", {"reason": "not_a_ca"}),
    "ca_without_key_cert_sign": ("AC without keyCertSign", {}),
    "path_too_long": ("AC below one of pathLen 0", {}),
    "weak_ca_key": ("AC with an RSA-1024 key", {"algorithm": "RSA 1024"}),
    "weak_ca_hash": ("AC signed with SHA-1", {"algorithm": "SHA-1"}),
}
"""By variant: the part, and what the evidence must hold."""


def test_a_whole_chain(lab: Laboratory, home: Path, table: Table, hsm: SoftHsm) -> None:
    run = on_token(lab, home, new_token(hsm, lab.pki.leaf()), pin=PIN)
    evidence = table.beside(run, "chain.valid", "healthy ACs up to the trusted root")["evidence"]
    assert evidence["root"] == lab.pki.root.common_name


def test_the_authorities_of_the_token(
    lab: Laboratory, home: Path, table: Table, hsm: SoftHsm
) -> None:
    entity = lab.pki.leaf()
    token = new_token(hsm, entity)
    token.put_authorities(entity)
    run = wizard.run(profile(lab, MODULE, cas=()), home, hsm.environment, pin=PIN)
    table.beside(run, "chain.valid", "ACs on the token alone")


@pytest.mark.parametrize("name", FAILED)
def test_a_broken_chain(
    name: str, lab: Laboratory, home: Path, table: Table, hsm: SoftHsm
) -> None:
    entity, (part, evidence) = lab.pki.variant(name), FAILED[name]
    roots = [entity.path[-1]] if name == "root_expired" else []
    token = new_token(hsm, entity)
    run = on_token(lab, home, token, entity, trusted=roots)
    finding = table.cause(run, VARIANTS[name].code, part)
    assert finding["evidence"].items() >= evidence.items()
    assert untouched(token)


def test_an_issuer_that_is_not_at_hand(
    lab: Laboratory, home: Path, table: Table, hsm: SoftHsm
) -> None:
    entity = lab.pki.variant("issuer_missing")
    token = new_token(hsm, entity)
    run = wizard.run(profile(lab, MODULE, cas=lab.pki.authorities), home, hsm.environment)
    finding = table.cause(run, "chain.issuer_missing", "AC that is nowhere at hand")
    assert finding["evidence"]["issuer"] == "AC AUSENTE TESTE"
    assert untouched(token)


@pytest.mark.parametrize("fetches", [True, False])
def test_an_issuer_that_lies_where_the_certificate_says(
    fetches: bool,
    lab: Laboratory,
    home: Path,
    table: Table,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person = Person(PIN, fetches=fetches)
    lab.crls.publish(lab.pki.published())
    run = sit_down(lab, home, lab.profile(cas=[]), person, monkeypatch)
    (question,) = person.asked_to_fetch
    assert question.host == "127.0.0.1"
    part = f"no AC at hand, and the user {'agrees' if fetches else 'does not agree'} to fetch it"
    if fetches:
        finding = table.beside(run, "chain.valid", part)
        assert finding["evidence"]["fetched"][0].endswith(".p7b")
        assert run.codes("revocation") == ["revocation.good"]
    else:
        finding = table.beside(run, "chain.issuer_missing", part)
        assert finding["evidence"]["urls"][0].endswith(".p7b: not_asked")


def test_an_extension_that_nobody_knows(
    lab: Laboratory, home: Path, table: Table, hsm: SoftHsm
) -> None:
    entity = lab.pki.variant("unknown_critical")
    token = new_token(hsm, entity)
    run = on_token(lab, home, token, entity, pin=None)
    table.cause(run, "chain.unsupported", "certificate with an unknown critical extension")
    assert untouched(token)


def test_a_root_that_is_newer_than_this_program(
    lab: Laboratory, home: Path, table: Table, hsm: SoftHsm
) -> None:
    name = "Autoridade Certificadora Raiz Brasileira v99"
    begins, ends = timedelta(days=-30), timedelta(days=3000)
    root = lab.pki.authority(name, None, key="root_newer", begins=begins, ends=ends)
    authority = new_issuer(lab, "AC DA RAIZ NOVA TESTE", "ac_root_newer", root)
    entity = lab.pki.leaf(parent=authority)
    token = new_token(hsm, entity)
    run = on_token(lab, home, token, entity, pin=None)
    finding = table.cause(run, "chain.root_newer", "root made after this program's list of roots")
    assert finding["evidence"]["issuer"] == name
    assert untouched(token)

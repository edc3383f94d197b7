"""The certificate on the token, faulty one by one: SoftHSM tokens with certificates made so."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from tests.lab import filtering, wizard
from tests.lab.softhsm import MODULE, PIN
from tests.lab.variants import VARIANTS
from tests.scenarios.parts import LABEL, WRONG_PIN, new_token, on_token, profile, untouched

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.card import Card
    from tests.lab.laboratory import Laboratory
    from tests.lab.pcscd import Pcscd
    from tests.lab.softhsm import SoftHsm
    from tests.scenarios.table import Table

LOGIN_REQUIRED: Final = 0x4
"""CKF_LOGIN_REQUIRED: where it is set, private keys hide before the login."""
FAILED: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "expired": ("certificate expired three days ago", {"days": 3, "judged_by": "trusted"}),
    "not_yet_valid": ("certificate valid from the day after tomorrow", {"judged_by": "trusted"}),
    "not_icp_brasil": ("certificate of another PKI", {"issuer": "Outra AC TESTE"}),
    "a1": ("certificate of type A1", {"policy": "A1"}),
    "se_s": ("seal kept in software", {}),
    "a2": ("certificate of type A2", {"policy": "A2"}),
    "s3": ("certificate for secrecy", {}),
    "t3": ("certificate of a time server", {}),
    "without_policy": ("certificate without any policy", {}),
    "no_client_auth": ("certificate for e-mail alone", {}),
    "no_digital_signature": ("certificate without digitalSignature", {}),
    "weak_key": ("certificate with an RSA-1024 key", {"algorithm": "RSA 1024"}),
    "weak_hash": ("certificate signed with SHA-1", {"algorithm": "SHA-1"}),
}
"""By variant: the part, and what the evidence must hold."""

USABLE: Final = tuple(name for name, v in VARIANTS.items() if v.code == "certificate.usable")
WARNED: Final = {
    "expires_soon": ("certificate that ends in twenty days", {"judged_by": "trusted"}),
    "ecnpj": ("certificate of a company", {}),
    "se_h": ("seal of a company", {}),
}


@pytest.mark.parametrize("name", USABLE)
def test_a_usable_certificate(
    name: str, lab: Laboratory, home: Path, table: Table, hsm: SoftHsm
) -> None:
    entity = lab.pki.variant(name)
    run = on_token(lab, home, new_token(hsm, entity), entity, pin=PIN)
    finding = table.beside(run, "certificate.usable", f"healthy certificate: {name}")
    assert finding["evidence"]["issuer"] == "AC LABORATORIO MULTIPLA TESTE"


@pytest.mark.parametrize("name", FAILED)
def test_a_certificate_that_cannot_be_used(
    name: str, lab: Laboratory, home: Path, table: Table, hsm: SoftHsm
) -> None:
    entity, (part, evidence) = lab.pki.variant(name), FAILED[name]
    token = new_token(hsm, entity)
    run = on_token(lab, home, token, entity)
    finding = table.cause(run, VARIANTS[name].code, part)
    assert finding["evidence"].items() >= evidence.items()
    assert untouched(token)


@pytest.mark.parametrize("name", WARNED)
def test_a_certificate_that_only_warns(
    name: str, lab: Laboratory, home: Path, table: Table, hsm: SoftHsm
) -> None:
    entity, (part, evidence) = lab.pki.variant(name), WARNED[name]
    run = on_token(lab, home, new_token(hsm, entity), entity, pin=PIN)
    finding = table.beside(run, VARIANTS[name].code, part)
    assert finding["evidence"].items() >= evidence.items()
    assert finding["status"] == "warning"


@pytest.mark.parametrize(
    ("holding", "part", "code"),
    [
        ("nothing", "token without any object", "certificate.absent"),
        ("authorities", "token that holds nothing but CAs", "certificate.absent"),
        ("a key", "token that holds nothing but a key", "certificate.absent"),
        ("half", "certificate cut to its half", "certificate.unreadable"),
    ],
)
def test_a_token_without_a_certificate(
    holding: str,
    part: str,
    code: str,
    lab: Laboratory,
    home: Path,
    table: Table,
    hsm: SoftHsm,
    pcscd: Pcscd,
    card: Card,
) -> None:
    token = hsm.add_token(LABEL)
    match holding:
        case "authorities":
            token.put_authorities(lab.pki.leaf())
        case "a key":
            token.put(lab.pki.leaf(), certificate=False, private=False)
        case "half":
            token.put(lab.pki.variant("unreadable"))
    # Nothing that was read overrules PC/SC: it has to be in order here.
    with card.inserted(pcscd):
        run = on_token(lab, home, token, parts=pcscd.environment)
    finding = table.cause(run, code, part)
    assert finding["evidence"].get("module", str(MODULE)) == str(MODULE)
    assert untouched(token)


def test_a_key_that_is_another_ones(
    lab: Laboratory, home: Path, tmp_path: Path, table: Table, hsm: SoftHsm
) -> None:
    token = hsm.add_token(LABEL)
    token.put(lab.pki.leaf(), b"\1", key=False)
    token.put(lab.pki.leaf("ecpf_other_holder"), b"\2", certificate=False, private=False)
    module = filtering.build(tmp_path / "module", filtering.flags(clear=LOGIN_REQUIRED))
    run = wizard.run(profile(lab, module), home, hsm.environment, pin=WRONG_PIN)
    table.cause(run, "certificate.key_missing", "token without hidden keys, none of this id")
    assert untouched(token)


def test_two_holders(lab: Laboratory, home: Path, table: Table, hsm: SoftHsm) -> None:
    token = new_token(hsm, lab.pki.leaf("ecpf"), lab.pki.leaf("ecpf_other_holder"))
    run = on_token(lab, home, token)
    finding = table.beside(
        run, "certificate.several", "certificates of two people", cause="pin.not_tried"
    )
    assert len(finding["evidence"]["certificates"]) == 2
    assert run.status == 2
    assert untouched(token)


def test_the_expired_one_of_two(lab: Laboratory, home: Path, table: Table, hsm: SoftHsm) -> None:
    """Nothing usable is left: the cause is the expiry, whoever it is that expired."""
    day = timedelta(days=-1)
    old = lab.pki.leaf("ecpf", begins=1200 * day, ends=400 * day)
    newer = lab.pki.leaf("ecpf", begins=390 * day, ends=5 * day)
    token = new_token(hsm, old, newer)
    run = on_token(lab, home, token)
    finding = table.cause(run, "certificate.expired", "two certificates, both expired")
    assert finding["evidence"]["days"] == 5
    assert untouched(token)

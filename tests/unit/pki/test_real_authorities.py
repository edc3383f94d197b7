"""The real CA certificates of ICP-Brasil, which are kept outside the repository."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from a3check.pki import bundle
from a3check.pki.certificate import Certificate
from a3check.pki.path import judge
from a3check.pki.trust import pinned
from a3check.portal.interception import Roots

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "facts" / "ca"
MOMENT = datetime(2026, 11, 22, 12, tzinfo=UTC)
SETS = ("roots", "intermediates_current", "intermediates_withdrawn", "intermediates_expired")
INTERMEDIATES = 356

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no real CA certificates in {FOLDER}"),
]


def load(name: str) -> tuple[Certificate, ...]:
    found = bundle.certificates((FOLDER / f"{name}.pem").read_bytes())
    return tuple(item for item in found if isinstance(item, Certificate))


def test_every_one_is_read_and_agrees_with_the_inventory() -> None:
    rows = {
        row["sha256"]: row
        for row in csv.DictReader((FOLDER / "inventory.csv").read_text("utf-8").splitlines())
    }
    found = [certificate for name in SETS for certificate in load(name)]
    assert len(found) == INTERMEDIATES + 4
    for certificate in found:
        row = rows[certificate.sha256]
        assert (certificate.ski or b"").hex() == row["ski"]
        assert str(certificate.not_before.date()) == row["not_before"]
        assert str(certificate.not_after.date()) == row["not_after"]
        assert certificate.icp_brasil


def test_every_current_signature_ca_has_a_valid_path_and_no_other_one() -> None:
    pool = [certificate for name in SETS for certificate in load(name)]
    trust = pinned()
    versions = dict.fromkeys(("v5", "v12"), 0)
    for certificate in load("intermediates_current"):
        result = judge(certificate, pool, trust, MOMENT)
        if result.valid:
            versions[trust.version(result.path[-1])] += 1
        else:  # for servers (v10) and for metrology (v6, whose root is not in the files)
            assert result.faults[0].code in {"chain.root_unknown", "chain.issuer_missing"}
    assert versions == {"v5": 139, "v12": 16}


def test_withdrawn_and_expired_ones_are_named_so() -> None:
    pool = [certificate for name in SETS for certificate in load(name)]
    for certificate in load("intermediates_withdrawn"):
        (first, *_) = judge(certificate, pool, pinned(), MOMENT).faults
        assert first.code in {"chain.ca_withdrawn", "chain.root_unknown"}
    for certificate in load("intermediates_expired"):
        result = judge(certificate, pool, pinned(), MOMENT)
        assert certificate.not_after < MOMENT or not result.valid


def test_its_roots_in_a_computer_s_store_are_no_interceptor_s() -> None:
    roots = load("roots")
    assert roots
    assert not [root.common_name for root in roots if Roots(frozenset()).private(root)]

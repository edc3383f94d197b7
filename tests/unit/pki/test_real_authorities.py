"""The real CA certificates of ICP-Brasil, which are kept outside the repository."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import process_time, thread_time
from typing import TYPE_CHECKING

import pytest
from tests.unit.pki.cases.second import with_a_path
from tests.unit.pki.maker import LEAF
from tests.unit.pki.zips import packed

from a3check.pki import bundle
from a3check.pki.certificate import Certificate
from a3check.pki.fitness import faults
from a3check.pki.harvest import harvest
from a3check.pki.keys import Checked
from a3check.pki.path import PathResult, judge
from a3check.pki.trust import pinned
from a3check.portal.interception import Roots

if TYPE_CHECKING:
    from collections.abc import Mapping

    from a3check.pki.names import Canonical

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "facts" / "ca"
MOMENT = datetime(2026, 11, 22, 12, tzinfo=UTC)
SETS = ("roots", "intermediates_current", "intermediates_withdrawn", "intermediates_expired")
INTERMEDIATES = 356
KEPT = 207
SECONDS = 5.0
"""For a whole list; it takes a tenth of that."""
JUDGED_SECONDS = 60.0
"""Of a processor, for all of them; a hundred times what it takes."""

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
    told: Counter[tuple[str, object]] = Counter()
    for certificate in load("intermediates_current"):
        result = judge(certificate, pool, trust, MOMENT)
        root = trust.version(result.path[-1]) if result.valid else result.faults[0].get("reason")
        told[result.faults[0].code, root] += 1
    assert told == {
        ("chain.valid", "v5"): 139,
        ("chain.valid", "v12"): 16,
        ("chain.root_unknown", "server"): 9,
        ("chain.root_unknown", "metrology"): 3,  # of v6, whose certificate is not in the files
    }


@dataclass(frozen=True)
class Issued:
    """What a user hears whose certificate was issued by one of the CAs."""

    ca: Certificate
    result: PathResult

    @property
    def first(self) -> str:
        return self.result.faults[0].code


def issued_by(ca: Certificate, pool: list[Certificate]) -> Issued:
    """A user's certificate under a real CA, as if the CA had signed it: nobody here can."""
    known = replace(LEAF.facts.extensions, authority_key=ca.key_id, policies=ca.policies)
    names = {"issuer_name": ca.subject_name, "issuer_key": ca.subject_key}
    leaf = replace(LEAF.facts, extensions=known, **names)  # type: ignore[arg-type]  # two names
    checked = Certificate.signed_by

    def signed_by(self: Certificate, issuer: Certificate) -> Checked:
        good = issuer.spki == ca.spki
        return (Checked.GOOD if good else Checked.BAD) if self == leaf else checked(self, issuer)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Certificate, "signed_by", signed_by)
        return Issued(ca, judge(leaf, pool, pinned(), MOMENT))


def test_what_a_user_hears_of_each_of_the_356() -> None:
    pool = [certificate for name in SETS for certificate in load(name)]
    told: dict[str, Counter[str]] = {}
    for name in SETS[1:]:
        heard = [issued_by(ca, pool) for ca in load(name)]
        told[name] = Counter(one.first for one in heard)
        for one in heard:
            assert one.first != "chain.valid" or one.result.path[1].not_after > MOMENT
    assert sum(sum(counter.values()) for counter in told.values()) == INTERMEDIATES
    assert told["intermediates_current"] == {"chain.valid": 155, "chain.root_unknown": 12}
    assert told["intermediates_withdrawn"] == {"chain.ca_withdrawn": 25, "chain.root_unknown": 13}
    assert set(told["intermediates_expired"]) == {"chain.ca_expired"}, told


def test_server_and_code_signing_chains_are_refused_with_the_purpose() -> None:
    pool = [certificate for name in SETS for certificate in load(name)]
    found: Counter[tuple[object, object]] = Counter()
    for name in ("intermediates_current", "intermediates_withdrawn"):
        for ca in load(name):
            (fault, *_) = issued_by(ca, pool).result.faults
            if fault.code == "chain.root_unknown":
                found[fault.get("root"), fault.get("reason")] += 1
    assert found == {("v10", "server"): 18, ("v11", "code"): 4, ("v6", "metrology"): 3}


def test_withdrawn_and_expired_ones_are_named_so() -> None:
    pool = [certificate for name in SETS for certificate in load(name)]
    withdrawn: Counter[str] = Counter()
    for certificate in load("intermediates_withdrawn"):
        result = judge(certificate, pool, pinned(), MOMENT)
        withdrawn[result.faults[0].code] += 1
        assert result.valid is (result.faults[0].code == "chain.ca_withdrawn")
    assert withdrawn == {"chain.ca_withdrawn": 25, "chain.root_unknown": 13}
    expired: Counter[str] = Counter()
    for certificate in load("intermediates_expired"):
        assert "certificate.expired" in {f.code for f in faults(certificate, MOMENT)}
        expired[judge(certificate, pool, pinned(), MOMENT).faults[0].code] += 1
    # 42 of roots that have ended themselves and whose certificates are not in the files.
    assert expired == {"chain.ca_expired": 108, "chain.issuer_missing": 42, "chain.valid": 1}


def test_another_library_finds_a_path_for_the_same_ones() -> None:
    pool = [certificate for name in SETS for certificate in load(name)]
    asked = [certificate for name in SETS[1:] for certificate in load(name)]
    ours = {
        ca.sha256
        for ca in asked
        if judge(ca, pool, pinned(), MOMENT).valid and ca.not_before <= MOMENT <= ca.not_after
    }
    assert ours == with_a_path(asked, pool, pinned(), MOMENT)
    assert len(ours) == 155 + 25


def test_the_time_that_all_of_them_take(capsys: pytest.CaptureFixture[str]) -> None:
    began = thread_time()
    sets = {name: load(name) for name in SETS}
    pool = [certificate for name in SETS for certificate in sets[name]]
    read = thread_time()
    told = Counter(
        (name, judge(ca, pool, pinned(), MOMENT).valid) for name in SETS[1:] for ca in sets[name]
    )
    judged = thread_time()
    assert told.total() == INTERMEDIATES
    assert told["intermediates_current", True] == 155
    assert told["intermediates_withdrawn", True] == 25
    assert judged - began < JUDGED_SECONDS
    reading, each = (read - began) * 1000, (judged - read) * 1000 / INTERMEDIATES
    with capsys.disabled():
        print(f"\n{len(pool)} CAs read in {reading:.0f} ms; {each:.2f} ms to judge each of 356")


def test_its_roots_in_a_computer_s_store_are_no_interceptor_s() -> None:
    roots = load("roots")
    assert roots
    assert not [root.common_name for root in roots if Roots(frozenset()).private(root)]


def test_a_list_of_all_of_them_is_kept_but_for_what_no_pin_holds() -> None:
    files = {f"{ca.sha256}.crt": ca.der for name in SETS for ca in load(name)}
    begun = process_time()
    found = harvest(packed(files), pinned())
    assert process_time() - begun < SECONDS
    assert (len(found.kept), found.refused, found.unreadable) == (KEPT, len(files) - KEPT, 0)
    kept = set(found.kept)
    lost = [ca for name in SETS for ca in load(name) if ca not in kept]
    # Lost are those alone whose root's certificate is not in the files: v0, v1, v2 and v6.
    by_name = {ca.subject_key: ca for name in SETS for ca in load(name)}
    assert {topmost(ca, by_name) for ca in lost} == {
        "Autoridade Certificadora Raiz Brasileira",
        *(f"Autoridade Certificadora Raiz Brasileira {version}" for version in ("v1", "v2", "v6")),
    }


def topmost(ca: Certificate, by_name: Mapping[Canonical, Certificate]) -> str:
    """The name that stands above all at hand, by names alone."""
    while ca.issuer_key in by_name:
        ca = by_name[ca.issuer_key]
    return ca.issuer_common_name

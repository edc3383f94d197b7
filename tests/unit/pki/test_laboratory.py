"""Every certificate of the laboratory gets the finding that it was made for, first of its kind."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.lab.pki import Pki
from tests.lab.variants import VARIANTS

from a3check.core.register import register
from a3check.pki import certificate, fitness, path, revocation, trust

CACHE = Path(__file__).resolve().parents[2] / "lab" / ".cache"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ADDED_BY_THE_CHECK = {"judged_by"}
ELSEWHERE = {"signature.key_mismatch"}


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki(CACHE, "http://lcr.laboratorio.invalid", NOW)


def facts(data: bytes) -> certificate.Certificate:
    read = certificate.read(data)
    assert isinstance(read, certificate.Certificate)
    return read


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_each_variant(pki: Pki, name: str) -> None:
    variant, entity = VARIANTS[name], VARIANTS[name].make(pki)
    if variant.code == "certificate.unreadable":
        assert isinstance(certificate.read(entity.der), certificate.Unreadable)
        return
    known = {ca.sha256: ca for ca in (*pki.authorities, *entity.path[1:])}
    if variant.code == "chain.issuer_missing":
        del known[entity.path[1].sha256]
    roots = [pki.root_sha256]
    if name == "root_expired":
        roots.append(entity.path[-1].sha256)
    leaf = facts(entity.der)
    pool = [facts(ca.der) for ca in known.values()]
    judged = path.judge(leaf, pool, trust.for_user(roots), NOW)
    found = [*fitness.faults(leaf, NOW), *judged.faults]
    steps = zip(judged.path, judged.path[1:], strict=False)
    for place, (one, issuer) in enumerate(steps):
        crl = revocation.Answer(pki.crl(known[issuer.sha256]), "lcr")
        answers = revocation.Answers(crls=(crl,))
        found += revocation.judge(one, issuer, answers, NOW, leaf=place == 0)
    for finding in found:
        named = {evidence.name for evidence in finding.evidence}
        assert set(register().codes[finding.code].evidence) <= named | ADDED_BY_THE_CHECK
    told = [f.code for f in found if f.code not in {"chain.valid", "revocation.good"}]
    healthy = variant.code == "certificate.usable" or variant.code in ELSEWHERE
    assert told[:1] == ([] if healthy else [variant.code])

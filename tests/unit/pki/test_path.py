from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.x509.oid import ObjectIdentifier
from tests.unit.pki.maker import (
    A3,
    AC1,
    AC2,
    CLIENT_AUTH,
    DAY,
    LEAF,
    NOW,
    POOL,
    ROOT,
    SERVER_AUTH,
    TRUST,
    Made,
    ca,
    issue,
    key,
    leaf,
    name,
    trusting,
    usage,
)

from a3check.pki import der
from a3check.pki import path as path_module
from a3check.pki.certificate import Certificate, read
from a3check.pki.path import judge
from a3check.pki.trust import Purpose, Root, pinned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from a3check.core.model import Finding


def codes(findings: Iterable[Finding]) -> list[str]:
    return [finding.code.removeprefix("chain.") for finding in findings]


def of(made: Made, *pool: Made, at: datetime = NOW) -> list[str]:
    return codes(judge(made.facts, [m.facts for m in pool], TRUST, at).faults)


def test_a_path_in_any_order_is_valid_and_names_itself() -> None:
    result = judge(LEAF.facts, POOL, TRUST, NOW)
    assert result.valid
    assert result.path == (LEAF.facts, AC2.facts, AC1.facts, ROOT.facts)
    assert [f.code for f in result.faults] == ["chain.valid"]
    assert result.faults[0].get("root") == "Autoridade Certificadora Raiz Inventada v5"
    assert result.faults[0].get("path") == (
        "AC INVENTADA MULTIPLA v5",
        "AC INVENTADA v5",
        "Autoridade Certificadora Raiz Inventada v5",
    )
    assert judge(LEAF.facts, POOL[::-1] * 2, TRUST, NOW) == result


def test_a_root_is_judged_as_its_own_path() -> None:
    assert of(ROOT) == ["valid"]


@pytest.mark.parametrize(
    ("pool", "missing"),
    [
        ((ROOT, AC1), "AC INVENTADA MULTIPLA v5"),
        ((ROOT, AC2), "AC INVENTADA v5"),
        ((AC1, AC2), "Autoridade Certificadora Raiz Inventada v5"),
    ],
)
def test_a_missing_issuer_is_named(pool: tuple[Made, ...], missing: str) -> None:
    result = judge(LEAF.facts, [m.facts for m in pool], TRUST, NOW)
    assert codes(result.faults) == ["issuer_missing"]
    assert result.missing_issuer == missing
    assert result.faults[0].get("issuer") == missing
    assert not result.valid


def test_names_are_compared_without_case_blanks_and_encoding() -> None:
    shouted = ca("AC  Inventada   MULTIPLA V5", AC1, own="ca AC INVENTADA MULTIPLA v5")
    assert of(LEAF, ROOT, AC1, shouted) == ["valid"]


def test_same_name_other_key_is_passed_by() -> None:
    reissued = ca("AC INVENTADA MULTIPLA v5", AC1, own="reissued")
    assert of(LEAF, reissued, ROOT, AC1, AC2) == ["valid"]
    assert of(LEAF, reissued, ROOT, AC1) == ["issuer_missing"]


def test_without_key_identifiers_every_issuer_of_the_name_is_tried() -> None:
    plain = leaf(AC2, aki=False)
    reissued = ca("AC INVENTADA MULTIPLA v5", AC1, own="reissued")
    assert of(plain, reissued, ROOT, AC1, AC2) == ["valid"]
    assert of(plain, reissued, ROOT, AC1) == ["bad_signature"]


def test_the_key_identifier_is_computed_where_the_issuer_has_none() -> None:
    bare = ca("AC SEM SKI", AC1, ski=False)
    made = leaf(bare)
    assert of(made, ROOT, AC1, bare) == ["valid"]
    forged = leaf(bare, signer=key("stranger"))
    assert of(forged, ROOT, AC1, bare) == ["bad_signature"]


def test_expired_beside_renewed_is_valid() -> None:
    old = ca("AC INVENTADA v5", ROOT, ends=NOW - DAY, listed=())
    assert of(LEAF, old, ROOT, AC1, AC2) == ["valid"]
    result = judge(LEAF.facts, [m.facts for m in (old, ROOT, AC2)], TRUST, NOW)
    assert codes(result.faults) == ["ca_expired"]
    assert result.faults[0].get("subject") == "AC INVENTADA v5"
    assert result.faults[0].get("not_after") == NOW - DAY


def test_a_ca_that_is_not_yet_valid_is_out_of_its_dates() -> None:
    result = judge(LEAF.facts, POOL, TRUST, NOW - 2000 * DAY)
    assert set(codes(result.faults)) == {"ca_expired"}
    assert result.faults[0].get("not_before") == NOW - 1000 * DAY
    assert result.faults[0].get("reason") == "not_yet_valid"
    later = judge(LEAF.facts, POOL, TRUST, NOW + 2000 * DAY).faults[0]
    assert (later.code, later.get("reason")) == ("chain.ca_expired", None)


def test_bad_signatures_name_who_and_by_whom() -> None:
    forged = leaf(AC2, signer=key("stranger"))
    result = judge(forged.facts, POOL, TRUST, NOW)
    assert codes(result.faults) == ["bad_signature"]
    subject = result.faults[0].evidence[0]
    assert subject.private
    assert result.faults[0].get("issuer") == "AC INVENTADA MULTIPLA v5"
    ac2 = ca("AC INVENTADA MULTIPLA v5", AC1, signer=key("stranger"))
    result = judge(LEAF.facts, [ac2.facts, AC1.facts, ROOT.facts], TRUST, NOW)
    assert codes(result.faults) == ["bad_signature"]
    assert not result.faults[0].evidence[0].private


def test_a_signature_is_whole_octets() -> None:
    """OpenSSL refuses one of which bits are said to be unused, whatever it says."""
    data, whole = LEAF.der, der.bits(der.sequence(der.element(LEAF.der))[2].content)
    at = len(data) - len(whole) - 1
    assert data[at] == 0
    odd = read(data[:at] + b"\x04" + data[at + 1 :])
    assert isinstance(odd, Certificate)
    assert codes(judge(odd, POOL, TRUST, NOW).faults) == ["bad_signature"]


def test_a_borrowed_name_is_no_root() -> None:
    fake = ca("Autoridade Certificadora Raiz Inventada v5", own="fake root")
    ac = ca("AC INVENTADA v5", fake, own="fake ac")
    assert of(leaf(ac), fake, ac, ROOT, AC1) == ["root_unknown"]
    borrowed = ca("Autoridade Certificadora Raiz Brasileira v12", own="fake v12")
    result = judge(leaf(borrowed).facts, [borrowed.facts], TRUST, NOW)
    assert codes(result.faults) == ["root_unknown"]
    assert result.faults[0].get("reason") == "borrowed_name"


def test_a_self_signed_leaf_is_its_own_unknown_root_and_private() -> None:
    own = key("leaf")
    alone = ca("FULANO DE TAL", own="leaf", is_ca=False)
    assert own is alone.key
    result = judge(alone.facts, POOL, TRUST, NOW)
    assert codes(result.faults) == ["root_unknown"]
    assert result.faults[0].evidence[0].private


def test_newer_roots_cannot_be_told() -> None:
    newer = ca("Autoridade Certificadora Raiz Brasileira v14", begins=NOW - DAY)
    assert of(leaf(newer), newer) == ["root_newer"]
    other = ca("Outra Raiz", organization="Outra", begins=NOW - DAY)
    assert of(leaf(other), other) == ["root_unknown"]


def test_homologation_roots_are_named_so() -> None:
    test = ca("Autoridade Certificadora Raiz Hom do LABORATORIO")
    assert of(leaf(test), test) == ["test_root"]
    plain = ca("Raiz Qualquer")
    trust = replace(TRUST, test_roots=frozenset({plain.facts.sha256}))
    assert codes(judge(leaf(plain).facts, [plain.facts], trust, NOW).faults) == ["test_root"]


def test_roots_for_another_purpose_are_unknown_with_the_reason() -> None:
    server = ca("Raiz de servidores", ends=NOW + DAY)
    known = {
        server.facts.sha256: Root("v10", "Raiz de servidores", Purpose.SERVER, server.facts.sha256)
    }
    trust = replace(TRUST, known=known)
    result = judge(leaf(server).facts, [server.facts], trust, NOW)
    assert codes(result.faults) == ["root_unknown"]
    assert (result.faults[0].get("root"), result.faults[0].get("reason")) == ("v10", "server")
    later = judge(leaf(server).facts, [server.facts], trust, NOW + 2 * DAY)
    assert codes(later.faults) == ["ca_expired"]


def test_a_known_root_counts_though_its_signature_cannot_be_checked() -> None:
    root = ca("Raiz passaporte", signer=key("stranger"))
    known = {root.facts.sha256: Root("v13", "Raiz", Purpose.PASSPORT, root.facts.sha256)}
    result = judge(leaf(root).facts, [root.facts], replace(TRUST, known=known), NOW)
    assert codes(result.faults) == ["root_unknown"]


def test_weak_cas_but_not_the_roots_own_signature() -> None:
    weak = ca("AC FRACA", AC1, own="rsa1024 ac")
    result = judge(leaf(weak).facts, [*POOL, weak.facts], TRUST, NOW)
    assert codes(result.faults) == ["weak_ca"]
    assert result.faults[0].get("algorithm") == "RSA 1024"
    root = ca("Raiz fraca", own="rsa1024 root")
    rooted = judge(leaf(root).facts, [root.facts], trusting(root), NOW)
    assert codes(rooted.faults) == ["weak_ca"]


@pytest.mark.parametrize(
    ("reason", "made"),
    [
        ("not_a_ca", lambda: ca("AC SEM CA", AC1, is_ca=False)),
        ("no_key_cert_sign", lambda: ca("AC SEM SIGN", AC1, usages=usage(crl=True))),
        ("path_length", lambda: ca("AC ABAIXO", AC2)),
        (
            "extended_key_usage",
            lambda: ca("AC DE SERVIDOR", AC1, (x509.ExtendedKeyUsage([SERVER_AUTH]), False)),
        ),
    ],
)
def test_an_issuer_that_may_not_issue(reason: str, made: object) -> None:
    issuer = made()  # type: ignore[operator]  # a maker
    result = judge(leaf(issuer).facts, [*POOL, issuer.facts], TRUST, NOW)
    assert codes(result.faults) == ["invalid_ca"]
    assert result.faults[0].get("reason") == reason


def test_a_ca_for_clients_too_may_issue() -> None:
    made = ca("AC MISTA", AC1, (x509.ExtendedKeyUsage([SERVER_AUTH, CLIENT_AUTH]), False))
    assert of(leaf(made), made, ROOT, AC1) == ["valid"]


def test_self_issued_cas_do_not_count_for_the_length() -> None:
    old = ca("AC TROCA", AC1, length=0)
    new = ca("AC TROCA", old, own="new key", length=0)
    assert of(leaf(new), new, old, AC1, ROOT) == ["valid"]


def test_the_issuing_ca_must_list_the_policy() -> None:
    result = judge(leaf(AC2, listed=("2.16.76.1.2.3.99",)).facts, POOL, TRUST, NOW)
    assert codes(result.faults) == ["policy_not_issued"]
    assert result.faults[0].get("policy") == "2.16.76.1.2.3.99"
    assert of(leaf(AC2, listed=("2.16.76.1.2.3.99", A3)), ROOT, AC1, AC2) == ["valid"]
    assert of(leaf(AC2, listed=()), ROOT, AC1, AC2) == ["valid"]
    free = ca("AC LIVRE", AC1, listed=("2.5.29.32.0",))
    assert of(leaf(free), ROOT, AC1, free) == ["valid"]
    assert of(AC2, ROOT, AC1) == ["valid"]


def test_withdrawn_cas_are_a_warning_where_the_path_holds() -> None:
    trust = replace(TRUST, withdrawn=frozenset({AC2.facts.sha256}))
    result = judge(LEAF.facts, POOL, trust, NOW)
    assert codes(result.faults) == ["ca_withdrawn", "valid"]
    assert result.valid
    result = judge(LEAF.facts, POOL[1:], trust, NOW)
    assert codes(result.faults) == ["issuer_missing"]


def test_what_cannot_be_judged_is_unknown() -> None:
    strange = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\5\0")
    result = judge(leaf(AC2, (strange, True)).facts, POOL, TRUST, NOW)
    assert codes(result.faults) == ["unsupported"]
    assert result.faults[0].get("reason") == "critical extension 1.3.6.1.4.1.99999.1"
    assert of(leaf(AC2, (strange, False)), ROOT, AC1, AC2) == ["valid"]
    root = ca("Raiz com extensão", None, (strange, True))
    assert codes(judge(leaf(root).facts, [root.facts], trusting(root), NOW).faults) == ["valid"]


def test_an_algorithm_that_cannot_be_checked_is_unknown() -> None:
    oid = bytes.fromhex("06082a8648ce3d040302")
    odd = LEAF.der.replace(oid, bytes.fromhex("06082a8648ce3d040309"))
    made = read(odd)
    assert isinstance(made, Certificate)
    result = judge(made, POOL, TRUST, NOW)
    assert codes(result.faults) == ["unsupported"]
    assert "1.2.840.10045.4.3.9 with EC P-256" in str(result.faults[0].get("reason"))


def test_two_faults_are_both_told_the_worst_first() -> None:
    old = ca("AC VENCIDA", AC1, ends=NOW - DAY)
    made = leaf(old, listed=("2.16.76.1.2.3.99",))
    assert of(made, old, ROOT, AC1) == ["ca_expired", "policy_not_issued"]
    assert of(made, old, AC1) == ["ca_expired", "policy_not_issued", "issuer_missing"]


def test_endless_paths_end() -> None:
    chain = [ROOT]
    for number in range(12):
        chain.append(ca(f"AC {number}", chain[-1]))
    assert of(leaf(chain[-1]), *chain) == ["unsupported"]
    assert of(leaf(chain[6]), *chain) == ["valid"]


def test_cross_signed_cas_do_not_loop() -> None:
    first = ca("AC UM", None, own="one", aki=False)
    second = ca("AC DOIS", first, own="two")
    back = ca("AC UM", second, own="one")
    made = leaf(back)
    assert of(made, second, back) == ["issuer_missing"]


def test_a_flood_of_candidates_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(path_module, "MOST_SIGNATURES", 3)
    flood = [ca("AC INVENTADA v5", ROOT, own=f"flood {n}", ski=False) for n in range(8)]
    made = leaf(flood[0], aki=False)
    pool = [f.facts for f in flood[1:]]
    result = judge(made.facts, [*pool, flood[0].facts, ROOT.facts], TRUST, NOW)
    assert codes(result.faults) == ["unsupported"]
    assert result.faults[0].get("reason") == "too many candidates"


def test_an_empty_name_has_no_issuer() -> None:
    nameless = leaf(AC2).facts
    blank = replace(nameless, issuer_key=(), subject_key=())
    assert codes(judge(blank, [blank], TRUST, NOW).faults) == ["issuer_missing"]


def test_pins_are_v5_and_v12_and_other_roots_are_known() -> None:
    trust = pinned()
    versions = {trust.known[sha].version for sha in trust.roots_sha256}
    assert versions == {"v5", "v12"}
    assert len(trust.known) == 14
    assert len(trust.withdrawn) == 38
    assert not trust.test_roots & set(trust.known)
    assert name("x") is not None
    assert timedelta(days=1) == DAY


def test_fingerprints_are_taken_in_any_spelling() -> None:
    spelled = ":".join(
        ROOT.facts.sha256.upper()[i : i + 2] for i in range(0, len(ROOT.facts.sha256), 2)
    )
    assert TRUST.trusting([spelled]).trusts(ROOT.facts)
    assert trusting().roots_sha256 == pinned().roots_sha256


def test_the_least_bad_of_several_paths_wins() -> None:
    old = ca("AC INVENTADA v5", ROOT, ends=NOW - DAY, listed=("2.16.76.1.1.1",))
    weak = ca("AC INVENTADA v5", ROOT, ends=NOW - 2 * DAY, length=0)
    result = judge(LEAF.facts, [m.facts for m in (weak, old, ROOT, AC2)], TRUST, NOW)
    assert codes(result.faults) == ["ca_expired"]
    assert result.path[2] == old.facts


def test_a_missing_root_is_named_by_its_version() -> None:
    made = ca("AC SOB A RAIZ v5", None, own="ca raiz v12")
    below = issue(
        name("AC SOB v12"),
        None,
        key("ca sob v12"),
        (x509.BasicConstraints(True, None), True),
        issuer=name("Autoridade Certificadora Raiz Brasileira v12"),
        signer=made.key,
    )
    (missing,) = judge(below.facts, (), TRUST, NOW).faults
    assert (missing.code, missing.get("root")) == ("chain.issuer_missing", "v12")

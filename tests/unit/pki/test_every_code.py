"""Every code that the judges of `pki` can give, drawn once, with the register's facts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.x509.oid import ObjectIdentifier
from tests.unit.pki.maker import (
    AC1,
    AC2,
    DAY,
    EMAIL,
    LEAF,
    NOW,
    POOL,
    ROOT,
    TRUST,
    Made,
    ca,
    key,
    leaf,
)
from tests.unit.pki.maker import der as encode
from tests.unit.pki.taken import SPKI, spki, with_field
from tests.unit.pki.test_revocation import GOOD, REASON, crl, response

from a3check.core.register import register
from a3check.pki import fitness, keys, path
from a3check.pki.certificate import Certificate, read
from a3check.pki.ranking import gravities, worst_first
from a3check.pki.revocation import Answers, judge

if TYPE_CHECKING:
    from collections.abc import Callable

    from a3check.core.model import Finding

ELSEWHERE = {
    *("certificate.usable", "certificate.absent", "certificate.unreadable"),
    *("certificate.key_missing", "certificate.not_found", "certificate.several"),
    "chain.not_installed",
}
"""What only the checks say: of what a token, or a computer's store, holds."""
BY_CHECKS = {"judged_by"}
"""Facts that the checks add."""

STRANGE = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\5\0")
A1, S3, SE_H, SE_S = (f"2.16.76.1.2.{arc}.1" for arc in (1, 103, 202, 201))
OLD = {"issued": NOW - 9 * DAY, "until": NOW - 8 * DAY}


def own(made: Made) -> tuple[Finding, ...]:
    return fitness.faults(made.facts, NOW)


def chain(made: Made, *pool: Made, **changes: object) -> tuple[Finding, ...]:
    trust = replace(TRUST, **changes)  # type: ignore[arg-type]  # fields of Trust
    return path.judge(made.facts, [m.facts for m in pool], trust, NOW).faults


def told(answers: Answers, made: Made = LEAF, issuer: Made = AC2) -> tuple[Finding, ...]:
    return judge(made.facts, issuer.facts, answers, NOW, leaf=made is not AC2)


def drawers() -> dict[str, Callable[[], tuple[Finding, ...]]]:
    """How each code is drawn, so that it comes first."""
    old, mute = ca("AC VENCIDA", AC1, ends=NOW - DAY), ca("AC MUDA", AC1, is_ca=False)
    weak, newer = ca("AC FRACA", AC1, own="rsa1024 ac"), ca("AC RAIZ v99", begins=NOW - DAY)
    other, test = ca("Outra raiz", organization="Outra"), ca("Raiz de Homologação")
    plain = {"common": "EMPRESA", "san": x509.SubjectAlternativeName([])}
    return {
        "certificate.expired": lambda: own(leaf(AC2, ends=NOW - DAY)),
        "certificate.not_yet_valid": lambda: own(leaf(AC2, begins=NOW + DAY)),
        "certificate.expires_soon": lambda: own(leaf(AC2, ends=NOW + DAY)),
        "certificate.not_icp_brasil": lambda: own(leaf(other, listed=())),
        "certificate.software_type": lambda: own(leaf(AC2, listed=(A1,))),
        "certificate.wrong_type": lambda: own(leaf(AC2, listed=(S3,))),
        "certificate.company": lambda: own(leaf(AC2, listed=(SE_H,), **plain)),  # type: ignore[arg-type]
        "certificate.no_client_auth": lambda: own(leaf(AC2, eku=(EMAIL,))),
        "certificate.no_digital_signature": lambda: own(leaf(AC2, signs=False)),
        "certificate.weak": lambda: own(leaf(AC2, own="rsa1024 leaf")),
        "chain.valid": lambda: chain(LEAF, *(AC1, AC2, ROOT)),
        "chain.issuer_missing": lambda: chain(LEAF),
        "chain.root_unknown": lambda: chain(leaf(other), other),
        "chain.test_root": lambda: chain(leaf(test), test),
        "chain.bad_signature": lambda: chain(leaf(AC2, signer=key("stranger")), AC2),
        "chain.ca_expired": lambda: chain(leaf(old), old, AC1, ROOT),
        "chain.weak_ca": lambda: chain(leaf(weak), weak, AC1, ROOT),
        "chain.ca_withdrawn": lambda: chain(LEAF, AC2, AC1, ROOT, withdrawn={AC2.facts.sha256}),
        "chain.invalid_ca": lambda: chain(leaf(mute), mute, AC1, ROOT),
        "chain.policy_not_issued": lambda: chain(leaf(AC2, listed=(SE_S,)), AC2, AC1, ROOT),
        "chain.root_newer": lambda: chain(leaf(newer), newer),
        "chain.unsupported": lambda: chain(leaf(AC2, (STRANGE, True)), AC2, AC1, ROOT),
        "revocation.good": lambda: told(Answers(ocsp=(response(GOOD),))),
        "revocation.revoked": lambda: told(Answers(crls=(crl(AC2, LEAF),))),
        "revocation.suspended": lambda: told(
            Answers(crls=(crl(AC2, LEAF, reason=REASON.certificate_hold),))
        ),
        "revocation.ca_revoked": lambda: told(Answers(crls=(crl(AC1, AC2),)), AC2, AC1),
        "revocation.unreachable": lambda: told(Answers()),
        "revocation.stale": lambda: told(Answers(crls=(crl(**OLD),))),  # type: ignore[arg-type]
        "revocation.not_yet_valid": lambda: told(Answers(ocsp=(response(issued=NOW + DAY),))),
        "revocation.forged": lambda: told(Answers(crls=(crl(signer=key("stranger")),))),
    }


DRAWN = drawers()


def test_every_code_can_be_reached() -> None:
    checks = ("certificate.", "chain.", "revocation.")
    codes = {code for code in register().codes if code.startswith(checks)}
    assert codes == ELSEWHERE | DRAWN.keys()


@pytest.mark.parametrize("code", DRAWN)
def test_it_comes_first_with_the_facts_of_the_register(code: str) -> None:
    drawn = DRAWN[code]()
    for finding in drawn:
        rule, given = finding.rule, {e.name for e in finding.evidence}
        assert set(rule.evidence) - BY_CHECKS <= given <= {*rule.evidence, *rule.optional}
        assert all(e.value != "" for e in finding.evidence)
    assert drawn[0].code == code


def test_private_facts_are_a_holder_s_and_no_ca_s() -> None:
    for code, draw in DRAWN.items():
        for evidence in (e for f in draw() for e in f.evidence):
            holders = evidence.name == "holder" or "FULANO" in str(evidence.value)
            assert not holders or evidence.private, code
            assert not evidence.private or not str(evidence.value).startswith("AC INV"), code


# ---- which is worse


def test_the_worst_is_first_and_fewer_are_better() -> None:
    good, warned, unknown, failed = (
        DRAWN[code]()[0]
        for code in (
            "revocation.good",
            "chain.ca_withdrawn",
            "chain.issuer_missing",
            "chain.bad_signature",
        )
    )
    assert worst_first([good, warned, failed, unknown]) == (failed, unknown, warned, good)
    rising: tuple[list[Finding], ...] = (
        [],
        [warned],
        [unknown],
        [unknown, warned],
        [failed],
        [warned, failed],
    )
    ranks = [gravities(findings) for findings in rising]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks)
    assert gravities([good]) == gravities([])
    assert gravities([warned, failed]) == gravities([failed, warned])


def test_a_path_to_an_unknown_end_is_less_bad_than_a_failed_one() -> None:
    twin = ca(AC2.facts.common_name, own="ca " + AC2.facts.common_name, length=0)
    result = path.judge(LEAF.facts, [twin.facts, AC2.facts], TRUST, NOW)
    assert result.faults[0].code == "chain.issuer_missing"
    assert result.path == (LEAF.facts, AC2.facts)


def test_of_two_that_are_equally_bad_the_one_with_a_root_then_the_longer() -> None:
    ended = ca("AC INVENTADA v5", ROOT, ends=NOW - DAY, listed=("2.16.76.1.1.1",))
    stranger = ca("AC INVENTADA v5", own="ca AC INVENTADA v5")
    for pool in ((ended, stranger), (stranger, ended)):
        result = path.judge(LEAF.facts, [m.facts for m in (*pool, AC2, ROOT)], TRUST, NOW)
        assert result.faults[0].code == "chain.ca_expired"
    short = ca(AC2.facts.common_name, ca("Raiz ausente"), own="ca " + AC2.facts.common_name)
    for pool in ((short, AC2), (AC2, short)):
        result = path.judge(LEAF.facts, [m.facts for m in (*pool, AC1)], TRUST, NOW)
        assert result.path == (LEAF.facts, AC2.facts, AC1.facts)
        assert result.missing_issuer == ROOT.facts.common_name


def test_a_valid_path_counts_though_the_bounds_end_the_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    withdrawn = replace(TRUST, withdrawn=frozenset({AC2.facts.sha256}))
    monkeypatch.setattr(path, "MOST_STEPS", len(POOL) + 1)
    cross = ca("AC INVENTADA v5", ca("Raiz distante"), own="ca AC INVENTADA v5")
    result = path.judge(LEAF.facts, (*POOL, cross.facts), withdrawn, NOW)
    assert result.valid
    assert [f.code for f in result.faults] == ["chain.ca_withdrawn", "chain.valid"]


# ---- to the second


@pytest.mark.parametrize("seconds", [0, 1])
def test_the_last_second_of_a_ca_and_the_first_are_within(seconds: int) -> None:
    step = seconds * (DAY / 86400)
    exact = ca("AC EXATA", AC1, begins=NOW, ends=NOW)
    pool = [m.facts for m in (exact, AC1, ROOT)]
    codes = {
        path.judge(leaf(exact).facts, pool, TRUST, moment).faults[0].code
        for moment in (NOW - step, NOW + step)
    }
    assert codes == {"chain.ca_expired" if seconds else "chain.valid"}


@pytest.mark.parametrize(("ahead", "code"), [(300, "revoked"), (301, "not_yet_valid")])
def test_a_revocation_a_little_ahead_of_the_clock(ahead: int, code: str) -> None:
    moment = NOW + ahead * (DAY / 86400)
    listed = crl(AC2, LEAF, issued=moment, date=moment)
    (found,) = told(Answers(crls=(listed,)))
    assert found.code == f"revocation.{code}"
    (found,) = told(Answers(crls=(crl(AC2, LEAF, issued=NOW + DAY, date=moment),)))
    assert found.code == f"revocation.{code}"


# ---- how weak


@pytest.mark.parametrize("curve", ["2b81040027", "2b24030302080101ff7f"])
def test_a_curve_whose_size_is_not_known_is_not_called_weak(curve: str) -> None:
    strange = spki("2a8648ce3d0201", encode(0x06, bytes.fromhex(curve)), b"\4" + b"\1" * 64)
    made = read(with_field(SPKI, strange))
    assert isinstance(made, Certificate)
    assert fitness.weak_key(made) == ""
    assert fitness.weakness(LEAF.facts) == ""


def test_what_a_root_signs_itself_with_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    sha1 = keys.Algorithm("1.2.840.10045.4.1")
    root, middle = (replace(m.facts, scheme=sha1, der=m.der) for m in (ROOT, AC1))
    monkeypatch.setattr(Certificate, "signed_by", lambda *_: keys.Checked.GOOD)
    result = path.judge(LEAF.facts, (AC2.facts, AC1.facts, root), TRUST, NOW)
    assert [f.code for f in result.faults] == ["chain.valid"]
    result = path.judge(LEAF.facts, (AC2.facts, middle, ROOT.facts), TRUST, NOW)
    assert [f.get("algorithm") for f in result.faults] == ["SHA-1"]
    loose = path.judge(LEAF.facts, (AC2.facts, AC1.facts, root), TRUST.trusting(["00"]), NOW)
    assert [f.code for f in loose.faults] == ["chain.root_unknown"]

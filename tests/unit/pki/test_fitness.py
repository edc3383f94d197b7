from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from tests.unit.pki.maker import AC2, CLIENT_AUTH, CPF, DAY, EMAIL, LEAF, NOW, ca, leaf, other

from a3check.pki import keys
from a3check.pki.choice import choose
from a3check.pki.fitness import faults

SECOND = timedelta(seconds=1)
CNPJ = "11222333000181"
COMPANY = x509.SubjectAlternativeName([other("2.16.76.1.3.3", CNPJ)])
OTHER_CPF = "11144477735"


def codes(facts: object, moment: object = NOW) -> list[str]:
    return [f.code.removeprefix("certificate.") for f in faults(facts, moment)]  # type: ignore[arg-type]  # as the tests give them


def test_a_healthy_one_has_no_fault() -> None:
    assert codes(LEAF.facts) == []


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (-500 * DAY - SECOND, ["not_yet_valid"]),
        (-500 * DAY, []),
        (-30 * DAY - SECOND, []),
        (-30 * DAY, ["expires_soon"]),
        (timedelta(), ["expires_soon"]),
        (SECOND, ["expired"]),
    ],
)
def test_dates_to_the_second(offset: timedelta, expected: list[str]) -> None:
    assert codes(LEAF.facts, LEAF.facts.not_after + offset) == expected


def test_what_a_dated_fault_tells() -> None:
    (expired,) = faults(LEAF.facts, LEAF.facts.not_after + 3 * DAY + SECOND)
    assert (expired.get("days"), expired.get("not_after")) == (3, LEAF.facts.not_after)
    assert expired.get("issuer") == "AC INVENTADA MULTIPLA v5"
    assert [e.name for e in expired.evidence if e.private] == ["holder"]
    (soon,) = faults(LEAF.facts, LEAF.facts.not_after - 3 * DAY - SECOND)
    assert soon.get("days") == 3
    (early,) = faults(LEAF.facts, LEAF.facts.not_before - DAY)
    assert early.get("not_before") == LEAF.facts.not_before


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("2.16.76.1.2.1.9", ["software_type"]),
        ("2.16.76.1.2.2.9", ["wrong_type"]),
        ("2.16.76.1.2.4.9", []),
        ("2.16.76.1.2.101.9", ["wrong_type"]),
        ("2.16.76.1.2.303.9", ["wrong_type", "company"]),
        ("2.16.76.1.2.201.9", ["software_type", "company"]),
        ("2.16.76.1.2.202.9", ["company"]),
        ("2.16.76.1.2.402.9", ["company"]),
        ("2.16.76.1.2.777.9", ["wrong_type"]),
    ],
)
def test_types(listed: str, expected: list[str]) -> None:
    assert codes(leaf(AC2, listed=(listed,)).facts) == expected


def test_no_policy_and_another_pki() -> None:
    assert codes(leaf(AC2, listed=()).facts) == ["wrong_type"]
    foreign = ca("Outra AC", organization="Outra")
    assert codes(leaf(foreign, listed=()).facts) == ["not_icp_brasil"]
    assert codes(leaf(foreign).facts) == []


def test_use_and_strength() -> None:
    assert codes(leaf(AC2, eku=(EMAIL,)).facts) == ["no_client_auth"]
    assert codes(leaf(AC2, eku=None).facts) == []
    assert codes(leaf(AC2, signs=False).facts) == ["no_digital_signature"]
    weak = leaf(AC2, own="rsa1024 leaf").facts
    assert codes(weak) == ["weak"]
    assert faults(weak, NOW)[0].get("algorithm") == "RSA 1024"
    sha1 = replace(weak, scheme=keys.Algorithm("1.2.840.113549.1.1.5"))
    assert faults(sha1, NOW)[0].get("algorithm") == "SHA-1, RSA 1024"
    assert codes(leaf(AC2, own="p192 leaf").facts) == ["weak"]
    (usages,) = faults(leaf(AC2, eku=(EMAIL,)).facts, NOW)
    assert usages.get("usages") == ("1.3.6.1.5.5.7.3.4",)
    assert CLIENT_AUTH is not None


def test_the_worst_come_first() -> None:
    made = leaf(AC2, listed=("2.16.76.1.2.1.9",), san=COMPANY, eku=(EMAIL,), ends=NOW + DAY)
    assert codes(made.facts) == ["software_type", "no_client_auth", "expires_soon", "company"]


# ---- which one is judged


def test_the_only_usable_one() -> None:
    old = leaf(AC2, ends=NOW - DAY).facts
    choice = choose([old, LEAF.facts, LEAF.facts, AC2.facts], NOW)
    assert (choice.chosen, choice.usable, choice.ambiguous) == (LEAF.facts, (LEAF.facts,), False)


def test_of_one_holder_the_latest() -> None:
    newer = leaf(AC2, ends=NOW + 700 * DAY).facts
    assert choose([newer, LEAF.facts], NOW).chosen == newer


def test_of_several_holders_the_user_is_asked() -> None:
    other_holder = leaf(AC2, common=f"BELTRANA:{OTHER_CPF}", san=person_of(OTHER_CPF)).facts
    choice = choose([LEAF.facts, other_holder], NOW)
    assert choice.chosen is None
    assert choice.ambiguous
    assert set(choice.usable) == {LEAF.facts, other_holder}
    chosen = choose([LEAF.facts, other_holder], NOW, other_holder.sha256.upper()).chosen
    assert chosen == other_holder


def person_of(cpf: str) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([other("2.16.76.1.3.1", "01021980" + cpf)])


def test_a_person_s_beside_a_company_s() -> None:
    company = leaf(AC2, san=COMPANY, common=f"EMPRESA:{CNPJ}", ends=NOW + 700 * DAY).facts
    assert choose([company, LEAF.facts], NOW).chosen == LEAF.facts
    assert choose([company], NOW).chosen == company
    old = leaf(AC2, ends=NOW - DAY).facts
    assert choose([company, old], NOW).chosen == company


def test_none_usable_the_least_bad_then_the_latest() -> None:
    old = leaf(AC2, ends=NOW - 9 * DAY).facts
    later = leaf(AC2, ends=NOW - DAY).facts
    assert choose([old, later], NOW).chosen == later
    software = leaf(AC2, listed=("2.16.76.1.2.1.9",)).facts
    assert choose([software, old], NOW).chosen == old
    foreign = leaf(ca("Outra AC", organization="Outra"), listed=()).facts
    assert choose([foreign, software], NOW).chosen == software


def test_nothing_to_choose_from() -> None:
    for choice in (choose([], NOW), choose([AC2.facts], NOW), choose([LEAF.facts], NOW, "00")):
        assert choice.chosen is None
        assert not choice.ambiguous


def test_without_a_number_the_subject_tells_holders_apart() -> None:
    mail = x509.SubjectAlternativeName([x509.RFC822Name("a@teste.invalid")])
    one = leaf(AC2, san=mail, common="FULANO").facts
    two = leaf(AC2, san=mail, common="Beltrana").facts
    assert choose([one, two], NOW).ambiguous
    assert CPF not in str(choose([one], NOW))

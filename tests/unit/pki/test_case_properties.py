"""What holds of every case: the order tells nothing, and no damage makes a sound one of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.pki.cases.answers import ASKED, above
from tests.unit.pki.cases.case import HEALTHY, case
from tests.unit.pki.cases.program import judged
from tests.unit.pki.cases.table import table
from tests.unit.pki.maker import AC2, LEAF
from tests.unit.pki.taken import shaken
from tests.unit.pki.test_revocation import REVOKED, crl, responder, response

from a3check.pki.certificate import Certificate, read

if TYPE_CHECKING:
    from random import Random

    from tests.unit.pki.cases.case import Case

EXAMPLES = 60
SOUND = case("sound", "as it should be", HEALTHY)
LISTED = crl(AC2, ASKED).body
UNLISTED = crl(AC2).body
GONE = response(REVOKED, made=ASKED).body
GONE_BY_DELEGATE = response(REVOKED, made=ASKED, signer=responder()).body


def codes(row: Case) -> set[str]:
    return {finding.code for outcome in judged(row).outcomes for finding in outcome.findings}


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data(), st.randoms(use_true_random=False))
def test_the_order_of_what_is_at_hand_tells_nothing(data: st.DataObject, dice: Random) -> None:
    row = data.draw(st.sampled_from(table()))
    mixed = {name: _mixed(getattr(row, name), dice) for name in ("pool", "crls", "ocsp")}
    assert codes(replace(row, **mixed)) == codes(row)  # type: ignore[arg-type]  # three tuples


def _mixed(given_: tuple[bytes, ...], dice: Random) -> tuple[bytes, ...]:
    return tuple(dice.sample(given_, len(given_)))


@settings(max_examples=EXAMPLES, deadline=None)
@given(shaken(LEAF.der))
def test_no_damaged_certificate_has_a_valid_path(made: bytes) -> None:
    found = codes(replace(SOUND, made=made))
    one = read(made)
    same = isinstance(one, Certificate) and one.der == LEAF.der
    assert ("chain.valid" in found) is same


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.sampled_from(SOUND.pool), st.data())
def test_no_damaged_authority_makes_another_path_valid(ca: bytes, data: st.DataObject) -> None:
    made = data.draw(shaken(ca))
    one = read(made)
    if isinstance(one, Certificate) and one.der == ca:
        return
    pool = tuple(made if der == ca else der for der in SOUND.pool)
    assert "chain.valid" not in codes(replace(SOUND, pool=pool))


@settings(max_examples=EXAMPLES, deadline=None)
@given(shaken(LISTED, GONE, GONE_BY_DELEGATE))
def test_no_damage_makes_a_revoked_one_good(body: bytes) -> None:
    lists = tuple(answer.body for answer in above())
    row = case("revoked", "revoked by one answer, which is damaged", HEALTHY, ASKED)
    assert "revocation.good" not in codes(replace(row, crls=(*lists, body), ocsp=(body,)))


@settings(max_examples=EXAMPLES, deadline=None)
@given(shaken(UNLISTED, response(made=ASKED).body))
def test_no_damage_makes_a_good_one_revoked(body: bytes) -> None:
    row = case("good", "good by one answer, and another that is damaged", HEALTHY, ASKED)
    told = codes(replace(row, crls=(*row.crls, body), ocsp=(body,)))
    assert "revocation.good" in told

"""Another library judges the cases of the table; where it says otherwise, ours has its reason."""

from __future__ import annotations

from typing import Final

import pytest
from tests.unit.pki.cases.case import HEALTHY, Case, case
from tests.unit.pki.cases.second import ASIDE, SOUND, disagreements, opinions
from tests.unit.pki.cases.table import table
from tests.unit.pki.maker import AC1, LEAF, ROOT

OWN_KEY: Final = (
    "the certificate's own key signs nothing in the path; a server refuses it all the same"
)
PARSER: Final = "its parser takes BER and what follows; RFC 5280 and the servers ask for DER"
CLOCKS: Final = "five minutes are left to the clocks of CA and computer (answers.SKEW)"
LATE: Final = "an AC may be up to an hour late where nothing newer is to be had (answers.LATE)"
NEWEST: Final = "a hold may be released: the newer answer counts, not whichever revokes"

WHY: Final = {
    "key-rsa-1023": OWN_KEY,
    "key-rsa-1024": OWN_KEY,
    "key-rsa-2047": OWN_KEY,
    "key-p192": OWN_KEY,
    "key-p224": OWN_KEY,
    "key-unknown": OWN_KEY,
    "key-unknown-curve": OWN_KEY,
    "unreadable-followed": PARSER,
    "unreadable-indefinite": PARSER,
    "extension-twice": "RFC 5280 §4.2: not more than one of a kind; OpenSSL refuses it",
    "root-expired": "RFC 5280 looks at no anchor's dates; OpenSSL does",
    "length-root": "RFC 5280 looks at no anchor's pathLen; OpenSSL does",
    "ca-p192": "it has a bound for RSA keys and none for curves",
    "issuer-for-servers": "it lets a CA's usages bind nothing below; OpenSSL and browsers do",
    "ca-name-constraints": "it judges them; we say that we cannot (unknown, no fault): "
    "no AC of ICP-Brasil has any",
    "list-from-tomorrow": "the list is signed and old, its line has a date to come; "
    "OpenSSL asks only whether it is listed",
    "list-revoked-now": "the revocation's own second is one of the revoked ones",
    "list-after-next-update": LATE,
    "list-ten-minutes-late": LATE,
    "list-late": LATE,
    "list-issued-skew": CLOCKS,
    "ocsp-after-next-update": CLOCKS,
    "ocsp-issued-skew": CLOCKS,
    "ocsp-no-end-fresh": "without nextUpdate it takes half an hour for fresh, we a day "
    "(RFC 6960 §2.4 sets no bound)",
    "list-indirect": "it sorts an indirect list's entries by issuer; we say that we cannot "
    "(unknown, no fault): no AC of ICP-Brasil has one",
    "delegate-at-end": CLOCKS,
    "delegate-at-begin": CLOCKS,
    "delegate-no-mark": "it wants proof that the responder's certificate is not revoked, "
    "which nothing at hand gives; the AC itself delegated it for these days",
    "late-list+forged-ocsp": LATE,
    "late-list-lifts-hold": LATE,
    "late-replayed-ocsp": LATE,
    "late-all": LATE,
    "delta-lists": "it passes a delta by where the whole list is good; one that lists has revoked",
    "delegate-of-third-key": "it looks for the responder's issuer among the path's own CAs; "
    "RFC 6960 §4.2.2.2: a key of the AC certified it",
    "odds-list-revokes": "it stops at the first good answer; a revocation is for ever",
    "odds-released": NEWEST,
}
"""The cases in which it says otherwise, and why ours is right."""


@pytest.fixture(scope="module")
def differing() -> dict[str, str]:
    """What it says, by the names of the cases in which it differs."""
    return disagreements(table())


def test_every_disagreement_has_its_reason(differing: dict[str, str]) -> None:
    assert not {name: said for name, said in differing.items() if name not in WHY}


def test_no_reason_stands_for_an_agreement(differing: dict[str, str]) -> None:
    assert not WHY.keys() - differing.keys()


def test_it_is_asked_about_faults_and_not_only_about_what_it_cannot_know() -> None:
    asked = [row for row in table() if row.codes - ASIDE]
    sound = [row for row in table() if not row.codes - ASIDE]
    assert len(asked) > 100
    assert len(sound) > 100


def test_a_case_that_is_taken_for_another_shows() -> None:
    """The comparison itself can fail: a missing AC is none of the things it lets pass."""
    wrong: Case = case("wrong", "the issuer is missing", HEALTHY, LEAF, chain=(ROOT, AC1))
    assert opinions([wrong])["wrong"] != SOUND
    assert set(disagreements([wrong])) == {"wrong"}

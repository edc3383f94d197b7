"""OCSP responses in raw DER: who may sign, in which way, and which of several answers counts."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from tests.unit.pki import responses
from tests.unit.pki.maker import AC1, AC2, DAY, EMAIL, LEAF, NOW, Made, ca, key, leaf
from tests.unit.pki.maker import der as encode
from tests.unit.pki.responses import GOOD, PSS, REVOKED, UNKNOWN, answered, single
from tests.unit.pki.test_revocation import by_ocsp, responder, why

from a3check.pki import keys, ocsp_bytes
from a3check.pki.answers import SKEW, Answer, Answers
from a3check.pki.revocation import judge

if TYPE_CHECKING:
    from datetime import datetime

SIGNS, SECOND = ExtendedKeyUsageOID.OCSP_SIGNING, timedelta(seconds=1)
EXACT = leaf(AC2, common="EXATO", own="exact", eku=(SIGNS,), begins=NOW, ends=NOW)
UNSERVED = ocsp.OCSPResponseStatus
NONCE = encode(0x30, encode(0x06, bytes.fromhex("2b0601050507300102")), encode(0x04, b"\4\2ab"))


@pytest.mark.parametrize("by_name", [True, False])
@pytest.mark.parametrize("algorithm", [responses.SHA1, responses.SHA256])
def test_a_responder_by_its_name_or_its_key(by_name: bool, algorithm: bytes) -> None:
    for signer, brought in ((AC2, ()), (responder(), (responder(),))):
        answer = answered(
            single(algorithm=algorithm), signer=signer, by_name=by_name, brought=brought
        )
        assert by_ocsp(answer).code == "revocation.good"


def test_a_nonce_is_neither_asked_for_nor_minded() -> None:
    with_nonce = answered(single(), more=encode(0xA1, encode(0x30, NONCE)))
    assert by_ocsp(with_nonce).code == by_ocsp(answered(single())).code == "revocation.good"


def test_a_signature_with_pss_holds_and_its_parameters_count() -> None:
    issuer = ca("AC PSS", AC1, own="rsa pss responder")
    made = leaf(issuer)

    def asked(scheme: bytes) -> str:
        answer = answered(single(made=made, issuer=issuer), signer=issuer, scheme=scheme)
        (found,) = judge(made.facts, issuer.facts, Answers(ocsp=(answer,)), NOW)
        return found.code

    assert asked(PSS) == "revocation.good"
    bare = encode(0x30, encode(0x06, bytes.fromhex("2a864886f70d01010a")))
    assert asked(bare) == "revocation.unreachable"
    assert asked(PSS.replace(b"\x02\x01\x20", b"\x02\x01\x21")) == "revocation.forged"


@pytest.mark.parametrize(
    ("singles", "code"),
    [
        ((single(made=AC2, issuer=AC1), single()), "good"),
        ((single(), single(REVOKED)), "revoked"),
        ((single(REVOKED), single()), "revoked"),
        ((single(made=AC2, issuer=AC1, status=REVOKED), single()), "good"),
        ((single(issuer=AC1), single(UNKNOWN)), "unreachable"),
    ],
)
def test_of_several_answers_those_about_it_count(singles: tuple[bytes, ...], code: str) -> None:
    assert by_ocsp(answered(*singles)).code == f"revocation.{code}"


@pytest.mark.parametrize("status", [s for s in UNSERVED if s is not UNSERVED.SUCCESSFUL])
def test_a_responder_that_does_not_serve(status: ocsp.OCSPResponseStatus) -> None:
    body = ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)
    found = by_ocsp(Answer(body, "servidor"))
    assert why(found) == (f"servidor: {status.name.lower()}",)
    assert found.get("reason") == "responder"


def test_a_responder_of_a_key_of_the_ca_that_is_not_at_hand() -> None:
    renewed = ca(AC2.facts.common_name, AC1, own="renewed for ocsp")
    own = responder(renewed)
    answer = answered(single(), signer=own, brought=(own,))
    assert why(by_ocsp(answer)) == ("servidor: other_key",)
    (found,) = judge(
        LEAF.facts, AC2.facts, Answers(ocsp=(answer,)), NOW, other_keys=[renewed.facts]
    )
    assert found.code == "revocation.good"
    strange = responder(ca("AC OUTRA", AC1))
    forged = by_ocsp(answered(single(), signer=strange, brought=(strange,)))
    assert forged.get("reason") == "signer_of_another_ca"


@pytest.mark.parametrize(
    ("reason", "signer", "at"),
    [
        ("other_key", leaf(AC2, common="R", own="r", eku=(SIGNS,), signer=AC1.key), NOW),
        ("signer_not_authorized", leaf(AC2, common="R", own="r", eku=(EMAIL,)), NOW),
        ("signer_not_authorized", leaf(AC2, common="R", own="r", eku=None), NOW),
        ("signer_out_of_dates", EXACT, NOW - SKEW - SECOND),
        (None, EXACT, NOW - SKEW),
        (None, EXACT, NOW + SKEW),
        ("signer_out_of_dates", EXACT, NOW + SKEW + SECOND),
    ],
)
def test_who_may_sign_for_the_ca(reason: str | None, signer: Made, at: datetime) -> None:
    answer = answered(single(issued=NOW - DAY), signer=signer, brought=(signer,))
    if reason == "other_key":
        answer = answered(single(), signer=signer)
    found = by_ocsp(answer, at=at)
    if reason in {"signer_out_of_dates", "other_key"}:
        assert why(found) == (f"servidor: {reason}",)
    else:
        assert found.get("reason") == reason


def test_a_revocation_without_a_reason_and_one_that_begins_soon() -> None:
    for seconds, code in ((300, "revoked"), (301, "not_yet_valid")):
        moment = NOW + seconds * SECOND
        plain = encode(0xA1, responses.at(moment))
        found = by_ocsp(answered(single(plain, issued=NOW + DAY)))
        assert found.code == f"revocation.{code}"
    assert (
        by_ocsp(answered(single(encode(0xA1, responses.at(NOW))))).get("reason") == "unspecified"
    )


def test_a_response_that_is_far_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = answered(single())
    monkeypatch.setattr(ocsp_bytes, "LARGEST", len(answer.body))
    assert by_ocsp(answer).code == "revocation.good"
    monkeypatch.setattr(ocsp_bytes, "LARGEST", len(answer.body) - 1)
    assert why(by_ocsp(answer)) == ("servidor: unreadable",)


@pytest.mark.parametrize(
    ("ahead", "code"), [(4, "good"), (5, "good"), (6, "not_yet_valid")], ids=str
)
def test_a_clock_that_is_a_little_behind(ahead: int, code: str) -> None:
    answer = answered(single(issued=NOW + timedelta(minutes=ahead)))
    assert by_ocsp(answer).code == f"revocation.{code}"


def test_each_state_bears_its_age() -> None:
    assert by_ocsp(answered(single())).get("date") == NOW - DAY
    assert by_ocsp(answered(single(REVOKED))).get("date") == NOW - 5 * DAY
    late = by_ocsp(answered(single()), at=NOW + 9 * DAY)
    assert (late.code, late.get("date")) == ("revocation.stale", NOW + DAY)
    assert by_ocsp(answered(single(GOOD))).get("source") == "servidor"


# ---- as responders write it, and as none does

V1 = encode(0xA0, b"\x02\x01\x00")
ODD_HASH = encode(0x30, encode(0x06, b"\x2a\x03"), b"\5\0")


def test_values_that_der_would_leave_out_are_read() -> None:
    assert by_ocsp(answered(single(), version=V1)).code == "revocation.good"
    issuer = ca("AC PSS", AC1, own="rsa pss responder")
    made = leaf(issuer)
    parts = (encode(0xA0, responses.SHA256), encode(0xA1, responses.MGF1))
    salt, trailer = encode(0xA2, b"\x02\x01\x20"), encode(0xA3, b"\x02\x01\x01")
    kind = encode(0x06, responses.PSS_OID)
    for scheme in (PSS, encode(0x30, kind, encode(0x30, *parts, salt, trailer))):
        answer = answered(single(made=made, issuer=issuer), signer=issuer, scheme=scheme)
        (found,) = judge(made.facts, issuer.facts, Answers(ocsp=(answer,)), NOW)
        assert found.code == "revocation.good"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (answered(single(), kind=encode(0x06, b"\x2a\x03")), "unreadable"),
        (answered(single(), status=b"\x02\x01\x00"), "unreadable"),
        (answered(single(), status=b"\x0a\x01\x09"), "status_9"),
        (answered(single(b"\x81\x00")), "unreadable"),
        (answered(single(b"\xa0\x00")), "unreadable"),
        (answered(single(encode(0xA1))), "unreadable"),
        (answered(single(algorithm=ODD_HASH)), "other_certificate"),
        (answered(), "other_certificate"),
        (Answer(encode(0x30, b"\x0a\x01\x00"), "servidor"), "unreadable"),
        (Answer(encode(0x30, b"\x0a\x01\x00", b"\xa0\x00"), "servidor"), "unreadable"),
        (Answer(b"\x30\x00", "servidor"), "unreadable"),
    ],
)
def test_what_no_responder_should_write(answer: Answer, reason: str) -> None:
    assert why(by_ocsp(answer)) == (f"servidor: {reason}",)


def test_of_very_many_certificates_that_are_brought_the_first_are_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = responder()
    answer = answered(single(), signer=own, brought=(AC1, AC2, own))
    assert by_ocsp(answer).code == "revocation.good"
    monkeypatch.setattr(ocsp_bytes, "MOST_CERTIFICATES", 2)
    assert why(by_ocsp(answer)) == ("servidor: other_key",)


@pytest.mark.parametrize("by_name", [False, True])
def test_an_answer_is_forged_where_it_names_a_key_that_did_not_sign(by_name: bool) -> None:
    own = responder()
    thief = replace(own, key=key("thief"))
    found = by_ocsp(answered(single(), signer=thief, brought=(own,), by_name=by_name))
    assert (found.code, found.get("reason")) == ("revocation.forged", "signature")
    of_the_ca = answered(single(), signer=replace(AC2, key=key("thief")), by_name=by_name)
    if by_name:  # the CA may have another key
        assert why(by_ocsp(of_the_ca)) == ("servidor: other_key",)
    else:
        assert by_ocsp(of_the_ca).get("reason") == "signature"


def test_a_delegate_that_says_the_cas_known_key_signed_it_is_forged() -> None:
    false = leaf(AC2, common="R", own="r", eku=(SIGNS,), signer=key("thief"))
    found = by_ocsp(answered(single(), signer=false, brought=(false,)))
    assert (found.code, found.get("reason")) == ("revocation.forged", "signer_of_another_ca")
    unnamed = leaf(AC2, common="R", own="r", eku=(SIGNS,), signer=key("thief"), aki=False)
    assert why(by_ocsp(answered(single(), signer=unnamed, brought=(unnamed,)))) == (
        "servidor: other_key",
    )


def test_a_response_without_a_responder_is_none() -> None:
    bare = answered(single()).body
    own = hashlib.sha1(keys.public_bits(AC2.facts.spki), usedforsecurity=False).digest()
    named = encode(0xA2, encode(0x04, own))
    odd = bare.replace(named, encode(0xA5, named[2:]))
    assert odd != bare
    assert why(by_ocsp(Answer(odd, "servidor"))) == ("servidor: unreadable",)

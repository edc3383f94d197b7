from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.pki.maker import AC1, AC2, DAY, LEAF, NOW, ROOT, Key, Made, ca, key, leaf, usage
from tests.unit.pki.maker import der as encode

from a3check.checks.clock import RIGHT
from a3check.pki import der, keys, ocsp_bytes, reading
from a3check.pki import ocsp as own_ocsp
from a3check.pki.answers import SKEW
from a3check.pki.revocation import Answer, Answers, judge, ocsp_request, summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from a3check.core.model import Finding

GOOD, REVOKED, UNKNOWN = (
    ocsp.OCSPCertStatus.GOOD,
    ocsp.OCSPCertStatus.REVOKED,
    ocsp.OCSPCertStatus.UNKNOWN,
)
REASON = x509.ReasonFlags
HTML = b"<html><body>Portal cativo</body></html>"


def crl(
    issuer: Made = AC2,
    *listed: Made,
    reason: x509.ReasonFlags | None = REASON.key_compromise,
    issued: datetime = NOW - DAY,
    until: datetime = NOW + DAY,
    date: datetime = NOW - 5 * DAY,
    signer: Key | None = None,
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
    odd_entry: bool = False,
    pem: bool = False,
    key_named: bool = True,
) -> Answer:
    """Make a list as ACs do: it names the issuer's key (RFC 5280 §5.2.1), whoever signs."""
    own = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    given = [e for e, _ in extensions if e.oid == own.oid]
    named = [(own, False)] if key_named and not given else []
    builder = x509.CertificateRevocationListBuilder(issuer.x509.subject, issued, until)
    for made in listed:
        entry = x509.RevokedCertificateBuilder(made.x509.serial_number, date)
        if reason:
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        if odd_entry:
            odd = x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\5\0")
            entry = entry.add_extension(odd, critical=True)
        builder = builder.add_revoked_certificate(entry.build())
    for extension, critical in ((x509.CRLNumber(7), False), *named, *extensions):
        builder = builder.add_extension(extension, critical)
    made_crl = builder.sign(signer or issuer.key, hashes.SHA256())
    return Answer(made_crl.public_bytes(Encoding.PEM if pem else Encoding.DER), "lista")


def response(
    status: ocsp.OCSPCertStatus = GOOD,
    *,
    made: Made = LEAF,
    issuer: Made = AC2,
    signer: Made | None = None,
    issued: datetime = NOW - timedelta(hours=1),
    until: datetime | None = NOW + DAY,
    date: datetime = NOW - 5 * DAY,
    reason: x509.ReasonFlags | None = REASON.key_compromise,
    spoil: bool = False,
) -> Answer:
    who = signer or issuer
    revoked = status is REVOKED
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            made.x509,
            issuer.x509,
            hashes.SHA1(),  # noqa: S303 - names a certificate
            status,
            issued,
            until,
            date if revoked else None,
            reason if revoked else None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, who.x509)
    )
    if signer:
        builder = builder.certificates([signer.x509])
    body = builder.sign(who.key, hashes.SHA256()).public_bytes(Encoding.DER)
    return Answer(body[:-3] + bytes([body[-3] ^ 1]) + body[-2:] if spoil else body, "servidor")


def responder(issuer: Made = AC2, *, eku: ObjectIdentifier | None = None, ends: int = 90) -> Made:
    purpose = eku or ExtendedKeyUsageOID.OCSP_SIGNING
    return leaf(issuer, common="RESPONDER", own="responder", eku=(purpose,), ends=NOW + ends * DAY)


def by_crl(*answers: Answer, made: Made = LEAF, issuer: Made = AC2, at: datetime = NOW) -> Finding:
    (found,) = judge(made.facts, issuer.facts, Answers(crls=answers), at)
    return found


def by_ocsp(*answers: Answer, at: datetime = NOW) -> Finding:
    (found,) = judge(LEAF.facts, AC2.facts, Answers(ocsp=answers), at)
    return found


def why(finding: Finding) -> object:
    assert finding.code == "revocation.unreachable"
    return finding.get("urls")


# ---- CRL


def test_good_by_a_fresh_list() -> None:
    found = by_crl(crl())
    assert found.code == "revocation.good"
    assert (found.get("source"), found.get("date")) == ("lista", NOW - DAY)
    assert by_crl(crl(pem=True)).code == "revocation.good"


def test_revoked_with_date_reason_and_source() -> None:
    found = by_crl(crl(AC2, LEAF))
    assert found.code == "revocation.revoked"
    assert found.get("date") == NOW - 5 * DAY
    assert found.get("reason") == "key_compromise"
    assert by_crl(crl(AC2, LEAF, reason=None)).get("reason") == "unspecified"


def test_suspended_and_taken_off_the_list() -> None:
    assert by_crl(crl(AC2, LEAF, reason=REASON.certificate_hold)).code == "revocation.suspended"
    assert by_crl(crl(AC2, LEAF, reason=REASON.remove_from_crl)).code == "revocation.good"


def test_a_stale_list_that_lists_it_still_counts() -> None:
    dates = {"issued": NOW - 9 * DAY, "until": NOW - 8 * DAY}
    assert by_crl(crl(AC2, LEAF, **dates)).code == "revocation.revoked"  # type: ignore[arg-type]  # dates only
    stale = by_crl(crl(AC2, **dates))  # type: ignore[arg-type]  # dates only
    assert stale.code == "revocation.stale"
    assert stale.get("date") == NOW - 8 * DAY


def test_a_list_from_the_future() -> None:
    early = crl(issued=NOW + DAY, until=NOW + 2 * DAY)
    assert by_crl(early).code == "revocation.not_yet_valid"
    assert by_crl(early).get("date") == NOW + DAY
    later = crl(AC2, LEAF, issued=NOW + DAY, until=NOW + 2 * DAY, date=NOW + DAY)
    assert by_crl(later).code == "revocation.not_yet_valid"
    known = crl(AC2, LEAF, issued=NOW + DAY, until=NOW + 2 * DAY)
    assert by_crl(known).code == "revocation.revoked"
    assert by_crl(crl(issued=NOW + timedelta(minutes=4))).code == "revocation.good"


def test_a_revocation_of_the_leaf_of_a_ca() -> None:
    (found,) = judge(AC2.facts, AC1.facts, Answers(crls=(crl(AC1, AC2),)), NOW, leaf=False)
    assert found.code == "revocation.ca_revoked"
    assert found.get("subject") == "AC INVENTADA MULTIPLA v5"
    hold = crl(AC1, AC2, reason=REASON.certificate_hold)
    (found,) = judge(AC2.facts, AC1.facts, Answers(crls=(hold,)), NOW, leaf=False)
    assert found.code == "revocation.ca_revoked"


def test_forged_lists() -> None:
    forged = by_crl(crl(AC2, LEAF, signer=key("stranger")))
    assert forged.code == "revocation.forged"
    assert forged.get("source") == "lista"
    mute = ca("AC SEM LCR", AC1, usages=usage(ca=True))
    assert by_crl(crl(mute), made=leaf(mute), issuer=mute).code == "revocation.forged"


def test_another_key_of_the_same_ca_may_sign() -> None:
    new = ca("AC INVENTADA MULTIPLA v5", AC1, own="renewed")
    answers = Answers(crls=(crl(new, LEAF),))
    (found,) = judge(LEAF.facts, AC2.facts, answers, NOW, other_keys=[new.facts])
    assert found.code == "revocation.revoked"
    (found,) = judge(LEAF.facts, AC2.facts, answers, NOW)
    assert (found.code, found.get("reason")) == ("revocation.unreachable", "other_key")


def test_a_signature_that_cannot_be_checked_is_no_forgery() -> None:
    odd = ca("AC OUTRO ALGORITMO", AC1, own="ed448 ac")
    body = crl(odd, signer=key("ec ac"))
    assert why(by_crl(body, made=leaf(odd), issuer=odd)) == ("lista: algorithm",)


@pytest.mark.parametrize(
    ("reason", "answer"),
    [
        ("other_issuer", crl(AC1)),
        ("unreadable", Answer(HTML, "lista")),
        ("unreadable", Answer(b"-----BEGIN X509 CRL", "lista")),
        ("delta", crl(extensions=[(x509.DeltaCRLIndicator(3), True)])),
        (
            "critical_extension",
            crl(
                extensions=[(x509.UnrecognizedExtension(ObjectIdentifier("1.2.3"), b"\5\0"), True)]
            ),
        ),
        ("critical_extension", crl(AC2, LEAF, odd_entry=True)),
    ],
)
def test_lists_that_do_not_serve(reason: str, answer: Answer) -> None:
    found = by_crl(answer)
    assert why(found) == (f"lista: {reason}",)
    assert found.evidence[0].private


def point(url: str | None = None, **only: bool) -> list[tuple[x509.ExtensionType, bool]]:
    full = [x509.UniformResourceIdentifier(url)] if url else None
    some = frozenset({REASON.key_compromise}) if only.pop("some", False) else None
    flags = {
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    } | only
    held = x509.IssuingDistributionPoint(
        full_name=full, relative_name=None, only_some_reasons=some, **flags
    )
    return [(held, True)]


@pytest.mark.parametrize(
    ("extensions", "expected"),
    [
        (point(only_contains_user_certs=True), "good"),
        (point(only_contains_ca_certs=True), "partition"),
        (point(only_contains_attribute_certs=True), "partition"),
        (point(some=True), "partition"),
        (point(indirect_crl=True), "indirect"),
        (point("http://a.invalid/1.crl"), "good"),
        (point("http://a.invalid/2.crl"), "partition"),
    ],
)
def test_partitioned_lists(
    extensions: list[tuple[x509.ExtensionType, bool]], expected: str
) -> None:
    full = [x509.UniformResourceIdentifier("http://a.invalid/1.crl")]
    points = x509.CRLDistributionPoints([x509.DistributionPoint(full, None, None, None)])
    made = leaf(AC2, (points, False))
    found = by_crl(crl(extensions=extensions), made=made)
    if expected == "good":
        assert found.code == "revocation.good"
    else:
        assert why(found) == (f"lista: {expected}",)
    if expected == "partition":
        listed = crl(AC2, made, extensions=extensions)
        assert by_crl(listed, made=made).code == "revocation.revoked"


def test_a_list_of_users_says_nothing_of_a_ca() -> None:
    users = crl(AC1, extensions=point(only_contains_user_certs=True))
    assert why(by_crl(users, made=AC2, issuer=AC1)) == ("lista: partition",)


# ---- OCSP


def test_good_by_ocsp() -> None:
    found = by_ocsp(response())
    assert found.code == "revocation.good"
    assert found.get("source") == "servidor"
    assert by_ocsp(response(until=None)).code == "revocation.good"
    assert by_ocsp(response(until=None, issued=NOW - 2 * DAY)).code == "revocation.stale"


def test_good_by_a_delegate() -> None:
    assert by_ocsp(response(signer=responder())).code == "revocation.good"


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("revoked", response(REVOKED)),
        ("revoked", response(REVOKED, reason=None)),
        ("suspended", response(REVOKED, reason=REASON.certificate_hold)),
        ("stale", response(issued=NOW - 9 * DAY, until=NOW - 8 * DAY)),
        ("revoked", response(REVOKED, issued=NOW - 9 * DAY, until=NOW - 8 * DAY)),
        ("not_yet_valid", response(issued=NOW + DAY, until=NOW + 2 * DAY)),
        (
            "not_yet_valid",
            response(REVOKED, issued=NOW + DAY, until=NOW + 2 * DAY, date=NOW + DAY),
        ),
        ("forged", response(spoil=True)),
        ("forged", response(signer=responder(ROOT))),
        ("forged", response(signer=responder(eku=ExtendedKeyUsageOID.CLIENT_AUTH))),
    ],
)
def test_what_a_responder_may_say(code: str, answer: Answer) -> None:
    assert by_ocsp(answer).code == f"revocation.{code}"


@pytest.mark.parametrize(
    ("reason", "answer"),
    [
        ("unknown_to_responder", response(UNKNOWN)),
        ("other_certificate", response(made=AC2, issuer=AC1)),
        ("other_certificate", response(issuer=AC1)),
        ("signer_out_of_dates", response(signer=responder(ends=-1))),
        ("unreadable", Answer(HTML, "servidor")),
        (
            "try_later",
            Answer(
                ocsp.OCSPResponseBuilder.build_unsuccessful(
                    ocsp.OCSPResponseStatus.TRY_LATER
                ).public_bytes(Encoding.DER),
                "servidor",
            ),
        ),
    ],
)
def test_responses_that_do_not_serve(reason: str, answer: Answer) -> None:
    assert why(by_ocsp(answer)) == (f"servidor: {reason}",)


def test_a_delegate_that_cannot_be_read_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_ocsp, "read", lambda _: None)
    assert why(by_ocsp(response(signer=responder()))) == ("servidor: other_key",)


def test_an_algorithm_of_a_response_that_is_not_known() -> None:
    answer = response()
    ecdsa = bytes.fromhex("06082a8648ce3d040302")
    odd = Answer(answer.body.replace(ecdsa, bytes.fromhex("06082a8648ce3d040309")), "servidor")
    assert why(by_ocsp(odd)) == ("servidor: algorithm",)


def test_the_request_names_certificate_and_issuer() -> None:
    body = ocsp_request(LEAF.facts, AC2.facts)
    assert body is not None
    asked = ocsp.load_der_ocsp_request(body)
    assert asked.serial_number == LEAF.x509.serial_number
    builder = ocsp.OCSPRequestBuilder().add_certificate(LEAF.x509, AC2.x509, hashes.SHA1())  # noqa: S303 - names a certificate
    assert body == builder.build().public_bytes(Encoding.DER)


def test_no_request_for_a_serial_that_cannot_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(ocsp.OCSPRequestBuilder, "add_certificate_by_hash", refuse)
    assert ocsp_request(LEAF.facts, AC2.facts) is None


# ---- several answers


def test_revoked_outweighs_good_and_good_outweighs_the_rest() -> None:
    assert by_crl(crl(), crl(AC2, LEAF)).code == "revocation.revoked"
    assert by_crl(crl(signer=key("stranger")), crl()).code == "revocation.good"
    stale = crl(issued=NOW - 9 * DAY, until=NOW - 8 * DAY)
    assert by_crl(stale, crl(signer=key("stranger"))).code == "revocation.forged"
    assert by_crl(stale, Answer(HTML, "x")).code == "revocation.stale"


def test_a_hold_may_be_released() -> None:
    held = crl(AC2, LEAF, reason=REASON.certificate_hold, issued=NOW - 3 * DAY)
    assert by_crl(held, crl()).code == "revocation.good"
    again = crl(AC2, LEAF, reason=REASON.certificate_hold, issued=NOW - timedelta(hours=1))
    assert by_crl(crl(), again).code == "revocation.suspended"


def test_nothing_at_hand_names_each_address_and_why() -> None:
    failures = (("http://a.invalid/", "timeout"), ("http://b.invalid/", "name"))
    (found,) = judge(LEAF.facts, AC2.facts, Answers(failures=failures), NOW)
    assert why(found) == ("http://a.invalid/: timeout", "http://b.invalid/: name")


def test_the_summary_is_good_only_where_all_are() -> None:
    good, stale = by_crl(crl()), by_crl(crl(issued=NOW - 9 * DAY, until=NOW - 8 * DAY))
    revoked = by_crl(crl(AC2, LEAF))
    assert summary([good, good]) == (good,)
    assert summary([good, stale]) == (stale,)
    assert summary([stale, revoked]) == (revoked, stale)
    assert summary([]) == ()


CRL_BODY, OCSP_BODY = crl(AC2, LEAF).body, response(signer=responder()).body


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_mutated_answers_end_as_findings(data: st.DataObject) -> None:
    for body in (CRL_BODY, OCSP_BODY):
        changed = bytearray(body)
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(changed) - 1))
            changed[at] = data.draw(st.integers(0, 255))
        answer = Answer(bytes(changed), "x")
        (found,) = judge(LEAF.facts, AC2.facts, Answers((answer,), (answer,)), NOW)
        assert found.code.startswith("revocation.")


# ---- odd, and read all the same


@pytest.mark.parametrize(
    "reason", [b"\x0a\x01\x07", b"\x0a\x01\x63", b"\x04\x01\x01", b"\x0a\x02\x01"]
)
def test_a_reason_that_is_none_revokes_all_the_same(
    reason: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = crl(AC2, LEAF).body
    assert body.count(b"\x0a\x01\x01") == 1
    odd = Answer(body.replace(b"\x0a\x01\x01", reason), "lista")
    assert by_crl(odd).code == "revocation.forged"
    reading._small.cache_clear()  # or it would know who did not sign it
    monkeypatch.setattr(keys, "verify", lambda *_: keys.Checked.GOOD)  # as its CA would sign it
    found = by_crl(odd)
    assert (found.code, found.get("reason")) == ("revocation.revoked", "unspecified")


def test_a_list_whose_issuer_is_written_otherwise() -> None:
    name = AC2.facts.subject_name.raw
    parts = der.sequence(der.element(crl(AC2, LEAF).body))
    assert isinstance(AC2.key, ec.EllipticCurvePrivateKey)
    signed = parts[0].raw.replace(name, name.replace(b"\x0c", b"\x14").replace(b"AC", b"ac"))
    assert signed != parts[0].raw
    signature = AC2.key.sign(signed, ec.ECDSA(hashes.SHA256()))
    made = encode(0x30, signed, parts[1].raw, encode(0x03, b"\x00", signature))
    assert by_crl(Answer(made, "lista")).code == "revocation.revoked"


def test_of_very_many_answers_only_the_first_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    body = response().body
    assert by_ocsp(Answer(body, "servidor")).code == "revocation.good"
    monkeypatch.setattr(ocsp_bytes, "MOST_ANSWERS", 0)
    assert why(by_ocsp(Answer(body, "servidor"))) == ("servidor: other_certificate",)


def test_a_list_of_version_1() -> None:
    body = der.sequence(der.element(crl().body))
    fields = [part.raw for part in der.sequence(body[0])]
    signed = encode(0x30, *fields[1:5])
    assert isinstance(AC2.key, ec.EllipticCurvePrivateKey)
    signature = AC2.key.sign(signed, ec.ECDSA(hashes.SHA256()))
    made = encode(0x30, signed, body[1].raw, encode(0x03, b"\x00", signature))
    assert by_crl(Answer(made, "lista")).code == "revocation.good"


def test_other_extensions_of_an_entry() -> None:
    builder = x509.CertificateRevocationListBuilder(AC2.x509.subject, NOW - DAY, NOW + DAY)
    entry = x509.RevokedCertificateBuilder(LEAF.x509.serial_number, NOW - DAY)
    entry = entry.add_extension(x509.InvalidityDate(NOW.replace(tzinfo=None)), critical=True)
    builder = builder.add_revoked_certificate(entry.build())
    body = builder.sign(AC2.key, hashes.SHA256()).public_bytes(Encoding.DER)
    assert by_crl(Answer(body, "lista")).get("reason") == "unspecified"


def test_a_list_of_a_key_that_is_not_at_hand_is_no_forgery() -> None:
    new = ca("AC INVENTADA MULTIPLA v5", AC1, own="renewed")
    for unseen in (crl(new), crl(new, key_named=False)):
        found = by_crl(unseen)
        assert (found.code, found.get("reason")) == ("revocation.unreachable", "other_key")
        assert why(found) == ("lista: other_key",)
    own = x509.AuthorityKeyIdentifier.from_issuer_public_key(AC2.key.public_key())
    found = by_crl(crl(new, extensions=[(own, False)]))
    assert (found.code, found.get("reason")) == ("revocation.forged", "signature")
    alone = Answers(crls=(crl(new),), failures=(("http://a.invalid/", "name"),))
    (found,) = judge(LEAF.facts, AC2.facts, alone, NOW)
    assert found.get("reason") == "other_key"


def test_a_list_that_names_a_key_which_cannot_be_checked_is_no_forgery() -> None:
    name = "AC DE DUAS CHAVES"
    odd, plain = ca(name, AC1, own="ed448 ac"), ca(name, AC1)
    body = crl(odd, signer=key("ec ac"))
    (found,) = judge(
        leaf(plain).facts, plain.facts, Answers(crls=(body,)), NOW, other_keys=[odd.facts]
    )
    assert why(found) == ("lista: algorithm",)


def test_a_list_that_comes_a_little_late_counts_and_says_so() -> None:
    late = by_crl(crl(until=NOW - timedelta(minutes=10)))
    assert (late.code, late.get("next_update")) == ("revocation.good", NOW - timedelta(minutes=10))
    both = by_crl(crl(issued=NOW - 2 * DAY), crl(until=NOW - timedelta(minutes=10)))
    assert (both.get("next_update"), both.get("date")) == (None, NOW - 2 * DAY)
    held = crl(AC2, LEAF, reason=REASON.certificate_hold, issued=NOW - 2 * DAY)
    assert by_crl(held, crl(until=NOW - timedelta(minutes=10))).code == "revocation.good"


def test_the_dates_may_differ_by_what_an_unverified_clock_may() -> None:
    assert timedelta(seconds=RIGHT) == SKEW


def test_a_damaged_key_identifier_of_a_list_does_not_matter() -> None:
    damaged = x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.35"), b"\5\0")
    assert by_crl(crl(extensions=[(damaged, False)])).code == "revocation.good"
    empty = x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.35"), b"\x30\x00")
    assert by_crl(crl(extensions=[(empty, False)])).code == "revocation.good"


def test_of_two_certificates_of_one_key_either_may_allow_the_list() -> None:
    name = "AC DE DOIS CERTIFICADOS"
    mute, allowed = ca(name, AC1, usages=usage(ca=True)), ca(name, AC1)
    made, answers = leaf(mute), Answers(crls=(crl(allowed),))
    for issuer, other in ((mute, allowed), (allowed, mute)):
        (found,) = judge(made.facts, issuer.facts, answers, NOW, other_keys=[other.facts])
        assert found.code == "revocation.good"
    (found,) = judge(made.facts, mute.facts, answers, NOW)
    assert found.get("reason") == "no_crl_sign"
    free = ca(name, AC1, usages=usage(ca=True, crl=True))
    assert by_crl(crl(free), made=made, issuer=free).code == "revocation.good"


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        (Answers(crls=(crl(extensions=point(only_contains_ca_certs=True)),)), "partial"),
        (Answers(crls=(crl(extensions=[(x509.DeltaCRLIndicator(3), True)]),)), "partial"),
        (Answers(ocsp=(response(UNKNOWN),)), "responder"),
        (Answers(crls=(crl(AC1),)), "other_answer"),
        (Answers(crls=(Answer(HTML, "x"),), ocsp=(response(UNKNOWN),)), "responder"),
        (Answers(crls=(Answer(HTML, "x"),), failures=(("http://a.invalid/", "name"),)), None),
        (Answers(failures=(("http://a.invalid/", "name"),)), None),
        (Answers(), "no_address"),
        (Answers(failures=(("ldap://a.invalid/", "scheme"),)), "no_address"),
    ],
)
def test_why_an_answer_that_came_does_not_serve(answers: Answers, kind: str | None) -> None:
    (found,) = judge(LEAF.facts, AC2.facts, answers, NOW)
    assert (found.code, found.get("reason")) == ("revocation.unreachable", kind)

"""Whatever bytes come in, values come out, and soon."""

from __future__ import annotations

import warnings
from itertools import pairwise
from time import thread_time
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs7
from hypothesis import HealthCheck, given, settings
from tests.unit.pki.lists import crl_of, entry
from tests.unit.pki.maker import AC1, AC2, LEAF, NOW, POOL, ROOT, TRUST, ca, key
from tests.unit.pki.maker import der as encode
from tests.unit.pki.taken import (
    SERIAL,
    SPKI,
    SUBJECT,
    extension,
    shaken,
    spki,
    with_extensions,
    with_field,
)
from tests.unit.pki.test_revocation import REVOKED, crl, point, responder, response

from a3check.pki import bundle, certificate, keys, names, path, revocation, shelf
from a3check.pki.certificate import Certificate, Unreadable, read
from a3check.pki.choice import choose
from a3check.pki.fitness import faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from a3check.core.model import Finding

SECONDS = 20.0
"""Of a processor; a stall took minutes, and now it is some milliseconds."""

RSA, PSS = "2a864886f70d010101", "1.2.840.113549.1.1.10"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """The signatures that were checked: never more than the bounds allow."""
    tried: list[object] = []
    verify = keys.verify

    def counting(*what: Any) -> keys.Checked:  # noqa: ANN401 - handed on as it comes
        tried.append(what)
        return verify(*what)

    monkeypatch.setattr(keys, "verify", counting)
    yield tried
    assert 0 < len(tried) <= path.MOST_SIGNATURES + path.MOST_CANDIDATES


def everything(facts: Certificate) -> tuple[object, ...]:
    """All that is ever asked of a certificate."""
    named = [n for n in dir(Certificate) if isinstance(getattr(Certificate, n), property)]
    shown = [getattr(facts, name) for name in named]
    pool = (*POOL, facts)
    judged = path.judge(facts, pool, TRUST, NOW)
    above = path.judge(LEAF.facts, (facts, *POOL), TRUST.trusting([facts.sha256]), NOW)
    assert judged.faults
    assert above.faults
    return (
        *shown,
        repr(facts),
        hash(facts),
        faults(facts, NOW),
        choose([facts, LEAF.facts], NOW),
        path.holding([facts], pool, TRUST, NOW),
        revocation.ocsp_request(facts, AC2.facts),
        revocation.ocsp_request(LEAF.facts, facts),
        revocation.judge(facts, facts, ANSWERS, NOW),
    )


ANSWERS = revocation.Answers(crls=(crl(AC2, LEAF),), ocsp=(response(REVOKED),))
CERTIFICATES = (LEAF.der, AC2.der, ROOT.der, ca("RSA", own="rsa shaken").der)
LISTS = tuple(
    made.body
    for made in (
        crl(),
        crl(AC2, LEAF),
        crl(AC2, LEAF, odd_entry=True),
        crl(extensions=point("http://a.invalid/1.crl", only_contains_user_certs=True)),
    )
)
RESPONSES = tuple(m.body for m in (response(), response(REVOKED), response(signer=responder())))
BAG = pkcs7.serialize_certificates([m.x509 for m in (ROOT, AC1)], Encoding.DER)
patient = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@patient
@given(shaken(*CERTIFICATES))
def test_shaken_certificates_end_as_facts_or_with_a_reason(data: bytes) -> None:
    facts = read(data)
    if isinstance(facts, Unreadable):
        assert facts.reason
    else:
        assert everything(facts)


def said(answers: revocation.Answers) -> Finding:
    with (
        warnings.catch_warnings()
    ):  # the library warns of odd names and serials; we say it in a finding
        warnings.simplefilter("ignore")
        (found,) = revocation.judge(LEAF.facts, AC2.facts, answers, NOW)
    return found


@patient
@given(shaken(*LISTS))
def test_shaken_lists_end_as_one_finding(data: bytes) -> None:
    found = said(revocation.Answers(crls=(revocation.Answer(data, "lista"),)))
    assert found.code.startswith("revocation.")


@patient
@given(shaken(*LISTS))
def test_shaken_lists_that_were_signed_so_end_as_one_finding(data: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:  # else nothing behind the signature is reached
        patch.setattr(keys, "verify", lambda *_: keys.Checked.GOOD)
        found = said(revocation.Answers(crls=(revocation.Answer(data, "lista"),)))
    assert found.code.startswith("revocation.")


@patient
@given(shaken(*RESPONSES))
def test_shaken_responses_end_as_one_finding(data: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "verify", lambda *_: keys.Checked.GOOD)
        found = said(revocation.Answers(ocsp=(revocation.Answer(data, "servidor"),)))
    assert found.code.startswith("revocation.")


@patient
@given(shaken(BAG))
def test_shaken_bundles_end_as_certificates(data: bytes) -> None:
    for facts in bundle.certificates(data):
        assert isinstance(facts, Certificate | Unreadable)


def integer(value: int) -> bytes:
    return encode(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


# ---- what was found in this way


@pytest.mark.parametrize("data", [b"\x30\x00", b"\x30\x02\x06\x00", b"\x30\x03\x06\x01\x2a"])
def test_a_bundle_whose_parts_are_missing(data: bytes) -> None:
    (found,) = bundle.certificates(data)
    assert isinstance(found, Unreadable)
    assert found.reason


def test_a_pkcs7_without_its_content() -> None:
    bag = encode(0x30, encode(0x06, bytes.fromhex("2a864886f70d010702")))
    assert isinstance(bundle.certificates(bag)[0], Unreadable)
    assert bundle.load_pool([bag]) == ()


def test_headers_without_an_end_do_not_stall() -> None:
    begun = thread_time()
    (found,) = bundle.certificates(b"-----BEGIN CERTIFICATE-----\n" * 40_000)
    assert thread_time() - begun < SECONDS
    assert isinstance(found, Unreadable)


def test_a_header_without_its_end_spoils_no_other() -> None:
    pem = ROOT.x509.public_bytes(Encoding.PEM)
    begin, end = b"-----BEGIN CERTIFICATE-----\n", b"-----END CERTIFICATE-----\n"
    assert bundle.certificates(begin + b"AAAA\n" + pem) == (ROOT.facts,)
    assert bundle.certificates(end + pem + end + b"-----END CMS-----") == (ROOT.facts,)
    odd = b"-----BEGIN CERTIFICATE-----\n-----END PKCS7-----\n"
    assert bundle.certificates(odd + pem) == (ROOT.facts,)


def test_very_many_extensions_make_no_endless_finding() -> None:
    many = (
        extension(bytes([0x2A, 0x80 | n >> 7, n & 0x7F]), b"", critical=True) for n in range(4_000)
    )
    facts = read(with_extensions(*many))
    assert isinstance(facts, Certificate)
    assert len(facts.extensions.refused) == 4_000
    (found,) = (f for f in path.judge(facts, (), TRUST, NOW).faults if f.get("reason"))
    assert found.code == "chain.unsupported"
    assert str(found.get("reason")).count(",") < 5


def test_what_is_far_too_large_is_not_read() -> None:
    name = encode(
        0x30, encode(0x31, encode(0x30, b"\x06\x03\x55\x04\x03", encode(0x0C, b"A" * 10**6)))
    )
    facts = read(with_field(SUBJECT, name))
    assert isinstance(facts, Unreadable)
    assert str(certificate.LARGEST) in facts.reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "cut short"),
        (LEAF.der[:-1], "cut short"),
        (b"\x30\x00", "a part is missing or too much"),
        (encode(0x30, b"\x30\x00", b"\x30\x00"), "a part is missing or too much"),
        (with_field(SERIAL, b"\x04\x01\x01"), "tag 0x04 where 0x02 was expected"),
        (b"<html></html>", "cut short"),
        (LEAF.der + b"x", "something follows the certificate"),
    ],
)
def test_the_reason_can_be_read(data: bytes, reason: str) -> None:
    facts = read(data)
    assert isinstance(facts, Unreadable)
    assert facts.reason == reason


@pytest.mark.parametrize("salt", [2**80, 2**31, -1])
def test_a_salt_of_no_length_is_unsupported(salt: int) -> None:
    number = salt.to_bytes(12, "big", signed=True)
    scheme = keys.Algorithm(PSS, encode(0x30, encode(0xA2, encode(0x02, number))))
    signer = ca("PSS", own="rsa salt").facts
    assert keys.verify(signer.spki, scheme, b"", b"\1" * 256) is keys.Checked.UNSUPPORTED


def test_an_exponent_as_long_as_the_key_is_not_tried() -> None:
    numbers = rsa.generate_private_key(65537, 2048).public_key().public_numbers()
    scheme = keys.Algorithm("1.2.840.113549.1.1.11", b"\5\0")

    def tried(exponent: int) -> keys.Checked:
        parts = (integer(n) for n in (numbers.n, exponent))
        made = spki(RSA, b"\5\0", encode(0x30, *parts))
        assert keys.load(made) is not None
        return keys.verify(made, scheme, b"", b"\1" * 256)

    assert tried(numbers.n - 2) is keys.Checked.UNSUPPORTED
    assert tried(2**64 - 1) is keys.Checked.BAD
    assert tried(2**64 + 1) is keys.Checked.UNSUPPORTED


def test_keys_of_another_kind_cannot_have_signed() -> None:
    made = {
        kind: ca(kind, own=f"{kind} other").facts for kind in ("rsa", "ec", "ed448", "ed25519")
    }
    for one in made.values():
        for signer in made.values():
            kinds = {one.key.algorithm, signer.key.algorithm}
            checked = one.signed_by(signer)
            if one is signer:
                assert checked is keys.Checked.GOOD
            elif kinds == {"Ed448", "Ed25519"}:
                assert checked is keys.Checked.BAD
            else:
                assert checked is keys.Checked.OTHER_KIND


def test_a_key_that_is_for_pss_alone_is_used() -> None:
    plain = key("rsa salt").public_key()
    bits = plain.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    only_pss = spki("2a864886f70d01010a", b"", bits)
    assert keys.describe(only_pss) == keys.Key("RSA", 2048)
    facts = read(with_field(SPKI, only_pss))
    assert isinstance(facts, Certificate)
    assert facts.public_key is not None


# ---- hostile pools


def flood(key_id: bytes, count: int = 1000) -> list[Certificate]:
    """Very many CAs of one name, each with a key of its own that nobody has."""
    own, ski = AC2.facts.spki, AC2.facts.ski
    assert ski is not None
    made = []
    for number in range(count):
        other = own[:-64] + (number + 2**400).to_bytes(64, "big")
        facts = read(AC2.der.replace(own, other).replace(ski, key_id))
        assert isinstance(facts, Certificate)
        made.append(facts)
    return made


@pytest.mark.usefixtures("counted")
def test_a_thousand_cas_of_one_name_do_not_stall() -> None:
    assert path.judge(LEAF.facts, (*flood(b"\0" * 20), *POOL), TRUST, NOW).valid


@pytest.mark.usefixtures("counted")
def test_without_the_right_one_a_thousand_are_no_issuer() -> None:
    result = path.judge(LEAF.facts, flood(b"\0" * 20), TRUST, NOW)
    assert result.missing_issuer == AC2.facts.common_name


@pytest.mark.usefixtures("counted")
def test_a_thousand_namesakes_are_looked_at_within_the_same_bounds() -> None:
    pool = flood(b"\0" * 20)
    assert path.holding(pool, (*pool, *POOL), TRUST, NOW) == ()


def test_among_a_thousand_that_claim_one_key_the_right_one_cannot_be_told() -> None:
    assert AC2.facts.ski is not None
    pool = flood(AC2.facts.ski)
    result = path.judge(LEAF.facts, pool, TRUST, NOW)
    assert result.faults[0].get("reason") == path.TOO_MANY
    assert path.judge(LEAF.facts, (*POOL, *pool), TRUST, NOW).valid


@pytest.mark.usefixtures("counted")
def test_cas_that_all_sign_one_another_do_not_stall() -> None:
    cas = [ca(f"AC TEIA {n}", own=f"web {n}") for n in range(7)]
    web = [
        ca(f"AC TEIA {a}", cas[b], own=f"web {a}") for a in range(7) for b in range(7) if a != b
    ]
    result = path.judge(web[0].facts, [m.facts for m in web], TRUST, NOW)
    assert not result.valid
    assert result.faults[0].get("reason") == path.TOO_MANY
    assert all(a.issuer_key == b.subject_key for a, b in pairwise(result.path))


# ---- very many small parts: some seconds each before there were bounds

MANY = b"\x05\x00" * 2_000_000
SIGNED_DATA = encode(0x06, bytes.fromhex("2a864886f70d010702"))
LEAF_SERIAL = LEAF.facts.serial.to_bytes(20)
LONG = encode(0x30, encode(0x02, b"\x05"), MANY)


@pytest.mark.parametrize(
    "blob",
    [
        encode(0x30, SIGNED_DATA, MANY),
        encode(0x30, SIGNED_DATA, encode(0xA0, encode(0x30, MANY))),
        encode(0x30, SIGNED_DATA, encode(0xA0, encode(0x30, encode(0xA0, MANY)))),
        b"\x30\x80" + SIGNED_DATA + MANY,
        b"\x30\x80" * 2_000_000,
        b"-----" * 800_000,
        b"MI" + b"A" * 4_000_000,
    ],
    ids=["parts", "signed data", "certificates", "ber", "deep", "dashes", "base64"],
)
def test_very_many_parts_of_a_file_do_not_stall(blob: bytes) -> None:
    begun = thread_time()
    assert len(bundle.certificates(blob)) <= bundle.LARGEST_BUNDLE
    found = said(
        revocation.Answers((revocation.Answer(blob, "x"),), (revocation.Answer(blob, "x"),))
    )
    assert found.code == "revocation.unreachable"
    assert thread_time() - begun < SECONDS


@pytest.mark.parametrize(
    "answer",
    [
        crl_of((LONG,)),
        crl_of((encode(0x30, encode(0x02, LEAF_SERIAL), MANY),)),
        crl_of((), MANY),
        crl_of(begin=(encode(0x02, MANY),)),
        crl_of(scheme=encode(0x30, MANY)),
        crl_of(entry(b"\x05" * 20) for _ in range(50_000)),
    ],
    ids=["entry", "its entry", "extensions", "version", "algorithm", "entries"],
)
def test_very_many_parts_of_a_list_do_not_stall(answer: revocation.Answer) -> None:
    begun = thread_time()
    assert said(revocation.Answers(crls=(answer,))).code in {
        "revocation.good",
        "revocation.unreachable",
    }
    assert thread_time() - begun < SECONDS


def test_of_very_many_of_one_name_a_shelf_holds_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "MOST_NAMESAKES", 3)
    namesakes = flood(b"\0" * 20, 9)
    held = shelf.Shelf(files=[m.der for m in (*namesakes, *POOL)])
    assert tuple(held) == (*namesakes[:3], ROOT.facts, AC1.facts)
    read_already = shelf.Shelf((*namesakes, *POOL))
    assert tuple(read_already) == (*namesakes, *POOL)


def long_name(parts: int, together: bool) -> bytes:
    pairs = [
        encode(0x30, b"\x06\x03\x55\x04\x03", encode(0x0C, str(n).encode())) for n in range(parts)
    ]
    return encode(
        0x30, encode(0x31, *pairs) if together else b"".join(encode(0x31, p) for p in pairs)
    )


@pytest.mark.parametrize("together", [True, False])
def test_a_name_of_very_many_parts_is_none(together: bool) -> None:
    most = read(with_field(SUBJECT, long_name(names.MOST_PARTS, together)))
    assert isinstance(most, Certificate)
    more = with_field(SUBJECT, long_name(names.MOST_PARTS + 1, together))
    facts = read(more)
    assert isinstance(facts, Unreadable)
    assert facts.reason == f"a name of more than {names.MOST_PARTS} parts"
    assert tuple(shelf.Shelf(files=[more])) == ()

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.pki.maker import (
    A3,
    AC1,
    AC2,
    CPF,
    LEAF,
    NOW,
    ROOT,
    ca,
    issue,
    key,
    leaf,
    name,
    other,
    person,
    policies,
)
from tests.unit.pki.maker import (
    der as encode,
)

from a3check.pki import bundle, der, extensions, keys, names, policy
from a3check.pki.certificate import Certificate, Unreadable, read
from a3check.pki.holder import Kind, cpf_checks

if TYPE_CHECKING:
    from collections.abc import Callable


CNPJ = "11222333000181"


def mutated(made: bytes, old: bytes, new: bytes) -> Certificate:
    assert old in made
    facts = read(made.replace(old, new, 1))
    assert isinstance(facts, Certificate), facts
    return facts


# ---- what a certificate says


def test_a_person_s_certificate() -> None:
    facts = LEAF.facts
    assert facts.subject == f"CN=FULANO DE TAL:{CPF},O=ICP-Brasil,C=BR"
    assert facts.common_name == f"FULANO DE TAL:{CPF}"
    assert facts.holder_name == "FULANO DE TAL"
    assert (facts.cpf, facts.cnpj, facts.birth) == (CPF, None, date(1980, 2, 1))
    assert (facts.kind, facts.policy, facts.in_hardware) == (Kind.PERSON, "A3", True)
    assert facts.issuer.startswith("CN=AC INVENTADA MULTIPLA v5,")
    assert facts.issuer_common_name == "AC INVENTADA MULTIPLA v5"
    assert facts.policies == (A3,)
    assert facts.icp_brasil
    assert facts.client_auth
    assert facts.digital_signature
    assert not facts.is_ca
    assert not facts.self_issued
    assert facts.eku == ("1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.4")
    assert facts.signature_hash == "sha256"
    assert facts.key == keys.Key("EC", 256, "P-256")
    assert facts.aki == AC2.facts.ski == AC2.facts.key_id
    assert facts.ski is None
    assert isinstance(facts.public_key, ec.EllipticCurvePublicKey)
    assert facts.serial == LEAF.x509.serial_number
    assert facts.sha256 == LEAF.x509.fingerprint(hashes.SHA256()).hex()
    assert facts.not_after == LEAF.x509.not_valid_after_utc


def test_equal_by_bytes_and_silent_about_the_holder() -> None:
    again = read(LEAF.der)
    assert again == LEAF.facts
    assert again != AC2.facts
    assert again != "a certificate"
    assert CPF not in repr(again)
    assert "FULANO" not in repr([LEAF.facts, LEAF.facts.holder])


@pytest.mark.parametrize("tag", [0x04, 0x0C, 0x13, 0x16])
def test_other_names_in_every_encoding(tag: int) -> None:
    facts = leaf(AC2, san=person(tag=tag), common="FULANO DE TAL").facts
    assert (facts.kind, facts.cpf, facts.holder_name) == (Kind.PERSON, CPF, "FULANO DE TAL")


@pytest.mark.parametrize("text", ["01021980" + CPF, "01021980" + CPF + "0" * 26, "31021980" + CPF])
def test_other_names_of_any_length(text: str) -> None:
    san = x509.SubjectAlternativeName([other("2.16.76.1.3.1", text)])
    facts = leaf(AC2, san=san, common="FULANO").facts
    assert facts.cpf == CPF
    assert facts.birth == (None if text.startswith("31") else date(1980, 2, 1))


def test_an_other_name_that_is_no_string() -> None:
    odd = x509.ObjectIdentifier("2.16.76.1.3.1")
    for value in (b"\x05\x00", b"\x04\x7f" + b"01021980" + CPF.encode()):
        san = x509.SubjectAlternativeName([x509.OtherName(odd, b"\x05\x00")])
        made = leaf(AC2, san=san, common=f"FULANO:{CPF}")
        assert mutated(made.der, b"\x05\x00", value[:2]).cpf == CPF


def test_the_new_profile_has_the_number_in_the_subject() -> None:
    mail = x509.SubjectAlternativeName([x509.RFC822Name("fulano@teste.invalid")])
    for serial in (CPF, f"CPF:{CPF}", "529.982.247-25", f"PNOBR-{CPF}"):
        facts = leaf(AC2, common="FULANO DE TAL", serial=serial, san=mail).facts
        assert (facts.kind, facts.cpf, facts.holder_name) == (Kind.PERSON, CPF, "FULANO DE TAL")
    facts = leaf(AC2, common="EMPRESA", serial=CNPJ, san=mail, listed=("2.16.76.1.2.202.9",)).facts
    assert (facts.kind, facts.cnpj, facts.policy) == (Kind.COMPANY, CNPJ, "SE-H")
    facts = leaf(AC2, common="EMPRESA", serial=CNPJ, san=mail).facts
    assert facts.kind is Kind.COMPANY
    facts = leaf(AC2, common="FULANO", san=mail).facts
    assert (facts.kind, facts.cpf) == (Kind.UNKNOWN, None)


def test_companies_and_equipment() -> None:
    company = [
        other("2.16.76.1.3.4", "01021980" + CPF + "0" * 26),
        other("2.16.76.1.3.2", "FULANO DE TAL"),
        other("2.16.76.1.3.3", CNPJ),
    ]
    facts = leaf(AC2, san=x509.SubjectAlternativeName(company), common=f"EMPRESA:{CNPJ}").facts
    assert (facts.kind, facts.cnpj, facts.holder_name) == (Kind.COMPANY, CNPJ, "EMPRESA")
    assert facts.cpf == CPF
    server = [*company, other("2.16.76.1.3.8", "EMPRESA")]
    facts = leaf(AC2, san=x509.SubjectAlternativeName(server), common="a.teste.invalid").facts
    assert facts.kind is Kind.EQUIPMENT
    dns = x509.SubjectAlternativeName([x509.DNSName("a.teste.invalid")])
    assert leaf(AC2, san=dns, common="a.teste.invalid").facts.kind is Kind.EQUIPMENT
    assert leaf(AC2, listed=("2.16.76.1.2.402.1",)).facts.kind is Kind.EQUIPMENT


def test_check_digits() -> None:
    assert cpf_checks(CPF)
    assert not cpf_checks("52998224726")
    assert not cpf_checks("5299822472")
    wrong = leaf(AC2, san=person("12345678900"), common="FULANO:12345678900").facts
    assert wrong.cpf == "12345678900"
    right = leaf(AC2, san=person("12345678900"), common=f"FULANO:{CPF}").facts
    assert right.cpf == CPF


@pytest.mark.parametrize(
    ("listed", "code", "hardware"),
    [
        (("2.16.76.1.2.1.9",), "A1", False),
        (("2.16.76.1.2.30",), "2.16.76.1.2.30", False),
        (("2.16.76.1.2.3",), "2.16.76.1.2.3", False),
        (("2.16.76.1.2.1.9", A3), "A3", True),
        (("2.16.76.1.2.103.9",), "S3", False),
        (("2.16.76.1.2.401.9",), "AE-S", False),
        (("2.16.76.1.2.203.9",), "AE-S", False),
        (("2.16.76.1.2.402.9",), "AE-H", True),
        (("1.2.3",), "", False),
        ((), "", False),
    ],
)
def test_types_by_policy(listed: tuple[str, ...], code: str, hardware: bool) -> None:
    facts = leaf(AC2, listed=listed).facts
    assert (facts.policy, facts.in_hardware) == (code, hardware)


def test_addresses_are_http_only_and_each_once() -> None:
    def point(*urls: str) -> x509.DistributionPoint:
        full = [x509.UniformResourceIdentifier(url) for url in urls]
        return x509.DistributionPoint(full, None, None, None)

    named = x509.DistributionPoint([x509.DirectoryName(name("X"))], None, None, None)
    relative = x509.DistributionPoint(
        None, x509.RelativeDistinguishedName([*name("X")][:1]), None, None
    )
    reasons = frozenset({x509.ReasonFlags.key_compromise})
    with_issuer = x509.DistributionPoint(None, None, reasons, [x509.DirectoryName(name("Y"))])
    points = x509.CRLDistributionPoints(
        [
            point("http://a.invalid/1.crl", "ldap://a.invalid/2"),
            named,
            relative,
            with_issuer,
            point("HTTPS://b.invalid/1.crl", "file:///etc/passwd", "http://a.invalid/1.crl"),
        ]
    )
    ids = x509.oid.AuthorityInformationAccessOID
    access = x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(kind, x509.UniformResourceIdentifier(url))
            for kind, url in (
                (ids.OCSP, "http://o.invalid/"),
                (ids.CA_ISSUERS, "http://i.invalid/c.p7b"),
                (ids.CA_ISSUERS, "ldap://i.invalid/"),
                (x509.ObjectIdentifier("1.2.3.4"), "http://x.invalid/"),
            )
        ]
    )
    facts = leaf(AC2, (points, False), (access, False)).facts
    assert facts.crl_urls == ("http://a.invalid/1.crl", "HTTPS://b.invalid/1.crl")
    assert set(facts.extensions.unasked_urls) == {"ldap://a.invalid/2", "file:///etc/passwd"}
    assert facts.ocsp_urls == ("http://o.invalid/",)
    assert facts.aia_urls == ("http://i.invalid/c.p7b",)


def test_no_extensions_at_all() -> None:
    made = issue(name("FULANO"), AC2, key("leaf"), aki=False)
    facts = made.facts
    assert (facts.eku, facts.aki, facts.policies) == (None, None, ())
    assert facts.client_auth
    assert facts.digital_signature


# ---- what is odd is read all the same


def test_padding_of_a_token_s_file_is_cut_off() -> None:
    assert read(LEAF.der + b"\x00" * 40 + b"\xff" * 3) == LEAF.facts
    assert isinstance(read(LEAF.der + b"more"), Unreadable)


@pytest.mark.parametrize(
    "data",
    [b"", b"\x30", b"\x30\x80", b"\x30\x00", b"\x30\x89" + b"\x01" * 9, b"\x1f\x81\x00", b"hello"],
)
def test_what_is_no_certificate_has_a_reason(data: bytes) -> None:
    facts = read(data)
    assert isinstance(facts, Unreadable)
    assert facts.reason


def test_critical_key_usage_twice_damaged_or_unknown_is_refused() -> None:
    facts = leaf(AC2, (x509.ExtendedKeyUsage([x509.ObjectIdentifier("1.2.3")]), True), eku=None)
    assert facts.facts.extensions.refused == ()
    usage_oid = bytes.fromhex("0603551d0f0101ff0404")
    damaged = mutated(LEAF.der, usage_oid + b"\x03", usage_oid + b"\x05")
    assert damaged.extensions.refused == ("2.5.29.15",)
    no_check = leaf(AC2, (x509.OCSPNoCheck(), True)).facts
    assert no_check.extensions.refused == ()
    twice = leaf(AC2, (x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.54"), b""), True))
    again = mutated(twice.der, bytes.fromhex("0603551d36"), bytes.fromhex("0603551d0f"))
    assert again.extensions.refused == ("2.5.29.15",)
    assert again.digital_signature


def test_an_extension_without_a_value_is_unreadable() -> None:
    body = der.element(LEAF.der)
    assert isinstance(
        read(body.raw.replace(bytes.fromhex("0603551d0f0101ff"), b"\x04" * 8)), (Unreadable)
    )


def test_serials_below_one() -> None:
    made = leaf(AC2, number=0x5A5A5A5A)
    serial = bytes.fromhex("02045a5a5a5a")
    assert mutated(made.der, serial, bytes.fromhex("0204ffffffff")).serial == -1
    assert mutated(made.der, serial, bytes.fromhex("020400000000")).serial == 0


def test_dates_far_away() -> None:
    made = leaf(AC2, ends=datetime(2400, 1, 2, 3, 4, 5, tzinfo=UTC)).facts
    assert made.not_after == datetime(2400, 1, 2, 3, 4, 5, tzinfo=UTC)
    early = mutated(LEAF.der, _utc(LEAF.facts.not_before), b"\x17\x0d690102030405Z")
    assert early.not_before == datetime(1969, 1, 2, 3, 4, 5, tzinfo=UTC)


def _utc(moment: datetime) -> bytes:
    return b"\x17\x0d" + moment.strftime("%y%m%d%H%M%SZ").encode()


@pytest.mark.parametrize(
    ("tag", "text", "expected"),
    [
        (0x17, "500101000000Z", datetime(1950, 1, 1, tzinfo=UTC)),
        (0x17, "491231235959Z", datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (0x17, "2601020304Z", datetime(2026, 1, 2, 3, 4, tzinfo=UTC)),
        (0x17, "260102030405-0300", datetime(2026, 1, 2, 6, 4, 5, tzinfo=UTC)),
        (0x18, "20260102030405.5Z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        (0x18, "20260102030405+01", datetime(2026, 1, 2, 2, 4, 5, tzinfo=UTC)),
    ],
)
def test_times(tag: int, text: str, expected: datetime) -> None:
    assert der.moment(der.Element(tag, text.encode(), b"")) == expected


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        (0x17, "26"),
        (0x17, "261302030405Z"),
        (0x18, "99991231235959-2300"),
        (0x04, ""),
        (0x18, "x"),
    ],
)
def test_times_that_are_none(tag: int, text: str) -> None:
    with pytest.raises(der.DerError):
        der.moment(der.Element(tag, text.encode(), b""))


@pytest.mark.parametrize(
    "call",
    [
        lambda: der.oid(b""),
        lambda: der.oid(b"\x80"),
        lambda: der.integer(b""),
        lambda: der.bits(b""),
        lambda: der.expect(der.Element(4, b"", b""), 2),
        lambda: keys.algorithm(der.Element(0x30, b"", b"")),
        lambda: names.parse(der.element(bytes.fromhex("3008310630040602" + "5504"))),
    ],
)
def test_malformed_values(call: Callable[[], object]) -> None:
    with pytest.raises(der.DerError):
        call()


def test_oids_of_every_root() -> None:
    assert der.oid(bytes.fromhex("8837")) == "2.999"
    assert der.oid(bytes.fromhex("2a864886f70d")) == "1.2.840.113549"
    assert der.oid(b"\x00") == "0.0"


def test_two_algorithms_that_differ_are_refused() -> None:
    at = LEAF.der.rindex(bytes.fromhex("06082a8648ce3d040302"))
    odd = LEAF.der[: at + 9] + b"\x03" + LEAF.der[at + 10 :]
    assert isinstance(read(odd), Unreadable)


# ---- names


def value(tag: int, content: bytes) -> str:
    return names.text(der.Element(tag, content, bytes([tag, len(content)]) + content))


def test_strings_of_every_type() -> None:
    assert value(0x14, "JUSTIÇA".encode("latin-1")) == "JUSTIÇA"
    assert value(0x0C, "JUSTIÇA".encode()) == "JUSTIÇA"
    assert value(0x1E, "JUSTIÇA".encode("utf-16-be")) == "JUSTIÇA"
    assert value(0x1C, "JUSTIÇA".encode("utf-32-be")) == "JUSTIÇA"
    assert value(0x13, b"A\x00B") == "A\ufffdB"
    assert value(0x0C, "A\u202eB".encode()) == "A\ufffdB"
    assert value(0x05, b"") == "#0500"


def test_names_as_rfc_4514_writes_them() -> None:
    def text(*pairs: tuple[str, str]) -> str:
        return names.Name(tuple((pair,) for pair in pairs)).text

    assert text(("2.5.4.3", 'A+B, "C" <D>;\\')) == 'CN=A\\+B\\, \\"C\\" \\<D\\>\\;\\\\'
    assert text(("2.5.4.3", "#A ")) == "CN=\\#A\\ "
    assert text(("2.5.4.3", " ")) == "CN=\\ "
    assert text(("2.5.4.5", "1"), ("2.5.4.6", "BR")) == "C=BR,2.5.4.5=1"
    two = names.Name(((("2.5.4.3", "A"), ("2.5.4.11", "B")),))
    assert two.text == "CN=A+OU=B"
    assert two.canonical == names.Name(((("2.5.4.11", "b "), ("2.5.4.3", "a")),)).canonical
    assert names.Name().short == ""


def test_a_subject_without_a_common_name_is_called_by_the_whole() -> None:
    facts = issue(name(""), AC2, key("leaf")).facts
    assert facts.common_name == "O=ICP-Brasil,C=BR"
    assert facts.holder_name == ""


# ---- keys and signatures


def test_keys_are_described() -> None:
    assert ROOT.facts.key.text == "EC P-256"
    assert ca("x", own="rsa x").facts.key == keys.Key("RSA", 2048)
    assert ca("y", own="ed448 y").facts.key == keys.Key("Ed448", 456)
    assert ca("z", own="p192 z").facts.key == keys.Key("EC", 192, "P-192")


def test_keys_that_are_not_known_are_named_by_their_oid() -> None:
    spki = bytes.fromhex("06072a8648ce3d0201")
    unknown = mutated(LEAF.der, spki, bytes.fromhex("06072a8648ce3d0209"))
    assert unknown.key == keys.Key("1.2.840.10045.2.9")
    assert unknown.public_key is None
    curve = mutated(
        LEAF.der, bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("06082a8648ce3d030177")
    )
    assert curve.key == keys.Key("EC", 0, "1.2.840.10045.3.1.119")
    broken = mutated(
        LEAF.der, bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("05082a8648ce3d030107")
    )
    assert broken.key == keys.Key("unknown")


def test_an_explicit_curve_has_the_bits_of_its_field() -> None:
    def seq(*parts: bytes) -> bytes:
        content = b"".join(parts)
        return bytes([0x30, len(content)]) + content

    prime = b"\x02\x21\x00" + b"\xff" * 32
    domain = seq(b"\x02\x01\x01", seq(bytes.fromhex("06072a8648ce3d0101"), prime))
    spki = seq(seq(bytes.fromhex("06072a8648ce3d0201"), domain), b"\x03\x02\x00\x04")
    assert keys.describe(spki) == keys.Key("EC", 256, "explicit")
    assert keys.load(spki) is None


@pytest.mark.parametrize("kind", ["rsa signer", "ed448 signer", "ed25519 signer", "ec signer"])
def test_signatures_hold(kind: str) -> None:
    root = ca(f"Raiz {kind}", own=kind)
    assert root.facts.signed_by(root.facts) is keys.Checked.GOOD
    assert LEAF.facts.signed_by(root.facts) in {keys.Checked.BAD, keys.Checked.OTHER_KIND}
    assert root.facts.signed_by(AC1.facts) in {keys.Checked.BAD, keys.Checked.OTHER_KIND}
    damaged = root.der[:-1] + bytes([root.der[-1] ^ 1])
    facts = read(damaged)
    assert isinstance(facts, Certificate)
    assert facts.signed_by(root.facts) in {keys.Checked.BAD, keys.Checked.OTHER_KIND}


def test_pss_signatures_hold() -> None:
    secret = key("rsa pss")
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    made = issue(name("PSS"), None, secret, padding=scheme)
    assert made.facts.signature_hash == "sha256"
    assert made.facts.signed_by(made.facts) is keys.Checked.GOOD
    default = keys.Algorithm("1.2.840.113549.1.1.10", b"\x30\x00")
    assert default.hash_name == "sha1"
    assert keys.Algorithm("1.2.840.113549.1.1.10", b"").hash_name is None
    assert keys.Algorithm("1.2.3").hash_name is None
    checked = keys.verify(made.facts.spki, keys.Algorithm(default.oid), b"", made.facts.signature)
    assert checked is keys.Checked.UNSUPPORTED


def test_huge_keys_are_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    root = ca("Raiz enorme", own="rsa big")
    monkeypatch.setattr(keys, "LARGEST_RSA", 1024)
    assert root.facts.signed_by(root.facts) is keys.Checked.UNSUPPORTED


def test_a_library_s_own_refusal_is_no_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(keys, "_verify_rsa", refuse)
    root = ca("Raiz", own="rsa other")
    assert root.facts.signed_by(root.facts) is keys.Checked.UNSUPPORTED


# ---- files


def test_bundles_of_every_form() -> None:
    pem = b"".join(m.x509.public_bytes(Encoding.PEM) for m in (ROOT, AC1, AC2))
    facts = (ROOT.facts, AC1.facts, AC2.facts)
    assert bundle.certificates(b"text before\n" + pem) == facts
    assert bundle.certificates(AC1.der) == (AC1.facts,)
    for encoding in (Encoding.PEM, Encoding.DER):
        p7b = pkcs7.serialize_certificates([ROOT.x509, AC1.x509, AC2.x509], encoding)
        assert set(bundle.certificates(p7b)) == set(facts)
    headed = pem.replace(b"-----\n", b"-----\nProc-Type: 4\n", 1)
    assert bundle.certificates(headed)[0] == ROOT.facts
    assert bundle.load_pool([pem, AC1.der, b"", b"garbage"]) == facts


def test_a_damaged_block_spoils_no_other() -> None:
    pem = ROOT.x509.public_bytes(Encoding.PEM)
    bad = b"-----BEGIN CERTIFICATE-----\n*****\n-----END CERTIFICATE-----\n"
    short = (
        b"-----BEGIN CERTIFICATE-----\n"
        + base64.b64encode(b"\x30\x03\x06\x01")
        + b"\n-----END CERTIFICATE-----\n"
    )
    found = bundle.certificates(bad + short + pem)
    assert [type(item) for item in found] == [Unreadable, Unreadable, Certificate]
    assert isinstance(bundle.certificates(b"")[0], Unreadable)


# ---- nothing raises


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(0, len(LEAF.der) - 1),
    st.integers(0, 255),
    st.integers(0, len(LEAF.der)),
    st.data(),
)
def test_mutated_certificates_end_as_values(
    at: int, byte: int, cut: int, data: st.DataObject
) -> None:
    changed = bytearray(LEAF.der)
    changed[at] = byte
    for _ in range(data.draw(st.integers(0, 4))):
        changed[data.draw(st.integers(0, len(changed) - 1))] ^= 0xFF
    for blob in (bytes(changed), bytes(changed[:cut])):
        facts = read(blob)
        if isinstance(facts, Certificate):
            assert facts.subject is not None
            assert facts.signed_by(AC2.facts) is not None
            assert facts.common_name is not None
            assert facts.icp_brasil in {True, False}


@given(st.binary(max_size=200))
def test_random_bytes_end_as_values(blob: bytes) -> None:
    assert isinstance(read(blob), Unreadable)
    assert bundle.load_pool([blob]) == ()


def test_policies_table_is_whole() -> None:
    assert [kind.code for kind in policy.types()][:4] == ["A1", "A2", "A3", "A4"]
    assert {k.code for k in policy.types() if k.logs_in} == {"A3", "A4", "SE-H", "AE-H"}
    assert policies(A3) is not None
    assert NOW.tzinfo is UTC


def test_a_certificate_of_version_1() -> None:
    made = issue(name("FULANO"), AC2, key("leaf"), aki=False)
    signed, scheme, signature = der.sequence(der.element(made.der))
    fields = [part.raw for part in der.sequence(signed)]
    old = encode(0x30, encode(0x30, *fields[1:7]), scheme.raw, signature.raw)
    facts = read(old)
    assert isinstance(facts, Certificate)
    assert facts.serial == made.facts.serial


def test_an_extension_that_is_no_pair() -> None:
    with pytest.raises(der.DerError):
        extensions.parse(der.element(encode(0x30, encode(0x30, b"\x06\x01\x2a"))))


def test_pss_with_every_parameter() -> None:
    sha256 = encode(0x30, bytes.fromhex("0609608648016503040201"))
    mask = encode(0x30, bytes.fromhex("06092a864886f70d010108"), sha256)
    salt, trailer = b"\x02\x01\x20", b"\x02\x01\x01"
    parts = [encode(0xA0 + n, p) for n, p in enumerate((sha256, mask, salt, trailer))]
    scheme = keys.Algorithm("1.2.840.113549.1.1.10", encode(0x30, *parts))
    assert scheme.hash_name == "sha256"

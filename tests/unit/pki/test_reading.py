"""What certificates say in the forms that ICP-Brasil has had: one row a form."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256
from tests.unit.pki.maker import (
    A3,
    AC2,
    CLIENT_AUTH,
    CPF,
    LEAF,
    NOW,
    POOL,
    TRUST,
    issue,
    key,
    leaf,
    name,
    other,
)
from tests.unit.pki.maker import der as encode
from tests.unit.pki.taken import (
    ISSUER,
    SERIAL,
    SPKI,
    SUBJECT,
    VALIDITY,
    extension,
    spki,
    with_extensions,
    with_field,
)

from a3check.pki import holder, keys, path, policy
from a3check.pki.certificate import Certificate, Unreadable, read
from a3check.pki.fitness import faults
from a3check.pki.holder import Kind

CNPJ, LETTERS = "11222333000181", "12ABC34501DE35"
BIRTH, NIS, RG = "01021980", "0" * 11, "000000012345678"
OCTETS, UTF8, PRINTABLE, T61, IA5, BMP = 0x04, 0x0C, 0x13, 0x14, 0x16, 0x1E
SAN_OID, EKU_OID, POLICY_OID = b"\x55\x1d\x11", b"\x55\x1d\x25", b"\x55\x1d\x20"
PERSON, COMPANY, MAIL = "2.16.76.1.3.1", "2.16.76.1.3.3", "fulano@teste.invalid"


def facts(data: bytes) -> Certificate:
    made = read(data)
    assert isinstance(made, Certificate), made
    return made


# ---- the otherNames


@pytest.mark.parametrize("tag", [OCTETS, UTF8, PRINTABLE, T61, IA5])
@pytest.mark.parametrize(
    "tail",
    ["", NIS, NIS + RG, NIS + RG + "SSPSP", NIS + RG + "SSP   " + "SP  ", "0" * 26 + "X" * 10],
)
def test_fields_are_taken_by_position(tag: int, tail: str) -> None:
    san = x509.SubjectAlternativeName([other(PERSON, BIRTH + CPF + tail, tag)])
    made = leaf(AC2, san=san, common="FULANO DE TAL").facts
    assert (made.kind, made.cpf, made.birth) == (Kind.PERSON, CPF, date(1980, 2, 1))
    assert made.holder_name == "FULANO DE TAL"


@pytest.mark.parametrize("length", range(45, 56))
def test_every_length_from_45_to_55(length: int) -> None:
    text = (BIRTH + CPF + NIS + RG + "SSPSP     ")[:length]
    san = x509.SubjectAlternativeName([other(PERSON, text)])
    assert leaf(AC2, san=san, common="FULANO").facts.cpf == CPF


@pytest.mark.parametrize(
    ("text", "cpf", "birth"),
    [
        ("", None, None),
        (BIRTH, None, date(1980, 2, 1)),
        ("0" * 8 + CPF + "0" * 26, CPF, None),
        ("99999999" + CPF, CPF, None),
        (BIRTH + "0" * 11 + "0" * 26, None, date(1980, 2, 1)),
        (BIRTH + " " * 11, None, date(1980, 2, 1)),
        (BIRTH + CPF[:-1], None, date(1980, 2, 1)),
    ],
)
def test_missing_parts(text: str, cpf: str | None, birth: date | None) -> None:
    san = x509.SubjectAlternativeName([other(PERSON, text)])
    made = leaf(AC2, san=san, common="FULANO").facts
    assert (made.kind, made.cpf, made.birth) == (Kind.PERSON, cpf, birth)


DATA = (BIRTH + CPF + NIS + RG + "SSP SP").encode()


@pytest.mark.parametrize(
    "value",
    [
        encode(0xA0, encode(OCTETS, DATA)),
        encode(0xA0, encode(OCTETS, encode(PRINTABLE, DATA))),
        encode(0xA0, encode(BMP, DATA.decode().encode("utf-16-be"))),
        encode(0xA0, DATA),  # the text reads like the head of a SEQUENCE of 49 bytes
        encode(OCTETS, DATA),
        encode(PRINTABLE, DATA),
        encode(0x80, DATA),
    ],
    ids=["as it should be", "twice", "wide", "bare", "octets", "printable", "implicit"],
)
def test_an_other_name_however_it_is_wrapped(value: bytes) -> None:
    named = encode(0xA0, encode(0x06, b"\x60\x4c\x01\x03\x01"), value)
    made = facts(with_extensions(extension(SAN_OID, encode(0x30, named))))
    assert dict(made.extensions.other_names)[PERSON] == DATA.decode()
    assert made.cpf == CPF


def test_strings_inside_strings_have_an_end() -> None:
    value = DATA
    for _ in range(9):
        value = encode(OCTETS, value)
    named = encode(0xA0, encode(0x06, b"\x60\x4c\x01\x03\x01"), encode(0xA0, value))
    shown = dict(
        facts(with_extensions(extension(SAN_OID, encode(0x30, named)))).extensions.other_names
    )
    assert shown[PERSON] != DATA.decode()
    assert shown[PERSON].endswith(DATA.decode())


def test_a_damaged_other_name_spoils_no_other() -> None:
    damaged = [encode(0xA0), encode(0xA0, b"\x06\x00"), encode(0xA0, b"\x05\x00", b"\x05\x00")]
    whole = encode(0xA0, encode(0x06, b"\x60\x4c\x01\x03\x01"), encode(0xA0, encode(OCTETS, DATA)))
    made = facts(with_extensions(extension(SAN_OID, encode(0x30, *damaged, whole), critical=True)))
    assert made.cpf == CPF
    assert made.extensions.refused == ()


# ---- who it is


@dataclass(frozen=True)
class Form:
    kind: Kind
    cpf: str | None = None
    cnpj: str | None = None
    common: str = "FULANO DE TAL"
    serial: str = ""
    others: tuple[tuple[str, str], ...] = ()
    type: str = A3
    dns: str = ""
    called: str | None = field(default=None)


FORMS = {
    "e-CPF": Form(
        Kind.PERSON, CPF, common=f"FULANO:{CPF}", others=((PERSON, BIRTH + CPF),), called="FULANO"
    ),
    "e-CPF without a colon": Form(Kind.PERSON, CPF, others=((PERSON, BIRTH + CPF),)),
    "name with a colon": Form(Kind.PERSON, CPF, common="A: B", others=((PERSON, BIRTH + CPF),)),
    "number in the name only": Form(Kind.PERSON, CPF, common=f"FULANO:{CPF}", called="FULANO"),
    "new profile": Form(Kind.PERSON, CPF, serial=CPF),
    "new profile, written out": Form(Kind.PERSON, CPF, serial="529.982.247-25"),
    "new profile, with its name": Form(Kind.PERSON, CPF, serial=f"CPF: {CPF}"),
    "new profile, ETSI's": Form(Kind.PERSON, CPF, serial=f"PNOBR-{CPF}"),
    "new profile, wrong digits": Form(Kind.PERSON, "12345678900", serial="12345678900"),
    "wrong digits beside right ones": Form(
        Kind.PERSON, CPF, serial=CPF, others=((PERSON, BIRTH + "12345678900"),)
    ),
    "a card's number as serialNumber": Form(Kind.UNKNOWN, serial="FL2026123456AB12"),
    "14 characters that are no CNPJ": Form(Kind.UNKNOWN, serial="FL2026123AB112"),
    "e-CNPJ": Form(
        Kind.COMPANY,
        CPF,
        CNPJ,
        common=f"EMPRESA:{CNPJ}",
        others=(("2.16.76.1.3.4", BIRTH + CPF), ("2.16.76.1.3.2", "FULANO"), (COMPANY, CNPJ)),
        called="EMPRESA",
    ),
    "e-CNPJ with letters": Form(Kind.COMPANY, None, LETTERS, others=((COMPANY, LETTERS),)),
    "e-CNPJ written out": Form(
        Kind.COMPANY, None, CNPJ, others=((COMPANY, "11.222.333/0001-81"),)
    ),
    "e-CNPJ with wrong digits": Form(
        Kind.COMPANY, None, "11222333000180", others=((COMPANY, "11222333000180"),)
    ),
    "a company's CEI": Form(Kind.COMPANY, others=(("2.16.76.1.3.7", "0" * 12),)),
    "SE-H": Form(Kind.COMPANY, None, CNPJ, serial=CNPJ, type="2.16.76.1.2.202.9"),
    "SE-H without a number": Form(Kind.COMPANY, type="2.16.76.1.2.202.9"),
    "AE-H": Form(Kind.EQUIPMENT, type="2.16.76.1.2.402.2", dns="a.teste.invalid"),
    "a server": Form(Kind.EQUIPMENT, dns="a.teste.invalid"),
    "an equipment's owner": Form(Kind.EQUIPMENT, others=(("2.16.76.1.3.8", "EMPRESA"),)),
    "a person who has a host's name": Form(
        Kind.PERSON, CPF, others=((PERSON, BIRTH + CPF),), dns="a.teste.invalid"
    ),
    "nobody": Form(Kind.UNKNOWN),
}


@pytest.mark.parametrize("what", FORMS)
def test_holders(what: str) -> None:
    form = FORMS[what]
    named: list[x509.GeneralName] = [other(oid, text) for oid, text in form.others]
    named += [x509.DNSName(form.dns)] if form.dns else [x509.RFC822Name(MAIL)]
    made = leaf(
        AC2,
        common=form.common,
        serial=form.serial,
        san=x509.SubjectAlternativeName(named),
        listed=(form.type,),
    ).facts
    assert (made.kind, made.cpf, made.cnpj) == (form.kind, form.cpf, form.cnpj)
    assert made.holder_name == (form.called or form.common)


def test_of_two_other_names_the_first_counts() -> None:
    twice = [other(PERSON, BIRTH + CPF), other(PERSON, BIRTH + "11144477735")]
    assert leaf(AC2, san=x509.SubjectAlternativeName(twice)).facts.cpf == CPF


@pytest.mark.parametrize(
    ("number", "right"),
    [
        (CNPJ, True),
        (LETTERS, True),
        ("00000000000191", True),
        ("11222333000180", False),
        ("11222333000171", False),
        ("12ABC34501DE36", False),
        ("1122233300018", False),
        ("1122233300018A", False),
    ],
)
def test_check_digits_of_companies(number: str, right: bool) -> None:
    assert holder.cnpj_checks(number) is right


# ---- types

HARDWARE = {"A3", "A4", "SE-H", "AE-H"}


@pytest.mark.parametrize("type_", policy.types(), ids=lambda type_: type_.code)
def test_every_type_by_every_arc(type_: policy.Type) -> None:
    for arc in type_.arcs:
        made = leaf(AC2, listed=(f"{arc}.7",)).facts
        assert made.policy == type_.code
        assert made.in_hardware is (type_.code in HARDWARE)
        assert leaf(AC2, listed=(arc,)).facts.type is None
        assert leaf(AC2, listed=(f"{arc}0.7",)).facts.type is not type_


def test_the_types_are_those_of_the_norm() -> None:
    codes = {type_.code for type_ in policy.types()}
    old = {*(f"{family}{n}" for family in "AS" for n in range(1, 5)), "T3", "T4"}
    assert old | {"SE-S", "SE-H", "AE-S", "AE-H"} <= codes


# ---- strings, numbers and dates


def test_a_subject_in_every_kind_of_string() -> None:
    def attribute(tag: int, data: bytes) -> bytes:
        return encode(0x31, encode(0x30, b"\x06\x03\x55\x04\x03", encode(tag, data)))

    for tag, coding in (
        (T61, "latin-1"),
        (UTF8, "utf-8"),
        (BMP, "utf-16-be"),
        (0x1C, "utf-32-be"),
    ):
        text = f"JOÃO DA CONCEIÇÃO:{CPF}"
        made = facts(with_field(SUBJECT, encode(0x30, attribute(tag, text.encode(coding)))))
        assert (made.holder_name, made.common_name) == ("JOÃO DA CONCEIÇÃO", text)
    numeric = facts(with_field(SUBJECT, encode(0x30, attribute(0x12, b"123"))))
    assert numeric.common_name == "123"
    odd = facts(with_field(SUBJECT, encode(0x30, attribute(0x02, b"\x01"))))
    assert odd.common_name == "#020101"


@pytest.mark.parametrize(
    ("content", "number"),
    [(b"\x00", 0), (b"\xff", -1), (b"\x80" + b"\x00" * 30, -(2**247)), (b"\x7f" * 60, None)],
)
def test_serials_of_any_kind(content: bytes, number: int | None) -> None:
    made = facts(with_field(SERIAL, encode(0x02, content)))
    assert made.serial == number or (number is None and made.serial.bit_length() == 479)


@pytest.mark.parametrize(
    ("first", "last", "codes"),
    [
        ((0x17, b"500101000000Z"), (0x17, b"690101000000Z"), ["certificate.expired"]),
        ((0x18, b"18991231000000Z"), (0x18, b"99991231235959Z"), []),
        ((0x18, b"20500101000000Z"), (0x18, b"21000101000000Z"), ["certificate.not_yet_valid"]),
        ((0x17, b"491231235959Z"), (0x17, b"260101000000Z"), ["certificate.not_yet_valid"]),
    ],
)
def test_dates_before_1970_and_after_2049(
    first: tuple[int, bytes], last: tuple[int, bytes], codes: list[str]
) -> None:
    made = facts(with_field(VALIDITY, encode(0x30, encode(*first), encode(*last))))
    assert [f.code for f in faults(made, NOW)] == codes


def test_a_date_that_is_none_is_unreadable() -> None:
    never = encode(0x30, encode(0x17, b"261399000000Z"), encode(0x17, b"271399000000Z"))
    made = read(with_field(VALIDITY, never))
    assert isinstance(made, Unreadable)
    assert made.reason.startswith("malformed time")


# ---- extensions


def test_a_critical_extended_key_usage_is_read() -> None:
    made = leaf(AC2, (x509.ExtendedKeyUsage([CLIENT_AUTH]), True), eku=None).facts
    assert made.client_auth
    assert faults(made, NOW) == ()
    assert path.judge(made, POOL, TRUST, NOW).valid


def test_an_extension_that_is_there_twice_is_named() -> None:
    usages = encode(0x30, encode(0x06, bytes.fromhex("2b06010505070302")))
    types = encode(0x30, encode(0x30, encode(0x06, bytes.fromhex("604c01020324"))))
    first, second = extension(EKU_OID, usages), extension(EKU_OID, encode(0x30))
    made = facts(with_extensions(first, second, extension(POLICY_OID, types)))
    assert made.client_auth
    assert made.extensions.repeated == ("2.5.29.37",)
    assert made.extensions.refused == ()
    unknown = [f.get("reason") for f in path.judge(made, POOL, TRUST, NOW).faults]
    assert "extension twice: 2.5.29.37" in unknown


@pytest.mark.parametrize(
    "value", [b"", b"\x05\x00", b"\x30\x7f", b"\x04\x02\x30", b"\x30\x02\x05\x00"]
)
@pytest.mark.parametrize("number", [14, 15, 17, 19, 31, 32, 35, 37])
def test_a_damaged_extension_spoils_no_other(number: int, value: bytes) -> None:
    damaged = extension(bytes([0x55, 0x1D, number]), value)
    note = extension(b"\x60\x86\x48\x01\x86\xf8\x42\x01\x0d", b"\x16\x01x")
    made = facts(with_extensions(note, damaged, extension(b"\x2a\x03", b"", critical=True)))
    assert "1.2.3" in made.extensions.refused
    assert made.extensions.repeated == ()


# ---- keys


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        (
            spki("2a8648ce3d0201", encode(0x06, b"\x2b\x24\x03\x03\x02\x08\x01\x01\x0d"), b"\4"),
            "EC brainpoolP512r1",
        ),
        (spki("2a8648ce3d0201", encode(0x06, b"\x2b\x81\x04\x00\x27"), b"\4"), "EC 1.3.132.0.39"),
        (spki("2a8648ce3d0201", b"\x05\x00", b"\4"), "unknown"),
        (spki("2a8648ce3d0201", b"", b"\4"), "unknown"),
        (spki("2b0601040182dc2c0201", b"", b"\1" * 67), "1.3.6.1.4.1.44588.2.1"),
        (spki("2b6571", b"", b"\1" * 57), "Ed448 456"),
        (spki("2a864886f70d010101", b"\x05\x00", b"\x30\x00"), "unknown"),
    ],
)
def test_keys_of_every_kind_are_named(made: bytes, shown: str) -> None:
    certificate = facts(with_field(SPKI, made))
    assert certificate.key.text == shown
    assert LEAF.facts.signed_by(certificate) is not keys.Checked.GOOD


def test_a_leaf_signed_with_pss_under_an_rsa_ca() -> None:
    scheme = padding.PSS(padding.MGF1(SHA256()), 32)
    root = issue(
        name("Raiz PSS"),
        None,
        key("rsa pss root"),
        (x509.BasicConstraints(True, None), True),
        padding=scheme,
    )
    made = leaf(root, own="rsa pss leaf")
    assert made.facts.signed_by(root.facts) is keys.Checked.GOOD
    result = path.judge(made.facts, [root.facts], TRUST.trusting([root.facts.sha256]), NOW)
    assert [f.code for f in result.faults] == ["chain.policy_not_issued"]


def test_a_name_of_no_parts_has_no_issuer() -> None:
    made = facts(with_field(ISSUER, b"\x30\x00"))
    assert path.judge(made, (made, *POOL), TRUST, NOW).faults[0].code == "chain.issuer_missing"

"""One certificate: its type, holder, usages, key, bytes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier
from tests.unit.pki.cases.case import CHAIN, HEALTHY, Case, case
from tests.unit.pki.cases.rewriting import (
    dates,
    extended,
    remade,
    resigned,
    rsa_key,
    rsa_of,
    without,
    written,
)
from tests.unit.pki.maker import (
    A3,
    AC1,
    AC2,
    CPF,
    EMAIL,
    LEAF,
    ROOT,
    SERVER_AUTH,
    Made,
    ca,
    issue,
    key,
    leaf,
    name,
    other,
    person,
    policies,
    usage,
)
from tests.unit.pki.maker import der as encode
from tests.unit.pki.taken import SERIAL, SPKI, SUBJECT, extension

if TYPE_CHECKING:
    from collections.abc import Iterator

TYPES = "2.16.76.1.2."
ANY_POLICY, FOREIGN = "2.5.29.32.0", "1.3.6.1.4.1.99999.7"
CNPJ = "11222333000181"
COMPANY, WRONG, SOFT = "certificate.company", "certificate.wrong_type", "certificate.software_type"
WEAK = "certificate.weak"
NO_CLIENT, NO_SIGNING = "certificate.no_client_auth", "certificate.no_digital_signature"
UNREADABLE, UNSUPPORTED = "certificate.unreadable", "chain.unsupported"

_OF_ALL_KINDS = [
    TYPES + n
    for n in [
        "1",
        "2",
        "3",
        "4",
        "77",
        "101",
        "102",
        "103",
        "104",
        "201",
        "202",
        "203",
        "204",
        "303",
        "304",
    ]
]
_OF_ALL_KINDS += [TYPES + n for n in ("401", "402")]
WIDE = ca(
    "AC INVENTADA DE TODOS OS TIPOS v5",
    AC1,
    listed=(*(f"{arc}.1" for arc in _OF_ALL_KINDS), TYPES + "30.1", A3),
)
WIDE_CHAIN = (ROOT, AC1, WIDE)


@cache
def rsa_ca() -> Made:
    """An AC with RSA 4096, as every real one has."""
    ski = x509.SubjectKeyIdentifier.from_public_key(rsa_key("ac2", 4096).public_key())
    return issue(
        name("AC INVENTADA RSA v5"),
        AC1,
        rsa_key("ac2", 4096),
        (x509.BasicConstraints(True, 0), True),
        (usage(ca=True, crl=True), True),
        (policies(A3), False),
        (ski, False),
    )


def rows() -> Iterator[Case]:
    """Every row about one certificate."""
    yield case("healthy", "A3 of a person, two ACs, a root, a fresh list of each", HEALTHY)
    yield from _types()
    yield from _holders()
    yield from _usages()
    yield from _keys()
    yield from _signatures()
    yield from _bytes()
    yield from _extensions()
    yield from _serials_and_years()


def _types() -> Iterator[Case]:
    for code, arc, cause, also in (
        ("a1", "1", SOFT, ()),
        ("a2", "2", WRONG, ()),
        ("a3", "3", HEALTHY, ()),
        ("a4", "4", HEALTHY, ()),
        ("s1", "101", WRONG, ()),
        ("s2", "102", WRONG, ()),
        ("s3", "103", WRONG, ()),
        ("s4", "104", WRONG, ()),
        ("t3", "303", WRONG, (COMPANY,)),
        ("t4", "304", WRONG, (COMPANY,)),
        ("se-s", "201", SOFT, (COMPANY,)),
        ("se-h", "202", HEALTHY, (COMPANY,)),
        ("ae-s", "401", SOFT, (COMPANY,)),
        ("ae-h", "402", HEALTHY, (COMPANY,)),
        ("ae-s-203", "203", SOFT, (COMPANY,)),
        ("ae-h-204", "204", HEALTHY, (COMPANY,)),
        ("arc-unknown", "77", WRONG, ()),
        ("arc-30-is-not-3", "30", WRONG, ()),
    ):
        made = leaf(WIDE, listed=(f"{TYPES}{arc}.1",))
        what = f"policy {TYPES}{arc}.1"
        yield case(f"type-{code}", what, cause, made, also=also, chain=WIDE_CHAIN)
    for code, listed, cause in (
        ("none", (), WRONG),
        ("any-policy-only", (ANY_POLICY,), WRONG),
        ("foreign-only", (FOREIGN,), WRONG),
        ("statement-only", ("2.16.76.1.1.1",), WRONG),
        ("a1-and-a3", (TYPES + "1.1", A3), HEALTHY),
        ("s3-and-a3", (TYPES + "103.1", A3), HEALTHY),
        ("s3-and-a1", (TYPES + "103.1", TYPES + "1.1"), SOFT),
    ):
        made = leaf(WIDE, listed=listed)
        what = "policies " + (", ".join(listed) or "absent")
        yield case(f"type-{code}", what, cause, made, chain=WIDE_CHAIN)
    private = ca("AC DA EMPRESA", None, organization="Empresa Inventada", listed=())
    made = leaf(private, listed=(), organization="Empresa Inventada")
    what = "an AC of a company's own, its root trusted"
    cause = "certificate.not_icp_brasil"
    yield case("not-icp-brasil", what, cause, made, chain=(private,), trusted=private)


def _named(*names: x509.GeneralName) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName(names)


def _holders() -> Iterator[Case]:
    no_names = _named(x509.RFC822Name("fulano@inventado.invalid"))
    data = "01021980" + CPF + "0" * 26
    of_company = _named(
        other("2.16.76.1.3.4", data),
        other("2.16.76.1.3.3", CNPJ),
        other("2.16.76.1.3.7", "0" * 12),
    )
    rows: tuple[tuple[str, str, Made, tuple[str, ...]], ...] = (
        ("e-cnpj", "company's otherNames on A3", leaf(AC2, san=of_company), (COMPANY,)),
        (
            "equipment-names",
            "otherName of an equipment's owner on A3",
            leaf(AC2, san=_named(other("2.16.76.1.3.8", "EMPRESA"))),
            (COMPANY,),
        ),
        (
            "host-name",
            "dNSName and no person's otherName on A3",
            leaf(AC2, san=_named(x509.DNSName("www.inventado.invalid"))),
            (COMPANY,),
        ),
        (
            "person-with-host-name",
            "dNSName beside a person's otherName",
            leaf(AC2, san=_named(*person(), x509.DNSName("www.inventado.invalid"))),
            (),
        ),
        ("names-printable", "otherName as PrintableString", leaf(AC2, san=person(tag=0x13)), ()),
        ("names-utf8", "otherName as UTF8String", leaf(AC2, san=person(tag=0x0C)), ()),
        (
            "new-profile-person",
            "Resolução 211: CPF in the subject's serialNumber, no otherNames",
            leaf(AC2, common="FULANO DE TAL", serial=CPF, san=no_names),
            (),
        ),
        (
            "new-profile-company",
            "Resolução 211: CNPJ in the subject's serialNumber, SE-H",
            leaf(WIDE, common="EMPRESA", serial=CNPJ, san=no_names, listed=(TYPES + "202.1",)),
            (COMPANY,),
        ),
        ("cpf-missing", "no CPF anywhere", leaf(AC2, common="FULANO", san=no_names), ()),
        ("cpf-wrong-digits", "check digits are wrong", leaf(AC2, san=person("52998224726")), ()),
        ("cpf-zeros", "CPF of zeros", leaf(AC2, common="FULANO", san=person("0" * 11)), ()),
    )
    for code, what, made, also in rows:
        chain = WIDE_CHAIN if code == "new-profile-company" else CHAIN
        yield case(f"holder-{code}", what, HEALTHY, made, also=also, chain=chain)
    bare = leaf(AC2)
    san = resigned(bare, AC2.key, without(bare, "2.5.29.17"))
    yield case("holder-no-names", "no subjectAltName at all", HEALTHY, san)


def _usages() -> Iterator[Case]:
    bare = leaf(AC2, eku=None)
    critical = (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, EMAIL]), True)
    no_client = (x509.ExtendedKeyUsage([EMAIL]), True)
    anything = (ObjectIdentifier("2.5.29.37.0"),)
    stamping = (ExtendedKeyUsageOID.TIME_STAMPING,)
    for code, what, cause, made in (
        ("eku-absent", "no extended key usage", HEALTHY, bare),
        ("eku-critical", "critical, with clientAuth", HEALTHY, leaf(AC2, critical, eku=None)),
        ("eku-any", "anyExtendedKeyUsage alone", HEALTHY, leaf(AC2, eku=anything)),
        ("eku-email-only", "emailProtection alone", NO_CLIENT, leaf(AC2, eku=(EMAIL,))),
        ("eku-server-only", "serverAuth alone", NO_CLIENT, leaf(AC2, eku=(SERVER_AUTH,))),
        ("eku-stamping-only", "timeStamping alone", NO_CLIENT, leaf(AC2, eku=stamping)),
        ("eku-critical-email", "critical, no client", NO_CLIENT, leaf(AC2, no_client, eku=None)),
        ("ku-no-signature", "key usage without a bit", NO_SIGNING, leaf(AC2, signs=False)),
    ):
        yield case(code, what, cause, made)
    absent = resigned(LEAF, AC2.key, without(LEAF, "2.5.29.15"))
    yield case("ku-absent", "no key usage", HEALTHY, absent)
    consent = extension(b"\x55\x1d\x0f", b"\x03\x02\x06\x40", critical=True)
    changes = without(LEAF, "2.5.29.15")
    only = remade(LEAF, AC2.key, changes)
    data = resigned(only, AC2.key, extended(only, consent))
    yield case("ku-consent-only", "nonRepudiation alone", NO_SIGNING, data)


def _keys() -> Iterator[Case]:
    for bits, cause in (
        (1023, WEAK),
        (1024, WEAK),
        (2047, WEAK),
        (2048, HEALTHY),
        (3072, HEALTHY),
        (4096, HEALTHY),
    ):
        made = resigned(LEAF, AC2.key, {SPKI: rsa_of(bits)})
        yield case(f"key-rsa-{bits}", f"RSA {bits} bits", cause, made)
    curves: tuple[tuple[str, ec.EllipticCurve, str | None], ...] = (
        ("p192", ec.SECP192R1(), WEAK),
        ("p224", ec.SECP224R1(), WEAK),
        ("p256", ec.SECP256R1(), HEALTHY),
        ("p384", ec.SECP384R1(), HEALTHY),
        ("p521", ec.SECP521R1(), HEALTHY),
        ("brainpool256", ec.BrainpoolP256R1(), HEALTHY),
    )
    for code, curve, cause in curves:
        own = ec.generate_private_key(curve)
        made = _with_key(own.public_key())
        yield case(f"key-{code}", f"EC {curve.name}", cause, made)
    for code in ("ed25519", "ed448"):
        yield case(f"key-{code}", code, HEALTHY, leaf(AC2, own=f"{code} leaf"))
    odd = encode(0x30, encode(0x30, encode(0x06, b"\x2a\x03\x04")), encode(0x03, b"\0\1\2"))
    kind = encode(0x06, bytes.fromhex("2a8648ce3d0201"))
    strange = encode(
        0x30, encode(0x30, kind, encode(0x06, b"\x2a\x03\x05")), encode(0x03, b"\0\4\2")
    )
    yield case(
        "key-unknown-curve", "EC on a curve of no standard", UNSUPPORTED, _leaf_with(strange)
    )
    yield case("key-unknown", "a kind of key of no standard", UNSUPPORTED, _leaf_with(odd))


def _leaf_with(spki: bytes) -> bytes:
    return resigned(LEAF, AC2.key, {SPKI: spki})


def _with_key(public: ec.EllipticCurvePublicKey) -> bytes:
    return _leaf_with(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def _signatures() -> Iterator[Case]:
    issuer = rsa_ca()
    chain = (ROOT, AC1, issuer)
    made = leaf(issuer)
    for code, scheme, cause in (
        ("rsa-sha256", "RSA SHA-256", HEALTHY),
        ("rsa-sha1", "RSA SHA-1", WEAK),
        ("rsa-md5", "RSA MD5", WEAK),
    ):
        der_ = resigned(made, issuer.key, scheme=scheme)
        yield case(f"signed-{code}", f"signature {scheme}", cause, der_, chain=chain)
    sha1 = resigned(LEAF, AC2.key, scheme="EC SHA-1")
    yield case("signed-ec-sha1", "signature EC SHA-1", WEAK, sha1)
    salt = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    pss = _pss(issuer, salt)
    yield case("signed-pss", "RSASSA-PSS with SHA-256", HEALTHY, pss, chain=chain)
    other = padding.PSS(padding.MGF1(hashes.SHA512()), 64)
    pss = _pss(issuer, other)
    what = "RSASSA-PSS with SHA-256, masked with SHA-512"
    yield case("signed-pss-mixed", what, HEALTHY, pss, chain=chain)


def _pss(issuer: Made, salt: padding.PSS) -> Made:
    return issue(
        name(f"FULANO DE TAL:{CPF}"),
        issuer,
        key("leaf"),
        (usage(sign=True), True),
        (policies(A3), False),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False),
        (person(), False),
        padding=salt,
    )


def _bytes() -> Iterator[Case]:
    page = b"<html><body>Portal cativo</body></html>"
    mixed = bytearray(LEAF.der)
    mixed[-90:-80] = bytes(10)
    two = LEAF.der.replace(
        bytes.fromhex("06082a8648ce3d040302"), bytes.fromhex("06082a8648ce3d040303"), 1
    )
    for code, what, data in (
        ("empty", "no byte at all", b""),
        ("page", "a web page in the certificate's place", page),
        ("truncated", "cut in the middle", LEAF.der[: len(LEAF.der) // 2]),
        ("followed", "something behind the certificate", LEAF.der + b"outro"),
        ("two-algorithms", "inner and outer algorithm differ", two),
        (
            "indefinite",
            "indefinite length, which DER forbids",
            b"\x30\x80" + LEAF.der[4:] + b"\0\0",
        ),
        ("key-instead", "a public key in the certificate's place", rsa_of(2048)),
        (
            "month-13",
            "a date that is none",
            resigned(LEAF, AC2.key, dates((23, "251301000000Z"), (23, "271101000000Z"))),
        ),
    ):
        yield case(f"unreadable-{code}", what, UNREADABLE, data)
    yield case("padded-zeros", "zeros behind it, as tokens give", HEALTHY, LEAF.der + bytes(300))
    yield case("padded-ones", "0xFF behind it, as tokens give", HEALTHY, LEAF.der + b"\xff" * 300)


def _extensions() -> Iterator[Case]:
    odd = (x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4.5"), b"\5\0"), True)
    calm = (x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4.5"), b"\5\0"), False)
    yield case("critical-unknown", "critical, nobody knows it", UNSUPPORTED, leaf(AC2, odd))
    yield case("unknown", "not critical, nobody knows it", HEALTHY, leaf(AC2, calm))
    twice = extension(
        b"\x55\x1d\x25", encode(0x30, encode(0x06, bytes.fromhex("2b06010505070302")))
    )
    made = resigned(LEAF, AC2.key, extended(LEAF, twice))
    yield case("extension-twice", "extended key usage is there twice", UNSUPPORTED, made)
    broken = extension(b"\x55\x1d\x1e", b"\x05", critical=True)
    made = resigned(LEAF, AC2.key, extended(LEAF, broken))
    yield case("critical-damaged", "critical name constraints that are none", UNSUPPORTED, made)
    yield case("no-aki", "no AuthorityKeyIdentifier", HEALTHY, leaf(AC2, aki=False))
    ski = (x509.SubjectKeyIdentifier.from_public_key(key("leaf").public_key()), False)
    yield case("with-ski", "a SubjectKeyIdentifier", HEALTHY, leaf(AC2, ski))
    basic = (x509.BasicConstraints(False, None), True)
    yield case("basic-constraints", "critical, no CA", HEALTHY, leaf(AC2, basic))


def _serials_and_years() -> Iterator[Case]:
    for code, what, content, cause in (
        ("zero", "serial 0", b"\0", HEALTHY),
        ("negative", "serial -5", b"\xfb", HEALTHY),
        ("one-byte", "serial 1", b"\1", HEALTHY),
        ("long", "serial of 30 bytes", b"\x11" * 30, HEALTHY),
    ):
        made = resigned(LEAF, AC2.key, {SERIAL: encode(0x02, content)})
        yield case(f"serial-{code}", what, cause, made)
    expired = "certificate.expired"
    for code, begins, ends, cause in (
        ("1969-to-2050", (23, "690101000000Z"), (24, "20500101000000Z"), HEALTHY),
        ("1969", (23, "690101000000Z"), (23, "691231235959Z"), expired),
        ("1949-generalized", (24, "19490101000000Z"), (24, "19491231235959Z"), expired),
        ("1950-by-two-digits", (23, "500101000000Z"), (23, "491231235959Z"), HEALTHY),
        ("9999", (23, "250101000000Z"), (24, "99991231235959Z"), HEALTHY),
        ("no-seconds", (23, "2501010000Z"), (23, "2801010000Z"), HEALTHY),
        ("2050", (24, "20500101000000Z"), (24, "20530101000000Z"), "certificate.not_yet_valid"),
    ):
        made = resigned(LEAF, AC2.key, dates(begins, ends))
        yield case(f"year-{code}", f"from {begins[1]} to {ends[1]}", cause, made)
    for code, tag in (("t61", 0x14), ("bmp", 0x1E), ("utf8", 0x0C)):
        subject = written(tag, C="BR", O="ICP-Brasil", CN=f"JOÃO DE TAL:{CPF}")
        made = resigned(LEAF, AC2.key, {SUBJECT: subject})
        yield case(f"subject-{code}", f"subject in string type {tag:#04x}", HEALTHY, made)

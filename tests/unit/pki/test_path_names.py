"""Same names, lent names, names that tell: which path is taken, and what its fault is called."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from tests.unit.pki.maker import (
    AC1,
    AC2,
    DAY,
    LEAF,
    NOW,
    POOL,
    ROOT,
    SERVER_AUTH,
    TRUST,
    Made,
    ca,
    leaf,
    trusting,
)
from tests.unit.pki.maker import der as encode
from tests.unit.pki.taken import SPKI, SUBJECT, spki, with_field

from a3check.pki.certificate import Certificate, read
from a3check.pki.path import PathResult, holding, judge
from a3check.pki.trust import ELSEWHERE, Trust, names_test, pinned

if TYPE_CHECKING:
    from a3check.core.model import Finding

HIDDEN_ROOT = ca("Raiz que não está à mão")
WIDE_LETTERS = {n: n + 0xFEE0 for n in range(ord("A"), ord("Z") + 1)}
V12 = "Autoridade Certificadora Raiz Brasileira v12"


def judged(made: Certificate, *pool: Certificate, trust: Trust = TRUST) -> PathResult:
    return judge(made, pool, trust, NOW)


def first(made: Made, *pool: Made, trust: Trust = TRUST) -> Finding:
    return judged(made.facts, *(m.facts for m in pool), trust=trust).faults[0]


def called(common: bytes, tag: int) -> Certificate:
    """The issuing AC with its name written in another way; its key is the same."""
    values = ((b"\x55\x04\x06", 0x13, b"BR"), (b"\x55\x04\x0a", tag, b"ICP-Brasil"))
    written = [
        encode(0x31, encode(0x30, encode(0x06, oid), encode(kind, value)))
        for oid, kind, value in (*values, (b"\x55\x04\x03", tag, common))
    ]
    made = read(with_field(SUBJECT, encode(0x30, *written), AC2.der))
    assert isinstance(made, Certificate)
    return made


# ---- the same name


@pytest.mark.parametrize(
    ("common", "tag"),
    [
        (b"AC INVENTADA MULTIPLA v5", 0x13),
        (b"ac inventada multipla V5", 0x13),
        (b"  AC  INVENTADA   MULTIPLA v5 ", 0x0C),
        (b"AC INVENTADA MULTIPLA v5", 0x14),
        ("AC INVENTADA MULTIPLA v5".translate(WIDE_LETTERS).encode(), 0x0C),
    ],
)
def test_an_issuer_whose_name_is_written_otherwise(common: bytes, tag: int) -> None:
    issuer = called(common, tag)
    assert issuer.subject_name.raw != AC2.facts.subject_name.raw
    result = judged(LEAF.facts, issuer)
    assert result.path == (LEAF.facts, issuer)


def test_a_name_in_two_bytes_a_letter() -> None:
    kind = b"\x06\x03\x55\x04\x03"
    wide = encode(0x30, kind, encode(0x1E, "AC ÚNICA".encode("utf-16-be")))
    narrow = encode(0x30, kind, encode(0x14, "ac única".encode("latin-1")))
    one, two = (read(with_field(SUBJECT, encode(0x30, encode(0x31, n)))) for n in (wide, narrow))
    assert isinstance(one, Certificate)
    assert isinstance(two, Certificate)
    assert one.subject_key == two.subject_key


def test_another_name_is_no_issuer() -> None:
    result = judged(LEAF.facts, called(b"AC INVENTADA MULTIPLA v6", 0x13))
    assert result.missing_issuer == "AC INVENTADA MULTIPLA v5"


# ---- the same name, another certificate


def test_a_reissued_ca_under_two_roots_takes_the_one_that_holds() -> None:
    other_root = ca("Outra raiz inventada")
    cross = ca("AC INVENTADA v5", other_root)
    for pool in ((cross, AC1), (AC1, cross)):
        made = judged(LEAF.facts, *(m.facts for m in (*pool, AC2, ROOT, other_root)))
        assert made.valid
        assert made.path[-1] == ROOT.facts
    alone = judged(LEAF.facts, *(m.facts for m in (cross, AC2, ROOT, other_root)))
    assert alone.faults[0].code == "chain.root_unknown"
    both = trusting(ROOT, other_root)
    assert judged(LEAF.facts, cross.facts, AC2.facts, other_root.facts, trust=both).valid


def test_a_self_signed_twin_does_not_hide_the_cross_signed_one() -> None:
    twin = ca("AC INVENTADA v5")
    for pool in ((twin, AC1), (AC1, twin)):
        assert first(LEAF, *pool, AC2, ROOT).code == "chain.valid"


@pytest.mark.parametrize("kind", ["rsa", "ed448", "ed25519"])
def test_a_namesake_with_a_key_of_another_kind_is_not_the_issuer(kind: str) -> None:
    namesake = ca("AC INVENTADA MULTIPLA v5", AC1, own=f"{kind} namesake")
    plain = leaf(AC2, aki=False)
    assert first(plain, namesake, AC1, ROOT).code == "chain.issuer_missing"
    assert first(plain, namesake, AC1, ROOT, AC2).code == "chain.valid"


def test_a_path_that_is_too_long_says_so_whatever_the_key_identifiers() -> None:
    chain = [ROOT]
    for number in range(12):
        chain.append(ca(f"AC LONGA {number}", chain[-1], ski=number % 2 == 0, aki=False))
    assert first(leaf(chain[-1]), *chain).get("reason") == "path too long"


def test_which_namesakes_hold() -> None:
    renewed = ca("AC INVENTADA MULTIPLA v5", AC1, own="renewed key")
    stranger = ca("AC INVENTADA MULTIPLA v5", ca("Raiz estranha"), own="strange key")
    others = [m.facts for m in (renewed, stranger, AC2, renewed)]
    assert holding(others, (*others, *POOL), TRUST, NOW) == (renewed.facts, AC2.facts)


# ---- lent names


@pytest.mark.parametrize("name", [V12, V12.upper(), V12.replace(" ", "  "), f" {V12.lower()} "])
@pytest.mark.parametrize("begins", [NOW - 900 * DAY, NOW - DAY])
def test_a_lent_name_is_named_so_in_every_spelling(name: str, begins: object) -> None:
    lent = ca(name, own=f"lent {name}", begins=begins)  # type: ignore[arg-type]  # a moment
    found = first(leaf(lent), lent)
    assert (found.code, found.get("reason")) == ("chain.root_unknown", "borrowed_name")


def test_the_name_of_a_trusted_root_is_lent_too() -> None:
    lent = ca("Autoridade Certificadora Raiz Inventada v5", own="lent")
    found = first(leaf(lent), lent, ROOT)
    assert (found.code, found.get("reason")) == ("chain.root_unknown", "borrowed_name")
    assert first(leaf(lent), lent).get("reason") == "stranger"


# ---- names that tell


@pytest.mark.parametrize(
    "name",
    [
        "Autoridade Certificadora SERPRO v5 - HOM",
        "Autoridade Certificadora SERPRORFBv6HOM",
        "Autoridade Certificadora Intermediaria HOMv2",
        "Autoridade Certificadora ACSERPROACFv3 Homologacao",
        "AC de Homologação",
        "Autoridade Certificadora Raiz Brasileira v10 - Hom",
    ],
)
def test_a_test_ca_is_known_by_its_name_though_it_is_not_at_hand(name: str) -> None:
    test_ca = ca(name, HIDDEN_ROOT)
    assert first(leaf(test_ca), *(ROOT, AC1, AC2)).code == "chain.test_root"
    assert first(leaf(test_ca), test_ca).code == "chain.test_root"
    assert first(leaf(test_ca), test_ca).get("issuer") == HIDDEN_ROOT.facts.common_name


@pytest.mark.parametrize("name", ["AC HOMERO v5", "AC CHOM", "AC HOMEM", "AC Homestead", "AC v5"])
def test_names_that_only_sound_so(name: str) -> None:
    assert not names_test(name)
    assert first(leaf(ca(name, HIDDEN_ROOT))).code == "chain.issuer_missing"


def test_a_root_for_others_is_known_by_its_name_though_it_is_not_at_hand() -> None:
    for root in pinned().known.values():
        at_hand = ca("AC DE SERVIDORES", ca(root.name, own=f"hidden {root.version}"))
        found = first(leaf(at_hand), at_hand)
        if root.purpose in ELSEWHERE:
            told = (found.code, found.get("root"), found.get("reason"))
            assert told == ("chain.root_unknown", root.version, root.purpose.value)
        else:
            assert (found.code, found.get("issuer")) == ("chain.issuer_missing", root.name)


def test_server_and_code_chains_are_refused_twice() -> None:
    usage = x509.ExtendedKeyUsage([SERVER_AUTH])
    root = ca("Autoridade Certificadora Raiz Brasileira v10", own="hidden v10")
    issuer = ca("AC SSL", root, (usage, False))
    found = [f.code for f in judged(leaf(issuer).facts, issuer.facts).faults]
    assert found == ["chain.root_unknown", "chain.invalid_ca"]


# ---- what the library cannot check


def brainpool(explicit: bool) -> bytes:
    """A key on brainpoolP512r1, by its OID or by all its numbers (RFC 3279 §2.3.5)."""
    named = encode(0x06, b"\x2b\x24\x03\x03\x02\x08\x01\x01\x0d")
    prime = encode(0x02, b"\x00" + b"\xaa" * 64)
    fieldid = encode(0x30, encode(0x06, bytes.fromhex("2a8648ce3d0101")), prime)
    numbers = encode(0x30, b"\x02\x01\x01", fieldid, encode(0x30, b"\4\1\1", b"\4\1\1"))
    return spki("2a8648ce3d0201", numbers if explicit else named, b"\4" + b"\1" * 128)


@pytest.mark.parametrize(
    ("issuer_key", "named"),
    [
        (brainpool(True), "EC explicit"),
        (brainpool(False), "EC brainpoolP512r1"),
        (spki("2b0601040182dc2c0201", b"", b"\1" * 67), "1.3.6.1.4.1.44588.2.1"),
    ],
    ids=["explicit", "named", "E-521"],
)
@pytest.mark.parametrize("aki", [True, False])
def test_a_key_that_cannot_be_used_is_a_named_finding(
    issuer_key: bytes, named: str, aki: bool
) -> None:
    issuer = read(with_field(SPKI, issuer_key, AC2.der))
    assert isinstance(issuer, Certificate)
    result = judged(leaf(AC2, aki=aki).facts, issuer, AC1.facts, ROOT.facts)
    found = result.faults[0]
    assert found.code == "chain.unsupported"
    assert found.get("reason") == f"signature 1.2.840.10045.4.3.2 with {named}"
    assert found.evidence[0].private


# ---- two faults at once


def test_two_faults_are_both_told_in_the_register_s_order() -> None:
    ended = NOW - DAY
    makers = {
        "chain.ca_expired": lambda parent: ca("AC A", parent, ends=ended),
        "chain.weak_ca": lambda parent: ca("AC B", parent, own="rsa1024 b"),
        "chain.invalid_ca": lambda parent: ca("AC C", parent, is_ca=False),
    }
    order = list(makers)
    for above, below in product(makers, repeat=2):
        upper = makers[above](AC1)
        lower = makers[below](upper)
        if upper.facts.subject_key == lower.facts.subject_key:
            continue
        pool = [m.facts for m in (upper, lower, *(AC1, ROOT))]
        found = [f.code for f in judge(leaf(lower).facts, pool, TRUST, NOW).faults]
        assert found == sorted({above, below}, key=order.index)


def test_a_withdrawn_ca_that_expired_is_called_expired() -> None:
    old = ca("AC RETIRADA", AC1, ends=NOW - DAY)
    trust = replace(TRUST, withdrawn=frozenset({old.facts.sha256}))
    assert first(leaf(old), old, AC1, ROOT, trust=trust).code == "chain.ca_expired"


# ---- the issuer's name, and another key: what the identifier of the key tells

OLD, NEW = AC2, ca("AC INVENTADA MULTIPLA v5", AC1, own="its new key")


@pytest.mark.parametrize(
    ("made", "pool", "code", "reason"),
    [
        # By the right key: whatever namesakes there are.
        (leaf(NEW), (OLD, NEW), "chain.valid", None),
        # Of the CA's other issue, which is not at hand: nobody can tell, and nothing is wrong.
        (leaf(NEW), (OLD,), "chain.issuer_missing", "other_key"),
        (leaf(NEW), (), "chain.issuer_missing", None),
        # It names the key at hand, and that key did not sign it: it was changed or forged.
        (leaf(OLD, signer=NEW.key), (OLD,), "chain.bad_signature", None),
        (leaf(OLD, signer=NEW.key), (OLD, NEW), "chain.valid", None),
        (leaf(OLD, signer=AC1.key), (OLD, NEW), "chain.bad_signature", None),
        # It names no key: each namesake might have signed it, and none did.
        (leaf(OLD, signer=AC1.key, aki=False), (OLD, NEW), "chain.bad_signature", None),
        # It names a key that nobody here has; the name is all that it shares with the CA.
        (leaf(replace(OLD, key=AC1.key)), (OLD, NEW), "chain.issuer_missing", "other_key"),
    ],
)
def test_what_the_key_identifier_tells(
    made: Made, pool: tuple[Made, ...], code: str, reason: str | None
) -> None:
    found = first(made, *pool, AC1, ROOT)
    assert (found.code, found.get("reason")) == (code, reason)

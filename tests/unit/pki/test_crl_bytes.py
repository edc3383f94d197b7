"""A CRL in raw DER: every serial is found, nothing is read that does not stand there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.pki.lists import (
    ECDSA,
    INVALIDITY,
    REASON,
    RSA_SHA512,
    STRANGE,
    crl_of,
    entry,
    extension,
)
from tests.unit.pki.maker import AC2, DAY, LEAF, NOW
from tests.unit.pki.maker import der as encode
from tests.unit.pki.test_revocation import crl, point, why

from a3check.pki import crl_bytes
from a3check.pki.der import DerError
from a3check.pki.revocation import Answer, Answers, judge

if TYPE_CHECKING:
    from a3check.core.model import Finding

OTHERS = (entry(b"\x05"), entry(b"\x7f" * 20, extension(REASON, b"\x0a\x01\x04")))
OWN = LEAF.facts.serial.to_bytes(LEAF.facts.serial.bit_length() // 8 + 1)


def asked(answer: Answer, serial: int | None = None) -> Finding:
    facts = LEAF.facts if serial is None else replace(LEAF.facts, serial=serial)
    (found,) = judge(facts, AC2.facts, Answers(crls=(answer,)), NOW)
    return found


# ---- which serial


@pytest.mark.parametrize("serial", [0, -1, -(2**70), 1, 127, 128, 2**64, 2**159 - 1, 2**2000])
def test_serials_of_every_kind_are_found(serial: int) -> None:
    content = serial.to_bytes(serial.bit_length() // 8 + 1, signed=True)
    listed = crl_of((*OTHERS, entry(content), *OTHERS))
    assert asked(listed, serial).code == "revocation.revoked"
    assert asked(crl_of(OTHERS), serial).code == "revocation.good"


@pytest.mark.parametrize("content", [b"\x80", b"\x80\x00", b"\xff\x7f", b"\x80" + b"\x00" * 15])
def test_a_serial_below_zero_is_found_in_its_fewest_bytes(content: bytes) -> None:
    serial = int.from_bytes(content, signed=True)
    assert asked(crl_of((*OTHERS, entry(content))), serial).code == "revocation.revoked"
    with_more = crl_of((*OTHERS, entry(b"\xff" * 2 + content)))
    assert asked(with_more, serial).code == "revocation.revoked"


@pytest.mark.parametrize("serial", [0x10, 0x80, 2**64])
def test_a_serial_with_more_bytes_than_it_needs_is_found(serial: int) -> None:
    wide = b"\x00" * 3 + serial.to_bytes(serial.bit_length() // 8 + 1)
    assert asked(crl_of((*OTHERS, entry(wide))), serial).code == "revocation.revoked"
    long = encode(0x30, b"\x02\x81" + bytes([len(wide)]) + wide, entry(b"\x05")[5:])
    assert asked(crl_of((*OTHERS, long)), serial).code == "revocation.revoked"


def test_a_serial_that_only_stands_in_anothers_bytes_is_not_listed() -> None:
    inside = entry(b"\x05", extension(STRANGE, encode(0x02, OWN)), extension(STRANGE, OWN))
    around = entry(b"\x01" + OWN + b"\x01")
    assert asked(crl_of((inside, around, entry(OWN[:-1])))).code == "revocation.good"
    assert asked(crl_of((inside, around, entry(OWN)))).code == "revocation.revoked"


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(-(2**70), 2**160), min_size=1, max_size=30), st.data())
def test_whoever_is_listed_is_found_and_nobody_else(
    serials: set[int], data: st.DataObject
) -> None:
    written = [s.to_bytes(s.bit_length() // 8 + 1, signed=True) for s in serials]
    held = crl_bytes.read(crl_of(map(entry, written)).body)
    assert all(held.find(serial) for serial in serials)
    other = data.draw(st.integers(-(2**70), 2**160))
    assert (held.find(other) is not None) == (other in serials)


# ---- what stands beside it


@pytest.mark.parametrize(
    ("extensions", "told"),
    [
        ((extension(REASON, b"\x0a\x01\x01"),), ("revoked", "key_compromise")),
        ((extension(REASON, b"\x0a\x01\x09"),), ("revoked", "privilege_withdrawn")),
        ((extension(REASON, b"\x0a\x01\x07"),), ("revoked", "unspecified")),
        ((extension(REASON, b"\x04\x01\x01"),), ("revoked", "unspecified")),
        ((extension(REASON, b"\x0a\x01\x06"),), ("suspended", None)),
        ((extension(REASON, b"\x0a\x01\x08"),), ("good", None)),
        ((extension(INVALIDITY, b"\x05\x00", critical=True),), ("revoked", "unspecified")),
        ((b"\x05\x00",), ("revoked", "unspecified")),
        ((extension(STRANGE, b"\x05\x00"),), ("revoked", "unspecified")),
        (
            (extension(INVALIDITY, b"\x05\x00"), extension(REASON, b"\x0a\x01\x02")),
            ("revoked", "ca_compromise"),
        ),
    ],
)
def test_reasons(extensions: tuple[bytes, ...], told: tuple[str, str | None]) -> None:
    found = asked(crl_of((*OTHERS, entry(OWN, *extensions))))
    assert (found.code, found.get("reason")) == (f"revocation.{told[0]}", told[1])


def test_an_entry_with_a_long_tail() -> None:
    long = entry(OWN, extension(STRANGE, b"\x04\x81\xc8" + b"\x00" * 200))
    assert asked(crl_of((long, *OTHERS))).code == "revocation.revoked"
    assert asked(crl_of((long, *OTHERS)), 5).code == "revocation.revoked"
    assert asked(crl_of((long,)), 6).code == "revocation.good"


def test_a_critical_extension_of_an_entry_counts_for_that_entry_alone() -> None:
    odd = extension(STRANGE, b"\x05\x00", critical=True)
    assert why(asked(crl_of((entry(OWN, odd),)))) == ("lista: critical_extension",)
    assert asked(crl_of((entry(b"\x05", odd), entry(OWN)))).code == "revocation.revoked"


def test_a_delta_tells_who_is_revoked_and_nothing_of_the_others() -> None:
    delta = [(x509.DeltaCRLIndicator(3), True)]
    assert asked(crl(AC2, LEAF, extensions=delta)).code == "revocation.revoked"
    assert why(asked(crl(extensions=delta))) == ("lista: delta",)
    removed = crl(AC2, LEAF, extensions=delta, reason=x509.ReasonFlags.remove_from_crl)
    assert why(asked(removed)) == ("lista: delta",)


def test_an_indirect_list_may_mean_another_ca_s_serial() -> None:
    assert why(asked(crl(AC2, LEAF, extensions=point(indirect_crl=True)))) == ("lista: indirect",)


def test_a_partition_by_an_address_of_another_kind_is_a_partition_too() -> None:
    ldap = encode(0xA0, encode(0xA0, encode(0x86, b"ldap://a.invalid/cn=1")))
    scope = extension(b"\x55\x1d\x1c", encode(0x30, ldap), critical=True)
    assert why(asked(crl_of((), scope))) == ("lista: partition",)


# ---- what is none


@pytest.mark.parametrize(
    "answer",
    [
        crl_of((b"\x30\x00",)),
        crl_of((b"\x04" + entry(b"\x05")[1:],)),
        crl_of((encode(0x30, b"\x02\x01\x05"),)),
        crl_of((encode(0x04, b"\x05" * 200),)),
        crl_of((encode(0x30, b"\x02\x01\x05" + b"\x00" * 12),)),
        crl_of((entry(b"\x05"), b"\x30\x7f")),
        crl_of((entry(b"\x05"), b"\x30")),
        crl_of((), extension(STRANGE, b"\x05\x00"), extension(STRANGE, b"\x05\x00")),
        crl_of((), end=(b"\x05\x00",)),
        crl_of(until=b"\x05\x00"),
        crl_of(outer=RSA_SHA512),
        Answer(b"\x31" + crl_of().body[1:] + b"x", "lista"),
        Answer(encode(0x30, b"\x31\x00", ECDSA, b"\x03\x01\x00"), "lista"),
        Answer(encode(0x30, b"\x30\x00", ECDSA, b"\x03\x01\x00"), "lista"),
        Answer(crl_of().body[:-1], "lista"),
        Answer(b"", "lista"),
    ],
)
def test_what_is_no_list_is_unreadable(answer: Answer) -> None:
    assert why(asked(answer)) == ("lista: unreadable",)


def test_a_damaged_serial_is_found_to_be_so_where_it_might_be_the_one() -> None:
    damaged = encode(0x30, encode(0x04, OWN), entry(b"\x05")[5:])
    assert why(asked(crl_of((damaged,)))) == ("lista: unreadable",)


def test_line_ends_after_a_list_and_a_list_without_an_end() -> None:
    assert asked(Answer(crl_of().body + b"\r\n", "lista")).code == "revocation.good"
    assert asked(crl_of(until=b"")).code == "revocation.stale"
    assert asked(crl_of(begin=())).code == "revocation.good"
    with pytest.raises(DerError, match="something follows"):
        crl_bytes.read(crl_of().body + b"x")


def test_a_list_that_lasts_past_2049() -> None:
    far = encode(0x18, b"20991231235959Z")
    assert asked(crl_of(until=far)).get("date") == NOW - DAY

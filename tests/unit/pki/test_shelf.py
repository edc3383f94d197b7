"""Certificates in files of every form, and on a shelf that reads no more than it is asked for."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from tests.unit.pki.maker import AC1, AC2, LEAF, NOW, POOL, ROOT, TRUST, ca
from tests.unit.pki.maker import der as encode
from tests.unit.pki.taken import SUBJECT, with_field

from a3check.pki import bundle, shelf
from a3check.pki.certificate import Certificate, Unreadable, read
from a3check.pki.path import judge
from a3check.pki.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable

PEM = b"".join(m.x509.public_bytes(Encoding.PEM) for m in (ROOT, AC1, AC2))
BAG = pkcs7.serialize_certificates([ROOT.x509, AC1.x509], Encoding.DER)


def read_by(shelved: Shelf, name: str, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What is read when somebody asks for a name."""
    seen: list[bytes] = []

    def reading(data: bytes) -> Certificate | Unreadable:
        seen.append(data)
        return read(data)

    monkeypatch.setattr(shelf, "read", reading)
    shelved.named(ca(name, AC1).facts.subject_key)
    return seen


def test_a_path_is_the_same_from_a_shelf() -> None:
    held = Shelf(files=[PEM])
    assert judge(LEAF.facts, held, TRUST, NOW) == judge(LEAF.facts, POOL, TRUST, NOW)
    assert judge(LEAF.facts, held, TRUST, NOW).valid
    assert tuple(held) == POOL


def test_only_what_is_asked_for_is_read_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Shelf(files=[PEM])
    assert read_by(held, "AC INVENTADA v5", monkeypatch) == [AC1.der]
    assert read_by(held, "ac  inventada V5", monkeypatch) == []
    assert read_by(held, "AC OUTRA", monkeypatch) == []
    assert read_by(Shelf(POOL), "AC INVENTADA v5", monkeypatch) == []


def test_each_is_there_once_whatever_follows_it() -> None:
    held = Shelf([AC1.facts, AC1.facts], [AC1.der, AC1.der + b"\x00\xff", PEM])
    assert held.named(AC1.facts.subject_key) == (AC1.facts,)
    assert tuple(held) == (AC1.facts, ROOT.facts, AC2.facts)
    assert Shelf.of(held) is held


def test_names_that_share_their_last_part_are_told_apart() -> None:
    elsewhere = ca("AC INVENTADA v5", organization="Outra")
    held = Shelf([elsewhere.facts, AC1.facts])
    assert held.named(AC1.facts.subject_key) == (AC1.facts,)


@pytest.mark.parametrize("name", [b"\x30\x00", b"\x30\x02\x31\x00"])
def test_names_of_no_parts(name: bytes) -> None:
    data = with_field(SUBJECT, name, AC1.der)
    found = read(data)
    assert isinstance(found, Certificate)
    assert Shelf(files=[data]).named(found.subject_key) == (found,)
    assert Shelf([found]).named(found.subject_key) == (found,)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"garbage",
        b"\x30\x00",
        b"\x30\x02\x30\x00",
        AC1.der[:-1],
        with_field(SUBJECT, b"\x30\x02\x05\x00", AC1.der),
        with_field(SUBJECT, b"\x05\x00", AC1.der),
        AC1.der + b"x",
        b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
    ],
)
def test_what_cannot_be_read_is_left_out(data: bytes) -> None:
    held = Shelf(files=[data, AC2.der])
    assert tuple(held) == (AC2.facts,)
    assert held.named(AC1.facts.subject_key) == ()


# ---- files


def trusted(auxiliary: bytes) -> bytes:
    body = base64.encodebytes(LEAF.der + auxiliary)
    return b"-----BEGIN TRUSTED CERTIFICATE-----\n%s-----END TRUSTED CERTIFICATE-----\n" % body


@pytest.mark.parametrize(
    "auxiliary",
    [b"", b"\x30\x00", encode(0x30, encode(0x30, encode(0x06, b"\x2b")), encode(0x0C, b"nome"))],
)
def test_what_openssl_appends_to_a_trusted_one_is_left_out(auxiliary: bytes) -> None:
    assert bundle.certificates(trusted(auxiliary)) == (LEAF.facts,)


def test_a_trusted_one_that_is_none() -> None:
    blob = trusted(b"").replace(base64.b64encode(LEAF.der)[:8], b"AAAA" * 2)
    assert isinstance(bundle.certificates(blob)[0], Unreadable)
    short = b"-----BEGIN TRUSTED CERTIFICATE-----\nMA==\n-----END TRUSTED CERTIFICATE-----\n"
    assert isinstance(bundle.certificates(short)[0], Unreadable)


@pytest.mark.parametrize("wrap", [base64.b64encode, base64.encodebytes])
def test_base64_without_its_begin_and_end(wrap: Callable[[bytes], bytes]) -> None:
    assert bundle.certificates(b"\r\n" + wrap(LEAF.der)) == (LEAF.facts,)
    assert set(bundle.certificates(wrap(BAG))) == {ROOT.facts, AC1.facts}
    assert isinstance(bundle.certificates(wrap(LEAF.der)[:-3] + b"!")[0], Unreadable)


def indefinite(item: bytes) -> bytes:
    """A SEQUENCE or a tagged one with an end instead of a length (X.690 §8.1.3.6)."""
    at = {0x81: 3, 0x82: 4}.get(item[1], 2)
    return item[:1] + b"\x80" + item[at:] + b"\x00\x00"


def test_pkcs7_in_ber_as_some_servers_write_it() -> None:
    oid, content = BAG[4:15], BAG[15:]
    inner = indefinite(content[4:])
    blob = b"\x30\x80" + oid + b"\xa0\x80" + inner + b"\x00\x00" + b"\x00\x00"
    assert set(bundle.certificates(blob)) == {ROOT.facts, AC1.facts}
    for broken in (blob[:40], blob[:-1], b"\x30\x80\x06" + b"\x30\x80" * 5000):
        assert isinstance(bundle.certificates(broken)[0], Unreadable)


def test_pkcs7_of_another_kind_is_no_bag_of_certificates() -> None:
    data = encode(0x30, encode(0x06, bytes.fromhex("2a864886f70d010701")), encode(0xA0, b"\4\0"))
    assert isinstance(bundle.certificates(data)[0], Unreadable)

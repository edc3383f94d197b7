"""CRLs and OCSP responses out of files."""

import base64

import pytest
from tests.unit.pki.lists import crl_of, entry
from tests.unit.pki.maker import AC1, AC2, LEAF, NOW, ROOT
from tests.unit.pki.test_revocation import response

from a3check.pki import crl, crl_bytes, reading
from a3check.pki.answers import State
from a3check.pki.at_hand import crls, responses
from a3check.pki.crl_bytes import CrlBytes
from a3check.pki.shelf import Shelf

ONE, TWO = crl_of(issuer=AC2).body, crl_of(issuer=ROOT).body
WIDE = crl_of([entry(b"\x00\x00\x2a")]).body  # read where it is fetched, thus here, too
BROKEN = crl_of([b"\x02\x01\x05"]).body
ANSWER = response().body


def pem(label: str, der: bytes) -> bytes:
    body = base64.encodebytes(der).decode()
    return f"Comment\r\n-----BEGIN {label}-----\r\n{body}-----END {label}-----\r\n".encode()


@pytest.mark.parametrize(
    ("blob", "found"),
    [
        (ONE, (ONE,)),
        (pem("X509 CRL", ONE), (ONE,)),
        (pem("X509 CRL", ONE) + pem("CERTIFICATE", AC2.der) + pem("X509 CRL", TWO), (ONE, TWO)),
        (WIDE, (WIDE,)),
        (ONE + b"\r\n", (ONE + b"\r\n",)),
        (BROKEN, ()),
        (b"", ()),
        (b"hello", ()),
        (ONE[:-1], ()),
        (AC2.der, ()),
        (ANSWER, ()),
        (pem("CERTIFICATE", AC2.der), ()),
        (pem("X509 CRL", b""), ()),
        (pem("X509 CRL", ONE) + pem("X509 CRL", ONE[:-1]), ()),
        (b"-----BEGIN X509 CRL-----\n!!!!\n-----END X509 CRL-----\n", ()),
    ],
)
def test_crls(blob: bytes, found: tuple[bytes, ...]) -> None:
    assert crls(blob) == found


@pytest.mark.parametrize(
    ("blob", "found"),
    [
        (ANSWER, (ANSWER,)),
        (pem("OCSP RESPONSE", ANSWER), (ANSWER,)),
        (bytes.fromhex("30030a0106"), (bytes.fromhex("30030a0106"),)),
        (ONE, ()),
        (b"", ()),
    ],
    ids=["der", "pem", "unauthorized", "crl", "empty"],
)
def test_responses(blob: bytes, found: tuple[bytes, ...]) -> None:
    assert responses(blob) == found


def test_a_shelf_beside_another() -> None:
    known = Shelf((), (AC1.der, ROOT.der))
    both = known.beside((AC2.facts, AC1.facts))
    assert both.named(AC2.facts.subject_key) == (AC2.facts,)
    assert both.named(AC1.facts.subject_key) == (AC1.facts,)
    assert len(list(both)) == 3
    assert known.named(AC2.facts.subject_key) == ()
    assert len(list(known)) == 2


def test_a_small_list_is_read_once_for_all_its_certificates(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[int] = []
    real = crl_bytes.read

    def noting(data: bytes) -> CrlBytes:
        read.append(len(data))
        return real(data)

    monkeypatch.setattr(crl_bytes, "read", noting)
    answer = crl_of([entry(b"\x2a")])

    def judged() -> State:
        return crl.state(answer, LEAF.facts, (AC2.facts,), NOW).state

    assert judged() is judged() is State.GOOD
    assert read == [len(answer.body)]
    monkeypatch.setattr(reading, "SMALL", len(answer.body) - 1)
    assert judged() is judged() is State.GOOD
    assert len(read) == 3, "a long one does not stay in memory"
    with reading.remembering():
        assert judged() is judged() is State.GOOD
        with reading.remembering():
            assert judged() is State.GOOD
        assert judged() is State.GOOD
    assert len(read) == 4, "but as long as it is remembered"
    assert judged() is State.GOOD
    assert len(read) == 5

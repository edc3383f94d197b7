"""What is kept of a list of CAs, of which day it is, and the file it is kept in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from time import process_time
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.pki.maker import AC1, AC2, DAY, LEAF, NOW, ROOT, TRUST, Made, ca, key
from tests.unit.pki.zips import packed

from a3check.pki import anchored as module
from a3check.pki import calist, harvest
from a3check.pki.anchored import TooManyError, anchored
from a3check.pki.archive import LARGEST_FILE, ArchiveError, Fault
from a3check.pki.bundle import load_pool
from a3check.pki.trust import for_user

if TYPE_CHECKING:
    from collections.abc import Iterable

    from a3check.pki.certificate import Certificate
    from a3check.pki.keys import Checked

STRANGE_ROOT = ca("Autoridade Certificadora Raiz Inventada v5", own="stranger")
STRANGE = ca("AC ESTRANHA", STRANGE_ROOT)
FORGED = ca("AC FORJADA", ROOT, signer=key("stranger"))
TODAY = NOW.date()
PUBLISHED = date(2026, 6, 25)


def facts(*made: Made) -> list[Certificate]:
    return [one.facts for one in made]


def listed(*made: Made, **options: object) -> bytes:
    return packed({f"{n}.crt": one.der for n, one in enumerate(made)}, **options)  # type: ignore[arg-type]  # a date


# ---- which hang on a pin


def test_what_hangs_on_a_pin_is_kept_in_whatever_order() -> None:
    kept = anchored(facts(AC2, FORGED, AC1, STRANGE, ROOT, STRANGE_ROOT, AC1), TRUST)
    assert set(kept) == set(facts(ROOT, AC1, AC2))
    assert len(kept) == 3


def test_nothing_hangs_on_a_pin_whose_certificate_is_not_there() -> None:
    assert anchored(facts(AC1, AC2), TRUST) == ()


def test_a_person_s_certificate_is_never_kept() -> None:
    assert LEAF.facts not in anchored(facts(ROOT, AC1, AC2, LEAF), TRUST)


def test_a_root_that_is_known_and_not_trusted_holds_its_own() -> None:
    other = for_user(["00" * 32])
    known = replace(other, known={ROOT.facts.sha256: next(iter(other.known.values()))})
    assert set(anchored(facts(ROOT, AC1), known)) == set(facts(ROOT, AC1))


def test_an_ac_with_two_keys_keeps_both_and_what_each_signed() -> None:
    twin = ca("AC INVENTADA v5", ROOT, own="twin")
    below = ca("AC DA OUTRA CHAVE", twin)
    nameless = ca("AC SEM INDICAÇÃO", twin, aki=False)
    found = facts(ROOT, AC1, AC2, twin, below, nameless)
    assert set(anchored(found, TRUST)) == set(found)


def test_a_stranger_s_costs_a_signature_for_each_real_ca_of_its_issuer_s_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Certificate] = []
    checked = type(AC1.facts).signed_by

    def signed_by(self: Certificate, issuer: Certificate) -> Checked:
        asked.append(issuer)
        return checked(self, issuer)

    monkeypatch.setattr(type(AC1.facts), "signed_by", signed_by)
    nameless = [ca(f"AC {n}", STRANGE_ROOT, aki=False) for n in range(5)]
    anchored(facts(ROOT, AC1, AC2, STRANGE, *nameless), TRUST)
    assert asked.count(ROOT.facts) == 1 + len(nameless)  # AC1 and those that may be its own
    assert STRANGE_ROOT.facts not in asked
    assert len(asked) == 7


def test_a_list_that_asks_for_too_many_signatures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SIGNATURES", 2)
    assert len(anchored(facts(ROOT, AC1, AC2), TRUST)) == 3
    more = ca("AC A MAIS", AC2)
    with pytest.raises(TooManyError):
        anchored(facts(ROOT, AC1, AC2, more), TRUST)
    with pytest.raises(ArchiveError) as refused:
        harvest.harvest(listed(ROOT, AC1, AC2, more), TRUST)
    assert refused.value.fault is Fault.TOO_MANY


# ---- a whole list


def test_a_list() -> None:
    found = harvest.harvest(listed(ROOT, AC1, AC2, FORGED, LEAF), TRUST)
    assert set(found.kept) == set(facts(ROOT, AC1, AC2))
    assert (found.refused, found.unreadable, found.newest) == (2, 0, PUBLISHED)


def test_the_forms_that_certificates_come_in() -> None:
    files = {
        "a.pem": ROOT.x509.public_bytes(Encoding.PEM) + AC1.x509.public_bytes(Encoding.PEM),
        "b.p7b": pkcs7.serialize_certificates([AC2.x509], Encoding.DER),
        "LEIAME.txt": b"Cadeias da ICP-Brasil",
        "c.crt": AC2.der[:-5],
    }
    found = harvest.harvest(packed(files), TRUST)
    assert set(found.kept) == set(facts(ROOT, AC1, AC2))
    assert found.unreadable == 2


def test_what_is_at_hand_helps_and_is_not_kept_for_that() -> None:
    assert harvest.harvest(listed(AC2), TRUST).kept == ()
    assert harvest.harvest(listed(AC2), TRUST, facts(ROOT, AC1)).kept == (AC2.facts,)


def test_more_certificates_than_there_ever_were(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harvest, "MOST_CERTIFICATES", 3)
    assert harvest.harvest(listed(ROOT, AC1, AC2), TRUST).kept
    for one_more in (listed(ROOT, AC1, AC2, STRANGE), packed({str(n): b"x" for n in range(4)})):
        with pytest.raises(ArchiveError) as refused:
            harvest.harvest(one_more, TRUST)
        assert refused.value.fault is Fault.TOO_MANY


def test_files_full_of_empty_certificates_do_not_stall() -> None:
    block = b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"
    blob = packed({str(n): block * (LARGEST_FILE // len(block)) for n in range(60)})
    begun = process_time()
    with pytest.raises(ArchiveError):
        harvest.harvest(blob, TRUST)
    assert process_time() - begun < 1


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_changed_list_is_an_exception_and_none_brings_a_stranger(data: st.DataObject) -> None:
    blob = bytearray(listed(ROOT, AC1, AC2, STRANGE))
    for at in data.draw(st.lists(st.integers(0, len(blob) - 1), max_size=5)):
        blob[at] = data.draw(st.integers(0, 255))
    try:
        kept: Iterable[Certificate] = harvest.harvest(bytes(blob), TRUST).kept
    except ArchiveError:
        kept = ()
    assert set(kept) <= set(facts(ROOT, AC1, AC2))


# ---- of which day


@pytest.mark.parametrize(
    ("claims", "day"),
    [
        ((TODAY,), TODAY),
        ((TODAY, TODAY - DAY), TODAY - DAY),
        ((date(2010, 1, 1), TODAY), TODAY),  # a clock that stood still
        ((date(2099, 1, 1), TODAY), TODAY),  # a server that lies
        ((None, TODAY), TODAY),
        ((date(2010, 1, 1), None), (NOW - 1000 * DAY).date()),
        ((), (NOW - 1000 * DAY).date()),
    ],
)
def test_the_earliest_day_that_the_cas_do_not_disprove(
    claims: tuple[date | None, ...], day: date
) -> None:
    assert harvest.harvest(listed(ROOT, AC1), TRUST).as_of(*claims) == day


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ((2026, 6, 25, 9, 0, 0), PUBLISHED),
        ((2026, 11, 22, 9, 0, 0), TODAY),
        ((2026, 11, 23, 9, 0, 0), (NOW - 1000 * DAY).date()),
        ((1980, 1, 1, 0, 0, 0), (NOW - 1000 * DAY).date()),
    ],
)
def test_the_zip_s_own_day(written: tuple[int, ...], day: date) -> None:
    assert harvest.harvest(listed(ROOT, date=written), TRUST).published(TODAY) == day


# ---- the file it is kept in


def test_a_list_is_a_file_of_pem_and_its_day() -> None:
    blob = calist.dumps(PUBLISHED, [one.der for one in (AC1, ROOT, AC2)])
    read = calist.loads(blob)
    assert read == calist.CaList(PUBLISHED, blob)
    assert read.count == 3
    assert set(load_pool([read.pem])) == set(facts(ROOT, AC1, AC2))
    assert len(x509.load_pem_x509_certificates(blob)) == 3
    assert max(map(len, blob.splitlines()[1:])) == 64


def test_the_same_cas_are_the_same_bytes() -> None:
    forth = calist.dumps(PUBLISHED, [one.der for one in (ROOT, AC1, AC2)])
    assert forth == calist.dumps(PUBLISHED, [one.der for one in (AC2, ROOT, AC1)])
    assert forth != calist.dumps(TODAY, [one.der for one in (AC2, ROOT, AC1)])


def test_a_damaged_list_is_none() -> None:
    blob = calist.dumps(PUBLISHED, [ROOT.der, AC1.der])
    for damaged in (
        b"",
        blob[:-1],
        blob + b"\n",
        blob.replace(b"2026-06-25", b"2026-11-22"),
        blob[blob.index(b"\n") + 1 :],
        blob.replace(b"M", b"N", 1),
    ):
        assert calist.loads(damaged) is None, damaged[:80]


def test_a_day_that_does_not_exist_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calist, "_digest", lambda _day, _pem: "0" * 64)
    head = b"a3check-cas 1 2026-02-30 sha256:" + b"0" * 64 + b"\n"
    assert calist.loads(head) is None


def test_the_day_of_files() -> None:
    older, newer = calist.dumps(PUBLISHED, []), calist.dumps(TODAY, [])
    assert calist.day_of([b"x", newer, older]) == TODAY
    assert calist.day_of([ROOT.der]) is None

"""A list is read, checked and stepped over once for all its certificates, and then forgotten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.pki.lists import crl_of, entry
from tests.unit.pki.maker import AC1, AC2, LEAF, NOW
from tests.unit.pki.maker import der as encode
from tests.unit.pki.test_revocation import crl

from a3check.pki import crl as own_crl
from a3check.pki import crl_bytes, der, keys, reading
from a3check.pki.answers import Answer, State
from a3check.pki.crl_bytes import CrlBytes, Entry

if TYPE_CHECKING:
    from collections.abc import Callable

DEADLINE = 30.0
"""Seconds in which threads must have met."""


@pytest.fixture
def long_ones(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every list is a long one; what is read, in turn."""
    read: list[bytes] = []
    real = crl_bytes.read

    def noting(data: bytes) -> CrlBytes:
        read.append(data)
        return real(data)

    monkeypatch.setattr(crl_bytes, "read", noting)
    monkeypatch.setattr(reading, "SMALL", 0)
    return read


def counting(monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> list[object]:
    calls: list[object] = []
    real: Callable[..., object] = getattr(owner, name)

    def noting(*arguments: object) -> object:
        calls.append(arguments)
        return real(*arguments)

    monkeypatch.setattr(owner, name, noting)
    return calls


def test_each_key_is_tried_once_and_the_entries_are_stepped_over_once(
    long_ones: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = counting(monkeypatch, keys, "verify")
    walked = counting(monkeypatch, CrlBytes, "find")
    answer = crl_of([entry(b"\x2a")])
    signers = (AC2.facts, AC1.facts)
    with reading.remembering():
        for _ in range(5):
            assert own_crl.state(answer, LEAF.facts, signers, NOW).state is State.GOOD
    assert len(long_ones) == len(walked) == len(tried) == 1


def test_what_is_listed_is_found_every_time(long_ones: list[bytes]) -> None:
    answer = crl(AC2, LEAF)
    with reading.remembering():
        for _ in range(3):
            said = own_crl.state(answer, LEAF.facts, (AC2.facts,), NOW)
            assert (said.state, said.reason) == (State.REVOKED, "key_compromise")
    assert len(long_ones) == 1


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(-(2**70), 2**160), max_size=20), st.data())
def test_a_second_look_finds_what_the_first_one_would(
    serials: set[int], data: st.DataObject
) -> None:
    wide = [s.to_bytes(s.bit_length() // 8 + 1 + 2 * (s % 2), signed=True) for s in serials]
    plain = crl_bytes.read(crl_of(map(entry, wide)).body)
    again = reading.Reading(plain)
    again.find(1)
    for serial in (*serials, 0, data.draw(st.integers(-(2**70), 2**160))):
        first = plain.find(serial)
        assert again.find(serial) == first
        assert isinstance(first, Entry) is (serial in serials)


def test_damaged_entries_are_never_taken_for_read(long_ones: list[bytes]) -> None:
    answer = crl_of([entry(b"\x2a"), encode(0x31, b"\x00" * 20)])
    with reading.remembering():
        for _ in range(3):
            said = own_crl.state(answer, LEAF.facts, (AC2.facts,), NOW)
            assert (said.state, said.reason) == (State.USELESS, "unreadable")


def test_no_more_is_remembered_than_fits_and_the_latest_stays(
    long_ones: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, three = (crl_of([entry(bytes([n]))]).body for n in (1, 2, 3))
    sizes = [len(body) for body in (one, two, three)]
    monkeypatch.setattr(reading, "MOST_BYTES", sum(sizes) - min(sizes))  # of two, not of three
    with reading.remembering():
        for body in (one, two, one, three, one, two):
            reading.read(body)
    assert long_ones == [one, two, three, two]
    monkeypatch.setattr(reading, "MOST_BYTES", len(one) - 1)
    with reading.remembering():
        assert reading.read(one) is not reading.read(one)


def test_all_is_forgotten_after_the_last_one_even_where_it_fails(long_ones: list[bytes]) -> None:
    body = crl_of([entry(b"\x2a")]).body

    def fail() -> None:
        with reading.remembering():
            assert reading.read(body) is reading.read(body)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    reading.read(body)
    assert len(long_ones) == 2


def test_many_threads_read_a_list_once(long_ones: list[bytes]) -> None:
    body, together = crl_of([entry(b"\x2a")]).body, Barrier(8)

    def read(_: int) -> tuple[object, bool]:
        together.wait(DEADLINE)
        held = reading.read(bytes(bytearray(body)))
        return held, held.find(42) is not None and held.find(43) is None

    with reading.remembering(), ThreadPoolExecutor(8) as workers:
        found = list(workers.map(read, range(8)))
    assert len(long_ones) == 1
    assert len({id(held) for held, _ in found}) == 1
    assert all(right for _, right in found)


def test_a_field_that_runs_past_the_signed_part_makes_a_list_unreadable() -> None:
    body = bytearray(crl_of([entry(b"\x2a")]).body)
    last = der.sequence(der.sequence(der.element(bytes(body)))[0])[-1]
    at = bytes(body).index(last.raw)
    body[at + 1] += 1
    with pytest.raises(der.DerError, match="where its list does"):
        reading.read(bytes(body))
    said = own_crl.state(Answer(bytes(body), "lista"), LEAF.facts, (AC2.facts,), NOW)
    assert (said.state, said.reason) == (State.USELESS, "unreadable")

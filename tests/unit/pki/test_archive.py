"""Zips: what is read of them, and how each bad one is refused."""

from __future__ import annotations

import hashlib
import random
import tracemalloc
import zipfile
from datetime import date
from time import process_time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.unit.pki.zips import claiming, flagged, linked, packed, zip64_lies

from a3check.pki import archive
from a3check.pki.archive import Archive, ArchiveError, Fault, digest_agrees, unpack

if TYPE_CHECKING:
    from collections.abc import Mapping

GOOD = packed({"AC1.crt": b"one", "sub/": b"", "sub/AC2.crt": b"two"})
MIB = 1024 * 1024
SECONDS = 1.0
"""Processor time that the worst zip may take."""

REFUSED: Mapping[str, tuple[bytes, Fault]] = {
    "nothing": (b"", Fault.NOT_ZIP),
    "a page": (b"<html>Acesso negado</html>" * 100, Fault.NOT_ZIP),
    "truncated": (GOOD[:-30], Fault.DAMAGED),
    "only its end": (GOOD[-22:], Fault.DAMAGED),
    "a byte of a file changed": (GOOD.replace(b"PK\x03\x04", b"PK\x03\x05", 1), Fault.DAMAGED),
    "stored, and changed": (
        packed({"a": b"certificate"}, method=zipfile.ZIP_STORED).replace(b"cert", b"curt"),
        Fault.DAMAGED,
    ),
    "encrypted": (flagged(GOOD, 1), Fault.UNSUPPORTED),
    "LZMA, whose dictionary may be gigabytes": (
        packed({"a": b"x"}, method=zipfile.ZIP_LZMA),
        Fault.UNSUPPORTED,
    ),
    "patched data (bit 5)": (flagged(GOOD, 0x20), Fault.UNSUPPORTED),
    "a bomb in one file": (packed({"a": bytes(64 * MIB)}), Fault.TOO_LARGE),
    "a bomb in many": (
        packed({str(n): bytes(archive.LARGEST_FILE) for n in range(65)}),
        Fault.TOO_LARGE,
    ),
    "a bomb that says it is small": (
        claiming(packed({"a": bytes(64 * MIB)}), size=10),
        Fault.DAMAGED,
    ),
    "ten thousand files": (packed({str(n): b"" for n in range(10_000)}), Fault.TOO_MANY),
    "ZIP64 that lies": (zip64_lies(GOOD), Fault.DAMAGED),
    "larger than any list": (bytes(archive.LARGEST_ZIP + 1), Fault.TOO_LARGE),
}


def test_a_healthy_zip() -> None:
    assert unpack(GOOD) == Archive((b"one", b"two"), date(2026, 6, 25))


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_zip_is_refused(case: str) -> None:
    blob, fault = REFUSED[case]
    begun = process_time()
    with pytest.raises(ArchiveError) as refused:
        unpack(blob)
    assert refused.value.fault is fault
    assert process_time() - begun < SECONDS


HARMLESS: Mapping[str, tuple[bytes, tuple[bytes, ...]]] = {
    "an empty one": (packed({}), ()),
    "paths that climb": (packed({"../../../etc/cron.d/x": b"1"}), (b"1",)),
    "absolute paths": (packed({"/etc/passwd": b"1", "C:\\Windows\\x": b"2"}), (b"1", b"2")),
    "a file without a name": (packed({"ab": b"1"}).replace(b"ab", b"\0b"), (b"1",)),
    "a link": (linked("ac.crt", "/etc/shadow"), (b"/etc/shadow",)),
    "one name twice": (packed([("a", b"1"), ("a", b"2")]), (b"1", b"2")),
    "a zip in it": (packed({"in.zip": GOOD}), (GOOD,)),
    "something before it": (b"#!/bin/sh\n" + GOOD, (b"one", b"two")),
    "as many files as may be": (
        packed({str(n): b"" for n in range(archive.MOST_FILES)}),
        (b"",) * archive.MOST_FILES,
    ),
}


@pytest.mark.parametrize("case", HARMLESS)
def test_names_and_links_mean_nothing(case: str) -> None:
    blob, contents = HARMLESS[case]
    assert unpack(blob).files == contents


def test_a_date_that_is_none() -> None:
    broken = bytearray(packed({"a": b""}))
    at = broken.index(b"PK\x01\x02")
    broken[at + 14 : at + 16] = b"\0\0"  # month 0, day 0
    assert unpack(bytes(broken)).newest is None


def test_a_bomb_takes_no_memory() -> None:
    bomb = packed(dict.fromkeys(map(str, range(400)), bytes(archive.LARGEST_FILE)))  # 100 MiB
    tracemalloc.start()  # the process's own peak says what the allocator and other tests did
    try:
        with pytest.raises(ArchiveError):
            unpack(bomb)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < archive.LARGEST_ALL + 4 * MIB


def examined(blob: bytes) -> Archive | Fault:
    """Read or refuse; whatever else happens is a defect."""
    begun = process_time()
    try:
        return unpack(blob)
    except ArchiveError as error:
        return error.fault
    finally:
        assert process_time() - begun < SECONDS


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=6))
@example([(len(GOOD) - 12, 255), (len(GOOD) - 11, 255)])
def test_no_changed_byte_is_an_exception(changes: list[tuple[int, int]]) -> None:
    changed = bytearray(GOOD)
    for at, value in changes:
        changed[at] = value
    examined(bytes(changed))


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=300), st.integers(0, len(GOOD)), st.integers(0, len(GOOD)))
def test_nor_is_what_was_cut_and_mended(junk: bytes, begin: int, end: int) -> None:
    examined(GOOD[:begin] + junk + GOOD[end:])
    examined(junk)


def test_hundreds_of_broken_ones_of_every_kind() -> None:
    chance = random.Random(4)  # noqa: S311 - the same zips each time
    seeds = [blob for blob, _ in (*REFUSED.values(), *HARMLESS.values()) if len(blob) < 50_000]
    for _ in range(500):
        changed = bytearray(chance.choice(seeds))
        for _ in range(chance.randrange(1, 8)):
            if changed:
                changed[chance.randrange(len(changed))] = chance.randrange(256)
        examined(bytes(changed[chance.randrange(3) : len(changed) - chance.randrange(3)]))


# ---- its hash

DIGEST = hashlib.sha512(GOOD).hexdigest()


@pytest.mark.parametrize(
    ("listed", "agrees"),
    [
        (f"{DIGEST}  lista.zip\n", True),
        (f"{DIGEST.upper()} *lista.zip\r\n", True),
        (f"{DIGEST}  ./pasta/lista.zip", True),
        (f"{'0' * 128}  outra.zip\n{DIGEST}  lista.zip\n", True),
        (f"  {DIGEST}\n", True),
        (f"{'0' * 128}  lista.zip\n", False),
        (f"{'0' * 128}", False),
        (f"{DIGEST}  outra.zip\n", None),
        (f"{DIGEST}\n{DIGEST}\n", None),
        (f"{DIGEST[:-1]}  lista.zip\n", None),
        ("<html>404</html>", None),
        ("", None),
    ],
)
def test_a_list_s_hash(listed: str, agrees: bool | None) -> None:
    assert digest_agrees(GOOD, listed, "lista.zip") is agrees

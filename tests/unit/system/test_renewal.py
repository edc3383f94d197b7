"""How the list of CAs is written: whole or not at all, by one at a time, taking nothing away."""

from __future__ import annotations

import errno
import hashlib
import multiprocessing
import os
from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.unit.pki.maker import AC1, AC2, NOW, ROOT, TRUST, Made, ca
from tests.unit.pki.zips import packed

from a3check.pki import anchored as bounds
from a3check.pki import calist
from a3check.pki.archive import LARGEST_ZIP
from a3check.pki.brought import Brought, NotBrought
from a3check.pki.bundle import load_pool
from a3check.pki.harvest import harvest
from a3check.system import authorities, folders, renewal
from a3check.system.authorities import LIST

if TYPE_CHECKING:
    from pathlib import Path

TODAY = NOW.date()
OLD = date(2026, 6, 25)
WAIT = 30
"""Seconds for two processes to end; they take a fraction of one."""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(authorities, "resource", lambda name: tmp_path / "bundle" / name)
    return tmp_path / "cache/a3check/cas"


def brought(*made: Made, day: date | None = TODAY) -> Brought:
    return Brought("x", packed({f"{n}": one.der for n, one in enumerate(made)}), day)


def used() -> set[bytes]:
    return {ca.der for ca in load_pool(authorities.ca_certificates([]))}


def ship(folder: Path, *made: Made, day: date) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / LIST).write_bytes(calist.dumps(day, [one.der for one in made]))


def test_a_first_list(cache: Path) -> None:
    kept = renewal.keep(brought(ROOT, AC1), TRUST, TODAY)
    assert (kept.fault, kept.day, kept.count) == ("", TODAY, 2)
    assert set(kept.added) == {ROOT.facts, AC1.facts}
    assert used() == {ROOT.der, AC1.der}
    assert (cache / LIST).stat().st_mode & 0o777 == 0o600
    assert {path.name for path in cache.iterdir()} == {LIST, ".lock"}


def test_the_same_list_again_renews_its_day() -> None:
    renewal.keep(brought(ROOT, AC1, day=OLD), TRUST, TODAY)
    kept = renewal.keep(brought(ROOT, AC1), TRUST, TODAY)
    assert (kept.day, kept.count, kept.added) == (TODAY, 2, ())


def test_a_list_that_lacks_a_ca_or_is_older_takes_nothing_away() -> None:
    renewal.keep(brought(ROOT, AC1, AC2), TRUST, TODAY)
    kept = renewal.keep(brought(ROOT, day=OLD), TRUST, TODAY)
    assert (kept.day, kept.count, kept.added) == (TODAY, 3, ())
    assert used() == {ROOT.der, AC1.der, AC2.der}


def test_what_hangs_on_the_bundle_is_kept_and_the_bundle_with_it(tmp_path: Path) -> None:
    ship(tmp_path / "bundle/cas", ROOT, AC1, day=OLD)
    kept = renewal.keep(brought(AC2), TRUST, TODAY)
    assert [one.der for one in kept.added] == [AC2.der]
    assert used() == {ROOT.der, AC1.der, AC2.der}


def test_the_newer_of_cache_and_bundle_counts(tmp_path: Path, cache: Path) -> None:
    assert authorities.in_use() is None
    ship(cache, ROOT, AC1, day=OLD)
    ship(tmp_path / "bundle/cas", ROOT, day=TODAY)
    found = authorities.in_use()
    assert found is not None
    assert (found.day, used()) == (TODAY, {ROOT.der})
    ship(cache, ROOT, AC1, day=date(2027, 1, 1))
    assert used() == {ROOT.der, AC1.der}


def test_a_damaged_list_counts_for_nothing_and_is_written_anew(
    cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ship(cache, ROOT, AC1, day=TODAY)
    (cache / LIST).write_bytes((cache / LIST).read_bytes()[:-1])
    assert authorities.in_use() is None
    assert used() == set()
    assert "damaged" in caplog.text
    renewal.keep(brought(ROOT, day=OLD), TRUST, TODAY)
    assert used() == {ROOT.der}


def test_what_somebody_put_beside_the_list_is_read_too(cache: Path) -> None:
    ship(cache, ROOT, day=OLD)
    (cache / "ac1.crt").write_bytes(AC1.der)
    (cache / f".{LIST}.1234").write_bytes(AC2.der)
    assert used() == {ROOT.der, AC1.der}


def test_what_a_killed_run_left_is_swept(cache: Path) -> None:
    ship(cache, ROOT, day=OLD)
    (cache / f".{LIST}.1234").write_bytes(b"half")
    renewal.keep(brought(AC1), TRUST, TODAY)
    assert {path.name for path in cache.iterdir()} == {LIST, ".lock"}


# ---- what cannot be written, or may not


def refused(before: bytes, cache: Path, kept: renewal.Kept, fault: str) -> None:
    assert kept.fault == fault
    assert (cache / LIST).read_bytes() == before


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (errno.ENOSPC, "no_space"),
        (errno.EDQUOT, "no_space"),
        (errno.EACCES, "not_writable"),
        (errno.EROFS, "not_writable"),
        (errno.EIO, "not_writable"),
    ],
)
def test_a_write_that_fails_leaves_the_old_list(
    number: int, fault: str, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ship(cache, ROOT, day=OLD)
    before = (cache / LIST).read_bytes()

    def fail(_path: Path, _content: bytes) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(folders, "write", fail)
    refused(before, cache, renewal.keep(brought(AC1), TRUST, TODAY), fault)


def test_a_list_that_is_bad_leaves_the_old_one(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ship(cache, ROOT, day=OLD)
    before = (cache / LIST).read_bytes()
    foreign = ca("AC ALHEIA", ca("Raiz alheia"))
    kept = renewal.keep(brought(foreign), TRUST, TODAY)
    refused(before, cache, kept, "nothing")
    assert kept.refused == 1
    bad = Brought("x", b"<html>", TODAY)
    refused(before, cache, renewal.keep(bad, TRUST, TODAY), "not_zip")
    monkeypatch.setattr(bounds, "MOST_SIGNATURES", 0)
    refused(before, cache, renewal.keep(brought(AC1), TRUST, TODAY), "too_many")


def test_both_lists_together_ask_for_too_much(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ship(cache, ROOT, AC1, day=OLD)
    before = (cache / LIST).read_bytes()
    found = harvest(brought(ROOT).blob, TRUST)
    monkeypatch.setattr(renewal, "harvest", lambda *_: found)
    monkeypatch.setattr(bounds, "MOST_SIGNATURES", 0)
    refused(before, cache, renewal.keep(brought(ROOT), TRUST, TODAY), "too_many")


def test_a_place_that_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "cache").write_bytes(b"")
    assert renewal.keep(brought(ROOT), TRUST, TODAY).fault == "not_writable"


# ---- two at once


def _renew(blob: bytes) -> None:
    assert not renewal.keep(Brought("x", blob, TODAY), TRUST, TODAY).fault


def test_two_at_once_lose_nothing(cache: Path) -> None:
    renewal.keep(brought(ROOT, AC1), TRUST, TODAY)
    cas = [ca(f"AC CONCORRENTE {n}", AC1) for n in range(8)]
    fork = multiprocessing.get_context("fork")
    runs = [fork.Process(target=_renew, args=(brought(one).blob,)) for one in cas]
    for run in runs:
        run.start()
    for run in runs:
        run.join(WAIT)
    assert [run.exitcode for run in runs] == [0] * len(cas)
    assert used() == {ROOT.der, AC1.der, *(one.der for one in cas)}


# ---- a list in a file, and a bundle to ship


def test_a_file_and_the_hash_beside_it(tmp_path: Path) -> None:
    path, blob = tmp_path / "lista.zip", brought(ROOT).blob
    path.write_bytes(blob)
    assert renewal.read(path) == Brought(str(path), blob)
    beside = tmp_path / "hashsha512.txt"
    beside.write_text(f"{hashlib.sha512(blob).hexdigest()}  lista.zip\n")
    assert renewal.read(path) == Brought(str(path), blob, verified=True)
    beside.write_text(f"{'0' * 128}  lista.zip\n")
    assert renewal.read(path) == NotBrought(str(path), "bad_hash")
    with pytest.raises(OSError, match="No such file"):
        renewal.read(tmp_path / "nada.zip")


def test_a_huge_file_is_not_read_whole(tmp_path: Path) -> None:
    with (tmp_path / "l.zip").open("wb") as file:
        file.truncate(1 << 34)
    read = renewal.read(tmp_path / "l.zip")
    assert isinstance(read, Brought)
    assert len(read.blob) == LARGEST_ZIP + 1
    assert renewal.keep(read, TRUST, TODAY).fault == "too_large"


def test_a_bundle_is_of_nothing_but_its_zip(tmp_path: Path, cache: Path) -> None:
    renewal.keep(brought(ROOT, AC1, AC2), TRUST, TODAY)
    first, second = tmp_path / "a/cas", tmp_path / "b/cas"
    kept = renewal.keep(brought(ROOT, AC1), TRUST, TODAY, first)
    assert (kept.fault, kept.day, kept.count) == ("", OLD, 2)
    renewal.keep(brought(AC1, ROOT, day=None), TRUST, TODAY, second)
    assert (first / LIST).read_bytes() == (second / LIST).read_bytes()
    assert (first / LIST).stat().st_mode & 0o777 == 0o644
    assert renewal.keep(brought(AC1), TRUST, TODAY, first).fault == "nothing"

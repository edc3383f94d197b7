"""A bundle's file: whole, its owner's only, and never in an older one's place."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from a3check.system import bundles
from a3check.system.bundles import keep, together

NAME = "a3check-20261122T143107-7f3a.zip"


def no_links(*_: object) -> None:
    raise OSError(errno.EPERM, "as FAT says")


@pytest.mark.parametrize("links", [True, False])
def test_a_name_that_is_taken_gets_a_number(
    links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    kept = [keep(tmp_path, NAME, content) for content in (b"1", b"2", b"3")]
    stem = NAME.removesuffix(".zip")
    assert [path.name for path in kept] == [NAME, f"{stem}-2.zip", f"{stem}-3.zip"]
    assert [path.read_bytes() for path in kept] == [b"1", b"2", b"3"]
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in kept)
    assert sorted(tmp_path.iterdir()) == sorted(kept), "something half written stayed"


def test_all_names_taken_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "MOST", 2)
    keep(tmp_path, NAME, b"1")
    keep(tmp_path, NAME, b"2")
    with pytest.raises(FileExistsError):
        keep(tmp_path, NAME, b"3")
    assert len([*tmp_path.iterdir()]) == 2


def test_a_folder_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="gone"):
        keep(tmp_path / "gone", NAME, b"1")


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="full"):
        keep(tmp_path, NAME, b"1")
    assert not [*tmp_path.iterdir()]


def test_files_come_together_or_not_at_all(tmp_path: Path) -> None:
    def fill(place: Path) -> None:
        assert place.parent == tmp_path
        (place / "um").write_bytes(b"1")

    first, second = together(tmp_path, "pasta", fill), together(tmp_path, "pasta", fill)
    assert [first.name, second.name] == ["pasta", "pasta-2"]
    assert (second / "um").read_bytes() == b"1"
    assert first.stat().st_mode & 0o077 == 0

    def broken(place: Path) -> None:
        fill(place)
        raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OSError, match="full"):
        together(tmp_path, "pasta", broken)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pasta", "pasta-2"]


def test_a_name_that_somebody_took_meanwhile_is_left_to_them(tmp_path: Path) -> None:
    def fill(place: Path) -> None:
        (place / "um").write_bytes(b"1")
        theirs = tmp_path / "pasta"
        theirs.mkdir()
        (theirs / "deles").write_bytes(b"2")

    assert together(tmp_path, "pasta", fill).name == "pasta-2"
    assert [path.name for path in (tmp_path / "pasta").iterdir()] == ["deles"]


def test_a_folder_that_cannot_be_named_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: Path, _target: Path) -> Path:
        raise OSError(errno.EIO, "gone")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OSError, match="gone"):
        together(tmp_path, "pasta", lambda _place: None)
    assert list(tmp_path.iterdir()) == []


def test_too_many_folders_of_one_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "MOST", 2)
    for _ in range(2):
        together(tmp_path, "pasta", lambda _place: None)
    with pytest.raises(FileExistsError):
        together(tmp_path, "pasta", lambda _place: None)

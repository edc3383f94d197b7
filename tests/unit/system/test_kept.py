"""Files that somebody tampers with, and runs that meet: real files, real threads."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

import pytest

from a3check.core import kept as kept_ports
from a3check.system import folders, kept
from a3check.system.kept import LEFTOVER, KeptFiles

if TYPE_CHECKING:
    from pathlib import Path

URL, OTHER = "http://lcr.test/ac.crl", "http://lcr.test/outra.crl"
BODY = b"0\x82 uma lista\nde duas linhas" * 20
SOON = 10.0


@pytest.fixture
def files(tmp_path: Path) -> KeptFiles:
    return KeptFiles(lambda: tmp_path)


def entry(files: KeptFiles) -> Path:
    (path,) = files.folder().glob("*.crl")
    return path


def aged(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then), follow_symlinks=False)


def test_what_is_kept_comes_back_as_it_was(files: KeptFiles) -> None:
    port: kept_ports.Kept = files
    assert port.take(URL) is None
    port.keep(URL, BODY)
    assert port.take(URL) == BODY
    assert port.take(OTHER) is None
    assert entry(files).stat().st_mode & 0o777 == 0o600
    port.keep(URL, b"")
    assert port.take(URL) == b""
    port.drop(URL)
    port.drop(URL)
    assert port.take(URL) is None


def test_an_address_may_be_anything(files: KeptFiles) -> None:
    for url in ("", "\udcff", "http://x/\n\n", "../../etc/passwd", "http://x/" + "y" * 5000):
        files.keep(url, BODY)
    assert files.take("../../etc/passwd") == BODY
    assert files.take("\udcff") == BODY
    assert files.take("http://x/\n\n") in {None, BODY}
    assert {p.parent for p in files.folder().iterdir()} == {files.folder()}


WHOLE = kept.head(URL, BODY) + BODY


@pytest.mark.parametrize(
    "spoiled",
    [
        WHOLE[:-1],
        WHOLE + b"x",
        WHOLE[:-1] + bytes([WHOLE[-1] ^ 1]),
        WHOLE.replace(b"a3check-crl 1", b"a3check-crl 2"),
        WHOLE.replace(URL.encode(), OTHER.encode()),
        BODY,
        b"<html>",
        b"",
    ],
)
def test_a_damaged_entry_goes_and_is_nothing(files: KeptFiles, spoiled: bytes) -> None:
    files.keep(URL, BODY)
    path = entry(files)
    assert path.read_bytes() == WHOLE
    path.write_bytes(spoiled)
    assert files.take(URL) is None
    assert not path.exists()


def test_an_entry_under_anothers_name_goes(files: KeptFiles) -> None:
    files.keep(URL, BODY)
    first = entry(files)
    files.keep(OTHER, b"outra")
    other = next(p for p in files.folder().glob("*.crl") if p != first)
    first.replace(other)
    assert files.take(OTHER) is None
    assert not other.exists()


def test_what_is_no_plain_file_is_not_read(files: KeptFiles, tmp_path: Path) -> None:
    files.keep(URL, BODY)
    path = entry(files)
    elsewhere = tmp_path / "fora"
    path.replace(elsewhere)
    path.symlink_to(elsewhere)
    assert files.take(URL) is None
    assert elsewhere.exists()
    assert not path.is_symlink()
    os.mkfifo(path)
    assert files.take(URL) is None
    assert not path.exists()
    path.mkdir()
    assert files.take(URL) is None
    files.keep(URL, BODY)
    assert files.take(URL) is None


def test_what_is_too_large_is_neither_kept_nor_read(tmp_path: Path) -> None:
    files = KeptFiles(lambda: tmp_path, largest=100)
    files.keep(URL, b"x" * 100)
    assert files.take(URL) == b"x" * 100
    files.keep(URL, b"x" * 101)
    assert files.take(URL) is None
    files.keep(URL, b"x")
    with entry(files).open("ab") as file:
        file.truncate(2**40)  # a sparse terabyte
    assert files.take(URL) is None
    assert not list(tmp_path.iterdir())


def test_the_oldest_go_where_there_are_too_many(tmp_path: Path) -> None:
    files = KeptFiles(lambda: tmp_path, most_files=3)
    for number in range(3):
        files.keep(f"http://x/{number}", b"x")
        aged(files._path(f"http://x/{number}"), 100 - number)
    files.keep("http://x/0", b"new")
    files.keep("http://x/3", b"x")
    assert [files.take(f"http://x/{n}") for n in range(4)] == [b"new", None, b"x", b"x"]


def test_the_oldest_go_where_they_are_too_large(tmp_path: Path) -> None:
    files = KeptFiles(lambda: tmp_path, most_bytes=1000)
    for number in range(3):
        files.keep(f"http://x/{number}", b"x" * 400)
        aged(files._path(f"http://x/{number}"), 100 - number)
    assert [bool(files.take(f"http://x/{n}")) for n in range(3)] == [False, True, True]
    assert sum(p.stat().st_size for p in tmp_path.iterdir()) <= 1000
    files.keep("http://x/9", b"x" * 1001)
    assert files.take("http://x/9") is None


def test_what_others_left_behind_goes_when_it_is_old(files: KeptFiles, tmp_path: Path) -> None:
    left, fresh, folder = tmp_path / ".x.crl.1234", tmp_path / ".y.crl.1234", tmp_path / "pasta"
    foreign = tmp_path / "leia-me.txt"
    for path in (left, fresh, foreign):
        path.write_bytes(b"x")
    folder.mkdir()
    for path in (left, foreign, folder):
        aged(path, LEFTOVER + 60)
    files.keep(URL, BODY)
    assert not left.exists()
    assert not foreign.exists()
    assert fresh.exists()
    assert folder.exists()


def test_without_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    def refuse() -> Path:
        raise PermissionError(13, "no")

    files = KeptFiles(refuse)
    files.keep(URL, BODY)
    assert files.take(URL) is None
    files.drop(URL)
    gone = KeptFiles(lambda: tmp_path / "nenhuma")
    gone.keep(URL, BODY)
    assert gone.take(URL) is None


def test_a_full_disk_leaves_what_was_there(
    files: KeptFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.keep(URL, BODY)

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(folders, "write", full)
    files.keep(URL, b"outra")
    assert files.take(URL) == BODY


def test_runs_side_by_side_see_whole_entries_only(tmp_path: Path) -> None:
    bodies = {bytes([65 + n]) * 200_000 for n in range(3)}
    ends, wrong = threading.Event(), []

    def write(body: bytes) -> None:
        mine = KeptFiles(lambda: tmp_path, most_files=2)
        for number in range(15):
            mine.keep(URL, body)
            mine.keep(f"http://x/{number % 4}", body)

    def read() -> None:
        mine = KeptFiles(lambda: tmp_path)
        while not ends.is_set():
            seen = mine.take(URL)
            if seen is not None and seen not in bodies:
                wrong.append(seen)

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write, args=(body,)) for body in bodies]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join(SOON)
    ends.set()
    reader.join(SOON)
    assert not wrong
    assert len(list(tmp_path.iterdir())) <= 3
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_this_users_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(folders, "cache", lambda: tmp_path)
    kept.crls().keep(URL, BODY)
    assert kept.crls().take(URL) == BODY
    assert (tmp_path / "crls").stat().st_mode & 0o777 == 0o700


def test_a_run_that_is_given_nothing_keeps_nothing() -> None:
    nothing = kept_ports.Forgetful()
    nothing.keep(URL, BODY)
    nothing.drop(URL)
    assert nothing.take(URL) is None

"""Files that a user names: what is read, and why what is not."""

from __future__ import annotations

import os
import socket
import threading
from typing import TYPE_CHECKING

from a3check.system import given
from a3check.system.given import Unread, exists, expanded, read

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PATIENCE = 10.0
"""Seconds after which a test gives up waiting; never reached."""


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "a\n\x1b\udcff.pem"
    file.write_bytes(b"x" * 100_000)
    assert exists(str(file))
    assert read(str(file)) == b"x" * 100_000
    assert read(str(file), 100_000) == b"x" * 100_000
    assert read(str(file), 99_999) == Unread("too_large")


def test_what_is_endless_is_too_large() -> None:
    assert read("/dev/zero") == Unread("too_large")


def test_a_folder(tmp_path: Path) -> None:
    assert exists(str(tmp_path))
    assert read(str(tmp_path)) == Unread("folder")


def test_what_does_not_exist(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("nowhere", "file/below", "link", "x" * 300):
        assert not exists(str(tmp_path / name))
        assert read(str(tmp_path / name)) == Unread("failed")
    assert not exists("")
    assert not exists("a\0b")
    assert read("a\0b") == Unread("failed")


def test_what_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(os, "stat", refuse)
    monkeypatch.setattr(os, "open", refuse)
    assert exists(str(tmp_path / "a"))
    assert read(str(tmp_path / "a")) == Unread("denied")


def test_a_folder_that_cannot_even_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise IsADirectoryError(21, "folder")

    monkeypatch.setattr(os, "open", refuse)
    assert read("/") == Unread("folder")


def test_a_socket_is_no_file(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s"))
        assert read(str(tmp_path / "s")) == Unread("failed")


def test_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    begun = threading.Event()

    def write() -> None:
        with pipe.open("wb", buffering=0) as file:
            file.write(b"one")
            begun.set()
            file.write(b"two" * 50_000)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    assert read(str(pipe)) == b"one" + b"two" * 50_000
    writer.join(PATIENCE)
    assert begun.is_set()


def test_a_pipe_that_nobody_writes_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given, "PATIENCE", 0.01)
    os.mkfifo(tmp_path / "pipe")
    assert read(str(tmp_path / "pipe")) == Unread("silent")


def test_a_read_that_has_to_be_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    real = os.read
    refused: list[int] = []

    def later(descriptor: int, most: int) -> bytes:
        if not refused:
            refused.append(descriptor)
            raise BlockingIOError(11, "later")
        return real(descriptor, most)

    monkeypatch.setattr(os, "read", later)
    assert read(str(tmp_path / "a")) == b"abc"
    assert refused


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = os.pipe()
    os.write(ends[1], b"abc")
    os.close(ends[1])
    with os.fdopen(ends[0]) as stream:
        monkeypatch.setattr("sys.stdin", stream)
        assert read("-") == b"abc"


def test_wildcards_where_no_shell_expands_them(tmp_path: Path) -> None:
    for name in ("b.cer", "a.cer", "c[1].pem"):
        (tmp_path / name).touch()
    words = [f"{tmp_path}/{name}" for name in ("c[1].pem", "*.cer", "?.crt", "none")]
    assert expanded(words) == tuple(words)
    found = [path.removeprefix(f"{tmp_path}/") for path in expanded(words, by_shell=False)]
    assert found == ["c[1].pem", "a.cer", "b.cer", "?.crt", "none"]

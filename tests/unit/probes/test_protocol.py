"""Messages over a pipe: whole, in pieces, with a secret behind, and garbage."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from a3check.probes.protocol import (
    BrokenChannelError,
    Intake,
    line,
    packed,
    unpacked,
    wipe,
)


class Pieces(io.RawIOBase):
    """Gives its bytes in pieces of a size."""

    def __init__(self, data: bytes, size: int = 1 << 20) -> None:
        self.data = data
        self.size = size

    def readinto(self, buffer: object) -> int:
        assert isinstance(buffer, bytearray)
        piece = self.data[: min(self.size, len(buffer))]
        self.data = self.data[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)


@pytest.mark.parametrize("size", [1, 3, 7, 1 << 20])
def test_messages_and_the_secret_behind_come_whole(size: int) -> None:
    secret = bytes(range(256)) + b"\n{}\n"
    sent = line({"id": 1, "secret": len(secret)}) + secret + line({"id": 2})
    intake = Intake(Pieces(sent, size))
    assert intake.message() == {"id": 1, "secret": 260}
    assert intake.secret(260) == secret
    assert intake.message() == {"id": 2}
    assert intake.message() is None


def test_no_copy_of_a_secret_is_kept() -> None:
    secret = b"a secret of 12"
    intake = Intake(Pieces(line({"secret": len(secret)}) + secret))
    intake.message()
    intake.secret(len(secret))
    assert secret not in bytes(intake._chunk)


@pytest.mark.parametrize(
    "garbage",
    [b"no json\n", b"[1]\n", b"\xff\xfe{\n", b"[" * 100_000 + b"\n", b'"' * 5000 + b"\n"],
)
def test_garbage_is_refused(garbage: bytes) -> None:
    with pytest.raises(BrokenChannelError):
        Intake(Pieces(garbage), longest=1 << 20).message()


def test_a_line_without_end_is_refused() -> None:
    with pytest.raises(BrokenChannelError):
        Intake(Pieces(b"{" * 5000), longest=4096).message()


def test_a_cut_line_is_the_end() -> None:
    assert Intake(Pieces(b'{"id":')).message() is None


def test_a_cut_secret_is_refused() -> None:
    intake = Intake(Pieces(b"{}\n123"))
    intake.message()
    with pytest.raises(BrokenChannelError):
        intake.secret(4)


def test_a_closed_stream_is_the_end() -> None:
    closed = io.FileIO(__file__)
    closed.close()
    assert Intake(closed).message() is None


@given(st.binary())
def test_bytes_travel(data: bytes) -> None:
    assert unpacked(packed(data)) == data


@pytest.mark.parametrize("text", ["!", "YQ", None, 7, "é"])
def test_what_is_no_base64_is_empty(text: object) -> None:
    assert unpacked(text) == b""


def test_wiped_is_empty() -> None:
    secret = bytearray(b"1234")
    wipe(secret)
    assert secret == b""

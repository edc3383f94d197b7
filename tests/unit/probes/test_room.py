"""Does a pipe take so many bytes at once, without making its writer wait?"""

from __future__ import annotations

import os
import select
from typing import TYPE_CHECKING

import pytest

from a3check.probes.room import has_room

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO


@pytest.fixture
def ends() -> Iterator[tuple[int, IO[bytes]]]:
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb", buffering=0) as stream:
        yield reading, stream


def test_an_empty_pipe_takes_a_message(ends: tuple[int, IO[bytes]]) -> None:
    assert has_room(ends[1], select.PIPE_BUF)
    os.close(ends[0])


def test_more_than_is_promised_is_left_to_a_thread(ends: tuple[int, IO[bytes]]) -> None:
    assert not has_room(ends[1], select.PIPE_BUF + 1)
    os.close(ends[0])


def test_a_full_pipe_takes_nothing(ends: tuple[int, IO[bytes]]) -> None:
    os.set_blocking(ends[1].fileno(), False)
    while ends[1].write(bytes(select.PIPE_BUF)):
        pass
    assert not has_room(ends[1], 1)
    os.read(ends[0], select.PIPE_BUF)
    assert has_room(ends[1], 1)
    os.close(ends[0])


def test_nobody_reads_any_more(ends: tuple[int, IO[bytes]]) -> None:
    os.close(ends[0])
    assert not has_room(ends[1], 1)


def test_no_pipe_and_a_closed_one(ends: tuple[int, IO[bytes]]) -> None:
    os.close(ends[0])
    ends[1].close()
    assert not has_room(ends[1], 1)
    assert not has_room(None, 1)

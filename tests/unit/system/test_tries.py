import os
from dataclasses import replace
from pathlib import Path

import pytest

from a3check.core.ports import Token, TryEnd
from a3check.core.secret import Secret
from a3check.system import folders, tries
from a3check.system.tries import TryBook

TOKEN = Token("/m", 1, "R", "Token", "Casa", "M1", "0042", True)
OTHER = replace(TOKEN, serial="77")
SAME = replace(TOKEN, module="/other", serial="42", maker="CASA")
KEY = b"k" * 32


def pin(text: bytes = b"1234") -> Secret:
    return Secret(bytearray(text))


@pytest.fixture
def book(tmp_path: Path) -> TryBook:
    return TryBook(tmp_path, KEY)


def spend(book: TryBook, end: TryEnd, token: Token = TOKEN, text: bytes = b"1234") -> None:
    assert book.begin(token, pin(text))
    book.end(token, end)


def test_a_try_is_counted_before_it_is_sent(book: TryBook, tmp_path: Path) -> None:
    assert book.wrong(TOKEN) == 0
    assert book.begin(TOKEN, pin())
    assert book.wrong(TOKEN) == 1
    assert TryBook(tmp_path, KEY).wrong(TOKEN) == 1, "as after a crash"


@pytest.mark.parametrize(
    ("ends", "count"),
    [
        ((TryEnd.SPENT,), 1),
        ((TryEnd.SPENT, TryEnd.SPENT), 2),
        ((TryEnd.SPENT, TryEnd.UNTOUCHED), 1),
        ((TryEnd.UNTOUCHED,), 0),
        ((TryEnd.SPENT, TryEnd.SPENT, TryEnd.ACCEPTED), 0),
        ((TryEnd.ACCEPTED, TryEnd.SPENT), 1),
    ],
)
def test_the_count(ends: tuple[TryEnd, ...], count: int, book: TryBook, tmp_path: Path) -> None:
    for end in ends:
        spend(book, end)
    assert book.wrong(TOKEN) == count
    assert TryBook(tmp_path, KEY).wrong(TOKEN) == count
    assert book.wrong(OTHER) == 0


def test_one_token_in_two_spellings_is_one(book: TryBook) -> None:
    spend(book, TryEnd.SPENT)
    assert book.wrong(SAME) == 1
    assert book.repeats(SAME, pin())


@pytest.mark.parametrize(
    ("end", "repeats"),
    [(TryEnd.SPENT, True), (TryEnd.ACCEPTED, False), (TryEnd.UNTOUCHED, False)],
)
def test_the_very_pin_that_was_refused(end: TryEnd, repeats: bool, book: TryBook) -> None:
    assert not book.repeats(TOKEN, pin())
    spend(book, end)
    assert book.repeats(TOKEN, pin()) is repeats
    assert not book.repeats(TOKEN, pin(b"4321"))
    assert not book.repeats(OTHER, pin())


def test_a_right_pin_forgets_the_wrong_one(book: TryBook) -> None:
    spend(book, TryEnd.SPENT)
    spend(book, TryEnd.ACCEPTED, text=b"4321")
    assert not book.repeats(TOKEN, pin())


def test_a_token_is_in_one_a3checks_hands_alone(book: TryBook, tmp_path: Path) -> None:
    beside = TryBook(tmp_path, KEY)
    assert book.begin(TOKEN, pin())
    assert not beside.begin(TOKEN, pin(b"4321"))
    assert beside.begin(OTHER, pin())
    assert book.wrong(TOKEN) == 1, "what was not sent is not counted"
    book.end(TOKEN, TryEnd.SPENT)
    assert beside.begin(TOKEN, pin(b"4321"))
    assert beside.wrong(TOKEN) == 2


def test_nothing_of_the_pin_and_no_serial_is_written(book: TryBook, tmp_path: Path) -> None:
    spend(book, TryEnd.SPENT, text=b"135790")
    for path in tmp_path.iterdir():
        assert path.stat().st_mode & 0o077 == 0
        text = path.name.encode() + path.read_bytes()
        assert not any(word in text for word in (b"135790", b"0042", b"Casa"))
    assert "135790" not in repr(book)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"a": "x", "b": -1}'])
def test_a_damaged_count_begins_anew(content: bytes, book: TryBook, tmp_path: Path) -> None:
    (tmp_path / "tries.json").write_bytes(content)
    assert book.wrong(TOKEN) == 0
    spend(book, TryEnd.SPENT)
    assert book.wrong(TOKEN) == 1


def test_an_end_without_a_begin(book: TryBook) -> None:
    book.end(TOKEN, TryEnd.SPENT)
    book.end(TOKEN, TryEnd.UNTOUCHED)
    assert book.wrong(TOKEN) == 0
    assert not book.repeats(TOKEN, pin())


def test_a_folder_that_cannot_be_written_stops_no_login() -> None:
    book = TryBook(Path(os.devnull), KEY)
    spend(book, TryEnd.SPENT)
    assert book.repeats(TOKEN, pin())


def test_the_users_own_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    spend(tries.book(), TryEnd.SPENT)
    assert tries.book().wrong(TOKEN) == 1
    assert (folders.data() / "tries").stat().st_mode & 0o777 == 0o700
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(blocked))
    assert tries.book().wrong(TOKEN) == 0

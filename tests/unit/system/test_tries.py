import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from a3check.core.cryptoki import Token, TokenKey
from a3check.core.question import TryEnd
from a3check.core.secret import Secret
from a3check.system import folders, tries
from a3check.system.tries import FADES, KEY_RESTS, TryBook

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
        ((TryEnd.UNANSWERED,), 1),
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
    [
        (TryEnd.SPENT, TryEnd.SPENT),
        (TryEnd.UNANSWERED, TryEnd.UNANSWERED),
        (TryEnd.ACCEPTED, None),
        (TryEnd.UNTOUCHED, None),
    ],
)
def test_the_very_pin_that_was_sent_in_vain(
    end: TryEnd, repeats: TryEnd | None, book: TryBook
) -> None:
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


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff", b'{"a": "x", "b": -1}', b'{"a": {"wrong": 2}}'],
)
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


def test_a_folder_that_cannot_be_written_counts_in_memory() -> None:
    book = TryBook(Path(os.devnull), KEY)
    spend(book, TryEnd.SPENT)
    assert book.repeats(TOKEN, pin())
    spend(book, TryEnd.SPENT, text=b"4321")
    assert book.wrong(TOKEN) == 2
    assert book.begin(TOKEN, pin())
    assert not book.begin(TOKEN, pin()), "no lock file, and yet one at a time"
    book.end(TOKEN, TryEnd.ACCEPTED)
    assert book.wrong(TOKEN) == 0


def test_what_could_not_be_written_goes_with_the_file(
    book: TryBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, path.name, len(content))

    spend(book, TryEnd.SPENT, OTHER)
    with monkeypatch.context() as broken:
        broken.setattr(folders, "write", full)
        spend(book, TryEnd.SPENT)
        spend(book, TryEnd.ACCEPTED, OTHER)
        assert (book.wrong(TOKEN), book.wrong(OTHER)) == (1, 0)
        assert TryBook(tmp_path, KEY).wrong(OTHER) == 1
    spend(book, TryEnd.SPENT)
    after = TryBook(tmp_path, KEY)
    assert (after.wrong(TOKEN), after.wrong(OTHER)) == (2, 0)


def test_the_users_own_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    spend(tries.book(), TryEnd.SPENT)
    assert tries.book().wrong(TOKEN) == 1
    assert (folders.data() / "tries").stat().st_mode & 0o777 == 0o700
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(blocked))
    assert tries.book().wrong(TOKEN) == 0


def test_one_book_serves_every_run_of_a_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    spend(tries.book(), TryEnd.SPENT)
    assert tries.book().repeats(TOKEN, pin())
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "another"))
    assert not tries.book().repeats(TOKEN, pin())


# ---- when a count is wrong, or old

LOW = replace(TOKEN, pin_count_low=True)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = NOW.timestamp()

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(tmp_path: Path, clock: Clock) -> TryBook:
    return TryBook(tmp_path, KEY, clock)


LATER = NOW + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("shown", "since", "count"),
    [
        ((LOW, TOKEN), LATER, 0),
        ((replace(TOKEN, pin_final_try=True), TOKEN), LATER, 0),
        ((LOW, TOKEN), None, 0),
        ((LOW, LOW), LATER, 2),
        ((TOKEN, TOKEN), LATER, 2),
        ((LOW, SAME), LATER, 2),
        ((replace(LOW, module="/other"), TOKEN), LATER, 2),
        ((LOW, TOKEN), NOW, 2),
    ],
    ids=[
        "a right PIN elsewhere",
        "final try",
        "no moment",
        "still low",
        "a token without flags",
        "a module without flags",
        "another module's flags",
        "counted after the flags were read",
    ],
)
def test_the_tokens_own_flags_disprove_a_count(
    shown: tuple[Token, ...], since: datetime | None, count: int, timed: TryBook
) -> None:
    spend(timed, TryEnd.SPENT)
    spend(timed, TryEnd.SPENT)
    for token in shown:
        timed.look(token, since)
    assert timed.wrong(shown[-1]) == count
    assert bool(timed.repeats(TOKEN, pin())) is (count > 0)


def test_flags_before_any_of_our_tries_tell_nothing(timed: TryBook) -> None:
    timed.look(LOW, LATER)
    spend(timed, TryEnd.SPENT)
    timed.look(TOKEN, LATER)
    assert timed.wrong(TOKEN) == 1


@pytest.mark.parametrize(("seconds", "count"), [(FADES - 1, 2), (FADES, 0), (-FADES, 0)])
def test_a_count_fades_where_the_token_shows_no_flag(
    seconds: float, count: int, timed: TryBook, clock: Clock
) -> None:
    spend(timed, TryEnd.SPENT)
    spend(timed, TryEnd.SPENT)
    clock.at += seconds
    assert timed.wrong(TOKEN) == count
    assert timed.wrong(LOW) == 2
    spend(timed, TryEnd.SPENT)
    assert timed.wrong(TOKEN) == count + 1


def test_an_untouched_try_does_not_make_a_count_younger(timed: TryBook, clock: Clock) -> None:
    spend(timed, TryEnd.SPENT)
    clock.at += FADES - 1
    spend(timed, TryEnd.UNTOUCHED)
    assert timed.wrong(TOKEN) == 1
    clock.at += 1
    assert timed.wrong(TOKEN) == 0


def test_a_pin_typed_at_the_reader_counts_and_has_no_digest(book: TryBook) -> None:
    assert book.begin(TOKEN, None)
    book.end(TOKEN, TryEnd.SPENT)
    assert book.wrong(TOKEN) == 1
    assert not book.repeats(TOKEN, pin(b""))


# ---- a key that wants its own login

GUARDED = TokenKey(b"\1", "", "rsa", always_authenticate=True)
NEXT = replace(GUARDED, id=b"\2")


@pytest.mark.parametrize(
    ("end", "rests"),
    [(TryEnd.ACCEPTED, False), (TryEnd.UNTOUCHED, False), (TryEnd.SPENT, True)],
)
def test_a_key_rests_after_its_refusal(
    end: TryEnd, rests: bool, book: TryBook, tmp_path: Path
) -> None:
    assert not book.key_rests(TOKEN, GUARDED)
    assert book.begin_key(TOKEN, GUARDED)
    assert TryBook(tmp_path, KEY).key_rests(TOKEN, GUARDED), "as after a crash"
    assert not TryBook(tmp_path, KEY).begin_key(TOKEN, GUARDED)
    book.end_key(TOKEN, GUARDED, end)
    assert book.key_rests(SAME, GUARDED) is rests
    assert book.begin_key(TOKEN, GUARDED) is not rests
    assert not book.key_rests(TOKEN, NEXT)
    assert not book.key_rests(OTHER, GUARDED)
    assert book.wrong(TOKEN) == 0


def test_a_key_rests_longer_the_second_time(timed: TryBook, clock: Clock) -> None:
    for rest in KEY_RESTS:
        assert timed.begin_key(TOKEN, GUARDED)
        timed.end_key(TOKEN, GUARDED, TryEnd.SPENT)
        clock.at += rest - 1
        assert timed.key_rests(TOKEN, GUARDED)
        clock.at += 1
        assert not timed.key_rests(TOKEN, GUARDED)
    assert timed.begin_key(TOKEN, GUARDED)
    timed.end_key(TOKEN, GUARDED, TryEnd.UNTOUCHED)
    assert not timed.key_rests(TOKEN, GUARDED)
    assert timed.begin_key(TOKEN, GUARDED)
    timed.end_key(TOKEN, GUARDED, TryEnd.ACCEPTED)
    assert not timed.key_rests(TOKEN, GUARDED)

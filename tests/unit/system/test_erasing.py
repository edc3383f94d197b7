"""“Apagar meus dados”: all goes, but for what keeps a token from being blocked."""

import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from a3check.core.cryptoki import Token
from a3check.core.erasure import Erasure
from a3check.core.ports import Tries
from a3check.core.question import TryEnd
from a3check.core.secret import Secret
from a3check.core.settings import Settings
from a3check.system import folders, lockfile, tries
from a3check.system.erasing import erase
from a3check.system.memory import SettingsFile
from a3check.system.tries import FADES, KEY_RESTS

TOKEN = Token("/lib/m.so", 0, "Leitora", "Rótulo", "Casa", "M1", "0042", initialized=True)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    return tmp_path


def fill() -> None:
    SettingsFile(folders.data()).save(Settings())
    folders.key()
    (folders.data() / "history").mkdir()
    folders.write(folders.data() / "history" / "20261122T143107-7f3a.json", b"{}")
    (folders.cache() / "acs").mkdir()
    folders.write(folders.cache() / "acs" / "one.der", b"0")
    folders.write(folders.logs() / "one.log", b"")


def spend(end: TryEnd) -> None:
    spend_on(tries.book(), end)


def spend_on(book: Tries, end: TryEnd = TryEnd.SPENT) -> None:
    assert book.begin(TOKEN, Secret(bytearray(b"2468")))
    book.end(TOKEN, end)


def left(home: Path) -> list[str]:
    return sorted(str(p.relative_to(home)) for p in home.rglob("*") if not p.is_dir())


def test_nothing_is_left_and_the_program_goes_on(home: Path) -> None:
    fill()
    spend(TryEnd.ACCEPTED)
    done = erase()
    assert done.whole
    assert done.files >= 6
    assert list(home.rglob("a3check*")) == []
    assert erase() == Erasure()
    spend(TryEnd.ACCEPTED)
    assert SettingsFile(folders.data()).load() == Settings()


def test_a_count_that_matters_stays_and_is_still_found(home: Path) -> None:
    fill()
    spend(TryEnd.SPENT)
    assert tries.book().wrong(TOKEN) == 1
    done = erase()
    assert (done.counts, done.left, done.whole) == (1, (), False)
    kept = {Path(name).name for name in left(home)}
    assert {"key", "tries.json"} <= kept
    assert not kept & {"settings.json", "one.log", "one.der", "20261122T143107-7f3a.json"}
    tries._book.cache_clear()  # as in another start of the program
    assert tries.book().wrong(TOKEN) == 1, "erasing gives nobody another try"
    text = (folders.data() / "tries" / "tries.json").read_text("utf-8")
    assert TOKEN.serial not in text
    assert "Rótulo" not in text


@pytest.mark.parametrize(
    ("file", "age", "flags", "stays"),
    [
        ("tries.json", FADES - 60, "", True),
        ("tries.json", FADES + 60, "", False),
        ("tries.json", FADES + 60, "abc", True),
        ("keys.json", KEY_RESTS[0] - 60, "", True),
        ("keys.json", KEY_RESTS[0] + 60, "", False),
    ],
)
def test_a_count_stays_as_long_as_it_is_held_against_a_token(
    file: str, age: float, flags: str, stays: bool
) -> None:
    folder = folders.data() / "tries"
    folder.mkdir()
    count = {"wrong": 1, "at": time.time() - age, "flags": flags}
    folders.write(folder / file, json.dumps({"0a": count}).encode())
    assert erase().counts == int(stays)
    assert (folder / file).exists() is stays


def test_a_login_that_goes_on_elsewhere_keeps_its_lock(home: Path) -> None:
    fill()
    book = tries.book()
    pin = Secret(bytearray(b"2468"))
    assert book.begin(TOKEN, pin)
    (folders.data() / "tries" / "tries.json").unlink()  # were its count not written yet
    assert erase().counts == 1
    assert not book.begin(TOKEN, pin), "still locked"
    book.end(TOKEN, TryEnd.ACCEPTED)
    assert erase().whole


RUN_ELSEWHERE = """
import sys
from unittest.mock import Mock
from a3check.core.wishes import Wishes
from a3check.core.profile import builtin
from a3check.world import assemble
from tests.unit.system.test_erasing import TOKEN, spend_on
world = assemble(builtin(), Wishes(), Mock())
print("asked", flush=True)
sys.stdin.readline()
spend_on(world.ports.tries)
world.close()
"""
SECONDS = 30.0
"""Deadline of a process that begins and ends."""


@pytest.mark.parametrize("again", [False, True])
def test_the_try_of_a_run_elsewhere_is_seen_though_all_was_erased_before_it_was_sent(
    again: bool,
) -> None:
    """Its question stood open: it had read the key, and counted nothing yet."""
    run = subprocess.Popen(
        [sys.executable, "-c", RUN_ELSEWHERE],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with run:
        assert run.stdout is not None
        assert run.stdout.readline() == "asked\n"
        assert erase().counts == 1
        if again:
            tries.book()  # a run here begins meanwhile, with whatever key there is
        run.communicate("go\n", timeout=SECONDS)
    assert run.returncode == 0
    assert tries.book().wrong(TOKEN) == 1
    assert not list((folders.data() / "tries").glob(f"{run.pid:08x}*"))


def test_a_run_that_is_over_holds_nothing() -> None:
    fill()
    let_go = (tries.book(), tries.hold())[1]
    assert erase().counts == 1
    other = tries.hold()  # not the place's owner: it leaves it alone
    other()
    assert erase().counts == 1
    let_go()
    assert erase().whole


def test_a_count_that_could_not_be_written_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    fill()
    tries.book()

    def full(path: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as disk:
        disk.setattr(folders, "write", full)
        spend(TryEnd.SPENT)
    assert erase().counts == 1
    assert tries.book().wrong(TOKEN) == 1
    assert tries.book().repeats(TOKEN, Secret(bytearray(b"2468")))


def test_what_is_not_the_users_stays_and_is_not_told(home: Path) -> None:
    fill()
    profile = folders.data() / "profiles" / "town.toml"
    profile.parent.mkdir()
    profile.write_text("format = 1")
    assert erase().whole
    assert left(home) == ["data/a3check/profiles/town.toml"]


@pytest.mark.parametrize("opened", [True, False])
def test_an_open_window_is_still_found(home: Path, opened: bool) -> None:
    fill()
    lock = lockfile.take(folders.data() / "window.lock")
    assert lock is not None
    (folders.data() / "window.sock").write_text("")
    if not opened:
        os.close(lock)
    assert erase().whole
    kept = ["data/a3check/window.lock", "data/a3check/window.sock"]
    assert left(home) == (kept if opened else [])
    if opened:
        os.close(lock)


def test_a_link_goes_and_what_it_leads_to_stays(home: Path) -> None:
    mine = home / "mine"
    mine.mkdir()
    (mine / "file").write_text("x")
    (folders.data() / "history").symlink_to(mine)
    (folders.cache() / "gone").symlink_to(home / "nowhere")
    assert erase() == Erasure(2)
    assert left(home) == ["mine/file"]


def test_what_cannot_be_removed_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill()

    def refuse(path: Path, *, missing_ok: bool = False) -> None:
        if path.name == "one.log":
            raise PermissionError(path)
        os.unlink(path)  # noqa: PTH108 - the method is replaced

    monkeypatch.setattr(Path, "unlink", refuse)
    done = erase()
    assert (done.left, done.whole) == (("one.log",), False)
    assert folders.logs_path().is_dir()

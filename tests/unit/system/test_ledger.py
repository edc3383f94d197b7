"""The list of CAs that can be taken away again: kept, bounded, and calm about damage."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from a3check.system import registry
from a3check.system.erasing import erase
from a3check.system.ledger import LARGEST, NAME, Installed, InstalledFile, mark

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO = Installed("a" * 64, "AC Inventada v5"), Installed("b" * 64, "AC Inventada Múltipla v5")


def test_what_is_noted_is_there_until_it_is_taken_away(tmp_path: Path) -> None:
    file = InstalledFile(tmp_path / "new")
    assert file.load() == ()
    for each in (ONE, TWO, ONE):
        file.note(each)
    assert file.load() == (ONE, TWO)
    file.forget(ONE)
    assert file.load() == (TWO,)
    file.forget(TWO)
    assert file.load() == ()
    assert not (tmp_path / "new" / NAME).exists()


def test_a_stick_shows_what_was_put_into_this_windows_alone(tmp_path: Path) -> None:
    here, there = InstalledFile(tmp_path, "here"), InstalledFile(tmp_path, "there")
    here.note(ONE)
    there.note(TWO)
    (own,) = here.load()
    assert (own.name, [row.name for row in there.load()]) == (ONE.name, [TWO.name])
    here.forget(own)
    assert here.load() == ()
    assert [row.name for row in there.every()] == [TWO.name]


def test_a_mark_leads_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    assert mark() == ""
    found = {"MachineGuid": "0b1c6a53-invented"}
    monkeypatch.setattr(registry, "values", lambda *_: found)
    marks = []
    for user in ("José", "Ana"):
        monkeypatch.setenv("USERNAME", user)
        marks.append(mark())
    assert len(set(marks)) == 2
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in marks)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"cas": 3}',
        json.dumps({"cas": [{"sha256": ONE.sha256, "name": "AC", "mark": 3}]}).encode(),
        b'{"cas": [3, {}, {"sha256": 1, "name": "x"}, {"sha256": "zz", "name": "x"}]}',
        json.dumps({"cas": [{"sha256": ONE.sha256, "name": "AC\x1b[2J"}]}).encode(),
        b"[" * 5000,
        b" " * (LARGEST + 1),
        b"\xff\xfe",
    ],
)
def test_a_damaged_list_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    assert InstalledFile(tmp_path).load() == ()


def test_a_name_is_cut(tmp_path: Path) -> None:
    InstalledFile(tmp_path).note(Installed("a" * 64, "A" * 999))
    (row,) = InstalledFile(tmp_path).load()
    assert row.name == "A" * 200


def test_a_list_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    assert InstalledFile(tmp_path).load() == ()


def test_erasing_the_users_data_leaves_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    folder = tmp_path / "data" / "a3check"
    InstalledFile(folder).note(ONE)
    (folder / "settings.json").write_text("{}")
    done = erase()
    assert (done.files, done.installed, done.whole) == (2, 1, False), "the list's lock goes, too"
    assert [path.name for path in folder.iterdir()] == [NAME]
    assert InstalledFile(folder).load() == (ONE,)

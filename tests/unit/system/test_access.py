"""Who may change a file, from access lists as Windows writes them."""

import tomllib
from pathlib import Path, PurePath, PureWindowsPath
from typing import Any

import pytest

from a3check.system import access, guarded, windows

ROWS = tomllib.loads(
    (Path(__file__).parent / "invented" / "access.toml").read_text(encoding="utf-8")
)["descriptor"]
TIGHT, LOOSE = "D:(A;;FA;;;BA)(A;;0x1200a9;;;BU)", "D:(A;;0x1301bf;;;AU)"
MODULE = PureWindowsPath(r"D:\Fabricante\Driver\m.dll")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["what"])
def test_what_a_list_lets_any_user_do(row: dict[str, Any]) -> None:
    rights = access.ADDS_TO_FOLDER if row.get("rights") else access.CHANGES_FILE
    assert access.open_to_all(row["text"], rights) is row.get("open")


def test_reading_is_no_change() -> None:
    for rights in (access.CHANGES_FILE, access.ADDS_TO_FOLDER, access.MOVES_FOLDER):
        assert access.open_to_all("D:(A;;FRFX;;;WD)", rights) is False
        assert access.open_to_all("D:(A;;FA;;;WD)", rights) is True
    assert access.open_to_all("D:(A;;CCDC;;;WD)", access.MOVES_FOLDER) is False
    assert access.open_to_all("D:(A;;DT;;;WD)", access.MOVES_FOLDER) is True


@pytest.mark.parametrize(
    ("lists", "replaceable"),
    [
        ({}, False),
        ({MODULE: LOOSE}, True),
        ({MODULE.parent: LOOSE}, True),
        ({MODULE.parent.parent: LOOSE}, True),
        ({MODULE.parent.parent: "D:(A;;DCLC;;;AU)"}, False),
        ({MODULE.parent.parent: None}, False),
        ({MODULE: None}, None),
        ({MODULE.parent: None}, None),
        ({MODULE: None, MODULE.parent: LOOSE}, True),
        ({MODULE: LOOSE, MODULE.parent: None}, True),
        ({MODULE: None, MODULE.parent: None}, None),
    ],
)
def test_file_folder_and_those_above(
    lists: dict[PurePath, str | None], replaceable: bool | None
) -> None:
    known = {str(path): text for path, text in lists.items()}
    assert guarded.judged(MODULE, lambda path: known.get(path, TIGHT)) is replaceable


def test_without_lists_the_place_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    folders = {"SystemRoot": r"C:\Windows"}
    assert guarded.replaceable("x") is None
    assert windows.unsafe(r"D:\m.dll", folders)
    assert not windows.unsafe(r"C:\Windows\System32\m.dll", folders)
    monkeypatch.setattr(guarded, "replaceable", lambda _path: False)
    assert not windows.unsafe(r"D:\m.dll", folders)
    monkeypatch.setattr(guarded, "replaceable", lambda _path: True)
    assert windows.unsafe(r"C:\Windows\System32\m.dll", folders)

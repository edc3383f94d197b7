"""Tables that ship with the program: what is read, what is kept of it, and when anew."""

import os
import shutil
import sys
import tomllib
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from a3check.core import tables

RESOURCES = Path(__file__).parents[3] / "resources"
NAMES = [path.relative_to(RESOURCES).as_posix() for path in sorted(RESOURCES.rglob("*.toml"))]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the resources, beside which Python may keep what it reads."""
    place = tmp_path / "resources"
    shutil.copytree(RESOURCES, place, ignore=shutil.ignore_patterns("__pycache__", "cas"))
    monkeypatch.setattr(tables, "resource", place.joinpath)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return place


def unreadable(_data: bytes) -> str:
    raise AssertionError("read once more")


@pytest.mark.parametrize("name", NAMES)
def test_each_is_what_its_file_holds(name: str, folder: Path) -> None:
    held = tomllib.loads((folder / name).read_text("utf-8"))
    assert tables.load(name) == held  # read
    assert tables.load(name) == held  # kept


def test_it_is_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = tables.load("findings.toml")
    assert Path(cache_from_source(str(folder / "findings.toml"))).is_file()
    monkeypatch.setattr(tables, "_source", unreadable)
    assert tables.load("findings.toml") == held


def test_another_file_is_read_anew(folder: Path) -> None:
    before = tables.load("cloud.toml")
    file = folder / "cloud.toml"
    file.write_text(file.read_text("utf-8") + "\n[new]\nyes = true\n", "utf-8")
    assert tables.load("cloud.toml") == {**before, "new": {"yes": True}}


def test_a_file_as_long_as_before_is_another_by_its_time(folder: Path) -> None:
    file = folder / "cloud.toml"
    file.write_text("a = 1\n", "utf-8")
    os.utime(file, (1, 1))
    assert tables.load("cloud.toml") == {"a": 1}
    file.write_text("a = 2\n", "utf-8")
    assert tables.load("cloud.toml") == {"a": 2}


def test_where_nothing_can_be_kept_it_is_read_each_time(folder: Path) -> None:
    (folder / "__pycache__").write_text("no folder", "utf-8")
    assert tables.load("cloud.toml") == tables.load("cloud.toml")
    assert (folder / "__pycache__").read_text("utf-8") == "no folder"


def test_a_damaged_copy_is_read_anew(folder: Path) -> None:
    held = tables.load("cloud.toml")
    kept = Path(cache_from_source(str(folder / "cloud.toml")))
    kept.write_bytes(b"no bytecode")
    assert tables.load("cloud.toml") == held


@pytest.mark.usefixtures("folder")
def test_each_call_has_its_own() -> None:
    tables.load("findings.toml")["finding"].clear()
    assert tables.load("findings.toml")["finding"]


def test_a_damaged_file_is_an_error(folder: Path) -> None:
    (folder / "cloud.toml").write_text("provider = [", "utf-8")
    with pytest.raises(tomllib.TOMLDecodeError):
        tables.load("cloud.toml")


def test_what_is_installed_is_kept_whatever_time_its_files_bear(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {name: tables.load(name) for name in NAMES}
    shutil.rmtree(folder / "__pycache__")
    tables.keep_all()
    made = {path: path.read_bytes() for path in folder.rglob("*.pyc")}
    assert len(made) == len(NAMES)
    assert not [path for path, content in made.items() if str(folder).encode() in content]
    for name in NAMES:
        os.utime(folder / name, (1, 1))
    monkeypatch.setattr(tables, "_source", unreadable)
    assert {name: tables.load(name) for name in NAMES} == held
    assert {path: path.read_bytes() for path in folder.rglob("*.pyc")} == made

"""What the window saves: nothing private, or only the groups that the user wants in clear."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.gui.test_read_off import IDENTITY, PRIVATE, diagnosis
from tests.lab import contents
from tests.lab.private import hunt

from a3check.core.catalogue import catalogue
from a3check.core.profile import builtin
from a3check.desktop import Runs
from a3check.desktop.exporter import Exporter
from a3check.report.groups import EVERYTHING, NOTHING, Group, Shown
from a3check.report.pictures import Picture
from a3check.system import names
from a3check.ui.album import Album

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from a3check.ui.kept import Kept

IN_CLEAR = {
    Group.PERSON: {"name", "CPF", "mail"},
    Group.SERIALS: {"serial"},
    Group.COMPUTER: {"host"},
    Group.PATHS: set(),
    Group.NETWORK: set(),
    Group.PLACE: set(),
}
"""What each group alone shows of our person; the account's name stands in a path only."""


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Runs:
    """A window's runs at the person's own computer."""
    for name in ("DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    for name, values in (
        ("hosts", IDENTITY.hosts),
        ("users", IDENTITY.users),
        ("homes", IDENTITY.homes),
        ("addresses", IDENTITY.addresses),
    ):
        monkeypatch.setattr(names, name, lambda values=values: values)
    return Runs(builtin())


def saved(runs: Runs, shown: Shown, folder: Path) -> Kept:
    """Save as the window does: the picture is drawn of the masked report."""
    exporter, run = Exporter(runs), diagnosis()
    shots = Album(catalogue()).shots(run, exporter.written(run))
    pictures = [Picture(shot.file, shot.kind, shot.moment, shot.png()) for shot in shots]
    folder.mkdir()
    return exporter.keep(run, shown, pictures, folder, screen=True)


def found(kept: Kept) -> dict[str, set[str]]:
    """Return the private values by the file that holds them."""
    hits: dict[str, set[str]] = {}
    for where, what in contents.below(kept.folder):
        told = {hit.partition(": ")[0] for hit in hunt(what, PRIVATE)}
        if told:
            hits.setdefault(where.rpartition("/")[2].partition(":")[0], set()).update(told)
    return hits


def test_nothing_private_is_saved(dressed: QApplication, runs: Runs, tmp_path: Path) -> None:
    kept = saved(runs, NOTHING, tmp_path / "out")
    assert {"captura.png", "relatorio.pdf", "relatorio.json"} <= {
        where.rpartition("/")[2] for where, _ in contents.below(kept.folder)
    }
    assert found(kept) == {}


def test_what_is_shown_is_neither_in_the_picture_nor_in_the_ticket(
    dressed: QApplication, runs: Runs, tmp_path: Path
) -> None:
    hits = found(saved(runs, EVERYTHING, tmp_path / "out"))
    assert set(hits) == {"relatorio.json", "relatorio.pdf"}
    assert hits["relatorio.json"] == {value.what for value in PRIVATE}


@pytest.mark.parametrize("group", Group)
def test_one_group_in_clear_shows_no_other(group: Group, runs: Runs) -> None:
    report = Exporter(runs).written(diagnosis(), frozenset({group}))
    hits = {hit.partition(": ")[0] for hit in hunt(str(report).encode(), PRIVATE)}
    assert hits == IN_CLEAR[group]

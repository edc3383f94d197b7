"""Which portals are offered: the built-in one first, and only what can be used."""

from pathlib import Path

import pytest

from a3check.core.resources import resource
from a3check.system import profiles


def written(path: Path, title: str) -> Path:
    text = resource("profiles/inss.toml").read_text("utf-8")
    path.write_text(text.replace("INSS Digital (entidades parceiras)", title), "utf-8")
    return path


def test_without_any_file_the_built_in_one_is_alone(tmp_path: Path) -> None:
    known = profiles.known(tmp_path / "none")
    assert list(known) == [""]
    assert known[""].name == "inss"


def test_files_of_the_folder_and_the_last_one_are_offered(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    own = written(tmp_path / "own" / "b.toml", "Homologação")
    last = written(tmp_path / "last.toml", "Outro")
    known = profiles.known(tmp_path / "own", str(last))
    assert list(known) == ["", str(own), str(last)]
    assert [p.title for p in known.values()][1:] == ["Homologação", "Outro"]
    assert list(profiles.known(tmp_path / "own", str(own))) == ["", str(own)]


def test_one_that_cannot_be_used_is_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.toml").write_text("format = 2", "utf-8")
    assert list(profiles.known(tmp_path, str(tmp_path / "gone.toml"))) == [""]
    assert len(caplog.records) == 2

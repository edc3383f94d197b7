"""What the command line remembers, and what it takes from the window's settings."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

from tests.lab import wizard

from a3check.core.settings import Place, Settings
from a3check.system.memory import SettingsFile

if TYPE_CHECKING:
    from pathlib import Path

PLACE = Place("Cidade Inventada", "AM", "Prefeitura Inventada", "ACT 1/26", "j@x.test", "555-0100")


def diagnose(home: Path, *options: str) -> dict[str, Any]:
    """Look at this computer alone: nothing leaves it, and it takes a moment."""
    arguments = ("diagnosticar", "--sem-rede", "--so", "computer", "--json", "-", *options)
    done = subprocess.run(
        wizard.command(*arguments),
        env=wizard.environment(home),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=wizard.DEADLINE,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_a_run_is_kept_masked_whatever_was_asked_for(home: Path, tmp_path: Path) -> None:
    assert SettingsFile(home / "data" / "a3check").save(Settings(PLACE))
    folder = tmp_path / "bundle"
    report = diagnose(home, "--sem-mascara", "--relatorio", str(folder))
    assert report["place"]["contact"] == "j@x.test, 555-0100"
    assert report["place"]["municipality"] == "Cidade Inventada"
    assert "Contato: j@x.test, 555-0100" in (folder / "chamado.txt").read_text("utf-8")
    (kept,) = (home / "data" / "a3check" / "history").glob("*.json")
    masked = json.loads(kept.read_text("utf-8"))
    assert (masked["id"], masked["masked"]) == (report["id"], True)
    assert masked["place"] == {**report["place"], "contact": "***"}
    files = [*(home / "data").rglob("*"), *(home / "state").rglob("*")]
    modes = {p.stat().st_mode & 0o777 for p in files if p.is_file()}
    assert modes == {0o600}


def test_without_settings_the_place_is_empty_and_runs_add_up(home: Path) -> None:
    first, second = diagnose(home), diagnose(home)
    assert set(first["place"].values()) == {None}
    kept = {p.stem for p in (home / "data" / "a3check" / "history").glob("*.json")}
    assert kept == {first["id"], second["id"]}

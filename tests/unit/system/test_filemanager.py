"""A file shown in the file manager: asked over D-Bus, or told that nobody took it."""

import sys
from pathlib import Path

import pytest

from a3check.system import filemanager

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="D-Bus")


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a ``dbus-send`` that notes its arguments first on the path; return its notes."""
    program, notes = tmp_path / "dbus-send", tmp_path / "notes"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{notes}\nexit ${{STATUS:-0}}\n', "utf-8")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return notes


def test_the_file_is_named_as_an_address(bus: Path) -> None:
    assert filemanager.select(Path("/media/PEN DRIVE/a,b.zip"))
    said = bus.read_text("utf-8").splitlines()
    assert "org.freedesktop.FileManager1.ShowItems" in said
    assert said[-2:] == ["array:string:file:///media/PEN%20DRIVE/a%2Cb.zip", "string:"]


def test_nobody_takes_it(bus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATUS", "1")
    assert not filemanager.select(Path("/media/x.zip"))
    monkeypatch.setenv("PATH", str(bus.parent / "none"))
    assert not filemanager.select(Path("/media/x.zip"))

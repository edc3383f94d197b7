"""Is a page handed to the browser, and only a page, and only where there is a screen?"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from a3check.system import opener

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://portal.test/tarefas?a=1&b=2"


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for the desktop's opener, first in PATH, and the file it writes to."""
    said = tmp_path / "given"
    program = tmp_path / "xdg-open"
    program.write_text(f'#!/bin/sh\nprintf "%s %s" "$#" "$1" > {said}\necho noise >&2\n', "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":99")
    return said


def test_the_page_is_one_argument(given: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert opener.open_page(URL)
    assert given.read_text("utf-8") == f"1 {URL}"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "--help", "portal.test"])
def test_only_pages_of_the_web_are_opened(url: str, given: Path) -> None:
    assert not opener.open_page(url)
    assert not given.exists()


def test_without_a_screen_nothing_is_begun(given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert not opener.open_page(URL)
    assert not given.exists()


def test_an_opener_that_fails_or_is_not_there(
    given: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = given.with_name("xdg-open")
    program.write_text("#!/bin/sh\nexit 3\n", "utf-8")
    assert not opener.open_page(URL)
    program.unlink()
    monkeypatch.setenv("PATH", str(given.parent))
    assert not opener.open_page(URL)


def test_an_opener_that_stays_has_opened_it(given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opener, "OPENER_WAIT", 0.0)
    held = given.with_name("held")
    os.mkfifo(held)
    program = given.with_name("xdg-open")
    program.write_text(f"#!/bin/sh\nread _ < {held}\n", "utf-8")
    with pytest.warns(ResourceWarning, match="still running"):
        assert opener.open_page(URL)
    held.write_text("go\n", "utf-8")

"""A print on a real display, by keys alone and by mouse: taken, covered, accepted, saved."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QImage
from tests.gui.printed import ERROR, PERSON
from tests.gui.test_display import environment
from tests.gui.test_keys import display, lines, running
from tests.gui.test_ticket_display import Hands
from tests.lab.ocr import needs_ocr, read, shows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "openbox", "xdotool"))),
        reason="Xvfb, openbox or xdotool is not installed",
    ),
    needs_ocr,
]
__all__ = ["display"]


def by_keys(hands: Hands) -> None:
    hands.press("alt+p")
    hands.until("camera")
    hands.press("Return")
    hands.until("counting")
    hands.press("Escape")
    hands.until("back")
    hands.press("Return")
    hands.until("looked")
    hands.press("Right", *["Left"] * 16, *["Up"] * 1, *["shift+Down"] * 1)
    hands.press(*["shift+Right"] * 27)
    hands.until("selected")
    hands.press("Return")
    hands.until("covered")
    hands.press("alt+u")
    hands.until("accepted")


def by_mouse(hands: Hands) -> None:
    hands.press("alt+p")
    hands.until("camera")
    hands.click("take")
    hands.until("looked")
    hands.drag("corner", *hands.places["end"])
    hands.until("selected")
    hands.click("cover")
    hands.until("covered")
    hands.click("use")
    hands.until("accepted")


@pytest.mark.parametrize("way", [by_keys, by_mouse])
def test_the_error_is_in_the_print_and_the_person_is_not(
    display: str, tmp_path: Path, way: Callable[[Hands], None]
) -> None:
    own = environment(
        DISPLAY=display, QT_QPA_PLATFORM="xcb", WAYLAND_DISPLAY="", XDG_SESSION_TYPE="x11"
    )
    with running([sys.executable, "-m", "tests.gui.printed", str(tmp_path)], own) as window:
        hands = Hands(own, lines(window.stdout))
        hands.places = {}
        hands.until("ended")
        way(hands)
        hands.press("ctrl+s")
        hands.until("values")
        hands.press("Return")
        hands.until("kept")
    (picture,) = tmp_path.rglob("navegador.png")
    assert QImage(str(picture)).width() == 1366
    said = read(picture)
    assert shows(said, ERROR)
    assert shows(said, "login.rejected")
    assert not shows(said, PERSON)
    assert not shows(said, PERSON.partition(" ")[0])

"""Saving by keys alone on a real display, then pasted and dropped into another program."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from tests.gui.test_display import environment
from tests.gui.test_keys import display, lines, running
from tests.gui.test_ticket_display import Hands

from a3check.report.bundle import unpacked

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "openbox", "xdotool"))),
        reason="Xvfb, openbox or xdotool is not installed",
    ),
]
__all__ = ["display"]


def test_saved_by_keys_pasted_and_dropped(display: str, tmp_path: Path) -> None:
    folder = tmp_path / "salvo"
    folder.mkdir()
    own = environment(DISPLAY=display, QT_QPA_PLATFORM="xcb", WAYLAND_DISPLAY="")
    program = [sys.executable, "-m", "tests.gui.saving_shown", str(folder)]
    with running(program, own) as window:
        hands = Hands(own, lines(window.stdout))
        hands.places = {}
        hands.until("ended")
        hands.press("ctrl+s")
        hands.until("values")
        assert list(folder.iterdir()) == []
        hands.press("Return")
        _, x, y, path = hands.until("kept").split(" ", 3)
        bundle = Path(path)
        assert "relatorio.pdf" in unpacked(bundle.read_bytes())
        hands.press("Return")  # “Copiar” has the focus
        _, _page_x, page_y = hands.until("page ").split()
        hands.press("ctrl+v")
        assert hands.until("pasted") == f"pasted {bundle}"
        hands.press("alt+Tab")
        hands.until("back")
        hands.places |= {"tile": (x, y)}
        said = hands.until("dropped", lambda: hands.drag("tile", "100", page_y))
        assert said == f"dropped {bundle.name}"

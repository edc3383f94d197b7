"""On a real display beside a browser: copied and pasted, dragged and dropped, always in front."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Final

import pytest
from tests.gui import scenes
from tests.gui.filed import CONTACT, NAMES
from tests.gui.test_display import environment
from tests.gui.test_keys import Keyboard, display, lines, running

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "openbox", "xdotool"))),
        reason="Xvfb, openbox or xdotool is not installed",
    ),
]
__all__ = ["display"]
MOST: Final = 400
"""Lines that may be heard until the one that is waited for."""


class Hands(Keyboard):
    """Uses the mouse, too, and remembers where everything was said to be."""

    places: dict[str, tuple[str, str]]

    def until(self, start: str) -> str:
        """Return the next line that begins so."""
        for _ in range(MOST):
            line = self.hear()
            word, *rest = line.split(" ", 3)
            if word == "at":
                self.places[rest[2]] = (rest[0], rest[1])
            if line.startswith(start):
                return line
        raise AssertionError(start)

    def move(self, x: str, y: str) -> None:
        self._do("mousemove", x, y)

    def click(self, name: str) -> None:
        self.move(*self.places[name])
        self._do("click", "1")

    def wheel(self, times: int) -> None:
        self._do("click", "--repeat", str(times), "--delay", "40", "5")

    def drag(self, name: str, x: str, y: str) -> None:
        """Carry something to another place, as slowly as a hand does."""
        left, top = map(int, self.places[name])
        self.move(str(left), str(top))
        self._do("mousedown", "1")
        for step in (6, 14, 30):
            self._do("mousemove", str(left - step), str(top))
        self.move(x, y)
        self._do("mousemove_relative", "3", "3")
        self._do("mouseup", "1")


def test_beside_the_browser(display: str, tmp_path: Path) -> None:
    folder = tmp_path / "salvo"
    folder.mkdir()
    own = environment(DISPLAY=display, QT_QPA_PLATFORM="xcb", WAYLAND_DISPLAY="")
    program = [sys.executable, "-m", "tests.gui.ticketed", str(folder)]
    with running(program, own) as window:
        hands = Hands(own, lines(window.stdout))
        hands.places = {}
        _, x, y = hands.until("ended").split()
        hands.places["ticket"] = (x, y)
        hands.click("ticket")
        _, front, left, width = hands.until("in-front").split()
        assert front == "True"
        assert int(left) + int(width) <= 1366
        assert int(left) >= 1366 // 2, "the page has the other half"
        hands.click("Abrir a página do INSS")
        assert hands.until("visited") == f"visited {scenes.SUPPORT}"
        _, page_x, page_y = hands.until("page").split()
        hands.places["page"] = (str(int(page_x) // 2), page_y)
        _copied_and_pasted(hands)
        _dropped(hands, left)
        _by_keys(hands)
        hands.press("Escape")
        hands.until("closed")


def _copied_and_pasted(hands: Hands) -> None:
    for name, text in (("Categoria", "Certificado Digital ACT"), ("Contato", CONTACT)):
        hands.click(f"Copiar: {name}")
        hands.until(f"copied {name}")
        hands.click("page")
        hands.press("ctrl+v")
        assert hands.until("pasted") == f"pasted {text}"


def _dropped(hands: Hands, left: str) -> None:
    """Drag the files onto the page: the window stays in front of it the whole time."""
    hands.move(str(int(left) + 6), hands.places["Copiar: Entidade"][1])  # beside the texts
    hands.wheel(30)
    assert hands.until("in-front").split()[1] == "True"
    name = "grip " + " ".join(NAMES)
    hands.drag(name, *hands.places["page"])
    assert hands.until("dropped") == "dropped " + " ".join(NAMES)


def _by_keys(hands: Hands) -> None:
    """Come back from the browser, and copy what is left without the mouse."""
    hands.click("page")
    hands.until("away")
    hands.press("alt+Tab")
    left = {"Copiar: Entidade", "Copiar: Descrição detalhada"}
    while left:
        heard = hands.until("focus").removeprefix("focus ")
        if heard in left:
            left.remove(heard)
            hands.press("Return")
            hands.until("copied")
        hands.press("Tab")
    hands.until("focus")

"""On a real display beside a browser: copied and pasted, dragged and dropped, always in front."""

from __future__ import annotations

import shutil
import sys
from contextlib import suppress
from functools import partial
from queue import Empty
from typing import TYPE_CHECKING, Final

import pytest
from tests.gui import scenes
from tests.gui.filed import CONTACT, NAMES
from tests.gui.test_display import environment
from tests.gui.test_keys import Keyboard, display, lines, running

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from queue import SimpleQueue

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "openbox", "xdotool"))),
        reason="Xvfb, openbox or xdotool is not installed",
    ),
]
__all__ = ["display"]
STEP: Final = 3.0
"""Seconds until an act's effect is told, or it is done again."""
MOST: Final = 25
LABELS: Final = {"Categoria", "Entidade", "Contato", "Descrição detalhada"}


class Hands(Keyboard):
    """Uses the mouse, too, and remembers where everything was said to be."""

    def __init__(self, environment: Mapping[str, str], told: SimpleQueue[str]) -> None:
        super().__init__(environment, told)
        self.places: dict[str, tuple[str, str]] = {}
        self.copied: set[str] = set()

    def until(self, start: str, act: Callable[[], object] = bool) -> str:
        """Act until a line is told that begins so, and return it; each act may be done twice.

        A loaded computer may still be moving a window where the mouse goes already.
        """
        for _ in range(MOST):
            act()
            with suppress(Empty):
                while not (line := self._told.get(timeout=STEP)).startswith(start):
                    self._learn(line)
                self._learn(line)
                return line
        raise AssertionError(start)

    def _learn(self, line: str) -> None:
        """Remember where something is now."""
        word, *rest = line.split(" ", 3)
        if word == "at":
            self.places[rest[2]] = (rest[0], rest[1])
        elif word == "copied":
            self.copied.add(line.removeprefix("copied "))

    def move(self, x: str, y: str) -> None:
        self._do("mousemove", x, y)

    def click(self, name: str) -> None:
        self.move(*self.places[name])
        self._do("click", "1")

    def click_field(self, label: str) -> None:
        """Press the button of a field, whether it was pressed before or not."""
        names = (f"Copiar: {label}", f"{label}: copiado. Copiar de novo")
        self.click(next(name for name in names if name in self.places))

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
        _, x, y = hands.until("ended").split()
        hands.places["ticket"] = (x, y)
        said = hands.until("in-front", lambda: hands.click("ticket"))
        _, front, left, width = said.split()
        assert front == "True"
        assert int(left) + int(width) <= 1366
        assert int(left) >= 1366 // 2, "the page has the other half"
        visited = hands.until("visited", lambda: hands.click("Abrir a página do INSS"))
        assert visited == f"visited {scenes.SUPPORT}"
        _, page_x, page_y = hands.until("page").split()
        hands.places["page"] = (str(int(page_x) // 2), page_y)
        _copied_and_pasted(hands)
        _dropped(hands, left)
        _by_keys(hands)
        hands.until("closed", lambda: hands.press("Escape"))


def _copied_and_pasted(hands: Hands) -> None:
    def paste() -> None:
        hands.click("page")
        hands.press("ctrl+v")

    for name, text in (("Categoria", "Certificado Digital ACT"), ("Contato", CONTACT)):
        hands.until(f"copied {name}", partial(hands.click_field, name))
        hands.until(f"pasted {text}", paste)


def _dropped(hands: Hands, left: str) -> None:
    """Drag the files onto the page: the window stays in front of it the whole time."""
    beside = str(int(left) + 6), hands.places["Copiar: Entidade"][1]  # where no text scrolls

    def scroll() -> None:
        hands.move(*beside)
        hands.wheel(30)

    assert hands.until("in-front", scroll).split()[1] == "True"
    name = "grip " + " ".join(NAMES)
    dropped = hands.until("dropped", lambda: hands.drag(name, *hands.places["page"]))
    assert dropped == "dropped " + " ".join(NAMES)


def _by_keys(hands: Hands) -> None:
    """Come back from the browser, and copy what is left without the mouse."""
    hands.until("away", lambda: hands.click("page"))
    heard = hands.until("focus", lambda: hands.press("alt+Tab"))
    for _ in range(MOST):
        if heard.startswith("focus Copiar: "):
            hands.until("copied", lambda: hands.press("Return"))
        if hands.copied == LABELS:
            return
        heard = hands.until("focus", lambda: hands.press("Tab"))
    raise AssertionError(hands.copied)

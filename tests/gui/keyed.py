"""The window on a display of its own, for one who has keys alone; each step is told and pictured.

`python -m tests.gui.keyed PROFILE PICTURES`: one word a line on standard output.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from a3check.core.catalogue import catalogue
from a3check.core.profile import load
from a3check.core.verdict import conclude
from a3check.desktop import Runs
from a3check.ui.application import ARGUMENTS, dress, translate
from a3check.ui.pin_card import PinCard
from a3check.ui.screen import photograph
from a3check.ui.session import Session
from a3check.ui.window import Window

LOOK: Final = 50
"""Milliseconds between two looks at what stands on the page."""
SETTLE: Final = 300
"""Milliseconds until a page is wholly painted."""


class Teller:
    """Tells each new state of the window once, with a picture of the whole screen."""

    def __init__(self, window: Window, pictures: Path) -> None:
        self._window, self._pictures = window, pictures
        self._told: list[str] = []
        self._looking = QTimer(window, interval=LOOK)
        self._looking.timeout.connect(self._look)
        self._looking.start()

    def ended(self, diagnosis: object) -> None:
        """Tell the cause."""
        cause = conclude(diagnosis).cause  # type: ignore[arg-type] # a signal carries objects
        self._tell(f"ended {'ready' if cause is None else cause.code}")

    def _look(self) -> None:
        window = self._window
        if window.isActiveWindow() and window.start_button.hasFocus():
            self._tell("shown")
        card = window.page.question
        if isinstance(card, PinCard) and card.field.hasFocus():
            self._tell("pin")
            if len(card.field) and card.check.isEnabled():
                self._tell("typed")
        if window.again_button.isVisible() and window.page.rail.hasFocus():
            self._tell("list")
        if window.again.step_button.isVisible():
            self._tell("step")

    def _tell(self, word: str) -> None:
        if word not in self._told:
            self._told.append(word)
            QTimer.singleShot(SETTLE, lambda: self._picture(word))

    def _picture(self, word: str) -> None:
        number = self._told.index(word) + 1
        photograph().save(str(self._pictures / f"{number}-{word.partition(' ')[0]}.png"))
        sys.stdout.write(f"{word}\n")
        sys.stdout.flush()


def main(profile: Path, pictures: Path) -> int:
    app = QApplication([*ARGUMENTS])
    translate(app)
    dress(app)
    runs = Runs(load(profile))
    session = Session(runs.begin, runs.export, rest=runs.rest, waiting=runs.waiting)
    window = Window(session, catalogue())
    session.setParent(window)
    teller = Teller(window, pictures)
    session.ended.connect(teller.ended)
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))

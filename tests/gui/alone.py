"""A window in a process of its own: it goes through one run, and tells what it showed at the end.

`python -m tests.gui.alone PROFILE`, the PIN as a line on standard input.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from a3check.core.catalogue import catalogue
from a3check.core.profile import load
from a3check.core.verdict import judge
from a3check.desktop import Runs
from a3check.ui.application import ARGUMENTS, dress, translate
from a3check.ui.pin_card import PinCard
from a3check.ui.session import Session
from a3check.ui.window import Window

if TYPE_CHECKING:
    from a3check.core.model import Diagnosis

DEADLINE: Final = 90_000
"""Milliseconds for the whole run."""
LOOK: Final = 50
"""Milliseconds between two looks for a question."""
LATE: Final = 3


class Visit:
    """A person at the window: presses start, types the PIN once, reads the result."""

    def __init__(self, window: Window, pin: str) -> None:
        self._window, self._pin = window, pin
        self._looking = QTimer(window)
        self._looking.timeout.connect(self._look)
        self._looking.start(LOOK)

    def start(self) -> None:
        QTest.mouseClick(self._window.start_button, Qt.MouseButton.LeftButton)

    def ended(self, diagnosis: Diagnosis) -> None:
        cause = judge(diagnosis.outcomes).cause
        told = {
            "cause": cause.code if cause else None,
            "title": self._window.page.headline.title.text(),
            "crashed": [o.check for o in diagnosis.outcomes if o.crash],
            "complete": diagnosis.complete,
        }
        sys.stdout.write(json.dumps(told) + "\n")
        self._window.close()
        QApplication.exit(0)

    def _look(self) -> None:
        card = self._window.page.question
        if isinstance(card, PinCard):
            self._looking.stop()
            QTest.keyClicks(card.field, self._pin)
            QTest.keyClick(card.field, Qt.Key.Key_Return)


def main(profile: Path, pin: str) -> int:
    app = QApplication([*ARGUMENTS])
    translate(app)
    dress(app)
    runs = Runs(load(profile))
    session = Session(runs.begin, runs.export)
    window = Window(session, catalogue())
    session.setParent(window)
    visit = Visit(window, pin)
    # Queued: the window has heard of the end before.
    session.ended.connect(visit.ended, Qt.ConnectionType.QueuedConnection)
    window.show()
    QTimer.singleShot(0, visit.start)
    QTimer.singleShot(DEADLINE, lambda: QApplication.exit(LATE))
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.stdin.readline().rstrip("\n")))

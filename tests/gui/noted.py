"""A run that notes what was wished for, and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.gui.scripted import Script

if TYPE_CHECKING:
    import threading

    from pytestqt.qtbot import QtBot

    from a3check.core.model import Diagnosis
    from a3check.core.ports import User
    from a3check.core.run import Observer
    from a3check.core.wishes import Wishes
    from a3check.ui.window import Window


class Noted(Script):
    """A script that notes what was wished for."""

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type] # a script's own
        self.wished: list[Wishes] = []

    def __call__(
        self, wishes: Wishes, user: User, observer: Observer, stop: threading.Event
    ) -> Diagnosis:
        self.wished.append(wishes)
        return super().__call__(wishes, user, observer, stop)

    @property
    def again(self) -> list[set[str]]:
        return [set(wishes.again) for wishes in self.wished]


def finish(qtbot: QtBot, window: Window) -> None:
    qtbot.waitUntil(window.again_button.isVisible)

"""Does the window follow the system from light to dark to high contrast while it runs?"""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.gui import scenes
from tests.gui.conftest import Open
from tests.gui.scripted import Script, begins, holds

from a3check.ui import follower, style
from a3check.ui.follower import Follower
from a3check.ui.style import DARK, HIGH, LIGHT, Theme, system_theme


class Wishes:
    """Stands for the system's two hints."""

    def __init__(self) -> None:
        self.scheme = Qt.ColorScheme.Unknown
        self.contrast = Qt.ContrastPreference.NoPreference

    def styleHints(self) -> "Wishes":  # noqa: N802 - Qt's name
        return self

    def accessibility(self) -> "Wishes":
        return self

    def colorScheme(self) -> Qt.ColorScheme:  # noqa: N802 - Qt's name
        return self.scheme

    def contrastPreference(self) -> Qt.ContrastPreference:  # noqa: N802 - Qt's name
        return self.contrast


@pytest.fixture
def wishes(dressed: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wishes]:
    made = Wishes()
    monkeypatch.setattr(style, "QGuiApplication", made)
    yield made
    dressed.setPalette(style.palette(LIGHT))


@pytest.mark.parametrize(
    ("scheme", "contrast", "theme"),
    [
        (Qt.ColorScheme.Unknown, Qt.ContrastPreference.NoPreference, LIGHT),
        (Qt.ColorScheme.Light, Qt.ContrastPreference.NoPreference, LIGHT),
        (Qt.ColorScheme.Dark, Qt.ContrastPreference.NoPreference, DARK),
        (Qt.ColorScheme.Light, Qt.ContrastPreference.HighContrast, HIGH),
        (Qt.ColorScheme.Dark, Qt.ContrastPreference.HighContrast, HIGH),
    ],
)
def test_the_systems_wish_is_taken(
    wishes: Wishes, scheme: Qt.ColorScheme, contrast: Qt.ContrastPreference, theme: Theme
) -> None:
    wishes.scheme, wishes.contrast = scheme, contrast
    assert system_theme() is theme


def test_a_window_follows_in_the_middle_of_a_run(
    opened: Open, qtbot: QtBot, wishes: Wishes
) -> None:
    script = Script(scenes.EXPIRED_RUN, (begins("driver"), holds))
    window = opened(script)
    told: list[Theme] = []
    following = Follower(window)
    following.changed.connect(window.set_theme)
    following.changed.connect(told.append)
    window.start()
    qtbot.waitUntil(script.held.is_set)

    wishes.scheme = Qt.ColorScheme.Dark
    hints = QGuiApplication.styleHints()
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert window.grab().toImage().pixelColor(3, 3).lightness() < 60
    wishes.contrast = Qt.ContrastPreference.HighContrast
    hints.accessibility().contrastPreferenceChanged.emit(wishes.contrast)
    assert window.grab().toImage().pixelColor(3, 3).lightness() == 0
    wishes.contrast = Qt.ContrastPreference.NoPreference
    wishes.scheme = Qt.ColorScheme.Light
    QCoreApplication.sendEvent(window, QEvent(QEvent.Type.ThemeChange))
    QCoreApplication.sendEvent(window, QEvent(QEvent.Type.ThemeChange))  # twice: told once
    assert window.grab().toImage().pixelColor(3, 3).lightness() > 200
    assert told == [DARK, HIGH, LIGHT]
    script.go.set()
    qtbot.waitUntil(window.again_button.isVisible)


def test_a_look_without_a_change_tells_nothing(
    opened: Open, wishes: Wishes, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = opened(Script(scenes.HEALTHY_RUN))
    following = Follower(window)
    told: list[Theme] = []
    following.changed.connect(told.append)
    following.look()
    assert not told
    monkeypatch.setattr(follower, "system_theme", lambda: DARK)
    following.look()
    assert told == [DARK]

"""Can everybody use the window beside the browser: by keyboard, by ear, on a small screen?"""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot
from tests.gui.clipping import faults
from tests.gui.filed import COMPANIONS, companions
from tests.gui.shots import settle
from tests.gui.test_access import LEAST_CONTRAST, TEXTS, _ground, _ratio

from a3check.ui.companion import Companion
from a3check.ui.copy_field import CopyField
from a3check.ui.style import LIGHT, THEMES, Theme

SCREENS = (QSize(1366, 768), QSize(1092, 614), QSize(1024, 600), QSize(1920, 1080))


@pytest.mark.parametrize("name", COMPANIONS)
def test_nothing_is_cut_off_on_any_screen(dressed: QApplication, name: str) -> None:
    for size in SCREENS:
        for _, shown in companions(LIGHT, size, frozenset({name}), settle):
            assert list(faults(shown)) == []
            assert shown.height() <= size.height()
            _look_at_all(shown)


def _look_at_all(shown: Companion) -> None:
    """Scroll to each field: nothing is wider than the window."""
    for part in shown.findChildren(QWidget):
        if part.isVisible() and not isinstance(part, QAbstractButton):
            assert part.width() <= shown.width()
    for field in shown.findChildren(CopyField):
        if field.isVisible():
            shown.view.ensureWidgetVisible(field.copy_button)
            assert not field.copy_button.visibleRegion().isEmpty()


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", ["chamado-copiando", "com-quem-voce"])
def test_what_is_painted_can_be_read(dressed: QApplication, theme: Theme, name: str) -> None:
    for _, shown in companions(theme, SCREENS[0], frozenset({name}), settle):
        image = shown.grab().toImage()
        for found in shown.findChildren(QWidget):
            region = found.visibleRegion().boundingRect()
            seen = found.isVisible() and region.width() > 30 and region.height() > 12
            if seen and isinstance(found, TEXTS) and found.text().strip():
                ink = found.palette().color(found.foregroundRole()).name()
                ground = _ground(image, found, shown)
                assert _ratio(ink, ground) >= LEAST_CONTRAST, (found.text(), ink, ground)


@pytest.mark.parametrize("name", COMPANIONS)
def test_each_has_a_name_of_its_own_and_a_letter_of_its_own(
    dressed: QApplication, name: str
) -> None:
    for _, shown in companions(LIGHT, SCREENS[0], frozenset({name}), settle):
        usable = [
            found
            for found in shown.findChildren(QWidget)
            if found.isVisible() and isinstance(found, QAbstractButton | QPlainTextEdit)
        ]
        heard = [QAccessible.queryAccessibleInterface(found) for found in usable]
        names = [each.text(QAccessible.Text.Name).strip() for each in heard]
        assert all(names)
        assert len(names) == len(set(names))
        texts = [f.text() for f in usable if isinstance(f, QAbstractButton)]
        texts += [f.text() for f in shown.findChildren(QLabel) if f.isVisible()]
        letters = [QKeySequence.mnemonic(text).toString() for text in texts]
        given = [letter for letter in letters if letter]
        assert len(given) == len(set(given))


@pytest.mark.parametrize("name", COMPANIONS)
def test_tab_goes_from_top_to_bottom_and_comes_round(
    dressed: QApplication, qtbot: QtBot, name: str
) -> None:
    for _, shown in companions(LIGHT, SCREENS[0], frozenset({name}), settle):
        shown.resize(400, 1200)  # nothing is scrolled
        qtbot.waitUntil(shown.isActiveWindow)
        shown.close_button.setFocus(Qt.FocusReason.TabFocusReason)
        stops: list[QWidget] = []
        while True:
            shown.focusNextPrevChild(True)
            now = shown.focusWidget()
            assert now is not None
            if now in stops:
                break
            stops.append(now)
        assert all(stop.isVisible() and stop.isEnabled() for stop in stops)
        places = [_height(shown, stop) for stop in stops]
        start = places.index(min(places))
        assert places[start:] + places[:start] == sorted(places)
        wanted = [b for b in shown.findChildren(QAbstractButton) if b.isVisible()]
        assert {id(b) for b in wanted if b.isEnabled()} <= {id(stop) for stop in stops}


def _height(shown: Companion, stop: QWidget) -> int:
    """Return where it begins; of those in one line the left one is first."""
    at = stop.mapTo(shown, stop.rect().center())
    return at.y() * 10_000 + at.x()

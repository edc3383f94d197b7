"""Can everybody use the window: by keyboard, by ear, at low vision, on a small screen?"""

import itertools
import re
import subprocess
import sys
from collections import Counter

import pytest
from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QEnterEvent, QGuiApplication, QImage, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from tests.gui import scenes
from tests.gui.clipping import faults
from tests.gui.conftest import DEADLINE, Open
from tests.gui.scripted import Script
from tests.gui.shots import SCRIPTS, SMALL, USUAL, settle, windows
from tests.gui.test_display import ROOT, environment

from a3check.ui.application import translate
from a3check.ui.pieces import Text
from a3check.ui.state import Mark
from a3check.ui.style import DARK, HIGH, LIGHT, PAIRS, THEMES, Theme, sheet
from a3check.ui.window import Window

INTERACTIVE = (QAbstractButton, QLineEdit, QListView, QPlainTextEdit, QProgressBar)
TEXTS = (QLabel, QPushButton, QRadioButton, QLineEdit)
SCREENS = (SMALL, QSize(1024, 768), QSize(1092, 614), QSize(1920, 1080))
"""Logical pixels: an old screen with and without its bars, 1366x768 at 125 %, 4K at 200 %."""
SCALED = ("inicio", "senha", "vencido")
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
HIGH_CONTRAST = 7.0  # WCAG 2.2, 1.4.6
LEAST_EDGE = 3.0  # WCAG 2.2, 1.4.11


def luminance(colour: str) -> float:
    made = QColor(colour)
    parts = (made.redF(), made.greenF(), made.blueF())
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(theme: Theme, pair: tuple[str, str]) -> float:
    return _ratio(*(str(getattr(theme, name)) for name in pair))


def _ratio(ink: str, ground: str) -> float:
    one, other = luminance(ink), luminance(ground)
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_every_pair_of_colours_can_be_read(theme: Theme, pair: tuple[str, str]) -> None:
    assert contrast(theme, pair) >= LEAST_CONTRAST


@pytest.mark.parametrize("pair", [p for p in PAIRS if "line" not in p], ids="-".join)
def test_high_contrast_is_high(pair: tuple[str, str]) -> None:
    assert contrast(HIGH, pair) >= HIGH_CONTRAST
    assert contrast(HIGH, ("line", "card")) >= LEAST_EDGE


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("edge", ["edge", "accent"])
def test_what_can_be_chosen_or_has_the_focus_is_seen(theme: Theme, edge: str) -> None:
    ink, ground = luminance(getattr(theme, edge)), luminance(theme.card)
    assert (max(ink, ground) + 0.05) / (min(ink, ground) + 0.05) >= LEAST_EDGE


def test_every_colour_of_the_style_sheet_exists() -> None:
    assert "@" not in "\n".join(sheet(LIGHT).splitlines()[1:])


def test_every_state_has_icon_word_and_colour() -> None:
    for theme, mark in itertools.product(THEMES, Mark):
        assert theme.of(mark).isValid()


@pytest.mark.parametrize("name", SCRIPTS)
def test_nothing_is_cut_off_on_any_screen(dressed: QApplication, name: str) -> None:
    for _, window in windows(LIGHT, SMALL, frozenset({name})):
        for size in SCREENS:
            window.resize(size)
            settle(lambda: True)
            assert window.size() == size
            assert list(faults(window)) == []
        assert [w for w in QApplication.topLevelWidgets() if w.isVisible()] == [window]


@pytest.mark.parametrize("scale", ["1.25", "2"])
def test_nothing_is_cut_off_where_the_screen_is_scaled(scale: str) -> None:
    size = ("1092", "614") if scale == "1.25" else ("1920", "1080")
    measured = subprocess.run(
        [sys.executable, "-m", "tests.gui.clipping", *size, *SCALED],
        env=environment(QT_QPA_PLATFORM="offscreen", QT_SCALE_FACTOR=scale),
        cwd=ROOT,
        timeout=DEADLINE,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (measured.stdout, measured.returncode) == ("", 0), measured.stderr


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", SCALED)
def test_what_is_painted_can_be_read(dressed: QApplication, theme: Theme, name: str) -> None:
    for _, window in windows(theme, SMALL, frozenset({name})):
        image = window.grab().toImage()
        for found in window.findChildren(QWidget):
            if found.isVisible() and isinstance(found, TEXTS) and found.text().strip():
                ground = _ground(image, found, window)
                ink = found.palette().color(found.foregroundRole()).name()
                assert _ratio(ink, ground) >= LEAST_CONTRAST, (found.text(), ink, ground)


def _ground(image: QImage, found: QWidget, window: QWidget) -> str:
    """Return the colour that most of a widget is painted in."""
    corner = found.mapTo(window, found.rect().topLeft())
    seen = found.visibleRegion().boundingRect().translated(corner)
    counted = Counter(
        image.pixel(x, y)
        for x in range(seen.left() + 4, seen.right() - 3, 3)
        for y in range(seen.top() + 4, seen.bottom() - 3, 2)
    )
    common = counted.most_common(1)
    return QColor(common[0][0]).name() if common else window.palette().window().color().name()


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_question_needs_no_scrolling_on_a_usual_screen(dressed: QApplication, name: str) -> None:
    for _, window in windows(LIGHT, USUAL, frozenset({name})):
        question = window.page.question
        if question is not None and window.bars.height():
            # A bar takes its room from the small print: what is pressed or typed in is seen.
            seen = [stop for stop in question.stops() if stop.isVisible()]
            assert all(stop.visibleRegion().boundingRect() == stop.rect() for stop in seen)
        elif question is not None:
            assert not window.page.view.verticalScrollBar().maximum()


def test_the_answers_are_one_stop_and_read_as_one_of_many(dressed: QApplication) -> None:
    for _, window in windows(LIGHT, USUAL, frozenset({"conferir"})):
        assert window.page.question is not None
        answers = window.page.question.findChildren(QRadioButton)
        tabs = [a for a in answers if a.focusPolicy() & Qt.FocusPolicy.TabFocus]
        assert tabs == answers[:1]
        for answer in answers:
            heard = QAccessible.queryAccessibleInterface(answer)
            assert heard.role() == QAccessible.Role.RadioButton
            assert heard.text(QAccessible.Text.Name) == answer.text()


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_interactive_widget_has_a_name(dressed: QApplication, name: str) -> None:
    for _, window in windows(LIGHT, SMALL, frozenset({name})):
        for found in window.findChildren(QWidget):
            if found.isVisible() and isinstance(found, INTERACTIVE):
                assert _named(found), found
        _check_rail(window)


def _named(found: QWidget) -> bool:
    shown = QAccessible.queryAccessibleInterface(found)
    return bool(shown.text(QAccessible.Text.Name).strip())


def _check_rail(window: Window) -> None:
    rail = QAccessible.queryAccessibleInterface(window.page.rail)
    assert rail.role() == QAccessible.Role.List
    spoken = [rail.child(n).text(QAccessible.Text.Name) for n in range(rail.childCount())]
    assert [s for s in spoken if s] == list(window.page.rail.spoken)


@pytest.mark.parametrize("name", SCRIPTS)
def test_tab_goes_in_reading_order_and_comes_round(
    dressed: QApplication, qtbot: QtBot, name: str
) -> None:
    for _, window in windows(LIGHT, QSize(1366, 900), frozenset({name})):
        qtbot.waitUntil(window.isActiveWindow)
        stops = _stops(window)
        if not window.pages.at_home:
            at = stops.index(window.footer.back_button)
            inside = [_middle(window, s) for s in stops[at + 1 :] + stops[:at]]
            assert inside == sorted(inside)
            continue
        assert len(stops) == len(set(stops))
        assert all(stop.isVisible() and stop.isEnabled() for stop in stops)
        places = [_place(window, stop) for stop in _rotated(stops, window)]
        assert places == sorted(places)


def _stops(window: Window) -> list[QWidget]:
    first = window.focusWidget()
    assert first is not None
    stops = [first]
    while True:
        window.focusNextPrevChild(True)
        now = window.focusWidget()
        assert now is not None
        if now is first:
            return stops
        stops.append(now)
        assert len(stops) < 30


def _rotated(stops: list[QWidget], window: Window) -> list[QWidget]:
    at = stops.index(window.page.rail)
    return stops[at:] + stops[:at]


def _middle(window: Window, stop: QWidget) -> tuple[int, int]:
    """Return from top to bottom and from left to right where a stop is."""
    at = stop.mapTo(window, stop.rect().center())
    return at.y() // 30, at.x()


def _place(window: Window, stop: QWidget) -> tuple[int, int, int]:
    """Return the part of the window, then from top to bottom and from left to right.

    The bars stand above all and come last: Tab goes round.
    """
    if stop is window.page.rail:
        return 0, 0, 0
    if window.page.isAncestorOf(stop):
        at = stop.mapTo(window.page, stop.rect().center())
        column = 0 if at.x() < window.page.rail.width() else 1
        return column, at.y() // 30, at.x()
    at = stop.mapTo(window, stop.rect().center())
    return (3 if window.bars.isAncestorOf(stop) else 2), at.y() // 30, at.x()


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_letter_is_given_twice(dressed: QApplication, name: str) -> None:
    for _, window in windows(LIGHT, SMALL, frozenset({name})):
        named: list[QPushButton | QLabel] = [*window.findChildren(QPushButton)]
        named += window.findChildren(QLabel)
        usable = [found for found in named if found.isVisible() and found.isEnabled()]
        letters = (QKeySequence.mnemonic(found.text()).toString() for found in usable)
        given = [letter for letter in letters if letter]
        assert len(given) == len(set(given))


def test_texts_can_be_selected(dressed: QApplication) -> None:
    for _, window in windows(LIGHT, SMALL, frozenset({"vencido"})):
        selectable = Qt.TextInteractionFlag.TextSelectableByMouse
        for found in window.page.view.findChildren(Text):
            room = found.sizeHint(), found.heightForWidth(found.width())
            entered = QEnterEvent(QPointF(), QPointF(), QPointF())
            for _ in range(2):
                QApplication.sendEvent(found, entered)
            assert found.textInteractionFlags() == selectable
            assert (found.sizeHint(), found.heightForWidth(found.width())) == room


def test_the_list_is_copied_with_ctrl_c(opened: Open, qtbot: QtBot) -> None:
    window = opened(Script(scenes.NO_CARD_RUN))
    window.start()
    qtbot.waitUntil(window.again_button.isVisible)
    QTest.keySequence(window.page.rail, QKeySequence(QKeySequence.StandardKey.Copy))
    copied = QGuiApplication.clipboard().text()
    assert "Cartão: falhou. Não há cartão na leitora" in copied


def test_the_details_open_and_close(opened: Open, qtbot: QtBot) -> None:
    window = opened(Script(scenes.EXPIRED_RUN))
    window.start()
    qtbot.waitUntil(window.again_button.isVisible)
    card = window.page.details
    assert not card.text.isVisible()
    QTest.keyClick(card.toggle, Qt.Key.Key_Return)
    assert card.text.isVisible()
    assert card.toggle.accessibleName().endswith("esconder")
    assert "certificate.expired" in card.text.toPlainText()
    QTest.keyClick(card.toggle, Qt.Key.Key_Space)
    assert not card.text.isVisible()


def test_the_focus_is_seen_where_the_keyboard_brings_it(opened: Open, qtbot: QtBot) -> None:
    window = opened(Script(scenes.HEALTHY_RUN))
    headline = window.page.headline
    window.start_button.setFocus(Qt.FocusReason.TabFocusReason)
    headline.setFocus(Qt.FocusReason.TabFocusReason)
    assert headline.property("ring") is True
    window.start_button.setFocus(Qt.FocusReason.TabFocusReason)
    headline.setFocus(Qt.FocusReason.OtherFocusReason)
    assert headline.property("ring") is False


def test_the_window_follows_another_theme(opened: Open, qtbot: QtBot) -> None:
    window = opened(Script(scenes.HEALTHY_RUN), profile="Laboratório")
    before = window.grab().toImage().pixelColor(3, 3)
    window.set_theme(DARK)
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
    assert before.lightness() > 200
    assert window.grab().toImage().pixelColor(3, 3).lightness() < 60


def test_qt_speaks_portuguese(dressed: QApplication) -> None:
    assert translate(dressed)
    assert QApplication.translate("QPlatformTheme", "Cancel") == "Cancelar"
    dialog = QFileDialog(options=QFileDialog.Option.DontUseNativeDialog)
    texts = {shown.text() for shown in dialog.findChildren(QLabel)}
    texts |= {shown.text() for shown in dialog.findChildren(QAbstractButton)}
    field = QLineEdit()
    texts |= {action.text() for action in field.createStandardContextMenu().actions()}
    english = re.compile(r"\b(the|of|files?|look|copy|cancel|choose)\b", re.IGNORECASE)
    assert not [text for text in texts if english.search(text)]
    assert "&Procurar em:" in texts
    dialog.deleteLater()

"""The page on which a print is looked at: covered, cut and used, by mouse and by keys alone."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.gui import scenes
from tests.gui.closing import gone

from a3check.core.catalogue import catalogue
from a3check.render.stamp import png
from a3check.ui.cover import LEAST, Cover, burnt
from a3check.ui.outside import Print
from a3check.ui.retouch_page import RetouchPage, halves
from a3check.ui.style import DARK, LIGHT, sheet

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
SECRET, GROUND = QColor("#C81E78"), QColor("#F0F0F0")
WHERE = QRect(300, 200, 400, 60)
"""Where the invented secret stands in the print."""


def taken(width: int = 1600, height: int = 900) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(GROUND)
    painter = QPainter(image)
    painter.fillRect(WHERE, SECRET)
    painter.end()
    image.setText("Author", "Fulano de Tal")
    return image


def holds(image: QImage, colour: QColor) -> bool:
    """Tell whether any pixel has a colour."""
    wanted = colour.rgb() & 0xFFFFFF
    data = image.convertToFormat(QImage.Format.Format_RGB32).constBits()
    return wanted.to_bytes(4, "little")[:3] in bytes(data)


@pytest.fixture
def page(dressed: QApplication, qtbot: QtBot) -> Iterator[RetouchPage]:
    made = RetouchPage(catalogue(), LIGHT)
    made.setStyleSheet(sheet(LIGHT))
    made.resize(1092, 544)
    made.show()
    made.activateWindow()
    made.show_print(Print(taken(), scenes.STARTED, "https://portal.test"), "carimbo")
    made.enter()
    qtbot.waitUntil(lambda: len(made.canvas._levels) > 1 and made.canvas.hasFocus())
    qtbot.waitUntil(lambda: made.canvas.width() <= made.view.viewport().width())
    yield made
    gone(made)


def press(
    page: RetouchPage, key: Qt.Key, held: Qt.KeyboardModifier | None = None, times: int = 1
) -> None:
    for _ in range(times):
        QTest.keyClick(page.canvas, key, held or Qt.KeyboardModifier.NoModifier)


def drag(page: RetouchPage, area: QRect) -> None:
    """Draw a selection around an area of the print with the mouse."""
    ends = [
        (QPointF(p) * page.canvas.zoom).toPoint()
        for p in (area.topLeft(), area.bottomRight() + QPoint(3, 3))
    ]
    QTest.mousePress(page.canvas, LEFT, pos=ends[0])
    QTest.mouseMove(page.canvas, ends[1])
    QTest.mouseRelease(page.canvas, LEFT, pos=ends[1])


def used(page: RetouchPage, qtbot: QtBot, press: Callable[[], object]) -> Print:
    with qtbot.waitSignal(page.used) as heard:
        press()
    result = heard.args[0]
    assert isinstance(result, Print)
    return result


# ---- black boxes


def test_what_is_covered_by_mouse_is_gone_from_the_picture_the_history_and_the_file(
    page: RetouchPage, qtbot: QtBot
) -> None:
    drag(page, WHERE.adjusted(-8, -8, 8, 8))
    QTest.mouseClick(page.cover_button, LEFT)
    seen = page.grab().toImage()
    assert not holds(seen, SECRET)
    kept = used(page, qtbot, lambda: QTest.mouseClick(page.use_button, LEFT))
    assert kept.image.size() == taken().size()
    assert kept.image.pixelColor(WHERE.center()) == QColor("black")
    assert kept.image.pixelColor(20, 20) == GROUND
    assert not holds(kept.image, SECRET)
    assert not holds(QImage.fromData(png(kept.image, {})), SECRET)
    assert b"Fulano" not in _bytes(kept.image)
    assert not page.pending
    assert not page._undone
    assert not page.canvas._levels
    assert not page.canvas.cover.boxes


def _bytes(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "png")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def test_the_same_by_keys_alone(page: RetouchPage, qtbot: QtBot) -> None:
    press(page, KEY.Key_Right)
    first = QRect(page.canvas.selection)
    assert not first.isEmpty()
    press(page, KEY.Key_Left, times=60)
    press(page, KEY.Key_Up, times=60)
    assert page.canvas.selection.topLeft() == QPoint(0, 0)
    assert page.canvas.selection.size() == first.size()
    press(page, KEY.Key_Right, SHIFT, times=90)
    press(page, KEY.Key_Down, SHIFT, times=20)
    assert page.canvas.selection.contains(WHERE)
    press(page, KEY.Key_Return)
    assert page.canvas.cover.covered == 1
    assert page.canvas.hasFocus()
    assert "Partes cobertas: 1" in page.canvas.accessibleName()
    kept = used(page, qtbot, lambda: press(page, KEY.Key_U, Qt.KeyboardModifier.AltModifier))
    assert not holds(kept.image, SECRET)


def test_arrows_with_ctrl_go_pixel_by_pixel(page: RetouchPage) -> None:
    press(page, KEY.Key_Right)
    before = QRect(page.canvas.selection)
    by = max(round(1 / page.canvas.zoom), 1)
    press(page, KEY.Key_Down, CONTROL)
    assert page.canvas.selection == before.translated(0, by)
    press(page, KEY.Key_Right, CONTROL | SHIFT)
    assert page.canvas.selection.width() == before.width() + by


def test_a_selection_stays_within_the_print_and_never_vanishes(page: RetouchPage) -> None:
    press(page, KEY.Key_Right, times=80)
    press(page, KEY.Key_Down, times=80)
    assert page.canvas.selection.bottomRight() == page.canvas.cover.kept.bottomRight()
    press(page, KEY.Key_Left, SHIFT, times=80)
    press(page, KEY.Key_Up, SHIFT, times=80)
    assert page.canvas.selection.size().toTuple() == (1, 1)
    press(page, KEY.Key_Return)  # a slip of the hand
    assert not page.canvas.cover.boxes
    assert not page.undo_button.isEnabled()


def test_escape_lets_go_of_the_selection_first(page: RetouchPage) -> None:
    press(page, KEY.Key_Right)
    assert page.cover_button.isEnabled()
    press(page, KEY.Key_Escape)
    assert page.canvas.selection.isEmpty()
    assert not page.cover_button.isEnabled()
    assert page.pending


def test_each_change_can_be_taken_back(page: RetouchPage) -> None:
    states = [page.canvas.cover]
    drag(page, QRect(100, 100, 200, 100))
    QTest.mouseClick(page.cut_button, LEFT)
    states.append(page.canvas.cover)
    press(page, KEY.Key_Right)
    press(page, KEY.Key_Return)
    states.append(page.canvas.cover)
    assert len(set(states)) == 3
    press(page, KEY.Key_Z, CONTROL)
    assert page.canvas.cover == states[1]
    QTest.mouseClick(page.undo_button, LEFT)
    assert page.canvas.cover == states[0]
    assert not page.undo_button.isEnabled()
    page.undo()
    assert page.canvas.cover == states[0]


def test_what_is_cut_off_is_gone(page: RetouchPage, qtbot: QtBot) -> None:
    drag(page, QRect(800, 300, 600, 500))
    page.cut()
    kept = used(page, qtbot, page.use)
    assert kept.image.width() < 620
    assert not holds(kept.image, SECRET)


def test_sixty_boxes_are_no_burden(page: RetouchPage, qtbot: QtBot) -> None:
    for number in range(60):
        page.canvas.select(QRect(number * 25, number * 14, 20, 10))
        page.cover()
    assert page.canvas.cover.covered == 60
    kept = used(page, qtbot, page.use)
    assert all(
        kept.image.pixelColor(number * 25 + 10, number * 14 + 5) == QColor("black")
        for number in range(60)
    )
    for _ in range(61):
        page.undo()


def test_thrown_away_nothing_is_left(page: RetouchPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.discarded):
        QTest.mouseClick(page.discard_button, LEFT)
    assert not page.pending
    assert not page.canvas._levels
    page.use()
    assert not page.pending


# ---- looking closer


def test_the_whole_print_is_seen_and_no_larger_than_it_was(
    page: RetouchPage, qtbot: QtBot
) -> None:
    assert page.canvas.height() <= page.view.viewport().height()
    page.resize(2400, 1400)
    qtbot.waitUntil(lambda: page.canvas.zoom == 1.0)
    assert page.zoom_text.text() == "100 %"


def test_keys_and_wheel_look_closer_and_the_selection_stays_in_sight(page: RetouchPage) -> None:
    whole = page.canvas.zoom
    press(page, KEY.Key_Plus, CONTROL, times=3)
    assert page.canvas.zoom > whole * 1.9
    page.magnify(100)
    assert page.canvas.zoom == 4.0
    page.canvas.select(QRect(1500, 850, 40, 20))
    assert (
        page.view.viewport()
        .rect()
        .contains(page.canvas.mapTo(page.view.viewport(), page.canvas.shown_selection().center()))
    )
    press(page, KEY.Key_Minus, CONTROL)
    assert page.canvas.zoom == pytest.approx(3.2)
    press(page, KEY.Key_0, CONTROL)
    assert page.canvas.zoom == whole
    for held, larger in ((CONTROL, True), (Qt.KeyboardModifier.NoModifier, False)):
        before = page.canvas.zoom
        where = QPointF(40, 40)
        turned = QWheelEvent(
            where,
            where,
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            held,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(page.view.viewport(), turned)
        assert (page.canvas.zoom > before) is larger


def test_it_has_names_for_a_screen_reader_and_takes_other_colours(page: RetouchPage) -> None:
    assert page.canvas.accessibleName() == "Print da tela, 1600 por 900. Partes cobertas: 0."
    assert "setas" in page.canvas.accessibleDescription()
    before = page.grab().toImage()
    page.set_theme(DARK)
    assert page.grab().toImage() != before


# ---- the parts


def test_a_cover_keeps_to_what_is_kept() -> None:
    cover = Cover.of(taken().size())
    assert not cover.touched
    cut = cover.cut(QRect(100, 100, 300, 200))
    assert cut.touched
    assert cut.cut(cut.kept) is cut
    assert cut.with_box(QRect(0, 0, 50, 50)) is cut
    assert cut.with_box(QRect(90, 90, 50, 50)).boxes == (QRect(100, 100, 40, 40),)
    assert cut.with_box(QRect(150, 150, LEAST, LEAST - 1)) is cut
    boxed = cover.with_box(QRect(0, 0, 50, 50)).cut(QRect(100, 100, 300, 200))
    assert (len(boxed.boxes), boxed.covered) == (1, 0)


def test_boxes_are_burnt_in_where_the_cut_has_moved_them() -> None:
    cover = Cover.of(taken().size()).with_box(WHERE).cut(WHERE.adjusted(-10, -10, 10, 10))
    image = burnt(taken(), cover)
    assert image.size().toTuple() == (WHERE.width() + 20, WHERE.height() + 20)
    assert image.pixelColor(9, 9) == GROUND
    assert image.pixelColor(10, 10) == QColor("black")
    assert image.pixelColor(WHERE.width() + 9, WHERE.height() + 9) == QColor("black")
    assert image.pixelColor(WHERE.width() + 10, WHERE.height() + 10) == GROUND
    assert not image.textKeys()


@pytest.mark.parametrize("size", [(1600, 900), (3, 3), (1, 1)])
def test_halves_of_a_print(size: tuple[int, int]) -> None:
    made = halves(taken(*size))
    assert made[0].size().toTuple() == size
    assert len(made) == 3
    assert not any(image.isNull() for image in made)

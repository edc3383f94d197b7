"""A print of the screen from the press to the album: counted down, refused, pasted, forgotten."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from tests.gui import scenes
from tests.gui.conftest import Begun
from tests.gui.desk import MONITORS, SCREEN, Desk
from tests.gui.scripted import Script
from tests.gui.test_portal_questions import assist_card, assists

from a3check.core.catalogue import catalogue
from a3check.core.model import Diagnosis
from a3check.core.question import Step
from a3check.ui import screen, shutter
from a3check.ui.camera_page import CameraPage
from a3check.ui.chip import Chip
from a3check.ui.pin_card import PinCard
from a3check.ui.screen import FRONT, NoPrint
from a3check.ui.style import LIGHT
from a3check.ui.window import Window

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support raise")

KEY = Qt.Key
LEFT = Qt.MouseButton.LeftButton
Concluded = Callable[[Diagnosis], Window]
LONG = 60_000
"""Milliseconds of a second that does not pass within a test."""


def say(key: str, **facts: str | int) -> str:
    return catalogue().words("print", key, **facts)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a second of the countdown be a hundredth."""
    monkeypatch.setattr(shutter, "SECOND", 10)
    monkeypatch.setattr(shutter, "SETTLE", 1)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutter, "SECOND", LONG)


def chips() -> list[Chip]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, Chip) and w.isVisible()]


def is_on(window: Window, page: str) -> bool:
    return window.isVisible() and window.pages.current == page


def photographer(window: Window, qtbot: QtBot) -> CameraPage:
    """Go to the page that takes a print, and wait until it knows what can be taken."""
    window.prints.open_portal()
    return listed(window, qtbot)


def listed(window: Window, qtbot: QtBot) -> CameraPage:
    camera = window.prints.camera
    qtbot.waitUntil(lambda: camera.take_button.isEnabled() or camera.news.isVisible())
    return camera


# ---- from the verdict


@pytest.mark.usefixtures("quick")
def test_the_verdict_leads_to_the_print_by_keys_alone(
    concluded: Concluded, qtbot: QtBot, desk: Desk
) -> None:
    window = concluded(scenes.REJECTED_RUN)
    prints = window.prints
    assert prints.card.button.text().strip() == "Tirar &print da tela"
    assert prints.card.button.property("role") == "primary"
    prints.card.button.setFocus()
    QTest.keyClick(prints.card.button, KEY.Key_Return)
    assert is_on(window, "camera")
    qtbot.waitUntil(prints.camera.take_button.hasFocus)
    seen: list[bool] = []
    prints.shutter.taken.connect(lambda _: seen.append(bool(chips())))
    QTest.keyClick(prints.camera.take_button, KEY.Key_Return)
    assert not window.isVisible()
    assert chips()[0].text.text() == say("countdown", seconds=shutter.SECONDS)
    qtbot.waitUntil(lambda: is_on(window, "print"))
    assert seen == [False]
    qtbot.waitUntil(prints.retouch.canvas.hasFocus)
    QTest.keyClick(prints.retouch.canvas, KEY.Key_U, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: is_on(window, "run"))
    kept = prints.album.print
    assert kept is not None
    assert kept.address == scenes.ASSIST.url
    assert kept.image.pixelColor(9, 9) == SCREEN
    assert window.message.text() == say("used")
    assert prints.card.picture.isVisible()
    assert prints.card.button.text().strip() == "&Conferir o print"
    assert prints.card.button.property("role") == "plain"


@pytest.mark.parametrize(
    ("diagnosis", "wanted"),
    [
        (scenes.REJECTED_RUN, True),
        (scenes.NOT_ASKED_RUN, True),
        (scenes.EXPIRED_RUN, False),
        (scenes.HEALTHY_RUN, False),
        (scenes.WRONG_PIN_RUN, False),
    ],
)
def test_a_print_is_asked_for_where_the_portal_or_the_login_failed(
    concluded: Concluded, diagnosis: Diagnosis, wanted: bool
) -> None:
    window = concluded(diagnosis)
    assert ("card" in window.prints.__dict__ and window.prints.card.isVisible()) is wanted


def test_the_step_that_speaks_of_a_print_leads_there_too(concluded: Concluded) -> None:
    window = concluded(scenes.REJECTED_RUN)
    box = window.page.headline._remedy
    assert box is not None
    QTest.mouseClick(next(b for b in box.buttons if "Tirar o print" in b.text()), LEFT)
    assert is_on(window, "camera")


def test_the_card_gives_way_to_the_settings_and_to_another_run(concluded: Concluded) -> None:
    window = concluded(scenes.REJECTED_RUN)
    window.where.revise()
    assert not window.prints.card.isVisible()
    window.where.back()
    assert window.prints.card.isVisible()


def test_a_new_run_forgets_the_print(concluded: Concluded, qtbot: QtBot, desk: Desk) -> None:
    window = concluded(scenes.REJECTED_RUN)
    window.prints.album.keep(desk.outside.take(""))
    window.prints.open_portal()
    assert window.prints.retouch.pending
    window.start()
    qtbot.waitUntil(window.again_button.isVisible)
    assert window.prints.album.print is None
    forgotten = window.prints.retouch
    assert not forgotten.pending
    assert not forgotten.canvas._levels


def test_what_was_taken_waits_until_it_is_used_or_thrown_away(
    concluded: Concluded, desk: Desk
) -> None:
    window = concluded(scenes.REJECTED_RUN)
    window.prints._look(desk.outside.take(""))
    QTest.keyClick(window.prints.retouch.canvas, KEY.Key_Escape)
    assert is_on(window, "run")
    assert window.prints.album.print is None
    assert window.message.text() == say("waits")
    assert say("waits") in [found.text() for found in window.prints.card.findChildren(QLabel)]
    QTest.mouseClick(window.prints.card.button, LEFT)
    assert is_on(window, "print")
    QTest.keyClick(window.prints.retouch.canvas, KEY.Key_F5)
    assert window.prints.retouch.pending
    assert is_on(window, "print")
    QTest.mouseClick(window.prints.retouch.discard_button, LEFT)
    assert is_on(window, "run")
    assert window.message.text() == say("discarded")
    window.prints.open_portal()
    assert is_on(window, "camera")


# ---- which monitor, and refusals


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("chosen", [0, 1, 2, 3])
def test_one_of_several_monitors_is_taken(
    concluded: Concluded, qtbot: QtBot, desk: Desk, chosen: int
) -> None:
    desk.found = MONITORS
    window = concluded(scenes.REJECTED_RUN)
    buttons = list(photographer(window, qtbot).choices)
    assert [b.text()[:9] for b in buttons] == [
        "Tela 1, p",
        "Tela 2: 1",
        "Só a jane",
        "Todas as ",
    ]
    assert buttons[0].isChecked()
    qtbot.waitUntil(lambda: buttons[3].y() > buttons[2].y() > buttons[1].y() > buttons[0].y())
    buttons[0].setFocus()
    for which in buttons[:chosen]:
        QTest.keyClick(which, KEY.Key_Down)
    assert buttons[chosen].isChecked()
    QTest.mouseClick(window.prints.camera.take_button, LEFT)
    qtbot.waitUntil(lambda: is_on(window, "print"))
    assert desk.taken == [(*MONITORS, None)[chosen]]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("why", ["refused", "black", "monitor_gone", "no_front"])
def test_a_screen_that_cannot_be_taken_is_told_with_a_way_out(
    concluded: Concluded, qtbot: QtBot, desk: Desk, why: str
) -> None:
    desk.refuses, desk.found = why, MONITORS
    window = concluded(scenes.REJECTED_RUN)
    QTest.mouseClick(photographer(window, qtbot).take_button, LEFT)
    qtbot.waitUntil(lambda: is_on(window, "camera") and window.prints.camera.news.isVisible())
    assert window.prints.camera.news.text() == say(why)
    qtbot.waitUntil(window.prints.camera.take_button.isEnabled)
    assert window.prints.camera.news.text() == say(why)
    assert window.prints.album.print is None


def test_where_no_print_is_possible_it_can_be_pasted(
    concluded: Concluded, qtbot: QtBot, desk: Desk
) -> None:
    desk.refuses = "wayland"
    window = concluded(scenes.REJECTED_RUN)
    camera = photographer(window, qtbot)
    assert camera.news.text() == say("wayland")
    assert not camera.take_button.isEnabled()
    assert camera.paste_button.hasFocus()
    QGuiApplication.clipboard().setText("nenhuma imagem")
    QTest.mouseClick(camera.paste_button, LEFT)
    assert camera.news.text() == say("nothing_to_paste")
    image = QImage(640, 480, QImage.Format.Format_RGB32)
    image.fill(SCREEN)
    QGuiApplication.clipboard().setImage(image)
    QTest.keyClick(camera, KEY.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert is_on(window, "print")
    QTest.mouseClick(window.prints.retouch.use_button, LEFT)
    qtbot.waitUntil(lambda: is_on(window, "run"))
    kept = window.prints.album.print
    assert kept is not None
    assert kept.pasted
    assert kept.moment == scenes.STARTED


def test_no_print_under_wayland_nor_without_a_display(
    dressed: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_SESSION_TYPE", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":no")
    for act in (screen.photograph, screen.monitors):
        with pytest.raises(NoPrint, match="refused"):
            act()
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    with pytest.raises(NoPrint, match="wayland"):
        screen.monitors()


def test_one_monitor_leaves_the_choice_between_it_and_the_window_in_front(
    concluded: Concluded, qtbot: QtBot, desk: Desk
) -> None:
    window = concluded(scenes.REJECTED_RUN)
    for found, offered in (
        (MONITORS[:1], []),
        ((MONITORS[0], FRONT), [say("one"), say("front")]),
    ):
        desk.found = found
        window.prints.camera.enter()
        assert not window.prints.camera.take_button.isEnabled()
        camera = listed(window, qtbot)
        assert [which.text() for which in camera.choices] == offered


# ---- in the question about the browser


@pytest.mark.usefixtures("quick")
def test_the_question_about_the_browser_takes_it_too(
    begun: Begun, qtbot: QtBot, desk: Desk
) -> None:
    window = begun(Script(scenes.STOPPED_RUN, (assists,)))
    card = assist_card(window)
    QTest.keyClick(card.print_button, KEY.Key_Space)
    desk.now += timedelta(seconds=52)
    QTest.mouseClick(listed(window, qtbot).take_button, LEFT)
    qtbot.waitUntil(lambda: is_on(window, "print"))
    QTest.mouseClick(window.prints.retouch.use_button, LEFT)
    qtbot.waitUntil(card.picture.isVisible)
    assert card.print_button.hasFocus()
    assert card.news.text() == say("used")
    kept = window.prints.album.print
    assert kept is not None
    assert kept.moment == desk.now
    QTest.mouseClick(card.answers[Step.NOT_LISTED], LEFT)
    QTest.mouseClick(card.answer_button, LEFT)
    qtbot.waitUntil(window.again_button.isVisible)
    album = window.prints.album
    assert album.print is kept
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    window.prints.open_portal()  # the question's card is gone, and hears nothing of it
    window.prints.retouch.discard()
    assert not window.prints.album.print
    assert window.message.text() == say("discarded")


# ---- ends of the countdown


@pytest.mark.usefixtures("slow")
def test_cancelling_brings_the_window_back(concluded: Concluded, qtbot: QtBot, desk: Desk) -> None:
    window = concluded(scenes.REJECTED_RUN)
    photographer(window, qtbot)
    for end in (
        lambda chip: QTest.mouseClick(chip.cancel_button, LEFT),
        lambda chip: QTest.keyClick(chip, KEY.Key_Escape),
        lambda chip: QTest.keyClick(chip.cancel_button, KEY.Key_Escape),
        lambda chip: chip.close(),
    ):
        window.prints.camera.take_button.click()
        assert not window.isVisible()
        end(chips()[0])
        assert is_on(window, "camera")
        assert not chips()
    assert not desk.taken


@pytest.mark.usefixtures("slow")
def test_the_countdown_hears_the_keys_until_something_else_is_brought_up(
    concluded: Concluded, qtbot: QtBot, desk: Desk
) -> None:
    window = concluded(scenes.REJECTED_RUN)
    camera = photographer(window, qtbot)
    qtbot.waitUntil(camera.take_button.hasFocus)
    QTest.keyClick(camera.take_button, KEY.Key_Return)
    (chip,) = chips()
    qtbot.waitUntil(chip.isActiveWindow)
    assert chip.hasFocus()
    assert "(Esc)" in chip.cancel_button.text()
    assert chip.cancel_button.accessibleName() == "Cancelar (Esc)"
    QTest.keyClick(chip, KEY.Key_Return)
    assert window.prints.shutter.active, "an Enter held down ends nothing"
    browser = QLabel("Erro")
    qtbot.addWidget(browser)
    browser.show()
    browser.activateWindow()
    qtbot.waitUntil(browser.isActiveWindow)
    window.prints.shutter._count()
    assert browser.isActiveWindow(), "the countdown takes nothing back"
    assert chip.cancel_button.text().strip() == "Cancelar"
    chip.activateWindow()
    qtbot.waitUntil(chip.isActiveWindow)
    QTest.keyClick(chip, KEY.Key_Escape)
    assert is_on(window, "camera")
    qtbot.waitUntil(camera.take_button.hasFocus)
    assert not desk.taken


@pytest.mark.usefixtures("slow")
def test_closing_the_window_ends_the_countdown(
    concluded: Concluded, qtbot: QtBot, desk: Desk
) -> None:
    window = concluded(scenes.REJECTED_RUN)
    photographer(window, qtbot).take_button.click()
    window.close()
    assert not chips()
    assert not window.prints.shutter.active
    assert not window.isVisible()
    assert not desk.taken


# ---- never while a PIN is asked for


def asks(script: Script) -> None:
    assert script.user is not None
    script.heard.append(script.user.pin(scenes.QUESTION))


def test_no_print_is_begun_while_the_pin_is_asked_for(begun: Begun, desk: Desk) -> None:
    window = begun(Script(scenes.HEALTHY_RUN, (asks,)))
    card = window.page.question
    assert isinstance(card, PinCard)
    card.show_button.click()
    for typed in ("", "123456"):
        QTest.keyClicks(card.field, typed)
        refused: list[str] = []
        window.prints.shutter.refused.connect(refused.append)
        window.prints.shutter.begin("", None, LIGHT)
        assert refused[-1] == "pin"
        assert window.isVisible()
        assert not window.prints.shutter.active
    assert not desk.taken


@pytest.mark.usefixtures("slow")
def test_the_question_for_the_pin_ends_a_countdown(
    opened: Callable[..., Window], qtbot: QtBot, desk: Desk
) -> None:
    script = Script(scenes.HEALTHY_RUN, (asks,))
    window = opened(script)
    window.outside = desk.outside
    window.prints.shutter.begin("", None, LIGHT)
    assert not window.isVisible()
    window.start()
    qtbot.waitUntil(lambda: window.page.question is not None)
    assert isinstance(window.page.question, PinCard)
    assert window.isVisible()
    assert not window.prints.shutter.active
    window.prints.shutter._take()  # as if its last timer had been due at that moment
    assert not desk.taken


@pytest.mark.usefixtures("slow")
def test_a_pin_that_appears_at_the_last_moment_is_not_taken(
    begun: Begun, qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = begun(Script(scenes.HEALTHY_RUN, (asks,)))
    card = window.page.question
    assert isinstance(card, PinCard)
    QTest.keyClicks(card.field, "123456")
    camera = window.prints.shutter
    monkeypatch.setattr(shutter, "pin_is_shown", lambda: False)
    camera.begin("", None, LIGHT)
    monkeypatch.undo()
    camera._take()
    assert not camera.active
    assert not desk.taken
    assert window.message.text() == say("pin")
    assert card.isVisible()
    assert len(card.field) == 6

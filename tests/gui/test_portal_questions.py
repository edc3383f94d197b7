"""The questions about portal and cloud in the window: the no is near, the yes is meant."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot
from tests.gui import scenes
from tests.gui.conftest import Begun, Open
from tests.gui.desk import Desk
from tests.gui.scripted import Script

from a3check.core.catalogue import catalogue
from a3check.core.plain import LONGEST
from a3check.core.question import Assisted, Step
from a3check.ui import outside, prompts
from a3check.ui.assist_card import AssistCard
from a3check.ui.cloud_card import CloudCard
from a3check.ui.show_card import ShowCard
from a3check.ui.state import Mark
from a3check.ui.window import Window

KEY = Qt.Key
WORDS = catalogue()
LEFT = Qt.MouseButton.LeftButton


def may_show(script: Script) -> None:
    assert script.user is not None
    assert script.observer is not None
    script.observer.started("login")
    script.heard.append(script.user.may_show(scenes.SHOW))


def may_fetch(script: Script) -> None:
    assert script.user is not None
    assert script.observer is not None
    script.observer.started("chain")
    script.heard.append(script.user.may_fetch(scenes.FETCH))


def assists(script: Script) -> None:
    assert script.user is not None
    assert script.observer is not None
    script.observer.started("login")
    script.heard.append(script.user.assist(scenes.ASSIST))


def show_card(window: Window) -> ShowCard:
    card = window.page.question
    assert isinstance(card, ShowCard)
    return card


def assist_card(window: Window) -> AssistCard:
    card = window.page.question
    assert isinstance(card, AssistCard)
    return card


def finish(qtbot: QtBot, window: Window) -> None:
    qtbot.waitUntil(window.again_button.isVisible)
    assert window.page.question is None


def said(card: QWidget) -> str:
    return " ".join(found.text() for found in card.findChildren(QLabel))


# ---- may this host see the certificate?


def test_the_host_who_vouches_and_what_leaves_are_told(begun: Begun) -> None:
    window = begun(Script(scenes.HEALTHY_RUN, (may_show,)))
    words = said(show_card(window))
    assert scenes.SHOW.host in words
    assert scenes.SHOW.issuer in words
    assert "CPF" in words
    row = next(row for row in window.page.rail.rows if row.check == "login")
    assert (row.mark, row.word) == (Mark.RUNNING, "sua vez")


@pytest.mark.parametrize("key", [KEY.Key_Return, KEY.Key_Space, KEY.Key_Escape])
def test_the_key_that_is_nearest_shows_nothing(begun: Begun, qtbot: QtBot, key: Qt.Key) -> None:
    script = Script(scenes.HEALTHY_RUN, (may_show,))
    window = begun(script)
    assert show_card(window).skip_button.hasFocus()
    QTest.keyClick(show_card(window).skip_button, key)
    finish(qtbot, window)
    assert script.heard == [False]


def test_the_yes_is_one_step_further(begun: Begun, qtbot: QtBot) -> None:
    script = Script(scenes.HEALTHY_RUN, (may_show, may_show))
    window = begun(script)
    first = show_card(window)
    QTest.keyClick(first.skip_button, KEY.Key_Tab)
    assert first.show_button.hasFocus()
    QTest.keyClick(first.show_button, KEY.Key_Return)
    qtbot.waitUntil(lambda: window.page.question not in {None, first})
    QTest.mouseClick(show_card(window).show_button, LEFT)
    finish(qtbot, window)
    assert script.heard == [True, True]


def test_a_missing_ca_is_asked_for_after_a_yes_alone(begun: Begun, qtbot: QtBot) -> None:
    script = Script(scenes.HEALTHY_RUN, (may_fetch, may_fetch))
    window = begun(script)
    first = show_card(window)
    assert scenes.FETCH.issuer in said(first)
    assert scenes.FETCH.host in said(first)
    assert first.skip_button.hasFocus()
    row = next(row for row in window.page.rail.rows if row.check == "chain")
    assert (row.mark, row.word) == (Mark.RUNNING, "sua vez")
    QTest.keyClick(first.skip_button, KEY.Key_Return)
    qtbot.waitUntil(lambda: window.page.question not in {None, first})
    QTest.mouseClick(show_card(window).show_button, LEFT)
    finish(qtbot, window)
    assert script.heard == [False, True]


CONSENTS = [(may_show, False), (may_fetch, False), (assists, None)]


@pytest.mark.parametrize(("ask", "no"), CONSENTS)
def test_closing_or_cancelling_is_the_no(
    begun: Begun, qtbot: QtBot, ask: Callable[[Script], None], no: object
) -> None:
    script = Script(scenes.HEALTHY_RUN, (ask, ask))
    window = begun(script)
    QTest.mouseClick(window.cancel_button, LEFT)
    finish(qtbot, window)
    assert script.heard == [no, no]
    script.heard.clear()
    QTest.keyClick(window, KEY.Key_F5)
    qtbot.waitUntil(lambda: window.page.question is not None)
    window.close()
    assert not script.threads[-1].is_alive()
    assert script.heard == [no, no]


@pytest.mark.parametrize(("ask", "no"), CONSENTS)
def test_nobody_there_is_the_no(
    opened: Open,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    ask: Callable[[Script], None],
    no: object,
) -> None:
    monkeypatch.setattr(prompts, "ANSWER_WAIT", 0.2)
    script = Script(scenes.HEALTHY_RUN, (ask,))
    window = opened(script)
    window.start()  # the question may be gone before anybody has looked
    finish(qtbot, window)
    assert script.heard == [no]


# ---- whose cloud is it?


def whose_cloud(script: Script) -> None:
    assert script.user is not None
    assert script.observer is not None
    script.observer.started("cloud")
    script.heard.append(script.user.cloud(scenes.BRANDS))


def cloud_card(window: Window) -> CloudCard:
    card = window.page.question
    assert isinstance(card, CloudCard)
    return card


def test_the_provider_is_named_by_keyboard(begun: Begun, qtbot: QtBot) -> None:
    script = Script(scenes.WINDOWS_ONLY_RUN, (whose_cloud,))
    card = cloud_card(begun(script))
    first, _, below, *_ = card.answers.values()
    assert first.hasFocus()
    assert not card.answer_button.isEnabled()
    QTest.keyClick(first, KEY.Key_Space)
    QTest.keyClick(first, KEY.Key_Down)
    assert below.isChecked()
    QTest.keyClick(below, KEY.Key_Tab)
    assert card.answer_button.hasFocus()
    QTest.keyClick(card.answer_button, KEY.Key_Return)
    qtbot.waitUntil(lambda: script.heard == [scenes.BRANDS[2]])


@pytest.mark.parametrize("brand", scenes.BRANDS)
def test_every_provider_can_be_clicked(begun: Begun, qtbot: QtBot, brand: str) -> None:
    script = Script(scenes.WINDOWS_ONLY_RUN, (whose_cloud,))
    window = begun(script)
    card = cloud_card(window)
    QTest.mouseClick(card.answers[brand], LEFT)
    QTest.mouseClick(card.answer_button, LEFT)
    finish(qtbot, window)
    assert script.heard == [brand]


def test_whoever_does_not_know_the_provider_says_so(begun: Begun, qtbot: QtBot) -> None:
    script = Script(scenes.WINDOWS_ONLY_RUN, (whose_cloud, whose_cloud))
    window = begun(script)
    card = cloud_card(window)
    QTest.mouseClick(next(iter(card.answers.values())), LEFT)
    QTest.mouseClick(card.skip_button, LEFT)
    qtbot.waitUntil(lambda: window.page.question not in {None, card})
    QTest.keyClick(window, KEY.Key_Escape)
    finish(qtbot, window)
    assert script.heard == [None, None]


# ---- how did it go in the browser?


def test_the_portal_is_opened_and_the_answer_given_by_keyboard(
    begun: Begun, qtbot: QtBot, desk: Desk
) -> None:
    script = Script(scenes.STOPPED_RUN, (assists,))
    window = begun(script)
    card = assist_card(window)
    assert card.open_button.hasFocus()
    assert not card.answer_button.isEnabled()
    QTest.keyClick(card.open_button, KEY.Key_Return)
    assert desk.pages == [scenes.ASSIST.url]
    assert scenes.ASSIST.url in card.news.text()
    QTest.keyClick(card.open_button, KEY.Key_Tab)
    QTest.keyClick(card.print_button, KEY.Key_Tab)
    entered = card.answers[None]
    assert entered.hasFocus()
    QTest.keyClick(entered, KEY.Key_Space)
    QTest.keyClick(entered, KEY.Key_Down)
    assert card.answers[Step.NOT_ASKED].isChecked()
    QTest.keyClick(card.answers[Step.NOT_ASKED], KEY.Key_Tab)
    assert card.field.hasFocus()
    QTest.keyClicks(card.field, "  Acesso   negado ")
    QTest.keyClick(card.field, KEY.Key_Return)
    finish(qtbot, window)
    assert script.heard == [Assisted(Step.NOT_ASKED, "Acesso negado")]


@pytest.mark.parametrize("step", [None, *Step])
def test_every_answer_can_be_clicked(begun: Begun, qtbot: QtBot, step: Step | None) -> None:
    script = Script(scenes.NOT_ASKED_RUN, (assists,))
    window = begun(script)
    card = assist_card(window)
    QTest.mouseClick(card.answers[step], LEFT)
    card.field.setText("o que estava lá")
    QTest.mouseClick(card.answer_button, LEFT)
    finish(qtbot, window)
    assert script.heard == [Assisted(step, "o que estava lá" if step else "")]


def test_whoever_does_not_know_skips(begun: Begun, qtbot: QtBot) -> None:
    script = Script(scenes.NOT_ASKED_RUN, (assists, assists))
    window = begun(script)
    card = assist_card(window)
    QTest.keyClicks(card.field, "x")
    QTest.keyClick(card.field, KEY.Key_Return)  # nothing was chosen: no answer yet
    assert script.heard == []
    QTest.keyClick(card.field, KEY.Key_Escape)
    qtbot.waitUntil(lambda: window.page.question not in {None, card})
    QTest.mouseClick(assist_card(window).skip_button, LEFT)
    finish(qtbot, window)
    assert script.heard == [None, None]


def test_the_address_is_told_where_no_browser_opens(begun: Begun, desk: Desk) -> None:
    desk.opens = False
    card = assist_card(begun(Script(scenes.NOT_ASKED_RUN, (assists,))))
    QTest.mouseClick(card.open_button, LEFT)
    assert card.news.text() == WORDS.words("window", "assist_not_opened", url=scenes.ASSIST.url)


def test_what_is_typed_has_an_end(begun: Begun) -> None:
    card = assist_card(begun(Script(scenes.NOT_ASKED_RUN, (assists,))))
    card.field.setText("x" * 999)
    assert len(card.field.text()) == LONGEST


# ---- the verdict


def test_the_portal_is_offered_where_only_the_browser_can_tell(
    begun: Begun, qtbot: QtBot, desk: Desk
) -> None:
    window = begun(Script(scenes.NOT_ASKED_RUN, (assists,)))
    QTest.keyClick(window, KEY.Key_Escape)
    finish(qtbot, window)
    wanted = window.page.headline.portal_button
    assert wanted.isVisible()
    QTest.mouseClick(wanted, LEFT)
    assert desk.pages == [scenes.ASSIST.url]
    assert window.message.text().startswith("O portal foi aberto")
    desk.opens = False
    QTest.keyClick(wanted, KEY.Key_Return)
    assert scenes.ASSIST.url in window.message.text()
    assert window.message.text().startswith("Não foi possível abrir o navegador")


def test_only_pages_of_the_web_go_to_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[QUrl] = []

    def take(url: QUrl) -> bool:
        given.append(url)
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", take)
    assert outside.browse("https://portal.test/?a=1&b=2")
    assert not outside.browse("file:///etc/passwd")
    assert given == [QUrl("https://portal.test/?a=1&b=2")]

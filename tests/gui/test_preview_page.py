"""The page “O que vai no relatório” with many values, and with long ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from tests.gui import scenes
from tests.gui.clipping import faults
from tests.gui.scripted import Script
from tests.gui.shots import SMALL, settle

from a3check.report.groups import Group
from a3check.report.preview import Line, Part
from a3check.ui.preview_page import MOST, PreviewPage

if TYPE_CHECKING:
    import pytest
    from pytestqt.qtbot import QtBot
    from tests.gui.conftest import Open

LONGEST = r"C:\Users\***\AppData\Local\Inventada" + r"\pasta_de_nome_comprido" * 12


def page_of(opened: Open, qtbot: QtBot) -> PreviewPage:
    window = opened(Script(scenes.HEALTHY_RUN))
    window.resize(SMALL)
    window.start()
    qtbot.waitUntil(window.again_button.isVisible)
    window.save()
    qtbot.waitUntil(lambda: bool(window.saving.preview.rows))
    return window.saving.preview


def part(group: Group, *written: str, shown: bool = False) -> Part:
    return Part(group, shown, tuple(Line("Driver", text) for text in written))


def test_more_values_than_have_room_are_counted(opened: Open, qtbot: QtBot) -> None:
    page = page_of(opened, qtbot)
    page.show_parts([part(Group.PATHS, *map(str, range(MOST + 3)))])
    assert page.rows[Group.PATHS]._values.text().splitlines()[-1] == "e mais 3"
    assert page.rows[Group.PATHS].isVisible()


def test_the_longest_path_is_seen_whole(opened: Open, qtbot: QtBot) -> None:
    page = page_of(opened, qtbot)
    page.show_parts([part(Group.PATHS, LONGEST)])
    settle(page.rows[Group.PATHS].isVisible)
    assert page.rows[Group.PATHS]._values.text().replace("\u200b", "") == f"Driver: {LONGEST}"
    assert not list(faults(page))


def test_a_group_that_is_shown_can_be_hidden_again_though_it_has_no_values(
    opened: Open, qtbot: QtBot
) -> None:
    page = page_of(opened, qtbot)
    page.show_parts([part(Group.NETWORK, shown=True), part(Group.PLACE)])
    assert page.rows[Group.NETWORK].isVisible()
    assert not page.rows[Group.PLACE].isVisible()
    assert page.none.text() == "Sem nada neste teste: Contato."


def test_who_presses_the_switch_hears_what_will_be_written(
    opened: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []

    def hear(event: QAccessibleAnnouncementEvent) -> None:
        heard.append(event.message())

    page = page_of(opened, qtbot)
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", hear)
    row = page.rows[Group.SERIALS]
    row.switch.setFocus()
    page.show_parts([part(Group.SERIALS, "00A1B2", shown=True)])
    assert heard == ["Driver: 00A1B2"]

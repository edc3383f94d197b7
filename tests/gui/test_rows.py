"""The rows of a card stay: a new value changes them, and what is not needed is hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from a3check.ui.piecemeal import at_once
from a3check.ui.rows import ActivityRow, Rows
from a3check.ui.state import Activity
from a3check.ui.style import LIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

ONE, TWO = Activity("Lendo o token", ""), Activity("Ouvindo o portal", "há 3 s", slow=True)


@pytest.fixture
def rows(qtbot: QtBot) -> Iterator[Rows[Activity]]:
    """Return empty rows in a card that nobody sees."""
    card = QWidget()
    qtbot.addWidget(card)
    made: Rows[Activity] = Rows(ActivityRow, 4)
    made.setParent(card)
    yield made
    card.close()


def shown(rows: Rows[Activity]) -> list[str]:
    labels = (each for row in rows.findChildren(ActivityRow) for each in row.findChildren(QLabel))
    return [each.text() for each in labels if each.isVisibleTo(rows) and each.text()]


def test_rows_stay_and_show_what_is_new(rows: Rows[Activity]) -> None:
    rows.show_values((ONE, TWO), LIGHT)
    made = rows.findChildren(ActivityRow)
    assert shown(rows) == [ONE.doing, TWO.doing, TWO.since]
    rows.show_values((TWO,), LIGHT)
    assert shown(rows) == [TWO.doing, TWO.since]
    rows.show_values((), LIGHT)
    assert rows.isHidden()
    rows.show_values((TWO, ONE), LIGHT)
    assert shown(rows) == [TWO.doing, TWO.since, ONE.doing]
    assert rows.findChildren(ActivityRow) == made


def test_rows_made_ahead_are_not_seen_and_are_used(rows: Rows[Activity]) -> None:
    at_once(rows.prepare(2, LIGHT))
    made = rows.findChildren(ActivityRow)
    assert len(made) == 2
    assert shown(rows) == []
    rows.show_values((ONE, TWO), LIGHT)
    assert rows.findChildren(ActivityRow) == made

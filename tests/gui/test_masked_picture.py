"""The picture of our own window: drawn from the masked state, whole, the same each time."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from tests.gui import scenes
from tests.gui.scripted import ABOUT

from a3check.core.catalogue import catalogue
from a3check.core.model import Diagnosis, Evidence, Finding
from a3check.report.document import document
from a3check.ui import screenshot


def _private(diagnosis: Diagnosis, name: str) -> Diagnosis:
    """Return the diagnosis with somebody's name where the page would show it."""
    sentence = Evidence("readers", (name,), private=True)
    card = Finding("card.absent", (sentence,))
    changed = (
        replace(o, findings=(card,)) if o.check == "card" else o for o in diagnosis.outcomes
    )
    return replace(diagnosis, outcomes=tuple(changed))


def _picture(diagnosis: Diagnosis, *, masked: bool) -> QImage:
    written = document(diagnosis, ABOUT, masked=masked)
    facts = screenshot.masked_facts(written, diagnosis)
    return screenshot.picture(diagnosis, catalogue(), facts)


@pytest.mark.parametrize("masked", [True, False])
def test_the_picture_shows_the_masked_state(dressed: QApplication, masked: bool) -> None:
    one = _picture(_private(scenes.NO_CARD_RUN, "JOANA INVENTADA DE SOUZA"), masked=masked)
    other = _picture(_private(scenes.NO_CARD_RUN, "JOSEFA IMAGINADA DE SÁ"), masked=masked)
    shown = _picture(_private(scenes.NO_CARD_RUN, "J*** I*** S***"), masked=masked)
    assert one == other
    assert one == shown


def test_the_picture_shows_the_whole_page(dressed: QApplication) -> None:
    picture = _picture(scenes.EXPIRED_RUN, masked=True)
    assert picture.height() > screenshot.LEAST_HEIGHT
    assert picture == _picture(scenes.EXPIRED_RUN, masked=True)
